"""Review folders that know records with ids of the test's own choosing, and who is one work with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slr.dedup.stage import dedupe
from slr.model import CompiledQuery, Record
from slr.review import Review
from slr.store import records, runs, works
from slr.store.runs import Run
from tests.support.imported import opened

TITLE = "Local buzz and global pipelines"


def paper(record_id: str, title: str = TITLE, **fields: Any) -> Record:
    """By default everything says that two papers are one publication."""
    given: dict[str, Any] = {"authors": ("Bathelt, H.",), "year": 2004} | fields
    return Record(record_id, record_id.partition(":")[0], title, **given)


@contextmanager
def knowing(folder: Path, *found: Record) -> Iterator[Review]:
    """A review that has these records and has grouped them."""
    with opened(folder) as review:
        bring(review, found)
        dedupe(review)
        yield review


def bring(review: Review, found: Sequence[Record], name: str = "") -> None:
    """Put records into the store as a search of their sources would."""
    run_id = f"search-{name or len(runs.every(review.store.db))}"
    with review.store.writing() as db:
        runs.begin(db, Run(run_id, "search", review.now(), review.now(), "complete", "", "", False, "0"))
        for source in sorted({record.source for record in found}):
            runs.add_queries(db, run_id, [CompiledQuery(source, 1, 1, "x", "", 0)])
            (query,) = (q for q in runs.queries(db, run_id) if q.source == source)
            mine = [record for record in found if record.source == source]
            places = list(range(len(mine)))
            records.add(db, query.query_id, mine, positions=places, first_rank=1, exchange_id=None)


def groups(review: Review) -> set[frozenset[str]]:
    """The records of each work."""
    found: dict[str, set[str]] = {}
    for record_id, work_id in works.memberships(review.store.db).items():
        found.setdefault(work_id, set()).add(record_id)
    return {frozenset(members) for members in found.values()}


def partition(*sides: str) -> set[frozenset[str]]:
    """``partition("a:1 b:1", "c:1")``."""
    return {frozenset(side.split()) for side in sides}


def work_of(review: Review, record_id: str) -> str:
    return works.memberships(review.store.db)[record_id]
