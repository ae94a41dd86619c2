"""EconBiz: an expression as its ``q`` (Lucene syntax); its limits as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.phrases import grouped
from slr.matrix.query import And


@dataclass(frozen=True, slots=True)
class Limits:
    """What EconBiz accepts of one request."""

    url_bytes: Limit
    page_size: Limit


LIMITS = Limits(
    url_bytes=Limit(
        4_000, "bytes of the whole encoded URL", "none stated; what any web server takes", date(2026, 11, 23)
    ),
    page_size=Limit(250, "records a request", "public clients of api.econbiz.de (unverified)", date(2026, 11, 23)),
)


def q(expr: And, first_year: int | None = None, last_year: int | None = None) -> str:
    """``("a b" OR "c") AND ("d") AND date:[1990 TO 2011]``, not encoded; without a field, so all metadata are searched.

    Source: https://api.econbiz.de/doc (version 1.00) and public clients; that groups in parentheses and the range of
    years are obeyed was not tried. Raises QueryError as ``literal.plain`` does.
    """
    sides = grouped(expr, "EconBiz")
    if first_year is None and last_year is None:
        return sides
    return f"{sides} AND date:[{first_year or '*'} TO {last_year or '*'}]"
