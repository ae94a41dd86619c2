"""Excel workbooks of before 2007 (.xls), which Web of Science, Ovid and ProQuest still export.

xlrd reads them. Source of the form: [MS-XLS] Excel Binary File Format (Microsoft).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from slr.errors import ImportFileError
from slr.formats import table
from slr.formats.base import Parsed, Reading
from slr.formats.table import Row

NAME = "Excel workbook (before 2007)"
KNOWN_BY = "a compound file (`D0 CF 11 E0`) that holds a workbook; in a sheet a row that names columns"
MEANINGS = "[MS-XLS] Excel Binary File Format (Microsoft); the columns of each database: table below"


def is_workbook(data: bytes) -> bool:
    """Whether a file is of the container that these workbooks (and old Word files) have."""
    return data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def read(data: bytes, name: str, source: str) -> Parsed:
    """The records of a workbook. Raises ImportFileError if it is none, damaged, or no sheet has a known header."""
    reading, found = Reading(), False
    try:
        for rows in _sheets(data):
            found = table.take(rows, source, reading) or found
    except Exception as error:  # xlrd raises whatever the damaged bytes lead to
        if not reading.entries:
            raise ImportFileError(
                f"{name} is no Excel file of before 2007 that can be read ({type(error).__name__}): save it as .xlsx "
                "or CSV"
            ) from error
        reading.notes.append("the workbook is damaged: what comes after the last record could not be read")
    if not found:
        raise ImportFileError(f"no sheet of {name} has a row that names columns such as title, DOI or authors: add one")
    return reading.parsed()


def _sheets(data: bytes) -> Iterator[Iterator[Row]]:
    import xlrd

    with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True) as book:
        for number in range(book.nsheets):
            yield _rows(book, book.sheet_by_index(number))


def _rows(book: Any, sheet: Any) -> Iterator[Row]:
    for number in range(sheet.nrows):
        row = [_text(book, cell) for cell in sheet.row(number)]
        if any(row):
            yield number + 1, row


def _text(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate_as_datetime(cell.value, book.datemode).date())
    if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return str(cell.value).strip()
