"""Excel workbooks: numbers as numbers, text as text (never as a formula), the header frozen.

Source of the limits: Excel specifications and limits (support.microsoft.com): 32,767 characters a cell, 1,048,576 rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from slr.errors import UserError

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML, and so a workbook, cannot hold."""


def write(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], file: IO[bytes], most: int = MOST_ROWS
) -> tuple[int, int]:
    """Write one sheet, row by row; returns how many rows, and how many cells were cut because Excel holds no more.

    Raises UserError for more rows than a sheet has (``most``, the header included).
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("slr")
    sheet.freeze_panes = "A2"
    try:
        sheet.append([_cell(sheet, name, bold=True) for name in columns])
        counted = _append(sheet, rows, columns, most)
    finally:
        sheet.close()  # whatever happened: it writes to a temporary file
    book.save(file)
    return counted


def _append(sheet: Any, rows: Iterable[Mapping[str, object]], columns: Sequence[str], most: int) -> tuple[int, int]:
    written = cut = 0
    for row in rows:
        written += 1
        if written >= most:
            raise UserError(f"an Excel sheet holds {most - 1:,} rows and there are more: export .csv instead")
        values = [row.get(name, "") for name in columns]
        cut += sum(1 for value in values if isinstance(value, str) and len(value) > LONGEST_CELL)
        sheet.append([_cell(sheet, value) for value in values])
    return written, cut


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell; what begins with = is marked as text, which openpyxl would else take for a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if value in ("", None):
        return None
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=_FORBIDDEN.sub("", value)[:LONGEST_CELL])
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
