"""A search cut into parts that each stay below the number of hits a platform hands out; together they find the same.

A part is cut by publication year until it is a single year, then by its phrases: (a or b) and c = (a and c) or (b and
c). The cuts depend on the part alone, so that a path of child numbers (``"01"``: the second child of the first) names a
part for good, and a search can go on at it, or be replayed, without a memory of what was cut before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from slr.matrix.query import And, Or

Years = tuple[int, int]
"""The first and the last publication year, both included."""

ALL_YEARS: Years = (1000, 9999)
"""Every year of four digits; a record without such a year is undated."""

USUAL_YEARS: Years = (1980, 2040)
"""Where publications are many: a span is cut in the middle of what it has in common with these."""


@dataclass(frozen=True, slots=True)
class Part:
    """An expression limited to ``years`` (None: no limit), or, with ``undated``, to records without a year."""

    expr: And
    years: Years | None = None
    undated: bool = False


def limited(expr: And, first: int | None, last: int | None) -> Part:
    """The part for a search with these limits on years (inclusive, None: open)."""
    if first is None and last is None:
        return Part(expr)
    return Part(expr, (first or ALL_YEARS[0], last or ALL_YEARS[1]))


def cut(part: Part) -> tuple[Part, ...]:
    """The parts that together find what ``part`` finds; none if it is a single cell in a single year."""
    if part.years is None and not part.undated:
        return (replace(part, years=ALL_YEARS), replace(part, undated=True))
    if part.years is not None and part.years[0] < part.years[1]:
        first, last = part.years
        later = _middle(first, last)
        return (replace(part, years=(first, later - 1)), replace(part, years=(later, last)))
    return _cut_phrases(part)


def at(whole: Part, path: str) -> Part:
    """The part that ``path`` leads to from ``whole``."""
    for child in path:
        whole = cut(whole)[int(child)]
    return whole


def after(whole: Part, path: str) -> str | None:
    """The path of the part that follows the one at ``path`` and all that it is cut into; None behind the last."""
    while path:
        path, last = path[:-1], int(path[-1])
        if last + 1 < len(cut(at(whole, path))):
            return f"{path}{last + 1}"
    return None


def _middle(first: int, last: int) -> int:
    usual = (max(first, USUAL_YEARS[0]) + min(last, USUAL_YEARS[1]) + 1) // 2
    return usual if first < usual <= last else (first + last + 1) // 2


def _cut_phrases(part: Part) -> tuple[Part, ...]:
    """The side with the most phrases in halves."""
    sides = part.expr.parts
    longest = max(range(len(sides)), key=lambda i: len(sides[i].parts))
    phrases = sides[longest].parts
    if len(phrases) < 2:
        return ()
    half = (len(phrases) + 1) // 2
    halves = (Or(phrases[:half]), Or(phrases[half:]))
    return tuple(replace(part, expr=And((*sides[:longest], one, *sides[longest + 1 :]))) for one in halves)
