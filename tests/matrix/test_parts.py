"""Laws of cutting a search into parts."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from slr.matrix.parts import Part, after, at, cut, limited
from slr.matrix.query import And, Or, PhraseQ

PHRASES = [f"p{i}" for i in range(8)]
sides = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=5, unique=True)
limits = st.none() | st.integers(1000, 9999)


@st.composite
def searches(draw: st.DrawFn) -> Part:
    first, last = draw(limits), draw(limits)
    if first and last and first > last:
        first, last = last, first
    expr = And(tuple(Or(tuple(map(PhraseQ, side))) for side in draw(st.lists(sides, min_size=1, max_size=3))))
    return limited(expr, first, last)


records = st.tuples(st.sets(st.sampled_from(PHRASES)), st.none() | st.integers(1000, 9999))


def holds(part: Part, record: tuple[set[str], int | None]) -> bool:
    words, year = record
    if part.undated and year is not None:
        return False
    if part.years and not (year is not None and part.years[0] <= year <= part.years[1]):
        return False
    return all(any(phrase.text in words for phrase in side.parts) for side in part.expr.parts)


def leaves(part: Part) -> Iterator[Part]:
    found = cut(part)
    if not found:
        yield part
    for child in found:
        yield from leaves(child)


@given(searches(), st.lists(records, max_size=20))
def test_a_record_is_in_a_part_if_and_only_if_it_is_in_one_of_those_it_is_cut_into(
    part: Part, some: list[tuple[set[str], int | None]]
) -> None:
    for _ in range(30):
        children = cut(part)
        if not children:
            return
        inside = part.years[0] if part.years else None  # most records are outside of a narrow part: move them in
        for words, year in some:
            for record in ((words, year), (words, inside)):
                assert holds(part, record) == any(holds(child, record) for child in children)
        part = children[len(some) % len(children)]


@given(searches())
def test_years_are_cut_into_parts_without_a_common_year(part: Part) -> None:
    for _ in range(20):
        children = cut(part)
        years = [child.years for child in children if child.years]
        if len(years) == 2 and years[0] != years[1]:
            assert years[0][1] + 1 == years[1][0]
        if not children:
            return
        part = children[-1]


@given(searches(), st.lists(st.integers(0, 1), max_size=40))
def test_cutting_comes_to_an_end_at_one_cell_of_one_year(part: Part, turns: list[int]) -> None:
    for turn in [*turns, *[0] * 60]:
        children = cut(part)
        if not children:
            break
        part = children[turn]
    assert cut(part) == ()
    assert part.undated or (part.years and part.years[0] == part.years[1])
    assert all(len(side.parts) == 1 for side in part.expr.parts)


@given(sides, sides, st.integers(1990, 2000), st.integers(0, 6))
def test_stepping_from_part_to_part_meets_every_smallest_part_once_and_in_order(
    a: list[str], b: list[str], first: int, more: int
) -> None:
    whole = limited(And((Or(tuple(map(PhraseQ, a))), Or(tuple(map(PhraseQ, b))))), first, first + more)
    met: list[Part] = []
    path: str | None = ""
    while path is not None:
        while cut(at(whole, path)):
            path += "0"
        met.append(at(whole, path))
        path = after(whole, path)
    assert met == list(leaves(whole))


def test_a_search_without_limits_keeps_its_undated_records() -> None:
    dated, undated = cut(limited(And((Or((PhraseQ("a"),)),)), None, None))
    assert (dated.years, undated.undated) == ((1000, 9999), True)


def test_usual_years_are_reached_in_a_few_cuts() -> None:
    part, cuts = limited(And((Or((PhraseQ("a"),)),)), None, None), 0
    while part.years is None or part.years[0] < part.years[1]:
        part = next(child for child in cut(part) if child.years and child.years[0] <= 2019 <= child.years[1])
        cuts += 1
    assert cuts <= 8
