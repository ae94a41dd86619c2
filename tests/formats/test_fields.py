"""The values of a record are mended in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.formats.fields import Raw, closed, doi, keywords, pages, record, text, whole_range, year


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Clusters &amp; firms", "Clusters & firms"),
        ("AT&amp;amp;T", "AT&T"),
        ("R&D and a&copy=1", "R&D and a&copy=1"),
        ("H<sub>2</sub>O <i>in vivo</i>", "H2O in vivo"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<jats:title>Abstract</jats:title><jats:p>We ask</jats:p>", "Abstract We ask"),
        ("&lt;i&gt;Natrix&lt;/i&gt;", "Natrix"),
        ("p < 0.05 and x > 2 <b", "p < 0.05 and x > 2 <b"),
        ("a\n  b\u00a0c", "a b c"),
        ("NA", None), ("null", None), ("", None), ("  ", None), (None, None), ("NASA", "NASA"),
    ],
)  # fmt: skip
def test_a_text_keeps_its_words_without_references_and_tags(value: str | None, found: str | None) -> None:
    assert text(value) == found


@given(st.text('abc <>&;/pi="', max_size=40))
def test_mending_a_mended_text_changes_only_what_was_escaped_once_more(value: str) -> None:
    once = text(value)
    assert once is None or once == " ".join(once.split())


@pytest.mark.parametrize(
    ("title", "found"),
    [("Local buzz.", "Local buzz"), ("Why now?", "Why now?"), ("Firms in the U.S.", "Firms in the U.S."),
     ("And so on...", "And so on..."), (None, None)],
)  # fmt: skip
def test_the_full_stop_that_a_rule_put_behind_a_title_is_dropped(title: str | None, found: str | None) -> None:
    assert closed(title) == found


@pytest.mark.parametrize(
    ("dates", "found"),
    [(["2004"], 2004), (["20040301"], 2004), (["FEB 2011"], 2011), (["2019-2020"], 2019), (["", "in press",
    "12/05/2019"], 2019),
     (["2014.0"], 2014), (["0000 Year"], None), (["Article 10 2019"], 2019), ([], None)],
)  # fmt: skip
def test_a_year_is_found_in_messy_dates(dates: list[str], found: int | None) -> None:
    assert year(dates) == found


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [("31", "56", "31-56"), ("31--56", None, "31-56"), ("31—56", None, "31-56"), ("pp. 11-31", None, "11-31"),
    ("p 5", None, "5"),
     ("S12", "S20", "S12-S20"), ("e0209483", None, "e0209483"), ("82", "82", "82"), ("No Pagination Specified",
     None, None),
     (None, "9", None), ("-", None, None), ("94-98,93", None, "94-98,93")],
)  # fmt: skip
def test_pages_are_a_range_or_a_number(first: str | None, last: str | None, found: str | None) -> None:
    assert pages(first, last) == found


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("132-42", "132-142"),
        ("110-2", "110-112"),
        ("1342-50", "1342-1350"),
        ("25-36", "25-36"),
        ("e5-9", "e5-9"),
        (None, None),
    ],
)
def test_a_range_that_medline_shortened_is_whole(printed: str | None, found: str | None) -> None:
    assert whole_range(printed) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [(["", "10.1000/A"], "10.1000/a"), (["https://doi.org/10.1000/a%28b%29"], "10.1000/a(b)"), (["10.1/x"], None),
    (["DOI 1"], None),
     (["10.1000/a; 10.1000/b"], "10.1000/a")],
)  # fmt: skip
def test_the_first_doi_counts(values: list[str], found: str | None) -> None:
    assert doi(values) == found


def test_keywords_are_single_and_once() -> None:
    assert keywords(["*Firms; R&amp;D ;", "Firms", "", "GTP/isolation & purification/*metabolism"]) == (
        "Firms", "R&D", "GTP/isolation & purification/metabolism",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("serials", "ids"),
    [(["1532-4435 (Print)", "1533-7928"], {"issn": "1532-4435"}), (["15322742; 01634453"], {"issn": "1532-2742"}),
     (["0027-8424x"], {}), (["978-3-642-32156-6"], {"isbn": "9783642321566"}), (["0881929115 (paperback)"],
     {"isbn": "0881929115"})],
)  # fmt: skip
def test_an_issn_or_isbn_is_told_by_its_form(serials: list[str], ids: dict[str, str]) -> None:
    assert record(Raw(title="x", serials=serials), "X").ids == ids


def test_what_is_missing_stays_missing() -> None:
    empty = record(Raw(), "X")
    assert empty.title == "" and empty.authors == () and empty.keywords == () and empty.ids == {}
    assert {
        empty.year,
        empty.venue,
        empty.doi,
        empty.type,
        empty.language,
        empty.abstract,
        empty.retracted,
        empty.url,
    } == {None}


def test_an_address_ends_at_its_first_blank() -> None:
    assert record(Raw(title="x", url="https://x.org/1     U2  - L1"), "X").url == "https://x.org/1"
