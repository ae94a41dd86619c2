"""The forms in which titles and names are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.normalize import family, first_page, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Local Buzz &amp; Global Pipelines", "local buzz and global pipelines"),
        ("The <i>role</i> of clusters:  a study.", "The role of clusters – a study"),
        ("H<sub>2</sub>O clusters", "H2O clusters"),
        ("<mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'>x</mml:math> clusters", "x clusters"),
        ("Les pôles de compétitivité", "LES POLES DE COMPETITIVITE"),
        ("Łódź, Øresund and Straße", "Lodz, Oresund and Strasse"),
        ("spill-over", "Spill over"),
        ("cluster's", "cluster’s"),
    ],
)
def test_spellings_of_one_title_are_one(one: str, other: str) -> None:
    assert plain(one) == plain(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("p < 0.05 and q > 3 in clusters", "p 3 in clusters"), ("Part I", "Part II"), ("知识转移", "知识")],
)
def test_different_titles_stay_different(one: str, other: str) -> None:
    assert plain(one) != plain(other)


@given(st.text(max_size=60))
def test_a_plain_text_is_plain_already(text: str) -> None:
    once = plain(text.replace("&", "").replace("<", ""))
    assert once == once.strip() and "  " not in once and "<" not in once
    assert plain(once) == once


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Bathelt, H.", "bathelt"),
        ("Harald Bathelt", "bathelt"),
        ("Bathelt H", "bathelt"),
        ("Albors-Garrigos J.", "albors garrigos"),
        ("Hervás-Oliver, José-Luis", "hervas oliver"),
        ("Benson RBJ", "benson"),
        ("LI", "li"),
        ("WEI LI", "li"),
        ("Wei Li", "li"),
        ("de la Cruz, Juan", "de la cruz"),
        ("", ""),
        (", H.", ""),
        ("...", ""),
    ],
)
def test_the_family_name_is_found_in_each_way_of_writing(author: str, name: str) -> None:
    assert family(author) == name.replace(" ", "")


@pytest.mark.parametrize(
    ("pages", "first"),
    [
        ("507-520", "507"),
        ("507–520", "507"),
        ("pp. 507-20", "507"),
        ("S12-S20", "s12"),
        ("e1", "e1"),
        ("xii", None),
        (None, None),
    ],
)
def test_the_first_page(pages: str | None, first: str | None) -> None:
    assert first_page(pages) == first
