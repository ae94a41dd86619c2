"""Opening the store: migrations, durability, and SQLite's errors in the user's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from slr.errors import OurBug, ReviewError, SlrError, StoreError

Connection = sqlite3.Connection
Row = sqlite3.Row

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "cache_size = -131072",  # KiB: the indexes of 100,000 records stay in memory, so that a record's time is constant
)
BUSY_SECONDS = 30.0
APPLICATION_ID = 0x736C7276
"""What the header of every store says (``slrv``), so that another program's SQLite file is not taken for one."""


class Store:
    """The review's SQLite file. ``with store.writing() as db`` is one transaction: all of it is kept, or nothing.

    Raises StoreError if the file is damaged, not a store, or from a newer slr; ReviewError if the disk is full or the
    folder is read-only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReviewError(
                f"{path.parent} cannot be made ({error.strerror}): make the folder above it writable"
            ) from error
        with self._speaking():
            self.db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            self.db.row_factory = Row
            self._check_ours()
            for pragma in PRAGMAS:
                self.db.execute(f"PRAGMA {pragma}")
        self._migrate()

    def _check_ours(self) -> None:
        """Refuse, before anything is written, what is not a store or cannot be understood."""
        have, known = self.version(), len(migrations())
        ours = self._pragma("application_id") == APPLICATION_ID
        empty = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not ours and not (empty and have == 0):
            raise StoreError(
                f"{self.path.name} is another program's SQLite file, not a store of slr: move it out of "
                f"{self.path.parent.name}/ and run again"
            )
        if have > known:
            raise StoreError(
                f"{self.path.name} was written by a newer slr (store version {have}, this slr knows {known}): "
                "install the newer slr (pip install -U slr); nothing was changed"
            )

    def _migrate(self) -> None:
        """Bring the store to the present version, one transaction a step; of two processes the second finds it done."""
        for number, script in enumerate(migrations(), start=1):
            if self.version() >= number:
                continue
            with self.writing() as db:
                if self.version() < number:
                    for statement in _statements(script):
                        db.execute(statement)
                    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    db.execute(f"PRAGMA user_version = {number}")

    def version(self) -> int:
        """The number of the last migration that the file has had (0: none)."""
        return self._pragma("user_version")

    def checked(self) -> int:
        """The store's version, once every page of the file was read. Raises StoreError if it is damaged."""
        with self._speaking():
            found = self.db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise _damaged(self.path.name, found)
        return self.version()

    def _pragma(self, name: str) -> int:
        return int(self.db.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; rolled back on any error, also on the user's Ctrl-C."""
        with self._speaking():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if words := explained(error, self.path):
                raise words from error
            raise

    def close(self) -> None:
        """Close the file; the store is whole whether or not this is called."""
        self.db.close()


def migrations() -> list[str]:
    """The numbered SQL scripts, in order; script *n* brings a store from version *n - 1* to *n*."""
    folder = resources.files("slr.store.migrations")
    scripts = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    for number, script in enumerate(scripts, start=1):
        if not script.name.startswith(f"{number:03}_"):
            raise OurBug(f"the migration {script.name} stands where number {number} belongs")
    return [script.read_text("utf-8") for script in scripts]


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: ``executescript`` would commit the transaction it runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def explained(error: BaseException, path: Path = Path("outputs/review.sqlite")) -> SlrError | None:
    """SQLite's error in the user's words; None for what is not SQLite's, or is a bug of slr."""
    if not isinstance(error, sqlite3.Error):
        return None
    name, folder = path.name, path.parent.name
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the lower byte: extended codes say where, not what
        case sqlite3.SQLITE_FULL:
            return ReviewError(
                f"no space left on the disk of {name}: free some and run the command again; nothing is lost"
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ReviewError(
                f"{name} cannot be written: make the folder {folder}/ and the files in it writable and run again"
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return ReviewError(f"{name} is in use by another program: wait for it to end and run again")
        case sqlite3.SQLITE_IOERR:
            return ReviewError(
                f"the disk fails at {name} ({error}): check the disk (or a quota) and run again; nothing is lost"
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return _damaged(name, error)
    return None


def _damaged(name: str, why: object) -> StoreError:
    return StoreError(
        f"{name} is damaged or not a store of slr ({why}): restore it from a copy, or move it away, run 'slr search "
        "--replay', import the files again and run 'slr screen log'; what it was made of lies beside it"
    )
