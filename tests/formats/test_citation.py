"""A source printed in one line is taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.formats.citation import Cited, cited


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014", Cited("Endoscopic Ultrasound",
        "2014", "3", "3", "152-160")),
        ("Nature Communications (2024) 15:1 Article Number: 4063.", Cited("Nature Communications", "2024", "15",
        "1", "4063")),
        ("Eur J Med Genet. 2020 Feb;63(2):103640. doi: 10.1016/x.", Cited("Eur J Med Genet", "2020 Feb", "63", "2",
        "103640")),
        ("Proc Natl Acad Sci U S A. 2023 Apr 25;120(17):e2217872120.", Cited("Proc Natl Acad Sci U S A",
        "2023 Apr 25", "120", "17", "e2217872120")),
        ("Acta Chirurgica Belgica November/December 2010;6:611-613", Cited("Acta Chirurgica Belgica",
        "November/December 2010", "6", None, "611-613")),
        ("A Journal: With a Subtitle June 2019;1(6):123-456", Cited("A Journal: With a Subtitle", "June 2019", "1",
        "6", "123-456")),
        ("Forest Ecology & Management. 201(2-3):327-334, November 15, 2004.", Cited("Forest Ecology & Management",
        "November 15, 2004", "201", "2-3", "327-334")),
        ("Kamp, R. [Editor, Reprint Author], Calvete, J. [Editor]. Methods in proteome.:371-397, 2004.",
        Cited("Methods in proteome", "2004", None, None, "371-397")),
        ("Dissertation Abstracts. Vol.75(2-A(E)),2014, pp. No Pagination Specified.",
        Cited("Dissertation Abstracts", "2014", "75", "2-A(E)", None)),
        ("Neenan, M. [Ed]; Palmer, S. [Ed]. (2012). Coaching in practice: An approach. (pp. 11-31). xvii, 254 pp.", Cited("Coaching in practice: An approach", "2012", None, None, "11-31")),
        ("v21 n1 p12-24 2020", Cited()),
        ("", Cited()),
    ],
)  # fmt: skip
def test_each_shape_is_known(printed: str, found: Cited) -> None:
    assert cited(printed) == found


@given(st.text("aA1. ():;,-[]2014", max_size=120))
def test_any_text_is_taken_apart_or_left(printed: str) -> None:
    found = cited(printed)
    assert found.date is None or found.date[-1] != ","
