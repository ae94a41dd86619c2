"""Google Scholar: an expression for its search box; its rules as data."""

from __future__ import annotations

from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.platform import CHECKED, Caution, Platform, Rule, alternatives, has_hyphen, has_stop_word
from slr.matrix.query import And

TITLE = "Google Scholar"
_LENGTH = "University of Portsmouth Library, liblog.port.ac.uk"
_LIBRARY = "MSK Library, libguides.mskcc.org"


def write(expr: And) -> str:
    """``("a" OR "b") ("c" OR "d")``: a blank means AND. Raises QueryError as ``literal.plain`` does."""
    return " ".join(f"({alternatives(side, TITLE)})" for side in expr.parts)


GOOGLE_SCHOLAR = Platform(
    name="google_scholar",
    title=TITLE,
    databases="Google Scholar, signed out; note how many results were looked at",
    field="full text (nothing else but the title alone can be searched)",
    write=write,
    analyzer=LITERAL,
    characters=Limit(256, "characters, operators and blanks included", _LENGTH, CHECKED),
    origin="website",
    rules=(
        Rule("operators", "OR in upper case or |, a blank is AND, - is NOT; brackets are obeyed", _LIBRARY),
        Rule("phrase", '"…"', _LIBRARY),
        Rule("truncation", "none", _LIBRARY),
        Rule(
            "results",
            "the first 1,000 of a search; no export of all of them",
            "https://scholar.google.com/intl/en/scholar/help.html",
        ),
    ),
    cautions=(
        Caution("full text is searched, not title, abstract and keywords: most hits lie in no cell of the matrix"),
        Caution(
            "only the first 1,000 results are shown, and searches are not reproducible: a supplementary source only"
        ),
        Caution("there is no truncation: word forms are found only if the matrix has them"),
        Caution("how stop words inside quotation marks are read was not checked: {phrases}", has_stop_word),
        Caution("how a hyphen is read was not checked: {phrases}", has_hyphen),
    ),
)
