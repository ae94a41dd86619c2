"""The one description of a work."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from slr.merged import merge
from slr.model import Record

POOR = Record("a:1", "a", "Local buzz", year=2004, doi="10.1/x")
RICH = Record("b:1", "b", "Local Buzz", ("Bathelt, H.",), 2005, abstract="We …", venue="Progress", retracted=False)
some = st.builds(
    Record,
    st.sampled_from(["a:1", "a:2", "b:1", "b:2", "c:1"]),
    st.just("a"),
    st.sampled_from(["", "Local buzz", "Buzz"]),
    year=st.none() | st.just(2004),
    doi=st.none() | st.just("10.1/x"),
    retracted=st.none() | st.booleans(),
)


def test_the_fullest_record_comes_first_and_gaps_are_filled_from_the_next() -> None:
    found = merge([POOR, RICH])
    assert (found.record.title, found.record.year, found.record.doi) == ("Local Buzz", 2005, "10.1/x")
    assert found.record.record_id == "b:1"
    assert (found.came_from["title"], found.came_from["doi"]) == ("b:1", "a:1")
    assert "pages" not in found.came_from


def test_one_source_that_says_retracted_is_enough_and_is_named() -> None:
    found = merge([RICH, replace(POOR, retracted=True)])
    assert found.record.retracted is True and found.came_from["retracted"] == "a:1"


def test_a_record_alone_is_its_own_description() -> None:
    assert merge([RICH]).record == RICH


@given(st.lists(some, min_size=1, max_size=5, unique_by=lambda r: r.record_id), st.randoms())
def test_the_order_of_records_does_not_matter_and_each_value_is_its_givers(found: list[Record], rng: object) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    one = merge(found)
    assert merge(shuffled) == one
    by_id = {record.record_id: record for record in found}
    for name, giver in one.came_from.items():
        assert getattr(one.record, name) == getattr(by_id[giver], name)
