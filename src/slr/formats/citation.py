"""Journal, volume, issue, pages and date from a source printed in one line (Ovid, Embase, PubMed)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec|Spring|Summer|Autumn|Fall|Winter|Spr|Sum|Win)[a-z]*\.?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?:\d{1,2},?\s)?"
_DATE = rf"(?:{_MONTH}(?:[-/]{_MONTH})?\s*{_DAY})?{_YEAR}(?:\s{_MONTH}(?:[-/]{_MONTH})?(?:\s\d{{1,2}})?)?"
_PAGES = r"[A-Za-z]{0,3}\d[\w.]{0,20}(?:\s?[-–]\s?[A-Za-z]{0,3}\d\w{0,20})?(?:,\s?\d{1,6}(?:-\d{1,6})?){0,5}"
_ISSUE = r"\((?P<issue>[^()]{1,40}(?:\([^()]{0,20}\)[^()]{0,20})?)\)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        # Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014
        rf"(?P<journal>\S.*?)\s?\((?P<date>\d{{4}})\)\s?(?P<volume>[\w. -]{{1,30}}?)?(?::(?P<issue>[\w. -]{{1,30}}?))?"
        rf"\s?\((?P<pages>{_PAGES})?[^)]{{0,40}}\)",
        # Nature Communications (2024) 15:1 Article Number: 4063.
        r"(?P<journal>\S.*?)\s?\((?P<date>\d{4})\)\s?(?P<volume>[\w-]{1,20})(?::(?P<issue>[\w. -]{1,30}?))?"
        r"(?:\sArticle Number:\s?(?P<pages>\w{1,20})|\.|$)",
        # Proc Natl Acad Sci U S A. 2023 Apr 25;120(17):e2217872120.   Acta Chirurgica Belgica November 2010;6:611-613
        rf"(?P<journal>\S.*?)[.\s]\s?(?P<date>{_DATE});\s?(?P<volume>[\w. -]{{1,30}}?)?(?:{_ISSUE})?"
        rf":\s?(?P<pages>{_PAGES})?",
        # Forest Ecology & Management. 201(2-3):327-334, November 15, 2004.   Book title.:371-397, 2004.
        rf"(?P<journal>\S.*?)\.?\s?(?:\.\s?(?P<volume>\w{{1,20}})\s?(?:{_ISSUE})?)?:\s?(?P<pages>{_PAGES}),\s?(?P<date>{_DATE})",
        # Cancer Research. 75 (15 SUPPL. 1) (no pagination), 2015. Date of Publication: 01 Aug 2015.
        rf"(?P<journal>\S.*?)\.\s?(?:Vol\.?\s?)?(?P<volume>\w{{1,20}})\s?(?:{_ISSUE})?"
        rf"\s?(?:\(no pagination\))?,\s?(?P<date>{_DATE})",
        # (2012). Cognitive behavioural coaching in practice: An evidence based approach. (pp. 11-31). xvii, 254 pp.
        rf"\.?\s?\((?P<date>\d{{4}})\)\.\s(?P<journal>[^()]{{3,250}})\.,?\s\((?:pp\.\s(?P<pages>{_PAGES})|Vol|\d)",
    )
)
"""Every part is bounded, so that no text makes the search long."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a printed source says; what it does not say is None."""

    journal: str | None = None
    date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None


def cited(printed: str) -> Cited:
    """The parts of a printed source; all None where it has none of the known shapes. Looks at 400 characters."""
    line = _without_editors(" ".join(printed[:400].split()))
    for shape in _SHAPES:
        if found := shape.match(line):
            return Cited(**{name: (value or "").strip(" .,") or None for name, value in found.groupdict().items()})
    return Cited()


def _without_editors(line: str) -> str:
    """``Kamp, Roza [Editor], Calvete, Juan [Editor]. Methods in …`` without the editors."""
    return re.sub(r"^(?:[^\[\]]{3,60}\[Ed[^\]]{0,40}\][.,;]?\s*)+", "", line)
