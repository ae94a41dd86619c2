"""Excel workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from slr.errors import ImportFileError
from slr.formats import xlsx
from slr.formats.base import Parsed
from slr.model import Record


def packed(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(*sheets: Sequence[Sequence[object]]) -> Parsed:
    return xlsx.read(packed(*sheets), "a.xlsx", "X")


def one(header: Sequence[str], row: Sequence[object]) -> Record:
    return read([header, row]).entries[0].record


def test_numbers_and_dates_are_read_as_they_look() -> None:
    found = one(["Title", "Year", "Volume", "Issue", "Pages"], ["x", 2004, 28.0, "1/2", 31])
    assert (found.year, found.volume, found.issue, found.pages) == (2004, "28", "1/2", "31")
    for day in (date(2004, 2, 1), datetime(2004, 2, 1, 10, 0)):
        assert one(["Title", "Publication Date"], ["x", day]).year == 2004


def test_every_sheet_with_a_header_is_read_and_rows_are_numbered_as_excel_does() -> None:
    parsed = read(
        [["About this export"]],
        [["My search"], [None], ["Title", "DOI"], ["One", "10.1000/a"]],
        [["DOI", "Title"], ["", "Two"]],
    )
    assert [(entry.record.title, entry.line) for entry in parsed.entries] == [("One", 4), ("Two", 2)]


def test_a_workbook_without_a_header_or_damaged_is_refused_in_one_sentence() -> None:
    with pytest.raises(ImportFileError, match="has a row that names columns"):
        read([["One", "Smith"]])
    whole = packed([["Title"], ["One"]])
    for data in (whole[: len(whole) // 2], whole[:200] + bytes(200) + whole[400:]):
        with pytest.raises(ImportFileError, match="is a damaged Excel file"):
            xlsx.read(data, "a.xlsx", "X")


def test_other_packed_files_are_no_workbooks() -> None:
    assert xlsx.is_workbook(packed([["Title"]])) and not xlsx.is_workbook(b"PK\x03\x04 a letter.docx")
