"""Works: which records are one publication, and which works a criterion marks: the only writer of those tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from slr.store.connection import Connection, Row


@dataclass(frozen=True, slots=True)
class Assignment:
    """Put a record into a work, by which rule and score (0-1), beside which other record (None: it founds the work)."""

    record_id: str
    work_id: str
    rule: str
    score: float
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A criterion's verdict on a work (``ineligible`` or ``eligible``) and the value it rests on."""

    work_id: str
    rule: str
    verdict: str
    because: str


def work_id_of(founder: str) -> str:
    """The id of the work that a record founds: stable over reruns because the record's id is."""
    return "W" + hashlib.sha256(founder.encode()).hexdigest()[:12]


def memberships(db: Connection) -> dict[str, str]:
    """record_id → work_id of every grouped record."""
    return dict(db.execute("SELECT record_id, work_id FROM membership ORDER BY record_id").fetchall())


def found(db: Connection, founders: Iterable[str], at: str) -> None:
    """Make a work for each founding record, if it is not there yet.

    Two founders with one id (a chance of 2 in 10^5 among 100,000 works) are refused by the table, never merged by it.
    """
    db.executemany(
        "INSERT INTO work (work_id, founder, created_at) SELECT ?1, ?2, ?3 "
        "WHERE NOT EXISTS (SELECT 1 FROM work WHERE founder = ?2)",
        ((work_id_of(founder), founder, at) for founder in founders),
    )


def founders(db: Connection) -> dict[str, str]:
    """work_id → the record that founded it, for every work there ever was."""
    return dict(db.execute("SELECT work_id, founder FROM work ORDER BY work_id").fetchall())


def assign(db: Connection, assignments: Iterable[Assignment], *, who: str, at: str) -> None:
    """Append events that put records into works; the latest event of a record holds."""
    db.executemany(
        "INSERT INTO membership_event (record_id, work_id, rule, score, partner, who, at) VALUES (?,?,?,?,?,?,?)",
        ((a.record_id, a.work_id, a.rule, a.score, a.partner, who, at) for a in assignments),
    )


def history(db: Connection, work_id: str) -> list[Row]:
    """The events that put records into this work, in order."""
    return db.execute("SELECT * FROM membership_event WHERE work_id = ? ORDER BY seq", (work_id,)).fetchall()


def rules_used(db: Connection) -> dict[str, int]:
    """rule → how many records it put with another one, as things stand."""
    return dict(
        db.execute(
            "SELECT rule, count(*) FROM membership_event WHERE rule <> 'first' AND seq IN "
            "(SELECT max(seq) FROM membership_event GROUP BY record_id) GROUP BY rule ORDER BY rule"
        ).fetchall()
    )


def by_source(db: Connection) -> list[tuple[str, int, int, int]]:
    """(source, its records in works, works they are in, how many of these works another source has too), by name."""
    rows = db.execute(
        "WITH held AS (SELECT m.work_id, v.source, count(*) AS n FROM membership AS m "
        "JOIN record_head AS h ON h.record_id = m.record_id "
        "JOIN record_version AS v INDEXED BY record_version_source ON v.version_id = h.version_id GROUP BY 1, 2), "
        "spread AS (SELECT work_id, count(*) AS sources FROM held GROUP BY work_id) "
        "SELECT source, sum(n), count(*), sum(sources > 1) FROM held JOIN spread USING (work_id) GROUP BY 1 ORDER BY 1"
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def ungrouped(db: Connection) -> int:
    """How many records belong to no work yet."""
    return int(
        db.execute(
            "SELECT count(*) FROM record_head WHERE record_id NOT IN (SELECT record_id FROM membership)"
        ).fetchone()[0]
    )


def resolve(db: Connection, name: str) -> str | None:
    """The present work for a work id (also one merged away) or a record id, or None."""
    row = db.execute(
        "SELECT m.work_id FROM membership AS m WHERE m.record_id = ?1 "
        "OR m.record_id = (SELECT founder FROM work WHERE work_id = ?1)",
        (name,),
    ).fetchone()
    return row["work_id"] if row else None


def to_compare(db: Connection, rules: str) -> set[str]:
    """The records whose present description was not compared with all others by these rules (a hash of them)."""
    rows = db.execute(
        "SELECT h.record_id FROM record_head AS h LEFT JOIN compared AS c ON c.record_id = h.record_id "
        "WHERE c.version_id IS NOT h.version_id OR c.rules IS NOT ?",
        (rules,),
    )
    return {row[0] for row in rows}


def set_compared(db: Connection, rules: str, keys: Iterable[tuple[str, bytes]]) -> None:
    """Note (record_id, keys) of records that, as they are now, were compared with all others by these rules."""
    db.executemany(
        "INSERT INTO compared (record_id, version_id, rules, keys) "
        "SELECT record_id, version_id, ?2, ?3 FROM record_head WHERE record_id = ?1 ON CONFLICT (record_id) DO UPDATE "
        "SET version_id = excluded.version_id, rules = excluded.rules, keys = excluded.keys",
        ((record_id, rules, own) for record_id, own in keys),
    )


def compared(db: Connection) -> list[tuple[str, bytes]]:
    """(record_id, keys) of every record that was compared."""
    return [tuple(row) for row in db.execute("SELECT record_id, keys FROM compared ORDER BY record_id")]


def members(db: Connection, work_id: str) -> list[str]:
    """The ids of the records in a work, sorted."""
    rows = db.execute("SELECT record_id FROM membership WHERE work_id = ? ORDER BY record_id", (work_id,))
    return [row[0] for row in rows]


def founder(db: Connection, work_id: str) -> str:
    """The record that founded a work which there is or was."""
    return str(db.execute("SELECT founder FROM work WHERE work_id = ?", (work_id,)).fetchone()[0])


def founded_by(db: Connection, record_ids: Iterable[str]) -> dict[str, str]:
    """record_id → work_id of those of the records that ever founded a work."""
    rows = db.execute(
        "SELECT founder, work_id FROM work WHERE founder IN (SELECT value FROM json_each(?)) ORDER BY founder",
        (json.dumps(list(record_ids)),),
    )
    return dict(rows.fetchall())


def travels(db: Connection, work_id: str) -> list[Row]:
    """Every event that put a record into this work, and every one of the records that are in it now, in order."""
    rows = db.execute(
        "SELECT * FROM membership_event WHERE work_id = ?1 OR record_id IN "
        "(SELECT record_id FROM membership WHERE work_id = ?1) ORDER BY seq",
        (work_id,),
    )
    return rows.fetchall()


def record_named(db: Connection, name: str) -> str | None:
    """The grouped record of that id, or the only one whose id ends in it after a colon (``:5488512d15e708ec``)."""
    tail = ":" + name.removeprefix(":")
    rows = db.execute(
        "SELECT record_id FROM membership WHERE record_id = ?1 UNION ALL SELECT * FROM (SELECT record_id "
        "FROM membership WHERE record_id <> ?1 AND substr(record_id, -length(?2)) = ?2 LIMIT 2)",
        (name, tail),
    ).fetchall()
    return rows[0][0] if rows and (len(rows) == 1 or rows[0][0] == name) else None


def add_marks(db: Connection, marks: Iterable[Mark], *, criteria: str, at: str) -> int:
    """Append the marks that differ from what holds now; returns how many."""
    held = {(row["work_id"], row["rule"]): (row["verdict"], row["because"]) for row in db.execute("SELECT * FROM mark")}
    fresh = [
        mark
        for mark in marks
        if held.get((mark.work_id, mark.rule), ("eligible", mark.because)) != (mark.verdict, mark.because)
    ]
    db.executemany(
        "INSERT INTO mark_event (work_id, rule, verdict, because, criteria, at) VALUES (?,?,?,?,?,?)",
        ((mark.work_id, mark.rule, mark.verdict, mark.because, criteria, at) for mark in fresh),
    )
    return len(fresh)


def ineligible(db: Connection) -> dict[str, list[tuple[str, str]]]:
    """work_id → (rule, because) of each criterion that marks it now."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in db.execute("SELECT * FROM mark WHERE verdict = 'ineligible' ORDER BY work_id, rule"):
        found.setdefault(row["work_id"], []).append((row["rule"], row["because"]))
    return found
