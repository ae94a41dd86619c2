"""The identities between the boxes of the flow diagram."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.prisma.numbers import BOXES, Numbers, as_json, broken_identities, notes
from tests.prisma.examples import BALANCED, NEW, TAIL, TOOLS, UNFINISHED, UPDATE, WITH_CITATIONS, finished_review


@pytest.mark.parametrize("numbers", BALANCED.values(), ids=BALANCED)
def test_numbers_that_balance_break_no_identity(numbers: Numbers) -> None:
    assert broken_identities(numbers) == []


@given(finished_review())
def test_a_review_counted_from_the_first_box_to_the_last_breaks_no_identity(numbers: Numbers) -> None:
    assert broken_identities(numbers) == []


@pytest.mark.parametrize(
    ("identity", "numbers", "change"),
    [
        ("L1", NEW, {"records_screened": 1424, "records_excluded": 1287}),
        ("L2", NEW, {"records_excluded": 1289}),
        ("L2", UNFINISHED, {"pending_screening": 99}),
        ("L3", NEW, {"dbr_notretrieved_reports": 5}),
        ("L3", UNFINISHED, {"pending_retrieval": 0}),
        ("L4", NEW, {"dbr_excluded": {"Wrong focus": 134}}),
        ("L4", UNFINISHED, {"pending_left": 127}),
        ("R1", WITH_CITATIONS, {"citations_results": 310}),
        ("R1", WITH_CITATIONS, {"other_pending": 7}),
        ("R2", WITH_CITATIONS, {"other_assessed": 24}),
        ("R2", WITH_CITATIONS, {"pending_retrieval_other": 1}),
        ("R3", WITH_CITATIONS, {"other_excluded": {"Wrong focus": 26}}),
        ("R3", WITH_CITATIONS, {"pending_right": 11}),
        ("C1", NEW, {"new_reports": 44}),
        ("C1", UPDATE, {"new_reports_of_old_studies": 0, "total_reports": 65}),
        ("C2", NEW, {"new_studies": 44}),
        ("C3", UPDATE, {"total_studies": 62}),
        ("C3", UPDATE, {"total_studies": None}),
        ("C4", UPDATE, {"reports_removed": 0}),
        ("D1", NEW, {"database_specific_results": {"Scopus": 1841}}),
        ("D1", NEW, {"register_specific_results": {"ICTRP": 1}}),
        ("D2", NEW, {"automatic_by_rule": {"published before 1990": 11}}),
        ("D2", TOOLS, {"excluded_by_automation": 87}),
        ("R1", WITH_CITATIONS, {"other_records_screened": 80}),
        ("D2", NEW, {"dbr_excluded": {"Wrong focus": 91, "Not peer reviewed": -1}}),
        ("D2", NEW, {"dbr_excluded": {"Wrong focus": 70, " ": 20}}),
    ],
)
def test_one_wrong_number_breaks_just_its_own_identity(identity: str, numbers: Numbers, change: dict[str, Any]) -> None:
    broken = broken_identities(replace(numbers, **change))
    own = [sentence for sentence in broken if sentence.startswith(f"Identity {identity} is broken: ")]
    assert own
    # Reports that vanish or appear before the last boxes also upset the balance of the reports included.
    assert {sentence.split()[1] for sentence in broken} <= {identity, "C1"}


def test_a_breach_names_every_number_in_it() -> None:
    (sentence,) = broken_identities(replace(NEW, duplicates=400))
    assert sentence == (
        "Identity L1 is broken: records_screened 1,425 must equal database_results 1,842 + register_results 0"
        " − duplicates 400 − excluded_automatic 12 − excluded_other 3 = 1,427."
    )


def test_prisma_json_has_every_box_and_reasons_as_objects() -> None:
    document = json.loads(json.dumps(as_json(UNFINISHED)))
    assert list(document) == ["boxes", "pending", "details", "notes"]
    assert tuple(document["boxes"]) == BOXES
    assert document["boxes"]["dbr_excluded"] == {"Wrong focus": 70, "Not peer reviewed": 20}
    assert document["boxes"]["previous_studies"] is None
    assert document["pending"]["pending_screening"] == 100
    assert document["details"]["automatic_by_rule"] == dict(NEW.automatic_by_rule)


@given(st.sampled_from(["pending_screening", "pending_retrieval_other", "pending_left"]), st.integers(1, 10**7))
def test_what_waits_for_a_decision_is_said(key: str, n: int) -> None:
    (sentence,) = notes(replace(NEW, **{key: n}))
    assert sentence.startswith("Not finished: ") and f" {n:,} " in sentence


def test_a_finished_new_review_needs_no_notes() -> None:
    assert notes(NEW) == []


def test_the_rule_for_counting_citation_searching_is_printed() -> None:
    assert any(
        "of 311, another record already stood for 200, and 80 were excluded" in sentence
        for sentence in notes(WITH_CITATIONS)
    )


def test_what_an_update_removed_and_added_is_said() -> None:
    said = " ".join(notes(UPDATE))
    assert "Removed from the previous version of the review: 1 study and 1 report." in said
    assert "Found for studies of the previous version: 1 new report," in said


def test_what_no_person_has_seen_is_said_with_where_it_is_counted_and_why() -> None:
    assert notes(TAIL) == [
        "No person has seen 80 records, counted as excluded by automation tools: screening was stopped before the end"
        " (hypergeometric rule, 95 % recall)."
    ]
    assert "no stopping rule is stated" in notes(replace(TAIL, stopping_rule="", tail="automatic"))[0]
    (_, seen) = notes(replace(UNFINISHED, pending_retrieval=0, pending_left=0, unseen_records=60))
    assert seen == "No person has seen 60 records of those that wait for a title and abstract decision."


def test_an_update_names_the_version_that_it_counts_from_and_says_where_that_counted_otherwise() -> None:
    update = replace(UPDATE, previous_version="v1", previous_counted=(12, 14), already_known=1)
    assert "Identified since version v1; the duplicates include 1 record of works that it had settled." in notes(update)
    assert not any("That version counted" in note for note in notes(update))
    otherwise = notes(replace(update, previous_counted=(13, 14)))
    assert "That version counted 13 studies in 14 reports; they are linked or grouped otherwise since." in otherwise
