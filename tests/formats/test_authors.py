"""Names become Family, Given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.formats.authors import initials_last, listed, names


@pytest.mark.parametrize(
    ("name", "found"),
    [("Griffin DK", "Griffin, DK"), ("Gao X.", "Gao, X."), ("van der Berg A.B.", "van der Berg, A.B."),
    ("O'Connor RE", "O'Connor, RE"),
     ("Pérez-de la Fuente R.", "Pérez-de la Fuente, R."), ("McInerney JD 3rd", "McInerney, JD, 3rd"),
     ("Bathelt, Harald", "Bathelt, Harald"),
     ("Harald Bathelt", "Harald Bathelt"), ("World Health Organization", "World Health Organization"), ("OECD",
     "OECD")],
)  # fmt: skip
def test_initials_behind_a_family_name_get_their_comma(name: str, found: str) -> None:
    assert initials_last(name) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Yang, Z.; Jiang, B.; ", ("Yang, Z.", "Jiang, B.")),
        ("Björn A. Blomberg; T. ten Doesschate", ("Blomberg, Björn A.", "ten Doesschate, T.")),
        ("Yang, Z. and Jiang, B.", ("Yang, Z.", "Jiang, B.")),
        ("['Marx, Karl', 'Lindgren, Astrid']", ("Marx, Karl", "Lindgren, Astrid")),
        ("[broken, list", ("[broken, list",)),
        ("H Bathelt, A Malmberg, P Maskell…", ("Bathelt, H", "Malmberg, A", "Maskell, P")),
        ("Smith, A., Jones, B.", ("Smith, A.", "Jones, B.")),
        ("Smith A, Walter B", ("Smith, A", "Walter, B")),
        ("Smith, Anna", ("Smith, Anna",)),
        ("Anna Smith|Peter van der Berg", ("Smith, Anna", "van der Berg, Peter")),
        ("World Health Organization; The Cluster Group", ("World Health Organization", "The Cluster Group")),
        ("余敏; 朱江", ("余敏", "朱江")),
        ("", ()),
    ],
)
def test_a_cell_of_authors_is_taken_apart(cell: str, found: tuple[str, ...]) -> None:
    assert listed(cell) == found


def test_and_others_is_no_author() -> None:
    assert names(["Smith, A", "et al.", "et al", "…", "others"]) == ("Smith, A",)


@given(st.text(max_size=80))
def test_any_cell_gives_names_without_edges(cell: str) -> None:
    assert all(name == name.strip(" ,;") and name for name in listed(cell))
