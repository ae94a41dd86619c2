"""The file of the store: what is in it stays, and what cannot be used is said in words."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from slr.errors import ReviewError, StoreError
from slr.store.connection import APPLICATION_ID, Store, explained, migrations

ROWS = {
    "record_version": "INSERT{how} INTO record_version (version_id, record_id, content_hash, source, origin, title,"
    " authors, keywords, ids, cites) VALUES ({key}, 'r1', 'c1', 's', 'database', '{value}', '[]', '[]', '{{}}', '[]')",
    "membership_event": "INSERT{how} INTO membership_event (seq, record_id, work_id, rule, score, who, at)"
    " VALUES ({key}, 'r1', 'w1', '{value}', 1.0, 'slr', 'now')",
    "mark_event": "INSERT{how} INTO mark_event (seq, work_id, rule, verdict, because, criteria, at)"
    " VALUES ({key}, 'w1', '{value}', 'ineligible', '', '', 'now')",
    "decision": "INSERT{how} INTO decision (seq, work_id, stage, reviewer, verdict, decided_at, criteria, prev, hash)"
    " VALUES ({key}, '{value}', 's', 'Anna', 'include', 'now', '', '0', 'h1')",
}
COLUMNS = {"record_version": "title", "membership_event": "rule", "mark_event": "rule", "decision": "work_id"}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A store with one row in each append-only table."""
    store = Store(tmp_path / "review.sqlite")
    with store.writing() as db:
        db.execute(ROWS["record_version"].format(how="", key=1, value="first"))
        db.execute("INSERT INTO record_head (record_id, version_id) VALUES ('r1', 1)")
        db.execute("INSERT INTO work (work_id, founder, created_at) VALUES ('w1', 'r1', 'now')")
        for table in ("membership_event", "mark_event", "decision"):
            db.execute(ROWS[table].format(how="", key=1, value="first"))
    store.close()
    return store.path


def contents(path: Path) -> list[list[tuple[object, ...]]]:
    db = sqlite3.connect(path)
    found = [db.execute(f"SELECT * FROM {table}").fetchall() for table in (*ROWS, "work")]
    db.close()
    return found


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_no_statement_of_any_connection_changes_an_append_only_row(filled: Path, table: str, recursive: str) -> None:
    """Also with recursive_triggers off, under which INSERT OR REPLACE slips past DELETE triggers."""
    before = contents(filled)
    raw = sqlite3.connect(filled, isolation_level=None)
    raw.execute(f"PRAGMA recursive_triggers = {recursive}")
    by_key = ROWS[table].format(how=" OR REPLACE", key=1, value="other")
    by_unique_columns = ROWS[table].format(how=" OR REPLACE", key="NULL", value="other")
    statements = [
        f"UPDATE {table} SET {COLUMNS[table]} = 'other'",
        f"UPDATE OR REPLACE {table} SET {COLUMNS[table]} = 'other'",
        f"DELETE FROM {table}",
        by_key,
        by_key.replace(" OR REPLACE", " OR IGNORE"),
        *([by_unique_columns] if table in ("record_version", "decision") else []),
    ]
    for statement in statements:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    raw.close()
    assert contents(filled) == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_fork_of_a_reviewers_chain_cannot_replace_it(filled: Path, recursive: str) -> None:
    """Another hash after the same decision: the row is unique by reviewer and prev alone."""
    before = contents(filled)
    raw = sqlite3.connect(filled, isolation_level=None)
    raw.execute(f"PRAGMA recursive_triggers = {recursive}")
    fork = ROWS["decision"].format(how=" OR REPLACE", key=7, value="other").replace("'h1'", "'h2'")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(fork)
    raw.close()
    assert contents(filled) == before


def test_a_work_keeps_its_founder(filled: Path) -> None:
    raw = sqlite3.connect(filled, isolation_level=None)
    for statement in (
        "UPDATE work SET founder = 'r2'",
        "DELETE FROM work",
        "INSERT OR REPLACE INTO work VALUES ('w1', 'r2', 'now')",
        "INSERT OR REPLACE INTO work VALUES ('w2', 'r1', 'now')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    assert raw.execute("SELECT work_id, founder FROM work").fetchall() == [("w1", "r1")]
    raw.close()


def test_an_error_within_a_transaction_undoes_all_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "review.sqlite")
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), store.writing() as db:
            db.execute("INSERT INTO record_head (record_id, version_id) SELECT 'r1', 1 WHERE 0")
            db.execute(ROWS["record_version"].format(how="", key=1, value="first"))
            raise error
    assert store.db.execute("SELECT count(*) FROM record_version").fetchone()[0] == 0
    with store.writing() as db:
        db.execute(ROWS["record_version"].format(how="", key=1, value="first"))
    assert store.db.execute("SELECT count(*) FROM record_version").fetchone()[0] == 1
    store.close()


def test_opening_a_store_again_changes_no_byte_of_its_schema_or_rows(filled: Path) -> None:
    def dump() -> list[str]:
        db = sqlite3.connect(filled)
        lines = list(db.iterdump())
        db.close()
        return lines

    before = dump()
    for _ in range(2):
        store = Store(filled)
        assert store.version() == len(migrations())
        store.close()
    assert dump() == before


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    """A table of the first migration is there already: the whole step is undone, the version stays 0."""
    path = tmp_path / "review.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE decision (x)")
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.commit()
    with pytest.raises(sqlite3.OperationalError, match="decision already exists"):
        Store(path)
    assert raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("decision",)]
    assert raw.execute("PRAGMA user_version").fetchone() == (0,)
    raw.close()


def test_a_store_from_a_newer_slr_is_refused_and_left_as_it_is(filled: Path) -> None:
    raw = sqlite3.connect(filled)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    before = filled.read_bytes()
    with pytest.raises(StoreError, match=r"newer slr \(store version 99, this slr knows [0-9]+\).*pip install -U slr"):
        Store(filled)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("content", [b"TY  - JOUR\nER  - \n" * 500, b"\x89PNG\r\n" + bytes(4000), b"{}"])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "review.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"review.sqlite is damaged or not a store of slr .* restore it from a copy"):
        Store(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "review.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE bookmarks (url)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program's SQLite file"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
def test_a_truncated_store_is_refused_with_the_remedy(filled: Path, part: float) -> None:
    size = filled.stat().st_size
    with filled.open("r+b") as file:
        file.truncate(int(size * part))
    with pytest.raises(StoreError, match=r"damaged .*'slr search --replay'"):
        Store(filled)


def test_a_page_damaged_within_is_explained_where_it_is_met(filled: Path) -> None:
    """Such damage shows only when the page is read, outside of a transaction too; ``explained`` has the words."""
    with filled.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (filled.stat().st_size - 4096))
    with pytest.raises(sqlite3.DatabaseError) as caught:
        contents(filled)
    words = explained(caught.value)
    assert isinstance(words, StoreError) and "review.sqlite is damaged" in str(words)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file stands where the folder should be")
    with pytest.raises(ReviewError, match=r"outputs cannot be made .*writable"):
        Store(tmp_path / "outputs" / "review.sqlite")


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    """In a process of a user without rights, as the tests may run as one whom no mode stops."""
    folder = tmp_path / "outputs"
    folder.mkdir()
    Store(folder / "review.sqlite").close()
    (folder / "review.sqlite").chmod(0o444)
    folder.chmod(0o555)
    code = (
        "import os, sys, pathlib\nfrom slr.errors import ReviewError\nfrom slr.store.connection import Store\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: Store(pathlib.Path(sys.argv[1])).writing().__enter__()\nexcept ReviewError as error: print(error)\n"
    )
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o055)
    said = subprocess.run([sys.executable, "-c", code, str(folder / "review.sqlite")], capture_output=True, text=True)
    folder.chmod(0o755)
    assert said.stdout.startswith("review.sqlite cannot be written: make the folder outputs/"), said.stderr


def test_a_store_in_use_is_explained(tmp_path: Path) -> None:
    Store(tmp_path / "review.sqlite").close()
    one, other = (sqlite3.connect(tmp_path / "review.sqlite", isolation_level=None, timeout=0) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        other.execute("BEGIN IMMEDIATE")
    assert "in use by another program" in str(explained(caught.value))
    one.close()
    other.close()


def test_a_full_disk_is_explained(tmp_path: Path) -> None:
    """SQLite's own limit of pages gives the same error as a full disk."""
    store = Store(tmp_path / "review.sqlite")
    store.db.execute(f"PRAGMA max_page_count = {store.db.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(ReviewError, match=r"no space left .* nothing is lost"), store.writing() as db:
        db.execute(ROWS["record_version"].format(how="", key=1, value="x" * 100_000))
    assert store.db.execute("SELECT count(*) FROM record_version").fetchone()[0] == 0
    store.close()


def test_what_is_not_sqlites_error_is_not_explained() -> None:
    assert explained(ValueError("x")) is None
    assert explained(sqlite3.IntegrityError("decision is append-only")) is None


def test_processes_that_open_and_write_at_once_all_succeed(tmp_path: Path) -> None:
    """Eight processes migrate the same empty file and append to it: each row is there, none is there twice."""
    code = (
        "import sys, pathlib\nfrom slr.store.connection import Store\n"
        "store = Store(pathlib.Path(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    with store.writing() as db:\n"
        "        db.execute('INSERT INTO decision"
        " (work_id, stage, reviewer, verdict, decided_at, criteria, prev, hash)'\n"
        "                   \" VALUES ('w', 's', ?, 'include', 'now', '', ?, ?)\","
        " (sys.argv[2], str(n), f'{sys.argv[2]}-{n}'))\n"
    )
    path = tmp_path / "review.sqlite"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path), f"R{i}"], stderr=subprocess.PIPE, text=True)
        for i in range(8)
    ]
    assert [process.communicate()[1] for process in started] == [""] * 8
    store = Store(path)
    assert store.db.execute("SELECT count(DISTINCT hash), count(*) FROM decision").fetchone()[:] == (160, 160)
    store.close()
