"""Scopus: an expression for its advanced search; its rules as data."""

from __future__ import annotations

from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.phrases import grouped
from slr.matrix.dialects.platform import Caution, Platform, Rule, alternatives, has_stop_word
from slr.matrix.query import And, Or

TITLE = "Scopus"
_HELP = "http://help.scopus.com search tips"
_LIBRARY = "https://kub.ku.dk/biblioteker/frederiksberg/vejledninger/scopus"


def line(side: Or) -> str:
    """``TITLE-ABS-KEY("a" OR "b")``."""
    return f"TITLE-ABS-KEY({alternatives(side, TITLE)})"


def write(expr: And) -> str:
    """``TITLE-ABS-KEY(("a" OR "b") AND ("c"))``. Raises QueryError as ``literal.plain`` does."""
    return f"TITLE-ABS-KEY({grouped(expr, TITLE)})"


SCOPUS = Platform(
    name="scopus",
    title=TITLE,
    databases="Scopus alone",
    field="TITLE-ABS-KEY: title, abstract, authors' and index keywords",
    write=write,
    analyzer=LITERAL,
    line=line,
    set_name="#{}",
    rules=(
        Rule("phrase", '"…" is loose: plurals, spellings and symbols are folded; {…} is exact', _LIBRARY),
        Rule(
            "truncation",
            '* any number of characters, ? one; libraries say also inside "…", old help says not',
            _LIBRARY,
        ),
        Rule("precedence", "OR, W/n and PRE/n, AND, AND NOT: brackets everywhere, AND NOT last", _HELP),
        Rule("quotation marks", "straight ones only", _HELP),
        Rule("length", "no limit found", _HELP),
    ),
    cautions=(
        Caution(
            "phrases are loose: plurals, spellings and hyphens are folded, so that more may be found than by the letter"
        ),
        Caution("KEY searches Scopus' index terms too, which the local match of slr sees only if they are exported"),
        Caution("how stop words inside quotation marks are read was not checked: {phrases}", has_stop_word),
    ),
)
