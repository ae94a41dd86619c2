"""The tables of a store as rows of JSON values, and a store filled from such rows: how a review is archived."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

from slr.errors import StoreError
from slr.store.connection import Connection

Row = dict[str, Any]
_FOLLOWS = re.compile(r"\bINSERT (?:OR \w+ )?INTO (\w+)", re.IGNORECASE)
_NO_ABSTRACT = '""'


def tables(db: Connection) -> list[str]:
    """The tables that the store consists of, each after those whose rows its own rows name."""
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    parents = {}
    for (name,) in db.execute(named).fetchall():
        found = db.execute(f"SELECT \"table\" FROM pragma_foreign_key_list('{name}') ORDER BY 1")
        parents[str(name)] = [row[0] for row in found]
    return list(TopologicalSorter(parents).static_order())


def derived(db: Connection) -> set[str]:
    """The tables that follow from others by triggers: they are never filled on their own."""
    found = db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%AFTER INSERT%'")
    return {name for row in found for name in _FOLLOWS.findall(row[0])}


def rows(db: Connection, table: str) -> Iterator[Row]:
    """The rows of a table in the order of its key, without abstracts; bytes as ``{"base64": …}``."""
    columns = db.execute(f"SELECT name, pk FROM pragma_table_info('{table}') ORDER BY cid").fetchall()
    keys = [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]]
    order = ", ".join(f'"{name}"' for name in keys) or "rowid"
    for row in db.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):
        yield _without_abstract(table, {name: _plain(row[name]) for name in row.keys()})  # noqa: SIM118


def _without_abstract(table: str, row: Row) -> Row:
    """Abstracts are their publishers': they stay in the store."""
    if "abstract" in row:
        row["abstract"] = None
    if table == "enrichment" and row["field"] == "abstract":
        row["value"] = _NO_ABSTRACT
    return row


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def fill(db: Connection, found: Mapping[str, Iterable[Row]]) -> None:
    """Fill an empty store of this version with rows; what follows from others is left to the triggers.

    Raises StoreError, naming the table and the row, for rows that the store's rules do not allow. To be called within
    ``Store.writing``, so that then nothing is kept.
    """
    passed_by = derived(db)
    for table in tables(db):
        if table not in passed_by:
            for number, row in enumerate(found.get(table, ()), start=1):
                _insert(db, table, number, row)


def _insert(db: Connection, table: str, number: int, row: Row) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = [base64.b64decode(v["base64"]) if isinstance(v, dict) else v for v in row.values()]
    try:
        db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', values)
    except (sqlite3.IntegrityError, sqlite3.OperationalError, sqlite3.InterfaceError) as error:
        raise StoreError(f"the table {table}, row {number}, does not fit the store's rules ({error})") from error
