"""Works: who founded them, who is in them, and what happened to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.store import records, works
from slr.store.connection import Store
from tests.store.test_decisions import put, with_works


def test_a_work_keeps_its_founder_and_tells_its_records_travels(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a", "b", "c")
    a, b = works.work_id_of("a"), works.work_id_of("b")
    with store.writing() as db:
        put(db, {"b": "a"})
        put(db, {"b": "b"})
        put(db, {"c": "a"})
    assert works.members(store.db, a) == ["a", "c"] and works.members(store.db, b) == ["b"]
    assert works.founder(store.db, a) == "a"
    assert works.founded_by(store.db, ["a", "c", "z"]) == {"a": a, "c": works.work_id_of("c")}
    told = [(row["record_id"], row["work_id"]) for row in works.travels(store.db, a)]
    assert told == [("a", a), ("c", works.work_id_of("c")), ("b", a), ("c", a)]
    store.close()


def steps(store: Store, work: str) -> int:
    """How many steps SQLite takes to read a record, and those of a work."""
    taken = [0]

    def count() -> int:
        taken[0] += 1
        return 0

    store.db.set_progress_handler(count, 1)
    assert records.get(store.db, "a") == records.of_work(store.db, work)[0]
    assert [one.record_id for one in records.bibliography_of(store.db, ["a", "b"])] == ["a", "b"]
    store.db.set_progress_handler(None, 1)
    return taken[0]


def test_reading_a_few_records_takes_as_long_in_a_large_store_as_in_a_small_one(tmp_path: Path) -> None:
    small = with_works(tmp_path / "small", "a", "b", "c")
    large = with_works(tmp_path / "large", "a", "b", *(f"c{n}" for n in range(2_000)))
    assert steps(large, works.work_id_of("a")) == pytest.approx(steps(small, works.work_id_of("a")), abs=50)
    small.close()
    large.close()
