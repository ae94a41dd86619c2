"""Combinations of sources, what each gave, and what two share."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from slr.report.overlap import Held, Holdings, included_lists, largest_first, times_found, yields

NAMES = ("a", "b", "c", "d")
works = st.lists(st.tuples(st.sets(st.sampled_from(NAMES), min_size=1), st.booleans()), max_size=40)
Works = list[tuple[set[str], bool]]


def holdings(of: Works) -> Holdings:
    every = Counter(frozenset(names) for names, _ in of)
    included = Counter(frozenset(names) for names, one in of if one)
    return {names: Held(n, n, included[names]) for names, n in every.items()}


@given(works)
def test_the_combinations_part_the_works_each_counted_once(of: Works) -> None:
    ordered = largest_first(holdings(of))
    assert sum(held.works for _, held in ordered) == len(of)
    assert sum(held.included for _, held in ordered) == sum(one for _, one in of)
    assert [h.works for _, h in ordered] == sorted((h.works for _, h in ordered), reverse=True)


@given(works)
def test_a_source_has_every_work_with_a_record_of_it_and_alone_those_without_another(of: Works) -> None:
    for one in yields(holdings(of), NAMES):
        mine = [(names, included) for names, included in of if one.source in names]
        alone = [included for names, included in mine if len(names) == 1]
        assert (one.works, one.included) == (len(mine), sum(i for _, i in mine))
        assert (one.only_here, one.included_only_here) == (len(alone), sum(alone))
        assert one.included_only_here <= one.included <= one.works


@given(works)
def test_two_sources_share_the_included_works_that_both_hold(of: Works) -> None:
    for (one, other), (first, second, both) in included_lists(holdings(of), NAMES).items():
        here, there = ({i for i, (names, inc) in enumerate(of) if inc and s in names} for s in (one, other))
        assert (first, second, both) == (len(here), len(there), len(here & there))


@given(works)
def test_each_included_work_is_counted_as_often_as_chosen_sources_found_it(of: Works) -> None:
    chosen = NAMES[:2]
    expected = sorted(n for names, inc in of if inc and (n := len(names & set(chosen))))
    assert sorted(times_found(holdings(of), chosen)) == expected


def test_precision_without_works_and_reading_without_included_ones_are_undefined() -> None:
    nothing, idle = yields({frozenset("a"): Held(4, 4, 0)}, ["b", "a"])
    assert nothing.precision is None and nothing.needed_to_read is None
    assert idle.precision == 0 and idle.needed_to_read is None


def test_precision_counts_works_that_wait_for_a_decision_too() -> None:
    (one,) = yields({frozenset("a"): Held(8, 4, 2)}, ["a"])
    assert one.precision == 0.25 and one.needed_to_read == 4
