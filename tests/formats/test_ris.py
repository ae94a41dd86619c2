"""RIS as databases write it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.formats.base import NOTHING, Parsed
from slr.formats.encoding import decode
from slr.formats.registry import recognize
from slr.formats.ris import read
from slr.model import RECORD_TYPES, Record
from slr.normalize import plain
from tests.support.data import shared


def one(*lines: str, kind: str = "JOUR") -> Record:
    parsed = read("\n".join([f"TY  - {kind}", *lines, "ER  - ", ""]), "EBSCO")
    assert len(parsed.entries) == 1 and not parsed.rejected
    return parsed.entries[0].record


def read_file(path: Path) -> Parsed:
    content, _ = decode(path.read_bytes(), path.name)
    return recognize(content, path.name).read(content, "X")


def test_a_record_as_ebsco_writes_it() -> None:
    found = one(
        "T1  - Local buzz", "A1  - Bathelt, H.", "A1  - Maskell,  P.", "Y1  - 2004/02//", "JO  - PIHG",
        "JF  - Progress",
        "VL  - 28", "IS  - 1", "SP  - 31", "EP  - 56", "M3  - Article", "DO  - 10.1191/0309132504PH469oa",
        "LA  - English",
        "AB  - We ask", "AB  - and answer.", "KW  - CLUSTERS", "KW  - KNOWLEDGE; BUZZ", "AN  - 123", "SN  - 0309-1325",
        "UR  - https://search.example.org/1", "UR  - https://search.example.org/2", "N1  - ignored",
    )  # fmt: skip
    assert found == Record(
        "", "EBSCO", "Local buzz", ("Bathelt, H.", "Maskell, P."), 2004, "Progress", "28", "1", "31-56",
        "10.1191/0309132504ph469oa", "article", "en", "We ask and answer.", ("CLUSTERS", "KNOWLEDGE", "BUZZ"), None,
        "https://search.example.org/1", {"accession": "123", "issn": "0309-1325"},
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("er", ["ER  - \n", "ER  -\n", "", "\n\n"])
def test_records_are_cut_at_their_beginning_so_a_missing_end_loses_none(ending: str, er: str) -> None:
    text = f"TY  - JOUR\nTI  - One\n{er}TY  - JOUR\nTI  - Two\n{er}".replace("\n", ending)
    parsed = read(decode(text.encode(), "a.ris")[0], "X")
    assert [e.record.title for e in parsed.entries] == ["One", "Two"]
    assert parsed.entries[0].line == 1 and parsed.entries[1].line == 3 + er.count("\n")


@pytest.mark.parametrize("gap", ["  - ", "  -", " - ", "- ", "\t-\t", "  -   "])
def test_any_blanks_around_the_dash_are_taken(gap: str) -> None:
    parsed = read(f"TY{gap}JOUR\nTI{gap}Clusters\nAU{gap}Bathelt, H.\nER{gap}\n", "X")
    assert [(e.record.title, e.record.authors, e.record.type) for e in parsed.entries] == [
        ("Clusters", ("Bathelt, H.",), "article")
    ]


def test_a_line_of_an_abstract_is_not_taken_for_a_tag() -> None:
    found = one(
        "TI  - Clusters", "AB  - Firms in the", "IT-enabled sector of the", "UK - and of the US - grow", "PY  - 2004"
    )
    assert found.abstract == "Firms in the IT-enabled sector of the UK - and of the US - grow"
    assert found.year == 2004


def test_lines_before_the_first_record_and_behind_its_end_are_no_part_of_it() -> None:
    parsed = read("Search of 2026\n\nTY  - JOUR\nTI  - Clusters\nER  - \nTI  - 500 more hits\n", "X")
    assert [(e.record.title, e.line) for e in parsed.entries] == [("Clusters", 3)]


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        (["PY  - 2004"], 2004), (["PY  - 2004/03/01/"], 2004), (["Y1  - 2004///"], 2004), (["DA  - 20040301"], 2004),
        (["PY  - in press", "DA  - 2004/03"], 2004), (["PY  - c2004"], 2004), (["PY  - Spring 2004"], 2004),
        (["PY  - 12004"], None), (["PY  - 204"], None), (["Y2  - 2026/11/02"], None), ([], None),
    ],
)  # fmt: skip
def test_the_year_is_read_and_never_taken_from_the_day_of_access(lines: list[str], year: int | None) -> None:
    assert one("TI  - Clusters", *lines).year == year


@pytest.mark.parametrize(
    ("line", "doi"),
    [
        ("DO  - 10.1000/ABC", "10.1000/abc"), ("DO  - https://doi.org/10.1000/abc.", "10.1000/abc"),
        ("DO  - doi: 10.1000/abc", "10.1000/abc"), ("DO  - 10.1000.10/abc", "10.1000.10/abc"),
        ("DO  - https://doi.org/10.1000%2Fabc", "10.1000/abc"), ("M3  - 10.1000/abc", "10.1000/abc"),
        ("DO  - (10.1016/S0140-6736(97)11096-0)", "10.1016/s0140-6736(97)11096-0"),
        ("UR  - https://doi.org/10.1000/abc?via=x", "10.1000/abc"), ("UR  - https://x.org/10.1000/abc", None),
        ("DO  - none", None), ("M3  - Article", None),
    ],
)  # fmt: skip
def test_a_doi_is_bare_and_lower_case_wherever_it_stands(line: str, doi: str | None) -> None:
    assert one("TI  - Clusters", line).doi == doi


@pytest.mark.parametrize(
    ("kind", "word", "type_"),
    [
        ("JOUR", "", "article"), ("CONF", "", "conference-paper"), ("CHAP", "", "book-chapter"), ("THES", "",
        "dissertation"),
        ("RPRT", "", "report"), ("UNPB", "", "preprint"), ("VIDEO", "", "other"), ("GEN", "", None), ("SER", "", None),
        ("XYZ", "", None), ("", "", None), ("Journal Article", "", "article"), ("JOUR", "Review", "review"),
        ("JOUR", "Conference Paper", "conference-paper"), ("SER", "Article", "article"), ("JOUR", "whatever",
        "article"),
    ],
)  # fmt: skip
def test_a_type_that_is_not_known_is_not_guessed(kind: str, word: str, type_: str | None) -> None:
    found = one("TI  - Clusters", *([f"M3  - {word}"] if word else []), kind=kind)
    assert found.type == type_ and (type_ is None or type_ in RECORD_TYPES)


@pytest.mark.parametrize(
    ("named", "code"),
    [("English", "en"), ("eng", "en"), ("EN", "en"), ("en-US", "en"), ("German", "de"), ("swe", "sv"),
    ("Klingon", None),
     ("English; German", None), ("English; eng", "en"), ("", None)],
)  # fmt: skip
def test_a_language_is_a_code_or_unknown(named: str, code: str | None) -> None:
    """Two languages are unknown: a paper that is also in English must not fail a criterion as one in German."""
    assert one("TI  - Clusters", f"LA  - {named}").language == code


@pytest.mark.parametrize(
    ("lines", "pages"),
    [(["SP  - 31", "EP  - 56"], "31-56"), (["SP  - 31-56", "EP  - 56"], "31-56"), (["SP  - 31–56", "EP  - 56"],
    "31-56"),
     (["SP  - 31", "EP  - 31"], "31"), (["SP  - 31"], "31"), (["EP  - 56"], None)],
)  # fmt: skip
def test_pages(lines: list[str], pages: str | None) -> None:
    assert one("TI  - Clusters", *lines).pages == pages


def test_authors_stand_one_a_line_or_with_semicolons_and_count_once() -> None:
    assert one("AU  - Bathelt, H.", "AU  - Maskell, P.").authors == ("Bathelt, H.", "Maskell, P.")
    assert one("AU  - Bathelt, H.; Maskell, P.").authors == ("Bathelt, H.", "Maskell, P.")
    assert one("A1  - Bathelt, H.", "AU  - Bathelt, H.").authors == ("Bathelt, H.",)


def test_a_record_that_says_nothing_is_rejected_with_its_line_and_the_others_are_kept() -> None:
    parsed = read("TY  - JOUR\nN1  - x\nER  - \nTY  - JOUR\nTI  - Clusters\nER  - \nTY  -\n", "X")
    assert [e.record.title for e in parsed.entries] == ["Clusters"]
    assert [(r.line, r.why) for r in parsed.rejected] == [
        (1, NOTHING),
        (7, NOTHING),
    ]


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=("Cs",)), max_size=200))
def test_any_text_behind_a_beginning_is_read_or_rejected(text: str) -> None:
    parsed = read("TY  - JOUR\n" + text, "X")
    assert parsed.entries or parsed.rejected


def test_no_real_export_is_an_unhandled_error_and_none_loses_a_record() -> None:
    for path in sorted(shared("exports").rglob("*.ris")):
        if path.name in ("example_wos.ris", "_baseline_pubmed.ris"):  # these two are no RIS
            continue
        parsed = read_file(path)
        content = decode(path.read_bytes(), path.name)[0]
        begun = sum(1 for line in content.split("\n") if line.startswith("TY  -"))
        assert len(parsed.entries) + len(parsed.rejected) == begun > 0, path
        for found in parsed.entries:
            assert content.split("\n")[found.line - 1].startswith("TY"), path


@pytest.mark.parametrize(
    ("tool", "table", "title", "year", "doi"),
    [
        ("", "", "Title", "Publication Year", None),
        ("_scopus", "_scopus", "Title", "Year", "DOI"),
        ("_googlescholar", "_googlescholar", "Title", "Year", None),
        ("_zotero", "_zotero", "Title", "Publication Year", "DOI"),
        ("_embase", "_zotero", "Title", "Publication Year", "DOI"),
        ("_covidence_endnote", "_covidence", "Title", "Published Year", "DOI"),
    ],
)
def test_the_same_records_come_out_as_out_of_the_tools_table(
    tool: str, table: str, title: str, year: str, doi: str | None
) -> None:
    """The table is read with Python's csv, so that it is an independent witness of titles, years and DOIs."""
    parsed = read_file(shared(f"exports/same_records/_baseline{tool}.ris"))
    text = shared(f"exports/same_records/_baseline{table}.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    expected = Counter((plain(row[title]), row[year], row[doi].lower() if doi else "") for row in rows)
    records = [entry.record for entry in parsed.entries]
    assert Counter((plain(r.title), str(r.year or ""), (r.doi or "") if doi else "") for r in records) == expected
    assert not parsed.rejected


def test_lines_that_are_not_understood_are_said_with_their_numbers() -> None:
    parsed = read(
        "Record #3 of 18\nMy list\n\nTY  - JOUR\nTI  - Clusters\nZZ  - ?\nT#  - x\n"
        "N1  - RAYYAN-INCLUSION: {}\nER  - \nTI  - y\n",
        "X",
    )
    assert [(one.what, one.lines, one.count) for one in parsed.not_understood] == [
        ("text outside of a record", (2,), 1),
        ("tag ZZ", (6,), 1),
        ("line that looks like a tag but is none", (7,), 1),
        ("RAYYAN-INCLUSION in N1", (4,), 1),
        ("tag TI outside of a record", (10,), 1),
    ]
    assert parsed.declared == 18


def test_keywords_on_lines_of_their_own_are_keywords_of_their_own() -> None:
    assert one("TI  - Clusters", "KW  - local", "global; *buzz", "Models, Biological").keywords == (
        "local", "global", "buzz", "Models, Biological",
    )  # fmt: skip


def test_the_publication_is_where_the_type_says() -> None:
    assert one("TI  - x", "T2  - Journal", "J2  - J.").venue == "Journal"
    assert one("TI  - x", "PB  - University", "T2  - Department", kind="THES").venue == "University"
    assert one("TI  - x", "T2  - Conference", "C3  - Proceedings", kind="CONF").venue == "Proceedings"
    assert one("TI  - x", "T2  - Proceedings", "C3  - Proc. Conf.", kind="CONF").venue == "Proceedings"
    assert one("BT  - Book", "PB  - Press", kind="BOOK").title == "Book"


@pytest.mark.parametrize(
    ("line", "number"),
    [("C3  - PUBMED 21314913", "21314913"), ("U1  - 35957633 [PMID]", "35957633"), ("C3  - 21314913", None)],
)
def test_the_number_of_pubmed_is_found_where_databases_write_it(line: str, number: str | None) -> None:
    assert one("TI  - x", line).ids.get("pmid") == number
    assert one("TI  - x", "DB  - Embase", "C5  - 38773066").ids["pmid"] == "38773066"


def test_the_topic_records_are_the_same_as_in_the_other_format() -> None:
    parsed = read_file(shared("topic/topic_records.ris"))
    assert len(parsed.entries) == 76 and not parsed.rejected
    assert all(entry.record.title for entry in parsed.entries)
