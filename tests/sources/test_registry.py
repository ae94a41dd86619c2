"""The contract that every source keeps, over the same works."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slr.errors import NotFound, QueryError
from slr.model import RECORD_TYPES, KnownStudy
from slr.sources.base import Direction, Source
from slr.sources.registry import names, open_source
from tests.support.openalex_server import OpenAlexServer
from tests.support.sources import ApiSettings, FileSettings, client, ids, pages, records, wanted
from tests.support.works import made_work, write_jsonl

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster"])
WORKS = [
    made_work(i, "Skill of a cluster" if i % 3 else "Other", referenced_works=[f"https://openalex.org/W{i // 2 + 1}"])
    for i in range(1, 251)
]


@pytest.fixture(params=names())
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    with OpenAlexServer([*WORKS, made_work(2741809807, "Any")]) as server:
        write_jsonl(tmp_path / "snapshot/works", WORKS, "2026-01-01")
        settings: dict[str, Any] = {"openalex": ApiSettings(server.url), "snapshot": FileSettings()}
        yield open_source(request.param, settings[request.param], client(tmp_path), tmp_path)


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


def test_count_is_the_number_of_records(source: Source) -> None:
    assert source.count(source.plan(SEARCH).queries[0]) == len(records(source, SEARCH)) == 167


def test_a_record_is_found_under_the_same_id_whatever_the_source(source: Source) -> None:
    assert ids(source, SEARCH) == {f"W{i}" for i in range(1, 251) if i % 3}


def test_a_record_says_where_it_comes_from_and_its_type_is_one_of_ours(source: Source) -> None:
    for record in records(source, SEARCH):
        assert record.source == source.info.name
        assert record.type in RECORD_TYPES


def test_pages_name_the_exchange_they_were_read_from(source: Source) -> None:
    read = list(pages(source, SEARCH))
    assert len({page.exchange_id for page in read}) == len(read)
    assert all(len(page.records) == len(page.positions) for page in read)


def test_a_page_asked_for_again_is_the_same_page(source: Source) -> None:
    query = source.plan(SEARCH).queries[0]
    assert source.page(query, None) == source.page(query, None)


def test_a_phrase_of_stop_words_only_is_refused(source: Source) -> None:
    with pytest.raises(QueryError):
        source.plan(wanted(["to be"], ["cluster"]))


def test_every_known_study_gets_its_candidates(source: Source) -> None:
    found = source.find([KnownStudy("doi", "?", doi="10.5555/w7"), KnownStudy("none", "A title that nobody gave")])
    assert [record.ids["openalex"] for record in found["doi"]] == ["W7"]
    assert found["none"] == []


@pytest.mark.parametrize(
    ("direction", "expected"), [("backward", {"W51", "W3"}), ("forward", {"W8", "W9", "W200", "W201"})]
)
def test_works_linked_by_citation_are_found_in_both_directions(
    source: Source, direction: Direction, expected: set[str]
) -> None:
    seeds = ["W100", "W101", "W5"] if direction == "backward" else ["W101", "W5"]
    found: set[str] = set()
    cursor: str | None = None
    while True:
        page = source.linked(seeds, direction, cursor)
        found |= {record.ids["openalex"] for record in page.records}
        if (cursor := page.next_cursor) is None:
            break
    assert found == expected


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
