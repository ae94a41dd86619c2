"""RIS, as EBSCO, ScienceDirect, Emerald, Scopus, Zotero and others export it.

Tags differ between databases (title in TI, T1 or CT; journal in JF, T2, JO or J2); the first that is filled counts.
Source of the tag meanings: the RIS specification of Research Information Systems, 2001 and 2011.

Read with the machinery of the tagged formats and not with rispy: what rispy leaves when no tag is mapped is cutting
lines, and it neither counts them nor says which it passed over.
"""

from __future__ import annotations

import re

from slr.formats import tagged, words
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw, doi_of_address
from slr.formats.tagged import Block, Grammar

_SPECIFIED = frozenset(
    """
    TY A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CL CN CP CT CY DA DB DI DO DP DS ED EP ER ET FD H1 H2
    ID IP IS
    J1 J2 JA JF JO K1 KW L1 L2 L3 L4 LA LB LK LL M1 M2 M3 N1 N2 NO NV OL OP PA PB PP PY RD RI RN RP RS RT SE SF SL SN
    SP SR ST
    SV T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 UL UR VL VO WP WT WV Y1 Y2 YR
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
_DATABASES = frozenset("AI CC EI FU FX GA J9 JI M4 MA NL NR NS PD PG PI PT PU TC TS WE Z9".split())  # noqa: SIM905
"""Tags of no specification that Web of Science, Cochrane, Covidence, Citavi and Ovid write."""
_LOOSE = "|".join(sorted(_SPECIFIED))
_GRAMMAR = Grammar(
    tagged=re.compile(rf"([A-Z][A-Z0-9])  -[ \t]*(.*)|({_LOOSE})[ \t]*-(?:[ \t]+(.*)|$)"),
    opens=frozenset(["TY"]),
    closes=frozenset(["ER"]),
    known=_SPECIFIED | _DATABASES,
    loose=False,
    suspect=re.compile(r"\S{1,3}  -(?: |$)"),
    remarks=("N1", re.compile(r"RAYYAN-[A-Z]+|ASReview_\w+")),
)
"""Two blanks and a dash after the tag; a tag of the specification also with other blanks: no text begins like that."""
_START = re.compile(r"^TY[ \t]*-", re.MULTILINE)
_TYPES = {
    "CONF": "conference-paper", "ABST": None, "GEN": None, "ELEC": None, "SER": None, "AGGR": None, "COMP": "other",
    "JFULL": "article", "STAND": "report", "SLIDE": "other",
}  # fmt: skip
_JOURNAL = ("JF", "T2", "JO", "JA", "J2", "J1")
_VENUES = {
    "conference-paper": ("T2", "BT", "JF", "JO", "J2", "C3", "T3", "PB"),
    "book-chapter": ("T2", "BT", "JF", "JO", "J2", "T3", "PB"),
    "book": ("T2", "BT", "T3", "PB"),
    "dissertation": ("PB", "T2", "JF"),
    "report": ("PB", "T2", "JF", "T3"),
    "article": _JOURNAL,
    "review": _JOURNAL,
}
"""Where the publication is named, by type of record; a thesis is its university's, a report its institution's."""


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a RIS file; what gives no record is rejected with its line, the others are kept."""
    return tagged.read(text, source, _GRAMMAR, _raw)[0]


def _raw(block: Block) -> Raw:
    kind = _type(block)
    return Raw(
        title=block.text("TI", "T1", "CT", *(("BT",) if kind == "book" else ())),
        authors=_authors(block),
        dates=block.values("PY", "Y1", "YR", "DA"),
        venue=block.first(*_venue(block, kind)),
        volume=block.first("VL", "VO"),
        issue=block.first("IS", "IP"),
        pages=block.first("SP", "PG") or next((v for v in block.values("C7") if re.search(r"\d", v)), None),
        last_page=block.first("EP"),
        dois=[*block.values("DO", "DI", "M3", "L3"), *filter(None, map(doi_of_address, block.values("UR", "L2")))],
        types=[kind] if kind else [],
        languages=block.values("LA"),
        abstract=block.text("AB", "N2"),
        keywords=block.lines("KW", "K1"),
        url=block.first("UR", "L2"),
        serials=block.lines("SN"),
        ids=_ids(block),
        retracted=words.retracted(block.values("M3")),
    )


def _type(block: Block) -> str | None:
    """TY tells journal from book; M3, the database's own word, tells what kind of article it is."""
    code = block.first("TY") or ""
    kind = _TYPES[code.upper()] if code.upper() in _TYPES else words.record_type([code])
    return words.record_type(["article" if kind else "", *block.values("M3")]) if kind in (None, "article") else kind


def _venue(block: Block, kind: str | None) -> tuple[str, ...]:
    """Of a conference's paper the proceedings (C3) rather than the conference (T2), unless C3 is short or another's."""
    usual = _VENUES.get(kind or "", (*_JOURNAL, "PB"))
    proceedings = block.values("C3")
    whole = len(proceedings) == 1 and not re.search(r"\.(?:\s|$)|PUBMED|EMBASE", proceedings[0])
    return ("C3", *usual) if whole and block.first("TY") == "CONF" else usual


def _authors(block: Block) -> list[str]:
    """AU and A1 in the file's order; each name once where a database fills both."""
    found = [line for tag, lines in block.order if tag in ("AU", "A1") for line in lines]
    return list(dict.fromkeys(found)) if "AU" in block.tags and "A1" in block.tags else found


def _ids(block: Block) -> dict[str, str | None]:
    """The accession number, and PubMed's where a database writes it beside its own."""
    noted = " ".join(block.values("C3", "U1", "N1"))
    pmid = re.search(r"\bPUBMED (\d{4,9})\b|\b(\d{4,9}) \[PMID\]|\bPMID: ?(\d{4,9})\b", noted)
    number = next((n for n in pmid.groups() if n), None) if pmid else None
    if number is None and "Embase" in block.values("DB"):
        number = next((value for value in block.values("C5") if value.isdigit()), None)
    return {"accession": block.first("AN"), "pmid": number}


RIS = Format(
    "RIS",
    _looks_like,
    read,
    known_by="a line that begins with `TY  -`",
    meanings="RIS specification of Research Information Systems (2001, 2011), and what the databases write beside it",
)
