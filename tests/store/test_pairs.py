"""Doubtful pairs and people's verdicts on pairs: the last one counts, all stay."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from slr.store import pairs, works
from tests.store.test_decisions import put, with_works


def test_the_last_verdict_on_a_pair_counts_and_all_are_told(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a", "b", "c")
    with store.writing() as db:
        pairs.say(db, [("b", "a")], "distinct", how="split", reviewer="Anna", at="1")
        pairs.say(db, [("a", "b"), ("b", "c")], "duplicate", how="merge", reviewer="Ben", at="2")
    found = pairs.standing(store.db)
    assert {pair: (s.verdict, s.reviewer) for pair, s in found.items()} == {
        ("a", "b"): ("duplicate", "Ben"),
        ("b", "c"): ("duplicate", "Ben"),
    }
    assert [(s.a, s.b, s.verdict, s.how) for s in pairs.said_of(store.db, ["a"])] == [
        ("a", "b", "distinct", "split"),
        ("a", "b", "duplicate", "merge"),
    ]
    store.close()


def test_a_doubt_is_asked_about_only_while_its_records_are_two_works(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a", "b", "c")
    with store.writing() as db:
        pairs.doubt(db, [("b", "a", "like", 80.0), ("a", "c", "like", 90.0)], "now")
        pairs.doubt(db, [("a", "b", "other", 95.0)], "later")
    assert [(d.a, d.b, d.rule, d.score) for d in pairs.doubted(store.db)] == [
        ("a", "b", "other", 95.0),
        ("a", "c", "like", 90.0),
    ]
    with store.writing() as db:
        put(db, {"a": "a", "b": "a"})
    (left,) = pairs.doubted(store.db)
    assert (left.a, left.b) == ("a", "c")
    assert left.works == pairs.pair(works.work_id_of("a"), works.work_id_of("c"))
    store.close()


@pytest.mark.parametrize("a, b", [("b", "a"), ("a", "a")])
def test_a_pair_is_two_records_the_smaller_first(tmp_path: Path, a: str, b: str) -> None:
    store = with_works(tmp_path, "a", "b")
    with pytest.raises(sqlite3.IntegrityError):
        store.db.execute(
            "INSERT INTO pair_verdict (a, b, verdict, how, reviewer, at) VALUES (?, ?, 'distinct', 'split', 'A', '1')",
            (a, b),
        )
    store.close()


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_verdict_on_a_pair_is_never_changed(tmp_path: Path, recursive: str) -> None:
    store = with_works(tmp_path, "a", "b")
    with store.writing() as db:
        pairs.say(db, [("a", "b")], "distinct", how="verdict", reviewer="Anna", at="1")
    raw = sqlite3.connect(store.path, isolation_level=None)
    raw.execute(f"PRAGMA recursive_triggers = {recursive}")
    again = (
        " INTO pair_verdict (seq, a, b, verdict, how, reviewer, at) VALUES (1,'a','b','duplicate','merge','Ben','2')"
    )
    for statement in (
        "UPDATE pair_verdict SET verdict = 'duplicate'",
        "DELETE FROM pair_verdict",
        f"INSERT OR REPLACE{again}",
        f"INSERT OR IGNORE{again}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    raw.close()
    assert pairs.standing(store.db)[("a", "b")].verdict == "distinct"
    store.close()
