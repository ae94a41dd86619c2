"""Web of Science's tagged files ("plain text", ``.txt``, ``.ciw``, ``.isi``): two letters, a blank, the value.

Source of the tag meanings: Web of Science Core Collection field tags (Clarivate).
"""

from __future__ import annotations

import re
from dataclasses import replace

from slr.formats import tagged
from slr.formats.authors import initials_last
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw
from slr.formats.tagged import Block, Grammar

TAGS = frozenset(
    """
    AA AB AC AD AE AF AP AR AU AW BA BE BF BN BO BP BS C1 C3 CA CC CL CP CR CT CY D2 DA DE DG DI DL DS DT EA EC EI EM
    EP ER EY FC FD
    FN FP FT FU FX GA GE GI GP HC HO HP ID IP IS IV J9 JI LA LS LT MA MC MQ NF NR NT OA OB OI OR P1 P2 PA PC PD PE PG
    PI PL PM PN
    PR PS PT PU PV PY RI RP RT S1 SA SC SE SF SI SN SO SP SS ST SU TA TC TF TI TM TN TP U1 U2 UR UT VL VR WC WE WP X1
    X4 X5 Y1 Y4
    Y5 Z1 Z2 Z3 Z4 Z8 Z9 ZA ZB ZR ZS
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
_GRAMMAR = Grammar(
    tagged=re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*)|$)|(EF|ER)\b(.*)"),
    known=TAGS,
    opens=frozenset(["PT"]),
    closes=frozenset(["ER"]),
    outside=frozenset(["FN", "VR", "EF"]),
)
_START = re.compile(
    r"^\ufeff?(?:FN (?:ISI|Thomson|Clarivate)|PT (?:[JBSPCUR]|Journal)\b.*$(?:\n.*){0,40}?\n(?:AU|TI|SO|UT) )",
    re.MULTILINE,
)


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a Web of Science file; without its last line ``EF`` it is cut off, and that is said."""
    parsed, outside = tagged.read(text, source, _GRAMMAR, _raw)
    if "EF" in outside or "FN" not in outside:
        return parsed
    return replace(
        parsed, notes=(*parsed.notes, "the line EF that ends a Web of Science file is missing: the file may be cut off")
    )


def _raw(block: Block) -> Raw:
    return Raw(
        title=block.text("TI"),
        authors=_authors(block),
        dates=block.values("PY", "PD", "EY", "EA", "DG"),
        venue=block.text("SO", "J9", "JI"),
        volume=block.first("VL"),
        issue=block.first("IS"),
        pages=block.first("BP", "PS", "AR"),
        last_page=block.first("EP"),
        dois=block.values("DI", "D2"),
        types=_types(block),
        languages=block.values("LA"),
        abstract=block.text("AB"),
        keywords=[value for tag in ("DE", "ID", "MQ") if (value := block.text(tag))],
        url=block.first("UR"),
        serials=block.values("SN", "EI", "BN"),
        ids={"wos": block.first("UT"), "pmid": block.first("PM")},
        references=block.lines("CR"),
    )


def _authors(block: Block) -> list[str]:
    """Full names (AF) unless they are fewer; addresses in brackets are left out."""
    short, full = block.lines("AU"), block.lines("AF")
    lines = (full if len(full) >= len(short) else short) or block.lines("BE", "BA", "CA", "GP")
    return [initials_last(re.sub(r"\s*\([^()]*@[^()]*\)", "", line)) for line in lines]


def _types(block: Block) -> list[str]:
    """The database's own word, else what kind of publication it is in."""
    printed = {
        "J": "article",
        "Journal": "article",
        "B": "book-chapter",
        "S": "book-chapter",
        "C": "conference-paper",
        "P": "patent",
    }
    return block.values("DT") or [printed.get(block.first("PT") or "", "")]


WOS = Format(
    "Web of Science tagged",
    _looks_like,
    read,
    known_by="a line `FN Clarivate …` (Thomson, ISI), or `PT J` with `AU`, `TI`, `SO` or `UT` after it",
    meanings="Web of Science Core Collection field tags (Clarivate)",
)
