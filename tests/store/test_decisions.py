"""What becomes of decisions when the works they were made on are merged and split."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from slr.model import Decision
from slr.store import connection, decisions, guards, works
from slr.store.connection import Connection, Store
from slr.store.works import Assignment


def with_works(folder: Path, *names: str) -> Store:
    """A store in which each record founds a work of its own."""
    store = Store(folder / "review.sqlite")
    with store.writing() as db:
        for n, name in enumerate(names, start=1):
            db.execute(
                "INSERT INTO record_version (version_id, record_id, content_hash, source, origin, title, authors,"
                " keywords, ids, cites) VALUES (?, ?, '', 's', 'database', '', '[]', '[]', '{}', '[]')",
                (n, name),
            )
            db.execute("INSERT INTO record_head VALUES (?, ?)", (name, n))
        works.found(db, names, "now")
        put(db, {name: name for name in names})
    return store


def put(db: Connection, founder_of: dict[str, str]) -> None:
    found = (Assignment(record, works.work_id_of(founder), "x", 1.0) for record, founder in founder_of.items())
    works.assign(db, found, who="test", at="now")


def vote(db: Connection, record: str, verdict: str, reviewer: str = "Anna", n: int = 0) -> None:
    prev = decisions.head(db, reviewer)
    made = Decision(
        works.work_id_of(record), "s", reviewer, verdict, None, None, "now", "", prev, f"{reviewer}{prev[:3]}{n}"
    )
    decisions.append(db, made)


def standing(store: Store) -> list[tuple[str, str, str]]:
    return [(v.work_id, v.reviewer, v.verdict) for v in decisions.verdicts(store.db)]


def test_a_decision_goes_where_the_record_goes_that_founded_its_work_and_comes_back(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a", "b")
    a, b = works.work_id_of("a"), works.work_id_of("b")
    with store.writing() as db:
        vote(db, "a", "include")
    assert standing(store) == [(a, "Anna", "include")]
    with store.writing() as db:
        put(db, {"a": "b"})
    assert standing(store) == [(b, "Anna", "include")]
    assert works.resolve(store.db, a) == works.resolve(store.db, "a") == b
    with store.writing() as db:
        put(db, {"a": "a"})
    assert standing(store) == [(a, "Anna", "include")]
    store.close()


def test_different_decisions_on_works_that_are_merged_both_stand(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a", "b")
    with store.writing() as db:
        vote(db, "a", "include")
        vote(db, "b", "exclude", n=1)
        put(db, {"a": "b"})
    b = works.work_id_of("b")
    assert standing(store) == [(b, "Anna", "include"), (b, "Anna", "exclude")] or standing(store) == [
        (b, "Anna", "exclude"),
        (b, "Anna", "include"),
    ]
    assert decisions.standing_otherwise(store.db, b, "s", "Anna", "exclude", None) == [works.work_id_of("a")]
    assert decisions.standing_otherwise(store.db, b, "s", "Ben", "exclude", None) == []
    assert decisions.standing_otherwise(store.db, b, "s", "Anna", "include", None) == []
    assert decisions.standing_otherwise(store.db, b, "s", "Anna", "include", "x") == [works.work_id_of("a")]
    store.close()


def test_only_the_latest_decision_of_a_reviewer_stands(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a")
    with store.writing() as db:
        vote(db, "a", "include")
        vote(db, "a", "exclude", n=1)
        vote(db, "a", "include", reviewer="Ben")
    a = works.work_id_of("a")
    assert standing(store) == [(a, "Anna", "exclude"), (a, "Ben", "include")]
    assert [d.verdict for d in decisions.log(store.db, "Anna")] == ["include", "exclude"]
    assert decisions.reviewers(store.db) == ["Anna", "Ben"]
    store.close()


def test_nothing_resolves_to_a_work_that_never_was(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a")
    assert works.resolve(store.db, "W000000000000") is None and works.resolve(store.db, "b") is None
    store.close()


def test_a_store_of_before_the_logs_held_more_than_votes_is_brought_up_with_every_line(tmp_path: Path) -> None:
    """The decisions keep their numbers, what stands follows, and the next line ends where the file does."""
    path = tmp_path / "review.sqlite"
    raw = sqlite3.connect(path, isolation_level=None)
    renames = (n for n, text in enumerate(connection.migrations(), start=1) if "RENAME TO decision_before" in text)
    before = next(renames)
    for number, script in enumerate(connection.migrations()[: before - 1], start=1):
        raw.executescript(script)
        raw.execute(f"PRAGMA user_version = {number}")
    raw.execute(f"PRAGMA application_id = {connection.APPLICATION_ID}")
    for n, verdict in enumerate(("include", "exclude"), start=5):
        raw.execute(
            "INSERT INTO decision (seq, work_id, stage, reviewer, verdict, decided_at, criteria, prev, hash) "
            "VALUES (?, 'W', 's', 'Anna', ?, 'now', '', ?, ?)",
            (n, verdict, f"p{n}", f"h{n}"),
        )
    raw.close()
    store = Store(path)
    assert [(e.verdict, e.kind, e.hash) for e in decisions.log(store.db, "Anna")] == [
        ("include", "vote", "h5"), ("exclude", "vote", "h6")
    ]  # fmt: skip
    assert decisions.heads(store.db) == {("W", "s", "Anna", "vote", "h6")}
    size = sum(len(decisions.as_line(e).encode()) for e in decisions.log(store.db, "Anna"))
    assert decisions.end(store.db, "Anna") == size and list(guards.missing(store.db)) == []
    store.close()
