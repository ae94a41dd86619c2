"""Where the search phrases stand in a text, for the screen: the phrases that the matcher found, by axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slr.matrix.analysis import WORD, Analyzer, Pattern
from slr.matrix.terms import Matrix


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is a phrase of an axis (by its number from 0)."""

    start: int
    end: int
    axis: int


def patterns(
    matrix: Matrix, analyzer: Analyzer, matched: Iterable[Sequence[Sequence[int]]]
) -> list[tuple[int, Pattern]]:
    """(axis, pattern) of the phrases that a work's records hold; ``matched`` are their indexes per axis, by record."""
    found = {(axis, index) for one in matched for axis, indexes in enumerate(one) for index in indexes}
    return [
        (axis, pattern)
        for axis, index in sorted(found)
        for text in matrix.axes[axis].phrases[index].texts
        if (pattern := analyzer.pattern(text))
    ]


def spans(text: str, analyzer: Analyzer, sought: Sequence[tuple[int, Pattern]]) -> list[Span]:
    """The places of the patterns in a text, in order; where phrases overlap, the longest of the first axis."""
    places = [(m.start(), m.end(), m[0].lower()) for m in WORD.finditer(text)]
    terms = [None if word in analyzer.stop_words else analyzer.stem(word) for _, _, word in places]
    found = [
        Span(places[i][0], places[i + len(pattern) - 1][1], axis)
        for axis, pattern in sought
        for i in range(len(terms) - len(pattern) + 1)
        if all(want is None or want == term for want, term in zip(pattern, terms[i:], strict=False))
    ]
    return _apart(found)


def _apart(found: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start - s.end, s.axis, s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
