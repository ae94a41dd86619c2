"""An expression as the fewest searches that each stay within several limits at once (connectors and characters).

``(A1 or A2) and B = (A1 and B) or (A2 and B)``: one side is cut into runs, and beside each run the other sides are cut
as finely as the room that it leaves them asks for. That holds the usual grid (every side cut once for all) as a special
case and often takes fewer: 60 × 22 phrases at 9 a search are 72 in a grid and 66 here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from slr.errors import QueryError
from slr.matrix.query import And, Or, PhraseQ, Size

Vector = tuple[int, ...]
"""One number for each limit."""

Box = tuple[tuple[int, ...], ...]
"""The indexes of the phrases of each side that one search holds."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """A limit: what is counted (it has to grow with each phrase by what the phrase adds) and how much there may be."""

    size: Size
    limit: int


def fewest(expr: And, capacities: Sequence[Capacity]) -> tuple[And, ...]:
    """Searches within all ``capacities`` that together find exactly what ``expr`` finds, each cell in one of them.

    Raises QueryError if a single cell is already too large.
    """
    if not capacities:
        return (expr,)
    weights, room = _weights(expr, capacities)
    lengths = [len(side.parts) for side in expr.parts]
    short_first = sorted(range(len(lengths)), key=lambda i: lengths[i])
    orders = {tuple(short_first), tuple(reversed(short_first))} if len(lengths) == 2 else {tuple(short_first)}
    cutter = _Cutter(weights)
    boxes = _fewer(cutter.cover(order, room) for order in sorted(orders))
    if boxes is None:
        raise _too_large(expr, weights, room)
    return tuple(_part(expr, box) for box in sorted(map(_in_order, boxes)))


def at_least(expr: And, capacities: Sequence[Capacity]) -> int:
    """A number of searches that no way to split can go below: all cells by the most that one search can hold."""
    if not capacities:
        return 1
    weights, room = _weights(expr, capacities)
    held = min(_most_cells([[w[k] for w in side] for side in weights], room[k]) for k in range(len(room)))
    return math.ceil(math.prod(len(side.parts) for side in expr.parts) / max(1, held))


def _most_cells(weights: Sequence[Sequence[int]], room: int) -> int:
    """The most cells within one limit: the lightest phrases of each side."""
    light = [list(itertools.accumulate(sorted(side))) for side in weights]
    first, *others = light
    best = 0
    for counts in itertools.product(*(range(1, len(side) + 1) for side in others)):
        left = room - sum(side[n - 1] for side, n in zip(others, counts, strict=True))
        best = max(best, sum(1 for total in first if total <= left) * math.prod(counts))
    return best


def _weights(expr: And, capacities: Sequence[Capacity]) -> tuple[list[list[Vector]], Vector]:
    """What each phrase of each side adds to each size, and the room for all of them."""
    sides = range(len(expr.parts))
    weights = [[_added(expr, i, phrase, capacities) for phrase in expr.parts[i].parts] for i in sides]
    single = [capacity.size(_single(expr)) for capacity in capacities]
    firsts = [sum(weights[i][0][k] for i in sides) for k in range(len(capacities))]
    return weights, tuple(c.limit - s + f for c, s, f in zip(capacities, single, firsts, strict=True))


def _added(expr: And, i: int, phrase: PhraseQ, capacities: Sequence[Capacity]) -> Vector:
    twice, once = _single(expr, i, (phrase, phrase)), _single(expr, i, (phrase,))
    return tuple(capacity.size(twice) - capacity.size(once) for capacity in capacities)


def _single(expr: And, i: int = -1, phrases: tuple[PhraseQ, ...] = ()) -> And:
    return And(tuple(Or(phrases if k == i else side.parts[:1]) for k, side in enumerate(expr.parts)))


Boxes = tuple[dict[int, tuple[int, ...]], ...]
"""Boxes while they are made: side → the indexes of its phrases."""


class _Cutter:
    """Cuts sides into runs so that every combination has room."""

    def __init__(self, weights: Sequence[Sequence[Vector]]) -> None:
        self._weights = weights
        self._covered = cache(self._cover)

    def cover(self, sides: tuple[int, ...], room: Vector) -> Boxes | None:
        """Boxes that hold every combination of the phrases of ``sides``; None if there is no room.

        Phrases are taken as they are given and the heaviest first; of two ways with as many boxes the first stays.
        """
        return self._covered(sides, room)

    def _cover(self, sides: tuple[int, ...], room: Vector) -> Boxes | None:
        side, *others = sides
        given = range(len(self._weights[side]))
        heavy_first = sorted(given, key=lambda p: _negative(self._weights[side][p]))
        ways = (
            self._in_runs(side, order, tuple(others), room) if others else self._packed(side, order, room)
            for order in (given, heavy_first)
        )
        return _fewer(ways)

    def _in_runs(self, side: int, order: Sequence[int], others: tuple[int, ...], room: Vector) -> Boxes | None:
        """The fewest boxes with ``side`` in runs of neighbours: ``best[n]`` are those for its first ``n`` phrases."""
        best: list[Boxes | None] = [()]
        for end in range(1, len(order) + 1):
            ways = (self._with_run(best[start], side, order[start:end], others, room) for start in range(end))
            best.append(_fewer(ways))
        return best[-1]

    def _with_run(
        self, before: Boxes | None, side: int, run: Sequence[int], others: tuple[int, ...], room: Vector
    ) -> Boxes | None:
        """``before``, then this run beside the other sides in the room that it leaves them."""
        left = tuple(r - sum(self._weights[side][p][k] for p in run) for k, r in enumerate(room))
        beside = self.cover(others, left) if before is not None and min(left) > 0 else None
        if before is None or beside is None:
            return None
        return (*before, *({side: tuple(run), **box} for box in beside))

    def _packed(self, side: int, order: Sequence[int], room: Vector) -> Boxes | None:
        """The phrases of one side, each in the first run that has room for it."""
        runs: list[tuple[list[int], Vector]] = []
        for phrase in order:
            weight = self._weights[side][phrase]
            for number, (members, left) in enumerate([*runs, ([], room)]):
                rest = tuple(has - takes for has, takes in zip(left, weight, strict=True))
                if min(rest) >= 0:
                    runs[number : number + 1] = [([*members, phrase], rest)]
                    break
            else:
                return None
        return tuple({side: tuple(members)} for members, _ in runs)


def _fewer(ways: Iterable[Boxes | None]) -> Boxes | None:
    """The way with the fewest boxes, of equal ones the first; None if there is none."""
    return min((way for way in ways if way is not None), key=lambda way: len(way), default=None)


def _negative(weight: Vector) -> Vector:
    """The last limit first: the lengths differ, and connectors hardly do."""
    return tuple(-w for w in reversed(weight))


def _in_order(box: dict[int, tuple[int, ...]]) -> Box:
    return tuple(tuple(sorted(box[side])) for side in sorted(box))


def _part(expr: And, box: Box) -> And:
    return And(tuple(Or(tuple(side.parts[p] for p in run)) for side, run in zip(expr.parts, box, strict=True)))


def _too_large(expr: And, weights: Sequence[Sequence[Vector]], room: Vector) -> QueryError:
    every = [(weight[-1], i, p) for i, side in enumerate(weights) for p, weight in enumerate(side)]
    _, i, p = max(every)
    text = expr.parts[i].parts[p].text
    return QueryError(
        f"A search for a single cell is longer than the platform allows ({room[-1]:,} for all phrases of it): shorten "
        f"the phrase {text!r}, or use fewer axes."
    )
