"""Phrases for a platform whose text rules are not known: as written, in quotes, without a character of its syntax."""

from __future__ import annotations

import re

from slr.errors import QueryError
from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.query import And, Or, PhraseQ

_SYNTAX = re.compile(r"[^\w\s.'’-]")
"""Characters of a phrase that one of the platforms might read as syntax."""


class _Literal(Analyzer):
    """Words are what blanks divide: nothing is assumed of hyphens, stop words or endings."""

    __slots__ = ()

    def words(self, text: str) -> list[str]:
        return text.lower().split()


LITERAL = _Literal("literal", frozenset(), str)
"""Text rules under which a phrase lies in another only if the very same words do.

Whichever way a platform divides and stems single words, a phrase of words that stand together inside another phrase is
found wherever that other phrase is.
"""


def plain(phrase: PhraseQ, platform: str) -> str:
    """The phrase without a character that ``platform`` could read as syntax.

    Raises QueryError for a phrase that only means the same with such a character, or that holds nothing but words that
    search servers commonly leave out: whether this one does is not known.
    """
    if not STEMMED.pattern(phrase.text):
        raise QueryError(
            f"{platform} may ignore every word of the phrase {phrase.text!r}: remove it, or add a word that says more."
        )
    bare = " ".join(_SYNTAX.sub(" ", phrase.text).split())
    if EXACT.pattern(bare) != EXACT.pattern(phrase.text):
        raise QueryError(
            f"The phrase {phrase.text!r} holds a character that {platform} reads as search syntax and that cannot be "
            "left out without changing the search: write it without that character."
        )
    return bare


def quoted(side: Or, platform: str) -> list[str]:
    """The phrases of one side in quotes, ``plain``, in order."""
    return [f'"{plain(phrase, platform)}"' for phrase in side.parts]


def fielded(expr: And, fields: tuple[str, ...], platform: str) -> str:
    """``(TITLE:"a b" OR ABSTRACT:"a b") AND (…)``: every phrase asked of every field by itself (Lucene's syntax)."""
    sides = ([f"{field}:{text}" for text in quoted(side, platform) for field in fields] for side in expr.parts)
    return " AND ".join(f"({' OR '.join(side)})" for side in sides)


def searchable(title: str) -> str:
    """A title without what could end a quoted phrase or be read as syntax; '' if no word is left."""
    return " ".join(re.findall(r"[\w'’.-]*\w", title))


def phrase_clauses(expr: And, fields: int) -> int:
    """How many phrase clauses a query has that asks every phrase of so many fields."""
    return sum(len(side.parts) for side in expr.parts) * fields
