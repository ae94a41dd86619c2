"""Where a decision is written: one append-only log with one hash chain per reviewer.

The store is written first and durably; ``outputs/decisions/<reviewer>.jsonl`` follows from it, one line a decision. A
line is the decision as JSON with sorted keys; its ``hash`` is SHA-256 over the same JSON without ``hash``; its ``prev``
is the hash of the reviewer's line before (64 zeros for the first).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from slr.errors import NotFound, ReviewError, UserError
from slr.model import Decision
from slr.review import Review
from slr.store import decisions as log
from slr.store import works

VERDICTS = ("include", "exclude", "maybe", "not-retrieved")


def chain_hash(fields: dict[str, object]) -> str:
    """The hash of a decision: SHA-256 (hex) over its JSON without ``hash``: sorted keys, no blanks, UTF-8."""
    content = {key: value for key, value in fields.items() if key != "hash"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


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

    Raises NotFound for an unknown work, stage, reviewer or reason; UserError where the method forbids the decision.
    """
    _check(review, verdict, stage, reviewer, reason)
    with review.store.writing() as db:
        work_id = works.resolve(db, work)
        if work_id is None:
            raise NotFound(f"there is no work '{work}': 'slr export works.csv --set works' lists the works and their ids")
        decision = _chained(
            work_id=work_id,
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
    return Decision(**fields, hash=chain_hash(dict(fields)))  # type: ignore[arg-type]


def _check(review: Review, verdict: str, stage: str, reviewer: str, reason: str | None) -> None:
    stages = [s.name for s in review.config.stages]
    if stage not in stages:
        raise NotFound(f"there is no stage '{stage}' in config/review.yaml (it has: {', '.join(stages)})")
    if verdict not in VERDICTS:
        raise UserError(f"'{verdict}' is not a verdict: write one of {', '.join(VERDICTS)}")
    if review.config.reviewers and reviewer not in review.config.reviewers:
        raise NotFound(
            f"'{reviewer}' is not a reviewer of this review (config/review.yaml has: {', '.join(review.config.reviewers)})"
        )
    if verdict == "not-retrieved" and stage == stages[0]:
        raise UserError(f"'not-retrieved' is for reports sought in full text: use it with --stage {stages[-1]}")
    _check_reason(review, verdict, stage, reason)


def _check_reason(review: Review, verdict: str, stage: str, reason: str | None) -> None:
    offered = [r.id for r in review.config.criteria.exclusion if r.stages is None or stage in r.stages]
    if reason is not None and verdict != "exclude":
        raise UserError(f"a reason goes with 'exclude' only, not with '{verdict}': leave --reason out")
    if reason is not None and reason not in offered:
        raise NotFound(f"'{reason}' is no exclusion reason of stage {stage} (config/review.yaml has: {', '.join(offered)})")
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
    """Append to the reviewer's file what the store has beyond it. Raises ReviewError if the file is not a beginning of it."""
    path = log_path(review, reviewer)
    lines = [as_line(decision) for decision in log.log(review.store.db, reviewer)]
    there = path.read_text("utf-8") if path.exists() else ""
    whole = "".join(lines)
    if there == whole:
        return
    if not whole.startswith(there[: there.rfind("\n") + 1]):
        raise ReviewError(
            f"outputs/decisions/{path.name} was changed by hand: its lines differ from the decisions in the store; put the "
            "file aside, run 'slr screen log' to write it anew, and compare"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(len(there[: there.rfind("\n") + 1].encode()))
        file.truncate()
        file.write(whole.encode()[file.tell() :])
        file.flush()
        os.fsync(file.fileno())


def write_logs(review: Review) -> list[Path]:
    """Bring every reviewer's file up to the store; returns the files."""
    for reviewer in log.reviewers(review.store.db):
        write_log(review, reviewer)
    return [log_path(review, reviewer) for reviewer in log.reviewers(review.store.db)]


def read_logs(review: Review) -> int:
    """Take decisions that the files have beyond the store (a colleague's, through git); returns how many.

    Raises ReviewError, naming file and line, where a chain is broken or forks from the store's.
    """
    taken = 0
    for path in sorted((review.outputs / "decisions").glob("*.jsonl")):
        with review.store.writing() as db:
            have = {d.hash for d in log.log(db, path.stem)}
            for number, decision in _lines(path):
                if decision.hash in have:
                    continue
                if decision.prev != log.head(db, decision.reviewer) or decision.reviewer != path.stem:
                    raise _broken(path, number, "does not follow the decisions before it")
                log.append(db, decision)
                taken += 1
    return taken


def _lines(path: Path) -> Iterator[tuple[int, Decision]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            decision = Decision(**fields)
        except (ValueError, TypeError):
            raise _broken(path, number, "is not a decision") from None
        if chain_hash(fields) != decision.hash:
            raise _broken(path, number, "was changed after it was written: its hash does not fit")
        yield number, decision


def _broken(path: Path, number: int, what: str) -> ReviewError:
    return ReviewError(f"outputs/decisions/{path.name}, line {number}, {what}: restore the file from git or a copy")
