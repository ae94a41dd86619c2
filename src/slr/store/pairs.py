"""Pairs of records: what the rules leave to a person and what people found: the only writer of those tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from slr.store.connection import Connection

Pair = tuple[str, str]
"""Two record ids, the smaller first."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A pair that the rules leave to a person, by which rule and how alike (0-100), and the two present works."""

    a: str
    b: str
    rule: str
    score: float
    works: Pair


@dataclass(frozen=True, slots=True)
class Said:
    """A person's verdict on a pair: ``duplicate``, ``distinct``, or ``unsure`` (takes back what was said before).

    ``how`` is the command it was given by: review, verdict, split or merge.
    """

    a: str
    b: str
    verdict: str
    how: str
    reviewer: str
    at: str


def pair(one: str, other: str) -> Pair:
    """The pair of two record ids."""
    return (one, other) if one < other else (other, one)


def doubt(db: Connection, doubts: Iterable[tuple[str, str, str, float]], at: str) -> None:
    """Keep (a, b, rule, score) of pairs to ask about; a pair that is there keeps the date and takes the new rule."""
    db.executemany(
        "INSERT INTO doubt (a, b, rule, score, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (a, b) DO UPDATE SET rule = excluded.rule, score = excluded.score",
        ((*pair(a, b), rule, score, at) for a, b, rule, score in doubts),
    )


def doubted(db: Connection) -> list[Doubted]:
    """The pairs to ask about that are still in two works, most alike first."""
    rows = db.execute(
        "SELECT d.a, d.b, d.rule, d.score, m.work_id AS one, n.work_id AS other FROM doubt AS d "
        "JOIN membership AS m ON m.record_id = d.a JOIN membership AS n ON n.record_id = d.b "
        "WHERE m.work_id <> n.work_id ORDER BY d.score DESC, d.a, d.b"
    )
    return [Doubted(row["a"], row["b"], row["rule"], row["score"], pair(row["one"], row["other"])) for row in rows]


def say(db: Connection, pairs: Iterable[Pair], verdict: str, *, how: str, reviewer: str, at: str) -> None:
    """Append a person's verdict on each of these pairs; it counts instead of what was said of them before."""
    db.executemany(
        "INSERT INTO pair_verdict (a, b, verdict, how, reviewer, at) VALUES (?, ?, ?, ?, ?, ?)",
        ((*pair(a, b), verdict, how, reviewer, at) for a, b in pairs),
    )


def standing(db: Connection) -> dict[Pair, Said]:
    """pair → the last verdict on it."""
    rows = db.execute("SELECT a, b, verdict, how, reviewer, at FROM pair_standing ORDER BY seq")
    return {(row["a"], row["b"]): Said(**dict(row)) for row in rows}


def said_of(db: Connection, record_ids: Iterable[str]) -> list[Said]:
    """All verdicts on pairs with one of these records, in the order they were given."""
    rows = db.execute(
        "SELECT a, b, verdict, how, reviewer, at FROM pair_verdict WHERE a IN (SELECT value FROM json_each(?1)) "
        "OR b IN (SELECT value FROM json_each(?1)) ORDER BY seq",
        (json.dumps(list(record_ids)),),
    )
    return [Said(**dict(row)) for row in rows]
