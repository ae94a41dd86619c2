"""Laws of citation searching: neither the order of seeds nor asking again changes what is found."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slr.cli.citations import take_in as match_and_group
from slr.snowball.graph import Graph, candidates, graph
from slr.snowball.rounds import rounds
from slr.snowball.seeds import included
from slr.snowball.stage import Terms, snowball
from slr.store import citations, records
from tests.snowball.test_stage import address
from tests.support.citing import numbers, screen, take_in
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing
from tests.support.works import made_work

SIZE = 12
EDGES = st.lists(st.tuples(st.integers(1, SIZE), st.integers(1, SIZE)), max_size=30)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(edges: list[tuple[int, int]]) -> list[dict[str, Any]]:
    cited = {i: sorted({b for a, b in edges if a == i}) for i in range(1, SIZE + 1)}
    return [made_work(i, f"Study number {i} of a dozen", referenced_works=address(*cited[i])) for i in cited]


def reached(edges: list[tuple[int, int]], seeds: set[int]) -> set[str]:
    return {f"W{b}" for a, b in edges if a in seeds} | {f"W{a}" for a, b in edges if b in seeds}


@FEW
@given(EDGES, st.permutations(range(1, SIZE + 1)), st.integers(1, 4))
def test_one_round_finds_exactly_the_neighbours_whatever_the_order_of_seeds_and_rounds(
    edges: list[tuple[int, int]], order: list[int], n: int
) -> None:
    """All seeds at once, or one after the other in any order, each in a round of its own."""
    data, seeds = made(edges), order[:n]
    found: list[set[str]] = []
    told: list[set[tuple[str, str]]] = []
    for groups in ([seeds], [[seed] for seed in reversed(seeds)]):
        with (
            tempfile.TemporaryDirectory() as folder,
            OpenAlexServer(data) as server,
            reviewing(lay_out(Path(folder), server.url)) as review,
        ):
            take_in(review, [data[i - 1] for i in seeds])
            screen(review, [])
            for group in groups:
                names = tuple(f"openalex:W{i}" for i in group)
                snowball(review, Terms(seeds=names)).whole()
                assert snowball(review, Terms(seeds=names)).run_id is None, "asked again, nothing is asked"
            found.append(numbers(review))
            told.append({(link.citing, link.cited) for link in citations.links(review.store.db)})
    assert found[0] == found[1] == reached(edges, set(seeds))
    assert told[0] == told[1] == {(f"W{a}", f"W{b}") for a, b in edges if a in seeds or b in seeds}


@FEW
@given(EDGES, st.integers(0, 10_000))
def test_followed_to_the_end_everything_that_hangs_together_is_found_and_no_round_adds_later(
    edges: list[tuple[int, int]], chance: int
) -> None:
    data, rng = made(edges), random.Random(chance)
    start, together = rng.randint(1, SIZE), set[int]()
    left = {start}
    while left:
        together |= left
        left = {int(n[1:]) for n in reached(edges, together)} - together
    with (
        tempfile.TemporaryDirectory() as folder,
        OpenAlexServer(data) as server,
        reviewing(lay_out(Path(folder), server.url)) as review,
    ):
        take_in(review, [data[start - 1]])
        screen(review, [f"openalex:W{start}"])
        while snowball(review).whole().run_id:
            match_and_group(review)
            fresh = sorted(r.record_id for r in records.every(review.store.db) if r.origin == "citation")
            screen(review, fresh)
        assert numbers(review) | {f"W{start}"} == {f"W{i}" for i in together}
        assert len(included(review)) == len(together)
        assert sum(one.whole.new for one in rounds(review)) == len(together) - 1, "each work is new once"
        called = graph(review).called
        inside = {(called["openalex", f"W{a}"], called["openalex", f"W{b}"]) for a, b in edges
                  if a in together and a != b}  # fmt: skip
        assert graph(review).edges() == inside


KEYS = st.frozensets(st.tuples(st.just("openalex"), st.sampled_from("pqrstu")), max_size=4)


@given(st.dictionaries(st.sampled_from("abcdef"), KEYS, min_size=1), st.frozensets(st.sampled_from("abc"), max_size=3))
def test_candidates_are_counted_as_the_definitions_say(
    cited: dict[str, frozenset[tuple[str, str]]], kept: frozenset[str]
) -> None:
    """Works p-u are a-f themselves: bibliographic coupling and co-citation by their definitions, pair by pair."""
    called = {("openalex", other): work for other, work in zip("pqrstu", "abcdef", strict=True)}
    found = Graph(cited, called)
    edges = found.edges()
    citing = {work: {a for a, b in edges if b == work} for work in "abcdef"}
    ranked = {one.work_id: one for one in candidates(found, kept, "abcdef")}
    for work in set("abcdef") - kept:
        coupling = sum(len(cited.get(work, frozenset()) & cited.get(other, frozenset())) for other in kept)
        cocitation = sum(len(citing[work] & citing[other]) for other in kept)
        cites = sum((work, other) in edges for other in kept)
        cited_by = sum((other, work) in edges for other in kept)
        one = ranked.get(work)
        assert (one is None) == (not any((coupling, cocitation, cites, cited_by)))
        if one:
            assert (one.cites, one.cited_by, one.coupling, one.cocitation) == (cites, cited_by, coupling, cocitation)
