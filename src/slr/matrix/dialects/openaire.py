"""OpenAIRE Graph: an expression as its ``search`` parameter; its limits as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.phrases import grouped
from slr.matrix.query import And


@dataclass(frozen=True, slots=True)
class Limits:
    """What OpenAIRE accepts of one request."""

    url_bytes: Limit
    page_size: Limit
    anonymous: Limit
    with_token: Limit


_DOCS = "https://graph.openaire.eu/docs/apis/graph-api/"
_TERMS = "https://graph.openaire.eu/docs/apis/terms"

LIMITS = Limits(
    url_bytes=Limit(
        4_000, "bytes of the whole encoded URL", "none stated; what any web server takes", date(2026, 11, 23)
    ),
    page_size=Limit(100, "products a request (more is HTTP 400)", _DOCS, date(2026, 7, 15)),
    anonymous=Limit(60, "requests an hour without a token", _TERMS, date(2026, 10, 9)),
    with_token=Limit(7_200, "requests an hour with a token", _TERMS, date(2026, 10, 9)),
)


def search(expr: And) -> str:
    """``("a b" OR "c") AND ("d")``, not encoded: a full-text search over titles and descriptions.

    Upper-case AND, OR, NOT and quotes are documented; that groups in parentheses are obeyed there was not tried.
    Raises QueryError as ``literal.plain`` does.
    """
    return grouped(expr, "OpenAIRE")
