"""Term contribution against its definition: leave one out, look again."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from slr.report.contribution import (
    Axes,
    Share,
    Weight,
    by_cell,
    by_group,
    by_phrase,
    found,
    kept,
    smaller,
    weights,
)

SIZES = (4, 3)
Work = tuple[list[Axes], bool]

records = st.tuples(*(st.sets(st.integers(0, size - 1)).map(lambda s: tuple(sorted(s))) for size in SIZES))
works = st.lists(st.tuples(st.lists(records, max_size=3), st.booleans()), max_size=25)


def count(of: list[Work], keep: tuple[set[int], ...]) -> tuple[int, int]:
    """Works, and included ones, that a matrix of these phrases finds: the definition."""
    hit = [
        (any(all(set(axis) & side for axis, side in zip(axes, keep, strict=True)) for axes in matches), included)
        for matches, included in of
    ]
    return sum(h for h, _ in hit), sum(h and included for h, included in hit)


def everything() -> tuple[set[int], ...]:
    return tuple(set(range(size)) for size in SIZES)


def without(axis: int, phrases: set[int]) -> tuple[set[int], ...]:
    return tuple(side - phrases if i == axis else side for i, side in enumerate(everything()))


def only(axis: int, phrase: int) -> tuple[set[int], ...]:
    return tuple({phrase} if i == axis else side for i, side in enumerate(everything()))


@given(works)
def test_a_phrase_has_what_it_finds_and_alone_what_is_lost_without_it(of: list[Work]) -> None:
    shares = by_phrase(weights(of), SIZES)
    whole = count(of, everything())
    for axis, size in enumerate(SIZES):
        for phrase in range(size):
            share = shares[axis][phrase]
            assert (share.works, share.included) == count(of, only(axis, phrase))
            left = count(of, without(axis, {phrase}))
            assert (share.unique_works, share.unique_included) == (whole[0] - left[0], whole[1] - left[1])


@given(works)
def test_unique_included_is_within_included_and_within_works(of: list[Work]) -> None:
    every = [s for side in by_phrase(weights(of), SIZES) for s in side] + list(by_cell(weights(of)).values())
    for share in every:
        assert share.unique_included <= min(share.included, share.unique_works)
        assert max(share.included, share.unique_works) <= share.works


@given(works, st.sets(st.integers(0, SIZES[0] - 1)))
def test_a_group_is_left_out_as_a_whole(of: list[Work], group: set[int]) -> None:
    (share,) = by_group(weights(of), 0, [group])
    whole, left = count(of, everything()), count(of, without(0, group))
    assert (share.unique_works, share.unique_included) == (whole[0] - left[0], whole[1] - left[1])


@given(works)
def test_a_cell_has_the_works_that_lie_in_it_and_alone_those_that_lie_in_no_other(of: list[Work]) -> None:
    cells = by_cell(weights(of))
    lying = [({c for axes in matches for c in itertools.product(*axes)}, included) for matches, included in of]
    for cell in itertools.product(*map(range, SIZES)):
        here = [(held, included) for held, included in lying if cell in held]
        alone = [(held, included) for held, included in here if len(held) == 1]
        expected = Share(len(here), sum(i for _, i in here), len(alone), sum(i for _, i in alone))
        assert cells.get(cell, Share()) == expected


@given(works)
def test_the_smaller_matrix_finds_every_included_work_and_can_spare_no_phrase(of: list[Work]) -> None:
    given_ = weights(of)
    keep = smaller(given_, by_phrase(given_, SIZES))
    assert kept(given_, keep).included == found(given_).included == count(of, everything())[1]
    assert kept(given_, keep).works == count(of, tuple(map(set, keep)))[0]
    for axis, side in enumerate(keep):
        for phrase in side if len(side) > 1 else ():
            fewer = [tuple(p for p in one if (i, p) != (axis, phrase)) for i, one in enumerate(keep)]
            assert kept(given_, fewer).included < found(given_).included


def test_records_of_one_work_do_not_lend_each_other_phrases() -> None:
    halves: list[Work] = [([((0,), ()), ((), (0,))], True)]
    assert found(weights(halves)) == Weight(0, 0)


def test_a_work_with_two_records_is_lost_only_if_both_are() -> None:
    one: list[Work] = [([((0,), (0,)), ((1,), (0,))], True)]
    shares = by_phrase(weights(one), SIZES)
    assert shares[0][0] == Share(1, 1, 0, 0) and shares[1][0] == Share(1, 1, 1, 1)


def test_the_phrase_with_the_worst_yield_is_given_up_first() -> None:
    broad: list[Work] = [([((0, 1), (0,))], True), *[([((0,), (0,))], False)] * 9]
    given_ = weights(broad)
    assert smaller(given_, by_phrase(given_, SIZES)) == ((1,), (0,))


def test_every_axis_keeps_a_phrase_even_if_nothing_is_included() -> None:
    given_ = weights([([((0,), (0,))], False)])
    assert all(len(side) == 1 for side in smaller(given_, by_phrase(given_, SIZES)))
