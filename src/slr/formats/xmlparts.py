"""XML exports record by record: each element that is a record is parsed by itself, so that damage loses only its own.

The parser is defusedxml's: no entities are defined, no files are fetched. Memory grows with one record only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from slr.formats.base import Parsed, Reading
from slr.formats.fields import Raw, record

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BARE = re.compile(r"&(?!#\d+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]{1,30};)")


def read(text: str, source: str, names: tuple[str, ...], made: Callable[[Element], Raw]) -> Parsed:
    """The records of every element called one of ``names`` (not of those inside of another)."""
    reading = Reading()
    for line, part, whole in _parts(text, names):
        if not whole:
            reading.reject(line, f"the file is cut off or damaged here: <{names[0]}> is not closed")
            continue
        element = _parsed(part)
        if element is None:
            reading.reject(line, "this part is no well-formed XML")
        else:
            reading.keep(record(made(element), source), line)
    return reading.parsed()


def _parts(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, str, bool]]:
    """(line, text, whether it is closed) of each element; one that is not closed ends where the next begins."""
    opening = re.compile(rf"<({'|'.join(names)})(?=[\s>])[^>]*>")
    line, counted, at = 1, 0, 0
    while found := opening.search(text, at):
        start, close = found.start(), f"</{found[1]}>"
        after = opening.search(text, found.end())
        end = text.find(close, found.end(), after.start() if after else len(text))
        line, counted = line + text.count("\n", counted, start), start
        at = end + len(close) if end >= 0 else (after.start() if after else len(text))
        yield line, text[start:at], end >= 0


def _parsed(part: str) -> Element | None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        found: Element = fromstring(_mended(part))
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return None
    return found


def _mended(part: str) -> str:
    """HTML's names for characters resolved, bare ``&`` escaped, characters that XML forbids left out."""
    if "&" in part:
        part = _BARE.sub("&amp;", part)
        part = _NAMED.sub(lambda name: name[0] if name[1] in _OWN else html.escape(html.unescape(name[0])), part)
    return _FORBIDDEN.sub("", part)


def said(element: Element | None, *paths: str) -> str | None:
    """The text of the first of these paths that has some, with the text of the elements in it."""
    if element is None:
        return None
    for path in paths:
        for one in element.iterfind(path):
            if value := " ".join("".join(one.itertext()).split()):
                return value
    return None


def all_said(element: Element, path: str) -> list[str]:
    """The texts of all elements of a path, without the empty ones."""
    return [value for one in element.iterfind(path) if (value := " ".join("".join(one.itertext()).split()))]
