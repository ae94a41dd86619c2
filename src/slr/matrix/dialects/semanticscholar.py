"""Semantic Scholar: an expression as the query of its bulk search; its limits as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import quoted
from slr.matrix.query import And

PLATFORM = "Semantic Scholar"
_SWAGGER = "https://api.semanticscholar.org/graph/v1/swagger.json"


@dataclass(frozen=True, slots=True)
class Limits:
    """What Semantic Scholar accepts of one request."""

    url_bytes: Limit
    page: Limit
    hits: Limit
    batch: Limit
    links: Limit


LIMITS = Limits(
    url_bytes=Limit(
        4_000, "bytes of the whole encoded URL (the service states none: a cautious guess)", _SWAGGER, date(2026, 11, 1)
    ),
    page=Limit(1_000, "papers a page of a bulk search", _SWAGGER, date(2026, 11, 1)),
    hits=Limit(10_000_000, "papers a bulk search hands out", _SWAGGER, date(2026, 11, 1)),
    batch=Limit(500, "ids in one batch", _SWAGGER, date(2026, 11, 1)),
    links=Limit(1_000, "references or citations a page", _SWAGGER, date(2026, 11, 1)),
)


def query_text(expr: And) -> str:
    """``("a b" | "c d") + ("x" | "y")``, not encoded: ``|`` is or, ``+`` is and (it has to be sent as ``%2B``).

    Raises QueryError as ``literal.plain`` does.
    """
    return " + ".join(f"({' | '.join(quoted(side, PLATFORM))})" for side in expr.parts)


def years(first: int | None, last: int | None) -> str:
    """The value of the parameter ``year``, inclusive: ``1990-2011``, ``1990-``, ``-2011``; '' without limits."""
    return "" if first is None and last is None else f"{first or ''}-{last or ''}"
