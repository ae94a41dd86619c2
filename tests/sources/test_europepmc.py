from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from slr.errors import ReplyError, RequestRefused, SlrError, SourceDown
from slr.matrix.dialects.europepmc import LIMITS, clauses
from slr.model import RECORD_TYPES, KnownStudy, Record
from slr.sources.europepmc import EuropePmc
from slr.sources.europepmc_articles import read_article
from tests.support.data import shared
from tests.support.europepmc_server import BUSY, NO_LIST, SYNTAX_ERROR, EuropePmcServer
from tests.support.http_server import Answer, Script, serving
from tests.support.report import report
from tests.support.served import AtAddress
from tests.support.service import http
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
LIVE = "https://www.ebi.ac.uk/europepmc/webservices/rest"


def source(url: str, folder: Path, **more: Any) -> EuropePmc:
    return EuropePmc(AtAddress(url), http(folder, **more))


def corpus(size: int) -> list[dict[str, Any]]:
    return [made_work(i, f"Knowledge transfer {i}", "of a cluster") for i in range(1, size + 1)]


@contextmanager
def recorded(name: str, folder: Path) -> Iterator[tuple[EuropePmc, Script]]:
    """The source on a server that answers whatever it is asked with one recorded reply."""
    script = Script(
        Answer(shared(f"replies/europepmc/{name}").read_bytes(), headers={"Content-Type": "application/json"})
    )
    with serving(script) as url:
        yield source(url, folder), script


def forms(server: EuropePmcServer) -> list[dict[str, str]]:
    return [{name: values[-1] for name, values in parse_qs(asked.body.decode()).items()} for asked in server.asked]


# planning


@pytest.mark.parametrize("variants", [False, True])
def test_the_whole_matrix_of_the_report_is_one_posted_query(variants: bool, tmp_path: Path) -> None:
    plan = source(LIVE, tmp_path).plan(report(variants))
    (query,) = plan.queries
    assert (query.url, query.url_bytes) == (f"{LIVE}/searchPOST", len(query.url))
    assert not any(one.inflected for one in plan.absorbed)


def test_a_matrix_of_too_many_clauses_is_asked_in_parts_that_find_the_whole(tmp_path: Path) -> None:
    search = wanted([f"knowledge number{i:03}" for i in range(600)], [f"cluster kind{i:02}" for i in range(30)])
    works = [made_work(i, f"Knowledge number{i:03}", f"a cluster kind{i % 30:02}") for i in range(1, 600, 9)]
    with serving(EuropePmcServer(works)) as url:
        opened = source(url, tmp_path)
        assert all(clauses(part) <= LIMITS.clauses.value for part in opened.plan(search).parts)
        assert {record.doi for record in records(opened, search)} == {f"10.5555/w{i}" for i in range(1, 600, 9)}


# reading


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2500])
def test_every_record_is_read_once_until_the_cursor_stands_still(size: int, tmp_path: Path) -> None:
    with serving(server := EuropePmcServer(corpus(size))) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert sorted(int(r.ids["pmid"]) for page in read for r in page.records) == list(range(1, size + 1))
    assert {page.total for page in read} == {size}
    assert forms(server)[0]["cursorMark"] == "*"


def test_synonyms_are_off_and_whole_records_are_asked_for_by_post(tmp_path: Path) -> None:
    with serving(server := EuropePmcServer(corpus(2))) as url:
        found = records(source(url, tmp_path), SEARCH)
    (asked, *_), (form, *_) = server.asked, forms(server)
    assert (asked.method, asked.path, asked.query) == ("POST", "/searchPOST", {})
    assert (form["synonym"], form["resultType"], form["pageSize"]) == ("false", "core", "1000")
    assert found[0].abstract == "Aim of a cluster"


def test_counting_takes_one_id(tmp_path: Path) -> None:
    with serving(server := EuropePmcServer(corpus(120))) as url:
        opened = source(url, tmp_path)
        assert opened.count(opened.plan(SEARCH).queries[0]) == 120
    assert (forms(server)[0]["pageSize"], forms(server)[0]["resultType"]) == ("1", "idlist")


def test_a_search_is_replayed_from_its_archive(tmp_path: Path) -> None:
    with serving(EuropePmcServer(corpus(1100))) as url:
        before = list(pages(source(url, tmp_path), SEARCH))
    assert list(pages(source(url, tmp_path, offline=True), SEARCH)) == before


# faults


@pytest.mark.parametrize("fault", [BUSY, NO_LIST, Answer({"error": "x"}, 503), Answer(b"", hang_up=True)])
def test_a_passing_fault_changes_nothing_even_inside_http_200(fault: Answer, tmp_path: Path) -> None:
    with serving(EuropePmcServer(corpus(1100), faults=[None, fault, fault])) as url:
        assert len(records(source(url, tmp_path), SEARCH)) == 1100


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (SYNTAX_ERROR, RequestRefused, "could not be parsed"),
        (BUSY, RequestRefused, "not available at present"),
        (NO_LIST, ReplyError, "resultList"),
        (Answer({"version": "6.9", "errMsg": "No"}), RequestRefused, "No"),
        (Answer([]), ReplyError, "no object"),
        (Answer("<html></html>"), ReplyError, "HTML"),
        (Answer({"error": "down"}, 500), SourceDown, "down"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: Answer, error: type[SlrError], said: str, tmp_path: Path
) -> None:
    with serving(EuropePmcServer(corpus(1), faults=[fault] * 9)) as url, pytest.raises(error, match=said) as raised:
        records(source(url, tmp_path), SEARCH)
    assert "\n" not in str(raised.value)


# looking up


def test_known_studies_are_found_by_doi_in_one_batch_and_else_by_title(tmp_path: Path) -> None:
    works = [made_work(i, f"Study {name}") for i, name in enumerate(["alpha", "beta", 'the "great" move: A|B'], 1)]
    asked = [
        KnownStudy("a", "Study alpha", doi="10.5555/w1"),
        KnownStudy("b", "another title", doi="10.5555/w2"),
        KnownStudy("c", 'Study the "great" move: A|B'),
        KnownStudy("d", "!?"),
    ]
    with serving(server := EuropePmcServer(works)) as url:
        found = source(url, tmp_path).find(asked)
    assert {key: [record.doi for record in some] for key, some in found.items()} == {
        "a": ["10.5555/w1"],
        "b": ["10.5555/w2"],
        "c": ["10.5555/w3"],
        "d": [],
    }
    assert len(server.asked) == 2


@pytest.mark.parametrize(("name", "prefix"), [("doi", "10.5555/w"), ("pmid", "")])
def test_identifiers_are_asked_for_a_hundred_at_a_time(name: Any, prefix: str, tmp_path: Path) -> None:
    with serving(server := EuropePmcServer(corpus(230))) as url:
        found = list(source(url, tmp_path).described(name, [f"{prefix}{i}" for i in range(1, 251)]))
    assert [len(page.records) for page in found] == [100, 100, 30]
    assert len(server.asked) == 3


def linked(opened: EuropePmc, ids: list[str], direction: Any) -> tuple[list[Record], list[str]]:
    found, warnings, cursor = list[Record](), list[str](), None
    while True:
        page = opened.linked(ids, direction, cursor)
        found += page.records
        warnings += page.warnings
        if (cursor := page.next_cursor) is None:
            return found, warnings


def test_links_are_read_record_by_record_and_page_by_page_and_unmatched_ones_are_counted(tmp_path: Path) -> None:
    many = [f"https://openalex.org/W{i}" for i in range(1, 1101)]
    works = [*corpus(1100), made_work(2000, "Long", referenced_works=many), made_work(2001, "No list")]
    with serving(server := EuropePmcServer(works, unmatched=5)) as url:
        found, warnings = linked(source(url, tmp_path), ["MED/2000", "MED/2001", "MED/9999"], "backward")
    assert len(found) == 1100
    assert len(server.asked) == 4
    assert [warning.split(" of ")[0] for warning in warnings[:2]] == ["5", "5"]
    assert "does not know the record MED/9999" in warnings[2]
    assert {record.ids["europepmc"] for record in found} == {f"MED/{i}" for i in range(1, 1101)}


# recorded replies


@pytest.mark.parametrize(
    ("name", "count", "with_abstract"),
    [
        ("2025_search_core_25.json", 25, 21),
        ("2025_search_lite_25.json", 25, 0),
        ("2025_search_lite_1000.json", 1000, 0),
        ("2026-03_search_core_3.json", 3, 2),
    ],
)
def test_recorded_pages_are_read_whole(name: str, count: int, with_abstract: int, tmp_path: Path) -> None:
    with recorded(name, tmp_path) as (opened, _):
        page = opened.page(opened.plan(SEARCH).queries[0], None)
    assert (len(page.records), page.warnings) == (count, ())
    assert sum(record.abstract is not None for record in page.records) == with_abstract
    assert all(record.title and record.year and record.type in (*RECORD_TYPES, None) for record in page.records)
    assert page.next_cursor is not None


def test_the_recorded_cursor_asked_with_again_is_the_end(tmp_path: Path) -> None:
    with recorded("2026-03_search_core_3.json", tmp_path) as (opened, _):
        page = opened.page(opened.plan(SEARCH).queries[0], "AoIIQYg13Sg1NTE5MTg0MQ==")
    assert page.next_cursor is None


def test_the_recorded_reply_without_hits_is_an_empty_last_page(tmp_path: Path) -> None:
    with recorded("2025_search_no_results.json", tmp_path) as (opened, _):
        page = opened.page(opened.plan(SEARCH).queries[0], None)
    assert (page.records, page.total, page.next_cursor) == ((), 0, None)


def test_a_recorded_article_gives_its_whole_record() -> None:
    listed = json.loads(shared("replies/europepmc/2026-03_search_core_3.json").read_text())["resultList"]["result"]
    record = read_article(listed[1], "europepmc")
    assert record.record_id == "europepmc:MED/41744547"
    assert record.authors[0] == "Dai, Lihong"
    assert (record.venue, record.volume, record.issue, record.pages) == (
        "Biomimetics (Basel, Switzerland)", "11", "2", "103",
    )  # fmt: skip
    assert (record.year, record.doi, record.type, record.language) == (
        2026,
        "10.3390/biomimetics11020103",
        "article",
        "en",
    )
    assert record.keywords[0] == "Gaze Tracking"
    assert record.ids == {
        "europepmc": "MED/41744547", "pmid": "41744547", "pmcid": "PMC12938590", "issn": "2313-7673",
    }  # fmt: skip
    assert record.url == "https://europepmc.org/article/MED/41744547"


def test_a_recorded_erratum_is_one() -> None:
    listed = json.loads(shared("replies/europepmc/2025_search_lite_1000.json").read_text())["resultList"]["result"]
    assert read_article(listed[1], "europepmc").type == "erratum"


def test_recorded_citations_are_read(tmp_path: Path) -> None:
    with recorded("2016_citations_p1.json", tmp_path) as (opened, _):
        page = opened.linked(["MED/15723116"], "forward", None)
    assert (len(page.records), page.warnings) == (25, ())
    first = page.records[0]
    assert (first.record_id, first.year, first.venue) == ("europepmc:MED/16271386", 2005, "Cell")
    assert first.authors == ("Matranga, C", "Tomari, Y", "Shin, C", "Bartel, DP", "Zamore, PD")


@pytest.mark.parametrize("article", [None, 7, [], {}, {"id": "1"}, {"source": "MED", "id": None}])
def test_what_is_no_article_is_refused_with_a_reason(article: Any) -> None:
    with pytest.raises(ValueError, match=r"is not an object|`source` and `id`"):
        read_article(article, "europepmc")


def test_one_malformed_article_is_named_with_its_place_and_the_others_are_kept(tmp_path: Path) -> None:
    good = {"source": "MED", "id": "1", "title": "A"}
    body = {"hitCount": 3, "resultList": {"result": [good, {"id": "77"}, {**good, "id": "2"}]}}
    with serving(Script(body)) as url:
        opened = source(url, tmp_path)
        page = opened.page(opened.plan(SEARCH).queries[0], None)
    assert page.positions == (0, 2)
    assert "77" in page.warnings[0]
    assert "place 2" in page.warnings[0]


def test_the_server_of_these_tests_answers_in_the_recorded_shapes(tmp_path: Path) -> None:
    told = json.loads(shared("replies/europepmc/2026-03_search_core_3.json").read_text())
    links = json.loads(shared("replies/europepmc/2016_citations_p1.json").read_text())
    server = EuropePmcServer([*corpus(2), made_work(9, "Citing", referenced_works=["https://openalex.org/W1"])])
    with serving(server) as url:
        opened = source(url, tmp_path)
        opened.page(opened.plan(SEARCH).queries[0], None)
        opened.linked(["MED/1"], "forward", None)
    said = [server.answer(asked) for asked in server.asked]
    assert isinstance(said[0], dict)
    assert isinstance(said[1], dict)
    assert said[0].keys() <= told.keys()
    assert set().union(*said[0]["resultList"]["result"]) <= set().union(*told["resultList"]["result"])
    assert said[1].keys() == links.keys()
    assert said[1]["citationList"]["citation"][0].keys() <= links["citationList"]["citation"][0].keys()
