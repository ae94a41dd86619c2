"""When a work's screening at a stage is settled."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.verdicts import Vote, outcome, primary_reason

votes = st.lists(
    st.builds(Vote, st.sampled_from("ABC"), st.sampled_from(["include", "exclude", "maybe", "not-retrieved"])),
    max_size=4,
)


@pytest.mark.parametrize(
    ("cast", "needed", "comes_to"),
    [
        ([], 1, "waiting"),
        ([("A", "include")], 1, "include"),
        ([("A", "include")], 2, "waiting"),
        ([("A", "include"), ("B", "maybe")], 2, "include"),
        ([("A", "maybe"), ("B", "maybe")], 2, "include"),
        ([("A", "exclude"), ("B", "exclude")], 2, "exclude"),
        ([("A", "not-retrieved"), ("B", "not-retrieved")], 2, "not-retrieved"),
        ([("A", "include"), ("B", "exclude")], 2, "conflict"),
        ([("A", "exclude"), ("B", "not-retrieved")], 2, "conflict"),
        ([("A", "include"), ("B", "include"), ("C", "exclude")], 2, "conflict"),
        ([("A", "include"), ("B", "exclude")], 3, "waiting"),
        # one reviewer, two works that were merged
        ([("A", "include"), ("A", "include")], 2, "waiting"),
        ([("A", "include"), ("A", "maybe")], 1, "include"),
        ([("A", "include"), ("A", "exclude")], 1, "conflict"),
        ([("A", "include"), ("A", "exclude")], 2, "conflict"),
        ([("A", "include"), ("A", "exclude"), ("B", "include")], 2, "conflict"),
    ],
)
def test_votes_come_to(cast: list[tuple[str, str]], needed: int, comes_to: str) -> None:
    assert outcome([Vote(*vote) for vote in cast], needed) == comes_to


@given(votes, st.integers(1, 3))
def test_the_order_of_votes_does_not_matter_and_none_is_overruled(cast: list[Vote], needed: int) -> None:
    found = {outcome(order, needed) for order in itertools.permutations(cast)}
    assert len(found) == 1
    if (result := found.pop()) not in ("waiting", "conflict"):
        assert {vote.verdict for vote in cast} <= ({"include", "maybe"} if result == "include" else {result})
        assert len({vote.reviewer for vote in cast}) >= needed


def test_the_primary_reason_is_the_first_in_the_order_of_the_criteria() -> None:
    cast = [Vote("A", "exclude", "topic"), Vote("B", "exclude", "language"), Vote("C", "exclude")]
    assert primary_reason(cast, ["language", "topic"]) == "language"
    assert primary_reason(cast, ["topic", "language"]) == "topic"
    assert primary_reason(cast, []) == "language"
    assert primary_reason([Vote("A", "exclude")], ["topic"]) == "no reason given"
