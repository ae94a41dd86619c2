"""ScienceDirect (the web site): an expression for its field of title, abstract and keywords; its rules as data."""

from __future__ import annotations

from slr.matrix.analysis import Analyzer
from slr.matrix.dialects import Limit
from slr.matrix.dialects.platform import (
    CHECKED,
    Caution,
    Platform,
    Rule,
    alternatives,
    has_stop_word,
    regular_singular,
)
from slr.matrix.query import And

TITLE = "ScienceDirect"
_MEASURED = "measured on www.sciencedirect.com/search, 2026 (one author), the message itself quoted by five others"
_GUIDE = "https://dev.elsevier.com/tips/ScienceDirectSearchTips.htm"

FOLDED = Analyzer("plurals folded", frozenset(), regular_singular)
"""Words end at hyphens, and regular plurals are found by their singular."""


def write(expr: And) -> str:
    """``("a b" OR c) AND (…)``; single words stand without quotation marks, since plurals were seen folded there.

    Raises QueryError as ``literal.plain`` does.
    """
    return " AND ".join(f"({alternatives(side, TITLE, bare=True)})" for side in expr.parts)


SCIENCEDIRECT = Platform(
    name="sciencedirect",
    title=TITLE,
    databases="ScienceDirect alone; whether signed in through an institution",
    field="'Title, abstract or author-specified keywords' of the advanced search (tak)",
    write=write,
    analyzer=FOLDED,
    connectors=Limit(8, "Boolean connectors a field", _MEASURED, CHECKED),
    characters=Limit(500, "characters in this field", _MEASURED, CHECKED),
    rules=(
        Rule("operators", "AND, OR, AND NOT in upper case; no proximity", _MEASURED),
        Rule("phrase", '"…"; {…} is read as AND', _MEASURED),
        Rule("truncation", "none: * is an error, ? is ignored", _MEASURED),
        Rule("word forms", "regular plurals, US and UK spelling are found by either form", _MEASURED),
        Rule("hyphen", "divides words like a blank", _GUIDE),
        Rule(
            "export", "100 records at a time: give all files of a sub-query in one row, parted by semicolons", _MEASURED
        ),
    ),
    cautions=(
        Caution("there is no truncation: word forms other than plain plurals are found only if the matrix has them"),
        Caution(
            "only the authors' keywords are searched, no index terms: fewer records than in Scopus for the same words"
        ),
        Caution("how stop words inside quotation marks are read was not checked: {phrases}", has_stop_word),
    ),
)
