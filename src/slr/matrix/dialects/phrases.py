"""A whole expression as one line of quoted phrases, and back."""

from __future__ import annotations

import re

from slr.matrix.dialects.literal import quoted
from slr.matrix.query import And, Or, PhraseQ


def grouped(expr: And, platform: str) -> str:
    """``("a b" OR "c") AND ("d")``. Raises QueryError as ``literal.plain`` does."""
    return " AND ".join(f"({' OR '.join(quoted(side, platform))})" for side in expr.parts)


def read_grouped(text: str) -> And:
    """The expression that ``grouped`` or ``literal.fielded`` wrote; limits that follow it are skipped."""
    sides = (dict.fromkeys(re.findall(r'"([^"]*)"', side)) for side in text.split(") AND ("))
    return And(tuple(Or(tuple(map(PhraseQ, phrases))) for phrases in sides if phrases))
