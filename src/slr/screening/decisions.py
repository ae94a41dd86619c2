"""Where a decision is written: one append-only log with one hash chain per reviewer.

The store is written first and durably; ``outputs/decisions/<reviewer>.jsonl`` follows from it, one line a decision. A
line is the decision as JSON with sorted keys; its ``hash`` is SHA-256 over the same JSON without ``hash``; its ``prev``
is the hash of the reviewer's line before (64 zeros for the first). Store and file of a reviewer are brought together
before each decision: the beginning they share must be the same, and what the file has beyond it (a colleague's lines,
through git) is taken in.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

from slr.errors import NotFound, ReviewError, UserError
from slr.model import Decision
from slr.review import Review
from slr.store import decisions as log
from slr.store import works

VERDICTS = ("include", "exclude", "maybe", "not-retrieved")
_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.])?")
"""Reviewers' names are file names, on every system; the same as the configuration allows."""
_FIELDS = {f.name for f in fields(Decision)}
_OPTIONAL = {"reason", "note"}


def chain_hash(fields: Mapping[str, object]) -> str:
    """The hash of a decision: SHA-256 (hex) over its JSON without ``hash``: sorted keys, no blanks, UTF-8."""
    content = {key: value for key, value in fields.items() if key != "hash"}
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def decide(
    review: Review,
    work: str,
    verdict: str,
    *,
    stage: str,
    reviewer: str,
    reason: str | None = None,
    note: str | None = None,
) -> Decision:
    """Append one decision on a work (named by its id or by one of its records); it is kept when this returns.

    If the reviewer had decided otherwise on works that were since merged into this one, the same is appended for each
    of them: a later decision counts instead of the earlier ones, and stays so if the merge is undone.

    Raises NotFound for an unknown work, stage, reviewer or reason; UserError where the method forbids the decision;
    ReviewError, before anything is kept, if the reviewer's file was changed by hand.
    """
    _check(review, verdict, stage, reviewer, reason, note)
    read_log(review, reviewer)
    with review.store.writing() as db:
        work_id = works.resolve(db, work)
        if work_id is None:
            raise NotFound(
                f"there is no work '{work}': 'slr export works.csv --set works' lists the works and their ids"
            )
        for target in (*log.standing_otherwise(db, work_id, stage, reviewer, verdict, reason), work_id):
            decision = _chained(
                work_id=target,
                stage=stage,
                reviewer=reviewer,
                verdict=verdict,
                reason=reason,
                note=note,
                decided_at=review.now(),
                criteria=review.loaded.criteria_hash,
                prev=log.head(db, reviewer),
            )
            log.append(db, decision)
    write_log(review, reviewer)
    return decision


def _chained(**fields: str | None) -> Decision:
    return Decision(**fields, hash=chain_hash(fields))  # type: ignore[arg-type]


def _check(review: Review, verdict: str, stage: str, reviewer: str, reason: str | None, note: str | None) -> None:
    stages = [s.name for s in review.config.stages]
    if stage not in stages:
        raise NotFound(f"there is no stage '{stage}' in config/review.yaml (it has: {', '.join(stages)})")
    if verdict not in VERDICTS:
        raise UserError(f"'{verdict}' is not a verdict: write one of {', '.join(VERDICTS)}")
    if verdict == "not-retrieved" and stage != stages[-1]:
        raise UserError(f"'not-retrieved' is for reports sought in full text: use it with --stage {stages[-1]}")
    _check_reviewer(review, reviewer)
    _check_reason(review, verdict, stage, reason)
    if note is not None and not _is_text(note):
        raise UserError(
            "the note holds bytes that are not UTF-8: set the terminal's encoding to UTF-8 and write it again"
        )


def _is_text(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _check_reviewer(review: Review, reviewer: str) -> None:
    """A reviewer must be one that is known; where none are configured, any name that is a file name of its own."""
    configured = review.config.reviewers
    if configured and reviewer not in configured:
        raise NotFound(
            f"'{reviewer}' is not a reviewer of this review (config/review.yaml has: {', '.join(configured)})"
        )
    if not _NAME.fullmatch(reviewer) or unicodedata.normalize("NFC", reviewer) != reviewer:
        raise UserError(
            f"{reviewer!r} cannot be a reviewer's name, as it is the name of a file too: write letters, digits, "
            "spaces, hyphens or dots, at most 64"
        )
    for other in log.reviewers(review.store.db):
        if other != reviewer and other.casefold() == reviewer.casefold():
            raise UserError(
                f"'{reviewer}' and '{other}' would share one file on many systems: write '{other}' or another name"
            )


def _check_reason(review: Review, verdict: str, stage: str, reason: str | None) -> None:
    offered = [r.id for r in review.config.criteria.exclusion if r.stages is None or stage in r.stages]
    has = (
        f"config/review.yaml has: {', '.join(offered)}"
        if offered
        else "config/review.yaml has none: criteria.exclusion"
    )
    if reason is not None and verdict != "exclude":
        raise UserError(f"a reason goes with 'exclude' only, not with '{verdict}': leave --reason out")
    if reason is not None and reason not in offered:
        raise NotFound(f"'{reason}' is no exclusion reason of stage {stage} ({has})")
    if verdict == "exclude" and reason is None and stage == review.config.stages[-1].name and offered:
        raise UserError(
            f"PRISMA asks one primary reason for each report excluded in full text: add --reason ({', '.join(offered)})"
        )


def log_path(review: Review, reviewer: str) -> Path:
    """The reviewer's log as people read it and git keeps it."""
    return review.outputs / "decisions" / f"{reviewer}.jsonl"


def as_line(decision: Decision) -> str:
    """The decision as a line of the log."""
    return json.dumps(asdict(decision), sort_keys=True, ensure_ascii=False) + "\n"


def write_log(review: Review, reviewer: str) -> None:
    """Append to the reviewer's file what the store has beyond it, and cut off a line that a crash left half written.

    Raises ReviewError if a line of the file is not the store's.
    """
    path = log_path(review, reviewer)
    kept = [as_line(decision).encode() for decision in log.log(review.store.db, reviewer)]
    there = [line for line in _lines(path) if line.endswith(b"\n")]
    for number, line in enumerate(there, start=1):
        if number > len(kept) or _bare(line) != _bare(kept[number - 1]):
            raise _broken(path, number, "is not the decision that the store has there")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(sum(map(len, there)))
        file.truncate()
        file.write(b"".join(kept[len(there) :]))
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[bytes]:
    """The lines of a log with their ends, which the last may lack; none if there is no file."""
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def _bare(line: bytes) -> bytes:
    """A line without its end, which git on Windows writes as two characters."""
    return line.rstrip(b"\r\n")


def write_logs(review: Review) -> list[Path]:
    """Bring every reviewer's file up to the store; returns the files."""
    reviewers = log.reviewers(review.store.db)
    for reviewer in reviewers:
        write_log(review, reviewer)
    return [log_path(review, reviewer) for reviewer in reviewers]


def read_logs(review: Review) -> int:
    """Take decisions that the files have beyond the store (a colleague's, through git); returns how many.

    Raises ReviewError, naming file and line, where a line was changed, a chain is broken, or forks from the store's;
    the files before that one are then taken in, of that file nothing.
    """
    return sum(read_log(review, path.stem) for path in sorted((review.outputs / "decisions").glob("*.jsonl")))


def read_log(review: Review, reviewer: str) -> int:
    """The same for one reviewer's file."""
    path = log_path(review, reviewer)
    lines = _lines(path)
    with review.store.writing() as db:
        kept = [_bare(as_line(decision).encode()) for decision in log.log(db, reviewer)]
        if lines and len(lines) <= len(kept) and kept[len(lines) - 1].startswith(lines[-1]):
            del lines[-1]  # a crash left half of a line that the store has whole
        for number, (line, known) in enumerate(zip(lines, kept, strict=False), start=1):
            if _bare(line) != known:
                _decision(path, number, line)  # says so if the line itself is damaged
                raise _broken(
                    path, number, "is another decision than the store has there: one reviewer decided in two places"
                )
        beyond = lines[len(kept) :]
        for number, line in enumerate(beyond, start=len(kept) + 1):
            decision = _decision(path, number, line)
            if decision.prev != log.head(db, reviewer) or decision.reviewer != reviewer:
                raise _broken(path, number, "does not follow the decision before it")
            log.append(db, decision)
    return len(beyond)


def _decision(path: Path, number: int, line: bytes) -> Decision:
    """The decision of a line. Raises ReviewError if it is none, or was changed after it was written."""
    try:
        found = json.loads(line)
        if not _well_formed(found):
            raise ValueError
    except ValueError:
        raise _broken(path, number, "is not a decision") from None
    if chain_hash(found) != found["hash"]:
        raise _broken(path, number, "was changed after it was written: its hash does not fit")
    return Decision(**found)


def _well_formed(found: object) -> bool:
    return (
        isinstance(found, dict)
        and found.keys() == _FIELDS
        and all(isinstance(v, str) or (v is None and key in _OPTIONAL) for key, v in found.items())
        and all(_is_text(v) for v in found.values() if v is not None)
        and found["verdict"] in VERDICTS
    )


def _broken(path: Path, number: int, what: str) -> ReviewError:
    return ReviewError(f"outputs/decisions/{path.name}, line {number}, {what}: restore the file from git or a copy")
