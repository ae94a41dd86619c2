"""Lists of authors compared: misspelt names, turned orders."""

from __future__ import annotations

from rapidfuzz.distance import OSA, Indel

from slr.dedup.sides import Side
from slr.dedup.state import OTHER, SAME, TURNED

ONE_NAME = 0.85
"""From this ratio of letters (0-1) on two long names are one: "Bækgaard" and "Bkgaard", "Times-Ten Team"."""
LONG_NAME, LONG_FULL_NAME = 6, 10
"""Letters from which a family name, or a whole name, is long."""


def same_people(a: Side, b: Side) -> int:
    """SAME if the first authors' names are one misspelt, TURNED if most authors are in both lists, else OTHER."""
    if _near(a.family, b.family) and min(len(a.family), len(b.family)) >= LONG_NAME - 1:
        return SAME
    one, other = a.first.replace(" ", ""), b.first.replace(" ", "")
    if min(len(one), len(other)) >= LONG_FULL_NAME and Indel.normalized_similarity(one, other) >= ONE_NAME:
        return SAME
    if min(a.authors, b.authors) < 2:
        return OTHER
    common, fewest, most = _common(a, b)
    return TURNED if common >= max(2, fewest / 2) or common == fewest == most else OTHER


def whole_team(a: Side, b: Side) -> bool:
    """True if the two lists hold the same authors in any order."""
    common, fewest, most = _common(a, b)
    return common == fewest == most


def _common(a: Side, b: Side) -> tuple[int, int, int]:
    """How many family names are in both lists, in the shorter and in the longer one."""
    one, other = sorted((set(a.families.split()), set(b.families.split())), key=len)
    rest = other - one
    near = sum(any(_near(x, y) for y in rest) for x in one - other)
    return len(one & other) + near, len(one), len(other)


def _near(one: str, other: str) -> bool:
    """A letter more, less or other; of long names a few, or the first part of a double name."""
    short, long = sorted((one, other), key=len)
    if len(long) < 4 or len(short) < 3:
        return False
    if OSA.distance(short, long, score_cutoff=1) <= 1:
        return True
    alike = long.startswith(short) or Indel.normalized_similarity(short, long) >= ONE_NAME
    return len(short) >= LONG_NAME and alike
