"""EndNote's XML, as EndNote, Zotero, Covidence and SRA tools write it.

Source of the element meanings: EndNote's RSXML DTD (Clarivate).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slr.formats import xmlparts
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw, doi_of_address
from slr.formats.xmlparts import all_said, said

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START = re.compile(r"<record[\s>]")
_OWN = re.compile(r"<(?:ref-type|contributors|titles)[\s>]")


_NUMBERS = {
    "0": "article", "17": "article", "6": "book", "28": "book", "5": "book-chapter", "10": "conference-paper",
    "47": "conference-paper", "27": "report", "32": "dissertation", "25": "patent", "12": "web-page", "34": "preprint",
}  # fmt: skip
"""EndNote's numbers of reference types."""


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None and _OWN.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of an EndNote XML file."""
    return xmlparts.read(text, source, ("record",), _raw)


def _raw(one: Element) -> Raw:
    kind = one.find("ref-type")
    urls = [*all_said(one, "urls/related-urls/url"), *all_said(one, "urls/web-urls/url")]
    return Raw(
        title=said(one, "titles/title"),
        authors=all_said(one, "contributors/authors/author"),
        dates=[*all_said(one, "dates/year"), *all_said(one, "dates/pub-dates/date")],
        venue=said(
            one, "titles/secondary-title", "periodical/full-title", "alt-periodical/full-title", "titles/tertiary-title"
        ),
        volume=said(one, "volume"),
        issue=said(one, "number", "issue"),
        pages=said(one, "pages", "electronic-pages"),
        dois=[*all_said(one, "electronic-resource-num"), *(doi_of_address(url) or "" for url in urls)],
        types=_types(one, kind),
        languages=all_said(one, "language"),
        abstract=said(one, "abstract"),
        keywords=[
            line
            for word in one.iterfind("keywords/keyword")
            for line in "".join(word.itertext()).replace("\r", "\n").split("\n")
        ],
        url=next(iter(urls), None),
        serials=[*all_said(one, "isbn"), *all_said(one, "issn")],
        ids={"accession": said(one, "accession-num")},
    )


def _types(one: Element, kind: Element | None) -> list[str]:
    """The reference type's name, or its number in EndNote where a program writes no name."""
    if kind is None:
        return []
    name = kind.get("name") or _NUMBERS.get((kind.text or "").strip(), "")
    return [name, *(all_said(one, "work-type") if name.lower() in ("journal article", "article", "") else [])]


ENDNOTE_XML = Format(
    "EndNote XML",
    _looks_like,
    read,
    known_by="an element `record` that holds `ref-type`, `contributors` or `titles`",
    meanings="EndNote's RSXML DTD (Clarivate)",
)
