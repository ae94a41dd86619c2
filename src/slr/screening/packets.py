"""Packets: a reviewer's log as one file to mail, and a table for a colleague without slr to fill in."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from slr.errors import ImportFileError, NotFound, ReviewError
from slr.merged import merge
from slr.review import Review
from slr.screening.desk import waiting
from slr.screening.lines import as_line
from slr.screening.logs import read_log
from slr.screening.names import check_reviewer
from slr.store import decisions as log
from slr.store import enrichment, records

TABLE = ("work_id", "title", "authors", "year", "venue", "doi", "abstract", "decision", "reason", "note")
"""The columns of a table to fill in; the last three are empty."""


def export_packet(review: Review, reviewer: str, path: Path) -> int:
    """Write a reviewer's whole log behind a line that says what it is; returns how many lines it has.

    Raises NotFound if there is no log of this reviewer, ReviewError if the file cannot be written.
    """
    read_log(review, reviewer)
    events = list(log.log(review.store.db, reviewer))
    if not events:
        raise NotFound(f"there is no log of '{reviewer}' ({', '.join(log.reviewers(review.store.db)) or 'nobody'} has)")
    head = {
        "packet": 1,
        "review": review.config.title,
        "reviewer": reviewer,
        "lines": len(events),
        "head": events[-1].hash,
    }
    text = json.dumps(head, sort_keys=True, ensure_ascii=False) + "\n" + "".join(map(as_line, events))
    _write(path, text.encode())
    return len(events)


def export_table(review: Review, reviewer: str, stage: str, path: Path) -> int:
    """Write what waits for a reviewer at a stage as a table to fill in; returns how many works it has."""
    check_reviewer(review, reviewer)
    db = review.store.db
    works = set(waiting(review, stage, reviewer))
    filled = enrichment.filled(db)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark is for spreadsheet programs
            table = csv.writer(file)
            table.writerow(TABLE)
            for work, members in records.by_work(db):
                if work in works:
                    r = merge(members, filled.get(work)).record
                    told = (work, r.title, "; ".join(r.authors), r.year, r.venue, r.doi, r.abstract)
                    table.writerow([*(_guarded(value) for value in told), "", "", ""])
    except OSError as error:
        raise ReviewError(f"{path} cannot be written ({error.strerror}): name another file") from None
    return len(works)


def _guarded(value: object) -> object:
    """A text that a spreadsheet program would run as a formula, with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise ReviewError(f"{path} cannot be written ({error.strerror}): name another file") from None


def log_of_packet(path: Path) -> tuple[str, list[bytes]]:
    """The reviewer and the lines of a packet, or of a log itself. Raises ImportFileError if a file is neither."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read ({error.strerror}): name the packet") from None
    head = _object(lines[0]) if lines else {}
    reviewer = head.get("reviewer")
    if not isinstance(reviewer, str):
        raise ImportFileError(
            f"{path.name} is neither a packet nor a log of decisions: its first line names no reviewer"
        )
    return reviewer, lines[1:] if "packet" in head else lines


def is_packet(data: bytes) -> bool:
    """Whether a file's bytes are a packet, or a log."""
    head = _object(data.split(b"\n", 1)[0])
    return "packet" in head or {"prev", "hash", "reviewer"} <= head.keys()


def whole(path: Path, lines: list[bytes]) -> None:
    """Raises ImportFileError if a packet has fewer lines than its first line says: the mail cut it off."""
    head = _object(path.read_bytes().split(b"\n", 1)[0])
    if "packet" in head and head.get("lines") != len(lines):
        raise ImportFileError(
            f"{path.name} has {len(lines):,} lines of decisions and says that it has {head.get('lines')}: it was cut "
            "off on its way, ask for it again"
        )


def _object(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
