"""How a platform turns text into terms: tokenizer, lower case, stop words, stemming.

The model is Lucene's, which OpenAlex's search server uses: the standard tokenizer, a lower-case filter, the default
English stop words and a Krovetz stemmer for the default fields; only tokenizer and lower case for the ``.exact``
fields (source: ourresearch/openalex-elastic-api, funder_search/views.py; that titles and abstracts use the same
analyzer is inferred).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from slr.matrix.stem import stem

Pattern = tuple[str | None, ...]
"""The terms of a phrase in order; None is a place that any one word may take. The first and the last are never None."""

_MARKS = r"\u0300-\u036f\u00ad\u200c\u200d"
_SINGLE = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(
    rf"""
      [{_SINGLE}]
    | (?:[^\W{_SINGLE}]|[{_MARKS}])+
      (?: (?: (?<=[^\W\d_]) ['’‘.:·] (?=[^\W\d_{_SINGLE}]) | (?<=\d) ['’‘.,;] (?=\d) ) (?:[^\W{_SINGLE}]|[{_MARKS}])+ )*
    """,
    re.VERBOSE,
)
"""One token of the standard tokenizer (Unicode UAX #29 word boundaries as Lucene applies them), approximately.

Letters, digits and underscores join; an apostrophe, full stop, colon or middle dot stays inside between two letters
(``cluster's``, ``e.g``), an apostrophe, full stop, comma or semicolon between two digits (``1,320``). Ideographs and
hiragana are tokens of one character. Combining marks, soft hyphens and joiners belong to their word. Everything else
divides: hyphens, dashes, slashes. Not modelled: emoji as tokens, tokens of more than 255 characters, Thai-like
scripts.
"""

ENGLISH_STOP_WORDS = frozenset(
    """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these they this
    to was will with
    """.split()  # noqa: SIM905 - the published list as it is printed
)
"""Lucene's default English stop words (org.apache.lucene.analysis.en.EnglishAnalyzer)."""


@dataclass(frozen=True, slots=True)
class Analyzer:
    """The text rules of a platform's field; equal text rules find equal phrases."""

    name: str
    stop_words: frozenset[str]
    stem: Callable[[str], str]

    def words(self, text: str) -> list[str]:
        """The lower-case words of ``text`` in order, stop words included, not stemmed."""
        return WORD.findall(text.lower())

    def tokens(self, text: str) -> list[tuple[str, int]]:
        """The terms of ``text`` with their positions from 0; a removed stop word leaves a gap, as in Lucene."""
        return [(self.stem(word), i) for i, word in enumerate(self.words(text)) if word not in self.stop_words]

    def pattern(self, phrase: str) -> Pattern:
        """The terms of a phrase, None for a stop word between them; () if it holds stop words only.

        A phrase occurs in a field if its pattern occurs in the field's words, where None takes any one word, a stop
        word or not: what Lucene does with position gaps. It was not checked against the live OpenAlex.
        """
        places = {i: term for term, i in self.tokens(phrase)}
        return tuple(places.get(i) for i in range(min(places), max(places) + 1)) if places else ()


def _unchanged(word: str) -> str:
    return word


STEMMED = Analyzer("stemmed", ENGLISH_STOP_WORDS, stem)
"""OpenAlex's default search fields: stop words removed, words stemmed."""

EXACT = Analyzer("exact", frozenset(), _unchanged)
"""OpenAlex's ``.exact`` search fields: every word counts as it is written."""
