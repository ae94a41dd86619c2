"""What a format gives back, and the text of a file whatever its encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from slr.errors import ImportFileError
from slr.model import Record


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
class Parsed:
    """All that a file holds: its records in order, and what could not be read."""

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, a test on the text's beginning, and its reader (raises ImportFileError)."""

    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str, str], Parsed]
    """``read(text, source)``; ``source`` names the database in the records."""


_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file with ``\\n`` line ends, and its encoding: by its mark, else UTF-8, else Windows-1252.

    Raises ImportFileError if the file is empty or not text.
    """
    if not data.strip():
        raise ImportFileError(f"{name} is empty: export it again from the database")
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None) or _guess(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{name} is damaged: it is not {encoding} from byte {error.start:,} on; export it again") from None
    if "\x00" in text:
        raise ImportFileError(f"{name} is not a text file: export the records as RIS")
    return re.sub(r"\r\n?", "\n", text), encoding


def _guess(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if not any(b in data for b in b"\x81\x8d\x8f\x90\x9d") else "latin-1"
    return "utf-8"
