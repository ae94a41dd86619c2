"""RefWorks' tagged format: two letters, a blank, the value; a record begins with its reference type (RT).

Source of the tag meanings: RefWorks Tagged Format (ProQuest).
"""

from __future__ import annotations

import re

from slr.formats import tagged
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw
from slr.formats.tagged import Block, Grammar

_TAGS = frozenset(
    """
    RT SR ID A1 T1 JF JO YR FD VO IS SP OP K1 AB NO A2 T2 ED PB PP A3 A4 A5 A6 T3 SN AV AD AN LA CL SF OT LK DO CN DB
    DS IP RD ST U1
    U2 U3 U4 U5 UL SL LL CR WT A7 WV WP OL PMID PMCID U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 CP RP SE T4 T5 T6 T7 T8
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
_GRAMMAR = Grammar(
    tagged=re.compile(rf"({'|'.join(sorted(_TAGS, key=len, reverse=True))})(?: (.*)|$)"),
    known=_TAGS,
    opens=frozenset(["RT"]),
    loose=False,
)
"""Only known tags: an abstract's line may begin with any two capitals and a blank."""
_START = re.compile(r"^RT [A-Z][A-Za-z, ()/]+$(?:\n.*){1,30}?\n(?:T1|A1|AB|JF|YR) ", re.MULTILINE)


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a RefWorks file."""
    return tagged.read(text, source, _GRAMMAR, _raw)[0]


def _raw(block: Block) -> Raw:
    return Raw(
        title=block.text("T1"),
        authors=block.lines("A1"),
        dates=block.values("YR", "FD"),
        venue=block.first("JF", "T2", "JO", "T3"),
        volume=block.first("VO"),
        issue=block.first("IS"),
        pages=block.first("SP"),
        last_page=block.first("OP"),
        dois=block.values("DO"),
        types=block.values("RT"),
        languages=block.values("LA"),
        abstract=block.text("AB"),
        keywords=block.values("K1"),
        url=block.first("UL", "LK"),
        serials=block.values("SN"),
        ids={"accession": block.first("AN"), "pmid": block.first("PMID"), "pmcid": block.first("PMCID")},
    )


REFWORKS = Format(
    "RefWorks tagged",
    _looks_like,
    read,
    known_by="a line `RT Journal Article` (or another type) with `T1`, `A1`, `AB`, `JF` or `YR` after it",
    meanings="RefWorks Tagged Format (ProQuest)",
)
