"""CSL-JSON, as Zotero, Mendeley, Crossref and pandoc write it: a list of items (or one, or one a line).

Source of the variable meanings: the CSL 1.0.2 specification, appendix IV, and the CSL-JSON schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slr.formats.base import Format, Parsed, Reading
from slr.formats.fields import Raw, doi_of_address, record

_START = re.compile(r"\s*[\[{]")
_KEY = re.compile(r'"(?:title|DOI|issued|container-title|author)"\s*:')
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")
_WRAPPED = re.compile(
    r'\s*\{\s*(?:"[^"]{1,80}"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,\s*){0,20}"[^"]{1,80}"\s*:\s*\[\s*(?=\{\s*")'
)
_ITEM = frozenset(("title", "DOI", "issued", "container-title", "type", "abstract"))
Item = Mapping[str, Any]


def _looks_like(text: str) -> bool:
    return _START.match(text) is not None and _KEY.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a CSL-JSON file; an item that is broken is rejected with its line, the others are kept."""
    reading = Reading()
    for line, item in _items(text):
        if item is None:
            reading.reject(line, "this part is no JSON (cut off or damaged)")
        elif _ITEM & set(item):
            reading.keep(record(_raw(item), source), line)
    return reading.parsed()


def _items(text: str) -> Iterator[tuple[int, Item | None]]:
    """(line, item) of each object of the list; None for what cannot be read, once for each stretch of it."""
    decoder, at, line, counted = json.JSONDecoder(), _first(text), 1, 0
    while 0 <= at < len(text):
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, end = decoder.raw_decode(text, at)
            yield line, item if isinstance(item, dict) else {}
        except (ValueError, RecursionError):
            after = _NEXT.search(text, at + 1)
            end = after.end() if after else len(text)
            yield line, None
        at = text.find("{", end)


def _first(text: str) -> int:
    """Where the first item begins; an object that only wraps a list of them is stepped into."""
    wrapped = _WRAPPED.match(text)
    return text.find("{", wrapped.end() if wrapped and not _KEY.search(text, 0, wrapped.end()) else 0)


def _raw(item: Item) -> Raw:
    url = _text(item, "URL")
    return Raw(
        title=_text(item, "title"),
        authors=[name for one in _list(item.get("author") or item.get("editor")) if (name := _name(one))],
        dates=[
            _date(item.get(name))
            for name in ("issued", "published", "published-print", "published-online", "event-date")
        ],
        venue=_text(
            item,
            "container-title",
            "event-title",
            "collection-title",
            "publisher" if item.get("type") == "thesis" else "event",
        ),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=_text(item, "page", "page-first", "article-number"),
        dois=[_text(item, "DOI") or "", doi_of_address(url) or ""],
        types=[_text(item, "type") or "", _text(item, "genre") or ""],
        languages=[_text(item, "language") or ""],
        abstract=_text(item, "abstract"),
        keywords=[part for value in _list(item.get("keyword")) for part in re.split("[;,]", str(value))],
        url=url,
        serials=[str(value) for name in ("ISSN", "ISBN") for value in _list(item.get(name))],
        ids={"pmid": _text(item, "PMID"), "pmcid": _text(item, "PMCID")},
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _text(item: Item, *names: str) -> str | None:
    """The first of these variables that is a text or a number (Crossref writes lists of them)."""
    values = (one for name in names for one in _list(item.get(name)))
    return next((str(value) for value in values if isinstance(value, str | int | float) and str(value).strip()), None)


def _name(one: object) -> str | None:
    if not isinstance(one, dict):
        return str(one) if isinstance(one, str) else None
    particle, suffix = _text(one, "non-dropping-particle", "dropping-particle"), _text(one, "suffix")
    family = " ".join(part for part in (particle, _text(one, "family")) if part)
    return ", ".join(part for part in (family, _text(one, "given"), suffix) if part) or _text(one, "literal", "name")


def _date(value: object) -> str:
    """``{"date-parts": [[2013, 1, 1]]}``, ``{"raw": "2013"}``, ``{"literal": …}`` or a text."""
    if not isinstance(value, dict):
        return str(value) if isinstance(value, str | int) else ""
    parts = next((part for part in _list(value.get("date-parts")) if isinstance(part, list) and part), [])
    return " ".join(map(str, parts[:1])) or _text(value, "raw", "literal", "year") or ""


CSL = Format(
    "CSL-JSON",
    _looks_like,
    read,
    known_by='a JSON list or object with `"title"`, `"DOI"`, `"issued"`, `"author"` or `"container-title"`',
    meanings="CSL 1.0.2 specification, appendix IV, and the CSL-JSON schema",
)
