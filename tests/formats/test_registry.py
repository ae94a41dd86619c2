"""Every format: known by its content, read back as written, and damage costs only what it touches."""

from __future__ import annotations

import codecs
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.errors import ImportFileError
from slr.formats.base import Parsed
from slr.formats.registry import FORMATS, PRODUCTS, documented, layouts, parse
from slr.model import RECORD_TYPES, Record
from tests.formats.writers import WRITERS, Made, files, xlsx
from tests.support.damage import damaged
from tests.support.data import shared

SECONDS = 20.0
"""No file of a megabyte takes longer, however it is damaged."""


def records(data: bytes | str, name: str = "a.txt") -> list[Record]:
    return [entry.record for entry in read(data, name).entries]


def read(data: bytes | str, name: str = "a.txt") -> Parsed:
    return parse(data.encode() if isinstance(data, str) else data, name, "X")


def as_made(record: Record) -> Made:
    first, last = (record.pages or "0-0").split("-")
    return Made(
        record.title, record.authors, record.year or 0, record.venue or "", record.volume or "", record.issue or "",
        int(first), int(last), record.doi or "", record.abstract or "", record.keywords,
    )  # fmt: skip


def test_there_is_a_writer_of_every_format() -> None:
    assert set(WRITERS) == {format_.name for format_ in FORMATS}


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None)
@given(
    made=files, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), ending=st.sampled_from(["\n", "\r\n", "\r"])
)
def test_what_is_written_is_read_back(name: str, made: list[Made], encoding: str, ending: str) -> None:
    """Whatever encoding and line ends, and whatever the suffix says."""
    text = WRITERS[name](made).replace("\r\n", "\n").replace("\n", ending)
    parsed = read(text.encode(encoding), "export.dat")
    assert (parsed.format, parsed.encoding, parsed.rejected, parsed.not_understood) == (name, encoding, (), ())
    assert [as_made(entry.record) for entry in parsed.entries] == made
    assert {entry.record.type for entry in parsed.entries} == {"article"}


@settings(deadline=None)
@given(files)
def test_a_workbook_is_read_back(made: list[Made]) -> None:
    parsed = read(xlsx(made), "export.dat")
    assert [as_made(entry.record) for entry in parsed.entries] == made
    assert (parsed.format, parsed.query, parsed.not_understood) == ("Excel workbook", "clusters:ti", ())
    assert [entry.line for entry in parsed.entries] == [4 + n for n in range(len(made))]


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None)
@given(made=files, at=st.floats(0, 1))
def test_of_a_file_that_is_cut_off_the_whole_records_are_read(name: str, made: list[Made], at: float) -> None:
    whole = WRITERS[name](made)
    text = whole[: int(len(whole) * at)]
    try:
        found = records(text)
    except ImportFileError as error:
        assert "\n" not in str(error)
        found = []
    titles = [one.title for one in made]
    kept = [record.title for record in found if record.doi]
    assert len(found) <= len(made) and [title for title in kept if title in titles] == titles[: len(kept)]
    assert len(found) >= sum(1 for place in _places(whole, made)[1:] if place < len(text)), (
        "a record before another is whole"
    )


def _places(whole: str, made: list[Made]) -> list[int]:
    """Where the DOI of each record stands."""
    places, at = [], 0
    for one in made:
        at = whole.index(one.doi, at)
        places.append(at)
        at += len(one.doi)
    return places


@pytest.mark.parametrize("name", WRITERS)
def test_a_record_that_is_damaged_does_not_cost_its_neighbours(name: str) -> None:
    made = [
        Made(
            f"Title number {n}", ("Smith, Anna",), 2001, "Journal", "1", "2", 100, 500, f"10.1000/{n}", "Abs", ("key",)
        )
        for n in range(9)
    ]
    text = WRITERS[name](made).replace("Title number 4", 'T{"<\x00\ufffd,,')
    titles = [record.title for record in records(text)]
    expected = [one.title for one in made]
    assert titles[:4] == expected[:4] and titles[-4:] == expected[-4:]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.txt is empty: export it again"),
        (b"%PDF-1.7 ...", "a.txt is a PDF: export the records as RIS"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "no Excel file of before 2007 that can be read .*: save it as .xlsx",
        ),
        (b"PK\x03\x04" + bytes(40), "a packed file that is no Excel workbook"),
        (b"PK\x03\x04xl/" + bytes(40), "a damaged Excel file"),
        (b"\x1f\x8b" + bytes(40), "a packed file: unpack it"),
        (bytes(range(256)) * 4, "a.txt is in no format"),
        (b"<!DOCTYPE html>\n<html><body>Your session has ended</body></html>", "is a web page, not an export"),
        (
            b"Dear colleague,\nhere is what I found.\n",
            "is in no format that slr reads .PubMed XML, .*Excel workbook.: export",
        ),
        (b"TY  - JOUR\nN1  - nothing\nER  - \n", "no record that can be read as RIS .line 1: no title"),
        (b'{"title": ', "holds no record that can be read as CSL-JSON"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence_with_the_remedy(data: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said) as caught:
        read(data)
    assert "\n" not in str(caught.value) and str(caught.value).startswith("a.txt")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert read(data).entries
    except ImportFileError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None)
@given(made=files, junk=st.text(max_size=60), at=st.floats(0, 1))
def test_any_text_within_a_file_is_read_around_or_refused(name: str, made: list[Made], junk: str, at: float) -> None:
    text = WRITERS[name](made)
    place = int(len(text) * at)
    try:
        found = records((text[:place] + junk + text[place:]).encode("utf-8", "replace"))
    except ImportFileError as error:
        assert "\n" not in str(error)
    else:
        assert all(record.type is None or record.type in RECORD_TYPES for record in found)


def test_bytes_that_are_no_text_are_said_with_their_lines() -> None:
    data = codecs.BOM_UTF16_LE + "TY  - JOUR\nTI  - Clusters\nER  - \n".encode("utf-16-le") + b"\x00\xdc\n\x00"
    (puzzle,) = [one for one in read(data).not_understood if "damaged" in one.what]
    assert puzzle.lines == (4,) and puzzle.count == 1


def test_every_real_export_is_read_or_refused_in_one_sentence() -> None:
    refused = []
    for path in sorted(shared("exports").rglob("*")):
        if not path.is_file() or path.name.endswith(".expected.json") or path.name == "INVENTORY.tsv":
            continue
        try:
            assert read(path.read_bytes(), path.name).entries
        except ImportFileError as error:
            assert "\n" not in str(error)
            refused.append(path.name)
    assert sorted(refused) == [
        "baseline_reference_types.ris",  # TY and notes only
        "example_multiline.ris",  # abstracts of no publication
        "generic.vec",  # numbers
        "md_data.md",  # a printed bibliography
    ] or set(refused) <= {"baseline_reference_types.ris", "generic.vec", "md_data.md"}


def test_damaged_exports_are_read_or_refused_in_time() -> None:
    """150 seeded variants; the benchmark does 2,000."""
    seeded = Random(7)
    files_ = sorted(p for p in shared("exports").rglob("*") if p.is_file() and not p.name.endswith(".expected.json"))
    for number in range(150):
        path = files_[number % len(files_)]
        data, how = damaged(path.read_bytes(), seeded)
        begun = time.perf_counter()
        try:
            parsed = parse(data, path.name, "X")
        except ImportFileError as error:
            assert "\n" not in str(error), (path, how)
        else:
            assert parsed.entries, (path, how)
        assert time.perf_counter() - begun < SECONDS, (path, how)


@pytest.mark.parametrize(
    "hostile",
    [
        "TY  - JOUR\nTI  - x\nDO  - " + "10.1234." * 20_000,
        "TY  - JOUR\nTI  - " + "<i " * 50_000,
        "<1. >\nVN  - Ovid\nTI  - T\nAU  - " + "1" * 9_000 + "x\nAU  - " + "1 " * 9_000 + "\n",
        "\n" * 200_000 + "x",
        "record " * 40_000 + "\nTY  - JOUR\nTI  - x\n",
        "title,keywords\nx,\"" + "a,(" * 60_000 + "\"\n",
        'title,authors\n"' + 'a,"b\n' * 5_000,
        "<PubmedArticle>" * 20_000,
        "<PubmedArticle>" + "<a>" * 20_000 + "</PubmedArticle>",
        '[{"title":' * 20_000,
        "@a{k, title = {" + "{" * 50_000,
        "@a(k,\n" * 20_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_makes_reading_long(hostile: str) -> None:
    begun = time.process_time()
    try:
        read(hostile)
    except ImportFileError as error:
        assert len(str(error)) < 1_000
    assert time.process_time() - begun < SECONDS


def test_the_documentation_names_every_format_and_layout() -> None:
    assert all(all(row) for row in documented()) and set(PRODUCTS) == {row[0] for row in documented()}
    assert {row[0] for row in documented()} == {*WRITERS, "Excel workbook", "Excel workbook (before 2007)"}
    known = " ".join(name for name, _ in layouts())
    for wanted in (
        "Scopus", "Web of Science", "Publish or Perish", "Lens", "Dimensions", "IEEE", "Cochrane", "Zotero", "ASReview",
        "Rayyan", "Covidence", "OpenAlex", "EPPI", "Embase",
    ):  # fmt: skip
        assert wanted in known


def test_lines_point_into_the_file() -> None:
    for path in (
        Path(shared("exports/same_records/_baseline.ris")),
        Path(shared("exports/same_records/_baseline_pubmed.ris")),
    ):
        lines = path.read_text("utf-8").split("\n")
        for entry in read(path.read_bytes(), path.name).entries:
            assert lines[entry.line - 1].startswith(("TY", "PMID"))


def test_an_encoding_that_was_guessed_wrongly_is_told() -> None:
    (note,) = read("TY  - JOUR\nTI  - Кластеры и знания\nER  - \n".encode("cp1251")).notes
    assert "taken for Windows-1252" in note and "save the file as UTF-8" in note
    assert read("TY  - JOUR\nTI  - Größe\nER  - \n".encode("cp1252")).notes == ()
