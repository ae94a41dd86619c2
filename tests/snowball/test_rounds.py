"""What is reported of rounds: counts, cost, saturation, and TARCiS's recommendation 10."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.cli.citations import take_in as match_and_group
from slr.review import Review
from slr.snowball.cost import plan
from slr.snowball.graph import graph
from slr.snowball.rounds import rounds, saturation
from slr.snowball.stage import Terms, snowball
from slr.snowball.tarcis import NONE, report, tarcis
from slr.snowball.trace import Way, seeding, ways
from slr.store import works
from tests.snowball.test_indexes import two_indexes
from tests.snowball.test_stage import begun, linked
from tests.support.citing import screen, take_in
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing


def whole(review: Review, n: int = 0) -> dict[str, object]:
    c = rounds(review)[n].whole
    names = ("seeds", "edges", "records", "distinct", "known", "new", "marked", "screened", "sought", "included",
             "waiting", "efficiency")  # fmt: skip
    return {name: getattr(c, name) for name in names}


def test_a_round_is_counted_as_it_is_screened(tmp_path: Path) -> None:
    data = linked()
    data[3]["type"] = "book"
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [data[0], data[4]])
        screen(review, ["openalex:W1"])
        snowball(review).whole()
        match_and_group(review)
        begin = {"seeds": 1, "edges": 14, "records": 14, "distinct": 14, "known": 1, "new": 13, "marked": 1}
        assert whole(review) == begin | {
            "screened": 0, "sought": 0, "included": 0, "waiting": 12, "efficiency": None
        }  # fmt: skip
        screen(review, ["openalex citations:W21", "openalex citations:W22"], ["openalex citations:W13"])
        assert whole(review) == begin | {
            "screened": 3, "sought": 2, "included": 2, "waiting": 9, "efficiency": 2 / 3
        }  # fmt: skip


def test_a_later_search_that_finds_the_same_changes_no_count_of_the_round(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        snowball(review).whole()
        match_and_group(review)
        before = whole(review)
        take_in(review, linked()[3:8])
        match_and_group(review)
        assert whole(review) == before


def test_it_is_saturated_when_all_is_screened_and_every_included_work_was_followed_both_ways(tmp_path: Path) -> None:
    def why() -> tuple[str, ...]:
        found = saturation(review, rounds(review))
        return () if found.saturated else found.why

    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        assert why() == ("no round was run yet",)
        begun(review, 1)
        snowball(review).whole()
        match_and_group(review)
        assert why() == ("14 works found by citation searching wait for a decision",)
        found = [f"openalex citations:W{n}" for n in (*range(11, 20), *range(21, 26))]
        screen(review, found[:1], found[1:])
        assert why() == (
            "1 included work was not followed backward in OpenAlex",
            "1 included work was not followed forward in OpenAlex",
        )
        snowball(review).whole()
        match_and_group(review)
        screen(review, [], ["openalex citations:W31"])
        assert why() == ()


def test_the_plan_says_what_the_round_then_takes(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        backward, forward = plan(review, Terms())
        assert (backward.seeds, backward.links, backward.unknown, backward.descriptions, backward.exact) == (
            1, 0, 9, 1, True
        )  # fmt: skip
        assert (forward.requests, forward.exact) == (1, False)
        assert server.requests == []
        assert snowball(review).whole().requests == backward.requests + forward.requests
        assert plan(review, Terms()) == []
        assert backward.usd == pytest.approx(0.0001)


def test_an_index_that_is_asked_work_by_work_costs_a_request_a_seed(tmp_path: Path) -> None:
    with two_indexes(linked(), tmp_path) as (review, server):
        begun(review, 1, 2, 3)
        costs = plan(review, Terms(indexes=("opencitations",)))
        assert [(c.direction, c.links, c.look_ups) for c in costs] == [("backward", 3, 0), ("forward", 3, 0)]
        assert sum(c.seconds for c in costs) == pytest.approx(2.0)
        assert server.asked == []


# TARCiS


ITEMS = (
    "Seed references", "Why these seeds", "Directions", "Dates", "Iterations, and why they ended",
    "Citation indexes and access", "Deduplication", "Screening", "Results in the PRISMA flow diagram",
    "Not covered by an index", "Departures from TARCiS",
)  # fmt: skip


def test_every_item_of_recommendation_10_is_filled_from_the_store(tmp_path: Path) -> None:
    with two_indexes(linked(), tmp_path) as (review, _):
        assert [item.text for item in tarcis(review)] == [NONE]
        begun(review, 1)
        snowball(review, Terms(indexes=("openalex", "opencitations"))).whole()
        match_and_group(review)
        found = [f"openalex citations:W{n}" for n in (*range(11, 20), *range(21, 26))]
        screen(review, [], found)
        items = {item.name: item.text for item in tarcis(review)}
        assert tuple(items) == ITEMS and all(items.values())
        assert "1 work, every work included so far" in items["Seed references"]
        assert items["Directions"].startswith("Backward and forward in every round")
        assert "It ended because every included work was followed both ways" in items["Iterations, and why they ended"]
        assert "OpenCitations (https://opencitations.net" in items["Citation indexes and access"]
        assert "28 records were returned, 14 works of them new" in items["Deduplication"]
        assert "Citation searching (n = 28)" in items["Results in the PRISMA flow diagram"]
        assert items["Departures from TARCiS"] == "None."
        text = report(review, "A review", {}, ["Lost (1999)"])
        assert all(f". {name}\n" in text for name in ITEMS) and "- Lost (1999)" in text


def test_what_departs_from_the_recommendations_is_said(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        terms = Terms(directions=("backward",), seeds=("openalex:W1",), rounds_limit=1)
        snowball(review, terms).whole()
        match_and_group(review)
        said = {item.name: item.text for item in tarcis(review)}["Departures from TARCiS"]
        for words in ("named by the user (openalex:W1), not from all included ones (rec. 4)", "backward only (rec. 2)",
                      "One citation index was asked, OpenAlex", "The number of rounds was limited to 1",
                      "not saturated (rec. 8)"):  # fmt: skip
            assert words in said


# how works were found


def test_every_way_to_a_work_is_told_and_the_fewest_seeds_that_lead_to_the_others(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        snowball(review).whole()
        match_and_group(review)
        screen(review, ["openalex citations:W11"])
        snowball(review).whole()
        match_and_group(review)
        work = {f"W{n}": works.resolve(review.store.db, f"openalex citations:W{n}") for n in (11, 21, 31)}
        seed = works.resolve(review.store.db, "openalex:W1")
        found = ways(review)
        assert found[str(work["W11"])] == [Way(1, "openalex", "backward", str(seed))]
        assert found[str(work["W31"])] == [Way(2, "openalex", "backward", str(work["W11"]))]
        assert found[str(seed)] == [Way(2, "openalex", "forward", str(work["W11"]))]
        among = [str(w) for w in (seed, *work.values())]
        seeds = seeding(graph(review), among)
        assert len(seeds.one_round.seeds) == 2 and len(seeds.every_round.seeds) == 1
        assert seeds.one_round.exact and seeds.one_round.reached == frozenset(among)
