"""What is written is read back as the same records, by the readers that people's files go through."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slr.errors import UserError
from slr.formats import write_bibtex, write_csl, write_ris, write_xlsx
from slr.formats.registry import parse
from slr.formats.writing import Written, first_and_last, listed, whole
from slr.model import RECORD_TYPES, Record

Writer = Callable[[Iterable[Written], IO[bytes]], int]
WRITERS: dict[str, Writer] = {"RIS": write_ris.write, "BibTeX": write_bibtex.write, "CSL-JSON": write_csl.write}
FIELDS = (
    "title",
    "authors",
    "year",
    "venue",
    "volume",
    "issue",
    "pages",
    "doi",
    "type",
    "language",
    "abstract",
    "keywords",
)

letters = "abcdefg XYZ äßøéçłñ 中文 Ωμ αβ 0123 .,:()[]/+=’“”–!?'%&_#$^~\\{}@*<"
"""Letters of several writings, and what formats read as syntax."""


def clean(text: str) -> bool:
    """Without what readers mend on purpose: references, tags, doubled quotes and dashes, words for nothing."""
    mended = ("``", "''", "--", "&#", "<a", "<b", "<A", "~~")
    return (
        text == " ".join(text.split())
        and bool(text)
        and not any(mark in text for mark in mended)
        and text not in ("-",)
    )


words = st.text("abcdefgXYZäßøéçłñ中文Ωμ", min_size=2, max_size=9)
prose = st.lists(st.one_of(words, st.text(letters, min_size=1, max_size=9)), min_size=1, max_size=8).map(" ".join)
texts = prose.map(lambda text: "T" + " ".join(text.split())).filter(clean)
persons = st.builds("{}, {}".format, words, st.one_of(words, st.sampled_from(["J.", "A. B.", "K.-H."])))
bodies = st.sampled_from(["World Bank", "OECD", "The Cluster Group", "Research and Development Council"])
authors = st.lists(st.one_of(persons, bodies), max_size=4, unique=True).map(tuple)
keywords = st.lists(words, max_size=4, unique=True).map(tuple)
pages = st.one_of(st.none(), st.sampled_from(["507-520", "e1-e5", "12", "e0123", "82-109", "A12-A19"]))
numbers = st.one_of(st.none(), st.sampled_from(["1", "28", "1/2", "12 Suppl 1", "A"]))
dois = st.one_of(
    st.none(), st.sampled_from(["10.1000/buzz", "10.1191/0309132504ph469oa", "10.1016/s0040-1625(08)00101-2"])
)
records = st.builds(
    Record,
    record_id=st.just(""),
    source=st.just("X"),
    title=texts,
    authors=authors,
    year=st.one_of(st.none(), st.integers(1500, 2099)),
    venue=st.one_of(st.none(), texts),
    volume=numbers,
    issue=numbers,
    pages=pages,
    doi=dois,
    type=st.sampled_from((None, *RECORD_TYPES)),
    language=st.sampled_from([None, "en", "da", "de"]),
    abstract=st.one_of(st.none(), texts),
    keywords=keywords,
)
BATHELT = Record(
    "", "X", "Clusters and knowledge: local buzz & 100 % of {pipelines}", ("Bathelt, H.", "Maskell, P."), 2004,
    "Progress in Human Geography", "28", "1", "31-56", "10.1191/0309132504ph469oa", "article", "en", "We ask.",
    ("buzz",),
)  # fmt: skip


def written(writer: Writer, *found: Record, **more: Any) -> str:
    out = io.BytesIO()
    writer([Written(f"W{n}", record, **more) for n, record in enumerate(found)], out)
    return out.getvalue().decode()


def values(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}


@pytest.mark.parametrize("format_", WRITERS)
@settings(deadline=None)
@given(found=st.lists(records, min_size=1, max_size=3))
@example(found=[BATHELT])
@example(found=[replace(BATHELT, type=kind) for kind in RECORD_TYPES])
def test_export_then_import_gives_the_same_records(format_: str, found: list[Record]) -> None:
    out = io.BytesIO()
    assert WRITERS[format_]([Written(f"W{n}", record) for n, record in enumerate(found)], out) == len(found)
    parsed = parse(out.getvalue(), "export", "X")
    assert parsed.format == format_ and not parsed.rejected and not parsed.not_understood
    assert [values(entry.record) for entry in parsed.entries] == [values(record) for record in found]


def test_ris_is_as_the_specification_has_it() -> None:
    assert written(write_ris.write, replace(BATHELT, type="review"), tags={"N1": "ASReview_relevant"}) == (
        "TY  - JOUR\nID  - W0\nTI  - Clusters and knowledge: local buzz & 100 % of {pipelines}\nAU  - Bathelt, H.\n"
        "AU  - Maskell, P.\nPY  - 2004\nJF  - Progress in Human Geography\nVL  - 28\nIS  - 1\nSP  - 31\nEP  - 56\n"
        "DO  - 10.1191/0309132504ph469oa\nM3  - review\nLA  - en\nAB  - We ask.\nKW  - buzz\nN1  - ASReview_relevant\n"
        "ER  - \n\n"
    )


def test_a_line_break_never_opens_a_tag() -> None:
    text = written(write_ris.write, replace(BATHELT, abstract="One.\nER  - \nTY  - JOUR"))
    assert text.count("\nER  - ") == 1 and "AB  - One. ER - TY - JOUR\n" in text


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        ("R&D {x} 5 % a_b $1 #2", r"R\&D \{x\} 5 \% a\_b \$1 \#2"),
        ("a } b {", r"a \textbraceright{} b \textbraceleft{}"),
        ("back\\slash ~ ^", r"back\textbackslash{}slash \textasciitilde{}\ \textasciicircum{}"),
    ],
)
def test_latex_syntax_is_escaped_and_braces_stay_paired(value: str, latex: str) -> None:
    assert write_bibtex.escaped(value) == latex
    assert latex.replace("\\{", "{").count("{") == latex.replace("\\}", "}").count("}")


def test_bibtex_keys_are_unique_whatever_letters_an_id_has() -> None:
    out = io.BytesIO()
    write_bibtex.write([Written(key, BATHELT) for key in ("E A:1", "E-A:1", "e a:1", "万")], out)
    keys = [line.split("{")[1].rstrip(",") for line in out.getvalue().decode().splitlines() if line.startswith("@")]
    assert keys == ["E-A:1", "E-A:1-2", "e-a:1-3", "work"]


def test_a_body_is_no_person() -> None:
    bank = replace(BATHELT, authors=("World Bank", "Hervás-Oliver, J.-L.", "Smith, John, Jr."))
    assert "author = {{World Bank} and Hervás-Oliver, J.-L. and Smith, Jr., John}" in written(write_bibtex.write, bank)
    (item,) = json.loads(written(write_csl.write, bank))
    assert item["author"] == [
        {"literal": "World Bank"},
        {"family": "Hervás-Oliver", "given": "J.-L."},
        {"family": "Smith", "given": "John", "suffix": "Jr."},
    ]


def test_no_publication_is_an_empty_file_of_its_format() -> None:
    assert (written(write_ris.write), written(write_bibtex.write)) == ("", "") and json.loads(
        written(write_csl.write)
    ) == []


def workbook(rows: list[dict[str, object]], columns: list[str]) -> tuple[Any, tuple[int, int]]:
    out = io.BytesIO()
    counted = write_xlsx.write(rows, columns, out)
    return openpyxl.load_workbook(out).active, counted


def test_a_workbook_has_numbers_as_numbers_text_as_text_and_a_frozen_header() -> None:
    rows: list[dict[str, object]] = [
        {"title": '=HYPERLINK("http://x","y")', "year": 2004, "doi": "+1", "volume": "28", "abstract": "a\x00b"},
        {"title": "-2+3", "year": "", "doi": "@x", "volume": None},
    ]
    sheet, counted = workbook(rows, ["title", "year", "doi", "volume", "abstract"])
    assert counted == (2, 0) and sheet.freeze_panes == "A2" and sheet["A1"].font.bold
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["title", "year", "doi", "volume", "abstract"],
        ['=HYPERLINK("http://x","y")', 2004, "+1", "28", "ab"],
        ["-2+3", None, "@x", None, None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value not in (None, 2004)} == {"s"}
    assert sheet["B2"].data_type == "n"


def test_a_cell_beyond_the_limit_of_excel_is_cut_and_counted() -> None:
    sheet, counted = workbook([{"a": "x" * 40_000}, {"a": "y"}], ["a"])
    assert counted == (2, 1) and len(sheet["A2"].value) == 32_767


def test_a_workbook_is_read_back_as_the_same_records() -> None:
    columns = [
        "title",
        "authors",
        "year",
        "venue",
        "volume",
        "issue",
        "pages",
        "doi",
        "type",
        "language",
        "abstract",
        "keywords",
    ]
    row = values(BATHELT) | {"authors": "; ".join(BATHELT.authors), "keywords": listed(BATHELT.keywords)}
    out = io.BytesIO()
    write_xlsx.write([row], columns, out)
    (entry,) = parse(out.getvalue(), "works.xlsx", "X").entries
    assert values(entry.record) == values(BATHELT)


def test_more_rows_than_a_sheet_holds_are_refused_with_the_remedy() -> None:
    with pytest.raises(UserError, match=r"holds 2 rows and there are more: export .csv"):
        write_xlsx.write([{"a": 1}] * 3, ["a"], io.BytesIO(), most=3)


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "works.ris"
    with whole(path) as file:
        file.write(b"one")
    with pytest.raises(RuntimeError), whole(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"one" and [each.name for each in path.parent.iterdir()] == ["works.ris"]


@pytest.mark.parametrize(
    ("pages_", "ends"),
    [
        ("507-520", ("507", "520")),
        ("12", ("12", "")),
        (None, ("", "")),
        ("5-5", ("5-5", "")),
        ("1-2-3", ("1-2-3", "")),
        ("-4", ("-4", "")),
    ],
)
def test_only_a_range_of_pages_has_two_ends(pages_: str | None, ends: tuple[str, str]) -> None:
    assert first_and_last(pages_) == ends


def test_a_single_keyword_with_a_comma_stays_one() -> None:
    assert [listed(each) for each in ((), ("a",), ("a, b",), ("a, b", "c"))] == ["", "a", "a, b;", "a, b; c"]
