"""Reviews for tests and benchmarks of citation searching: works taken in as hits, included, followed, screened."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from slr.dedup.stage import dedupe
from slr.model import CompiledQuery
from slr.review import Review
from slr.screening.decisions import Ruling, decide_all
from slr.sources.openalex import plain_abstract
from slr.sources.openalex_works import read_work, work_id
from slr.store import records, runs
from slr.store.runs import Run
from tests.support.data import shared

STAGES = ("title-abstract", "full-text")


def take_in(review: Review, works: Iterable[dict[str, Any]], source: str = "openalex") -> None:
    """Keep works in OpenAlex's form as if a search had returned them."""
    with review.store.writing() as db:
        n = len(runs.every(db))
        run = Run(f"search-{n}", "search", review.now(), review.now(), "complete", "", "", False, "0")
        runs.begin(db, run)
        runs.add_queries(db, run.run_id, [CompiledQuery(source, 1, 1, "all", "", 0)])
        query = runs.queries(db, run.run_id)[-1]
        found = [read_work(work, source, plain_abstract) for work in works]
        records.add(db, query.query_id, found, positions=range(len(found)), first_rank=1, exchange_id=None)
        runs.advance(db, query.query_id, total=len(found), next_cursor=None, asked_on=review.now(), notes=())


def screen(review: Review, include: Iterable[str], exclude: Iterable[str] = (), reviewer: str = "A") -> None:
    """Group what is there, include some works (named by a record or work) in both stages, exclude others at once."""
    dedupe(review)
    included, excluded = sorted(include), sorted(exclude)
    rulings = [Ruling(name, "include") for name in included] + [Ruling(name, "exclude") for name in excluded]
    if rulings:
        decide_all(review, rulings, stage=STAGES[0], reviewer=reviewer)
    if included:
        decide_all(review, [Ruling(name, "include") for name in included], stage=STAGES[1], reviewer=reviewer)


def numbers(review: Review, origin: str = "citation") -> set[str]:
    """``W…`` of the records that came by this way."""
    return {r.ids["openalex"] for r in records.bibliography(review.store.db) if r.origin == origin}


def labels(name: str) -> dict[str, bool]:
    """``W…`` → included, of a screened review of the shared data."""
    with shared(f"works/{name}/labels.csv").open(encoding="utf-8") as file:
        rows: Sequence[dict[str, str]] = list(csv.DictReader(file))
    found: dict[str, bool] = {}
    for row in rows:
        if row["openalex_id"]:
            number = work_id(row["openalex_id"])
            found[number] = found.get(number, False) or row["label_included"] == "1"
    return found
