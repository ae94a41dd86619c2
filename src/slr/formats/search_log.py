"""The search log: a CSV file with one row a sub-query, which people fill in beside the database they search by hand.

What people wrote is never lost: rows are known by the hash of their search string, and columns that slr does not know
stay.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slr.errors import UserError
from slr.formats.delimited import long_cells
from slr.formats.encoding import decode

TO_FILL = ("databases", "date", "hits", "file", "note")
"""The columns that are people's: databases searched, the day (YYYY-MM-DD), the hits stated, the exported file(s)."""
COLUMNS = (
    "platform", "sub_query", "of", "id", *TO_FILL, "origin", "limits", "field", "characters", "connectors", "warnings",
    "string", "state",
)  # fmt: skip
CURRENT, EARLIER = "current", "earlier matrix"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One sub-query; ``cells`` has all of ``COLUMNS``, ``more`` the columns that somebody added, ``line`` its line."""

    cells: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def filled(self) -> bool:
        """Whether somebody wrote something in it."""
        return any(self[column] for column in TO_FILL) or any(self.more.values())


def row_id(platform: str, string: str) -> str:
    """What a sub-query is known by: a hash of its platform and its string."""
    return "q-" + hashlib.sha256(f"{platform}\n{string}".encode()).hexdigest()[:10]


def read(data: bytes, name: str) -> list[LogRow]:
    """The rows of a log, as slr or a spreadsheet program saved it (comma, semicolon or tab; any encoding).

    Raises UserError if it is no search log or a cell of it has no end, ImportFileError if it is no text.
    """
    text, _ = decode(data, name)
    mark = max(",;\t", key=text.split("\n", 1)[0].count)
    lines = _lines(text, mark, name)
    header = [cell.strip().lower() for _, cells in lines[:1] for cell in cells]
    if not {"platform", "string"} <= set(header):
        raise UserError(
            f"{name} is no search log (it lacks the columns 'platform' and 'string'): 'slr strings' writes one"
        )
    return [_row(header, cells, number) for number, cells in lines[1:] if any(cell.strip() for cell in cells)]


def _lines(text: str, mark: str, name: str) -> list[tuple[int, list[str]]]:
    """(line it ends on, cells) of every row; a string of a large matrix is longer than the csv module's own limit."""
    reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    try:
        with long_cells():
            return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise UserError(
            f"{name}, line {reader.line_num}: this row cannot be read ({error}): correct its quotation marks"
        ) from None


def _row(header: Sequence[str], cells: Sequence[str], line: int) -> LogRow:
    found = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    known = {name: found.get(name, "") for name in COLUMNS}
    known["id"] = known["id"] or row_id(known["platform"], known["string"])
    return LogRow(known, {name: cell for name, cell in found.items() if name not in COLUMNS}, line)


def merged(kept: Iterable[LogRow], fresh: Sequence[LogRow]) -> list[LogRow]:
    """``fresh`` rows with what people wrote in the ``kept`` ones of the same string, then what else people wrote.

    A row that somebody doubled (one string run twice: in other databases, on another day) stays so often. Kept rows of
    platforms that ``fresh`` is not about stay as they are; of the others those that nobody filled in go, and the rest
    is marked as of an earlier matrix.
    """
    held = list(kept)
    of_id: dict[str, list[LogRow]] = {}
    for row in held:
        of_id.setdefault(row["id"], []).append(row)
    new = {row["id"] for row in fresh}
    platforms = {row["platform"] for row in fresh}
    rows = [_with_filled(row, one) for row in fresh for one in of_id.get(row["id"], [row])]
    for row in held:
        if row["id"] not in new and row["platform"] not in platforms:
            rows.append(row)
        elif row["id"] not in new and row.filled:
            rows.append(LogRow({**row.cells, "state": EARLIER}, row.more))
    return rows


def _with_filled(fresh: LogRow, held: LogRow) -> LogRow:
    filled = {column: held[column] for column in (*TO_FILL, "origin") if held[column]}
    return LogRow({**fresh.cells, **filled}, held.more)


def text_of(rows: Sequence[LogRow]) -> str:
    """The file's content; begins with a byte order mark, so that spreadsheet programs read it as UTF-8."""
    more = list(dict.fromkeys(name for row in rows for name in row.more))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *more])
    writer.writerows([row[name] for name in COLUMNS] + [row.more.get(name, "") for name in more] for row in rows)
    return "\ufeff" + out.getvalue()
