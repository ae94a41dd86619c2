"""What was said of studies, as it holds when works are merged and split."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from slr.store import studies
from slr.store.works import work_id_of
from tests.store.test_decisions import put, with_works

A, B, C, D = map(work_id_of, "abcd")


def test_what_was_said_last_of_a_work_holds(tmp_path: Path) -> None:
    store = with_works(tmp_path, *"abcd")
    with store.writing() as db:
        studies.append(db, [A, B], "S1", "Trial", None, "Anna", "now")
        studies.append(db, [C, D], "S2", None, "same data", "Ben", "later")
        studies.append(db, [B], None, None, None, "Ben", "last")
    assert studies.study_of(store.db) == {A: "S1", C: "S2", D: "S2"}
    assert [(link.work_id, link.name, link.who) for link in studies.links(store.db)] == [
        (A, "Trial", "Anna"),
        (C, None, "Ben"),
        (D, None, "Ben"),
    ]
    assert studies.events(store.db) == 5


def test_merged_works_bring_their_studies_together_and_split_again_they_part(tmp_path: Path) -> None:
    store = with_works(tmp_path, *"abcd")
    with store.writing() as db:
        studies.append(db, [A, B], "S2", None, None, "Anna", "now")
        studies.append(db, [C, D], "S1", None, None, "Anna", "now")
        put(db, {"a": "a", "b": "b", "c": "b", "d": "d"})
    assert studies.study_of(store.db) == {A: "S1", B: "S1", D: "S1"}
    with store.writing() as db:
        put(db, {"c": "c"})
    assert studies.study_of(store.db) == {A: "S2", B: "S2", C: "S1", D: "S1"}


def test_what_was_said_is_never_changed(tmp_path: Path) -> None:
    store = with_works(tmp_path, "a")
    with store.writing() as db:
        studies.append(db, [A], "S1", None, None, "Anna", "now")
    for statement in (
        "UPDATE study_event SET study_id = 'S2'",
        "DELETE FROM study_event",
        "INSERT OR REPLACE INTO study_event SELECT seq, work_id, 'S2', name, note, who, at FROM study_event",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute(statement)
