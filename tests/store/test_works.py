"""Works: who founded them, who is in them, and what happened to them."""

from __future__ import annotations

from pathlib import Path

from slr.store import works
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
