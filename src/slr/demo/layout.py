"""Lays the packaged example out as a review folder: configuration, a small snapshot of works, exports of databases.

What is fact and what is example is said in ``data/README.txt``, a copy of which goes into every folder laid out.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from slr.config import KNOWN_FILE, REVIEW_FILE, TERMS_FILE, write_starter
from slr.errors import ReviewError
from slr.model import Origin

PARTITIONS = ("updated_date=2026-11-01", "updated_date=2026-11-08")
"""The folders of the snapshot, named as OpenAlex does by the day of the works' last change; each holds one part."""

README = "README.txt"
"""Written last: a folder that holds it was laid out to the end."""

_DATA = files("slr.demo") / "data"


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """An export of a database to import: ``path`` from the review folder, ``hits`` is the number of its records."""

    path: str
    source: str
    platform: str
    origin: Origin
    date: str
    query: str
    hits: int


@dataclass(frozen=True, slots=True)
class DemoDecision:
    """One reviewer's decision at one stage; the order of the list is the order in time, the last one stands.

    ``record_ref`` is an OpenAlex id (``W9000000001``) or a file and the number of its record from 1
    (``ebsco.ris#3``). Records of one publication are decided alike.
    """

    record_ref: str
    stage: str
    reviewer: str
    verdict: str
    reason: str | None
    note: str | None


def lay_out(folder: Path) -> None:
    """Write the example into ``folder``; an earlier, complete example there is left as it is.

    Raises:
        ReviewError: the folder holds something else or a part of an example, or it cannot be written.
    """
    try:
        if _is_complete(folder):
            return
        _refuse_unless_empty(folder)
        write_starter(folder, "report")
        for name, content in _contents():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        raise ReviewError(f"{folder} cannot be written ({why}): give a folder in which you may write") from None


def imports() -> list[ImportEntry]:
    """The exports that stand for the closed databases, in the order in which they were made."""
    return [
        ImportEntry(
            path=f"imports/{row['file']}",
            source=row["source"],
            platform=row["platform"],
            origin=cast(Origin, row["origin"]),
            date=row["date"],
            query=row["query"],
            hits=int(row["hits"]),
        )
        for row in _table("imports/log.csv")
    ]


def decisions() -> list[DemoDecision]:
    """The decisions of two reviewers, first to last: an illustration, nobody's judgement of these works."""
    return [
        DemoDecision(
            record_ref=row["record_ref"],
            stage=row["stage"],
            reviewer=row["reviewer"],
            verdict=row["verdict"],
            reason=row["reason"] or None,
            note=row["note"] or None,
        )
        for row in _table("decisions.csv")
    ]


def _is_complete(folder: Path) -> bool:
    """The README is the example's own, and every other file is there; their content may have been edited since."""
    readme = folder / README
    if not readme.is_file() or readme.read_bytes() != _packaged(README):
        return False
    return all((folder / name).is_file() for name in (TERMS_FILE, KNOWN_FILE, *dict(_contents())))


def _refuse_unless_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ReviewError(f"{folder} is a file: give the name of a new or empty folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise ReviewError(
            f"{folder} is not empty and holds no complete example: give the name of a new or empty folder, or delete it"
        )


def _contents() -> Iterator[tuple[str, bytes]]:
    """The example's own files with their content; the README comes last.

    The search terms and the known studies are the report's and come from ``slr.config``; the review's settings are the
    report's too, but with the snapshot for a source.
    """
    yield REVIEW_FILE, _packaged("review.yaml")
    for entry in imports():
        yield entry.path, _packaged(entry.path)
    works = _packaged("works.jsonl").splitlines(keepends=True)
    half = (len(works) + 1) // 2
    for partition, part in zip(PARTITIONS, (works[:half], works[half:]), strict=True):
        # Without a time stamp the same works give the same bytes.
        yield f"snapshot/works/{partition}/part_0000.gz", gzip.compress(b"".join(part), mtime=0)
    yield README, _packaged(README)


def _packaged(name: str) -> bytes:
    return _DATA.joinpath(*name.split("/")).read_bytes()


def _table(name: str) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(_packaged(name).decode("utf-8"), newline="")))
