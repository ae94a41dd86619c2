"""Random matrices and texts over a small alphabet in which stems, stop words and hyphens collide."""

from __future__ import annotations

from hypothesis import strategies as st

from slr.matrix.analysis import ENGLISH_STOP_WORDS, Analyzer
from slr.matrix.terms import Axis, Matrix, Phrase

CONTENT = ["cluster", "clusters", "Clustered", "network", "networks", "inter", "flow", "flows", "e.g", "x", "b2b"]
STOPS = ["of", "the", "to"]
words = st.sampled_from(CONTENT + STOPS)
separators = st.sampled_from([" ", "-", "  ", "/"])


@st.composite
def phrase_texts(draw: st.DrawFn) -> str:
    """One to four words, at least one of which is not a stop word."""
    chosen = draw(st.lists(words, min_size=1, max_size=4).filter(lambda ws: any(w in CONTENT for w in ws)))
    joined = chosen[0]
    for word in chosen[1:]:
        joined += draw(separators) + word
    return joined


@st.composite
def texts(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(words, max_size=14))
    marks = [draw(st.sampled_from([" ", "-", ", ", ". ", "\n", "'s ", ":", "_", " and "])) for _ in chosen]
    return "".join(word + mark for word, mark in zip(chosen, marks, strict=True))


fields = st.lists(texts(), min_size=1, max_size=3)
phrases = st.builds(Phrase, phrase_texts(), st.lists(phrase_texts(), max_size=2).map(tuple))


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    axes = draw(st.lists(st.lists(phrases, min_size=1, max_size=6), min_size=1, max_size=3))
    return Matrix(tuple(Axis(f"axis {i}", tuple(each)) for i, each in enumerate(axes)))


def naively_holds(text: str, field: str, analyzer: Analyzer) -> bool:
    """Whether the phrase lies in the field: its terms, moved as one block, fall on the same terms of the field."""
    sought, present = analyzer.tokens(text), set(analyzer.tokens(field))
    shifts = {place - sought[0][1] for _, place in present} if sought else set()
    return any(all((term, place + by) in present for term, place in sought) for by in shifts)


def naive_cells(matrix: Matrix, record: list[str], analyzer: Analyzer) -> tuple[tuple[int, ...], ...]:
    """The indexes of the phrases that any of the record's fields holds, per axis."""
    return tuple(
        tuple(
            i
            for i, phrase in enumerate(axis.phrases)
            if any(naively_holds(text, field, analyzer) for text in phrase.texts for field in record)
        )
        for axis in matrix.axes
    )


assert not ENGLISH_STOP_WORDS.intersection(CONTENT)
