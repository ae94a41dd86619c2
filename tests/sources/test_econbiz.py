from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from slr.errors import ReplyError, SlrError, SourceDown, UserError
from slr.matrix.analysis import EXACT
from slr.matrix.dialects.econbiz import LIMITS
from slr.model import KnownStudy
from slr.sources.econbiz import PAGE_SIZE, read_hit
from tests.support.econbiz_server import econbiz
from tests.support.opened import opened
from tests.support.report import report
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

LIVE = "https://api.econbiz.de"
SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])


def corpus(size: int, others: int = 0) -> list[dict[str, Any]]:
    hits = [made_work(i, f"Knowledge transfer, no. {i}", "in a cluster") for i in range(1, size + 1)]
    return hits + [made_work(5000 + i, f"Monetary policy {i}", "rates") for i in range(others)]


@pytest.mark.parametrize("variants", [False, True])
def test_the_reports_matrix_fits_and_nothing_rests_on_stemming(variants: bool, tmp_path: Path) -> None:
    plan = opened("econbiz", LIVE, tmp_path).plan(report(variants))
    assert 1 <= len(plan.queries) <= 2
    assert all(query.url_bytes <= LIMITS.url_bytes.value for query in plan.queries)
    assert not any(absorbed.inflected for absorbed in plan.absorbed)
    assert "checked here" in plan.notes[0]


def test_the_limit_on_years_is_sent(tmp_path: Path) -> None:
    (query,) = opened("econbiz", LIVE, tmp_path).plan(wanted(["a1"], ["b1"], years=(1990, None))).queries
    assert parse_qs(urlsplit(query.url).query)["q"] == ['("a1") AND ("b1") AND date:[1990 TO *]']


@pytest.mark.parametrize("size", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE])
def test_every_hit_is_read_once_page_by_page_to_the_end(size: int, tmp_path: Path) -> None:
    with econbiz(corpus(size, others=9)) as (url, server):
        read = list(pages(opened("econbiz", url, tmp_path), SEARCH))
        assert len(server.asked) == max(1, -(-size // PAGE_SIZE))
    found = [record.record_id for page in read for record in page.records]
    assert len(found) == len(set(found)) == size
    assert all(page.total == size and not page.warnings for page in read)


def test_a_server_that_reads_no_operators_gives_the_same_records_and_the_number_left_out(tmp_path: Path) -> None:
    with econbiz(corpus(300, others=450), loose=True) as (url, server):
        read = list(pages(opened("econbiz", url, tmp_path), SEARCH))
        assert len(server.asked) == 3
    assert sum(len(page.records) for page in read) == 300
    assert [len(page.warnings) for page in read] == [0, 0, 1]
    assert "450 hits of EconBiz left out here" in read[-1].warnings[0]


def test_years_that_the_server_ignores_are_held_to_here(tmp_path: Path) -> None:
    search = wanted(["knowledge transfer"], ["cluster"], years=(2003, 2005))
    with econbiz(corpus(60), loose=True) as (url, _):
        assert {record.year for record in records(opened("econbiz", url, tmp_path), search)} == {2003, 2004, 2005}


def test_the_check_keeps_to_exact_matching_where_that_is_configured(tmp_path: Path) -> None:
    works = [made_work(1, "Knowledge transfers", "clusters"), made_work(2, "Knowledge transfer", "cluster")]
    for analyzer, expected in ((EXACT, 1), (SEARCH.analyzer, 2)):
        search = wanted(["knowledge transfer"], ["cluster"], analyzer=analyzer)
        with econbiz(works, loose=True) as (url, _):
            assert len(records(opened("econbiz", url, tmp_path / analyzer.name), search)) == expected


def test_a_record_is_read_from_what_a_hit_states(tmp_path: Path) -> None:
    with econbiz(corpus(1)) as (url, _):
        (record,) = records(opened("econbiz", url, tmp_path), SEARCH)
    assert (record.record_id, record.title) == ("econbiz:10000000001", "Knowledge transfer, no. 1")
    assert (record.authors, record.year, record.doi, record.type, record.language) == (
        ("Lovelace, Ada",), 2001, "10.5555/w1", "article", "en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "genre", "expected"),
    [
        ("article", "Article in book", "book-chapter"),
        ("article", "Konferenzbeitrag", "conference-paper"),
        ("book", "Working Paper", "report"),
        ("book", "Hochschulschrift", "dissertation"),
        ("book", "Lehrbuch", "book"),
        ("something", "new", None),
    ],
)
def test_a_genre_says_more_than_a_type_and_an_unknown_one_is_no_guess(
    kind: str, genre: str, expected: str | None
) -> None:
    assert read_hit({"id": "1", "title": ["T"], "type": kind, "type_genre": [genre]}).type == expected


def test_a_hit_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no id"):
        read_hit({"title": "T"})


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("500", SourceDown, "Search engine unavailable"),
        ("html", ReplyError, "HTML page"),
        ("no-hits", ReplyError, "without a list `hits.hits`"),
        ("short", ReplyError, "no hits at 1 of 3"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: str, error: type[SlrError], words: str, tmp_path: Path
) -> None:
    with econbiz(corpus(4), faults=[fault] * 9) as (url, _), pytest.raises(error, match=words):
        records(opened("econbiz", url, tmp_path), SEARCH)


def test_a_search_is_replayed_from_its_archive_without_a_network(tmp_path: Path) -> None:
    with econbiz(corpus(300, others=3), loose=True) as (url, _):
        before = list(pages(opened("econbiz", url, tmp_path), SEARCH))
    assert list(pages(opened("econbiz", url, tmp_path, offline=True), SEARCH)) == before


def test_known_studies_are_found_by_title_and_citations_are_not_told(tmp_path: Path) -> None:
    with econbiz(corpus(3)) as (url, _):
        source = opened("econbiz", url, tmp_path)
        found = source.find([KnownStudy("a", "Knowledge transfer, no. 2"), KnownStudy("b", "Unheard of")])
        assert source.count(source.plan(SEARCH).queries[0]) == 3
        assert source.check() == 'EconBiz answers (3 records on "cluster").'
        with pytest.raises(UserError, match="references"):
            source.linked(["1"], "backward", None)
    assert {key: [r.record_id for r in some] for key, some in found.items()} == {"a": ["econbiz:10000000002"], "b": []}
