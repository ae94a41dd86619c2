"""Excel workbooks (.xlsx): every sheet that has a header is a table of records.

openpyxl reads them row by row. Source of the form: Office Open XML (ECMA-376).
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from slr.errors import ImportFileError
from slr.formats import table
from slr.formats.base import Parsed, Reading
from slr.formats.table import Row

NAME = "Excel workbook"
KNOWN_BY = "a packed file that holds `xl/workbook.xml`; in a sheet a row that names columns"
MEANINGS = "Office Open XML (ECMA-376); the columns of each database: table below"
LARGEST = 2**30
"""Bytes that a workbook may have unpacked: beyond it the file is no export but an attack, or a mistake."""


def is_workbook(data: bytes) -> bool:
    """Whether a file is packed and holds a workbook."""
    return data.startswith(b"PK\x03\x04") and b"xl/" in data


def read(data: bytes, name: str, source: str) -> Parsed:
    """The records of a workbook. Raises ImportFileError if it is damaged, or no sheet has a header that is known."""
    reading, found = Reading(), False
    try:
        for rows in _sheets(data, name):
            found = table.take(rows, source, reading) or found
    except ImportFileError:
        raise
    except Exception as error:
        if not reading.entries:
            raise ImportFileError(
                f"{name} is a damaged Excel file ({type(error).__name__}): save it again, or export CSV"
            ) from error
        reading.notes.append("the workbook is damaged: what comes after the last record could not be read")
    if not found:
        raise ImportFileError(f"no sheet of {name} has a row that names columns such as title, DOI or authors: add one")
    return reading.parsed()


def _sheets(data: bytes, name: str) -> Iterator[Iterator[Row]]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST:
            raise ImportFileError(f"{name} would unpack to more than {LARGEST:,} bytes: export fewer records at a time")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles that a database left out
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some databases state a size of one cell
            yield _rows(sheet)
        book.close()


def _rows(sheet: Any) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = [_text(cell) for cell in cells]
        if any(row):
            yield number, row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
