"""What the phrases of a matrix cost where a person types them: strings within the limits of each platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slr.errors import QueryError
from slr.matrix.dialects.by_hand import PLATFORMS
from slr.matrix.dialects.platform import Platform
from slr.matrix.terms import Axis, Matrix
from slr.report.strings import capacities, sheet

MOST_CELLS = 12_000
"""A larger matrix is not written out for platforms to be searched by hand: hundreds of strings, and minutes of work."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A platform that limits a string: how many it takes for the whole matrix, and for how many each text is typed."""

    name: str
    title: str
    strings: int
    typed: Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Cost:
    """The limited platforms, and what each phrase costs on them."""

    matrix: Matrix
    platforms: tuple[Limited, ...]

    def of(self, axis: int, phrase: int) -> tuple[int, ...]:
        """The characters of a phrase with its spellings, then for each platform the strings that hold one of them."""
        texts = self.matrix.axes[axis].phrases[phrase].texts
        strings = (max(one.typed.get((axis, text), 0) for text in texts) for one in self.platforms)
        return (sum(map(len, texts)), *strings)

    def compared(self, keep: Sequence[Sequence[int]]) -> str:
        """How many strings a matrix of these phrases would take on each platform, as the end of a sentence."""
        left = smaller(self.matrix, keep)
        told = {one.title: one.strings for one in cost(left).platforms}
        each = [
            f"{one.title} {told[one.title]:,} instead of {one.strings:,}" for one in self.platforms if one.title in told
        ]
        return f"; strings to type: {', '.join(each)}" if each else ""


def smaller(matrix: Matrix, keep: Sequence[Sequence[int]]) -> Matrix:
    """The matrix of these phrases only."""
    sides = zip(matrix.axes, keep, strict=True)
    return Matrix(tuple(Axis(axis.name, tuple(axis.phrases[n] for n in side)) for axis, side in sides))


def cost(matrix: Matrix) -> Cost:
    """Write the matrix for every platform with a limit; one that cannot hold it is left out."""
    if matrix.cells > MOST_CELLS or not all(axis.phrases for axis in matrix.axes):
        return Cost(matrix, ())
    return Cost(matrix, tuple(_written(matrix)))


def _written(matrix: Matrix) -> Iterator[Limited]:
    for platform in PLATFORMS:
        if capacities(platform):
            try:
                yield _limited(matrix, platform)
            except QueryError:  # 'slr strings' says why
                continue


def _limited(matrix: Matrix, platform: Platform) -> Limited:
    typed: Counter[tuple[int, str]] = Counter()
    queries = sheet(matrix, platform).queries
    for query in queries:
        typed.update((axis, phrase.text) for axis, side in enumerate(query.expr.parts) for phrase in side.parts)
    return Limited(platform.name, platform.title, len(queries), typed)
