"""Runs, their queries and exchanges, imported files, look-ups of known studies: the only writer of those tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slr.model import CompiledQuery, Exchange, Origin
from slr.store.connection import Connection, Row

RunStatus = Literal["running", "complete", "incomplete"]


@dataclass(frozen=True, slots=True)
class Run:
    """A search or an import at a time, with the hashes of what it was configured with."""

    run_id: str
    kind: str
    started_at: str
    finished_at: str | None
    status: RunStatus
    config_hash: str
    matrix_hash: str
    variants: bool
    slr_version: str


@dataclass(frozen=True, slots=True)
class QueryState:
    """One query of a run and how far it came; ``retrieved`` counts distinct records."""

    query_id: int
    run_id: str
    source: str
    platform: str | None
    origin: Origin
    part: int
    parts: int
    text: str
    url: str | None
    oql: str | None
    asked_on: str | None
    server_total: int | None
    next_cursor: str | None
    status: str
    problem: str | None
    notes: tuple[str, ...]
    retrieved: int


def begin(db: Connection, run: Run) -> None:
    """Keep a new run; a run with this id that exists stays as it is."""
    db.execute(
        "INSERT INTO run (run_id, kind, started_at, finished_at, status, config_hash, matrix_hash, variants, "
        "slr_version) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (run.run_id, run.kind, run.started_at, run.finished_at, run.status, run.config_hash, run.matrix_hash,
         run.variants, run.slr_version),
    )  # fmt: skip


def end(db: Connection, run_id: str, status: RunStatus, at: str) -> None:
    """Mark a run as complete or incomplete."""
    db.execute("UPDATE run SET status = ?, finished_at = ? WHERE run_id = ?", (status, at, run_id))


def every(db: Connection, kind: str | None = None) -> list[Run]:
    """The runs, oldest first."""
    rows = db.execute("SELECT * FROM run WHERE ? IS NULL OR kind = ? ORDER BY started_at, run_id", (kind, kind))
    return [_run(row) for row in rows]


def _run(row: Row) -> Run:
    return Run(**{**dict(row), "variants": bool(row["variants"])})


def latest(db: Connection, kind: str) -> Run | None:
    """The run of this kind that was begun last, or None."""
    found = every(db, kind)
    return found[-1] if found else None


def add_queries(
    db: Connection,
    run_id: str,
    queries: Sequence[CompiledQuery],
    *,
    origin: Origin = "database",
    platform: str | None = None,
    asked_on: str | None = None,
) -> None:
    """Keep the queries of one source in a run; those that exist stay as they are."""
    db.executemany(
        "INSERT INTO query (run_id, source, platform, origin, part, parts, text, url, oql, asked_on, status) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,'pending') ON CONFLICT DO NOTHING",
        [(run_id, q.source, platform, origin, q.part, q.parts, q.text, q.url, q.oql, asked_on) for q in queries],
    )


def queries(db: Connection, run_id: str | None = None) -> list[QueryState]:
    """The queries of a run (of all runs: None), in the order of run, source and part."""
    rows = db.execute(
        "SELECT q.*, (SELECT count(*) FROM hit AS h WHERE h.query_id = q.query_id) AS retrieved FROM query AS q "
        "JOIN run AS r USING (run_id) WHERE ?1 IS NULL OR q.run_id = ?1 "
        "ORDER BY r.started_at, q.run_id, q.source, q.part",
        (run_id,),
    )
    return [QueryState(**{**dict(row), "notes": tuple(json.loads(row["notes"]))}) for row in rows]


def advance(
    db: Connection, query_id: int, *, total: int | None, next_cursor: str | None, asked_on: str, notes: Iterable[str]
) -> None:
    """Note that a page was kept: where the query goes on (``next_cursor`` None: nowhere, it is complete)."""
    status = "complete" if next_cursor is None else "running"
    db.execute(
        "UPDATE query SET server_total = coalesce(?, server_total), next_cursor = ?, status = ?, problem = NULL, "
        "asked_on = coalesce(asked_on, ?) WHERE query_id = ?",
        (total, next_cursor, status, asked_on, query_id),
    )
    for note in notes:
        add_note(db, query_id, note)


def add_note(db: Connection, query_id: int, note: str) -> None:
    """Keep a sentence that a reader of the query's numbers has to know; once."""
    said = json.loads(db.execute("SELECT notes FROM query WHERE query_id = ?", (query_id,)).fetchone()[0])
    if note not in said:
        notes = json.dumps([*said, note], ensure_ascii=False)
        db.execute("UPDATE query SET notes = ? WHERE query_id = ?", (notes, query_id))


def fail(db: Connection, query_id: int, problem: str) -> None:
    """Note why a query stopped; what it has stays, and its cursor with it."""
    db.execute("UPDATE query SET status = 'incomplete', problem = ? WHERE query_id = ?", (problem, query_id))


def add_exchange(db: Connection, exchange: Exchange) -> None:
    """Keep what a page of records came from."""
    db.execute(
        "INSERT INTO exchange VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (exchange.exchange_id, exchange.run_id, exchange.source, exchange.url, exchange.status, exchange.fetched_at,
         exchange.body_sha256, exchange.body_bytes),
    )  # fmt: skip


def add_import(
    db: Connection, run_id: str, *, sha256: str, source: str, name: str, format: str, encoding: str, receipt: object
) -> None:
    """Keep that a file was imported, with its receipt (any JSON)."""
    db.execute(
        "INSERT INTO import_file (file_sha256, source, run_id, name, format, encoding, receipt) VALUES (?,?,?,?,?,?,?)",
        (sha256, source, run_id, name, format, encoding, json.dumps(receipt, ensure_ascii=False)),
    )


def imported(db: Connection, sha256: str, source: str) -> str | None:
    """The run that imported this very file for this source, or None."""
    row = db.execute("SELECT run_id FROM import_file WHERE file_sha256 = ? AND source = ?", (sha256, source)).fetchone()
    return row["run_id"] if row else None


def imported_as(db: Connection, name: str, source: str) -> tuple[str, str] | None:
    """(run, when) of the latest import of a file of this name for this source, whatever it held; None: none."""
    row = db.execute(
        "SELECT run_id, started_at FROM import_file JOIN run USING (run_id) WHERE name = ? AND source = ? "
        "ORDER BY started_at DESC, run_id DESC LIMIT 1",
        (name, source),
    ).fetchone()
    return (row["run_id"], row["started_at"]) if row else None


def file_names(db: Connection) -> dict[str, str]:
    """run → the name of the file that it imported."""
    return {row["run_id"]: row["name"] for row in db.execute("SELECT run_id, name FROM import_file ORDER BY run_id")}


def file_records(db: Connection) -> list[tuple[str, int, str]]:
    """(file name, number of the record in the file from 1, record_id) of every imported record."""
    rows = db.execute(
        "SELECT f.name, h.rank, h.record_id FROM import_file AS f JOIN query AS q USING (run_id) "
        "JOIN hit AS h USING (query_id) ORDER BY f.name, h.rank"
    )
    return [(row[0], row[1], row[2]) for row in rows]


def hit_by(db: Connection, query_id: int) -> set[str]:
    """The records that a query has hit so far."""
    return {row[0] for row in db.execute("SELECT record_id FROM hit WHERE query_id = ?", (query_id,))}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a source holds of a known study: a record and its phrase indexes per axis, or (record_id None) nothing."""

    study: str
    source: str
    run_id: str
    record_id: str | None
    title: str | None
    axes: tuple[tuple[int, ...], ...] | None


def add_finding(db: Connection, finding: Finding) -> None:
    """Keep what a look-up of a known study found."""
    db.execute(
        "INSERT INTO known_finding (study, source, run_id, record_id, title, axes) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        (finding.study, finding.source, finding.run_id, finding.record_id, finding.title,
         None if finding.axes is None else json.dumps(finding.axes)),
    )  # fmt: skip


def findings(db: Connection) -> list[Finding]:
    """The look-ups of known studies of the latest run each, by study and source."""
    rows = db.execute(
        "SELECT f.* FROM known_finding AS f JOIN run AS r USING (run_id) ORDER BY f.study, f.source, r.started_at"
    )
    latest_of = {(row["study"], row["source"]): row for row in rows}
    return [
        Finding(**{**dict(row), "axes": None if row["axes"] is None else tuple(map(tuple, json.loads(row["axes"])))})
        for row in latest_of.values()
    ]
