"""By which citation each work was found, and from how few seeds a set of works would have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from slr.review import Review
from slr.snowball.cover import Cover, minimum
from slr.snowball.graph import Graph
from slr.snowball.indexes import SUFFIX
from slr.store import citations, works


@dataclass(frozen=True, slots=True)
class Way:
    """A work was told by ``index`` in round ``round``, asked ``direction`` about the work ``seed``."""

    round: int
    index: str
    direction: str
    seed: str


@dataclass(frozen=True, slots=True)
class Seeding:
    """From how few of a set of works the others are found: in one round, and in as many as it takes."""

    one_round: Cover
    every_round: Cover


def ways(review: Review) -> dict[str, list[Way]]:
    """work → the citations that led to it, the earliest round first; a seed that leads to itself is left out."""
    db = review.store.db
    work_of = works.memberships(db)
    number = {round_.run_id: round_.number for round_ in citations.rounds(db)}
    seeds = {(s.run_id, s.source, s.direction, own): s.work_id for s in citations.seeds(db) for own in s.names}
    found: dict[str, set[Way]] = defaultdict(set)
    for link in citations.links(db):
        asked = link.citing if link.direction == "backward" else link.cited
        work = work_of.get(f"{link.source}{SUFFIX}:{link.other}")
        seed = seeds.get((link.run_id, link.source, link.direction, asked))
        if work and seed and work != seed:
            found[work].add(Way(number[link.run_id], link.source, link.direction, seed))
    return {work: sorted(of_it, key=lambda w: (w.round, w.index, w.direction, w.seed)) for work, of_it in found.items()}


def seeding(found: Graph, among: Collection[str]) -> Seeding:
    """The minimum of seeds for these works, followed both ways through each other only.

    In one round a seed finds what it cites and what cites it; in all rounds, everything that hangs together with it.
    """
    near: dict[str, set[str]] = {work: set() for work in among}
    for citing, cited in found.edges():
        if citing in near and cited in near:
            near[citing].add(cited)
            near[cited].add(citing)
    together = {work: frozenset(_reached(near, work)) for work in near}
    return Seeding(minimum({work: frozenset(ends) for work, ends in near.items()}), minimum(together))


def _reached(near: Mapping[str, Collection[str]], start: str) -> set[str]:
    reached, left = {start}, [start]
    while left:
        fresh = set(near[left.pop()]) - reached
        reached |= fresh
        left += fresh
    return reached
