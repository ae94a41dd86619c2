"""CSV, TSV and the like: the delimiter is the one that gives a header; a broken row loses only itself.

Source of the form: RFC 4180, and what spreadsheets write beside it (semicolons, tabs, ``sep=;``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from slr.errors import ImportFileError
from slr.formats import table
from slr.formats.base import Format, Parsed, Reading
from slr.formats.table import Row

_MARKS = (",", ";", "\t", "|")
LONGEST_CELL = 16_000_000
"""Characters; a list of cited references is longer than the csv module's own limit of 131,072."""

LONGEST_ROW = 200
"""Lines; what goes on longer is a quotation mark that is not closed."""


def _looks_like(text: str) -> bool:
    return _mark(text) is not None


def _mark(text: str) -> str | None:
    """The delimiter with which one of the first rows is a header (of two the one with more columns), or None."""
    best, most = None, 0
    start = text[:200_000].split("\n")[: table.LOOK_FOR_HEADER + 10]
    for mark in _MARKS:
        widths = [len(row) for line in start if table.is_header(row := _alone(line, mark))]
        if widths and widths[0] > most:
            best, most = mark, widths[0]
    return best or ("," if table.by_rows(list(islice(_rows(text[:200_000], ","), 200))) else None)


def read(text: str, source: str) -> Parsed:
    """The records of a table in text. Raises ImportFileError if it has no header that is known."""
    reading = Reading()
    mark = _mark(text) or ","
    if not table.take(_rows(text, mark, reading), source, reading, guarded=True):
        turned = table.by_rows(list(_rows(text, mark)))
        if turned is None or not table.take(turned, source, reading):
            raise ImportFileError(
                "this table has no header with a title, DOI or authors: name its columns in its first row"
            )
    return reading.parsed()


@contextmanager
def long_cells() -> Iterator[None]:
    """The csv module takes cells of up to ``LONGEST_CELL`` characters inside of this."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(text: str, mark: str, reading: Reading | None = None) -> Iterator[Row]:
    """The rows one by one; once a header was seen, a row wider than it is rejected and reading goes on after it."""
    lines, at, width = text.split("\n"), 0, 0
    while at < len(lines):
        used, cells = _one(lines, at, mark)
        if cells is None and not width:
            used, cells = 1, _alone(lines[at], mark)
        if width == 1 and cells:  # a list of titles: nothing parts them
            cells = [mark.join(cells)]
        if width and (cells is None or any(cell.strip() for cell in cells[width:])):
            alone = _alone(lines[at], mark)
            used, cells = (1, alone) if len(alone) == width else (_broken(lines, at, mark, width), None)
        if cells is not None:
            width = width or (len(cells) if table.is_header(cells) else 0)
            if any(cell.strip() for cell in cells):
                yield at + 1, cells
        elif reading:
            reading.reject(at + 1, "this row has more cells than the header, or a quotation mark that is not closed")
        at += used


def _one(lines: list[str], at: int, mark: str) -> tuple[int, list[str] | None]:
    """How many lines the row beginning at ``at`` has, and its cells (None: its quotation marks are broken)."""
    if '"' not in lines[at]:
        return 1, lines[at].split(mark)
    reader = csv.reader(
        (line + "\n" for line in islice(lines, at, at + LONGEST_ROW)),
        delimiter=mark,
        strict=True,
        skipinitialspace=True,
    )
    try:
        with long_cells():
            cells = next(reader)
    except (csv.Error, StopIteration):
        return 1, None
    return reader.line_num, cells


def _alone(line: str, mark: str) -> list[str]:
    """The cells of a line by itself, with quotation marks wherever they are."""
    try:
        with long_cells():
            return next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])
    except csv.Error:
        return []


def _broken(lines: list[str], at: int, mark: str, width: int) -> int:
    """How many lines to pass over, up to the next that is a whole row by itself."""
    return next(
        (after - at for after in range(at + 1, len(lines)) if len(_alone(lines[after], mark)) == width), len(lines) - at
    )


DELIMITED = Format(
    "CSV or TSV",
    _looks_like,
    read,
    known_by="a row (after lines about the search) that names columns such as *title*, *authors*, *DOI*, *abstract*",
    meanings="RFC 4180; the columns of each database: table below",
)
