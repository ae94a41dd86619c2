"""PubMed's nbib (MEDLINE display format), whatever the suffix; ERIC writes the same form.

Source of the tag meanings: MEDLINE/PubMed Data Element (Field) Descriptions (NLM).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from slr.formats import tagged
from slr.formats.authors import initials_last
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw, closed, whole_range
from slr.formats.tagged import Block, Grammar

_TAGS = frozenset(
    """
    AB AD AID AU AUID BTI CDAT CI CIN CN COI COIS CON CP CRDT CRF CRI CTDT CTI CY DA DCOM DDIN DEP DP DRDT DRIN ECF
    ECI ED EDAT EFR
    EIN EN FAU FED FIR FPS GN GR GS IP IR IRAD IS ISBN ISSN JID JT LA LID LR MH MHDA MID NM OAB OABL OCI OID OT OTO
    OWN PB PG PHST
    PL PMC PMCR PMID PS PST PT PUBM RF RIN RN ROF RPF RPI RRF RRI SB SFM SI SO SPIN STAT TA TI TT UIN UOF UPI VI VTI
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
_GRAMMAR = Grammar(
    tagged=re.compile(r"([A-Z]{2,4}) {0,2}-(?: (.*)|$)"),
    known=_TAGS,
    opens=frozenset(["PMID"]),
    again=frozenset(["OWN"]),
    blank_closes=True,
    suspect=re.compile(r"[^\s-]{1,4} {0,2}- "),
)
_START = re.compile(r"^(?:PMID-|OWN {1,2}-|STAT-|FAU -|JT  -|DCOM-) ?\S", re.MULTILINE)
_TITLE = re.compile(r"^TI  - ", re.MULTILINE)


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None and _TITLE.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of an nbib file."""
    return tagged.read(text, source, _GRAMMAR, _raw)[0]


def _raw(block: Block) -> Raw:
    return Raw(
        title=closed(block.text("TI", "CTI", "BTI", "TT")),
        authors=list(_authors(block)) or block.values("CN"),
        dates=block.values("DP", "DEP", "EDAT"),
        venue=block.first("JT", "TA", "BTI"),
        volume=block.first("VI"),
        issue=block.first("IP"),
        pages=whole_range(block.first("PG")) or _location(block),
        dois=[value for value in block.values("LID", "AID") if "[doi]" in value or "doi.org/" in value],
        types=["article"]
        if (block.first("OID") or "").startswith("EJ")
        else block.values("PT"),  # ERIC's journal articles
        languages=block.values("LA"),
        abstract=block.text("AB", "OAB"),
        keywords=block.values("OT", "MH"),
        url=next((value for value in block.values("LID", "AID") if value.startswith("http")), None),
        serials=block.values("IS", "ISSN", "ISBN"),
        ids={"pmid": block.first("PMID"), "pmcid": block.first("PMC"), "accession": block.first("OID")},
        retracted=True if "RIN" in block.tags else None,
    )


def _authors(block: Block) -> Iterator[str]:
    """Full names (FAU); the short one (AU) where an author has no full one."""
    full = False
    for tag, lines in block.order:
        if tag == "FAU" or (tag == "AU" and not full):
            yield initials_last(" ".join(lines))
        full = tag == "FAU" or (full and tag != "AU")


def _location(block: Block) -> str | None:
    """The number of an article without pages: an e-location that is no publisher's item identifier of many parts."""
    plain = (re.sub(r"\s*\[pii\]$", "", value) for value in block.values("LID"))
    return next((value for value in plain if re.fullmatch(r"[A-Za-z]{0,5}\d{0,9}[A-Za-z]?", value)), None)


NBIB = Format(
    "PubMed nbib",
    _looks_like,
    read,
    known_by="lines that begin with `PMID-`, `OWN -`, `STAT-` or `FAU -`, and one with `TI  -`",
    meanings="MEDLINE/PubMed Data Element (Field) Descriptions (NLM)",
)
