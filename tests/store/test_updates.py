"""Updates in the store: begun once, finished with what they found, which is never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.store import updates
from slr.store.connection import Store
from slr.store.updates import Finding, Update

FIRST = Update("u1", "v1", "2026-11-02", None)
SECOND = Update("u2", "v1", "2026-12-02", "r1")
LOOK = Finding("look-again", "W1", {"state": ["a"], "title": "Über"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "review.sqlite")
    with opened.writing() as db:
        updates.begin(db, SECOND)
        updates.begin(db, FIRST)
    yield opened
    opened.close()


def finish(store: Store, update: Update, at: str, *found: Finding) -> None:
    with store.writing() as db:
        updates.finish(db, update.update_id, "r2", at, found)


def test_the_latest_update_is_the_one_begun_last(store: Store) -> None:
    assert updates.every(store.db) == [FIRST, SECOND] and updates.latest(store.db) == SECOND
    with pytest.raises(sqlite3.IntegrityError), store.writing() as db:
        updates.begin(db, FIRST)


def test_a_finished_update_has_its_search_and_what_it_found(store: Store) -> None:
    finish(store, SECOND, "2026-12-03", LOOK, Finding("changed", "s:1", {}))
    latest = updates.latest(store.db)
    assert latest and (latest.run_id, latest.finished_at) == ("r2", "2026-12-03")
    assert updates.findings(store.db, "u2") == [Finding("changed", "s:1", {}), LOOK]
    assert updates.findings(store.db, "u2", "look-again") == [LOOK] and updates.findings(store.db, "u1") == []
    assert updates.to_look_at(store.db) == [LOOK]


def test_what_was_told_last_is_that_of_the_update_that_ended_last(store: Store) -> None:
    assert updates.last_told(store.db, "v1", "look-again") == {} and updates.to_look_at(store.db) == []
    finish(store, SECOND, "2026-12-03", LOOK)
    finish(store, FIRST, "2026-11-03", Finding("look-again", "W1", {"state": ["b"]}))
    assert updates.last_told(store.db, "v1", "look-again") == {"W1": ("2026-12-03", dict(LOOK.detail))}
    assert updates.last_told(store.db, "v2", "look-again") == {}


def test_what_was_found_cannot_be_changed_deleted_or_replaced(store: Store) -> None:
    finish(store, SECOND, "2026-12-03", LOOK)
    for statement in (
        "UPDATE update_finding SET kind = 'x'", "DELETE FROM update_finding",
        "INSERT OR REPLACE INTO update_finding SELECT * FROM update_finding",
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(statement)
    assert updates.findings(store.db, "u2") == [LOOK]
