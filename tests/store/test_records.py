"""Records as received: versions, heads and hits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.model import CompiledQuery, Record
from slr.store import records, runs
from slr.store.connection import Store
from slr.store.runs import Run

BUZZ = Record(
    "s:1", "s", "Local buzz", ("Bathelt, H.",), 2004, retracted=False, ids={"pmid": "7"}, references=("a", "b")
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "review.sqlite")
    with opened.writing() as db:
        runs.begin(db, Run("r", "search", "2026", None, "running", "", "", False, "0"))
        runs.add_queries(db, "r", [CompiledQuery("s", part, 2, "q", "", 0) for part in (1, 2)])
    yield opened
    opened.close()


def add(store: Store, *found: Record, query: int = 1, first_rank: int = 1) -> int:
    with store.writing() as db:
        places = range(len(found))
        return records.add(db, query, found, positions=places, first_rank=first_rank, exchange_id=None)


def versions(store: Store) -> int:
    return int(store.db.execute("SELECT count(*) FROM record_version").fetchone()[0])


def hits(store: Store) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.db.execute("SELECT query_id, record_id, rank, version_id FROM hit")]


def test_a_record_comes_back_as_it_was_given(store: Store) -> None:
    full = replace(
        BUZZ, venue="Progress", volume="28", issue="1", pages="31–56", doi="10.1/x", type="article", language="en",
        abstract="Über\n\u2028 lines", keywords=("cluster", "buzz"), url="https://x", origin="citation", retracted=None,
    )  # fmt: skip
    add(store, full)
    assert records.get(store.db, "s:1") == full
    assert list(records.every(store.db)) == [full]
    assert list(records.bibliography(store.db)) == [replace(full, abstract=None, keywords=(), references=())]
    assert records.get(store.db, "s:2") is None


def test_the_same_content_again_adds_nothing(store: Store) -> None:
    assert add(store, BUZZ) == 1
    assert add(store, BUZZ, query=2) == 0
    assert versions(store) == 1 and records.count(store.db) == 1
    assert hits(store) == [(1, "s:1", 1, 1), (2, "s:1", 1, 1)]


def test_changed_content_adds_a_version_and_the_old_one_coming_back_moves_the_head_back(store: Store) -> None:
    changed = replace(BUZZ, retracted=True)
    assert [add(store, BUZZ), add(store, changed, query=2), add(store, changed, query=2)] == [1, 0, 0]
    assert versions(store) == 2 and records.get(store.db, "s:1") == changed
    assert add(store, BUZZ, query=2) == 0
    assert versions(store) == 2 and records.get(store.db, "s:1") == BUZZ


def test_a_hit_keeps_the_rank_and_the_version_it_came_with_first(store: Store) -> None:
    add(store, BUZZ)
    add(store, replace(BUZZ, title="Another"), first_rank=50)
    assert hits(store) == [(1, "s:1", 1, 1)]


def test_a_hit_of_a_query_that_does_not_exist_is_an_error_and_keeps_nothing(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        add(store, BUZZ, query=99)
    assert versions(store) == 0 and records.count(store.db) == 0


@given(st.lists(st.sampled_from([BUZZ, replace(BUZZ, year=2005), replace(BUZZ, doi="10.1/x")]), min_size=1, max_size=8))
def test_whatever_the_order_of_sightings_the_head_is_the_last_and_versions_are_the_distinct_ones(
    seen: list[Record],
) -> None:
    store = Store(Path(":memory:"))
    with store.writing() as db:
        runs.begin(db, Run("r", "search", "2026", None, "running", "", "", False, "0"))
        runs.add_queries(db, "r", [CompiledQuery("s", 1, 1, "q", "", 0)])
    new = sum(add(store, record) for record in seen)
    assert new == 1
    assert records.get(store.db, "s:1") == seen[-1]
    assert versions(store) == len(set(map(Record.content_hash, seen)))
    store.close()


def test_an_unattributed_hit_of_a_search_is_counted_until_it_is_matched(store: Store) -> None:
    add(store, BUZZ, replace(BUZZ, record_id="s:2"))
    assert len(records.unmatched(store.db, "m1", "", 9)) == records.stale_matches(store.db, "m1") == 2
    assert len(records.unmatched(store.db, "m1", "", 1)) == len(records.unmatched(store.db, "m1", "s:1", 9)) == 1
    with store.writing() as db:
        records.set_matches(db, [("s:1", 1, "m1", True, ((0,), (1, 2))), ("s:2", 2, "m1", False, ((0,), ()))])
    assert records.stale_matches(store.db, "m1") == 0 and not records.unmatched(store.db, "m1", "", 9)
    assert records.stale_matches(store.db, "m2") == len(records.unmatched(store.db, "m2", "", 9)) == 2
    assert records.matches(store.db) == {"s:1": ((0,), (1, 2)), "s:2": ((0,), ())}
    assert records.unattributed(store.db) == 1
    add(store, replace(BUZZ, title="Another"))
    assert [one.record.record_id for one in records.unmatched(store.db, "m1", "", 9)] == ["s:1"]
    assert records.stale_matches(store.db, "m1") == 1
