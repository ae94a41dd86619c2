"""Web of Science: an expression for its advanced search; its rules as data."""

from __future__ import annotations

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.platform import CHECKED, Caution, Platform, Rule, alternatives, has_hyphen, has_stop_word
from slr.matrix.query import And, Or

TITLE = "Web of Science"
_HELP = "https://webofscience.help.clarivate.com"


def line(side: Or) -> str:
    """``TS=("a" OR "b")``."""
    return f"TS=({alternatives(side, TITLE)})"


def write(expr: And) -> str:
    """``TS=("a" OR "b") AND TS=("c")``. Raises QueryError as ``literal.plain`` does."""
    return " AND ".join(map(line, expr.parts))


WEB_OF_SCIENCE = Platform(
    name="web_of_science",
    title=TITLE,
    databases="Web of Science Core Collection with its editions (SSCI, SCI-EXPANDED, A&HCI, CPCI …) and years",
    field="TS: title, abstract, authors' keywords, Keywords Plus",
    write=write,
    analyzer=LITERAL,
    advised=Limit(
        49, "Boolean operators a query (one help page; two others say that there is no limit)", _HELP, CHECKED
    ),
    line=line,
    set_name="#{}",
    rules=(
        Rule("phrase", '"…" switches lemmatization off', _HELP),
        Rule("truncation", "* any number, ? one, $ none or one character; at least 3 letters beside it", _HELP),
        Rule("terms", "16,000 a query", "https://github.com/CoLRev-Environment/search-query"),
        Rule("years", "to be set in the interface and reported: PY needs another term beside it", _HELP),
    ),
    cautions=(
        Caution("quotation marks switch lemmatization off: word forms are found only if the matrix has them"),
        Caution("TS searches Keywords Plus too, which the local match of slr sees only if it is exported"),
        Caution("how stop words inside quotation marks are read was not checked: {phrases}", has_stop_word),
        Caution("how a hyphen is read was not checked: {phrases} may find other spellings, or lack them", has_hyphen),
    ),
)
