"""Frozen versions in the store: written once, read back as they were, whatever the review becomes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slr.model import CompiledQuery, Record
from slr.store import records, runs, versions, works
from slr.store.connection import Store
from slr.store.runs import Run
from slr.store.versions import Frozen, FrozenRecord, Head, Included, Version
from slr.store.works import Assignment

BUZZ = Record("s:1", "s", "Local buzz", doi="10.1/x")
PIPES = Record("s:2", "s", "Global pipelines")
WORK = works.work_id_of("s:1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "review.sqlite")
    with opened.writing() as db:
        runs.begin(db, Run("r", "search", "2026", None, "running", "", "", False, "0"))
        runs.add_queries(db, "r", [CompiledQuery("s", 1, 1, "q", "", 0)])
    seen(opened, BUZZ, PIPES)
    with opened.writing() as db:
        works.found(db, ["s:1"], "now")
        works.assign(db, [Assignment(name, WORK, "x", 1.0) for name in ("s:1", "s:2")], who="slr", at="now")
        records.set_matches(db, [("s:1", 1, "m", True, ((0,), (0,)))])
    yield opened
    opened.close()


def seen(store: Store, *found: Record) -> None:
    with store.writing() as db:
        records.add(db, 1, found, positions=range(len(found)), first_rank=1, exchange_id=None)


def frozen(store: Store, name: str = "v1") -> Frozen:
    included = Included(WORK, WORK, "Local buzz", 2004, ("s:1", "s:2"), ("10.1/x",), ("pmid:7",))
    version = Version(
        name, "2026", "c", "m", "k", True, "0.1", "r", {"boxes": {"new_studies": 1}}, (included,),
        {"Anna": Head(2, "ab")}, ("1 record waits",), "sum",
    )  # fmt: skip
    return Frozen(version, versions.present_records(store.db), {"new_studies": (WORK,)}, {"a.yaml": b"\xc3\xa4\x00"})


def keep(store: Store, one: Frozen) -> None:
    with store.writing() as db:
        versions.add(db, one)


def test_a_version_comes_back_as_it_was_frozen(store: Store) -> None:
    one = frozen(store)
    assert one.records == {
        "s:1": FrozenRecord(BUZZ.content_hash(), WORK, True),
        "s:2": FrozenRecord(PIPES.content_hash(), WORK, None),
    }
    keep(store, one)
    assert versions.thawed(store.db, "v1") == one
    assert versions.latest(store.db) == versions.get(store.db, "v1") == one.version
    assert one.version.decisions == 2


def test_a_version_stays_when_records_change_and_works_are_split(store: Store) -> None:
    one = frozen(store)
    keep(store, one)
    seen(store, replace(BUZZ, title="Local buzz: a correction"))
    with store.writing() as db:
        works.found(db, ["s:2"], "now")
        works.assign(db, [Assignment("s:2", works.work_id_of("s:2"), "x", 1.0)], who="slr", at="now")
    assert versions.thawed(store.db, "v1") == one
    now = versions.present_records(store.db)
    assert now["s:1"].content_hash != one.records["s:1"].content_hash and now["s:1"].attributed is None
    assert now["s:2"].work_id == works.work_id_of("s:2")


def test_versions_are_listed_in_the_order_they_were_frozen_and_a_name_is_taken_once(store: Store) -> None:
    assert versions.latest(store.db) is None and versions.versions(store.db) == []
    assert versions.get(store.db, "v1") is None and versions.thawed(store.db, "v1") is None
    keep(store, frozen(store, "z"))
    keep(store, frozen(store, "a"))
    assert [v.name for v in versions.versions(store.db)] == ["z", "a"]
    latest = versions.latest(store.db)
    assert latest and latest.name == "a"
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        keep(store, frozen(store, "z"))
    assert len(versions.versions(store.db)) == 2


@pytest.mark.parametrize("table", ["version", "version_record", "version_box", "version_file"])
def test_nothing_of_a_version_can_be_changed_deleted_or_replaced(store: Store, table: str) -> None:
    keep(store, frozen(store))
    before = store.db.execute(f"SELECT * FROM {table}").fetchall()
    for statement in (
        f"UPDATE {table} SET seq = 9", f"DELETE FROM {table}", f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(statement)
    assert store.db.execute(f"SELECT * FROM {table}").fetchall() == before
