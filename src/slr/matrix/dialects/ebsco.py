"""EBSCOhost: an expression in its advanced search; its rules as data."""

from __future__ import annotations

from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.platform import Caution, Platform, Rule, alternatives, has_hyphen, has_stop_word
from slr.matrix.query import And, Or

TITLE = "EBSCOhost"
FIELDS = ("TI", "AB", "SU", "KW")
_HELP = "https://connect.ebsco.com (EBSCOhost search help)"


def line(side: Or) -> str:
    """``TI ("a" OR "b") OR AB ("a" OR "b") OR …``: a field code stands before each bracket."""
    inside = alternatives(side, TITLE)
    return " OR ".join(f"{field} ({inside})" for field in FIELDS)


def write(expr: And) -> str:
    """``(TI (…) OR AB (…) OR SU (…) OR KW (…)) AND (…)``. Raises QueryError as ``literal.plain`` does."""
    return " AND ".join(f"({line(side)})" for side in expr.parts)


EBSCO = Platform(
    name="ebsco",
    title=TITLE,
    databases="each database searched together (Academic Search Premier, Business Source Complete …) and the expanders",
    field="TI title, AB abstract, SU subject terms, KW author-supplied keywords",
    write=write,
    analyzer=LITERAL,
    line=line,
    set_name="S{}",
    rules=(
        Rule("field codes", "upper case, before the bracket: TI (a OR b)", _HELP),
        Rule("phrase", 'always in "…": words without quotation marks may be searched within 5 words (N5)', _HELP),
        Rule("truncation", "* at the end or inside, # none or one character, ? exactly one; none at the start", _HELP),
        Rule("precedence", "guides disagree (AND before OR, or left to right): always in brackets", _HELP),
        Rule("length", "no limit found", _HELP),
    ),
    cautions=(
        Caution("switch 'apply equivalent subjects' and 'apply related words' off: they search more than is asked"),
        Caution("SU searches the database's own subject terms too, which the local match of slr sees only if exported"),
        Caution(
            "no truncation is written, so that nothing but the phrases is searched: EBSCOhost may add plain plurals"
        ),
        Caution(
            "stop words are left out even in quotation marks, so that any word may stand in their place: {phrases}",
            has_stop_word,
        ),
        Caution(
            "how EBSCOhost reads a hyphen was not checked: {phrases} may find other spellings, or lack them", has_hyphen
        ),
    ),
)
