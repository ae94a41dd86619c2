"""What changed in a configuration is said in words; what means the same is no change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.update.settings import Changes, changes, loaded_of, walk
from tests.support.reviews import REVIEW, TERMS

CONFIG = REVIEW.format(api="true", url="https://api.openalex.org", files="false", most=1000)
FILES = {"search_terms.yaml": TERMS.encode(), "config/review.yaml": CONFIG.encode()}
KNOWN = b"studies:\n  - {key: a, title: A study, year: 2001}\n"

KEYS = ("name", "id", "a")

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def became(name: str, old: str, new: str) -> Changes:
    assert old in FILES[name].decode()
    return changes(FILES, FILES | {name: FILES[name].replace(old.encode(), new.encode())}, (False, False))


def test_the_same_files_differ_in_nothing() -> None:
    assert not changes(FILES, dict(FILES), (True, True)).any


def test_comments_and_layout_are_no_change() -> None:
    terms = TERMS.replace("[knowledge, skill]", "[ knowledge,   skill ]  # nouns") + "\n# the end\n"
    assert changes(FILES, FILES | {"search_terms.yaml": terms.encode()}, (False, False)) == Changes()


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("[transfer, spill-over]", "[transfer]", ("terms: the phrase 'knowledge spill-over' was taken out",
                                                  "terms: the phrase 'skill spill-over' was taken out")),
        ("industrial district]", "industrial district, milieu]", ("concepts: the phrase 'milieu' was added",)),
        ("[spillover]", "[spillover, spill over]",
         ("variants of 'spill-over': the spelling 'spill over' was added",)),
        ("  concepts:", "  places:", ("the axis 'concepts' was taken out", "the axis 'places' was added")),
    ],
)  # fmt: skip
def test_a_change_of_the_matrix_names_each_phrase(old: str, new: str, sentences: tuple[str, ...]) -> None:
    assert became("search_terms.yaml", old, new) == Changes(matrix=sentences)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("types: [article]", "types: [article, book]",
         "criteria.automatic.articles only.types: article became article, book"),
        ("text: Not about transfer", "text: No transfer",
         "criteria.exclusion.off-topic.text: Not about transfer became No transfer"),
        ("- {id: off-topic, text: Not about transfer}", "- {id: no-data, text: Without data}",
         "criteria.exclusion.off-topic was taken out (it was text Not about transfer)"),
    ],
)  # fmt: skip
def test_a_change_of_the_criteria_names_the_criterion(old: str, new: str, sentence: str) -> None:
    found = became("config/review.yaml", old, new)
    assert sentence in found.criteria and not found.matrix and not found.other


def test_other_settings_are_told_by_their_place() -> None:
    found = became("config/review.yaml", "max_records: 1000", "max_records: 2000")
    assert found == Changes(other=("sources.openalex.max_records: 1000 became 2000",))
    known = changes(FILES, FILES | {"config/known.yaml": KNOWN}, (False, False))
    assert len(known.other) == 1 and known.other[0].startswith("known studies.a was added: ")


def test_variants_that_were_switched_on_the_command_line_are_a_change_of_the_matrix() -> None:
    assert changes(FILES, FILES, (False, True)) == Changes(matrix=("spelling variants switched on",))
    assert changes(FILES, FILES, (True, False)) == Changes(matrix=("spelling variants switched off",))


def test_what_this_slr_cannot_read_is_left_to_a_person() -> None:
    newer = FILES | {"config/review.yaml": b"title: x\nfrom_the_future: 1\n"}
    assert loaded_of(newer) is None
    assert changes(FILES, newer, (False, False)).other == (
        "the files differ, and this slr cannot read both: compare them by hand",
    )


@given(plain, plain)
def test_two_values_are_told_to_differ_exactly_if_they_do(one: Any, other: Any) -> None:
    assert (list(walk("x", one, other)) == []) == (one == other)
    assert list(walk("x", one, one)) == []
