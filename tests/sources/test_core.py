from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slr.errors import BudgetSpent, KeyRefused, ReplyError, RequestRefused, SlrError, SourceDown
from slr.matrix.analysis import EXACT
from slr.model import KnownStudy, Page
from slr.sources.core import Core
from slr.sources.core_works import read_work
from tests.support.core_server import CoreServer, throttled
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.http_server import Answer, Script, serving
from tests.support.report import report
from tests.support.served import AtAddress
from tests.support.service import http
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
LIVE = "https://api.core.ac.uk/v3"
KEY = "a-made-up-key-for-core-0123456789"


def source(url: str, folder: Path, **more: Any) -> Core:
    return Core(AtAddress(url), http(folder, **more))


def corpus(size: int) -> list[dict[str, Any]]:
    """Works of which SEARCH finds all; one in fifty has no year."""
    made = [made_work(i, f"Knowledge transfer {i}", "of a cluster") for i in range(1, size + 1)]
    return [{**work, "publication_year": None} if i % 50 == 0 else work for i, work in enumerate(made, start=1)]


def numbers(read: list[Page]) -> list[int]:
    return sorted(int(record.ids["core"]) for page in read for record in page.records)


# planning


@pytest.mark.parametrize("variants", [False, True])
def test_the_whole_matrix_of_the_report_is_one_posted_query(variants: bool, tmp_path: Path) -> None:
    plan = source(LIVE, tmp_path).plan(report(variants))
    (query,) = plan.queries
    assert (query.url, query.url_bytes) == (f"{LIVE}/search/works", len(query.url))
    assert any("10,000" in note and "cut at search time" in note for note in plan.notes)
    assert not any(one.inflected for one in plan.absorbed)


def test_a_plan_says_that_a_key_is_needed_where_there_is_none(tmp_path: Path) -> None:
    assert any("CORE_API_KEY" in note for note in source(LIVE, tmp_path).plan(SEARCH).notes)
    assert not any("CORE_API_KEY" in note for note in source(LIVE, tmp_path, CORE_API_KEY=KEY).plan(SEARCH).notes)


# reading


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 250])
def test_every_work_is_read_once_in_as_few_pages_as_hold_them(size: int, tmp_path: Path) -> None:
    with serving(server := CoreServer(corpus(size))) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert numbers(read) == list(range(1, size + 1))
    assert len(server.asked) == max(1, -(-size // 100))


def test_more_than_ten_thousand_hits_are_read_in_parts_each_once(tmp_path: Path) -> None:
    with serving(server := CoreServer(corpus(10_050), analyzer=EXACT)) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert numbers(read) == list(range(1, 10_051))
    assert read[0].total == 10_050
    assert not any(page.warnings for page in read)
    assert any("NOT _exists_:yearPublished" in asked.json()["q"] for asked in server.asked)


def test_the_limit_on_years_is_part_of_the_query(tmp_path: Path) -> None:
    search = wanted(["knowledge transfer"], ["cluster"], years=(2003, 2005))
    with serving(CoreServer(corpus(100))) as url:
        assert {record.year for record in records(source(url, tmp_path), search)} == {2003, 2004, 2005}


def test_full_texts_are_not_asked_for(tmp_path: Path) -> None:
    with serving(server := CoreServer(corpus(1))) as url:
        records(source(url, tmp_path), SEARCH)
    (asked,) = server.asked
    assert asked.json()["exclude"] == ["fullText"]


def test_nulls_are_empty_fields(tmp_path: Path) -> None:
    with serving(CoreServer(corpus(50))) as url:
        found = {int(record.ids["core"]): record for record in records(source(url, tmp_path), SEARCH)}
    assert (found[3].language, found[4].language) == (None, "en")
    assert (found[2].venue, found[3].venue, found[50].year) == (None, None, None)
    assert (found[2].type, found[3].type) == (None, "dissertation")


def test_ten_requests_a_minute(tmp_path: Path) -> None:
    time = FakeTime()
    with serving(CoreServer(corpus(300))) as url:
        list(pages(source(url, tmp_path, time=time), SEARCH))
    assert time.passed == pytest.approx(12.0)


def test_a_search_is_replayed_from_its_archive(tmp_path: Path) -> None:
    with serving(CoreServer(corpus(250))) as url:
        before = list(pages(source(url, tmp_path), SEARCH))
    assert list(pages(source(url, tmp_path, offline=True), SEARCH)) == before


# keys and faults


def test_the_key_travels_as_a_bearer_and_is_kept_nowhere(tmp_path: Path) -> None:
    with serving(server := CoreServer(corpus(1), key=KEY)) as url:
        said = source(url, tmp_path, CORE_API_KEY=KEY).check()
    assert "accepts the key" in said
    assert "999 tokens" in said
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_without_a_key_the_error_says_where_to_put_one(tmp_path: Path) -> None:
    with serving(CoreServer(corpus(1), key=KEY)) as url, pytest.raises(SourceDown, match="CORE_API_KEY"):
        records(source(url, tmp_path), SEARCH)


def test_a_refused_key_is_said_to_be(tmp_path: Path) -> None:
    with serving(CoreServer(corpus(1), key=KEY)) as url, pytest.raises(KeyRefused, match="CORE_API_KEY"):
        records(source(url, tmp_path, CORE_API_KEY="another-key-0123456789"), SEARCH)


@pytest.mark.parametrize(
    "told", ["5400", "2026-11-03T00:00:00+0000", "2026-11-03T00:00:00+00:00", "2026-11-03T00:00:00"]
)
def test_a_pause_of_hours_means_that_the_tokens_are_spent(told: str, tmp_path: Path) -> None:
    with serving(CoreServer(corpus(250), faults=[None, throttled(told)])) as url:
        with pytest.raises(BudgetSpent) as raised:
            list(pages(source(url, tmp_path), SEARCH))
        assert raised.value.resets_in == pytest.approx(5400 if told == "5400" else 43_200, abs=100)
        assert len(list(pages(source(url, tmp_path), SEARCH))) == 3


@pytest.mark.parametrize("told", ["7", "2026-11-02T12:00:40+0000", "", "soon"])
def test_a_pause_of_seconds_is_waited_for(told: str, tmp_path: Path) -> None:
    with serving(CoreServer(corpus(250), faults=[None, throttled(told)])) as url:
        assert len(records(source(url, tmp_path), SEARCH)) == 250


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (Answer({"message": "Failed to parse query"}, 400), RequestRefused, "Failed to parse"),
        (Answer({"results": []}), ReplyError, "totalHits"),
        (Answer({"totalHits": 1}), ReplyError, "results"),
        (Answer("<html></html>"), ReplyError, "HTML"),
        (Answer({"message": "Gateway timeout"}, 504), SourceDown, "Gateway timeout"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: Answer, error: type[SlrError], said: str, tmp_path: Path
) -> None:
    with serving(CoreServer(corpus(1), faults=[fault] * 9)) as url, pytest.raises(error, match=said) as raised:
        records(source(url, tmp_path), SEARCH)
    assert "\n" not in str(raised.value)


# looking up


def test_known_studies_are_found_by_doi_in_batches_and_else_by_title(tmp_path: Path) -> None:
    works = [made_work(i, f"Study number{i}") for i in range(1, 61)]
    asked = [KnownStudy(str(i), "?", doi=f"10.5555/w{i}") for i in range(1, 61)]
    asked += [
        KnownStudy("title", "Study “number7”"),
        KnownStudy("none", "?!"),
        KnownStudy("no doi", "x", doi="10.5555/0"),
    ]
    with serving(server := CoreServer(works)) as url:
        found = source(url, tmp_path).find(asked)
    assert all([record.doi for record in found[str(i)]] == [f"10.5555/w{i}"] for i in range(1, 61))
    assert [record.doi for record in found["title"]] == ["10.5555/w7"]
    assert found["none"] == found["no doi"] == []
    assert len(server.asked) == 3


# recorded replies


def test_the_recorded_page_is_read_whole(tmp_path: Path) -> None:
    told = json.loads(shared("replies/core/2026-03_search_works_3.json").read_text())
    with serving(Script({**told, "totalHits": len(told["results"])})) as url:
        (page,) = pages(source(url, tmp_path), SEARCH)
    (record,) = page.records
    assert page.warnings == ()
    assert record.record_id == "core:58971691"
    assert record.title == "Speech Emotion Recognition Using Multi-hop Attention Mechanism"
    assert record.authors == ("Byun, Seokhyun", "Dey, Subhadeep", "Jung, Kyomin", "Yoon, Seunghyun")
    assert (record.year, record.doi, record.language) == (2019, "10.1109/icassp.2019.8683483", "en")
    assert (record.type, record.venue, record.url) == (None, None, "https://core.ac.uk/works/58971691")
    assert record.ids == {"core": "58971691", "arxiv": "1904.10788"}
    assert (record.abstract or "").startswith("In this paper, we are interested")


@pytest.mark.parametrize("work", [None, 7, [], {}, {"id": None, "title": "x"}, {"id": True}])
def test_what_is_no_work_is_refused_with_a_reason(work: Any) -> None:
    with pytest.raises(ValueError, match=r"is not an object|`id`"):
        read_work(work, "core")


def test_one_malformed_work_is_named_with_its_place_and_the_others_are_kept(tmp_path: Path) -> None:
    with serving(Script({"totalHits": 3, "results": [{"id": 1}, "odd", {"id": 2}]})) as url:
        (page,) = pages(source(url, tmp_path), SEARCH)
    assert page.positions == (0, 2)
    assert "place 2" in page.warnings[0]


def test_the_server_of_these_tests_answers_in_the_recorded_shape(tmp_path: Path) -> None:
    told = json.loads(shared("replies/core/2026-03_search_works_3.json").read_text())
    server = CoreServer(corpus(2))
    with serving(server) as url:
        records(source(url, tmp_path), SEARCH)
    said = server.answer(server.asked[0])
    assert isinstance(said, Answer)
    assert isinstance(said.body, dict)
    assert said.body.keys() == told.keys()
    assert said.body["results"][0].keys() <= told["results"][0].keys()
