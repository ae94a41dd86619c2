"""Which phrases of a matrix a record holds, worked out locally and fast, with the platform's text rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from slr.matrix.analysis import Analyzer
from slr.matrix.terms import Matrix
from slr.model import Match

_OTHER = " "
"""Stands for a word that no phrase of the matrix holds."""

_FIRST_CODE = ord("!")
_Sought = tuple[int, int, Callable[[str], object]]
"""Axis, phrase and the search of one of its spellings in an encoded text."""


class _Codes(dict[str, str]):
    """The words between two blanks, each as one character: its term's if a phrase holds it, else ``_OTHER``.

    No word reaches over a blank, so that a text can be cut at its blanks, which is much faster than the tokenizer, and
    the tokenizer be asked once for every different piece. Pieces are filled in as they are met.
    """

    def __init__(self, analyzer: Analyzer, terms: Iterable[str], remembered: int) -> None:
        super().__init__()
        self._remembered = remembered
        self._analyzer = analyzer
        self.of_term = {term: chr(_FIRST_CODE + i) for i, term in enumerate(dict.fromkeys(terms))}

    def __missing__(self, piece: str) -> str:
        if len(self) >= self._remembered:
            self.clear()
        codes = self[piece] = "".join(map(self._of_word, self._analyzer.words(piece)))
        return codes

    def _of_word(self, word: str) -> str:
        stopped = word in self._analyzer.stop_words
        return _OTHER if stopped else self.of_term.get(self._analyzer.stem(word), _OTHER)


class Matcher:
    """Finds the phrases of a matrix in titles, abstracts and keywords.

    Every word of a field becomes one character, so that a phrase becomes a short regular expression in which ``.`` is
    a place that any word may take. A phrase that a query leaves out by absorption is found here all the same
    ("between clusters" and "cluster" both).

    ``remembered`` is how many different pieces of text are kept with their codes (500,000 take about 60 MB); when
    there are more, all are forgotten and met anew.
    """

    def __init__(self, matrix: Matrix, analyzer: Analyzer, remembered: int = 500_000) -> None:
        patterns = [
            (axis, index, analyzer.pattern(text))
            for axis, each in enumerate(matrix.axes)
            for index, phrase in enumerate(each.phrases)
            for text in phrase.texts
        ]
        self._axes = len(matrix.axes)
        terms = (term for _, _, pattern in patterns for term in pattern if term)
        self._codes = _Codes(analyzer, terms, remembered)
        self._starting: dict[str, list[_Sought]] = {}
        for axis, index, pattern in filter(itemgetter(2), patterns):
            codes = [re.escape(self._codes.of_term[term]) if term else "." for term in pattern]
            first = self._codes.of_term[pattern[0] or ""]
            self._starting.setdefault(first, []).append((axis, index, re.compile("".join(codes)).search))

    def match(self, title: str, abstract: str | None, keywords: Sequence[str]) -> Match:
        """The indexes of the phrases found, per axis; each lies inside the title, the abstract or one keyword."""
        text = "\n".join(map(self._encoded, (title, abstract or "", *keywords)))
        found: list[set[int]] = [set() for _ in range(self._axes)]
        for code in set(text):
            for axis, index, search in self._starting.get(code, ()):
                if search(text):
                    found[axis].add(index)
        return Match(tuple(tuple(sorted(indexes)) for indexes in found))

    def _encoded(self, field: str) -> str:
        return "".join(map(self._codes.__getitem__, field.split()))
