"""The fewest seeds from which everything else is reached: a minimum set cover. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EXACT_UP_TO = 24
"""Seeds among which the minimum is searched for exactly; beyond that a seed that reaches most is taken each time."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The chosen seeds in order, what they reach, what nothing reaches, and whether no fewer seeds would do."""

    seeds: tuple[str, ...]
    reached: frozenset[str]
    unreachable: frozenset[str]
    exact: bool


def minimum(reaches: Mapping[str, frozenset[str]]) -> Cover:
    """A smallest set of seeds such that everything is a seed or reached from one.

    ``reaches[work]`` is what is found from a work (itself or not); everything is all that is named. A work that nothing
    reaches and that reaches nothing has to be a seed itself, and is told as unreachable. Of equally small sets the
    first in the order of names is taken. Source: minimum set cover (Karp 1972); beyond ``EXACT_UP_TO`` works the greedy
    choice, at most ln n + 1 times larger (Chvátal 1979).
    """
    everything = frozenset(reaches).union(*reaches.values()) if reaches else frozenset[str]()
    sets = {work: frozenset(reaches.get(work, ())) | {work} for work in sorted(everything)}
    alone = frozenset(w for w in everything if sum(w in held for held in sets.values()) == 1 and len(sets[w]) == 1)
    left = {work: held - alone for work, held in sets.items() if work not in alone}
    wanted = everything - alone
    exact = len(left) <= EXACT_UP_TO
    seeds = _smallest(left, wanted) if exact else _greedy(left, wanted)
    return Cover(seeds, frozenset().union(*(sets[s] for s in seeds)) if seeds else frozenset(), alone, exact)


def _greedy(sets: Mapping[str, frozenset[str]], wanted: frozenset[str]) -> tuple[str, ...]:
    chosen: list[str] = []
    while wanted:
        best = max(sorted(sets), key=lambda work: len(sets[work] & wanted))
        chosen.append(best)
        wanted -= sets[best]
    return tuple(chosen)


def _smallest(sets: Mapping[str, frozenset[str]], wanted: frozenset[str]) -> tuple[str, ...]:
    """Branch on the work that fewest seeds reach, cut where the best found so far cannot be beaten."""
    best = _greedy(sets, wanted)

    def search(left: frozenset[str], chosen: tuple[str, ...]) -> None:
        nonlocal best
        if not left:
            best = min(best, tuple(sorted(chosen)), key=lambda found: (len(found), sorted(found)))
            return
        widest = max(len(held & left) for held in sets.values())
        if len(chosen) + -(-len(left) // widest) > len(best):
            return
        hardest = min(sorted(left), key=lambda work: sum(work in held for held in sets.values()))
        for seed in (seed for seed, held in sets.items() if hardest in held):
            search(left - sets[seed], (*chosen, seed))

    search(wanted, ())
    return tuple(sorted(best))
