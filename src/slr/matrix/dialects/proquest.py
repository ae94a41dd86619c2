"""ProQuest: an expression for its advanced search; its rules as data."""

from __future__ import annotations

from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.phrases import grouped
from slr.matrix.dialects.platform import Caution, Platform, Rule, alternatives, has_hyphen
from slr.matrix.query import And, Or

TITLE = "ProQuest"
_HELP = "https://proquest.libguides.com/proquestplatform (search tips)"


def line(side: Or) -> str:
    """``NOFT("a" OR "b")``."""
    return f"NOFT({alternatives(side, TITLE)})"


def write(expr: And) -> str:
    """``NOFT(("a" OR "b") AND ("c"))``. Raises QueryError as ``literal.plain`` does."""
    return f"NOFT({grouped(expr, TITLE)})"


PROQUEST = Platform(
    name="proquest",
    title=TITLE,
    databases="each database searched together (ABI/INFORM Collection …)",
    field="NOFT: anywhere except full text (without a field full text is searched)",
    write=write,
    analyzer=LITERAL,
    line=line,
    set_name="S{}",
    rules=(
        Rule("phrase", '"…" switches variant forms off, "{…}" keeps them', _HELP),
        Rule("truncation", "* at most 5 characters, ? one; [*n] up to 20 (unverified)", _HELP),
        Rule("stop words", "none: every word counts", _HELP),
        Rule("length", "no limit found", _HELP),
    ),
    cautions=(
        Caution(
            "NOFT also searches authors, publication titles and index terms (unverified: check it in the interface)"
        ),
        Caution("quotation marks switch variant forms off: word forms are found only if the matrix has them"),
        Caution("how a hyphen is read was not checked: {phrases} may find other spellings, or lack them", has_hyphen),
    ),
)
