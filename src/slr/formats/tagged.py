"""What the tagged formats share: records of lines that begin with a tag, and lines that go on.

A format states its grammar (how a tagged line looks, which tags open and close a record, which tags there are) and
makes a record of each block; everything else is the same for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from slr.formats.base import Parsed, Reading
from slr.formats.fields import Raw, record

_TOTAL = re.compile(
    r"(?:record|document|citation|result|item|reference|article)s?[ :#]{0,4}\d[\d,.–-]*[ ]of[ ](\d[\d,]*)"
    r"|^\W*(\d[\d,]*)(?:\.\W*$|\s*>$|\s+(?:records?|results?|documents?|citations?|hits)\b)|(?:total|found|results?)\W+(\d[\d,]*)\W*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(?:provider|content|database|source): ", re.IGNORECASE)
"""What some databases write above each record, and says nothing of it."""
_QUERY = re.compile(
    r"^\W*search (?:query|strategy|terms?|history)\W+(\S.*?)\s*$|\bCriteria: (\S.*?)\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a tagged format is written.

    ``tagged`` finds a tag (group 1 or 3) and its value (group 2 or 4) in a line. A record is opened by a tag of
    ``opens`` (by one of ``again`` if the record has it already), by a line that ``begins`` finds, and where ``loose``,
    by any tag outside of a record; it is closed by a tag of ``closes`` and, where ``blank_closes``, by an empty line.
    ``outside`` are tags that belong to no record. ``known`` are the tags that the format
    has; ``suspect`` finds lines without a tag that look as if they had one; ``remarks`` is a tag whose
    values may hold what another program noted (a screening decision …), and what finds it.
    """

    tagged: re.Pattern[str]
    known: frozenset[str]
    opens: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()
    closes: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    begins: re.Pattern[str] | None = None
    blank_closes: bool = False
    loose: bool = True
    suspect: re.Pattern[str] | None = None
    remarks: tuple[str, re.Pattern[str]] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """The tagged lines of one record: tag → its values → their lines; ``line`` is the record's first (from 1)."""

    line: int
    tags: dict[str, list[list[str]]] = field(default_factory=dict)
    order: list[tuple[str, list[str]]] = field(default_factory=list)
    """The same in the file's order."""

    def add(self, tag: str, value: str) -> None:
        """Take a tagged line."""
        lines = [value]
        self.order.append((tag, lines))
        if tag in self.tags:
            self.tags[tag].append(lines)
        else:
            self.tags[tag] = [lines]

    def values(self, *tags: str) -> list[str]:
        """The values of all these tags, tag by tag, each in one line, without the empty ones."""
        found = []
        for tag in tags:
            for lines in self.tags.get(tag, ()):
                value = lines[0] if len(lines) == 1 else " ".join(lines).strip()
                if value:
                    found.append(value)
        return found

    def lines(self, *tags: str) -> list[str]:
        """Every line of all these tags by itself, without the empty ones."""
        return [line for tag in tags for lines in self.tags.get(tag, ()) for line in lines if line]

    def either(self, *tags: str) -> list[str]:
        """All values of the first of these tags that is filled."""
        for tag in tags:
            if tag in self.tags and (found := self.values(tag)):
                return found
        return []

    def text(self, *tags: str) -> str | None:
        """The first of these tags that is filled, all its values joined; None if none is."""
        return " ".join(self.either(*tags)) or None

    def first(self, *tags: str) -> str | None:
        """The first value of the first of these tags that is filled; None if none is."""
        found = self.either(*tags)
        return found[0] if found else None


def read(text: str, source: str, grammar: Grammar, made: Callable[[Block], Raw]) -> tuple[Parsed, set[str]]:
    """The records of a tagged text, and the tags of ``outside`` that it has (``EF`` of Web of Science …)."""
    reading = Reading()
    blocks = _Blocks(grammar, reading)
    for block in blocks.cut(text):
        if grammar.remarks:
            _remarks(block, *grammar.remarks, reading)
        reading.keep(record(made(block), source), block.line)
    if blocks.cut_off:
        reading.notes.append("the last record is not closed: the file may be cut off there")
    return reading.parsed(), blocks.outside


def _remarks(block: Block, tag: str, noted: re.Pattern[str], reading: Reading) -> None:
    for value in block.values(tag):
        if found := noted.search(value):
            reading.puzzle(f"{found[0]} in {tag}", block.line)


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text one by one: a list of all of them would double a large file in memory."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


class _Blocks:
    """Cuts lines into records; what belongs to none is a puzzle, or says something of the file."""

    def __init__(self, grammar: Grammar, reading: Reading) -> None:
        self._grammar = grammar
        self._reading = reading
        self._open: Block | None = None
        self._plain = (
            grammar.known - grammar.opens - grammar.again - grammar.closes - grammar.outside - set(grammar.aliases)
        )
        self.outside: set[str] = set()
        self.cut_off = False
        self._closed = self._count = 0

    def cut(self, text: str) -> Iterator[Block]:
        """The records one by one."""
        tagged, begins = self._grammar.tagged.match, self._grammar.begins
        for number, line in enumerate(lines_of(text), start=1):
            if found := tagged(line):
                ended = self._tagged(number, found[1] or found[3], (found[2] if found[1] else found[4]) or "")
            elif begins and begins.match(line):
                ended, self._open = self._open, Block(number)
                about(line, self._reading)
            else:
                ended = self._untagged(number, line)
            if ended and ended.order:
                self._count += 1
                yield ended
        if self._open and self._open.order:
            self.cut_off = bool(self._grammar.closes) and (self._closed > 0 or self._count == 0)
            yield self._open

    def _tagged(self, number: int, tag: str, value: str) -> Block | None:
        """Work in a line with a tag; the record that it ends."""
        grammar, ended, block = self._grammar, None, self._open
        if block and tag in self._plain:  # nearly every line of a large file
            block.add(tag, value.strip())
            return None
        tag = grammar.aliases.get(tag, tag)
        if tag in grammar.closes or tag in grammar.outside:
            self._open = None
            self._closed += tag in grammar.closes
            self.outside |= {tag} & grammar.outside
            return block
        if (
            tag in grammar.opens
            or (block and tag in grammar.again and tag in block.tags)
            or (not block and grammar.loose)
        ):
            ended, block = block, Block(number)
            self._open = block
        if not block:
            self._reading.puzzle(f"tag {tag} outside of a record", number)
            return None
        if tag not in grammar.known:
            self._reading.puzzle(f"tag {tag}", number)
        block.add(tag, value.strip())
        return ended

    def _untagged(self, number: int, line: str) -> Block | None:
        """A line that goes on with the value before it, or belongs to no record; the record that an empty one ends."""
        grammar, block = self._grammar, self._open
        if not line.strip():
            if grammar.blank_closes:
                self._open = None
                return block
        elif block and block.order and not (grammar.suspect and grammar.suspect.match(line)):
            block.order[-1][1].append(line.strip())
        elif not about(line, self._reading):
            self._reading.puzzle(
                "line that looks like a tag but is none" if block else "text outside of a record", number
            )
        return None


def about(line: str, reading: Reading) -> bool:
    """Take what a line outside of the records says of the file: its search, how many records this had."""
    start = " ".join(line[:300].split())
    total, query = _TOTAL.search(start), _QUERY.search(start)
    if total:
        reading.declare(int(re.sub(r"\D", "", total[1] or total[2] or total[3])))
    if query:
        reading.query = query[1] or query[2]
    return bool(total or query or _HEADING.match(start))
