"""The text of a file, whatever its encoding and line ends."""

from __future__ import annotations

import codecs
import re

from slr.errors import ImportFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"%PDF", "is a PDF: export the records as RIS"),
    (b"\xd0\xcf\x11\xe0", "is an Excel file of before 2007: save it as .xlsx or CSV"),
    (b"PK\x03\x04", "is a packed file that is no Excel workbook: unpack it and import what is in it"),
    (b"\x1f\x8b", "is a packed file: unpack it and import what is in it"),
    (b"SQLite format 3", "is a database: export the records as RIS"),
)
"""What a file begins with that is surely no text, and what to do."""
_DECLARED = re.compile(
    rb"""<\?xml[^>]{1,80}encoding\s*=\s*["']([\w.:-]{1,30})|^%\s*Encoding:\s*([\w-]{1,30})""", re.I | re.M
)
MOST_NULS = 0.01
"""A text with a larger share of zero bytes is none."""


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file with ``\\n`` line ends, and its encoding.

    By its byte order mark; without one UTF-16 if every second byte is zero, else UTF-8, else what the file itself
    declares (XML, BibTeX), else Windows-1252 for those lines that are not UTF-8 (exports of two databases are often
    pasted into one file). Bytes that are no text in the file's encoding become U+FFFD.

    Raises ImportFileError if the file is empty or not text.
    """
    for magic, remedy in _BINARY:
        if data.startswith(magic):
            raise ImportFileError(f"{name} {remedy}")
    text, encoding = _decoded(data)
    if not text.strip():
        raise ImportFileError(f"{name} is empty: export it again from the database")
    if text.count("\x00") > MOST_NULS * len(text):
        raise ImportFileError(f"{name} is not a text file: export the records as RIS")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd"), encoding


def _decoded(data: bytes) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked == "utf-8-sig":
        text, encoding = _utf8(data[len(codecs.BOM_UTF8) :])
        return text, encoding.replace("utf-8", "utf-8-sig", 1)
    wide = marked or _utf16_without_mark(data[:200])
    if wide:
        return data.decode(wide, errors="replace"), wide
    return _utf8(data)


def _utf16_without_mark(start: bytes) -> str | None:
    half = len(start) // 2
    low, high = start[0::2].count(0), start[1::2].count(0)
    if half < 2 or max(low, high) < 0.9 * half or min(low, high) > 0.1 * half:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _utf8(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _as_declared(data) or _by_lines(data)


def _as_declared(data: bytes) -> tuple[str, str] | None:
    found = _DECLARED.search(data[:400])
    try:
        name = codecs.lookup((found[1] or found[2]).decode()).name if found else "utf-8"
        return None if name.startswith("utf") else (data.decode(name), name)
    except (LookupError, UnicodeError, TypeError):  # no such encoding; not in it; none of text
        return None


def _by_lines(data: bytes) -> tuple[str, str]:
    """UTF-8, but each line that is not is read as Windows-1252 (as Latin-1 where it has a byte that this lacks)."""
    lines = [_line(line) for line in data.splitlines(keepends=True)]
    wide = any(is_utf8 and not text.isascii() for text, is_utf8 in lines)
    return "".join(text for text, _ in lines), "utf-8, some lines cp1252" if wide else "cp1252"


def _line(line: bytes) -> tuple[str, bool]:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding), encoding == "utf-8"
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1"), False


_FOREIGN = re.compile(r"[^\x00-\x7f]{4,}|\w*[\x80-\x9f]\w*")


def unlikely(text: str) -> str | None:
    """The first place where text read as Windows-1252 looks like another encoding; None if none does.

    Western words hold single accented letters: four in a row, or a control character, are another alphabet's letters
    (Windows-1251, GB 18030, Shift JIS) read wrongly.
    """
    found = _FOREIGN.search(text)
    return re.sub(r"[\x80-\x9f]", "�", found[0][:20]) if found else None
