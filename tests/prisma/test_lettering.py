"""Measuring and breaking text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.prisma.lettering import clean, width, wrap


@pytest.mark.parametrize(
    ("text", "bold", "units"),
    [
        ("A", False, 667),
        ("A", True, 722),
        ("il", False, 444),
        ("W…", False, 1944),
        ("é", False, 556),
        ("Ł", False, 1000),
    ],
)
def test_widths_are_those_of_the_typeface_and_generous_where_unknown(text: str, bold: bool, units: int) -> None:
    assert width(text, 1000, bold=bold) == units


@given(st.text(max_size=150).map(clean), st.floats(20, 400), st.booleans())
def test_lines_fit_and_lose_no_letter(text: str, room: float, bold: bool) -> None:
    lines = wrap(text, room, 12, bold=bold)
    assert all(width(line, 12, bold=bold) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_no_break_space_keeps_a_number_with_its_n() -> None:
    assert wrap("Duplicates (n\u00a0=\u00a01,204)", 70, 12) == ["Duplicates", "(n\u00a0=\u00a01,204)"]


def test_cleaning_removes_what_xml_forbids_and_joins_lines() -> None:
    assert clean(" a\x00\n b\x1b\tc\ufffe ") == "a b c"


def test_a_word_wider_than_its_line_is_cut_behind_a_hyphen_or_slash_if_it_has_one() -> None:
    assert wrap("supplier-relationships/without", 130, 12) == ["supplier-relationships/", "without"]
    assert wrap("x" * 30, 60, 12)[0] == "x" * 10
