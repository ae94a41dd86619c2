"""A report as a sequence of blocks, from which Markdown and HTML are written: both say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A file, a key, a command, as it is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` is the title of a heading of the same report, or a file beside it."""

    text: str
    target: str


Span = str | Strong | Code | Link
Text = Span | Sequence[Span]
"""One line of running text: a plain string is shown as it is, whatever characters it holds."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 (the report), 2 (a section) or 3."""

    text: str
    level: int = 2

    @property
    def anchor(self) -> str:
        """What a link to it ends with."""
        return slug(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a ``warning`` is what a reader of the numbers has to know first."""

    text: Text
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered or not."""

    lines: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; integers are printed with thousands separators, and a column of numbers is set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""

    def right(self, column: int) -> bool:
        """Whether a column holds numbers (or signs that stand for one)."""
        cells = [row[column] for row in self.rows]
        numbers = sum(1 for cell in cells if isinstance(cell, int | float))
        return numbers > 0 and all(isinstance(cell, int | float) or cell in NO_NUMBER for cell in cells)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text as it was sent or typed, every character of it."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: the file beside the report that holds it, and what it shows for who cannot see it."""

    file: str
    svg: str
    caption: str


Cell = Text | int | float
Block = Heading | Paragraph | Items | Table | Verbatim | Picture

UNDEFINED, UNKNOWN, NOTHING = "undefined", "not known", ""
"""A ratio whose denominator is 0, a number that nobody stated, and a place where no number belongs."""
NO_NUMBER: tuple[Cell, ...] = (UNDEFINED, UNKNOWN, NOTHING)


def slug(title: str) -> str:
    """The anchor that web pages of Markdown give a heading: lower case, hyphens for blanks, no punctuation."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def spans(text: Text) -> Sequence[Span]:
    """The parts of a line."""
    return [text] if isinstance(text, str | Strong | Code | Link) else text


def shown(cell: Cell) -> Text:
    """A cell as text: 12,345; 0.133 below 1, 7.1 above it, 1,204 from 100 on; a line as it is."""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 1 else f"{cell:.1f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return cell


def to_write(what: str) -> Span:
    """The mark of something that only a person can write."""
    return Strong(f"[to be written: {what}]")


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *before, end = list(words) or [""]
    return f"{', '.join(before)} {last} {end}" if before else end


def waiting(works: int) -> str:
    """``1 work waits for a decision``, ``7 works wait for a decision``."""
    return f"{counted(works, 'work')} {'waits' if works == 1 else 'wait'} for a decision"


def counted(n: int, thing: str, things: str | None = None) -> str:
    """``1 record``, ``1,204 records``, ``no records``; ``things`` is a plural that is more than an s."""
    return f"{n:,} {thing}" if n == 1 else f"{f'{n:,}' if n else 'no'} {things or thing + 's'}"
