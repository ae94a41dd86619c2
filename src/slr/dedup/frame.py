"""Duplicates in a table of records: the library's entry, without a store and without a network."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from slr.dedup.group import grouped
from slr.dedup.sides import Side, side
from slr.errors import UserError
from slr.model import Record
from slr.normalize import year_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi")
"""What is compared of a table, besides ``record_id``; a missing column is unknown everywhere."""


def find_duplicates(records: pd.DataFrame) -> pd.DataFrame:
    """The work of each record: a table of ``record_id`` and ``work_id``, in the order of ``records``.

    ``records`` has the column ``record_id`` and any of ``title, authors, year, journal, volume, issue, pages, doi,
    abstract``; ``authors`` is ``Last, First and Last, First`` or ``Last F; Last F``. Missing columns and cells are
    unknown. ``work_id`` is the smallest record_id of the work. Pure: no store, no network; the order of the rows does
    not matter. Raises UserError where ``record_id`` is missing, empty or not unique.
    """
    _check(records)
    founder = {p.record_id: p.founder for p in grouped(sides_of(records), {}, {}).placed}
    found = records[["record_id"]].copy()
    found["work_id"] = [founder[str(record_id)] for record_id in found["record_id"]]
    return found


def _check(records: pd.DataFrame) -> None:
    if "record_id" not in records.columns:
        raise UserError("the table of records has no column 'record_id': name the column that identifies a record so")
    ids = list(map(_text, records["record_id"].tolist()))
    if "" in ids:
        raise UserError(f"row {ids.index('') + 1} of the table has no record_id: give each record one")
    seen: set[str] = set()
    for record_id in ids:
        if record_id in seen:
            raise UserError(f"the record_id '{record_id}' stands on several rows: give each record its own")
        seen.add(record_id)


def sides_of(records: pd.DataFrame) -> list[Side]:
    """The comparable form of each row."""
    ids = list(map(str, records["record_id"]))
    texts = [_texts(records, name) for name in COLUMNS]
    return [side_of(*row) for row in zip(ids, *texts, strict=True)]


def _texts(records: pd.DataFrame, name: str) -> list[str]:
    if name not in records.columns:
        return [""] * len(records)
    return [value if isinstance(value, str) else _text(value) for value in records[name].tolist()]


def _text(value: object) -> str:
    """A cell as text; what is missing is empty (NaN is what does not equal itself), 2004.0 is "2004"."""
    if value is None or value != value or str(value) == "<NA>":
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def side_of(
    record_id: str, title: str, authors: str, year: str, journal: str, volume: str, issue: str, pages: str, doi: str
) -> Side:
    """The comparable form of a row; what is empty is unknown."""
    people, dated = split_authors(authors), year_of(year)
    return side(Record(record_id, "table", title, people, dated, journal, volume, issue, pages, doi=doi or None))


_AND = re.compile(r"\s+(?:and|&)\s+", re.I)


def split_authors(text: str) -> tuple[str, ...]:
    """``Last, First and Last, First``, ``Last F; Last F`` and ``First Last, First Last`` taken apart."""
    text = html.unescape(text) if "&" in text else text
    if ";" in text:
        names = text.split(";")
    elif _AND.search(text):
        names = _AND.split(text)
    else:
        names = text.split(",")
        if not all(" " in name.strip() for name in names):
            names = [text] if len(names) == 2 else names
    return tuple(name.strip() for name in names if name.strip(" .,"))
