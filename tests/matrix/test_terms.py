"""Laws of the matrix: cells are a product, spellings live inside a cell, phrases are plain words."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.terms import Phrase, check_phrase, expand
from tests.matrix.report import CONCEPTS, VARIANTS, report_matrix

word = st.text("abcdefgh", min_size=1, max_size=4)
lists = st.lists(word, min_size=1, max_size=4, unique_by=str.casefold)


def test_the_report_has_60_terms_22_concepts_and_1320_cells() -> None:
    matrix = report_matrix(use_variants=False)
    assert (len(matrix.phrases("terms")), len(matrix.phrases("concepts")), matrix.cells) == (60, 22, 1320)
    assert matrix.phrases("terms")[0] == Phrase("capability transfer")
    assert matrix.phrases("terms")[59] == Phrase("skill spill-over")
    assert [phrase.text for phrase in matrix.phrases("concepts")] == CONCEPTS


def test_variants_never_change_the_number_of_cells() -> None:
    matrix = report_matrix(use_variants=True)
    assert matrix.cells == 1320
    assert matrix.phrases("terms")[11] == Phrase(
        "capability spill-over", ("capability spill over", "capability spillover")
    )
    assert matrix.phrases("concepts")[4:6] == (Phrase("inter-cluster", ("intercluster",)), Phrase("inter cluster"))


@given(st.lists(lists, min_size=1, max_size=3), lists, st.dictionaries(word, st.lists(word, max_size=3)), st.booleans())
def test_the_number_of_cells_is_the_product_of_the_lists(
    parts: list[list[str]], plain: list[str], variants: dict[str, list[str]], use_variants: bool
) -> None:
    block = {f"part {i}": words for i, words in enumerate(parts)}
    matrix = expand({"block": [block], "plain": plain}, variants, use_variants)
    assert matrix.cells == math.prod(map(len, parts)) * len(plain)


@given(lists, st.dictionaries(word, st.lists(word, min_size=1, max_size=3), max_size=3))
def test_each_spelling_is_the_phrase_with_pieces_replaced(phrase: list[str], variants: dict[str, list[str]]) -> None:
    (found,) = expand({"a": [" ".join(phrase)]}, variants, True).phrases("a")
    choices = [[w, *variants.get(w, [])] for w in phrase]
    every = {" ".join(c) for c in _combinations(choices)} - {found.text}
    assert set(found.spellings) == every
    assert len(found.spellings) == len(every)


def _combinations(choices: list[list[str]]) -> list[list[str]]:
    return [[first, *rest] for first in choices[0] for rest in _combinations(choices[1:])] if choices else [[]]


def test_a_phrase_with_two_pieces_gets_all_combinations() -> None:
    (phrase,) = expand({"a": ["Inter-Cluster spill-over"]}, VARIANTS, True).phrases("a")
    assert phrase.texts == (
        "Inter-Cluster spill-over",
        "Inter-Cluster spill over",
        "Inter-Cluster spillover",
        "intercluster spill-over",
        "intercluster spill over",
        "intercluster spillover",
    )


def test_a_piece_is_replaced_as_whole_words_only_and_the_longest_piece_first() -> None:
    variants = {"spill": ["leak"], "spill-over": ["spillover"]}
    phrases = expand({"a": ["spill-over", "overspill", "spill there"]}, variants, True).phrases("a")
    assert [phrase.spellings for phrase in phrases] == [("spillover",), (), ("leak there",)]


def test_blanks_are_made_single() -> None:
    assert expand({"a": ["  industrial \n cluster "]}, {}, False).phrases("a") == (Phrase("industrial cluster"),)


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ({}, "no axis"),
        ({"terms": []}, "'terms' has no phrases"),
        ({"terms": [{"noun": ["skill"], "word": []}]}, "'terms' has no phrases"),
        ({"terms": ["skill", "Skill"]}, "'terms' holds the phrase 'Skill' twice"),
        ({"terms": ["skill flow", {"n": ["skill"], "w": ["flow"]}]}, "'terms' holds the phrase 'skill flow' twice"),
        ({"terms": ["skill*"]}, "'terms', phrase 'skill*'"),
    ],
)
def test_a_matrix_that_cannot_be_searched_is_an_error_naming_axis_and_phrase(axes: dict, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(QueryError, match=re.escape(said)):
        expand(axes, {}, False)


def test_a_spelling_that_cannot_be_searched_is_an_error() -> None:
    with pytest.raises(QueryError, match=r"phrase 'skill\?'"):
        expand({"terms": ["skill"]}, {"skill": ["skill?"]}, True)
    with pytest.raises(QueryError, match="variants, piece ''"):
        expand({"terms": ["skill"]}, {"": ["x"]}, True)


@pytest.mark.parametrize(
    "text",
    ["cluster", "spill-over", "industrial cluster to industrial cluster", "cluster's", "R&D", "24/7", "and not",
     "Übertragung", "知識 移転", "e.g. flows", "ORganic", "x" * 80],
)  # fmt: skip
def test_plain_words_pass(text: str) -> None:
    assert check_phrase(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((f"a{character}b", "search syntax") for character in '*?~()[]{}<>|\\^"“”,;=!'),
        ("", "empty"),
        (" \n ", "empty"),
        ("- '", "no letter or digit"),
        ("clusters AND networks", "operator AND"),
        ("NOT cluster", "operator NOT"),
        ("a OR b", "operator OR"),
        ("clus\u00adter", "invisible"),
        ("clus\x00ter", "invisible"),
        ("x" * 81, "81 characters"),
    ],
)
def test_what_is_not_a_plain_phrase_is_said_in_a_sentence(text: str, said: str) -> None:
    problem = check_phrase(text)
    assert problem is not None
    assert said in problem
    assert problem.endswith(".")
