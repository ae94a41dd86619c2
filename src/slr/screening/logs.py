"""The logs as files, ``outputs/decisions/<reviewer>.jsonl``: written from the store, and taken in from colleagues.

The store is written first and durably; the file follows from it. Store and file of a reviewer are brought together
before each decision: the beginning they share must be the same, and what the file has beyond it (a colleague's lines,
through git) is taken in. A file whose length and last line are the store's is taken to be so without reading the rest;
``slr screen log`` and ``slr audit verify`` read all of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from slr.errors import ReviewError
from slr.review import Review
from slr.screening.lines import as_line, bare, parse
from slr.screening.names import check_name
from slr.store import decisions as log
from slr.store.connection import Connection
from slr.verdicts import Event


def folder(review: Review) -> Path:
    """Where the logs are."""
    return review.outputs / "decisions"


def log_path(review: Review, reviewer: str) -> Path:
    """The reviewer's log as people read it and git keeps it."""
    return folder(review) / f"{reviewer}.jsonl"


def files(review: Review) -> list[Path]:
    """Every log that is there."""
    return sorted(folder(review).glob("*.jsonl"))


def write_log(review: Review, reviewer: str) -> None:
    """Append to the reviewer's file what the store has beyond it, and cut off a line that a crash left half written.

    The store is held meanwhile, so that of two processes one writes after the other. Raises ReviewError if a line of
    the file is not the store's.
    """
    path = log_path(review, reviewer)
    with review.store.writing() as db:
        known = _ends_at(db, path, reviewer)
        length, beyond = known if known else _compared(db, path, reviewer)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(length)
            file.truncate()
            file.write("".join(map(as_line, beyond)).encode())
            file.flush()
            os.fsync(file.fileno())
        _write_criteria(review, db)


def _ends_at(db: Connection, path: Path, reviewer: str) -> tuple[int, Iterator[Event]] | None:
    """How long the file is and what the store has beyond it, if its length and last line are the store's."""
    length = path.stat().st_size if path.exists() else 0
    if not length:
        return 0, log.after(db, reviewer, 0)
    if (found := log.at(db, reviewer, length)) is None:
        return None
    seq, event = found
    last = as_line(event).encode()
    with path.open("rb") as file:
        file.seek(max(0, length - len(last)))
        same = file.read() == last
    return (length, log.after(db, reviewer, seq)) if same else None


def _compared(db: Connection, path: Path, reviewer: str) -> tuple[int, Iterable[Event]]:
    """The same, having compared every line."""
    kept = list(log.log(db, reviewer))
    there = [line for line in lines(path) if line.endswith(b"\n")]
    for number, line in enumerate(there, start=1):
        if number > len(kept) or bare(line) != _bare_line(kept[number - 1]):
            raise broken(path, number, "is not the decision that the store has there")
    return sum(map(len, there)), kept[len(there) :]


def _bare_line(event: Event) -> bytes:
    return bare(as_line(event).encode())


def lines(path: Path) -> list[bytes]:
    """The lines of a log with their ends, which the last may lack; none if there is no file."""
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


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
    _read_criteria(review)
    return sum(take_in(review, path.stem, path, lines(path)) for path in files(review))


def read_log(review: Review, reviewer: str) -> int:
    """The same for one reviewer's file; what is as the store left it is not read again."""
    path = log_path(review, reviewer)
    if _ends_at(review.store.db, path, reviewer) is not None:
        return 0
    return take_in(review, reviewer, path, lines(path))


def take_in(review: Review, reviewer: str, path: Path, found: list[bytes]) -> int:
    """Append what the lines of a reviewer's log have beyond the store; returns how many. ``path`` is for messages."""
    with review.store.writing() as db:
        kept = [_bare_line(event) for event in log.log(db, reviewer)]
        if found and len(found) <= len(kept) and kept[len(found) - 1].startswith(found[-1]):
            found = found[:-1]  # a crash left half of a line that the store has whole
        for number, (line, known) in enumerate(zip(found, kept, strict=False), start=1):
            if bare(line) != known:
                _parsed(path, number, line)  # says so if the line itself is damaged
                raise broken(
                    path, number, "is another decision than the store has there: one reviewer decided in two places"
                )
        beyond = found[len(kept) :]
        if beyond:
            check_name(review, reviewer)
        for number, line in enumerate(beyond, start=len(kept) + 1):
            _follow(db, path, number, _parsed(path, number, line), reviewer)
    return len(beyond)


def _follow(db: Connection, path: Path, number: int, event: Event, reviewer: str) -> None:
    if event.prev != log.head(db, reviewer) or event.reviewer != reviewer:
        raise broken(path, number, "does not follow the decision before it")
    if not all(log.owns(db, reviewer, hash_) for hash_ in event.more.get("undoes", ())):
        raise broken(path, number, "takes back what is no earlier decision of this log")
    log.append(db, event)


def _parsed(path: Path, number: int, line: bytes) -> Event:
    try:
        return parse(line)
    except ValueError as error:
        raise broken(path, number, str(error)) from None


def broken(path: Path, number: int, what: str) -> ReviewError:
    """The error about a line of a log."""
    where = f"outputs/decisions/{path.name}" if path.parent.name == "decisions" else path.name
    return ReviewError(f"{where}, line {number}, {what}: restore the file from git or a copy")


def _write_criteria(review: Review, db: Connection) -> None:
    """Each version of the criteria as a file beside the logs, named by the SHA-256 of its bytes."""
    for hash_, text in log.criteria_versions(db).items():
        path = folder(review) / "criteria" / f"{hash_}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")


def _read_criteria(review: Review) -> None:
    """Take the versions of the criteria that colleagues decided under; a file that is not what its name says stays."""
    with review.store.writing() as db:
        for path in sorted((folder(review) / "criteria").glob("*.json")):
            with suppress(UnicodeDecodeError):
                text = path.read_bytes().decode("utf-8")
                if hashlib.sha256(text.encode()).hexdigest() == path.stem:
                    log.keep_criteria(db, path.stem, text, review.now())
