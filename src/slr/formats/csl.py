"""CSL-JSON, as Zotero, Mendeley, Crossref and pandoc write it: a list of items (or one, or one a line).

Source of the variable meanings: the CSL 1.0.2 specification, appendix IV, and the CSL-JSON schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slr.formats.base import Format, Parsed, Reading
from slr.formats.fields import Raw, doi_of_address, record
from slr.formats.json_items import START, Item, items

_KEY = re.compile(r'"(?:title|DOI|issued|container-title|author)"\s*:')
_ITEM = frozenset(("title", "DOI", "issued", "container-title", "type", "abstract"))


def _looks_like(text: str) -> bool:
    return START.match(text) is not None and _KEY.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a CSL-JSON file; an item that is broken is rejected with its line, the others are kept."""
    reading = Reading()
    for line, item in items(text, lambda found: bool(_ITEM & set(found))):
        if item is None:
            reading.reject(line, "this part is no JSON (cut off or damaged)")
        else:
            reading.keep(record(_raw(item), source), line)
    return reading.parsed()


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
        keywords=list(_keywords(item)),
        url=url,
        serials=[str(value) for name in ("ISSN", "ISBN") for value in _list(item.get(name))],
        ids={"pmid": _text(item, "PMID"), "pmcid": _text(item, "PMCID")},
    )


def _keywords(item: Item) -> Iterator[str]:
    """Parted by semicolons; by commas only where there is none."""
    for value in map(str, _list(item.get("keyword"))):
        yield from [value] if ";" in value else value.split(",")


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
