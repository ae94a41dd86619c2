"""What the writers share: a publication as it is written, and files that are whole or not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from slr.model import Record


@dataclass(frozen=True, slots=True)
class Written:
    """One publication to write: the id it has in the review, its description, and what is said of it ``beside``.

    ``beside`` is column → value in tables; ``tags`` is RIS tag → value.
    """

    key: str
    record: Record
    beside: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its place only if nothing went wrong; an earlier one stays until then."""
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def line(value: str | None) -> str:
    """A value in one line."""
    return " ".join((value or "").split())


def listed(values: Sequence[str]) -> str:
    """Keywords in one value, parted by semicolons; a single one with a comma ends with a semicolon, to stay one."""
    joined = "; ".join(values)
    return joined + ";" if len(values) == 1 and "," in joined else joined


def mark(record: Record) -> tuple[str, ...]:
    """What MEDLINE writes among the types of a retracted publication; nothing for others."""
    return ("Retracted Publication",) if record.retracted else ()


def first_and_last(pages: str | None) -> tuple[str, str]:
    """``507-520`` as its two ends; anything else whole, and nothing."""
    first, dash, last = (pages or "").partition("-")
    return (first, last) if dash and first and last and first != last and "-" not in last else (pages or "", "")
