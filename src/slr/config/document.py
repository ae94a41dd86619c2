"""A YAML file as plain values that know their lines: the one door to ruamel.yaml.

The file is read with YAML 1.2's rules (``no`` is a word, not false). Nothing is constructed but text, numbers,
booleans, nulls, lists and mappings; every problem is kept with its key path and line, so that a user sees all at once.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys and list positions (from 0) from the top of the file."""

MAX_BYTES = 1_000_000
MAX_VALUES = 200_000
"""Values of one file after aliases are followed: a file of a few lines can stand for billions (an alias bomb)."""
MAX_DEPTH = 32

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset(_TAG + name for name in ("str", "timestamp", "value", "merge"))
_ALLOWED_TAGS = _TEXT_TAGS | {_TAG + name for name in ("null", "bool", "int", "float", "seq", "map")}
_OLD_BOOLEANS = frozenset({"yes", "no", "on", "off"})
"""Words that YAML 1.1 programs read as true or false when they stand without quotes."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file, at ``line`` (from 1; 0 for the file as a whole) and ``path``."""

    file: str
    line: int
    path: str
    text: str

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ", ".join(part for part in (self.file, line, self.path) if part) + ": " + self.text


@dataclass
class Document:
    """One file of a review: its bytes, its value, the line of each key path, and the problems found so far.

    ``bare`` holds the paths of unquoted words that other YAML programs take for booleans, ``refused`` those of values
    that were left out, of which nothing more is said. ``readable`` is False for a file that could not be read at all.
    """

    name: str
    raw: bytes = b""
    value: object = None
    readable: bool = False
    lines: dict[KeyPath, int] = field(default_factory=dict)
    bare: set[KeyPath] = field(default_factory=set)
    refused: set[KeyPath] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: KeyPath) -> int:
        """The line (from 1) of ``path``, or of the nearest key around it that the file has; 0 if there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def fault(self, path: KeyPath, text: str, line: int | None = None) -> None:
        """Keep a problem at ``path``; ``line`` overrides the line of the path."""
        if path not in self.refused:
            self.problems.append(Problem(self.name, self.line(path) if line is None else line, written(path), text))

    def refuse(self, path: KeyPath, text: str) -> None:
        """Keep a problem at ``path`` whose value is left out: any further problem there only follows from it."""
        self.fault(path, text)
        self.refused.add(path)

    def in_order(self) -> list[str]:
        """The problems as text, each once, from the top of the file."""
        places = {problem: re.sub(r"\d+", lambda number: number[0].zfill(9), problem.path) for problem in self.problems}
        return [str(problem) for problem in sorted(places, key=lambda problem: (problem.line, places[problem]))]

    def find(self, *pattern: str) -> Iterator[tuple[KeyPath, object]]:
        """Each (path, value) that lies at ``pattern``, where ``*`` stands for every position of a list."""
        found: list[tuple[KeyPath, object]] = [((), self.value)]
        for step in pattern:
            found = [child for path, value in found for child in _children(path, value, step)]
        yield from found


def _children(path: KeyPath, value: object, step: str) -> Iterator[tuple[KeyPath, object]]:
    if step == "*" and isinstance(value, list):
        yield from (((*path, position), item) for position, item in enumerate(value))
    elif isinstance(value, dict) and step in value:
        yield (*path, step), value[step]


def written(path: KeyPath) -> str:
    """A key path as people write it: ``axes.terms[2]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shortened(text.removeprefix("."), 200)


def shortened(text: str, limit: int = 60) -> str:
    """``text`` on one line, printable, of at most ``limit`` characters."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def describe(value: object) -> str:
    """What a value is, for 'should be …, is …'."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {shortened(repr(value))}"
        case str():
            return f'the text "{shortened(value)}"' if value.strip() else "an empty text"
        case list():
            return "a list"
        case _:
            return "a block of keys"


def read_document(folder: Path, name: str) -> Document:
    """Read the YAML file ``name`` of ``folder``; whatever is wrong with it becomes a problem of the document."""
    document = Document(name)
    try:
        raw = _bytes(folder / name)
    except FileNotFoundError:
        document.fault((), f"is missing in {folder} (slr init DIR writes a commented example)")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        document.fault((), f"cannot be read: {reason} (make it a readable file)")
    else:
        parse(document, raw)
    return document


def _bytes(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(None, "it is not a regular file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def parse(document: Document, raw: bytes) -> None:
    """Fill ``document`` from the bytes of its file (UTF-8, with or without a byte-order mark)."""
    document.raw = raw
    if len(raw) > MAX_BYTES:
        return document.fault((), f"is larger than {MAX_BYTES:,} bytes (write a smaller file)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return document.fault((), "is not UTF-8 text (save the file with the encoding UTF-8)", line)
    node = _compose(document, text)
    if node is not None:
        _Builder(document).fill(node)
    elif not document.problems:
        document.fault((), "is empty (slr init DIR writes a commented example)")
    return None


def _compose(document: Document, text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False
    try:
        node: Node | None = yaml.compose(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.fault((), "holds a control character that YAML forbids (delete it)", line)
    except RecursionError:
        document.fault((), f"is nested more than {MAX_DEPTH} levels deep (write it flatter)")
    except YAMLError as error:
        _syntax_fault(document, text, error)
    else:
        return node
    return None


def _syntax_fault(document: Document, text: str, error: YAMLError) -> None:
    """Say a syntax error in one sentence; a tab in the indentation is by far the commonest cause worth naming."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    lines = text.splitlines()
    indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())] if 0 < line <= len(lines) else ""
    if "\t" in indent:
        return document.fault((), "a tab indents this line, which YAML forbids (write spaces)", line)
    problem = error.problem if isinstance(error, MarkedYAMLError) and error.problem else "it cannot be parsed"
    if problem.startswith("but "):
        problem = f"{getattr(error, 'context', None) or 'one thing was expected'} {problem}"
    advice = "check the indentation, colons, brackets and quotes here and just above"
    return document.fault((), f"is not YAML: {shortened(problem, 120)} ({advice})", line)


class _TooLarge(Exception):
    """The values of the file, with aliases followed, pass a limit."""


class _Builder:
    """Turns ruamel's nodes into plain values, noting lines and problems in the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def fill(self, node: Node) -> None:
        try:
            self.document.value = self.build(node, ())
            self.document.readable = True
        except _TooLarge as error:
            self.document.problems = []
            self.document.fault((), str(error), 0)

    def build(self, node: Node, path: KeyPath) -> object:
        self.count += 1
        if self.count > MAX_VALUES:
            raise _TooLarge(f"stands for more than {MAX_VALUES:,} values with its aliases (use fewer aliases)")
        if len(path) > MAX_DEPTH:
            raise _TooLarge(f"is nested more than {MAX_DEPTH} levels deep (write it flatter)")
        self.document.lines.setdefault(path, _line(node))
        tag = str(node.tag)
        if tag not in _ALLOWED_TAGS:
            short = shortened(tag.replace(_TAG, "!!"))
            self.document.refuse(path, f"the tag {short} is refused (write plain text, lists and keys)")
            return None
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, position)) for position, item in enumerate(node.value)]
        return self.mapping(node, path) if isinstance(node, MappingNode) else self.scalar(tag, node, path)

    def mapping(self, node: MappingNode, path: KeyPath) -> dict[str, object]:
        result: dict[str, object] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            key = self.key(key_node, path)
            if key_node.tag == _TAG + "merge":
                merged.append(value_node)
            elif key in result:
                first = self.document.line((*path, key))
                self.document.fault((*path, key), f"is given twice, first on line {first} (keep one)", _line(key_node))
            elif key is not None:
                self.document.lines.setdefault((*path, key), _line(key_node))
                result[key] = self.build(value_node, (*path, key))
        for value_node in merged:
            self.merge(result, value_node, path)
        return result

    def key(self, node: Node, path: KeyPath) -> str | None:
        """A key is the text it is written with, whatever YAML would make of it: years and 'no' can be names."""
        if isinstance(node, ScalarNode) and node.value.strip() and not _broken(node.value):
            return str(node.value)
        self.document.fault(path, "a key here is not a plain word (write name: value)", _line(node))
        return None

    def merge(self, result: dict[str, object], node: Node, path: KeyPath) -> None:
        """YAML's ``<<: *anchor``: the anchor's keys, where the mapping has none of its own."""
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            value = self.build(source, path)
            if not isinstance(value, dict):
                self.document.fault(path, "<< must name a block of keys (write << : *anchor)", _line(source))
                continue
            for key, inherited in value.items():
                result.setdefault(key, inherited)

    def scalar(self, tag: str, node: Node, path: KeyPath) -> object:
        text = str(node.value)
        if tag in _TEXT_TAGS:
            if not getattr(node, "style", None) and text.lower() in _OLD_BOOLEANS:
                self.document.bare.add(path)
            if _broken(text):
                self.document.refuse(path, "holds a control character or half a character (delete it)")
            return text
        return _value(tag, text)


def _value(tag: str, text: str) -> object:
    """A number, boolean or null; a spelling that Python does not read as one stays text."""
    if tag == _TAG + "null":
        return None
    if tag == _TAG + "bool":
        return text.lower() in ("true", "yes", "on", "y")
    try:
        return int(text) if tag == _TAG + "int" else float(text)
    except ValueError:
        return text


def _broken(text: str) -> bool:
    return any(c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs") for c in text)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
