"""Updates of the review and what they found: the only writer of review_update and update_finding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slr.store.connection import Connection, Row


@dataclass(frozen=True, slots=True)
class Update:
    """A search after a version was frozen.

    ``version`` is the name of the version it is compared with, ``after_run`` the last search before it (None: none),
    ``run_id`` its own search (None: not begun), ``finished_at`` None while it has work left.
    """

    update_id: str
    version: str
    began_at: str
    after_run: str | None
    run_id: str | None = None
    finished_at: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an update found: its kind, the id of the record or work it is about, and more (JSON values)."""

    kind: str
    subject: str
    detail: Mapping[str, Any]


def every(db: Connection) -> list[Update]:
    """All updates, the oldest first."""
    return [_update(row) for row in db.execute("SELECT * FROM review_update ORDER BY began_at, update_id")]


def latest(db: Connection) -> Update | None:
    """The update that was begun last, or None."""
    found = every(db)
    return found[-1] if found else None


def _update(row: Row) -> Update:
    return Update(**dict(row))


def begin(db: Connection, update: Update) -> None:
    """Keep a new update."""
    db.execute(
        "INSERT INTO review_update (update_id, version, began_at, after_run) VALUES (?,?,?,?)",
        (update.update_id, update.version, update.began_at, update.after_run),
    )


def finish(db: Connection, update_id: str, run_id: str, at: str, findings: Iterable[Finding]) -> None:
    """Keep what the update found, and that it is done."""
    db.executemany(
        "INSERT INTO update_finding (update_id, kind, subject, detail) VALUES (?,?,?,?)",
        ((update_id, f.kind, f.subject, json.dumps(f.detail, ensure_ascii=False)) for f in findings),
    )
    db.execute("UPDATE review_update SET run_id = ?, finished_at = ? WHERE update_id = ?", (run_id, at, update_id))


def findings(db: Connection, update_id: str, kind: str | None = None) -> list[Finding]:
    """What an update found (of one kind, or all), by kind and subject."""
    rows = db.execute(
        "SELECT kind, subject, detail FROM update_finding WHERE update_id = ?1 AND (?2 IS NULL OR kind = ?2) "
        "ORDER BY kind, subject",
        (update_id, kind),
    )
    return [Finding(row["kind"], row["subject"], json.loads(row["detail"])) for row in rows]


def last_told(db: Connection, version: str, kind: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """subject → when the last finished update against this version that said so ended, and the detail that it gave."""
    rows = db.execute(
        "SELECT f.subject, u.finished_at, f.detail FROM update_finding AS f JOIN review_update AS u USING (update_id) "
        "WHERE u.version = ? AND f.kind = ? AND u.finished_at IS NOT NULL ORDER BY u.finished_at",
        (version, kind),
    )
    return {row[0]: (row[1], json.loads(row[2])) for row in rows}


def to_look_at(db: Connection) -> list[Finding]:
    """The decided works that the latest finished update asks to look at again, and nobody decided on since."""
    done = [update for update in every(db) if update.finished_at]
    if not done:
        return []
    since = {row[0] for row in db.execute(
        "SELECT DISTINCT m.work_id FROM decision AS d JOIN work AS w ON w.work_id = d.work_id "
        "JOIN membership AS m ON m.record_id = w.founder WHERE d.decided_at > ?", (done[-1].finished_at,)
    )}  # fmt: skip
    return [one for one in findings(db, done[-1].update_id, "look-again") if one.subject not in since]


def told_of(db: Connection, run_id: str) -> set[str]:
    """The present works that sources told something of in a run of asking by identifier."""
    return {row[0] for row in db.execute("SELECT DISTINCT work_id FROM enriched WHERE run_id = ?", (run_id,))}


def hits(db: Connection, run_id: str) -> dict[str, set[str]]:
    """source → the records that it returned in a run."""
    found: dict[str, set[str]] = {}
    rows = db.execute(
        "SELECT q.source, h.record_id FROM query AS q JOIN hit AS h USING (query_id) WHERE q.run_id = ?", (run_id,)
    )
    for source, record_id in rows:
        found.setdefault(source, set()).add(record_id)
    return found
