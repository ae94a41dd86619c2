"""The contract that every source keeps, over the same works."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from slr.errors import NotFound, QueryError, UserError
from slr.model import RECORD_TYPES, KnownStudy, Record
from slr.sources.base import Direction, Index, Linked, Source
from slr.sources.registry import names, open_source
from tests.support.served import opened
from tests.support.sources import client, pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster"])
WORKS = [
    made_work(i, "Skill of a cluster" if i % 3 else "Other", referenced_works=[f"https://openalex.org/W{i // 2 + 1}"])
    for i in range(1, 251)
]


@pytest.fixture(params=names())
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    with opened(request.param, WORKS, tmp_path) as source:
        yield source


@pytest.fixture
def searched(source: Source) -> Source:
    """A source that can be asked for a matrix in some way."""
    if not source.info.boolean_search and not source.info.ranked_search:
        pytest.skip(f"{source.info.title} is not searched, only asked about works")
    return source


def published(record: Record) -> str | None:
    """The DOI of the published version: a preprint has one of its own beside it."""
    return record.ids.get("published_doi", record.doi)


def test_a_source_states_its_limits_and_terms(source: Source) -> None:
    info = source.info
    assert info.name in names()
    assert info.page_size > 0
    assert info.home.startswith("https://")
    assert info.terms.startswith("https://")


def test_plan_names_every_part(source: Source) -> None:
    plan = source.plan(SEARCH)
    assert len(plan.queries) == len(plan.parts)
    assert [query.part for query in plan.queries] == list(range(1, len(plan.queries) + 1))
    assert all(query.source == source.info.name for query in plan.queries)


def test_count_is_the_number_of_records(searched: Source) -> None:
    assert searched.count(searched.plan(SEARCH).queries[0]) == len(records(searched, SEARCH)) == 167


def test_the_same_works_are_found_whatever_the_source(searched: Source) -> None:
    found = {published(record) for record in records(searched, SEARCH)}
    assert found == {f"10.5555/w{i}" for i in range(1, 251) if i % 3}


def test_a_record_says_where_it_comes_from_and_its_type_is_one_of_ours(source: Source) -> None:
    for record in records(source, SEARCH):
        assert record.source == source.info.name
        assert record.record_id.startswith(f"{record.source}:")
        assert record.type is None or record.type in RECORD_TYPES


def test_a_phrase_is_left_out_only_for_one_that_finds_it(source: Source) -> None:
    plan = source.plan(wanted(["knowledge transfer", "local knowledge transfer"], ["cluster", "an industrial cluster"]))
    if not source.info.boolean_search:
        assert plan.absorbed == ()
        return
    assert {(one.phrase, one.by) for one in plan.absorbed} == {
        ("local knowledge transfer", "knowledge transfer"),
        ("an industrial cluster", "cluster"),
    }


def test_the_limit_on_years_is_kept(searched: Source) -> None:
    limited = replace(SEARCH, first_year=2003, last_year=2005)
    assert {record.year for record in records(searched, limited)} == {2003, 2004, 2005}
    assert len(records(searched, limited)) == len([i for i in range(1, 251) if i % 3 and 3 <= i % 20 <= 5])


def test_pages_name_the_exchange_they_were_read_from(searched: Source) -> None:
    read = list(pages(searched, SEARCH))
    assert len({page.exchange_id for page in read}) == len(read)
    assert all(len(page.records) == len(page.positions) for page in read)


def test_a_page_asked_for_again_is_the_same_page(searched: Source) -> None:
    query = searched.plan(SEARCH).queries[0]
    assert searched.page(query, None) == searched.page(query, None)


def test_a_phrase_of_stop_words_only_is_refused(searched: Source) -> None:
    with pytest.raises(QueryError):
        searched.plan(wanted(["to be"], ["cluster"]))


def test_every_known_study_gets_its_candidates(source: Source) -> None:
    if not source.info.lookup:
        pytest.skip(f"{source.info.title} looks nothing up")
    known, nobody = KnownStudy("known", "Skill of a cluster", doi="10.5555/w7"), KnownStudy("none", "Nobody gave it")
    found = source.find([known, nobody])
    assert "10.5555/w7" in {published(record) for record in found["known"]}
    assert len(found["known"]) == 1 or source.info.name in BY_TITLE_ONLY
    assert found["none"] == []


BY_TITLE_ONLY = ("arxiv", "econbiz")
"""Sources that cannot be asked by the DOI of an article, but give candidates for its title."""


def own_ids(source: Source, numbers: list[int]) -> dict[str, int]:
    """What a source calls works, asked by their DOIs."""
    found = source.find([KnownStudy(str(i), "?", doi=f"10.5555/w{i}") for i in numbers])
    own = {int(key): (one.ids.get(source.info.own_id) or str(one.doi)) for key, (one,) in found.items()}
    return {name: number for number, name in own.items()}


def follow(source: Source, seeds: list[int], direction: Direction) -> tuple[set[tuple[str, str]], set[str]]:
    """Every citation told of works, and what the works at the other ends are called by their own descriptions."""
    links: set[tuple[str, str]] = set()
    described: set[str] = set()
    cursor: str | None = None
    while True:
        page = source.linked(list(own_ids(source, seeds)), direction, cursor)
        assert isinstance(page, Linked)
        links |= set(page.links)
        described |= {record.record_id.partition(":")[2] for record in page.records}
        if (cursor := page.next_cursor) is None:
            break
    left = {end for link in links for end in link} - set(own_ids(source, seeds)) - described
    pages = cast(Index, source).fetched(sorted(left))
    return links, described | {record.record_id.partition(":")[2] for page in pages for record in page.records}


@pytest.mark.parametrize(
    ("direction", "seeds", "expected"),
    [
        ("backward", [100, 101, 5], [(100, 51), (101, 51), (5, 3)]),
        ("forward", [101, 5], [(8, 5), (9, 5), (200, 101), (201, 101)]),
    ],
)
def test_every_citation_is_told_and_its_other_end_described_or_the_source_says_that_it_cannot(
    source: Source, direction: Direction, seeds: list[int], expected: list[tuple[int, int]]
) -> None:
    told = {"backward": source.info.references, "forward": source.info.citations}[direction]
    if not told:
        with pytest.raises(UserError, match=source.info.title):
            source.linked(["W1"], direction, None)
        return
    called = {number: own for own, number in own_ids(source, sorted({n for pair in expected for n in pair})).items()}
    links, described = follow(source, seeds, direction)
    assert links == {(called[citing], called[cited]) for citing, cited in expected}
    others = {called[cited if direction == "backward" else citing] for citing, cited in expected}
    assert described == others


def test_check_is_one_sentence(source: Source) -> None:
    said = source.check()
    assert said.endswith(".")
    assert "\n" not in said


def test_an_unknown_source_is_refused_with_the_known_names(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=", ".join(names())):
        open_source("gopher", None, client(tmp_path), tmp_path)


def test_opening_the_registry_imports_no_heavy_library() -> None:
    code = "import sys, slr.sources.registry, slr.sources.openalex, slr.sources.snapshot; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pyalex", "duckdb", "fsspec", "s3fs", "pandas"} & set(loaded)
