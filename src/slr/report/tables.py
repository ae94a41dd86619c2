"""The tables people read: records.csv, works.csv, matrix.csv; ordered by id, the same bytes for the same review."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slr.formats.writing import listed
from slr.merged import Merged, merge
from slr.model import Record
from slr.report.standing import Standing
from slr.review import Review
from slr.store import enrichment, records, works

if TYPE_CHECKING:
    import pandas as pd

SETS = ("all", "works", "included", "excluded", "unscreened", "conflict", "not-retrieved")


CHUNK = 2_000
"""Rows held at a time while a table is written."""

Row = dict[str, object]


def write_csv(rows: Iterable[Row], columns: Sequence[str], path: Path) -> int:
    """Write rows as CSV, whole or not at all; returns how many. UTF-8 with a mark (so that Excel reads it).

    However long the table, only a part of it is held in memory.
    """
    import pandas as pd

    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    written, remaining = 0, iter(rows)
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        pd.DataFrame(columns=list(columns)).to_csv(file, index=False, lineterminator="\n")
        while chunk := list(itertools.islice(remaining, CHUNK)):
            table = pd.DataFrame(chunk, columns=list(columns), dtype=object).map(_guarded)
            table.to_csv(file, index=False, header=False, lineterminator="\n")
            written += len(chunk)
    part.replace(path)
    return written


def _guarded(value: object) -> object:
    """A cell that a spreadsheet would run as a formula gets an apostrophe (OWASP: CSV injection).

    So does one that begins with apostrophes before such a sign: an import takes one away, and gives back what was.
    """
    return "'" + value if isinstance(value, str) and len(value) > 1 and _FORMULA.match(value) else value


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
BIBLIOGRAPHY = (
    "title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "type", "language", "retracted", "abstract",
    "keywords",
)  # fmt: skip
RECORD_COLUMNS = (
    "record_id", "work_id", *BIBLIOGRAPHY, "origin", "source", "run", "part", "rank", "exchange", "position", "cells",
)  # fmt: skip


def record_rows(review: Review) -> Iterator[Row]:
    """One row a record (by id): as the source described it, where it came from, its work, in how many cells it lies."""
    db = review.store.db
    work_of, matches = works.memberships(db), records.matches(db)
    came = records.first_hits(db)
    for record in records.every(db):
        yield {
            "record_id": record.record_id,
            "work_id": work_of.get(record.record_id, ""),
            **_bibliography(record),
            "origin": record.origin,
            "source": record.source,
            **came[record.record_id],
            "cells": math.prod(map(len, matches.get(record.record_id, ((),)))),
        }


def _bibliography(record: Record) -> dict[str, object]:
    return {
        "title": record.title,
        "authors": "; ".join(record.authors),
        "year": record.year if record.year is not None else "",
        "venue": record.venue or "",
        "volume": record.volume or "",
        "issue": record.issue or "",
        "pages": record.pages or "",
        "doi": record.doi or "",
        "type": record.type or "",
        "language": record.language or "",
        "retracted": {True: "yes", False: "no", None: ""}[record.retracted],
        "abstract": record.abstract or "",
        "keywords": listed(record.keywords),
    }


def work_columns(review: Review) -> list[str]:
    """The columns of works.csv: those of every review, one for each axis of the matrix and each stage."""
    axes = [axis.name for axis in review.matrix(review.variants_in_force()).axes]
    stages = [stage.name for stage in review.config.stages]
    counts = ["records", "sources", "origins", "filled_in", "came_from"]
    return ["work_id", "status", *BIBLIOGRAPHY, *counts, *axes, "marked_by", *stages, "reason", "votes"]


def work_rows(review: Review, subset: str = "works") -> Iterator[Row]:
    """One row a work (by id): merged description, records and sources, phrases found, criteria, votes and outcomes.

    ``subset``: works (all), included, excluded (at any stage, by people or criteria), unscreened (waiting or conflict),
    conflict, not-retrieved.
    """
    return (work.row for work in works_in(review, subset))


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A work: its row of works.csv, its merged description, and the records that it was merged from."""

    row: Row
    record: Record
    members: Sequence[Record]


def works_in(review: Review, subset: str = "works") -> Iterator[WorkRow]:
    """The works of a set (see ``work_rows``) by id; one is held at a time."""
    rows = _Rows(review)
    for work, members in records.by_work(review.store.db):
        merged = merge(members, rows.filled.get(work))
        row = rows.row(work, merged, members)
        if _in_set(row, subset):
            yield WorkRow(row, merged.record, members)


def _in_set(row: Mapping[str, object], subset: str) -> bool:
    status = str(row["status"])
    if subset == "unscreened":
        return status in ("waiting", "conflict")
    return subset in ("all", "works") or status.startswith(subset)


class _Rows:
    """What the rows of works.csv need of the whole review, read once."""

    def __init__(self, review: Review) -> None:
        db = review.store.db
        self.matrix = review.matrix(review.variants_in_force())
        self.matches = records.matches(db)
        self.filled = enrichment.filled(db)
        self.standing = Standing(review)

    def row(self, work: str, merged: Merged, members: Sequence[Record]) -> Row:
        standing = self.standing
        return {
            "work_id": work,
            "status": standing.status(work),
            **_bibliography(merged.record),
            "records": len(members),
            "sources": "; ".join(sorted({r.source for r in members})),
            "origins": "; ".join(sorted({r.origin for r in members})),
            "filled_in": "; ".join(f"{name}: {one.source}, {one.at[:10]}" for name, one in merged.filled.items()),
            "came_from": merged.whose() if len(members) > 1 else "",
            **{axis.name: self._phrases(i, members) for i, axis in enumerate(self.matrix.axes)},
            "marked_by": "; ".join(rule for rule, _ in standing.marked.get(work, [])),
            **{s.name: result for s, result in zip(standing.stages, standing.outcomes(work), strict=True)},
            "reason": standing.reason(work),
            "votes": self._votes(work),
        }

    def _phrases(self, axis: int, members: Sequence[Record]) -> str:
        found = {n for r in members for n in (self.matches.get(r.record_id) or ((),) * (axis + 1))[axis]}
        return "; ".join(self.matrix.axes[axis].phrases[n].text for n in sorted(found))

    def _votes(self, work: str) -> str:
        said = [(s.name, v) for s in self.standing.stages for v in self.standing.votes(work, s.name)]
        return "; ".join(
            f"{stage} {v.reviewer}: {v.verdict}" + (f" ({v.reason})" if v.reason else "") for stage, v in said
        )


def work_lines(review: Review, ids: Sequence[str]) -> pd.DataFrame:
    """id, title, authors, year, doi, source of each record or work id, in the given order."""
    import pandas as pd

    db = review.store.db
    filled = enrichment.filled(db)
    rows = []
    for name in ids:
        found = records.get(db, name) or merge(records.of_work(db, name), filled.get(name)).record
        line = {key: _bibliography(found)[key] for key in ("title", "authors", "year", "venue", "doi")}
        rows.append({"id": name, **line, "source": found.source})
    return pd.DataFrame(rows, columns=["id", "title", "authors", "year", "venue", "doi", "source"])


def json_text(document: object) -> str:
    """A JSON document as it is written to outputs/: readable, sorted by nothing but its own order."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
