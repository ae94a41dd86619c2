from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slr.errors import ReplyError, RequestRefused, SlrError, SourceDown
from slr.matrix.dialects.doaj import LIMITS
from slr.model import KnownStudy, Page
from slr.sources.doaj import PARTS_ROOM, Doaj
from slr.sources.doaj_articles import read_article
from tests.support.data import shared
from tests.support.doaj_server import DoajServer, refused
from tests.support.http_server import Answer, Script, serving
from tests.support.report import report
from tests.support.served import AtAddress
from tests.support.service import http
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
LIVE = "https://doaj.org/api/v4"


def source(url: str, folder: Path, **more: Any) -> Doaj:
    return Doaj(AtAddress(url), http(folder, **more))


def corpus(size: int, **more: Any) -> list[dict[str, Any]]:
    """Works of which SEARCH finds all; one in fifty has no year."""
    made = [made_work(i, f"Knowledge transfer {i}", "of a cluster", **more) for i in range(1, size + 1)]
    return [{**work, "publication_year": None} if i % 50 == 0 else work for i, work in enumerate(made, start=1)]


def numbers(read: list[Page]) -> list[int]:
    return sorted(int((record.doi or "").removeprefix("10.5555/w")) for page in read for record in page.records)


# planning


@pytest.mark.parametrize("variants", [False, True])
def test_the_matrix_of_the_report_is_a_few_queries_whose_addresses_fit_with_room_for_their_parts(
    variants: bool, tmp_path: Path
) -> None:
    plan = source(LIVE, tmp_path).plan(report(variants))
    assert 1 < len(plan.queries) <= 4
    assert all(query.url_bytes == len(query.url) + PARTS_ROOM <= LIMITS.url_bytes.value for query in plan.queries)
    assert any("1,000" in note and "cut at search time" in note for note in plan.notes)
    assert not any(one.inflected for one in plan.absorbed)


def test_the_parts_that_a_query_is_cut_into_fit_too(tmp_path: Path) -> None:
    search = wanted([f"knowledge number{i:03}" for i in range(120)], ["cluster"])
    works = [made_work(i, f"Knowledge number{i % 20:03}", "a cluster") for i in range(1, 1200)]
    with serving(server := DoajServer(works)) as url:
        list(pages(source(url, tmp_path), search))
        assert max(len(url) + len(asked.url) for asked in server.asked) <= LIMITS.url_bytes.value
        assert any("NOT%20bibjson.year" in asked.url for asked in server.asked)


def test_blanks_are_never_sent_as_plus_signs(tmp_path: Path) -> None:
    with serving(server := DoajServer(corpus(2))) as url:
        records(source(url, tmp_path), SEARCH)
    assert all("+" not in asked.url and "%20AND%20" in asked.url for asked in server.asked)


# reading


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 999, 1000])
def test_up_to_a_thousand_hits_are_read_uncut(size: int, tmp_path: Path) -> None:
    with serving(server := DoajServer(corpus(size))) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert numbers(read) == list(range(1, size + 1))
    assert len(server.asked) == max(1, -(-size // 100))


@pytest.mark.parametrize("size", [1001, 1500])
def test_more_than_a_thousand_hits_are_read_in_parts_each_once(size: int, tmp_path: Path) -> None:
    with serving(server := DoajServer(corpus(size))) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert numbers(read) == list(range(1, size + 1))
    assert read[0].total == size
    assert not any(page.warnings for page in read)
    assert len(server.asked) <= -(-size // 100) + 12


def test_a_year_of_more_than_a_thousand_hits_is_cut_by_phrases(tmp_path: Path) -> None:
    titles = ["Knowledge transfer", "Skills", "Skill and knowledge transfer"]
    works = [made_work(i, f"{titles[i % 3]} {i}", "of a cluster", publication_year=2011) for i in range(1, 1101)]
    with serving(DoajServer(works)) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert set(numbers(read)) == set(range(1, 1101))
    assert not any(page.warnings for page in read)


def test_a_cell_of_one_year_that_is_too_large_is_read_as_far_as_it_goes_and_said(tmp_path: Path) -> None:
    works = [made_work(i, "Knowledge transfer", "of a cluster", publication_year=2011) for i in range(1, 1101)]
    with serving(DoajServer(works)) as url:
        read = list(pages(source(url, tmp_path), SEARCH))
    assert len(set(numbers(read))) == 1000
    (warning,) = [warning for page in read for warning in page.warnings]
    assert "1,100 hits of 2011" in warning
    assert "100 could not be read" in warning


def test_a_search_in_parts_goes_on_where_it_was_interrupted_and_is_replayed(tmp_path: Path) -> None:
    down = Answer({"status": "error", "error": "down"}, 503)
    with serving(server := DoajServer(corpus(1100))) as url:
        whole = list(pages(source(url, tmp_path / "whole"), SEARCH))
        opened = source(url, tmp_path)
        (query,) = opened.plan(SEARCH).queries
        cursor, read = None, list[Page]()
        while not read or cursor:
            if len(read) == 7:
                server.faults = [down] * 5
                with pytest.raises(SourceDown):
                    opened.page(query, cursor)
                opened = source(url, tmp_path)
            read.append(opened.page(query, cursor))
            cursor = read[-1].next_cursor
    assert [page.records for page in read] == [page.records for page in whole]
    assert list(pages(source(url, tmp_path, offline=True), SEARCH)) == read


def test_the_limit_on_years_bounds_every_part(tmp_path: Path) -> None:
    search = wanted(["knowledge transfer"], ["cluster"], years=(2003, None))
    with serving(server := DoajServer(corpus(1300))) as url:
        read = list(pages(source(url, tmp_path), search))
    assert {record.year for page in read for record in page.records} == set(range(2003, 2020))
    assert all("bibjson.year%3A%5B2" in asked.url for asked in server.asked)


def test_counting_takes_one_article(tmp_path: Path) -> None:
    with serving(server := DoajServer(corpus(1200))) as url:
        opened = source(url, tmp_path)
        assert opened.count(opened.plan(SEARCH).queries[0]) == 1200
    assert server.asked[0].query["pageSize"] == "1"


# faults


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (refused("Query contains disallowed Lucene features"), RequestRefused, "disallowed Lucene"),
        (Answer("<html>Forbidden</html>", 403), RequestRefused, "refuses"),
        (Answer({"results": []}), ReplyError, "`total`"),
        (Answer({"total": 1}), ReplyError, "`results`"),
        (Answer([]), ReplyError, "`total`"),
        (Answer({"status": "error"}, 500), SourceDown, "500"),
        (Answer({"error": "slow down"}, 429), SourceDown, "slow down"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: Answer, error: type[SlrError], said: str, tmp_path: Path
) -> None:
    with serving(DoajServer(corpus(1), faults=[fault] * 9)) as url, pytest.raises(error, match=said) as raised:
        records(source(url, tmp_path), SEARCH)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "fault", [Answer({}, 503), Answer({"total": 9, "results": []}, cut_at=9), Answer(b"", hang_up=True)]
)
def test_a_passing_fault_changes_nothing(fault: Answer, tmp_path: Path) -> None:
    with serving(DoajServer(corpus(250), faults=[None, fault])) as url:
        assert len(records(source(url, tmp_path), SEARCH)) == 250


# looking up


def test_known_studies_are_found_by_doi_in_either_case_and_else_by_title(tmp_path: Path) -> None:
    works = [made_work(i, f"Study {name}") for i, name in enumerate(["alpha", "beta", "gamma"], 1)]
    asked = [
        KnownStudy("small", "?!", doi="10.5555/w1"),
        KnownStudy("capital", "?!", doi="10.5555/w2"),
        KnownStudy("title", "Study: “gamma”"),
        KnownStudy("wrong doi", "Study alpha", doi="10.5555/none"),
        KnownStudy("odd doi", "Study beta", doi="10.5555/a*b"),
        KnownStudy("none", "?!"),
    ]
    with serving(DoajServer(works)) as url:
        found = source(url, tmp_path).find(asked)
    assert {key: [record.doi for record in some] for key, some in found.items()} == {
        "small": ["10.5555/w1"],
        "capital": ["10.5555/w2"],
        "title": ["10.5555/w3"],
        "wrong doi": ["10.5555/w1"],
        "odd doi": ["10.5555/w2"],
        "none": [],
    }


# recorded replies


def test_the_recorded_page_is_read_whole(tmp_path: Path) -> None:
    body = shared("replies/doaj/2026-03_search_articles_3.json").read_bytes()
    small = {**json.loads(body), "total": 3}
    with serving(Script(small)) as url:
        (page,) = pages(source(url, tmp_path), SEARCH)
    assert (len(page.records), page.warnings) == (3, ())
    first, second, _ = page.records
    assert first.record_id == "doaj:0001f707d4ab493dbcacb42e1990518e"
    assert first.authors == ("Yang, Yongzhong", "Tang, Yunyan", "Zhang, Yu", "Yang, Ruo")
    assert (first.year, first.doi, first.venue) == (2021, "10.3389/fpsyg.2021.700180", "Frontiers in Psychology")
    assert (first.volume, first.language, first.ids["issn"]) == ("12", "en", "1664-1078")
    assert first.url == "https://www.frontiersin.org/articles/10.3389/fpsyg.2021.700180/full"
    assert (second.doi, second.pages) == ("10.1109/jstars.2023.3339235", "1734-1747")
    assert second.keywords[0] == "Attention mechanism"
    assert (first.abstract or "").startswith("The visual revolution")


@pytest.mark.parametrize("article", [None, 7, [], {}, {"bibjson": {}}])
def test_what_is_no_article_is_refused_with_a_reason(article: Any) -> None:
    with pytest.raises(ValueError, match=r"is not an object|`id`"):
        read_article(article, "doaj")


def test_fields_of_another_kind_are_left_empty() -> None:
    record = read_article({"id": "a", "bibjson": {"year": [], "author": 3, "identifier": {}, "link": "x"}}, "doaj")
    assert (record.title, record.year, record.authors, record.doi) == ("", None, (), None)
    assert record.url == "https://doaj.org/article/a"


def test_one_malformed_article_is_named_with_its_place_and_the_others_are_kept(tmp_path: Path) -> None:
    with serving(Script({"total": 3, "results": [{"id": "a"}, {"bibjson": {}}, {"id": "b"}]})) as url:
        (page,) = pages(source(url, tmp_path), SEARCH)
    assert page.positions == (0, 2)
    assert "place 2" in page.warnings[0]


def test_the_server_of_these_tests_answers_in_the_recorded_shape(tmp_path: Path) -> None:
    told = json.loads(shared("replies/doaj/2026-03_search_articles_3.json").read_text())
    server = DoajServer(corpus(2))
    with serving(server) as url:
        records(source(url, tmp_path), SEARCH)
    said = server.answer(server.asked[0])
    assert isinstance(said, dict)
    assert said.keys() <= told.keys()
    assert said["results"][0].keys() <= told["results"][0].keys()
    assert said["results"][0]["bibjson"].keys() <= set().union(*(each["bibjson"] for each in told["results"]))
