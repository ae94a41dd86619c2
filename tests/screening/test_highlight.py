"""The search phrases in a text: those that the matcher found, where they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.matrix.analysis import EXACT, STEMMED
from slr.matrix.match import Matcher
from slr.matrix.terms import expand
from slr.screening.highlight import patterns, spans

AXES = {
    "terms": ["knowledge transfer", "skill flow"],
    "concepts": ["cluster", "between clusters", "cluster to cluster"],
}
MATRIX = expand(AXES, {}, False)
ANY = ("knowledge", "Transfers", "cluster", "CLUSTERS", "between", "to", "of", "skill", "flow,", "a.", "galaxy")
WORDS = st.lists(st.sampled_from(ANY), max_size=14)


def shown(text: str, analyzer: object = STEMMED) -> list[str]:
    found = Matcher(MATRIX, STEMMED).match(text, None, ())
    sought = patterns(MATRIX, STEMMED, [found.axes])
    return [f"{span.axis}:{text[span.start : span.end]}" for span in spans(text, STEMMED, sought)]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Knowledge transfers between clusters", ["0:Knowledge transfers", "1:between clusters"]),
        ("from cluster to cluster", ["1:cluster to cluster"]),
        ("A knowledge-transfer; clusters.", ["0:knowledge-transfer", "1:clusters"]),
        ("knowledge of transfer", []),
        ("", []),
    ],
)
def test_phrases_are_marked_as_they_stand_and_the_longest_where_they_overlap(text: str, marked: list[str]) -> None:
    assert shown(text) == marked


@given(WORDS)
def test_something_is_marked_on_an_axis_exactly_where_the_matcher_found_something(words: list[str]) -> None:
    text = " ".join(words)
    found = Matcher(MATRIX, STEMMED).match(text, None, ())
    marked = spans(text, STEMMED, patterns(MATRIX, STEMMED, [found.axes]))
    assert bool(marked) == any(found.axes)
    assert all(a.end <= b.start for a, b in pairwise(marked))


def test_what_the_matcher_did_not_find_is_not_sought() -> None:
    assert patterns(MATRIX, EXACT, [[[], []]]) == [] and patterns(MATRIX, EXACT, []) == []
