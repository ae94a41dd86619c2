"""The screening log in the store: the only writer of the table decision; nothing in it is ever changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slr.model import Decision
from slr.store.connection import Connection

FIRST = "0" * 64
"""The ``prev`` of a reviewer's first decision."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's latest decision on a work at a stage; ``decided_work`` is the work's id when it was made."""

    work_id: str
    stage: str
    reviewer: str
    verdict: str
    reason: str | None
    note: str | None
    decided_at: str
    decided_work: str


def append(db: Connection, decision: Decision) -> None:
    """Append one decision; a row that exists cannot be replaced."""
    db.execute(
        "INSERT INTO decision (work_id, stage, reviewer, verdict, reason, note, decided_at, criteria, prev, hash) "
        "VALUES (?,?,?,?,?,?,?,?,?,?)",
        (decision.work_id, decision.stage, decision.reviewer, decision.verdict, decision.reason, decision.note,
         decision.decided_at, decision.criteria, decision.prev, decision.hash),
    )  # fmt: skip


def head(db: Connection, reviewer: str) -> str:
    """The hash of the reviewer's last decision (64 zeros if there is none)."""
    row = db.execute("SELECT hash FROM decision WHERE reviewer = ? ORDER BY seq DESC LIMIT 1", (reviewer,)).fetchone()
    return row["hash"] if row else FIRST


def reviewers(db: Connection) -> list[str]:
    """Everyone who decided something."""
    return [row[0] for row in db.execute("SELECT DISTINCT reviewer FROM decision ORDER BY reviewer")]


def log(db: Connection, reviewer: str) -> Iterator[Decision]:
    """A reviewer's decisions in the order they were made."""
    rows = db.execute("SELECT * FROM decision WHERE reviewer = ? ORDER BY seq", (reviewer,))
    return (Decision(**{key: row[key] for key in row.keys() if key != "seq"}) for row in rows)  # noqa: SIM118


def verdicts(db: Connection) -> list[Verdict]:
    """The latest decision of each reviewer at each stage on each present work.

    Two rows of one reviewer for a work mean that works with different decisions were merged: a conflict for a person.
    """
    return [Verdict(**dict(row)) for row in db.execute("SELECT * FROM verdict ORDER BY work_id, stage, reviewer")]


def standing_otherwise(
    db: Connection, work_id: str, stage: str, reviewer: str, verdict: str, reason: str | None
) -> list[str]:
    """The works merged into this one on which the reviewer's latest decision at the stage says something else."""
    rows = db.execute(
        "SELECT decided_work FROM verdict WHERE work_id = ?1 AND stage = ?2 AND reviewer = ?3 AND decided_work <> ?1 "
        "AND (verdict <> ?4 OR reason IS NOT ?5) ORDER BY decided_work",
        (work_id, stage, reviewer, verdict, reason),
    )
    return [row[0] for row in rows]
