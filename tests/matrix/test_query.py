"""Laws of expressions: what they find, what absorption may drop, how they are split."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.query import And, Or, PhraseQ, absorb, expression, matches, split
from slr.matrix.terms import Matrix
from tests.matrix.report import report_matrix
from tests.matrix.strategies import fields, matrices, naive_cells, phrase_texts

analyzers = st.sampled_from([STEMMED, EXACT])


def size(expr: And) -> int:
    """The length of a query that spends 4 characters between phrases and 5 around each side."""
    return sum(5 + sum(len(phrase.text) + 4 for phrase in side.parts) for side in expr.parts)


def either(*texts: str) -> Or:
    return Or(tuple(map(PhraseQ, texts)))


def texts_of(side: Or) -> list[str]:
    return [phrase.text for phrase in side.parts]


@given(matrices(), fields, analyzers)
def test_the_expression_finds_exactly_the_union_of_the_cells(
    matrix: Matrix, record: list[str], analyzer: Analyzer
) -> None:
    assert matches(expression(matrix), record, analyzer) == all(naive_cells(matrix, record, analyzer))


@given(matrices(), fields, analyzers)
def test_absorption_changes_nothing_that_is_found(matrix: Matrix, record: list[str], analyzer: Analyzer) -> None:
    whole = expression(matrix)
    assert matches(absorb(whole, analyzer)[0], record, analyzer) == matches(whole, record, analyzer)


@given(matrices(), analyzers)
def test_absorption_leaves_no_phrase_that_could_still_go(matrix: Matrix, analyzer: Analyzer) -> None:
    for side in absorb(expression(matrix), analyzer)[0].parts:
        for i, phrase in enumerate(side.parts):
            others = And((Or(side.parts[:i] + side.parts[i + 1 :]),))
            assert not matches(others, [_only(phrase.text, analyzer)], analyzer)


def _only(phrase: str, analyzer: Analyzer) -> str:
    """A text of just this phrase, with a word used nowhere else in place of every stop word."""
    return " ".join("zebra" if word in analyzer.stop_words else word for word in analyzer.words(phrase))


@given(matrices(), analyzers)
def test_absorption_twice_is_absorption_once(matrix: Matrix, analyzer: Analyzer) -> None:
    once, _ = absorb(expression(matrix), analyzer)
    assert absorb(once, analyzer) == (once, ())


@given(matrices(), analyzers)
def test_what_is_absorbed_and_what_stays_are_together_the_whole(matrix: Matrix, analyzer: Analyzer) -> None:
    whole = expression(matrix)
    reduced, gone = absorb(whole, analyzer)
    stay = [text for side in reduced.parts for text in texts_of(side)]
    assert sorted(stay + [each.phrase for each in gone]) == sorted(t for side in whole.parts for t in texts_of(side))
    assert {each.by for each in gone} <= set(stay)


def test_under_stemming_the_22_concepts_of_the_report_reduce_to_three() -> None:
    reduced, gone = absorb(expression(report_matrix(use_variants=False)), STEMMED)
    assert texts_of(reduced.parts[1]) == ["cluster", "industrial district", "regional strategic network"]
    assert len(reduced.parts[0].parts) == 60
    assert len(gone) == 19


def test_under_exact_matching_plurals_stay_apart_and_thirteen_concepts_remain() -> None:
    reduced, _ = absorb(expression(report_matrix(use_variants=False)), EXACT)
    assert texts_of(reduced.parts[1]) == [
        "cluster",
        "industrial district",
        "regional strategic network",
        *(f"{where} clusters" for where in ("beyond", "outside", "between")),
        *(f"{where} industrial clusters" for where in ("beyond", "outside", "between")),
        *(f"{where} industrial districts" for where in ("beyond", "outside", "between")),
        *(f"{where} regional strategic networks" for where in ("outside", "between")),
    ]


def test_an_absorption_says_whether_it_rests_on_stemming() -> None:
    expr = And((either("cluster", "industrial cluster", "between clusters"),))
    _, gone = absorb(expr, STEMMED)
    assert [(each.phrase, each.by, each.inflected) for each in gone] == [
        ("industrial cluster", "cluster", False),
        ("between clusters", "cluster", True),
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["flow of knowledge", "flow the knowledge"], ["flow of knowledge"]),
        (["flow of knowledge", "flow new knowledge"], ["flow of knowledge"]),
        (["flow new knowledge", "flow of knowledge"], ["flow of knowledge"]),
        (["flow knowledge", "flow of knowledge"], ["flow knowledge", "flow of knowledge"]),
        (["clusters", "cluster"], ["clusters"]),
        (["of the", "cluster of the", "to a"], ["of the", "cluster of the", "to a"]),
    ],
)
def test_a_gap_takes_any_word_but_no_word_takes_a_gap(given: list[str], kept: list[str]) -> None:
    assert texts_of(absorb(And((either(*given),)), STEMMED)[0].parts[0]) == kept


def test_a_phrase_never_spans_two_fields_but_the_sides_of_an_and_may_lie_in_two() -> None:
    expr = And((either("knowledge flow"), either("cluster")))
    assert matches(expr, ["knowledge flow", "a cluster"], STEMMED)
    assert not matches(expr, ["knowledge", "flow in a cluster"], STEMMED)


@given(matrices(), fields, analyzers, st.integers(30, 200))
def test_the_parts_of_a_split_fit_and_find_together_what_the_whole_finds(
    matrix: Matrix, record: list[str], analyzer: Analyzer, limit: int
) -> None:
    whole, _ = absorb(expression(matrix), analyzer)
    try:
        parts = split(whole, size, limit, most=10_000)
    except QueryError:
        assert size(And(tuple(Or((max(s.parts, key=lambda p: len(p.text)),)) for s in whole.parts))) > limit
        return
    assert all(size(part) <= limit for part in parts)
    assert any(matches(part, record, analyzer) for part in parts) == matches(whole, record, analyzer)


@given(st.lists(st.lists(phrase_texts(), min_size=1, max_size=5), min_size=1, max_size=2), st.integers(40, 120))
def test_no_other_cut_into_runs_needs_fewer_parts(sides: list[list[str]], limit: int) -> None:
    expr = And(tuple(either(*side) for side in sides))
    fewest = min((n for n in map(_parts_of_cut(limit), itertools.product(*map(_cuts, expr.parts))) if n), default=None)
    if fewest is None:
        with pytest.raises(QueryError):
            split(expr, size, limit, most=10_000)
    else:
        assert len(split(expr, size, limit, most=10_000)) == fewest


def _cuts(side: Or) -> list[list[Or]]:
    n = len(side.parts)
    edges = [(0, *inner, n) for k in range(n) for inner in itertools.combinations(range(1, n), k)]
    return [[Or(side.parts[a:b]) for a, b in itertools.pairwise(each)] for each in edges]


def _parts_of_cut(limit: int):  # type: ignore[no-untyped-def]
    def count(cut: tuple[list[Or], ...]) -> int:
        """The number of parts of this cut; 0 if one of them is too large."""
        fits = all(size(And(part)) <= limit for part in itertools.product(*cut))
        return math.prod(map(len, cut)) if fits else 0

    return count


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 12))
def test_every_part_fits_even_where_the_size_is_not_a_sum(terms: int, concepts: int, limit: int) -> None:
    def cells(expr: And) -> int:
        return math.prod(len(side.parts) for side in expr.parts)

    expr = And((either(*"abcdef"[:terms]), either(*"uvwxyz"[:concepts])))
    parts = split(expr, cells, limit)
    assert all(cells(part) <= limit for part in parts)
    assert sum(map(cells, parts)) == terms * concepts


def test_what_fits_is_not_split() -> None:
    expr = expression(report_matrix(use_variants=True))
    assert split(expr, size, size(expr)) == [expr]
    assert len(split(expr, size, size(expr) - 1)) == 2


def test_a_cell_that_cannot_fit_is_an_error_naming_the_longest_phrase() -> None:
    expr = And((either("a", "a very long phrase indeed"), either("b")))
    smallest = size(And((either("a very long phrase indeed"), either("b"))))
    assert len(split(expr, size, smallest)) == 2
    with pytest.raises(QueryError, match=r"single cell .* 'a very long phrase indeed'"):
        split(expr, size, smallest - 1)


def test_a_matrix_too_large_says_about_how_many_queries_it_would_take() -> None:
    expr = expression(report_matrix(use_variants=False))
    with pytest.raises(QueryError, match=r"about (\d+) queries .* more than the 10 allowed") as raised:
        split(expr, size, 200, most=10)
    needed = len(split(expr, size, 200, most=10_000))
    said = int(str(raised.value).split("about ")[1].split(" ")[0])
    assert needed <= said <= 2 * needed
