"""Laws of the text rules: what is a word, what is dropped, what a phrase's pattern is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.matrix.analysis import EXACT, STEMMED, Analyzer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inter-cluster Spill–over", ["inter", "cluster", "spill", "over"]),
        ("and/or (cluster)", ["and", "or", "cluster"]),
        ("cluster's clusters' ‘firm’s’", ["cluster's", "clusters", "firm’s"]),
        ("e.g. U.S. end.", ["e.g", "u.s", "end"]),
        ("1,320 3.5 a,b 3,a", ["1,320", "3.5", "a", "b", "3", "a"]),
        ("a:b 1:2 a.1", ["a:b", "1", "2", "a", "1"]),
        ("b2b 3D covid19 snake_case", ["b2b", "3d", "covid19", "snake_case"]),
        ("知識の移転 transfer", ["知", "識", "の", "移", "転", "transfer"]),
        ("cafe\u0301 clus\u00adters", ["cafe\u0301", "clus\u00adters"]),
        ("Größe ÉCOLE", ["größe", "école"]),
        ("... -- '", []),
    ],
)
def test_words_are_cut_as_the_standard_tokenizer_cuts_them(text: str, words: list[str]) -> None:
    assert EXACT.words(text) == words


@given(st.lists(st.text()))
def test_no_word_reaches_over_a_blank(pieces: list[str]) -> None:
    assert EXACT.words(" ".join(pieces)) == [word for piece in pieces for word in EXACT.words(piece)]


def test_stop_words_are_dropped_but_keep_their_place() -> None:
    assert STEMMED.tokens("The flow of knowledge to clusters") == [("flow", 1), ("knowledge", 3), ("cluster", 5)]


def test_exact_fields_keep_stop_words_and_endings() -> None:
    assert EXACT.tokens("To the Clusters") == [("to", 0), ("the", 1), ("clusters", 2)]


@pytest.mark.parametrize(
    ("phrase", "pattern"),
    [
        ("cluster to cluster", ("cluster", None, "cluster")),
        ("flow into the cluster", ("flow", None, None, "cluster")),
        ("the cluster of", ("cluster",)),
        ("between clusters", ("between", "cluster")),
        ("of the", ()),
        ("", ()),
    ],
)
def test_a_pattern_has_gaps_for_stop_words_inside_the_phrase_only(phrase: str, pattern: tuple[str | None, ...]) -> None:
    assert STEMMED.pattern(phrase) == pattern


@given(st.text(), st.sampled_from([STEMMED, EXACT]))
def test_a_pattern_holds_every_term_in_order(text: str, analyzer: Analyzer) -> None:
    assert [term for term in analyzer.pattern(text) if term] == [term for term, _ in analyzer.tokens(text)]
