"""CORE: a part of a search in the syntax of its API (version 3), and read back from it; its limits as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import fielded, phrase_clauses
from slr.matrix.parts import Part
from slr.matrix.query import And, Or, PhraseQ

PLATFORM = "CORE"
FIELDS = ("title", "abstract")
_API = "https://api.core.ac.uk/docs/v3"


@dataclass(frozen=True, slots=True)
class Limits:
    """What CORE accepts of one request, and how much of a result it hands out."""

    clauses: Limit
    page: Limit
    hits: Limit
    looked_up: Limit


LIMITS = Limits(
    clauses=Limit(
        1_000,
        "phrase clauses in one query (the service states none: a little below Lucene's own 1,024)",
        "https://lucene.apache.org/core/ IndexSearcher.setMaxClauseCount",
        date(2026, 11, 1),
    ),
    page=Limit(100, "works a page", _API, date(2026, 11, 1)),
    hits=Limit(10_000, "works of one query (offset and limit)", _API, date(2026, 11, 1)),
    looked_up=Limit(50, "DOIs asked for in one query (ours: one may name two works)", _API, date(2026, 11, 1)),
)

_YEARS = re.compile(r" AND yearPublished>=(\d{4}) AND yearPublished<=(\d{4})$")
_UNDATED = " AND NOT _exists_:yearPublished"


def query_text(part: Part) -> str:
    """``(title:"a b" OR abstract:"a b" OR …) AND (…) AND yearPublished>=1990 AND yearPublished<=2011``.

    Raises QueryError as ``literal.plain`` does.
    """
    years = "" if part.years is None else f" AND yearPublished>={part.years[0]} AND yearPublished<={part.years[1]}"
    return fielded(part.expr, FIELDS, PLATFORM) + (_UNDATED if part.undated else years)


def read(text: str) -> Part:
    """The part that ``query_text`` wrote."""
    years, undated = _YEARS.search(text), text.endswith(_UNDATED)
    sides = re.findall(r"\(([^()]*)\)", text)
    phrases = (Or(tuple(map(PhraseQ, re.findall(r'title:"([^"]*)"', side)))) for side in sides)
    return Part(And(tuple(phrases)), (int(years[1]), int(years[2])) if years else None, undated)


def clauses(expr: And) -> int:
    """The size of a query as ``LIMITS.clauses`` counts it."""
    return phrase_clauses(expr, len(FIELDS))
