"""OpenAlex: an expression as the value of its search filter and as OQL, its query language; its limits as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from slr.errors import QueryError
from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.dialects import Limit
from slr.matrix.query import And, PhraseQ


@dataclass(frozen=True, slots=True)
class Limits:
    """What OpenAlex accepts of one request."""

    url_bytes: Limit
    request_line_bytes: Limit
    or_values: Limit
    long_phrase_characters: Limit
    long_phrases: Limit


LIMITS = Limits(
    url_bytes=Limit(
        4_094, "bytes of the whole encoded URL", "https://help.openalex.org/api/searching", date(2026, 10, 3)
    ),
    request_line_bytes=Limit(
        8_190, "bytes of the request line", "ourresearch/openalex-api-proxy src/index.ts", date(2026, 8, 21)
    ),
    or_values=Limit(
        100, "values joined by | in one filter", "ourresearch/openalex-elastic-api settings.py", date(2026, 8, 7)
    ),
    long_phrase_characters=Limit(
        80,
        "characters above which a quoted phrase is long",
        "ourresearch/openalex-elastic-api core/search.py",
        date(2026, 8, 7),
    ),
    long_phrases=Limit(
        3, "long quoted phrases in one query", "ourresearch/openalex-elastic-api core/search.py", date(2026, 8, 7)
    ),
)
"""The documented limit of the URL is what queries are made for; the server's own was found to be higher."""

_SYNTAX = re.compile(r"[^\w\s.'’-]")
"""Characters of a phrase that may mean something to the filter's grammar or the server's query parser."""


def filter_value(expr: And, analyzer: Analyzer = STEMMED) -> str:
    """``expr`` as the value of ``title_and_abstract.search`` (with ``EXACT``: ``.search.exact``), not encoded.

    ``("a b" OR "c d") AND ("x")``: phrases always quoted and every side in parentheses, because the server cuts "and"
    or "not" off the end of an unquoted value. Characters with a meaning are replaced by a blank where the analyzer
    gives the same terms. Raises QueryError for a phrase where it does not, one of stop words only, or too many long
    phrases.
    """
    _check_long(expr)
    sides = (" OR ".join(f'"{_plain(phrase, analyzer)}"' for phrase in side.parts) for side in expr.parts)
    return " AND ".join(f"({side})" for side in sides)


def oql(expr: And, exact: bool) -> str:
    """``expr`` in OpenAlex's query language: quoted phrases if ``exact``, else ``stemmed "…"`` ones.

    Source: https://help.openalex.org/access/oql-spec (version 2.2): quotes turn stemming off, ``stemmed`` in front of
    them turns it on again; ``title/abstract`` is the name of the field until October 2026, still accepted since.
    Raises QueryError as ``filter_value`` does.
    """
    analyzer, mode = (EXACT, "") if exact else (STEMMED, "stemmed ")
    sides = (" OR ".join(f'{mode}"{_plain(phrase, analyzer)}"' for phrase in side.parts) for side in expr.parts)
    return f"works where title/abstract has ({' AND '.join(f'({side})' for side in sides)})"


def _plain(phrase: PhraseQ, analyzer: Analyzer) -> str:
    """The phrase without any character that the server could read as syntax, proved to be the same search."""
    pattern = analyzer.pattern(phrase.text)
    if not pattern:
        raise QueryError(
            f"OpenAlex ignores every word of the phrase {phrase.text!r}: remove it, or search with exact matching."
        )
    plain = " ".join(_SYNTAX.sub(" ", phrase.text).split())
    if analyzer.pattern(plain) != pattern:
        raise QueryError(
            f"The phrase {phrase.text!r} holds a character that OpenAlex reads as search syntax and that cannot be "
            "left out without changing the search: write it without that character."
        )
    return plain


def _check_long(expr: And) -> None:
    long = [p.text for side in expr.parts for p in side.parts if len(p.text) > LIMITS.long_phrase_characters.value]
    if len(long) > LIMITS.long_phrases.value:
        raise QueryError(
            f"OpenAlex refuses a query with more than {LIMITS.long_phrases.value} phrases of over "
            f"{LIMITS.long_phrase_characters.value} characters; there are {len(long)}: shorten {long[0]!r}."
        )
