"""Ovid's tagged files (MEDLINE, Embase, PsycINFO, BIOSIS … on Ovid): records numbered ``<12. >``, two letters, a dash.

The older layout with whole words for tags (``Title`` on a line, its value on the next) is the same format.
Source of the tag meanings: the field guides of Ovid's databases.
"""

from __future__ import annotations

import re

from slr.formats import tagged
from slr.formats.authors import initials_last
from slr.formats.base import Format, Parsed
from slr.formats.citation import cited
from slr.formats.fields import Raw, closed
from slr.formats.tagged import Block, Grammar

_WORDS = {
    "Unique Identifier": "UI", "Accession Number": "AN", "Database": "DB", "Author": "AU", "Authors": "AU",
    "Title": "TI", "Source": "SO", "Abstract": "AB", "Institution": "IN", "Publication Type": "PT",
    "Document Type": "DT",
    "Language": "LG", "Keywords": "KW", "Year of Publication": "YR", "Publication Year": "YR", "ISSN": "IS",
    "Digital Object Identifier": "DI",
    "DOI": "DI", "Journal Name": "JN", "Book Title": "BT", "Volume": "VO", "Issue": "IP", "Pages": "PG",
    "Subject Headings": "MH", "MeSH Subject Headings": "MH", "Key Concepts": "KW", "Country of Publication": "CY",
    "Editor": "ED", "Publisher": "PB", "Author/Editor": "AU", "Author Keywords": "KW", "Date of Publication": "DP",
    "Full Source": "FS", "Local Messages": "LM", "Copyright Date": "YR", "Imprint": "PU", "Edition": "VR",
    "Status": "ST",
    "Correspondence Address": "CA", "Article Identifier": "AI", "Entry Date": "EZ", "ISBN": "IB",
}  # fmt: skip
_TAGS = frozenset(
    """
    AA AB AD AE AI AN AR AS AU AV AW BC BI BK BR BS BT CA CB CC CD CF CI CL CM CN CO CP CR CT CY DA DB DC DD DE DF DG
    DI DJ DM DO DP DS
    DT DU DV EA EC ED EI EM EN EP EZ FA FN FO FS FT FU GC GE GN GW HC HW IA IB ID IG IL IN IO IP IR IS IV JA JC JL JN
    JS JW KC KP KW
    LA LG LH LI LM LO MB MC MD ME MF MH MI MJ MM MN MQ MS MT NA NI NJ NM NP NT NU OD OI OL ON OR OT OU OW OX PA PB PC
    PD PG PI PL PM PN PO PP
    PR PS PT PU PV PY RC RD RE RF RL RN RO RP RS RT RX SA SB SC SD SE SH SI SJ SL SO SP SR SS ST SU SY TA TC TG TI TJ
    TM TN TP TT
    UI UP UR VN VO VR WD XL XS YR ZZ
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
_GRAMMAR = Grammar(
    tagged=re.compile(
        rf"([A-Z][A-Z0-9]) {{1,2}}-(?: +(.*)|$)|({'|'.join(sorted(map(re.escape, _WORDS), reverse=True))})\s*$()"
    ),
    known=_TAGS,
    begins=re.compile(r"[ \t]*<[ \t]*\d+[ \t]*\.?[ \t]*>[ \t]*$"),
    again=frozenset(["UI", "VN"]),
    aliases=_WORDS,
    suspect=re.compile(r"\S{1,3} {1,2}- "),
)
_START = re.compile(
    r"^[ \t]*<[ \t]*\d+[ \t]*\.?[ \t]*>[ \t]*\n[ \t]*(?:[A-Z][A-Z0-9] {1,2}- |[A-Z][A-Za-z ]+\n)|^VN {1,2}- Ovid",
    re.MULTILINE,
)


LONGEST_NAME = 300
"""Characters; what is longer is no single name, and nothing in it is a mark or a degree."""


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of an Ovid file; the highest number of a record says how many its search had at least."""
    return tagged.read(text, source, _GRAMMAR, _raw)[0]


def _raw(block: Block) -> Raw:
    said = cited(block.text("SO") or "")
    book = _book(block)
    return Raw(
        title=_title(block),
        authors=_authors(block),
        dates=[*block.values("YR", "DP"), said.date or "", *block.values("SO", "DG", "BT")],
        venue=block.first("JN") or book or said.journal or block.first("JA"),
        volume=block.first("VO") or said.volume,
        issue=block.first("IP") or said.issue,
        pages=block.first("PG") or said.pages or _pages_of_book(block),
        dois=block.values("DI", "DO"),
        types=block.values("PT", "DT"),
        languages=block.values("LG", "LA"),
        abstract=block.text("AB"),
        keywords=[*_listed(block, "KW", "ID"), *block.values("MH", "SH", "MC")],
        url=block.first("UR", "XL"),
        serials=block.values("IS", "IB"),
        ids={
            "pmid": next((v for v in block.values("UI", "PM") if v.isdigit()), None),
            "accession": (block.first("AN") or "").rstrip(".") or None,
        },
    )


def _title(block: Block) -> str | None:
    """Without what Ovid puts behind it in brackets: ``[Article]``, ``[References].``"""
    title = block.text("TI") or ""
    return closed(re.sub(r"\.\s*\[[A-Z][A-Za-z ;,/-]{2,60}\]\.?$", "", title)) or block.text("BT")


def _authors(block: Block) -> list[str]:
    """One a line, without roles and addresses in brackets, marks of affiliations and degrees."""
    return [initials_last(_bare(re.sub(r"\s*\[[^\]]*\]?", "", line))) for line in block.lines("AU")]


def _bare(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return name
    name = re.sub(r"(?:\s+|(?<=[a-z.]))(?:\d{1,2}|[*+#^])(?:[,\s]+\d{1,2}|[,\s]*[*+#^])*\s*$", "", name)
    name = re.sub(rf"(?:[\s,]+(?:{_DEGREES})\b\.?)+$", "", name)
    return name if re.search(r"\b[A-Z][a-z]?\.$", name) else name.rstrip(" .")


_DEGREES = r"Ph\.?D|M\.?D|M\.?Sc|B\.?Sc|M\.?A|M\.?P\.?H|R\.?N|Dr\.?PH|FACSM|FACS|FRCP|DO|MBBS"


def _book(block: Block) -> str | None:
    """The title of the book that a chapter is in, without its editors (BT of Zoological Record)."""
    said = block.text("BT") or ""
    return re.sub(r"^(?:[^\[\]]{3,80}\[Eds?\.?\]\.?\s*)+", "", said).split("] [")[0].strip(" []") or None


def _pages_of_book(block: Block) -> str | None:
    found = re.search(r"\b(\d{1,4}-\d{1,4})[.,;: ]", f"{block.text('BT') or ''} ")
    return found[1] if found and block.text("BT") else None


def _listed(block: Block, *tags: str) -> list[str]:
    """Keywords that Ovid lists with commas in one value."""
    values = block.values(*tags)
    return [
        part for value in values for part in (value.split(",") if len(values) == 1 and ";" not in value else [value])
    ]


OVID = Format(
    "Ovid tagged",
    _looks_like,
    read,
    known_by="records numbered `<12. >`, or a line `VN  - Ovid Technologies`",
    meanings="field guides of the databases on Ovid (Wolters Kluwer)",
)
