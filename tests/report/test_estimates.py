"""Chapman's and Chao's estimates and the stopping rule, against printed values and brute force."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slr.report.estimates import Estimate, chao, chapman, missed_too_many, run_to_stop
from tests.support.data import shared


def test_chapman_gives_the_printed_estimate_error_and_interval() -> None:
    found = chapman(40, 35, 28)
    assert (round(found.total, 3), round(found.error, 3), found.observed) == (49.897, 2.217, 47)
    assert (round(found.low, 2), round(found.high, 2), round(found.completeness, 4)) == (47.77, 57.96, 0.9419)


@pytest.mark.parametrize("lists", [(40, 35, 28), (50, 53, 47), (20, 15, 0), (53, 30, 30)])
def test_chapman_agrees_with_the_reference_values(lists: tuple[int, int, int]) -> None:
    reference = json.loads(shared("stats_vectors.json").read_text("utf-8"))
    expected = reference[f"chapman_{'_'.join(map(str, lists))}"]
    found = chapman(*lists)
    assert round(found.total, 3) == expected["N"] and round(found.error, 3) == expected["se"]
    assert [round(found.low, 2), round(found.high, 2)] == expected["ci95"]
    assert found.observed == expected["observed"] and round(found.completeness, 4) == expected["completeness"]


def test_nothing_shared_cannot_be_estimated_and_one_list_inside_the_other_means_nothing() -> None:
    states = [chapman(*lists).state for lists in ((20, 15, 0), (53, 30, 30), (10, 12, 6), (40, 35, 28))]
    assert states == ["not estimable", "nested", "few shared", "fair"]


def test_lists_cannot_share_more_than_they_have() -> None:
    with pytest.raises(ValueError, match="lists of 3 and 5 cannot share 4"):
        chapman(3, 5, 4)


@st.composite
def two_lists(draw: st.DrawFn) -> Estimate:
    shared_, first, second = (draw(st.integers(0, 60)) for _ in range(3))
    return chapman(shared_ + first, shared_ + second, shared_)


@given(two_lists())
def test_the_estimate_is_never_below_what_was_observed_and_lies_in_its_interval(found: Estimate) -> None:
    assert found.observed <= found.total + 1e-9
    assert found.low - 1e-9 <= found.total <= found.high + 1e-9
    assert found.low >= found.observed - 1e-9


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_order_of_the_lists_changes_nothing(first: int, second: int, both: int) -> None:
    one, other = chapman(first + both, second + both, both), chapman(second + both, first + both, both)
    assert (one.total, one.error, one.low, one.state) == (other.total, other.error, other.low, other.state)


def test_chao_adds_what_the_singletons_tell() -> None:
    assert chao([1, 1, 1, 2, 3], 3) == 5 + 2 / 3 * 3 * 2 / (2 * 2)
    assert chao([2, 2], 2) == 2
    assert chao([], 3) is None and chao([1], 1) is None


# stopping


def brute_force(relevant: list[bool], total: int, target: float) -> float:
    """The rule as it is written: every tail, with exact binomials."""
    screened, found = len(relevant), sum(relevant)
    smallest = 1.0
    for drawn in range(1, screened + 1):
        within = sum(relevant[screened - drawn :])
        supposed = math.floor(found / target + 1 - (found - within))
        population = total - (screened - drawn)
        ways = math.comb(population, supposed)
        held = sum(math.comb(drawn, x) * math.comb(population - drawn, supposed - x)
                   for x in range(min(within, supposed) + 1) if x <= drawn)  # fmt: skip
        smallest = min(smallest, held / ways if ways else 0.0)
    return smallest


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(0, 60), st.sampled_from([0.8, 0.95, 1.0]))
def test_the_longest_tails_give_the_same_as_all_tails(relevant: list[bool], more: int, target: float) -> None:
    assume(any(relevant))
    total = len(relevant) + more
    expected = brute_force(relevant, total, target)
    assert missed_too_many(relevant, total, target) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("relevant", "irrelevant", "total", "p"),
    [(95, 100, 1000, 0.494294), (95, 100, 2000, 0.723275), (50, 600, 1000, 0.049736), (50, 600, 1500, 0.201149)],
)
def test_the_rule_gives_the_printed_chances(relevant: int, irrelevant: int, total: int, p: float) -> None:
    assert round(missed_too_many([True] * relevant + [False] * irrelevant, total), 6) == p


def test_the_shortest_runs_that_let_screening_stop() -> None:
    assert [run_to_stop(found, 500) for found in (5, 20, 53)] == [471, 373, 282]
    assert run_to_stop(0, 10) is None


def test_nothing_relevant_never_lets_screening_stop_and_all_screened_always_does() -> None:
    assert missed_too_many([False] * 500, 501) == 1.0
    assert missed_too_many([True, False], 2) == 0.0
    with pytest.raises(ValueError, match="2 works were screened of 1"):
        missed_too_many([True, False], 1)
