"""Logs of several reviewers who screened apart and were merged, and everything that can be done to them."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from slr.review import Review
from slr.screening import audit, seals
from slr.screening.lines import FIRST, as_line, chain_hash, chained
from slr.screening.logs import log_path, read_logs, take_in, write_logs
from slr.store import decisions as log
from slr.verdicts import Event
from tests.support.imported import NOW, lay_out, open_review

PEOPLE = ("Anna", "Ben", "Žofie")
WAYS = ("removed", "swapped", "edited", "truncated", "inserted", "forged")


def grown(reviewer: str, events: Sequence[Event], n: int, rng: random.Random) -> list[Event]:
    """A log with ``n`` more lines of every kind, as its reviewer would write them."""
    found = list(events)
    for _ in range(n):
        prev = found[-1].hash if found else FIRST
        votes = [e for e in found if e.kind == "vote"]
        kind = rng.choices(("vote", "undo", "resolution", "pilot"), (85, 6 if votes else 0, 7, 2))[0]
        work = f"W{rng.randrange(30):012x}"
        verdict = rng.choice(("include", "exclude", "maybe")) if kind == "vote" else "include"
        more = {
            "vote": {"seen": ("Ben",)} if rng.random() < 0.1 else {},
            "undo": {"undoes": (votes[-1].hash,)} if votes else {},
            "resolution": {"settles": ("0" * 64, "1" * 64), "how": "consensus"},
            "pilot": {"works": (work,), "to": PEOPLE, "seed": str(rng.random()), "threshold": "percent 0.75"},
        }[kind]
        found.append(
            chained(
                Event(
                    votes[-1].work_id if kind == "undo" else None if kind == "pilot" else work,
                    "title-abstract",
                    reviewer,
                    verdict if kind in ("vote", "resolution") else None,
                    rng.choice((None, "off-topic")) if verdict == "exclude" else None,
                    rng.choice((None, "über", 'a "note"\nof two lines', f"{rng.random()}")),
                    f"2026-11-{rng.randrange(1, 29):02}T09:30:00Z",
                    f"{rng.randrange(3):064x}",
                    prev,
                    "",
                    kind,  # type: ignore[arg-type]
                    more,  # type: ignore[arg-type]
                )
            )
        )
    return found


def text(events: Sequence[Event]) -> bytes:
    return "".join(map(as_line, events)).encode()


def opened(folder: Path) -> Review:
    """The review in a folder laid out before."""
    return open_review(folder, clock=lambda: NOW, environ={})


def honest(folder: Path, rng: random.Random, seal: bool = True) -> Review:
    """A review whose logs came together in any order, in parts, some twice; sealed on the way, then gone on."""
    review = open_review(lay_out(folder), clock=lambda: NOW, environ={})
    logs: dict[str, list[Event]] = {name: [] for name in PEOPLE[: rng.randrange(1, 4)]}
    for round_ in range(rng.randrange(2, 5)):
        for name in rng.sample(sorted(logs), len(logs)):
            older = logs[name]
            logs[name] = grown(name, older, rng.randrange(1, 9), rng)
            sent = rng.choice((logs[name], older, logs[name][: rng.randrange(len(logs[name])) + 1]))
            _merge(review, name, sent, rng)
            if rng.random() < 0.3:
                _merge(review, name, older, rng)
        if round_ == 0 or rng.random() < 0.5:
            for name, events in logs.items():
                _merge(review, name, events, rng)
            if seal:
                seals.make(review)
    for name, events in logs.items():
        _merge(review, name, events, rng)
    write_logs(review)
    return review


def _merge(review: Review, name: str, events: Sequence[Event], rng: random.Random) -> None:
    """Take lines in: by mail, or through git where the file is the longer one."""
    path = log_path(review, name)
    there = path.read_bytes() if path.exists() else b""
    data = text(events)
    if rng.random() < 0.5 or not data.startswith(there) or not data:
        take_in(review, name, Path(f"{name}.packet.jsonl"), data.splitlines(keepends=True))
        write_logs(review)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.replace(b"\n", b"\r\n") if rng.random() < 0.1 else data)
        read_logs(review)
        write_logs(review)


@dataclass(frozen=True)
class Tampering:
    """What was done: in which way, where (``file``, ``store`` or ``both``), to whose log, at which lines."""

    way: str
    where: str
    reviewer: str
    lines: tuple[int, ...]


def tamper(source: Path, folder: Path, rng: random.Random, way: str) -> Tampering | None:
    """A copy of a review with one log tampered with within what was sealed; None if its log is too short for it."""
    shutil.copytree(source, folder)
    review = opened(folder)
    try:
        reviewer = rng.choice(log.reviewers(review.store.db))
        kept = list(log.log(review.store.db, reviewer))
        sealed = max(len(seals.load(p).logs.get(reviewer, ())) for p in (folder / "outputs/seals").glob("*.json"))
        if sealed < 4:
            return None
        where = {"forged": "both", "truncated": rng.choice(("file", "both"))}.get(
            way, rng.choice(("file", "store", "both"))
        )
        done, lines = _ACTS[way](kept, sealed, rng)
        if where in ("file", "both"):
            log_path(review, reviewer).write_bytes(text(done))
    finally:
        review.close()
    if where in ("store", "both"):
        _rewrite(folder / "outputs/review.sqlite", reviewer, kept, done)
    return Tampering(way, where, reviewer, lines)


_Act = Callable[[list[Event], int, random.Random], tuple[list[Event], tuple[int, ...]]]


def _removed(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    at = rng.randrange(sealed - 1)
    n = rng.randrange(1, min(3, sealed - at))
    return kept[:at] + kept[at + n :], (at + 1,)


def _swapped(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    i, j = sorted(rng.sample(range(sealed), 2))
    done = list(kept)
    done[i], done[j] = done[j], done[i]
    return done, (i + 1, j + 1)


def _edited(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    """A value changed; in half of the cases with a hash of its own that fits."""
    at = rng.randrange(sealed)
    done = list(kept)
    done[at] = _changed(kept[at], rng)
    if rng.random() < 0.5:
        done[at] = chained(done[at])
    return done, (at + 1,)


def _truncated(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    at = rng.randrange(1, sealed)
    return kept[:at], (at + 1,)


def _inserted(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    at = rng.randrange(1, sealed)
    more = chained(replace(kept[at], note="slipped in", prev=kept[at - 1].hash))
    return [*kept[:at], more, *kept[at:]], (at + 1,)


def _forged(kept: list[Event], sealed: int, rng: random.Random) -> tuple[list[Event], tuple[int, ...]]:
    """A value changed, and every hash from there on made anew: the chain is whole."""
    at = rng.randrange(sealed)
    done = [*kept[:at], _changed(kept[at], rng), *kept[at + 1 :]]
    prev = kept[at].prev
    for i in range(at, len(done)):
        new = {kept[k].hash: done[k].hash for k in range(at, i)}
        more = {k: tuple(new.get(h, h) for h in v) if k == "undoes" else v for k, v in done[i].more.items()}
        done[i] = chained(replace(done[i], prev=prev, more=more))
        prev = done[i].hash
    return done, (at + 1,)


_ACTS: dict[str, _Act] = {
    "removed": _removed, "swapped": _swapped, "edited": _edited, "truncated": _truncated, "inserted": _inserted,
    "forged": _forged,
}  # fmt: skip


def _changed(event: Event, rng: random.Random) -> Event:
    if event.kind == "vote" and rng.random() < 0.7:
        return replace(event, verdict="include" if event.verdict == "exclude" else "exclude")
    return rng.choice((
        replace(event, note=f"{event.note} "), replace(event, decided_at="2026-12-01T00:00:00Z"),
        replace(event, criteria="f" * 64),
    ))  # fmt: skip


def _rewrite(path: Path, reviewer: str, kept: Sequence[Event], done: Sequence[Event]) -> None:
    """Put other rows into the store by SQL, its triggers taken off and put on again."""
    db = sqlite3.connect(path, isolation_level=None)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    seqs = [row[0] for row in db.execute("SELECT seq FROM decision WHERE reviewer = ? ORDER BY seq", (reviewer,))]
    first = next((i for i, (a, b) in enumerate(zip(kept, done, strict=False)) if a != b), min(len(kept), len(done)))
    db.execute(
        "DELETE FROM decision WHERE reviewer = ? AND seq >= ?",
        (reviewer, seqs[first] if first < len(seqs) else 1 << 60),
    )
    taken = {row[0] for row in db.execute("SELECT seq FROM decision")}
    free = [s for s in seqs[first:] if s not in taken] + list(
        range(max(taken | set(seqs)) + 1, max(taken | set(seqs)) + 9)
    )
    for seq, e in zip(free, done[first:], strict=False):
        more = json.dumps(dict(e.more), sort_keys=True, ensure_ascii=False)
        prev = e.prev
        if db.execute("SELECT 1 FROM decision WHERE reviewer = ? AND prev = ?", (reviewer, prev)).fetchone():
            db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(
            "INSERT OR IGNORE INTO decision (seq, kind, work_id, stage, reviewer, verdict, reason, note, decided_at, "
            "criteria, more, prev, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (seq, e.kind, e.work_id, e.stage, e.reviewer, e.verdict, e.reason, e.note, e.decided_at, e.criteria, more,
             prev, e.hash),
        )  # fmt: skip
    for _, sql in triggers:
        db.execute(sql)
    db.close()


def judged(folder: Path, done: Tampering) -> tuple[bool, bool]:
    """Whether the audit finds anything, and whether it names the log and a line that was tampered with."""
    review = opened(folder)
    try:
        found = audit.verify(review).found
    finally:
        review.close()
    named = any(f.reviewer == done.reviewer and f.line in done.lines for f in found)
    return bool(found), named


def false_alarms(review: Review) -> list[str]:
    return [one.sentence() for one in audit.verify(review).found]


__all__ = ["WAYS", "Tampering", "chain_hash", "false_alarms", "grown", "honest", "judged", "opened", "tamper", "text"]
