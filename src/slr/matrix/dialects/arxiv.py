"""arXiv: an expression as its ``search_query``; its limits as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import fielded
from slr.matrix.query import And


@dataclass(frozen=True, slots=True)
class Limits:
    """What arXiv accepts of one request and of one query."""

    url_bytes: Limit
    page_size: Limit
    most_hits: Limit
    seconds_between: Limit


_MANUAL = "https://info.arxiv.org/help/api/user-manual.html"

LIMITS = Limits(
    url_bytes=Limit(
        4_000, "bytes of the whole encoded URL", "none stated; what any web server takes", date(2026, 11, 23)
    ),
    page_size=Limit(2_000, "entries a request", _MANUAL, date(2026, 5, 29)),
    most_hits=Limit(30_000, "entries that can be paged through in one query", _MANUAL, date(2026, 5, 29)),
    seconds_between=Limit(
        3, "seconds between requests, one connection", "https://info.arxiv.org/help/api/tou.html", date(2026, 5, 29)
    ),
)


def search_query(expr: And, first_year: int | None = None, last_year: int | None = None) -> str:
    """``(ti:"a b" OR abs:"a b") AND (…) AND submittedDate:[199001010000 TO 201112312359]``, not encoded.

    Each phrase is asked of title and abstract. arXiv takes a quoted phrase as all of its words, stemmed, in any order
    within the field (observed, https://github.com/romazu/arxivql, "Important arXiv Search API Behavior"): it returns
    every record that holds the phrase, and others, which have to be left out on arrival. The limit on years is that of
    the first version's submission. Raises QueryError as ``literal.plain`` does.
    """
    sides = fielded(expr, ("ti", "abs"), "arXiv")
    if first_year is None and last_year is None:
        return sides
    return f"{sides} AND submittedDate:[{first_year or 1000:04}01010000 TO {last_year or 9000:04}12312359]"
