from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.names import family_first


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Peter van der Berg Jr.", "van der Berg, Peter, Jr."),
        ("Ana Paula Ramos de Souza", "de Souza, Ana Paula Ramos"),
        ("Angélique B. van 't Wout", "van 't Wout, Angélique B."),
        ("José-Luis Hervás-Oliver", "Hervás-Oliver, José-Luis"),
        ("John Smith III", "Smith, John, III"),
        ("van Gogh", "van Gogh"),
        ("OECD", "OECD"),
        ("Kling, Catherine L.", "Kling, Catherine L."),
        ("John Smith, Jr.", "Smith, John, Jr."),
        ("王 小明", "王 小明"),
        ("김 철수", "김 철수"),
        ("  Ada \t Lovelace ", "Lovelace, Ada"),
        ("", ""),
    ],
)
def test_the_family_name_comes_first(printed: str, expected: str) -> None:
    assert family_first(printed) == expected


@given(st.lists(st.from_regex(r"[A-Za-zé.'-]{1,8}", fullmatch=True), min_size=1, max_size=6))
def test_no_word_of_a_name_is_lost(words: list[str]) -> None:
    assert sorted(family_first(" ".join(words)).replace(",", "").split()) == sorted(words)


@given(st.text(max_size=30))
def test_a_name_that_was_turned_stays_as_it_is(name: str) -> None:
    once = family_first(name)
    assert family_first(once) == once or "," not in once
