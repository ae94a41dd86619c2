"""What other sources told of works beside what records state: the only writer of enrichment and enrichment_run."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from slr.merged import Filled
from slr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class EnrichmentRun:
    """One asking for what is missing."""

    run_id: str
    started_at: str
    finished_at: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a source told of a work: ``value`` is a DOI, an abstract, a tuple of ids, or a bool, as ``field`` says."""

    work_id: str
    field: str
    value: object
    source: str
    exchange_id: str
    at: str


def begin(db: Connection, run_id: str, at: str) -> None:
    """Keep a new run; one with this id that exists stays as it is."""
    db.execute(
        "INSERT INTO enrichment_run (run_id, started_at, status) VALUES (?, ?, 'running') ON CONFLICT DO NOTHING",
        (run_id, at),
    )


def end(db: Connection, run_id: str, status: str, at: str) -> None:
    """Mark a run as complete or incomplete."""
    db.execute("UPDATE enrichment_run SET status = ?, finished_at = ? WHERE run_id = ?", (status, at, run_id))


def latest(db: Connection) -> EnrichmentRun | None:
    """The run that was begun last, or None."""
    row = db.execute("SELECT * FROM enrichment_run ORDER BY started_at DESC, run_id DESC LIMIT 1").fetchone()
    return EnrichmentRun(**dict(row)) if row else None


def get(db: Connection, run_id: str) -> EnrichmentRun | None:
    """The run of that id, or None."""
    row = db.execute("SELECT * FROM enrichment_run WHERE run_id = ?", (run_id,)).fetchone()
    return EnrichmentRun(**dict(row)) if row else None


def add(db: Connection, run_id: str, told: Iterable[Told]) -> int:
    """Append what was told, once per run, work, field and source; returns how many were new."""
    before = _count(db)
    db.executemany(
        "INSERT INTO enrichment (run_id, work_id, field, value, source, exchange_id, at) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM enrichment "
        "WHERE run_id = ?1 AND work_id = ?2 AND field = ?3 AND source = ?5)",
        (
            (run_id, t.work_id, t.field, json.dumps(t.value, ensure_ascii=False), t.source, t.exchange_id, t.at)
            for t in told
        ),
    )
    return _count(db) - before


def _count(db: Connection) -> int:
    return int(db.execute("SELECT count(*) FROM enrichment").fetchone()[0])


def filled(db: Connection, *, without_run: str = "", sources: Iterable[str] = ()) -> dict[str, dict[str, Filled]]:
    """work_id → field → the value that counts where no record states one.

    Of several sources' values the one that was told first counts, so that nothing changes what was there; a work is
    retracted if any source says so. Of the run ``without_run`` only what ``sources`` told is looked at.
    """
    known = frozenset(sources)
    found: dict[str, dict[str, Filled]] = defaultdict(dict)
    for row in db.execute("SELECT * FROM enriched ORDER BY seq"):
        if row["run_id"] == without_run and row["source"] not in known:
            continue
        there, value = found[row["work_id"]].get(row["field"]), json.loads(row["value"])
        if there is None or (row["field"] == "retracted" and value):
            one = tuple(value) if isinstance(value, list) else value
            found[row["work_id"]][row["field"]] = Filled(one, row["source"], row["exchange_id"], row["at"])
    return dict(found)


def by_run(db: Connection, run_id: str) -> dict[str, dict[str, int]]:
    """field → source → how many works a run filled it for."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = db.execute(
        "SELECT field, source, count(*) FROM enrichment WHERE run_id = ? GROUP BY field, source ORDER BY field, source",
        (run_id,),
    )
    for field, source, n in rows:
        found[field][source] = n
    return dict(found)
