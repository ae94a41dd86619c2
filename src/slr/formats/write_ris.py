"""RIS, for Zotero, EndNote, Rayyan, Covidence, ASReview and others.

Source of the tags: the RIS specification of Research Information Systems (2001, 2011). Types that it has no code for
stand in M3, where databases write their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from slr.formats.writing import Written, first_and_last, line, mark
from slr.model import Record

_CODES = {
    "article": "JOUR",
    "conference-paper": "CONF",
    "book": "BOOK",
    "book-chapter": "CHAP",
    "dissertation": "THES",
    "report": "RPRT",
    "preprint": "UNPB",
    "dataset": "DATA",
    "review": "JOUR",
    "editorial": "JOUR",
    "letter": "JOUR",
    "erratum": "JOUR",
    "retraction": "JOUR",
}
_NAMED = frozenset(("review", "editorial", "letter", "erratum", "retraction", "paratext", "other"))
"""Types that M3 names, because their code does not tell them."""
_VENUE = {"JOUR": "JF", "THES": "PB", "RPRT": "PB"}


def write(publications: Iterable[Written], file: IO[bytes]) -> int:
    """Write them as UTF-8; returns how many."""
    count = 0
    for count, one in enumerate(publications, start=1):  # noqa: B007 - the count is what is returned
        file.write("".join(f"{tag}  - {value}\n" for tag, value in _lines(one)).encode())
        file.write(b"ER  - \n\n")
    return count


def _lines(one: Written) -> Iterator[tuple[str, str]]:
    code = _CODES.get(one.record.type or "", "GEN")
    yield "TY", code
    yield "ID", line(one.key)
    for tag, value in (*_fields(one.record, code), *one.tags.items()):
        if text := line(value):
            yield tag, text


def _fields(record: Record, code: str) -> Iterator[tuple[str, str | None]]:
    first, last = first_and_last(record.pages)
    yield "TI", record.title
    yield from (("AU", author) for author in record.authors)
    yield "PY", None if record.year is None else str(record.year)
    yield _VENUE.get(code, "T2"), record.venue
    yield from (("VL", record.volume), ("IS", record.issue), ("SP", first), ("EP", last))
    yield "DO", record.doi
    yield "M3", record.type if record.type in _NAMED else None
    yield from (("M3", words) for words in mark(record))
    yield from (("LA", record.language), ("AB", record.abstract))
    yield from (("KW", keyword) for keyword in record.keywords)
    yield from (("SN", record.ids.get("issn") or record.ids.get("isbn")), ("AN", record.ids.get("accession")))
    yield "UR", record.url
