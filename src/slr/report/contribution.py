"""What each phrase, word and cell of the matrix found, and what would be lost without it (leave-one-out).

No standard defines term contribution. Here a work is *found* by the matrix if one of its records holds a phrase of
every axis, by the local text rules; it is *lost* without a phrase if then no record of it is found any more. Records
with equal phrases count the same, so that works are put together by what was found in them before anything is counted.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Axes = tuple[tuple[int, ...], ...]
"""The phrases (indexes from 0) that one record holds, for each axis."""

Cell = tuple[int, ...]
Signature = frozenset[Axes]
"""The different matches of the records of one work; empty if the matrix does not find it."""


@dataclass(frozen=True, slots=True)
class Share:
    """Works found through something, those of them included, and those found through nothing else (leave-one-out)."""

    works: int = 0
    included: int = 0
    unique_works: int = 0
    unique_included: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """How many works have a signature, and how many of them are included."""

    works: int
    included: int


Weights = Mapping[Signature, Weight]
Key = TypeVar("Key", int, Cell)


def weights(works: Iterable[tuple[Sequence[Axes], bool]]) -> dict[Signature, Weight]:
    """(matches of its records, whether it is included) of each work → works and included ones per signature.

    A record that lacks a phrase on some axis is not found and leaves no trace.
    """
    every: Counter[Signature] = Counter()
    included: Counter[Signature] = Counter()
    for matches, is_included in works:
        signature = frozenset(axes for axes in matches if axes and all(axes))
        every[signature] += 1
        included[signature] += is_included
    return {signature: Weight(n, included[signature]) for signature, n in every.items()}


def found(of: Weights) -> Weight:
    """The works that the matrix finds."""
    hits = [weight for signature, weight in of.items() if signature]
    return Weight(sum(w.works for w in hits), sum(w.included for w in hits))


def by_phrase(of: Weights, sizes: Sequence[int]) -> list[list[Share]]:
    """For each axis (``sizes[i]`` phrases), the share of each phrase; a phrase that finds nothing has zeros."""
    return [_shares(of, [{p} for p in range(size)], axis) for axis, size in enumerate(sizes)]


def by_group(of: Weights, axis: int, groups: Sequence[set[int]]) -> list[Share]:
    """The share of each group of phrases of one axis: what would be lost without all of them."""
    return _shares(of, groups, axis)


def _shares(of: Weights, groups: Sequence[set[int]], axis: int) -> list[Share]:
    holding: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        for phrase in group:
            holding.setdefault(phrase, []).append(number)
    tally: _Tally[int] = _Tally()
    for signature, weight in of.items():
        held = {phrase for axes in signature for phrase in axes[axis]}
        for number in {number for phrase in held for number in holding.get(phrase, ())}:
            tally.add(number, weight, unique=held <= groups[number])
    return [tally.share(number) for number in range(len(groups))]


def by_cell(of: Weights) -> dict[Cell, Share]:
    """The share of every cell that holds a work; a work is unique to a cell if it lies in no other."""
    tally: _Tally[Cell] = _Tally()
    for signature, weight in of.items():
        cells = {cell for axes in signature for cell in itertools.product(*axes)}
        for cell in cells:
            tally.add(cell, weight, unique=len(cells) == 1)
    return {cell: tally.share(cell) for cell in sorted(tally.counts)}


class _Tally(Generic[Key]):
    """Counts per phrase or cell while signatures are gone through: the four numbers of a share."""

    def __init__(self) -> None:
        self.counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def add(self, key: Key, weight: Weight, *, unique: bool) -> None:
        """A work counts once for a key, however many of its records lead there."""
        count = self.counts[key]
        count[0] += weight.works
        count[1] += weight.included
        if unique:
            count[2] += weight.works
            count[3] += weight.included

    def share(self, key: Key) -> Share:
        return Share(*self.counts.get(key, ()))


def smaller(of: Weights, shares: Sequence[Sequence[Share]]) -> tuple[tuple[int, ...], ...]:
    """A matrix that finds every included work and of which no phrase can be left out (per axis, the phrases kept).

    ``shares`` are those of each phrase of each axis (``by_phrase``). Phrases are given up one by one, those with the
    most works read for each included one first, as long as every included work is still found. It is worked out from
    the very decisions that it is then judged by, so that it says what these cells gave, not that a later search needs
    no others.
    """
    sizes = [len(side) for side in shares]
    keep = [set(range(size)) for size in sizes]
    needed = [signature for signature, weight in of.items() if signature and weight.included]
    for axis, phrase in sorted(_places(sizes), key=lambda p: _worst_first(shares[p[0]][p[1]], p)):
        keep[axis].discard(phrase)
        if not keep[axis] or not all(_still(signature, keep) for signature in needed):
            keep[axis].add(phrase)
    return tuple(tuple(sorted(side)) for side in keep)


def _places(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((axis, phrase) for axis, size in enumerate(sizes) for phrase in range(size))


def _worst_first(share: Share, place: tuple[int, int]) -> tuple[float, int, tuple[int, int]]:
    yielded = -share.works / share.included if share.included else float("-inf")
    return yielded, -share.works, place


def kept(of: Weights, keep: Sequence[Sequence[int]]) -> Weight:
    """The works that a matrix of these phrases alone finds."""
    sides = [set(side) for side in keep]
    hits = [weight for signature, weight in of.items() if _still(signature, sides)]
    return Weight(sum(w.works for w in hits), sum(w.included for w in hits))


def _still(signature: Signature, keep: Sequence[set[int]]) -> bool:
    return any(all(not side.isdisjoint(held) for side, held in zip(keep, axes, strict=True)) for axes in signature)
