"""The boxes of made-up reviews: every number is the length of its list, and the numbers balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from slr.errors import NotFound, OurBug
from slr.prisma.boxes import BOXES, Previous, State, box, counted, ids, lists, numbers
from slr.prisma.numbers import Numbers, broken_identities
from slr.verdicts import Vote
from tests.prisma.reviews import TOOL, any_state, state

IN, OUT = (Vote("Anna", "include"),), (Vote("Anna", "exclude", "off-topic"),)


def votes(**works: Sequence[tuple[Vote, ...]]) -> dict[tuple[str, str], tuple[Vote, ...]]:
    """Each work's votes at the first and, if given, the second stage."""
    return {(w, stage): v for w, cast in works.items() for stage, v in zip(("title-abstract", "full-text"), cast)}  # noqa: B905


@settings(deadline=None, max_examples=300)
@given(any_state())
def test_in_any_review_the_numbers_are_the_lengths_of_their_lists_and_balance(found: State) -> None:
    listed = lists(found)
    made = counted(found, listed)
    assert broken_identities(made) == []
    real = {"records": set(found.origin_of), "reports": set(found.records_of)}
    real["studies"] = {found.study(work) for work in found.records_of}
    for each in BOXES:
        assert len(listed[each.key]) == len(set(listed[each.key])) == made.count(each.key), each.key
        assert set(listed[each.key]) <= real[each.unit], each.key


@settings(deadline=None, max_examples=150)
@given(any_state())
def test_what_is_in_the_review_does_not_depend_on_versions_or_on_the_choice_for_the_tail(found: State) -> None:
    plain = numbers(replace(found, previous=None, tail="pending"))
    chosen = numbers(found)
    assert (chosen.total_studies, chosen.total_reports) == (plain.total_studies, plain.total_reports)


@settings(deadline=None, max_examples=150)
@given(any_state())
def test_each_record_found_stands_in_just_one_place_before_reports_are_sought(found: State) -> None:
    """Duplicate, ineligible, excluded, waiting, or sought: nothing is lost between the boxes, nothing counted twice."""
    ends = ("duplicates", "other_duplicates", "excluded_automatic", "other_ineligible", "records_excluded",
            "other_records_excluded", "pending_screening", "other_pending")  # fmt: skip
    placed = Counter(record for key in ends for record in ids(found, key))
    sought = [
        found.standing(work) for key in ("dbr_sought_reports", "other_sought_reports") for work in ids(found, key)
    ]
    assert placed + Counter(sought) == Counter(found.counted.keys())


def test_two_reports_of_a_study_are_two_reports_and_one_study() -> None:
    works = {"W1": ("a",), "W2": ("b",), "W3": ("c",)}
    found = state(
        dict.fromkeys("abc", "database"), works, votes(W1=(IN, IN), W2=(IN, IN), W3=(IN, IN)),
        study_of={"W1": "S1", "W2": "S1"},
    )  # fmt: skip
    made = numbers(found)
    assert (made.new_studies, made.new_reports, made.total_studies, made.total_reports) == (2, 3, 2, 3)
    assert ids(found, "new_studies") == ["S1", "W3"]


def update(**more: object) -> State:
    """Version v1 included W1 (study S1) and W2, and excluded W3; its W4 waited. Since then: c again, and new e, f."""
    works = {"W1": ("a",), "W2": ("b",), "W3": ("c",), "W4": ("d",), "W5": ("e",), "W6": ("f",)}
    cast = votes(W1=(IN, IN), W2=(IN, IN), W3=(OUT,), W4=(IN, OUT), W5=(IN, IN), W6=(IN, IN))
    previous = Previous("v1", frozenset({"W1", "W2"}), frozenset({"W3"}), frozenset("cef"), (2, 2))
    found = state(
        dict.fromkeys("abcdef", "database"), works, cast, study_of={"W1": "S1", "W5": "S1"}, previous=previous
    )
    return replace(found, **more)  # type: ignore[arg-type]


def told(made: Numbers, *keys: str) -> dict[str, int]:
    return {key: made.count(key) for key in keys}


def test_an_update_counts_what_was_found_since_and_what_the_version_left_open() -> None:
    made = numbers(update())
    assert told(
        made, "previous_studies", "previous_reports", "database_results", "duplicates", "already_known",
        "records_screened", "dbr_excluded", "new_studies", "new_reports", "new_reports_of_old_studies", "total_studies",
        "total_reports", "studies_removed",
    ) == {
        "previous_studies": 2, "previous_reports": 2, "database_results": 4, "duplicates": 1, "already_known": 1,
        "records_screened": 3, "dbr_excluded": 1, "new_studies": 1, "new_reports": 1, "new_reports_of_old_studies": 1,
        "total_studies": 3, "total_reports": 4, "studies_removed": 0,
    }  # fmt: skip


def test_a_study_retracted_since_is_removed_from_the_total_and_said() -> None:
    made = numbers(update(marked={"W2": ("no retracted articles",)}))
    keys = ("previous_studies", "studies_removed", "reports_removed", "total_studies", "excluded_automatic")
    assert told(made, *keys) == {
        "previous_studies": 2, "studies_removed": 1, "reports_removed": 1, "total_studies": 2, "excluded_automatic": 0,
    }  # fmt: skip
    assert ids(update(marked={"W2": ("no retracted articles",)}), "reports_removed") == ["W2"]


def test_what_a_version_excluded_and_is_included_now_goes_through_the_diagram_again() -> None:
    found = update()
    again = replace(found, votes={**found.votes, **votes(W3=(IN, IN))})
    assert "W3" in ids(again, "new_reports") and "c" in ids(again, "records_screened")
    assert numbers(again).already_known == 0


def test_the_tail_is_counted_where_the_review_says() -> None:
    seen, tool = (Vote("Anna", "maybe"),), (Vote(TOOL, "exclude"),)
    made = state(
        dict.fromkeys("abcd", "database"), {"W1": ("a",), "W2": ("b",), "W3": ("c",), "W4": ("d",)},
        votes(W1=(OUT,), W2=(seen,), W3=(tool,)), stages=(("title-abstract", 2), ("full-text", 1)),
        tools=frozenset({TOOL}),
    )  # fmt: skip
    keys = ("excluded_automatic", "records_screened", "records_excluded", "excluded_by_automation", "pending_screening")
    found = {tail: [numbers(replace(made, tail=tail)).count(key) for key in keys] for tail in
             ("pending", "excluded", "automatic")}  # type: ignore[arg-type]  # fmt: skip
    assert found == {"pending": [0, 4, 0, 0, 4], "excluded": [0, 4, 2, 2, 2], "automatic": [2, 2, 0, 0, 2]}
    assert ids(made, "unseen_records") == ["c", "d"]


def test_what_only_tools_excluded_is_told_apart_from_what_a_person_excluded_too() -> None:
    tool = Vote(TOOL, "exclude", "off-topic")
    made = state(
        dict.fromkeys("abc", "database"), {"W1": ("a",), "W2": ("b",), "W3": ("c",)},
        votes(W1=((tool,),), W2=((tool, *OUT),), W3=(IN, (tool,))), tools=frozenset({TOOL}),
    )  # fmt: skip
    assert ids(made, "excluded_by_automation") == ["a"] and ids(made, "excluded_by_people") == ["b"]
    assert ids(made, "reports_excluded_by_automation") == ["W3"]


@pytest.mark.parametrize(
    ("key", "change", "identity", "culprit"),
    [
        ("records_screened", ["a", "b", "c"], "L1", "W4"),
        ("records_excluded", [], "L2", "W1"),
        ("dbr_sought_reports", ["W2", "W3", "W4", "W1"], "L2", "W1"),
        ("dbr_assessed", ["W2", "W4"], "L3", "W3"),
        ("new_reports", ["W2"], "C1", "W4"),
        ("total_studies", ["W2"], "C3", "W4"),
    ],
)
def test_a_broken_identity_names_the_works_that_break_it(
    key: str, change: list[str], identity: str, culprit: str
) -> None:
    made = state(
        dict.fromkeys("abcd", "database"), {"W1": ("a",), "W2": ("b",), "W3": ("c",), "W4": ("d",)},
        votes(W1=(OUT,), W2=(IN, IN), W3=(IN, OUT), W4=(IN, IN)),
    )  # fmt: skip
    with pytest.raises(OurBug) as raised:
        counted(made, {**lists(made), key: change})
    told = [sentence for sentence in str(raised.value).split("; ") if f"Identity {identity} " in sentence]
    assert told and told[0].rstrip(".").endswith(f"By {culprit}"), raised.value


def test_a_box_that_there_is_not_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(
        NotFound, match=r"no box 'duplicate': did you mean 'duplicates'\? The boxes are previous_studies"
    ):
        box("duplicate")
