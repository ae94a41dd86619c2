"""JSON that is a table: a list of objects with a field each, as Publish or Perish, EPPI-Reviewer and Lens write it.

What is nested is named as CSV exports name it (``biblio.volume``), and means what the column of that name means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from slr.formats.base import Format, Parsed, Reading
from slr.formats.columns import COLUMNS, LEFT_OUT, plain
from slr.formats.json_items import START, Item, items
from slr.formats.table import Table

_KEY = re.compile(r'"(?:authors|year|publication_?year|pub_?year|year_?published)"\s*:', re.I)
_CSL = re.compile(r'"(?:issued|container-title|author(?="\s*:\s*\[))"\s*:')
_TELLING = ("authors", "year", "doi", "abstract")
DEEPEST = 4
"""How far nested values are looked for."""


def _looks_like(text: str) -> bool:
    return START.match(text) is not None and _KEY.search(text) is not None and _CSL.search(text) is None


def read(text: str, source: str) -> Parsed:
    """The records of a JSON file; an object that is broken is rejected with its line, the others are kept."""
    reading, tables = Reading(), dict[tuple[str, ...], Table]()
    for line, item in items(text, _is_record):
        if item is None:
            reading.reject(line, "this part is no JSON (cut off or damaged)")
            continue
        row = _row(item)
        header = tuple(row)
        if header not in tables:
            tables[header] = Table.of(header)
            tables[header].name_puzzles(line, reading)
        tables[header].take(line, list(row.values()), source, reading)
    return reading.parsed()


def _is_record(item: Item) -> bool:
    """Whether an object has a title and what only publications have: authors and journals have names too."""
    named = {plain(name) for name in item}
    return not named.isdisjoint(COLUMNS["title"]) and any(not named.isdisjoint(COLUMNS[field]) for field in _TELLING)


def _row(item: Item) -> dict[str, str]:
    """name → cell; of several values of a name each counts, parted by bars."""
    row: dict[str, list[str]] = {}
    for name, cell in _cells(item, "", DEEPEST):
        row.setdefault(name, []).append(cell)
    return {name: "|".join(cells) for name, cells in row.items()}


def _cells(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        inner = value.items() if depth and not (name and plain(name) in LEFT_OUT) else ()
        for key, one in inner:
            yield from _cells(one, f"{name} {key}".strip(), depth - 1)
    elif isinstance(value, list):
        for one in value:
            yield from _cells(one, name, depth)
    elif value not in (None, ""):
        yield name, str(value)


JSON_TABLE = Format(
    "JSON table",
    _looks_like,
    read,
    known_by='a JSON list of objects with `"title"`, `"authors"` or `"year"`, and none of the names of CSL',
    meanings="RFC 8259; the names of each database as in its tables",
)
