"""Checking here what a platform returns more loosely than it was asked for.

Some platforms are documented to know Boolean operators and phrases, but what they do with them is not (arXiv reads a
phrase as "all of its words"). They are asked for the matrix in any case, and what they return is held against it: a
hit stays if every list has a phrase in the title, the abstract or a subject that came with it, and its year, if
stated, lies within the limits. How many were left out is said in the last page's warning; the replies are archived
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.dialects.phrases import read_grouped
from slr.matrix.match import Matcher
from slr.matrix.query import And, split
from slr.matrix.terms import Axis, Matrix, Phrase
from slr.model import CompiledQuery, Page, Record
from slr.sources.base import SearchPlan, SearchRequest

Value = TypeVar("Value")

_ANALYZERS = {analyzer.name: analyzer for analyzer in (STEMMED, EXACT)}


@dataclass(frozen=True)
class Check:
    """What a hit has to hold: a phrase of every list, a year (where stated) within the limits (inclusive)."""

    expression: And
    analyzer: Analyzer
    first_year: int | None
    last_year: int | None

    def kept(self, records: Sequence[Record]) -> list[bool]:
        """For each record whether it stays."""
        matcher = Matcher(_matrix(self.expression), self.analyzer)
        return [self._in_years(r) and matcher.match(r.title, r.abstract, r.keywords).attributed for r in records]

    def _in_years(self, record: Record) -> bool:
        after = record.year is None or self.first_year is None or record.year >= self.first_year
        return after and (record.year is None or self.last_year is None or record.year <= self.last_year)


def mark(search: SearchRequest) -> str:
    """What an address says behind its ``#`` (never sent) of how hits are to be checked: ``stemmed,1990-2011``."""
    return f"{search.analyzer.name},{search.first_year or ''}-{search.last_year or ''}"


def check_of(query: CompiledQuery) -> Check:
    """The check that a compiled query's text and the mark in its address stand for.

    Behind the mark the address may hold an expression (``stemmed,1990-2011,("a") AND ("b")``), which then counts
    instead of the text: for a platform that is asked in words only.
    """
    name, years, *instead = query.url.partition("#")[2].split(",", 2)
    first, _, last = years.partition("-")
    expression = read_grouped(instead[0] if instead else query.text)
    return Check(expression, _ANALYZERS[name], int(first or 0) or None, int(last or 0) or None)


def address(query: CompiledQuery) -> str:
    """The query's address as it is sent."""
    return query.url.partition("#")[0]


def read_cursor(cursor: str | None, begin: str) -> tuple[str, int]:
    """``<hits left out so far>:<where to go on>`` taken apart; ``begin`` is where the first page begins."""
    left_out, _, onward = (cursor or f"0:{begin}").partition(":")
    return onward, int(left_out)


def checked(page: Page, check: Check, left_out: int, title: str) -> Page:
    """``page`` without the hits that do not match; ``left_out`` is how many the pages before it lost.

    ``page.next_cursor`` is the platform's own and comes back with the count before it.
    """
    kept = check.kept(page.records)
    left_out += kept.count(False)
    warnings = page.warnings
    if page.next_cursor is None and left_out:
        warnings = (*warnings, _sentence(title, left_out))
    return replace(
        page,
        records=_only(page.records, kept),
        positions=_only(page.positions, kept),
        next_cursor=page.next_cursor and f"{left_out}:{page.next_cursor}",
        warnings=warnings,
    )


def note(title: str, why: str) -> str:
    """The plan's sentence on a platform whose hits are checked here."""
    return f"{title} {why}; its hits are checked here against title, abstract and subjects, and the rest is left out."


def _sentence(title: str, left_out: int) -> str:
    hits = "1 hit" if left_out == 1 else f"{left_out:,} hits"
    return (
        f"{hits} of {title} left out here: what came with them (title, abstract, subjects, year) does not match the "
        "matrix and its limits. They are in the archive."
    )


def _only(values: Sequence[Value], kept: Sequence[bool]) -> tuple[Value, ...]:
    return tuple(value for value, stays in zip(values, kept, strict=True) if stays)


def _matrix(expression: And) -> Matrix:
    axes = (tuple(Phrase(phrase.text) for phrase in side.parts) for side in expression.parts)
    return Matrix(tuple(Axis(str(i), phrases) for i, phrases in enumerate(axes)))


def plan(
    search: SearchRequest,
    source: str,
    text: Callable[[And], str],
    url: Callable[[str], str],
    *,
    limit: int,
    room: int,
    notes: tuple[str, ...],
) -> SearchPlan:
    """The fewest queries whose addresses fit ``limit`` bytes, ``room`` of them kept free for a cursor.

    ``text`` writes an expression in the platform's syntax, ``url`` the first page's address for it. A phrase is left
    out only where another's very words lie in it: nothing is presumed of the platform's stemming.
    """
    whole, absorbed = search.literally_reduced()
    parts = split(whole, lambda part: len(url(text(part))) + room, limit)
    addresses = [url(text(part)) for part in parts]
    queries = tuple(
        CompiledQuery(source, i, len(parts), text(part), f"{there}#{mark(search)}", len(there) + room)
        for i, (part, there) in enumerate(zip(parts, addresses, strict=True), start=1)
    )
    return SearchPlan(queries, tuple(parts), absorbed, notes)
