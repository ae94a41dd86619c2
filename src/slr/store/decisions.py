"""The screening log in the store: the only writer of the table decision; nothing in it is ever changed."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from slr.model import Decision
from slr.store.connection import Connection
from slr.verdicts import COMMON, Event, Maybe, Vote

FIRST = "0" * 64
"""The ``prev`` of a reviewer's first line."""

_PART = 500
"""How many works are asked for in one statement; SQLite takes 32,766 parameters, older ones 999."""


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
    kind: str = "vote"
    hash: str = ""
    criteria: str = ""
    more: Mapping[str, object] | None = None


def as_line(event: Event) -> str:
    """The event as a line of the log: JSON with sorted keys."""
    return json.dumps(event.content(), sort_keys=True, ensure_ascii=False) + "\n"


def append(db: Connection, event: Event | Decision) -> None:
    """Append one event; a row that exists cannot be replaced."""
    if isinstance(event, Decision):
        event = Event(**{name: getattr(event, name) for name in COMMON})
    db.execute(
        "INSERT INTO decision (kind, work_id, stage, reviewer, verdict, reason, note, decided_at, criteria, more, "
        "prev, hash, ends_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (event.kind, event.work_id, event.stage, event.reviewer, event.verdict, event.reason, event.note,
         event.decided_at, event.criteria, json.dumps(dict(event.more), sort_keys=True, ensure_ascii=False), event.prev,
         event.hash, end(db, event.reviewer) + len(as_line(event).encode())),
    )  # fmt: skip


def end(db: Connection, reviewer: str) -> int:
    """How many bytes the reviewer's log has, as the store has it."""
    last = "SELECT ends_at FROM decision WHERE reviewer = ? ORDER BY seq DESC LIMIT 1"
    row = db.execute(last, (reviewer,)).fetchone()
    if row is None:
        return 0
    return row[0] if row[0] is not None else sum(len(as_line(event).encode()) for event in log(db, reviewer))


def head(db: Connection, reviewer: str) -> str:
    """The hash of the reviewer's last line (64 zeros if there is none)."""
    row = db.execute("SELECT hash FROM decision WHERE reviewer = ? ORDER BY seq DESC LIMIT 1", (reviewer,)).fetchone()
    return row["hash"] if row else FIRST


def reviewers(db: Connection) -> list[str]:
    """Everyone who has a log."""
    rows = db.execute(
        "WITH RECURSIVE next (name) AS (SELECT min(reviewer) FROM decision UNION ALL "
        "SELECT (SELECT min(reviewer) FROM decision WHERE reviewer > name) FROM next WHERE name IS NOT NULL) "
        "SELECT name FROM next WHERE name IS NOT NULL"
    )  # from one name to the next in the index: a DISTINCT would read every row
    return [row[0] for row in rows]


def log(db: Connection, reviewer: str) -> Iterator[Event]:
    """A reviewer's log in the order it was written."""
    rows = db.execute(f"SELECT {_EVENT} FROM decision WHERE reviewer = ? ORDER BY seq", (reviewer,))
    return map(_event, rows)


_EVENT = "work_id, stage, reviewer, verdict, reason, note, decided_at, criteria, prev, hash, kind, more"


def _event(row: Sequence[Any]) -> Event:
    return Event(*row[:11], more=_more(row[11]) if row[11] != "{}" else {})  # type: ignore[misc]


def _more(text: str) -> dict[str, str | tuple[str, ...]]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()}


def at(db: Connection, reviewer: str, ends_at: int) -> tuple[int, Event] | None:
    """The number in the store, and the event, of the line of a reviewer's log that ends at this byte."""
    rows = f"SELECT {_EVENT}, seq FROM decision WHERE reviewer = ? AND ends_at = ?"
    row = db.execute(rows, (reviewer, ends_at)).fetchone()
    return (row["seq"], _event(row)) if row else None


def after(db: Connection, reviewer: str, seq: int) -> Iterator[Event]:
    """What a reviewer's log has after the event of that number in the store (0: all)."""
    rows = db.execute(f"SELECT {_EVENT} FROM decision WHERE reviewer = ? AND seq > ? ORDER BY seq", (reviewer, seq))
    return map(_event, rows)


def plans(db: Connection) -> list[Event]:
    """Assignments and pilots, in the order the store took them in."""
    return [_event(row) for row in db.execute(f"SELECT {_EVENT} FROM decision WHERE kind IN ('assignment', 'pilot')")]


def imported_from(db: Connection, reviewer: str) -> set[str]:
    """Which lines of files the reviewer's votes were imported from."""
    rows = db.execute(
        "SELECT json_extract(more, '$.via') FROM decision WHERE reviewer = ? AND kind = 'vote' AND more <> '{}'",
        (reviewer,),
    )
    return {row[0] for row in rows if row[0]}


def about(db: Connection, work_id: str) -> list[Event]:
    """Every event about a work, also those about works that were since merged into it, in the store's order."""
    rows = db.execute(
        f"SELECT {_EVENT} FROM decision WHERE work_id IN (SELECT w.work_id FROM membership AS m "
        "JOIN work AS w ON w.founder = m.record_id WHERE m.work_id = ?) ORDER BY seq",
        (work_id,),
    )
    return [_event(row) for row in rows]


def verdicts(db: Connection) -> list[Verdict]:
    """The latest vote of each reviewer at each stage on each present work.

    Two rows of one reviewer for a work mean that works with different decisions were merged: a conflict for a person.
    """
    rows = db.execute("SELECT * FROM verdict WHERE kind = 'vote' ORDER BY work_id, stage, reviewer, decided_work")
    return [_verdict(row) for row in rows]


def verdicts_on(db: Connection, work_ids: Iterable[str]) -> list[Verdict]:
    """The latest votes and resolutions on these works."""
    found: list[Verdict] = []
    wanted = list(work_ids)
    for begin in range(0, len(wanted), _PART):
        part = wanted[begin : begin + _PART]
        marks = ",".join("?" * len(part))
        order = "ORDER BY work_id, stage, reviewer, decided_work, kind"
        rows = db.execute(f"SELECT * FROM verdict WHERE work_id IN ({marks}) {order}", part)
        found += map(_verdict, rows)
    return found


def _verdict(row: Sequence[Any]) -> Verdict:
    return Verdict(*row[:11], more=json.loads(row[11]) if row[11] != "{}" else None)  # type: ignore[misc]


def votes(db: Connection, maybe: Mapping[str, Maybe]) -> dict[tuple[str, str], tuple[Vote, ...]]:
    """(present work, stage) → the latest votes and resolutions; ``maybe`` says by stage how a "maybe" counts."""
    settles = {
        row[0]: frozenset(json.loads(row[1])["settles"])
        for row in db.execute("SELECT hash, more FROM decision WHERE kind = 'resolution'")
    }
    found: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    mixed: set[tuple[str, str]] = set()
    rows = _plainly(db).execute(
        "SELECT m.work_id, s.stage, s.reviewer, s.verdict, s.reason, s.hash, s.kind, s.work_id <> m.work_id "
        "FROM standing AS s JOIN work AS w ON w.work_id = s.work_id JOIN membership AS m ON m.record_id = w.founder "
        "ORDER BY s.work_id, s.stage, s.reviewer, s.hash"
    )
    for work_id, stage, reviewer, verdict, reason, hash_, kind, merged in rows:
        settled = settles[hash_] if kind == "resolution" else _NONE
        found[work_id, stage].append(Vote(reviewer, verdict, reason, maybe.get(stage, "include"), hash_, settled))
        if merged:
            mixed.add((work_id, stage))
    for key in mixed:
        found[key].sort(key=_order)
    return {key: tuple(cast) for key, cast in found.items()}


def _plainly(db: Connection) -> sqlite3.Cursor:
    """A cursor whose rows are plain tuples: reading 50,000 of them takes a third less time."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor


_NONE: frozenset[str] = frozenset()
_order = attrgetter("reviewer", "hash")


def unvoted(db: Connection, stage: str, reviewer: str) -> dict[str, int]:
    """eligible work without a vote of this reviewer at the stage → how many votes it has.

    Right for all works but those of ``intricate``, whose decisions were in part made on other works.
    """
    rows = db.execute(
        "SELECT p.work_id, (SELECT count(*) FROM standing AS s WHERE s.work_id = p.work_id AND s.stage = ?1) "
        "FROM (SELECT DISTINCT work_id FROM membership) AS p "
        "WHERE NOT EXISTS "
        "(SELECT 1 FROM standing AS s WHERE s.work_id = p.work_id AND s.stage = ?1 AND s.reviewer = ?2) "
        "AND NOT EXISTS (SELECT 1 FROM mark WHERE mark.work_id = p.work_id AND verdict = 'ineligible')",
        (stage, reviewer),
    )
    return dict(rows.fetchall())


def intricate(db: Connection, stage: str) -> set[str]:
    """The present works that hold decisions on other works too (merged), or a resolution at the stage."""
    rows = db.execute(
        "SELECT m.work_id FROM work AS w JOIN membership AS m ON m.record_id = w.founder WHERE m.work_id <> w.work_id "
        "UNION SELECT m.work_id FROM decision AS d JOIN work AS w ON w.work_id = d.work_id "
        "JOIN membership AS m ON m.record_id = w.founder WHERE d.kind = 'resolution' AND d.stage = ?",
        (stage,),
    )
    return {row[0] for row in rows}


def hopeful(db: Connection, stage: str) -> set[str]:
    """The present works that some vote or resolution at the stage does not exclude."""
    rows = db.execute(
        "SELECT DISTINCT m.work_id FROM standing AS s JOIN work AS w ON w.work_id = s.work_id "
        "JOIN membership AS m ON m.record_id = w.founder WHERE s.stage = ? AND s.verdict IN ('include', 'maybe')",
        (stage,),
    )
    return {row[0] for row in rows}


def votes_of(
    db: Connection, work_ids: Iterable[str], maybe: Mapping[str, Maybe]
) -> dict[tuple[str, str], tuple[Vote, ...]]:
    """The same for some works."""
    found: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for v in verdicts_on(db, work_ids):
        settles = frozenset(map(str, (v.more or {}).get("settles", ())))  # type: ignore[call-overload]
        found[v.work_id, v.stage].append(
            Vote(v.reviewer, v.verdict, v.reason, maybe.get(v.stage, "include"), v.hash, settles)
        )
    return {key: tuple(sorted(cast, key=_order)) for key, cast in found.items()}


def votes_on(db: Connection, work_id: str, stage: str, maybe: Maybe = "include") -> tuple[Vote, ...]:
    """The latest votes and resolutions on one work at one stage."""
    return votes_of(db, [work_id], {stage: maybe}).get((work_id, stage), ())


def standing_otherwise(
    db: Connection, work_id: str, stage: str, reviewer: str, verdict: str, reason: str | None
) -> list[str]:
    """The works merged into this one on which the reviewer's latest decision at the stage says something else."""
    rows = db.execute(
        "SELECT decided_work FROM verdict WHERE work_id = ?1 AND stage = ?2 AND reviewer = ?3 AND decided_work <> ?1 "
        "AND kind = 'vote' AND (verdict <> ?4 OR reason IS NOT ?5) ORDER BY decided_work",
        (work_id, stage, reviewer, verdict, reason),
    )
    return [row[0] for row in rows]


def undone(db: Connection) -> set[str]:
    """The hashes of the events that were taken back."""
    return {row[0] for row in db.execute("SELECT hash FROM undone")}


def last_standing(db: Connection, reviewer: str, work_id: str | None, stage: str | None) -> tuple[int, Event] | None:
    """The number and the event of the last vote or resolution of a reviewer that stands; of one work or stage if given.

    ``work_id`` is a present work: decisions on works merged into it are its own.
    """
    row = db.execute(
        f"SELECT {_EVENT}, seq FROM decision WHERE reviewer = ?1 AND kind IN ('vote', 'resolution') "
        "AND hash NOT IN (SELECT hash FROM undone) AND (?3 IS NULL OR stage = ?3) "
        "AND (?2 IS NULL OR work_id IN (SELECT w.work_id FROM membership AS m "
        "JOIN work AS w ON w.founder = m.record_id WHERE m.work_id = ?2)) ORDER BY seq DESC LIMIT 1",
        (reviewer, work_id, stage),
    ).fetchone()
    return (row["seq"], _event(row)) if row else None


def before(db: Connection, reviewer: str, seq: int) -> Iterator[Event]:
    """What a reviewer's log has before the event of that number in the store, the latest first."""
    rows = f"SELECT {_EVENT} FROM decision WHERE reviewer = ? AND seq < ? ORDER BY seq DESC"
    return map(_event, db.execute(rows, (reviewer, seq)))


def heads(db: Connection) -> set[tuple[str, str, str, str, str]]:
    """(work, stage, reviewer, kind, hash) of what stands, as the table that follows the log says."""
    rows = db.execute(
        "SELECT s.work_id, s.stage, s.reviewer, s.kind, CASE WHEN d.hash = s.hash AND d.verdict = s.verdict "
        "AND d.reason IS s.reason THEN d.hash ELSE '' END FROM standing AS s LEFT JOIN decision AS d USING (seq)"
    )
    return {tuple(row) for row in rows}


def keep_criteria(db: Connection, hash_: str, text: str, at: str) -> None:
    """Keep the text of a version of the criteria, once."""
    db.execute(
        "INSERT INTO criteria_version (hash, text, first_at) SELECT ?1, ?2, ?3 "
        "WHERE NOT EXISTS (SELECT 1 FROM criteria_version WHERE hash = ?1)",
        (hash_, text, at),
    )


def criteria_versions(db: Connection) -> dict[str, str]:
    """hash → the text of every version of the criteria that is known."""
    return dict(db.execute("SELECT hash, text FROM criteria_version ORDER BY hash").fetchall())


def criteria_used(db: Connection) -> set[str]:
    """The hashes of the criteria that standing votes were made under."""
    rows = db.execute("SELECT DISTINCT d.criteria FROM standing AS s JOIN decision AS d USING (seq)")
    return {row[0] for row in rows}


def eligible(db: Connection) -> list[str]:
    """The works that no criterion marks, by id: all of them enter screening."""
    rows = db.execute(
        "SELECT DISTINCT work_id FROM membership WHERE work_id NOT IN "
        "(SELECT work_id FROM mark WHERE verdict = 'ineligible') ORDER BY work_id"
    )
    return [row[0] for row in rows]


def owns(db: Connection, reviewer: str, hash_: str) -> bool:
    """Whether the event of that hash is a vote or a resolution of this reviewer's."""
    row = db.execute(
        "SELECT 1 FROM decision WHERE hash = ? AND reviewer = ? AND verdict IS NOT NULL", (hash_, reviewer)
    )
    return row.fetchone() is not None


def matched(db: Connection, work_id: str) -> list[list[list[int]]]:
    """The phrase indexes (from 0) per axis that each record of a work was found to hold."""
    rows = db.execute(
        "SELECT axes FROM match WHERE record_id IN (SELECT record_id FROM membership WHERE work_id = ?) "
        "ORDER BY record_id",
        (work_id,),
    )
    return [json.loads(row[0]) for row in rows]


def told(db: Connection, work_id: str) -> dict[str, tuple[object, str, str, str]]:
    """field → (value, source, reply, when) of what was told of a work beside its records: the first of each field."""
    found: dict[str, tuple[object, str, str, str]] = {}
    rows = db.execute(
        "SELECT field, value, source, exchange_id, at FROM enriched WHERE work_id = ? ORDER BY seq", (work_id,)
    )
    for field, value, source, exchange, at in rows:
        one = json.loads(value)
        if field not in found or (field == "retracted" and one):
            found[field] = (tuple(one) if isinstance(one, list) else one, source, exchange, at)
    return found


def members(db: Connection, work_id: str) -> list[str]:
    """The records of a work, by id."""
    rows = db.execute("SELECT record_id FROM membership WHERE work_id = ? ORDER BY record_id", (work_id,))
    return [row[0] for row in rows]


def titles(db: Connection, work_ids: Iterable[str]) -> dict[str, str]:
    """work → the title of the record that founded it."""
    wanted = list(work_ids)
    found: dict[str, str] = {}
    for begin in range(0, len(wanted), _PART):
        part = wanted[begin : begin + _PART]
        rows = db.execute(
            "SELECT w.work_id, v.title FROM work AS w JOIN record_head AS h ON h.record_id = w.founder "
            f"JOIN record_version AS v ON v.version_id = h.version_id WHERE w.work_id IN ({','.join('?' * len(part))})",
            part,
        )
        found |= dict(rows.fetchall())
    return {work: found.get(work, "") for work in wanted}
