"""The values of a record, from what a format's fields say: the one place where they are mended.

Titles, abstracts, keywords and names keep the database's wording; character references (``&amp;``) are resolved, the
tags of HTML and JATS dropped, line breaks and runs of blanks made one blank.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from slr.formats import words
from slr.formats.authors import names
from slr.model import Record

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG = re.compile(
    r"</?(?:(?P<inline>i|b|u|em|strong|sub|sup|inf|scp|sc|tt|span|a|font|italic|bold|named-content|mml:[a-z]+)"
    r"|p|br|title|sec|div|h[1-6]|li|ul|ol|abstract|jats:[a-z-]+)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
"""Tags that stand in titles and abstracts; a ``<`` of any other kind is text (p < 0.05)."""
_MISSING = frozenset({"NA", "N/A", "nan", "NaN", "null", "NULL", "None", "-", "[]"})
"""How programs write that there is nothing."""
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,4}/[^\s<>\"]+")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?:(?!\d)|(?=(?:0\d|1[0-2])[0-3]\d(?!\d)))")
"""Four digits by themselves, or the first of YYYYMMDD."""
_PAGES_MARK = re.compile(r"^(?:pp?\.?|[Pp]ages?|[PS]{1,2}\.)\s*(?=[\dA-Za-z]*\d)")
_PAGES_MARK_OF_LAST = re.compile(r"\s*[-–—]+\s*pp?\.?\s*(?=\d)")
_DASH = re.compile(r"\s*(?:--+|[‐-―−])\s*")
_ISSN = re.compile(r"(?<!\d)(?<!\d-)(\d{4})-?(\d{3}[\dXx])(?![\w-])")
_ISBN = re.compile(r"(?<!\d)(97[89][\d -]{10,14}|\d[\d -]{8,11}[\dXx])(?!\d)")


@dataclass(frozen=True, slots=True)
class Raw:
    """What a format's fields say, unmended. Where several values are given, the first that says something counts.

    ``authors`` are one name each (or several with ``;``), ``Family, Given``; ``pages`` is a range or the first page;
    ``keywords`` are one each or several with ``;``.
    """

    title: str | None = None
    authors: Sequence[str] = ()
    dates: Sequence[str] = ()
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    last_page: str | None = None
    dois: Sequence[str] = ()
    types: Sequence[str] = ()
    languages: Sequence[str] = ()
    abstract: str | None = None
    keywords: Sequence[str] = ()
    url: str | None = None
    serials: Sequence[str] = ()
    """ISSNs and ISBNs."""
    ids: Mapping[str, str | None] = field(default_factory=dict)
    retracted: bool | None = None
    references: Sequence[str] = ()
    """One reference of the work each, as text."""


def record(raw: Raw, source: str) -> Record:
    """The record of what a file says, without an id."""
    return Record(
        record_id="",
        source=source,
        title=text(raw.title) or "",
        authors=tuple(filter(None, map(text, names(raw.authors)))),
        year=year(raw.dates),
        venue=text(raw.venue),
        volume=text(raw.volume),
        issue=text(raw.issue),
        pages=pages(text(raw.pages), text(raw.last_page)),
        doi=doi(raw.dois),
        type=words.record_type(raw.types),
        language=words.language(raw.languages),
        abstract=text(raw.abstract),
        keywords=keywords(raw.keywords),
        retracted=raw.retracted if raw.retracted is not None else words.retracted(raw.types),
        url=next((url.split()[0] for url in (raw.url,) if url and url.strip()), None),
        ids=_ids(raw),
        references=tuple(filter(_is_reference, filter(None, map(text, raw.references)))),
    )


def _is_reference(value: str) -> bool:
    """Whether it is a reference in words; a database's own numbers of works mean nothing elsewhere."""
    return " " in value


def text(value: str | None) -> str | None:
    """A value in one line, without references and tags; None for nothing and for how programs write nothing."""
    if not value:
        return None
    if "&" in value:
        value = _resolved(_resolved(value))
    if "<" in value:
        value = _TAG.sub(lambda tag: "" if tag["inline"] else " ", value)
    value = " ".join(value.split())
    return None if value in _MISSING else value or None


def _resolved(value: str) -> str:
    """References only with their semicolon: ``R&D`` and ``a&copy=1`` hold none."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), value)


def closed(title: str | None) -> str | None:
    """A title without the full stop that MEDLINE's and other Ovid databases' rules put after every title."""
    plain = text(title)
    if plain and plain.endswith(".") and "." not in plain.rsplit(" ", 1)[-1][:-1]:
        return plain[:-1].rstrip()
    return plain


def year(values: Iterable[str]) -> int | None:
    """The first year from 1500 to 2099 that the first value with one names."""
    return next((int(found[1]) for found in map(_YEAR.search, values) if found), None)


def pages(first: str | None, last: str | None = None) -> str | None:
    """``507-520`` from a range (any dash, with or without "pp.") or from first and last page."""
    bare = _PAGES_MARK.sub("", first or "")
    first = _DASH.sub("-", _PAGES_MARK_OF_LAST.sub("-", bare) if bare != first else bare).strip(" -.,;")
    if not first or first.lower() in ("no pagination specified", "no pagination", "(no pagination)"):
        return None
    return f"{first}-{last}" if last and "-" not in first and first != last else first


def whole_range(printed: str | None) -> str | None:
    """``132-42``, as MEDLINE shortens it, as ``132-142``; anything else stays."""
    found = re.fullmatch(r"(\d+)-(\d+)", printed or "")
    if found is None or len(found[2]) >= len(found[1]):
        return printed
    return f"{found[1]}-{found[1][: -len(found[2])]}{found[2]}"


def doi(values: Iterable[str]) -> str | None:
    """The first DOI in any of the values (``doi:``, a resolver's address, percent signs), bare and in lower case."""
    for value in values:
        found = _DOI.search(unquote(value) if "%" in value else value)
        if found:
            return _trimmed(found[0]).lower()
    return None


def doi_of_address(url: str | None) -> str | None:
    """The DOI of an address of a DOI resolver; None for any other address."""
    return unquote(url).split("doi.org/", 1)[1].split("?")[0] if url and "doi.org/" in url else None


def _trimmed(found: str) -> str:
    """Without punctuation of the sentence around it; a closing bracket belongs to a DOI that opens one."""
    found = found.rstrip(".,;")
    while (
        found and found[-1] in ")]}" and found.count(found[-1]) > found.count({")": "(", "]": "[", "}": "{"}[found[-1]])
    ):
        found = found[:-1].rstrip(".,;")
    return found


def keywords(values: Iterable[str]) -> tuple[str, ...]:
    """The single keywords, each once, in their order; without the asterisk of a major topic."""
    parts = (text(part.replace("*", "")) for value in values for part in _resolved(value).split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _ids(raw: Raw) -> dict[str, str]:
    joined = " ".join(raw.serials)
    issn = _ISSN.search(joined)
    isbns = (re.sub("[ -]", "", isbn) for isbn in _ISBN.findall(joined))
    found = {name: text(value) for name, value in raw.ids.items()}
    found["issn"] = f"{issn[1]}-{issn[2].upper()}" if issn else None
    found["isbn"] = next((isbn.upper() for isbn in isbns if len(isbn) in (10, 13)), None) if not issn else None
    return {name: value for name, value in found.items() if value}
