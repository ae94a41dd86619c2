"""Emerald Insight: an expression as one plain Boolean string; its rules as data, as far as they are known."""

from __future__ import annotations

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.phrases import grouped
from slr.matrix.dialects.platform import CHECKED, Caution, Platform, Rule, has_hyphen, has_stop_word
from slr.matrix.query import And

TITLE = "Emerald Insight"
_SITE = "https://www.emerald.com/search-results (its syntax is documented nowhere that was found)"


def write(expr: And) -> str:
    """``("a b" OR "c") AND (…)``, without any field. Raises QueryError as ``literal.plain`` does."""
    return grouped(expr, TITLE)


EMERALD = Platform(
    name="emerald",
    title=TITLE,
    databases="Emerald Insight; the content types that were ticked",
    field="the search box of www.emerald.com (what it searches is not documented)",
    write=write,
    analyzer=LITERAL,
    connectors=Limit(8, "Boolean connectors (ours: no limit is documented, this is ScienceDirect's)", _SITE, CHECKED),
    rules=(
        Rule("operators", "AND, OR in upper case (unverified)", _SITE),
        Rule("phrase", '"…" (unverified)', _SITE),
        Rule("address", "/search-results?q=…; the former /insight/search and its title:, abstract: are gone", _SITE),
    ),
    cautions=(
        Caution(
            "syntax and limits are unverified: check the hit count of one sub-query against its phrases by themselves"
        ),
        Caution("no field can be named: full text may be searched, which finds more than title, abstract and keywords"),
        Caution("no truncation is known: word forms are found only if the matrix has them"),
        Caution("Crossref, OpenAlex or Scopus limited to the DOI prefix 10.1108 is a reproducible substitute"),
        Caution("how stop words inside quotation marks are read is unknown: {phrases}", has_stop_word),
        Caution("how a hyphen is read is unknown: {phrases}", has_hyphen),
    ),
)
