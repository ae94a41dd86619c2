"""DOAJ: a part of a search in the syntax of its article search, and read back from it; its limits as data.

Source of what is allowed: DOAJ's server, portality/api/current/discovery.py (Lucene's query string syntax without
wildcards, fuzziness and proximity; every colon behind the first must follow an AND or OR) and portality/settings.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import quoted
from slr.matrix.parts import ALL_YEARS, Part
from slr.matrix.query import And, Or, PhraseQ

PLATFORM = "DOAJ"
_SERVER = "https://github.com/DOAJ/doaj portality/settings.py"


@dataclass(frozen=True, slots=True)
class Limits:
    """What DOAJ accepts of one request, and how much of a result it hands out."""

    url_bytes: Limit
    page: Limit
    hits: Limit


LIMITS = Limits(
    url_bytes=Limit(
        4_000, "bytes of the whole encoded URL (the service states none: a cautious guess)", _SERVER, date(2026, 11, 1)
    ),
    page=Limit(100, "articles a page (DISCOVERY_MAX_PAGE_SIZE)", _SERVER, date(2026, 11, 1)),
    hits=Limit(1_000, "articles of one query (DISCOVERY_MAX_RECORDS_SIZE)", _SERVER, date(2026, 11, 1)),
)

_SIDE = re.compile(r"\(bibjson\.title:\(([^()]*)\) OR bibjson\.abstract:\(\1\)\)")
_YEARS = re.compile(r" AND bibjson\.year:\[(\d{4}) TO (\d{4})\]$")
_UNDATED = f" AND NOT bibjson.year:[{ALL_YEARS[0]} TO {ALL_YEARS[1]}]"


def query_text(part: Part) -> str:
    """``(bibjson.title:("a b" OR "c") OR bibjson.abstract:("a b" OR "c")) AND (…) AND bibjson.year:[1990 TO 2011]``.

    Raises QueryError as ``literal.plain`` does.
    """
    sides = (" OR ".join(quoted(side, PLATFORM)) for side in part.expr.parts)
    years = "" if part.years is None else f" AND bibjson.year:[{part.years[0]} TO {part.years[1]}]"
    found = " AND ".join(f"(bibjson.title:({side}) OR bibjson.abstract:({side}))" for side in sides)
    return found + (_UNDATED if part.undated else years)


def read(text: str) -> Part:
    """The part that ``query_text`` wrote."""
    sides = (Or(tuple(map(PhraseQ, re.findall(r'"([^"]*)"', side)))) for side in _SIDE.findall(text))
    years = _YEARS.search(text)
    undated = text.endswith(_UNDATED)
    return Part(And(tuple(sides)), (int(years[1]), int(years[2])) if years and not undated else None, undated)
