"""A store as rows: nothing but abstracts is lost, and rows that do not fit the store's rules are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.errors import StoreError
from slr.model import CompiledQuery, Record
from slr.store import dump, enrichment, records, runs, works
from slr.store.connection import Store
from slr.store.enrichment import Told
from slr.store.runs import Run
from slr.store.works import Assignment, Mark

RECORDS = (Record("s:1", "s", "Buzz", abstract="Ours alone"), Record("s:2", "s", "Pipelines\u2028", doi="10.1/x"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "review.sqlite")
    with opened.writing() as db:
        runs.begin(db, Run("r", "search", "2026", None, "running", "", "", False, "0"))
        runs.add_queries(db, "r", [CompiledQuery("s", 1, 1, "q", "", 0)])
        records.add(db, 1, RECORDS, positions=[0, 1], first_rank=1, exchange_id=None)
        works.found(db, ["s:1"], "now")
        one = works.work_id_of("s:1")
        works.assign(db, [Assignment("s:1", one, "x", 1.0), Assignment("s:2", one, "x", 0.5)], who="slr", at="now")
        works.add_marks(db, [Mark(one, "old", "ineligible", "1950")], criteria="c", at="now")
        works.add_marks(db, [Mark(one, "old", "eligible", "")], criteria="d", at="later")
        enrichment.begin(db, "e", "now")
        enrichment.add(
            db, "e", [Told(one, "abstract", "Theirs", "c", "x", "now"), Told(one, "doi", "10.1/y", "c", "x", "now")]
        )
        db.execute("INSERT INTO version VALUES (1, 'v', 'now', '', '', '', 0, '', NULL, '{}', '[]', '{}', '[]', '')")
        db.execute("INSERT INTO version_file VALUES (1, 'a.yaml', ?)", (b"\x00\xff",))
    yield opened
    opened.close()


def dumped(store: Store) -> dict[str, list[dump.Row]]:
    plain = {table: list(dump.rows(store.db, table)) for table in dump.tables(store.db)}
    return json.loads(json.dumps(plain))  # type: ignore[no-any-return]  # as a file would hold them


def test_a_store_filled_from_its_rows_has_the_same_rows(store: Store, tmp_path: Path) -> None:
    before = dumped(store)
    other = Store(tmp_path / "other.sqlite")
    with other.writing() as db:
        dump.fill(db, before)
    assert dumped(other) == before
    assert works.memberships(other.db) == works.memberships(store.db) and works.ineligible(other.db) == {}
    assert bytes(other.db.execute("SELECT content FROM version_file").fetchone()[0]) == b"\x00\xff"
    other.close()


def test_no_row_has_an_abstract(store: Store) -> None:
    text = json.dumps(dumped(store))
    assert "Ours alone" not in text and "Theirs" not in text and "10.1/y" in text and "Buzz" in text


def test_what_follows_from_events_is_known_from_the_triggers(store: Store) -> None:
    assert {"membership", "mark"} <= dump.derived(store.db)
    assert not dump.derived(store.db) & {"decision", "membership_event", "mark_event", "record_version", "version"}


def test_a_table_comes_after_those_whose_rows_it_names(store: Store) -> None:
    order = dump.tables(store.db)
    assert (
        order.index("record_version")
        < order.index("record_head")
        < order.index("work")
        < order.index("membership_event")
    )
    assert len(order) == len(set(order)) and {"decision", "version", "update_finding"} <= set(order)


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("work", {"founder": None}, "the table work, row 1"),
        ("run", {"status": "dreaming"}, "the table run, row 1"),
        ("record_version", {"no_such": 1}, "the table record_version, row 1"),
        ("membership_event", {"work_id": "W0"}, "the table membership_event, row 1"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_are_refused_and_nothing_is_kept(
    store: Store, tmp_path: Path, table: str, change: dict[str, object], words: str
) -> None:
    rows = dumped(store)
    rows[table][0] |= change
    other = Store(tmp_path / "other.sqlite")
    with pytest.raises(StoreError, match=words), other.writing() as db:
        dump.fill(db, rows)
    assert not any(dumped(other).values())
    other.close()
