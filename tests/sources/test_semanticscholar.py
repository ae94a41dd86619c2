from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from slr.errors import KeyRefused, ReplyError, RequestRefused, SlrError, SourceDown
from slr.matrix.analysis import EXACT
from slr.matrix.dialects.semanticscholar import LIMITS
from slr.model import KnownStudy, Record
from slr.sources.semanticscholar import TOKEN_ROOM, SemanticScholar
from slr.sources.semanticscholar_papers import read_paper
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.http_server import Answer, Script, serving
from tests.support.report import report
from tests.support.semanticscholar_server import FORBIDDEN, S2, TOO_MANY, paper_id
from tests.support.served import AtAddress
from tests.support.service import http
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
KEY = "a-made-up-key-of-forty-characters-012345"
LIVE = "https://api.semanticscholar.org/graph/v1"


def source(url: str, folder: Path, **more: Any) -> SemanticScholar:
    return SemanticScholar(AtAddress(url), http(folder, **more))


def corpus(size: int) -> list[dict[str, Any]]:
    found = [made_work(i, f"Knowledge transfer {i}", "" if i % 4 else "of a cluster") for i in range(1, size + 1)]
    return [{**work, "title": f"{work['title']} in a cluster"} for work in found]


@contextmanager
def recorded(name: str, folder: Path) -> Iterator[tuple[SemanticScholar, Script]]:
    """The source on a server that answers whatever it is asked with one recorded reply."""
    script = Script(
        Answer(shared(f"replies/semanticscholar/{name}").read_bytes(), headers={"Content-Type": "application/json"})
    )
    with serving(script) as url:
        yield source(url, folder), script


# planning


@pytest.mark.parametrize("variants", [False, True])
def test_the_whole_matrix_of_the_report_is_one_query_that_fits(variants: bool, tmp_path: Path) -> None:
    plan = source(LIVE, tmp_path).plan(report(variants))
    (query,) = plan.queries
    assert query.url_bytes == len(query.url) + TOKEN_ROOM <= LIMITS.url_bytes.value
    assert not any(one.inflected for one in plan.absorbed)
    assert query.oql is None


def test_and_is_sent_as_percent_2b(tmp_path: Path) -> None:
    with serving(server := S2(corpus(3))) as url:
        assert len(records(source(url, tmp_path), SEARCH)) == 3
    (asked,) = server.asked
    assert "%20%2B%20" in asked.url
    assert "+" not in asked.url


def test_stemming_or_not_the_same_is_asked(tmp_path: Path) -> None:
    asked = [source(LIVE, tmp_path).plan(report(analyzer=how)).queries for how in (EXACT, SEARCH.analyzer)]
    assert asked[0] == asked[1]


def test_a_matrix_too_long_for_one_address_is_asked_in_parts_that_find_the_whole(tmp_path: Path) -> None:
    search = wanted([f"knowledge number{i:03}" for i in range(150)], [f"cluster kind{i:02}" for i in range(30)])
    works = [made_work(i, f"Knowledge number{i:03}", f"a cluster kind{i % 30:02}") for i in range(1, 150)]
    with serving(server := S2(works)) as url:
        found = records(source(url, tmp_path), search)
    assert len(server.asked) > 1
    assert {record.doi for record in found} == {f"10.5555/w{i}" for i in range(1, 150)}


# reading


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 30])
def test_every_paper_is_read_once_page_by_page_with_the_token(size: int, tmp_path: Path) -> None:
    with serving(server := S2(corpus(size), bulk=10)) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    found = [record.record_id for page in read for record in page.records]
    assert sorted(found) == sorted(f"semanticscholar:{paper_id(f'W{i}')}" for i in range(1, size + 1))
    assert len(server.asked) == max(1, -(-size // 10))


def test_an_elided_abstract_is_none(tmp_path: Path) -> None:
    with serving(S2(corpus(4))) as url:
        found = records(source(url, tmp_path), SEARCH)
    assert [record.abstract for record in found] == [None, None, None, "of a cluster"]


def test_the_stated_total_is_handed_on_as_stated_and_said_to_be_an_estimate(tmp_path: Path) -> None:
    with serving(S2(corpus(12), bulk=10, off=40)) as url:
        opened = source(url, tmp_path)
        assert {page.total for page in pages(opened, SEARCH)} == {52}
        assert opened.count(opened.plan(SEARCH).queries[0]) == 52
    assert opened.info.approximate_total
    assert any("estimate" in note for note in opened.plan(SEARCH).notes)


def test_one_request_a_second_over_all_that_is_asked(tmp_path: Path) -> None:
    time = FakeTime()
    with serving(S2(corpus(30), bulk=10)) as url:
        opened = source(url, tmp_path, time=time)
        list(pages(opened, SEARCH))
        opened.count(opened.plan(SEARCH).queries[0])
        opened.find([KnownStudy("a", "x", doi="10.5555/w1"), KnownStudy("b", "Knowledge transfer 2")])
        opened.linked([paper_id("W1")], "backward", None)
    assert time.passed == pytest.approx(6.0)


def test_a_search_is_replayed_from_its_archive_tokens_and_all(tmp_path: Path) -> None:
    with serving(S2(corpus(30), bulk=10)) as url:
        before = list(pages(source(url, tmp_path), SEARCH))
    assert list(pages(source(url, tmp_path, offline=True), SEARCH)) == before


def test_the_key_travels_in_its_header_and_is_kept_nowhere(tmp_path: Path) -> None:
    with serving(server := S2(corpus(1), key=KEY)) as url:
        assert "accepts the key" in source(url, tmp_path, S2_API_KEY=KEY).check()
    assert server.asked[0].headers["x-api-key"] == KEY
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


# faults


@pytest.mark.parametrize(
    "fault", [TOO_MANY, Answer({"message": "Endpoint request timed out"}, 504), Answer(b"", hang_up=True)]
)
def test_a_passing_fault_changes_nothing(fault: Answer, tmp_path: Path) -> None:
    with serving(S2(corpus(15), faults=[None, fault, fault], bulk=10)) as url:
        assert len(records(source(url, tmp_path), SEARCH)) == 15


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (TOO_MANY, SourceDown, "Too Many Requests"),
        (Answer({"error": "Bad query parameters"}, 400), RequestRefused, "Bad query parameters"),
        (Answer({"total": 3}), ReplyError, "`data`"),
        (Answer({"data": []}), ReplyError, "`total`"),
        (Answer({"total": 1, "token": 7, "data": []}), ReplyError, "token"),
        (Answer("<html></html>"), ReplyError, "HTML"),
        (Answer([]), ReplyError, "no object"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: Answer, error: type[SlrError], said: str, tmp_path: Path
) -> None:
    with serving(S2(corpus(1), faults=[fault] * 9)) as url, pytest.raises(error, match=said) as raised:
        records(source(url, tmp_path), SEARCH)
    assert "\n" not in str(raised.value)


def test_a_token_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    same = Answer({"total": 30, "token": "AGAIN", "data": [{"paperId": "a", "title": "A"}]})
    with serving(Script(same)) as url:
        opened = source(url, tmp_path)
        (query,) = opened.plan(SEARCH).queries
        assert opened.page(query, None).next_cursor == "AGAIN"
        with pytest.raises(ReplyError, match="same token"):
            opened.page(query, "AGAIN")


def test_a_refused_key_is_said_to_be(tmp_path: Path) -> None:
    with serving(Script(FORBIDDEN)) as url, pytest.raises(KeyRefused, match="S2_API_KEY"):
        records(source(url, tmp_path, S2_API_KEY=KEY), SEARCH)


# looking up


def test_known_studies_are_found_by_doi_in_one_batch_and_else_by_title(tmp_path: Path) -> None:
    works = [made_work(i, f"Study {name}") for i, name in enumerate(["alpha", "beta", "gamma-delta"], 1)]
    asked = [
        KnownStudy("a", "Study alpha", doi="10.5555/w1"),
        KnownStudy("b", "another title", doi="10.5555/w2"),
        KnownStudy("c", "Study: gamma-delta"),
        KnownStudy("d", "Study alpha", doi="10.5555/none"),
        KnownStudy("e", "!?"),
    ]
    with serving(server := S2(works)) as url:
        found = source(url, tmp_path).find(asked)
    assert {key: [record.doi for record in some] for key, some in found.items()} == {
        "a": ["10.5555/w1"],
        "b": ["10.5555/w2"],
        "c": ["10.5555/w3"],
        "d": [],
        "e": [],
    }
    assert len(server.asked) == 2


def test_dois_are_asked_for_five_hundred_at_a_time(tmp_path: Path) -> None:
    works = [made_work(i, f"No {i}") for i in range(1, 1101)]
    with serving(server := S2(works)) as url:
        found = list(source(url, tmp_path).described("doi", [f"10.5555/w{i}" for i in range(1, 1201)]))
    assert [len(page.records) for page in found] == [500, 500, 100]
    assert len(server.asked) == 3
    assert found[2].positions == tuple(range(100))
    assert found[2].warnings == ()


def linked(opened: SemanticScholar, ids: list[str], direction: Any) -> tuple[list[Record], list[str]]:
    found, warnings, cursor = list[Record](), list[str](), None
    while True:
        page = opened.linked(ids, direction, cursor)
        found += page.records
        warnings += page.warnings
        if (cursor := page.next_cursor) is None:
            return found, warnings


def test_links_are_read_paper_by_paper_and_page_by_page_and_nameless_ones_are_counted(tmp_path: Path) -> None:
    many = [f"https://openalex.org/W{i}" for i in range(1, 1101)]
    works = [made_work(i, f"No {i}") for i in range(1, 1101)]
    works += [
        made_work(2000, "Long list", referenced_works=many),
        made_work(2001, "Short list", referenced_works=many[:2]),
    ]
    with serving(server := S2(works, nameless=7)) as url:
        found, warnings = linked(source(url, tmp_path), [paper_id("W2001"), paper_id("W2000")], "backward")
    assert len(found) == 1102
    assert len(server.asked) == 3
    assert [warning.split(" of ")[0] for warning in warnings] == ["7", "7"]


def test_a_withheld_list_and_an_unknown_paper_are_said(tmp_path: Path) -> None:
    works = [made_work(1, "One", referenced_works=["https://openalex.org/W2"]), made_work(2, "Two")]
    with serving(S2(works, withheld=("W1",))) as url:
        found, warnings = linked(source(url, tmp_path), [paper_id("W1"), paper_id("W9")], "backward")
    assert found == []
    assert "withholds the references" in warnings[0]
    assert "does not know the paper" in warnings[1]


# recorded replies


def test_a_recorded_first_page_leads_on_and_the_recorded_last_page_does_not(tmp_path: Path) -> None:
    with recorded("2024-07_bulk_page1.json", tmp_path) as (opened, script):
        page = opened.page(opened.plan(SEARCH).queries[0], None)
        assert (len(page.records), page.total, page.warnings) == (1000, 2674, ())
        with pytest.raises(ReplyError, match="same token"):
            opened.page(opened.plan(SEARCH).queries[0], page.next_cursor)
    assert f"token={page.next_cursor}" in script.asked[1].url
    with recorded("2024-07_bulk_last_page.json", tmp_path / "last") as (opened, _):
        page = opened.page(opened.plan(SEARCH).queries[0], "SOME")
        assert (len(page.records), page.next_cursor) == (674, None)
        assert page.records[0].title == "Mastering Service Mesh"


def test_a_recorded_paper_gives_its_whole_record() -> None:
    listed = json.loads(shared("replies/semanticscholar/2024-12_batch_with_null.json").read_text())
    record = read_paper(listed[1], "semanticscholar")
    assert record.title == "How Much Should We Trust Differences-in-Differences Estimates?"
    assert record.authors == ("Bertrand, Marianne", "Duflo, E.", "Mullainathan, S.")
    assert (record.year, record.doi, record.type) == (2001, "10.2139/ssrn.288970", "review")
    assert record.venue == "Experimental & Empirical Studies eJournal"
    assert record.ids["mag"] == "2096684396"
    assert record.ids["corpusid"] == "470667"
    assert (record.abstract or "").startswith("Most Difference-in-Difference (DD) papers")


def test_the_recorded_batch_has_a_place_without_a_paper(tmp_path: Path) -> None:
    with recorded("2024-12_batch_with_null.json", tmp_path) as (opened, _):
        (page,) = opened.described("doi", ["10.1/a", "10.1/b"])
    assert (page.positions, page.warnings) == ((1, 2, 3), ())


@pytest.mark.parametrize(
    ("name", "direction", "kept", "left_out", "onward"),
    [
        ("2024-12_references_p1.json", "backward", 40, 10, "0:50"),
        ("2024-12_references_last_null_ids.json", "backward", 4, 13, None),
        ("2024-07_citations_p1.json", "forward", 100, 0, "0:100"),
        ("2024-07_citations_last.json", "forward", 77, 4, None),
        ("2026-07_references_3.json", "backward", 3, 0, "0:3"),
        ("2026-07_citations_3.json", "forward", 3, 0, "0:3"),
    ],
)
def test_recorded_links_are_read(
    name: str, direction: Any, kept: int, left_out: int, onward: str | None, tmp_path: Path
) -> None:
    with recorded(name, tmp_path) as (opened, _):
        page = opened.linked(["CorpusID:1"], direction, None)
    assert (len(page.records), page.next_cursor) == (kept, onward)
    assert [int(warning.split(" of ")[0]) for warning in page.warnings] == ([left_out] if left_out else [])


def test_a_recorded_error_404_is_a_paper_that_is_not_known(tmp_path: Path) -> None:
    body = shared("replies/semanticscholar/2024-12_error_404.json").read_bytes()
    with serving(Script(Answer(body, 404, {"Content-Type": "application/json"}))) as url:
        page = source(url, tmp_path).linked(["0"], "backward", None)
    assert (page.records, page.next_cursor) == ((), None)
    assert "does not know the paper 0" in page.warnings[0]


@pytest.mark.parametrize("paper", [None, 7, [], {}, {"paperId": None, "title": "x"}, {"paperId": 5}])
def test_what_is_no_paper_is_refused_with_a_reason(paper: Any) -> None:
    with pytest.raises(ValueError, match=r"is not an object|paperId"):
        read_paper(paper, "semanticscholar")


def test_fields_of_another_kind_are_left_empty() -> None:
    odd = {
        "paperId": "a",
        "title": 7,
        "year": "x",
        "authors": {},
        "journal": [],
        "externalIds": 3,
        "publicationTypes": 1,
    }
    record = read_paper(odd, "semanticscholar")
    assert (record.title, record.year, record.authors, record.doi, record.type) == ("", None, (), None, None)


def test_the_server_of_these_tests_answers_in_the_recorded_shapes(tmp_path: Path) -> None:
    bulk = json.loads(shared("replies/semanticscholar/2024-07_bulk_page1.json").read_text())
    links = json.loads(shared("replies/semanticscholar/2024-07_citations_last.json").read_text())
    whole = json.loads(shared("replies/semanticscholar/2024-12_batch_with_null.json").read_text())[1]
    script = S2(corpus(2))
    with serving(script) as url:
        opened = source(url, tmp_path)
        opened.page(opened.plan(SEARCH).queries[0], None)
        opened.linked([paper_id("W1")], "forward", None)
    said = [script.answer(asked) for asked in script.asked]
    assert isinstance(said[0], dict)
    assert isinstance(said[1], dict)
    assert said[0].keys() == bulk.keys()
    assert said[1].keys() == links.keys()
    assert said[0]["data"][0].keys() <= whole.keys()
