"""Laws of reading a search part by part."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.http.messages import Reply
from slr.matrix.parts import Part, cut, limited
from slr.matrix.query import And, Or, PhraseQ
from slr.sources.in_parts import Listed, Reach, Turn, read_on
from tests.matrix.test_parts import holds

NO_REPLY: Any = None
Made = tuple[int, set[str], int | None]
EXPR = And((Or((PhraseQ("p0"), PhraseQ("p1"), PhraseQ("p2"))), Or((PhraseQ("p3"), PhraseQ("p4")))))

made = st.lists(
    st.tuples(
        st.sets(st.sampled_from(["p0", "p1", "p2"]), min_size=1),
        st.sets(st.sampled_from(["p3", "p4"]), min_size=1),
        st.none() | st.integers(2015, 2020) | st.integers(1000, 9999),
    ),
    max_size=60,
)


class Platform:
    """Hands out ``reach.hits`` hits of a part, ``reach.page`` at a time; refuses what lies beyond."""

    def __init__(self, works: list[Made], reach: Reach) -> None:
        self.works, self.reach, self.asked = works, reach, 0

    def __call__(self, part: Part, number: int) -> Listed:
        self.asked += 1
        start = (number - 1) * self.reach.page
        assert start < self.reach.hits, "a page beyond the limit was asked for"
        found = [work for work in self.works if holds(part, (work[1], work[2]))]
        reply: Reply = NO_REPLY
        return Listed(reply, found[start : min(start + self.reach.page, self.reach.hits)], len(found))


def walk(whole: Part, platform: Platform) -> list[Turn]:
    turns: list[Turn] = []
    cursor: str | None = None
    while not turns or cursor is not None:
        turns.append(read_on(whole, cursor, platform.reach, platform))
        cursor = turns[-1].next_cursor
    return turns


def numbered(works: list[tuple[set[str], set[str], int | None]]) -> list[Made]:
    return [(i, a | b, year) for i, (a, b, year) in enumerate(works)]


def reachable(works: list[Made], hits: int) -> bool:
    """No single cell of a single year has more than the platform hands out."""
    cells = Counter((a, b, w[2]) for w in works for a in ["p0", "p1", "p2"] for b in ("p3", "p4") if {a, b} <= w[1])
    return all(count <= hits for count in cells.values())


@given(
    made, st.sampled_from([(1, 1), (4, 2), (5, 5), (9, 3), (100, 10)]), st.sampled_from([(None, None), (2016, 2018)])
)
def test_every_hit_is_read_and_no_other_or_it_is_said_that_some_cannot_be(
    works: list[tuple[set[str], set[str], int | None]], sizes: tuple[int, int], years: tuple[int | None, int | None]
) -> None:
    all_works, whole = numbered(works), limited(EXPR, *years)
    turns = walk(whole, Platform(all_works, Reach("X", *sizes)))
    wanted = {work[0] for work in all_works if holds(whole, (work[1], work[2]))}
    found = {work[0] for turn in turns for work in turn.listed.entries}
    warned = any(turn.warnings for turn in turns)
    assert found <= wanted
    assert found == wanted or warned
    within = [work for work in all_works if work[0] in wanted]
    assert warned == (not reachable(within, sizes[0]) and len(within) > sizes[0])


@given(made)
def test_a_search_that_is_small_enough_is_read_without_a_cut(
    works: list[tuple[set[str], set[str], int | None]],
) -> None:
    platform = Platform(numbered(works), Reach("X", 100, 10))
    walk(limited(EXPR, None, None), platform)
    assert platform.asked == max(1, -(-len(works) // 10))


def test_only_the_first_page_states_the_total_of_the_whole_query() -> None:
    works = numbered([({"p0"}, {"p3"}, 2000 + i % 20) for i in range(60)])
    turns = walk(limited(EXPR, None, None), Platform(works, Reach("X", 10, 5)))
    assert [turn.total for turn in turns] == [60, *[None] * (len(turns) - 1)]


def test_reading_goes_on_from_any_cursor_with_nothing_remembered() -> None:
    works, whole = numbered([({"p0"}, {"p3"}, 2000 + i % 20) for i in range(60)]), limited(EXPR, None, None)
    turns = walk(whole, Platform(works, Reach("X", 10, 5)))
    for before, following in zip(turns, islice(turns, 1, None), strict=False):
        again = read_on(whole, before.next_cursor, Reach("X", 10, 5), Platform(works, Reach("X", 10, 5)))
        assert again == following


def test_hits_that_cannot_be_reached_are_counted_and_their_cell_is_named() -> None:
    works = numbered([({"p0"}, {"p3"}, 2007)] * 25)
    turns = walk(limited(EXPR, None, None), Platform(works, Reach("The platform", 10, 5)))
    (warning,) = [warning for turn in turns for warning in turn.warnings]
    for said in ("The platform states 25 hits of 2007", "'p0' and 'p3'", "only 10", "15 could not be read"):
        assert said in warning


@pytest.mark.parametrize("entries", [0, 2])
def test_a_part_that_hands_out_less_than_it_states_does_not_hold_up_the_others(entries: int) -> None:
    def ask(part: Part, number: int) -> Listed:
        reply: Reply = NO_REPLY
        return Listed(reply, [] if number > 1 else list(range(entries)), 30 if part.years == (2000, 2000) else 0)

    turn = read_on(limited(EXPR, 2000, 2000), ":2", Reach("X", 50, 5), ask)
    assert turn.next_cursor is None
    assert cut(limited(EXPR, 2000, 2000))
