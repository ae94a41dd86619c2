"""RIS, as EBSCO, ScienceDirect, Emerald, Zotero and others export it.

Tags differ between databases (title in TI, T1 or CT; journal in JO, JF, T2 or J2); the first that is filled counts.
Source of the tag meanings: the RIS specification of Research Information Systems, 2001 and 2011.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import rispy

from slr.errors import ImportFileError
from slr.formats.base import Entry, Format, Parsed, Rejected
from slr.model import Record

_TYPES = {
    "JOUR": "article",
    "JFULL": "article",
    "EJOUR": "article",
    "ABST": "article",
    "INPR": "article",
    "CONF": "conference-paper",
    "CPAPER": "conference-paper",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "book-chapter",
    "ECHAP": "book-chapter",
    "THES": "dissertation",
    "RPRT": "report",
    "GOVDOC": "report",
    "UNPB": "preprint",
    "DATA": "dataset",
    "MGZN": "other",
    "NEWS": "other",
    "GEN": None,
}
_LANGUAGES = {
    "english": "en", "eng": "en", "german": "de", "ger": "de", "deu": "de", "french": "fr", "fre": "fr", "fra": "fr",
    "spanish": "es", "spa": "es", "italian": "it", "ita": "it", "portuguese": "pt", "por": "pt", "chinese": "zh",
    "chi": "zh", "danish": "da", "dan": "da", "dutch": "nl", "russian": "ru", "japanese": "ja",
}  # fmt: skip
"""Names and ISO 639-2 codes of languages as databases write them, to ISO 639-1."""
_START = re.compile(r"^TY  ?- ?(.*)$", re.MULTILINE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a RIS file; a record that cannot be read is rejected with its line, the others are kept."""
    entries: list[Entry] = []
    rejected: list[Rejected] = []
    for line, block in _blocks(text):
        try:
            fields = _fields(block)
        except (rispy.parser.ParseError, OSError, ValueError) as error:
            rejected.append(Rejected(line, f"not readable as RIS ({error})"))
            continue
        record = _record(fields, source)
        if record.title or record.doi or record.authors:
            entries.append(Entry(record, line))
        else:
            rejected.append(Rejected(line, "no title, no author and no DOI"))
    return Parsed(tuple(entries), tuple(rejected))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each record, cut at its TY line, so that a missing ER loses nothing."""
    starts = [match.start() for match in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text.count("\n", 0, start) + 1, text[start:end]


def _fields(block: str) -> Mapping[str, Sequence[str]]:
    """tag → its values in order; every tag is read as a list, so that no database's habit is lost."""
    body = re.sub(r"^([A-Z][A-Z0-9])[ \t]*-[ \t]?", r"\1  - ", block, flags=re.MULTILINE)
    body = re.split(r"^ER  -", body, maxsplit=1, flags=re.MULTILINE)[0].rstrip()
    parsed = rispy.loads(
        body + "\nER  - \n",
        mapping={"TY": "TY", "UK": "tags"},
        list_tags=[],
        delimiter_tags_mapping={},
    )
    if not parsed:
        raise ImportFileError("no TY line")
    fields = {tag: [v for v in values if v] for tag, values in parsed[0].get("tags", {}).items() if tag}
    return {"TY": [parsed[0]["TY"]], **fields}


def _record(fields: Mapping[str, Sequence[str]], source: str) -> Record:
    journal_first = fields["TY"][0].strip().upper() not in ("CHAP", "ECHAP", "CONF", "CPAPER", "BOOK")
    venue = ("JO", "JF", "T2", "JA", "J2", "BT", "PB") if journal_first else ("T2", "BT", "JO", "JF", "T3", "PB")
    return Record(
        record_id="",
        source=source,
        title=_text(fields, "TI", "T1", "CT") or "",
        authors=tuple(" ".join(a.split()) for tag in ("AU", "A1") for a in fields.get(tag, ())),
        year=_year(fields),
        venue=_text(fields, *venue),
        volume=_text(fields, "VL"),
        issue=_text(fields, "IS"),
        pages=_pages(fields),
        doi=_doi(fields),
        type=_TYPES.get(fields["TY"][0].strip().upper(), "other"),
        language=_language(fields),
        abstract=_text(fields, "AB", "N2"),
        keywords=tuple(k for k in fields.get("KW", ()) if k),
        url=_text(fields, "UR", "L2"),
        ids={name: value for name, tag in (("accession", "AN"), ("issn", "SN")) if (value := _text(fields, tag))},
    )


def _text(fields: Mapping[str, Sequence[str]], *tags: str) -> str | None:
    """The first of these tags that is filled, its lines joined; None if none is."""
    for tag in tags:
        if value := " ".join(" ".join(fields.get(tag, ())).split()):
            return value
    return None


def _year(fields: Mapping[str, Sequence[str]]) -> int | None:
    found = re.search(r"\b(1[5-9]\d\d|20\d\d)\b", _text(fields, "PY", "Y1", "DA", "Y2") or "")
    return int(found.group(1)) if found else None


def _language(fields: Mapping[str, Sequence[str]]) -> str | None:
    named = (_text(fields, "LA") or "").lower()
    return _LANGUAGES.get(named, named) or None


def _pages(fields: Mapping[str, Sequence[str]]) -> str | None:
    first, last = _text(fields, "SP"), _text(fields, "EP")
    return f"{first}-{last}" if first and last and "-" not in first and first != last else first


def _doi(fields: Mapping[str, Sequence[str]]) -> str | None:
    """The DOI of the tag DO, else of M3, L3 (EBSCO) or a doi.org address."""
    for tag in ("DO", "DI", "M3", "L3", "UR"):
        text = _text(fields, tag) or ""
        found = _DOI.search(text)
        if found and (tag != "UR" or "doi.org/" in text):
            return found.group(0).rstrip(".,;").lower()
    return None


RIS = Format("RIS", _looks_like, read)
