"""Opening the store: migrations, durability, and SQLite's errors in the user's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from slr.errors import ReviewError, StoreError

BUSY_SECONDS = 30.0


class Store:
    """The review's SQLite file. ``with store.writing() as db`` is one transaction: all of it is kept, or nothing.

    Raises StoreError if the file is damaged, not a store, or from a newer slr; ReviewError if the disk is full or the
    folder is read-only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._speaking():
            self.db = self._open()
            self._migrate()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        db.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
            db.execute(f"PRAGMA {pragma}")
        return db

    def _migrate(self) -> None:
        steps = migrations()
        have = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if have > len(steps):
            raise StoreError(
                f"{self.path.name} was written by a newer slr (store version {have}, this slr knows {len(steps)}): "
                "install the newer slr (pip install -U slr); nothing was changed"
            )
        for number, script in enumerate(steps[have:], start=have + 1):
            self.db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; rolled back on any error."""
        with self._speaking():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.rollback()
                raise
            self.db.commit()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from error
        except OSError as error:
            raise ReviewError(f"{self.path.parent.name}/ cannot be written: {error.strerror}; free or unlock it") from error

    def close(self) -> None:
        """Close the file; the store is whole whether or not this is called."""
        self.db.close()


def migrations() -> list[str]:
    """The numbered SQL scripts, in order; script *n* brings a store from version *n - 1* to *n*."""
    folder = resources.files("slr.store.migrations")
    return [f.read_text("utf-8") for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".sql")]


def _in_words(error: sqlite3.Error, path: Path) -> Exception:
    text = str(error)
    if "full" in text:
        return ReviewError(f"no space left on the disk of {path.name}: free some and run the command again; nothing is lost")
    if "readonly" in text or "unable to open" in text:
        return ReviewError(f"{path.name} cannot be written: make the folder {path.parent.name}/ writable and run again")
    if "locked" in text or "busy" in text:
        return ReviewError(f"{path.name} is in use by another program: wait for it to end and run again")
    if "not a database" in text or "malformed" in text:
        return StoreError(
            f"{path.name} is damaged or not a store of slr ({text}): restore it from a copy, or move it away and rebuild it "
            "with 'slr search --replay' from the archive beside it"
        )
    return error
