from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from slr.errors import (
    ArchiveError,
    BudgetSpent,
    KeyRefused,
    PartialReply,
    QueryError,
    ReplyError,
    RequestRefused,
    SlrError,
    SourceDown,
)
from slr.matrix.analysis import EXACT, STEMMED
from slr.model import KnownStudy
from slr.sources.base import SearchRequest
from slr.sources.openalex import CURSOR_ROOM, PAGE_SIZE, OpenAlex
from tests.support.data import shared
from tests.support.openalex_server import URL_LIMIT, OpenAlexServer
from tests.support.report import report
from tests.support.sources import KEY, ApiSettings, api, client, ids, pages, records, wanted
from tests.support.works import made_work

SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])
LIVE = "https://api.openalex.org"


def corpus(size: int) -> list[dict[str, Any]]:
    """``size`` works that SEARCH finds, and as many that it does not."""
    found = [made_work(i, f"Knowledge transfers, no. {i}", "between clusters") for i in range(1, size + 1)]
    return [*found, *(made_work(10_000 + i, "Knowledge of transfer and cluster", "no such word") for i in range(size))]


@contextmanager
def serving(works: list[dict[str, Any]], **more: Any) -> Iterator[OpenAlexServer]:
    with OpenAlexServer(works, **more) as server:
        yield server


# planning


@pytest.mark.parametrize("variants", [False, True])
def test_the_whole_matrix_of_the_report_is_one_query_that_fits(variants: bool, tmp_path: Path) -> None:
    plan = api(LIVE, tmp_path).plan(report(variants))
    (query,) = plan.queries
    assert query.url_bytes <= URL_LIMIT
    assert query.url_bytes == len(query.url) - len("%2A") + CURSOR_ROOM
    assert len(plan.absorbed) > 0


def test_exact_matching_searches_the_exact_field(tmp_path: Path) -> None:
    plan = api(LIVE, tmp_path).plan(report(analyzer=EXACT))
    assert all("filter=title_and_abstract.search.exact:" in query.url for query in plan.queries)
    assert all(query.url_bytes <= URL_LIMIT for query in plan.queries)


def test_a_plan_asks_nothing_and_names_no_key(tmp_path: Path) -> None:
    with serving([]) as server:
        plan = api(server.url, tmp_path, key=KEY).plan(SEARCH)
        assert server.requests == []
    assert KEY not in repr(plan)


def test_the_corpus_is_asked_for_only_where_it_is_not_the_default(tmp_path: Path) -> None:
    assert "corpus=" not in api(LIVE, tmp_path).plan(SEARCH).queries[0].url
    assert "&corpus=all&" in api(LIVE, tmp_path, corpus="all").plan(SEARCH).queries[0].url


@pytest.mark.parametrize(
    ("years", "asked"), [((1990, 2011), "1990-2011"), ((1990, None), "1990-"), ((None, 2011), "-2011")]
)
def test_the_limit_on_years_is_part_of_the_filter(
    years: tuple[int | None, int | None], asked: str, tmp_path: Path
) -> None:
    search = wanted(["a1"], ["b1"], years=years)
    (query,) = api(LIVE, tmp_path).plan(search).queries
    assert f",publication_year:{asked}&" in query.url


def inflated(count: int) -> SearchRequest:
    return wanted([f"knowledge number{i:03}" for i in range(count)], [f"cluster kind{i:02}" for i in range(count // 4)])


@pytest.mark.parametrize("count", [60, 160, 300])
def test_parts_of_a_large_matrix_fit_and_their_union_is_the_whole(count: int, tmp_path: Path) -> None:
    search = inflated(count)
    plan = api(LIVE, tmp_path).plan(search)
    cells = {
        (term.text, concept.text)
        for part in plan.parts
        for term in part.parts[0].parts
        for concept in part.parts[1].parts
    }
    assert len(plan.queries) == len(plan.parts)
    assert (len(plan.queries) > 1) == (count > 60)
    assert all(query.url_bytes <= URL_LIMIT for query in plan.queries)
    assert len(cells) == search.matrix.cells
    works = [made_work(i, f"Knowledge number{i:03}", f"a cluster kind{i % (count // 4):02}") for i in range(1, count)]
    with serving(works) as server:
        assert ids(api(server.url, tmp_path), search) == {f"W{i}" for i in range(1, count)}
        assert server.statuses == {200: len(server.requests)}
        assert max(len(server.url + asked.target) for asked in server.requests) <= URL_LIMIT


def test_a_cell_that_no_address_can_hold_is_refused(tmp_path: Path) -> None:
    source = api(f"{LIVE}/{'mirror/' * 600}", tmp_path)
    with pytest.raises(QueryError):
        source.plan(SEARCH)


def test_oql_is_one_query_whatever_its_length(tmp_path: Path) -> None:
    (query,) = api(LIVE, tmp_path, transport="oql").plan(inflated(300)).queries
    assert query.url == f"{LIVE}/"


# reading


@pytest.mark.parametrize("transport", ["filter", "oql"])
@pytest.mark.parametrize("size", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
def test_every_hit_is_read_once_in_as_few_pages_as_hold_them(size: int, transport: str, tmp_path: Path) -> None:
    with serving(corpus(size)) as server:
        read = list(pages(api(server.url, tmp_path, transport), SEARCH))
        assert len(server.requests) == max(1, -(-size // PAGE_SIZE))
    found = [record.record_id for page in read for record in page.records]
    assert sorted(found) == sorted(f"openalex:W{i}" for i in range(1, size + 1))
    assert {page.total for page in read} == {size}
    assert all(page.positions == tuple(range(len(page.records))) for page in read)


@pytest.mark.parametrize("transport", ["filter", "oql"])
def test_the_limit_on_years_holds_in_both_transports(transport: str, tmp_path: Path) -> None:
    search = SearchRequest(SEARCH.matrix, STEMMED, 2003, 2005)
    with serving(corpus(60)) as server:
        found = records(api(server.url, tmp_path, transport), search)
    assert len(found) == 9
    assert {record.year for record in found} == {2003, 2004, 2005}


def test_pages_come_in_the_order_of_publication(tmp_path: Path) -> None:
    with serving(corpus(250)) as server:
        years = [record.year or 0 for record in records(api(server.url, tmp_path), SEARCH)]
    assert years == sorted(years)


def test_counting_costs_a_tenth_of_a_page(tmp_path: Path) -> None:
    with serving(corpus(150)) as server:
        source = api(server.url, tmp_path)
        (query,) = source.plan(SEARCH).queries
        assert source.count(query) == 150
        assert server.credits == 1
        source.page(query, None)
        assert server.credits == 11


def test_the_key_travels_in_a_header_and_never_in_an_address(tmp_path: Path) -> None:
    with serving(corpus(1), key=KEY) as server:
        list(pages(api(server.url, tmp_path, key=KEY), SEARCH))
        (asked,) = server.requests
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in asked.target
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_one_malformed_work_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    works = corpus(3)
    works[1]["referenced_works"] = ["no id"]
    with serving(works) as server:
        (page,) = pages(api(server.url, tmp_path), SEARCH)
    assert len(page.records) == 2
    assert set(page.positions) < {0, 1, 2}
    (warning,) = page.warnings
    assert works[1]["id"] in warning


def test_a_short_page_is_not_the_last_while_a_cursor_goes_on(tmp_path: Path) -> None:
    with serving(corpus(250), most_per_page=60) as server:
        assert len(ids(api(server.url, tmp_path), SEARCH)) == 250
        assert len(server.requests) == 5


# faults


@pytest.mark.parametrize("fault", ["500", "503", "504", "throttle", "cut-off", "reset", "timed-out"])
def test_a_passing_fault_changes_nothing(fault: str, tmp_path: Path) -> None:
    with serving(corpus(150), faults=[None, fault]) as server:
        assert len(ids(api(server.url, tmp_path), SEARCH)) == 150
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "error", "asked"),
    [
        ("500", SourceDown, 5),
        ("503", SourceDown, 5),
        ("throttle", SourceDown, 5),
        ("reset", SourceDown, 5),
        ("timed-out", PartialReply, 5),
        ("cut-off", ReplyError, 5),
        ("html", ReplyError, 1),
        ("not-json", ReplyError, None),
        ("no-results", ReplyError, 1),
        ("no-meta", ReplyError, 1),
        ("repeated-cursor", ReplyError, 1),
        ("upgrade", RequestRefused, 1),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: str, error: type[SlrError], asked: int | None, tmp_path: Path
) -> None:
    with serving(corpus(150), faults=[fault] * 9) as server:
        with pytest.raises(error) as raised:
            list(pages(api(server.url, tmp_path), SEARCH))
        assert asked is None or len(server.requests) == asked
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 800


def test_a_partial_reply_never_passes_as_a_count(tmp_path: Path) -> None:
    with serving(corpus(5), faults=["timed-out"] * 9) as server:
        source = api(server.url, tmp_path)
        with pytest.raises(PartialReply):
            source.count(source.plan(SEARCH).queries[0])


def test_a_spent_budget_stops_and_the_same_run_goes_on_the_next_day(tmp_path: Path) -> None:
    with serving(corpus(350), daily_credits=20) as server:
        with pytest.raises(BudgetSpent) as raised:
            list(pages(api(server.url, tmp_path), SEARCH))
        assert raised.value.resets_in is not None
        assert server.credits == 20
        server.daily_credits, server.used = 1_000, 0
        assert len(ids(api(server.url, tmp_path), SEARCH)) == 350
        assert server.credits == 40


def test_a_refused_key_is_said_to_be(tmp_path: Path) -> None:
    with serving(corpus(1), key=KEY) as server, pytest.raises(KeyRefused):
        list(pages(api(server.url, tmp_path, key="another-key-0123456789"), SEARCH))


def test_a_search_is_replayed_from_its_archive_without_a_network(tmp_path: Path) -> None:
    with serving(corpus(250)) as server:
        before = records(api(server.url, tmp_path), SEARCH)
    offline = OpenAlex(ApiSettings(server.url), client(tmp_path, offline=True))
    assert records(offline, SEARCH) == before
    with pytest.raises(ArchiveError):
        records(offline, wanted(["other words"], ["cluster"]))


# looking up


def study(key: str, title: str, doi: str | None = None) -> KnownStudy:
    return KnownStudy(key=key, title=title, doi=doi)


def test_known_studies_are_found_by_doi_in_one_batch_and_else_by_title(tmp_path: Path) -> None:
    works = [made_work(i, f"Study {name}") for i, name in enumerate(["alpha", "beta", "gamma"], 1)]
    works.append(made_work(9, 'The "great" move: A|B tests, and Ireland and'))
    asked = [
        study("a", "Study alpha", "10.5555/W1"),
        study("b", "another title", "10.5555/w2"),
        study("c", "Study gamma"),
        study("d", 'The "great" move: A|B tests, and Ireland and'),
        study("e", "Unheard of"),
        study("f", "Study alpha", "10.5555/none"),
        study("g", "!?"),
    ]
    with serving(works) as server:
        found = api(server.url, tmp_path).find(asked)
        assert len(server.requests) == 4
        assert server.statuses == {200: 4}
    assert {key: [r.record_id for r in records] for key, records in found.items()} == {
        "a": ["openalex:W1"],
        "b": ["openalex:W2"],
        "c": ["openalex:W3"],
        "d": ["openalex:W9"],
        "e": [],
        "f": [],
        "g": [],
    }


def test_a_doi_that_a_filter_would_misread_is_asked_for_alone(tmp_path: Path) -> None:
    works = [made_work(1, "One", doi="https://doi.org/10.1016/s0305-750x(98)00001,2")]
    with serving(works) as server:
        found = api(server.url, tmp_path).find(
            [study("a", "One", "10.1016/S0305-750X(98)00001,2"), study("b", "", "10.1/a|b")]
        )
        assert server.credits == 0
    assert ([r.record_id for r in found["a"]], found["b"]) == (["openalex:W1"], [])


def test_long_dois_are_batched_so_that_every_address_fits(tmp_path: Path) -> None:
    works = [made_work(i, f"No {i}", doi=f"https://doi.org/10.5555/{'(long)' * 8}{i:04}") for i in range(1, 241)]
    asked = [study(str(i), "x", works[i - 1]["doi"]) for i in range(1, 241)]
    with serving(works) as server:
        found = api(server.url, tmp_path).find(asked)
        assert server.statuses == {200: len(server.requests)}
        assert len(server.requests) > 2
    assert {key: [r.record_id for r in some] for key, some in found.items()} == {
        str(i): [f"openalex:W{i}"] for i in range(1, 241)
    }


def test_works_are_looked_up_a_hundred_at_a_time(tmp_path: Path) -> None:
    with serving([made_work(i, f"No {i}") for i in range(1, 251)]) as server:
        found = api(server.url, tmp_path).lookup([f"openalex:W{i}" for i in range(1, 251)])
        assert len(server.requests) == 3
    assert all(key == record.record_id for key, record in found.items())
    assert len(found) == 250


def test_a_merged_work_comes_back_as_its_survivor_and_an_unknown_one_not_at_all(tmp_path: Path) -> None:
    with serving([made_work(1, "Survivor"), made_work(2, "Other")], merged={"W7": "W1"}) as server:
        source = api(server.url, tmp_path)
        found = source.lookup(["openalex:W7", "openalex:W2", "openalex:W8"])
    assert {key: record.record_id for key, record in found.items()} == {
        "openalex:W7": "openalex:W1",
        "openalex:W2": "openalex:W2",
    }
    replayed = OpenAlex(ApiSettings(server.url), client(tmp_path, offline=True))
    assert replayed.lookup(["openalex:W7", "openalex:W2", "openalex:W8"]) == found


# doctor


@pytest.mark.parametrize(("key", "words"), [(None, "without a key"), (KEY, "accepts the key")])
def test_check_says_what_budget_is_left_and_costs_nothing(key: str | None, words: str, tmp_path: Path) -> None:
    with serving([made_work(2741809807, "Any")], key=key) as server:
        said = api(server.url, tmp_path, key=key).check()
        assert server.credits == 0
    assert words in said
    assert "$1" in said
    assert "10 h 14 min" in said


def test_check_says_what_is_wrong_with_a_page_that_is_no_api(tmp_path: Path) -> None:
    with serving([], faults=["html"]) as server, pytest.raises(ReplyError, match="base_url"):
        api(server.url, tmp_path).check()


def test_the_server_of_these_tests_states_the_budget_as_openalex_was_recorded_to() -> None:
    recorded = json.loads(shared("replies/openalex/2026-03_rate_limit_200_EDITED.json").read_text())["rate_limit"]
    with serving([]) as server:
        said = server.answer("GET", "/rate-limit", {"Authorization": f"Bearer {KEY}"}, b"").body["rate_limit"]
    assert said.keys() <= recorded.keys()
    assert {name: type(value) for name, value in said.items()} == {name: type(recorded[name]) for name in said}


def test_errors_of_the_server_of_these_tests_are_shaped_as_recorded() -> None:
    recorded = json.loads(shared("replies/openalex/2026-03_error_400_bad_filter.json").read_text())
    with serving([]) as server:
        said = server.answer("GET", "/works?filter=DOESNTEXIST:1", {}, b"")
    assert said.status == 400
    assert said.body["error"] == recorded["error"]
    assert said.body["message"].split(":")[0] == recorded["message"].split(":")[0]
