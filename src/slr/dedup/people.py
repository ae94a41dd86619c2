"""Lists of authors compared: misspelt names, turned orders."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from slr.dedup.sides import Side
from slr.dedup.state import OTHER, SAME, TURNED

MISSPELT_NAME = 5
"""A family name of so many letters may differ from another in one ("Hiessl", "Hiess")."""


def same_people(a: Side, b: Side) -> int:
    """SAME if the first authors' names differ in a letter, TURNED if most authors are in both lists, else OTHER."""
    if min(len(a.family), len(b.family)) >= MISSPELT_NAME and _one_letter(a.family, b.family):
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
    near = sum(any(_one_letter(x, y) for y in rest) for x in one - other)
    return len(one & other) + near, len(one), len(other)


def _one_letter(one: str, other: str) -> bool:
    lengths = sorted((len(one), len(other)))
    return lengths > [2, 3] and OSA.distance(one, other, score_cutoff=1) <= 1
