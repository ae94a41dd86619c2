"""What the tagged formats share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.formats.base import SHOWN, Reading
from slr.formats.ris import read
from slr.formats.tagged import about, lines_of


@given(st.text("ab\n", max_size=50))
def test_the_lines_are_those_of_a_split(text: str) -> None:
    assert list(lines_of(text)) == text.split("\n")


@pytest.mark.parametrize(
    ("line", "declared", "query"),
    [
        ("Record #3 of 18", 18, None), ("Document 1 of 1,234", 1234, None), ("Results: 1-100 of 2,000", 2000, None),
        ("47. ", 47, None),
        ("<7807. >", 7807, None), ("532 records", 532, None), ("Total: 99", 99, None),
        ("SEARCH QUERY dinosaur:ti", None, "dinosaur:ti"),
        ("Search terms: clusters AND transfer", None, "clusters AND transfer"), ("stray", None, None),
    ],
)  # fmt: skip
def test_a_line_outside_of_the_records_may_say_what_the_search_was_and_had(
    line: str, declared: int | None, query: str | None
) -> None:
    reading = Reading()
    assert about(line, reading) == (declared is not None or query is not None)
    assert (reading.declared, reading.query) == (declared, query)


def test_a_heading_of_the_platform_is_understood_and_says_nothing() -> None:
    reading = Reading()
    assert about("Provider: John Wiley & Sons, Ltd.", reading) and (reading.declared, reading.query) == (None, None)


def test_of_a_kind_of_puzzle_the_first_lines_are_kept_and_all_are_counted() -> None:
    parsed = read("TY  - JOUR\nTI  - x\n" + "ZZ  - ?\n" * 50, "X")
    (puzzle,) = parsed.not_understood
    assert puzzle.lines == tuple(range(3, 3 + SHOWN)) and puzzle.count == 50
