"""Splitting under several limits at once: exact, within them, and few."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.query import And, Or, PhraseQ
from slr.matrix.subqueries import Capacity, at_least, fewest


def phrases(expr: And) -> int:
    return sum(len(side.parts) for side in expr.parts)


def letters(expr: And) -> int:
    return sum(len(phrase.text) + 4 for side in expr.parts for phrase in side.parts) + 3 * len(expr.parts)


def made(*lengths: int) -> And:
    return And(tuple(Or(tuple(PhraseQ(f"{side}x{n}") for n in range(length))) for side, length in enumerate(lengths)))


def cells(expr: And) -> list[tuple[str, ...]]:
    return list(itertools.product(*([phrase.text for phrase in side.parts] for side in expr.parts)))


axis = st.lists(st.text("abc ", min_size=1, max_size=30), min_size=1, max_size=9, unique=True)
expressions = st.lists(axis, min_size=1, max_size=3).map(
    lambda sides: And(tuple(Or(tuple(map(PhraseQ, side))) for side in sides))
)


@given(expressions, st.integers(3, 12), st.integers(120, 300))
def test_every_cell_is_in_exactly_one_part_and_every_part_within_both_limits(expr: And, most: int, long: int) -> None:
    capacities = [Capacity(phrases, most), Capacity(letters, long)]
    parts = fewest(expr, capacities)
    assert sorted(cell for part in parts for cell in cells(part)) == sorted(cells(expr))
    assert all(phrases(part) <= most and letters(part) <= long for part in parts)
    assert len(parts) >= at_least(expr, capacities)


@pytest.mark.parametrize(
    ("lengths", "known"),
    [((4, 6), 2), ((6, 6), 2), ((8, 8), 4), ((10, 12), 6), ((5, 5, 5), 8), ((8, 10, 6), 20), ((20, 20), 20)],
)
def test_it_takes_no_more_than_the_best_grid(lengths: tuple[int, ...], known: int) -> None:
    """Section 10 of the facts: 8 connectors, 9 phrases a search."""
    expr = made(*lengths)
    assert len(fewest(expr, [Capacity(phrases, 9)])) <= known == grid(lengths, 9)


def grid(lengths: tuple[int, ...], room: int) -> int:
    sizes = itertools.product(*(range(1, length + 1) for length in lengths))
    return min(
        math.prod(math.ceil(n / c) for n, c in zip(lengths, size, strict=True)) for size in sizes if sum(size) <= room
    )


@given(st.lists(st.integers(1, 14), min_size=2, max_size=3), st.integers(3, 11))
def test_it_never_takes_more_than_the_best_grid_nor_fewer_than_the_bound(lengths: list[int], room: int) -> None:
    found = len(fewest(made(*lengths), [Capacity(phrases, room)]))
    assert at_least(made(*lengths), [Capacity(phrases, room)]) <= found <= grid(tuple(lengths), room)


def test_runs_of_different_sizes_beat_the_grid() -> None:
    expr = made(60, 22)
    assert grid((60, 22), 9) == 72
    assert len(fewest(expr, [Capacity(phrases, 9)])) == 66 == at_least(expr, [Capacity(phrases, 9)])


def test_without_a_limit_there_is_one_search() -> None:
    assert fewest(made(3, 4), []) == (made(3, 4),) and at_least(made(3, 4), []) == 1


def test_a_single_cell_that_is_too_long_is_refused_with_its_phrase() -> None:
    expr = And((Or((PhraseQ("short"), PhraseQ("very " * 10))), Or((PhraseQ("b"),))))
    with pytest.raises(QueryError, match=r"single cell is longer .* shorten the phrase 'very very"):
        fewest(expr, [Capacity(letters, 40)])


def test_phrases_keep_the_order_of_the_matrix() -> None:
    for part in fewest(made(7, 9), [Capacity(phrases, 5)]):
        for side in part.parts:
            numbers = [int(phrase.text.split("x")[1]) for phrase in side.parts]
            assert numbers == sorted(numbers)
