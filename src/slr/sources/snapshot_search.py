"""The two steps of a search over works in files, kept apart from whatever reads the files.

1. ``coarse_sql``: a condition any SQL engine can evaluate while it reads. It lets through every work that matches, and
   some that do not.
2. ``exact``: the true match, in Python, on what step 1 let through.

An engine for a cluster (Spark) would reuse just these two, the first in a ``WHERE``, the second in ``mapPartitions``.

Why step 1 loses nothing. Say a field holds the phrase. Then for each term *t* of the phrase the lower-case field
holds a word *w* with ``stem(w) == t``. The stemmer only takes letters off the end of a word, and then puts at most
one letter back, a *y* or an *e*. So *w* begins with *t*, or with *t* less its last letter if that is *y* or *e*; and
it holds every part of that beginning. The condition asks for the longest part of a-z, 0-9 and _, since on these all
engines agree on lower case and none of them is escaped in JSON. (Tests hold the stemmer to this law, and step 1 to
the whole.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from slr.matrix.analysis import Analyzer
from slr.matrix.match import Matcher
from slr.matrix.query import And, Or
from slr.matrix.terms import Axis, Matrix, Phrase

Row = TypeVar("Row")


def coarse_sql(expression: And, analyzer: Analyzer, first_year: int | None = None, last_year: int | None = None) -> str:
    """A condition over two columns that every matching work meets.

    ``text`` is the lower-case title and abstract (as text or as JSON of an inverted index, in any order of words),
    ``publication_year`` an integer or NULL; years are inclusive, None leaves that side open. Standard SQL but for
    ``contains(text, part)``.
    """
    sides = [condition for side in expression.parts if (condition := _side(side, analyzer))]
    if first_year is not None:
        sides.append(f"publication_year >= {first_year:d}")
    if last_year is not None:
        sides.append(f"publication_year <= {last_year:d}")
    return "\n  AND ".join(sides) or "TRUE"


def exact(rows: Iterable[tuple[Row, str, str | None]], expression: And, analyzer: Analyzer) -> Iterator[Row]:
    """Of rows ``(anything, title, abstract)`` those whose title and abstract match.

    Keywords are not looked at, as OpenAlex's ``title_and_abstract`` search does not look at them.
    """
    matcher = Matcher(_matrix(expression), analyzer)
    return (row for row, title, abstract in rows if matcher.match(title, abstract, ()).attributed)


def shared_part(term: str) -> str:
    """The longest part that every word with the stem ``term`` is sure to hold; '' if there is none."""
    beginning = term[:-1] if term.endswith(("y", "e")) else term
    return max(re.findall(r"[a-z0-9_]+", beginning), key=len, default="")


def _side(side: Or, analyzer: Analyzer) -> str:
    """At least one phrase has all its parts; '' if a phrase has none to ask for, so that nothing can be left out."""
    wanted = {frozenset(_parts(phrase.text, analyzer)) for phrase in side.parts}
    if frozenset() in wanted:
        return ""
    fewest = [parts for parts in wanted if not any(other < parts for other in wanted)]
    phrases = sorted(" AND ".join(f"contains(text, '{part}')" for part in sorted(parts)) for parts in fewest)
    return "(" + "\n    OR ".join(phrases) + ")"


def _parts(phrase: str, analyzer: Analyzer) -> set[str]:
    return {part for term, _ in analyzer.tokens(phrase) if (part := shared_part(term))}


def _matrix(expression: And) -> Matrix:
    axes = (tuple(Phrase(phrase.text) for phrase in side.parts) for side in expression.parts)
    return Matrix(tuple(Axis(str(i), phrases) for i, phrases in enumerate(axes)))
