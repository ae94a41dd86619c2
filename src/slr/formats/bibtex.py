"""BibTeX and BibLaTeX, as Scopus, Web of Science, ACM, Google Scholar, Zotero, JabRef and others write it.

bibtexparser cuts the text into entries and fields; strings (``@string``, ``#``), keys that come twice, letter case,
cross-references and LaTeX are mended here.
Source of the field meanings: BibTeXing (Patashnik, 1988), the BibLaTeX manual, and what databases write beside them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slr.formats import words
from slr.formats.authors import given_first
from slr.formats.base import Format, Parsed, Reading
from slr.formats.fields import Raw, doi_of_address, record
from slr.formats.latex import plain
from slr.names import SUFFIXES

_START = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]{3,30}\s{0,20}[{(]\s{0,20}[^\s,={}]*\s{0,20},", re.MULTILINE)
_COMMA_MISSING = re.compile(r"([}\"])[ \t]*\n(?=[ \t]*[A-Za-z][\w-]{1,30}[ \t]*=[ \t]*[{\"])")
_ROUND = re.compile(
    r"^[ \t]*@[ \t]*(?!string|comment|preamble)([A-Za-z]+)[ \t]*\(|^[ \t]*\)[ \t]*$", re.MULTILINE | re.IGNORECASE
)
"""Where an entry in round brackets begins and ends."""
_MONTHS = {
    name[:3]: name
    for name in "january february march april may june july august september october november december".split()  # noqa: SIM905
}


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a BibTeX file; an entry that is broken is rejected with its line, the others are kept."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # it is said in the receipt
    library = parse_string(_mended(text), parse_stack=[])
    strings = _MONTHS | {one.key.lower(): _evaluated(str(one.value), _MONTHS) for one in library.strings}
    reading, entries = Reading(), []
    for block in library.blocks:
        whole = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        line = (block.start_line or 0) + 1
        if isinstance(whole, Entry):
            entries.append((line, _fields(whole, strings)))
        elif isinstance(block, ParsingFailedBlock):
            reading.reject(line, "this entry of BibTeX is broken (a brace, a quotation mark or a comma is missing)")
    by_key = {fields["key"].lower(): fields for _, fields in entries}
    for line, fields in entries:
        reading.keep(record(_raw(_inherited(fields, by_key)), source), line)
    return reading.parsed()


def _mended(text: str) -> str:
    """With the comma that is missing between two fields, and braces for round brackets, which the parser lacks."""
    text, opened, parts, at = _COMMA_MISSING.sub(r"\1,\n", text), None, [], 0
    for found in _ROUND.finditer(text):
        if found[1]:
            opened = found
        elif opened:
            parts += [text[at : opened.end() - 1], "{", text[opened.end() : found.start()], "}"]
            opened, at = None, found.end()
    return "".join([*parts, text[at:]])


def _fields(entry: Any, strings: Mapping[str, str]) -> dict[str, str]:
    """field → value with strings resolved; names in small letters and digits; of two of a name the first filled."""
    found = {"ENTRYTYPE": entry.entry_type.lower(), "key": str(entry.key)}
    for one in entry.fields:
        name, value = re.sub(r"[^a-z0-9]", "", one.key.lower()), _evaluated(str(one.value), strings)
        if value.strip() and not found.get(name):
            found[name] = value
    return found


def _evaluated(value: str, strings: Mapping[str, str]) -> str:
    """``"a" # name # {b}`` as one text; a name that is not defined stands for itself."""
    return "".join(
        part[1:-1] if part[:1] in ('"', "{") and len(part) > 1 else strings.get(part.lower(), part)
        for part in _parts(value)
    )


def _parts(value: str) -> Iterator[str]:
    """What ``#`` joins outside of braces and quotation marks."""
    depth, quoted, start = 0, False, 0
    for at, sign in enumerate(value):
        depth += (sign == "{") - (sign == "}")
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign == "#" and depth == 0 and not quoted:
            yield value[start:at].strip()
            start = at + 1
    yield value[start:].strip()


def _inherited(fields: Mapping[str, str], by_key: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """With what its cross-reference says and it does not; the title of the whole is the part's ``booktitle``."""
    parent = by_key.get(fields.get("crossref", "").strip().lower())
    if parent is None or parent is fields:
        return fields
    whole = {"booktitle": parent.get("booktitle") or parent.get("title", "")}
    given = {
        name: parent[name]
        for name in ("year", "date", "isbn", "issn", "publisher", "journal", "volume")
        if name in parent
    }
    return {**given, **whole, **fields}


def _raw(fields: Mapping[str, str]) -> Raw:
    def first(*names: str) -> str | None:
        return next((fields[name] for name in names if fields.get(name)), None)

    def text(*names: str) -> str | None:
        return plain(found) if (found := first(*names)) else None

    url = re.sub(r"\\([_%&#~{}])", r"\1", re.sub(r"^\\url\{(.*)\}$", r"\1", first("url", "link", "urls") or "")) or None
    return Raw(
        title=text("title", *(("booktitle",) if fields["ENTRYTYPE"] in ("proceedings", "book", "collection") else ())),
        authors=list(
            _authors(first("author", *(("editor",) if "editor" in fields and "author" not in fields else ())) or "")
        ),
        dates=[first("year") or "", first("date") or "", first("issued", "publicationdate") or ""],
        venue=text(
            "journal", "journaltitle", "booktitle", "maintitle", "series", "school", "institution", "organization"
        ),
        volume=text("volume"),
        issue=text("number", "issue") if fields["ENTRYTYPE"] not in ("techreport", "report", "patent") else None,
        pages=text("pages", "articlenumber", "artnumber", "articleno", "eid"),
        dois=[
            re.sub(r"\\([_%&#])", r"\1", first("doi") or "").replace("{", "").replace("}", ""),
            doi_of_address(url) or "",
        ],
        types=_types(fields),
        languages=[plain(first("language", "langid") or "")],
        abstract=text("abstract"),
        keywords=list(_keywords(fields)),
        url=url,
        serials=[fields.get(name, "") for name in ("issn", "eissn", "isbn")],
        ids=_ids(fields),
        retracted=words.retracted([first("type", "documenttype") or ""]),
    )


def _types(fields: Mapping[str, str]) -> list[str]:
    """The entry's type; what kind of article it is, the database's own word tells."""
    kind = words.record_type([fields["ENTRYTYPE"]])
    own = [plain(fields.get(name, "")) for name in ("documenttype", "type")]
    if kind is None and "arxiv" in f"{fields.get('archiveprefix', '')}{fields.get('eprinttype', '')}".lower():
        return ["preprint"]
    return [kind or "", *own] if kind in (None, "article") else [kind]


def _authors(value: str) -> Iterator[str]:
    """``and`` parts them, but not in braces; a name all in braces is a body's."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    for name in split_multiple_persons_names(value) if value.count("{") == value.count("}") else value.split(" and "):
        whole = re.fullmatch(r"\s*\{[^{}]*\}\s*", name)
        text = " ".join(plain(name).split())
        if whole or text.lower() == "others":
            yield from [text] if whole else []
            continue
        yield given_first(_suffix_last(text))


def _suffix_last(name: str) -> str:
    """``Smith, Jr., J.``, as BibTeX has it, with the suffix behind the given name."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) != 3 or parts[2].rstrip(".").lower() in SUFFIXES:
        return name
    suffix = parts[1].rstrip(".").lower() in SUFFIXES or len(parts[1]) < len(parts[2])
    return ", ".join((parts[0], parts[2], parts[1])) if suffix else name


def _keywords(fields: Mapping[str, str]) -> Iterator[str]:
    """Parted by semicolons, or (as in most entries) by commas."""
    for name in ("authorkeywords", "keywords", "keyword", "keywordsplus", "mendeleytags"):
        value = plain(fields.get(name, ""))
        yield from [value] if ";" in value else value.split(",")


def _ids(fields: Mapping[str, str]) -> dict[str, str | None]:
    arxiv = re.search(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", fields.get("eprint", ""))
    number = re.search(r"\d{4,9}", fields.get("pmid", "") or fields.get("pubmedid", ""))
    eid = re.search(r"eid=(2-s2\.0-\d+)", fields.get("url", ""))
    return {
        "pmid": number[0] if number else None,
        "pmcid": fields.get("pmcid"),
        "arxiv": arxiv[0]
        if arxiv and "arxiv" in f"{fields.get('archiveprefix')}{fields.get('eprinttype')}".lower()
        else None,
        "wos": fields.get("uniqueid"),
        "scopus": eid[1] if eid else None,
    }


BIBTEX = Format(
    "BibTeX",
    _looks_like,
    read,
    known_by="an entry such as `@article{key,`",
    meanings="BibTeXing (Patashnik, 1988), the BibLaTeX manual, and what the databases write beside them",
)
