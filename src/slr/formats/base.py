"""What a format gives back: records, what could not be read, what was not understood, what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from slr.model import Record

SHOWN = 20
"""How many line numbers of one kind of puzzle are kept beside their count."""


NOTHING = "no title, author, DOI, abstract, journal or identifier"
"""Why a part of a file is no record: it does not tell what publication it is of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a file as its format describes it, with the line (from 1) it begins on."""

    record: Record
    line: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A part of a file that gives no record: the line (from 1) it begins on and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A kind of line, tag or column that no rule of the format covers: nothing of it is in the records.

    ``lines`` are the numbers (from 1) of the first of them, at most ``SHOWN``; ``count`` is how many there are.
    """

    what: str
    lines: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that a file holds: its records in order, what could not be read, and what the file says of itself.

    ``declared`` is how many records the file says that its search had, ``query`` the search that it says it is of;
    ``notes`` are sentences that a reader of the numbers has to know.
    """

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    declared: int | None = None
    query: str | None = None
    notes: tuple[str, ...] = ()
    format: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, a test on the text, and its reader (raises ImportFileError).

    ``known_by`` and ``meanings`` are for the documentation: what the format is recognized by, and where the meanings of
    its fields are from.
    """

    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str, str], Parsed]
    """``read(text, source)``; ``source`` names the database in the records."""
    known_by: str = ""
    meanings: str = ""


@dataclass(slots=True)
class Reading:
    """What a reader gathers on its way through a file."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    declared: int | None = None
    query: str | None = None
    _puzzles: dict[str, list[int]] = field(default_factory=dict)

    def keep(self, record: Record, line: int) -> None:
        """Take a record, or reject it if nothing in it tells which publication it is of."""
        if record.title or record.authors or record.doi or record.abstract or record.venue or record.ids:
            self.entries.append(Entry(record, line))
        else:
            self.reject(line, NOTHING)

    def reject(self, line: int, why: str) -> None:
        """Say that no record could be made of what begins on this line."""
        self.rejected.append(Rejected(line, why))

    def puzzle(self, what: str, line: int) -> None:
        """Say that a line, tag or column is not understood; ``what`` names the kind, not the single line."""
        self._puzzles.setdefault(what, []).append(line)

    def declare(self, total: int) -> None:
        """The file says that its search had this many records; the highest number counts."""
        self.declared = max(total, self.declared or 0)

    def parsed(self) -> Parsed:
        """All of it."""
        puzzles = (NotUnderstood(what, tuple(lines[:SHOWN]), len(lines)) for what, lines in self._puzzles.items())
        return Parsed(
            entries=tuple(self.entries),
            rejected=tuple(self.rejected),
            not_understood=tuple(puzzles),
            declared=self.declared,
            query=self.query,
            notes=tuple(self.notes),
        )
