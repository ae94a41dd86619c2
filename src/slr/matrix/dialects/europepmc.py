"""Europe PMC: an expression in its search syntax; its limits as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import fielded, phrase_clauses
from slr.matrix.query import And

PLATFORM = "Europe PMC"
FIELDS = ("TITLE", "ABSTRACT")
_SERVICE = "https://europepmc.org/RestfulWebService"


@dataclass(frozen=True, slots=True)
class Limits:
    """What Europe PMC accepts of one request."""

    clauses: Limit
    page: Limit
    links: Limit
    looked_up: Limit


LIMITS = Limits(
    clauses=Limit(
        1_000,
        "phrase clauses in one query (the service states none: a little below Lucene's own 1,024)",
        "https://lucene.apache.org/core/ IndexSearcher.setMaxClauseCount",
        date(2026, 11, 1),
    ),
    page=Limit(1_000, "records a page", _SERVICE, date(2026, 11, 1)),
    links=Limit(1_000, "references or citations a page", _SERVICE, date(2026, 11, 1)),
    looked_up=Limit(100, "DOIs asked for in one query (ours, to keep queries short)", _SERVICE, date(2026, 11, 1)),
)


def query_text(expr: And, first: int | None = None, last: int | None = None) -> str:
    """``(TITLE:"a b" OR ABSTRACT:"a b" OR …) AND (…) AND PUB_YEAR:[1990 TO 2011]``, years inclusive.

    An open end is written as year 1000 or 3000 (Europe PMC's own word for "until now"). Raises QueryError as
    ``literal.plain`` does.
    """
    limit = "" if first is None and last is None else f" AND PUB_YEAR:[{first or 1000} TO {last or 3000}]"
    return fielded(expr, FIELDS, PLATFORM) + limit


def clauses(expr: And) -> int:
    """The size of a query as ``LIMITS.clauses`` counts it."""
    return phrase_clauses(expr, len(FIELDS))
