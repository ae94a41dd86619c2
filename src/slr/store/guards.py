"""Whether the triggers that keep the store append-only, and the views on it, are those that slr made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from slr.store.connection import Connection, _statements, migrations


def missing(db: Connection) -> Iterator[str]:
    """A sentence for each trigger, table, view or index of a new store that is changed or gone here, or beside it."""
    expected, there = _made(), _schema(db)
    for name in sorted(expected.keys() | there.keys()):
        if expected.get(name) != there.get(name):
            kind, label = name
            how = "is gone" if name not in there else "is not slr's" if name not in expected else "was changed"
            yield f"the {kind} {label} {how}: rows could have been changed by hand"


def _made() -> dict[tuple[str, str], str]:
    """The schema of a new store."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        memory.row_factory = sqlite3.Row
        for script in migrations():
            for statement in _statements(script):
                memory.execute(statement)
        return _schema(memory)
    finally:
        memory.close()


def _schema(db: Connection) -> dict[tuple[str, str], str]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    return {(row["type"], row["name"]): " ".join(row["sql"].split()) for row in rows}
