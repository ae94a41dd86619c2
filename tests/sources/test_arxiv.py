from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from slr.errors import (
    ArchiveError,
    PartialReply,
    QueryError,
    ReplyError,
    RequestRefused,
    SlrError,
    SourceDown,
    UserError,
)
from slr.matrix.dialects.arxiv import LIMITS
from slr.model import KnownStudy
from slr.sources.arxiv import PAGE_SIZE, read_entry
from tests.support.arxiv_server import arxiv
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.opened import opened
from tests.support.report import report
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
LIVE = "https://export.arxiv.org"


def corpus(size: int, loose: int = 0) -> list[dict[str, Any]]:
    """``size`` works that match, and ``loose`` that arXiv returns because they hold all words of a phrase apart."""
    hits = [made_work(i, f"Knowledge transfers, no. {i}", "between clusters") for i in range(1, size + 1)]
    return hits + [made_work(5000 + i, "Transfer of tacit knowledge", "within a cluster") for i in range(loose)]


@pytest.mark.parametrize("variants", [False, True])
def test_the_reports_matrix_is_a_few_queries_that_fit_and_ask_every_phrase_of_title_and_abstract(
    variants: bool, tmp_path: Path
) -> None:
    plan = opened("arxiv", LIVE, tmp_path).plan(report(variants))
    assert 1 <= len(plan.queries) <= 4
    assert all(query.url_bytes <= LIMITS.url_bytes.value for query in plan.queries)
    assert all(query.text.count("ti:") == query.text.count("abs:") > 0 for query in plan.queries)
    assert not any(absorbed.inflected for absorbed in plan.absorbed)
    assert any("in any order" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("years", "asked"),
    [
        ((1990, 2011), "submittedDate:[199001010000 TO 201112312359]"),
        ((1990, None), "submittedDate:[199001010000 TO 900012312359]"),
        ((None, 2011), "submittedDate:[100001010000 TO 201112312359]"),
    ],
)
def test_the_limit_on_years_is_sent(years: tuple[int | None, int | None], asked: str, tmp_path: Path) -> None:
    (query,) = opened("arxiv", LIVE, tmp_path).plan(wanted(["a1"], ["b1"], years=years)).queries
    assert parse_qs(urlsplit(query.url).query)["search_query"][0].endswith(f" AND {asked}")


@pytest.mark.parametrize("size", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE + 3])
def test_every_entry_is_read_once_page_by_page_to_the_end(size: int, tmp_path: Path) -> None:
    with arxiv(corpus(size)) as (url, server):
        read = list(pages(opened("arxiv", url, tmp_path), SEARCH))
        assert len(server.asked) == max(1, -(-size // PAGE_SIZE))
    found = [record.record_id for page in read for record in page.records]
    assert len(found) == len(set(found)) == size
    assert {page.total for page in read} == {size}


def test_requests_keep_three_seconds_apart_whatever_they_ask(tmp_path: Path) -> None:
    time = FakeTime()
    with arxiv(corpus(3)) as (url, server):
        source = opened("arxiv", url, tmp_path, time=time)
        source.count(source.plan(SEARCH).queries[0])
        list(pages(source, SEARCH))
        source.find([KnownStudy("a", "Knowledge transfers")])
        source.check()
        assert len(server.asked) == 4
    assert time.slept == pytest.approx([3, 3, 3])


def test_what_arxiv_finds_by_the_words_of_a_phrase_apart_is_left_out_and_counted(tmp_path: Path) -> None:
    with arxiv(corpus(PAGE_SIZE, loose=PAGE_SIZE + 7)) as (url, _):
        read = list(pages(opened("arxiv", url, tmp_path), SEARCH))
    assert sum(len(page.records) for page in read) == PAGE_SIZE
    assert [len(page.warnings) for page in read] == [0, 0, 1]
    assert f"{PAGE_SIZE + 7:,} hits of arXiv left out here" in read[-1].warnings[0]
    for page in read:
        assert len(page.records) == len(page.positions)


def test_a_record_is_a_preprint_with_arxivs_own_doi_and_the_published_one_beside_it(tmp_path: Path) -> None:
    with arxiv(corpus(1)) as (url, _):
        (record,) = records(opened("arxiv", url, tmp_path), SEARCH)
    assert (record.record_id, record.type, record.doi) == ("arxiv:2001.00001", "preprint", "10.48550/arxiv.2001.00001")
    assert record.ids == {"arxiv": "2001.00001", "published_doi": "10.5555/w1"}
    assert (record.venue, record.authors, record.year) == ("Journal of Made Works 1(2)", ("Lovelace, Ada",), 2001)
    assert record.abstract == "between clusters"


def test_an_entry_that_is_none_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    works = corpus(3)
    works[1]["arxiv_id"] = "not an id"
    with arxiv(works) as (url, _):
        (page,) = pages(opened("arxiv", url, tmp_path), SEARCH)
    assert page.positions == (0, 2)
    assert "not an id" in page.warnings[0]


@pytest.mark.parametrize("fault", ["empty", "500", "slow down", "cut-off"])
def test_a_passing_fault_changes_nothing(fault: str, tmp_path: Path) -> None:
    with arxiv(corpus(4), faults=[fault, fault]) as (url, server):
        assert len(records(opened("arxiv", url, tmp_path), SEARCH)) == 4
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "error", "words", "asked"),
    [
        ("empty", PartialReply, "empty page at 0 of 4 hits", 6),
        ("500", SourceDown, "HTTP 500", 6),
        ("slow down", SourceDown, "Rate exceeded", 6),
        ("cut-off", ReplyError, "cut off", 6),
        ("html", ReplyError, "no Atom feed", 1),
        ("error", RequestRefused, "start must be an integer", 1),
        ("rewritten", ReplyError, "all fields instead of title and abstract", 1),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: str, error: type[SlrError], words: str, asked: int, tmp_path: Path
) -> None:
    with arxiv(corpus(4), faults=[fault] * 9) as (url, server):
        with pytest.raises(error, match=words) as raised:
            records(opened("arxiv", url, tmp_path), SEARCH)
        assert len(server.asked) == asked
    assert "\n" not in str(raised.value)


def test_more_hits_than_arxiv_serves_are_refused_and_not_cut(tmp_path: Path) -> None:
    with arxiv(corpus(2), total=30_001) as (url, _), pytest.raises(QueryError, match=r"30,001 hits .* search\.years"):
        records(opened("arxiv", url, tmp_path), SEARCH)


def test_a_feed_that_declares_entities_is_not_expanded(tmp_path: Path) -> None:
    from tests.support.http_server import Script, serving

    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'
    with serving(Script(bomb)) as url, pytest.raises(ReplyError, match="no Atom feed"):
        opened("arxiv", url, tmp_path).check()


def test_a_search_is_replayed_from_its_archive_without_a_network(tmp_path: Path) -> None:
    with arxiv(corpus(PAGE_SIZE + 5, loose=3)) as (url, _):
        before = list(pages(opened("arxiv", url, tmp_path), SEARCH))
    offline = opened("arxiv", url, tmp_path, offline=True)
    assert list(pages(offline, SEARCH)) == before
    with pytest.raises(ArchiveError):
        records(offline, wanted(["other words"], ["cluster"]))


def test_known_studies_are_looked_up_by_arxivs_doi_or_by_title(tmp_path: Path) -> None:
    with arxiv(corpus(3)) as (url, _):
        found = opened("arxiv", url, tmp_path).find(
            [
                KnownStudy("doi", "another title", doi="10.48550/arxiv.2001.00002"),
                KnownStudy("title", "Knowledge transfers: no. 3"),
                KnownStudy("none", "Unheard of"),
                KnownStudy("wordless", "!?"),
            ]
        )
    assert {key: [r.record_id for r in some] for key, some in found.items()} == {
        "doi": ["arxiv:2001.00002"],
        "title": ["arxiv:2001.00003"],
        "none": [],
        "wordless": [],
    }


def test_citations_are_not_arxivs_to_tell(tmp_path: Path) -> None:
    source = opened("arxiv", LIVE, tmp_path)
    assert not source.info.references and not source.info.citations
    with pytest.raises(UserError, match="who cites a work"):
        source.linked(["2001.00001"], "forward", None)


def test_recorded_entries_are_read_with_title_authors_year_and_published_doi() -> None:
    feed = ET.fromstring(shared("replies/arxiv/2026-04_query_100.xml").read_bytes())
    found = [read_entry(entry) for entry in feed.findall("{http://www.w3.org/2005/Atom}entry")]
    assert len(found) == 100
    assert all(r.title and r.abstract and r.year and r.authors and r.url for r in found)
    assert found[0].record_id == "arxiv:2202.12139"
    assert found[0].ids["published_doi"] == "10.1109/icstw55395.2022.00035"
    assert len({r.record_id for r in found}) == 100


@pytest.mark.parametrize(
    ("reply", "error"),
    [("2026-07_error_in_200.xml", RequestRefused), ("2026-07_rewritten_query.xml", ReplyError)],
)
def test_recorded_errors_inside_http_200_are_errors(reply: str, error: type[SlrError], tmp_path: Path) -> None:
    from tests.support.http_server import Script, serving

    with serving(Script(shared(f"replies/arxiv/{reply}").read_bytes())) as url, pytest.raises(error):
        opened("arxiv", url, tmp_path).check()
