"""What a source is and what it must state; a source never sees the store and is given its HTTP client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

from slr.errors import UserError
from slr.matrix.analysis import Analyzer
from slr.matrix.dialects.literal import LITERAL
from slr.matrix.query import Absorbed, And, absorb, expression
from slr.matrix.terms import Matrix
from slr.model import CompiledQuery, KnownStudy, Page, Record

Direction = Literal["backward", "forward"]

IdName = Literal["doi", "openalex", "pmid"]
"""Identifiers that works are looked up by: a bare lower-case DOI, ``W…``, the digits of a PMID."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source can do, its limits, its terms and its cost; shown by ``slr plan`` and the search report.

    ``page_size`` is records a request; ``page_usd`` and ``count_usd`` US dollars a request; ``daily_usd`` the daily
    budget without and with a key; ``home`` and ``terms`` web addresses; ``identifiers`` what it can be asked for single
    works by (``Describer``), the surest first. ``approximate_total``: the number of hits it states is an estimate;
    ``own_id``: the name in ``Record.ids`` of the ids that ``linked`` takes.
    """

    name: str
    title: str
    home: str
    terms: str
    boolean_search: bool
    ranked_search: bool
    references: bool
    citations: bool
    lookup: bool
    page_size: int
    page_usd: float = 0.0
    count_usd: float = 0.0
    daily_usd: tuple[float | None, float | None] = (None, None)
    key_variable: str | None = None
    identifiers: tuple[IdName, ...] = ()
    approximate_total: bool = False
    own_id: str = "openalex"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is to be found: a matrix, the text rules it is meant under, and the limit on years (inclusive, None: open).

    ``absorbing`` leaves out phrases that others find anyway; without it every phrase is asked for, to prove that.
    """

    matrix: Matrix
    analyzer: Analyzer
    first_year: int | None = None
    last_year: int | None = None
    absorbing: bool = True

    def reduced(self) -> tuple[And, tuple[Absorbed, ...]]:
        """The expression to ask for, and the phrases that it leaves out."""
        whole = expression(self.matrix)
        return absorb(whole, self.analyzer) if self.absorbing else (whole, ())

    def literally_reduced(self) -> tuple[And, tuple[Absorbed, ...]]:
        """As ``reduced``, but by equal words alone: for a source whose own text rules are not known."""
        return replace(self, analyzer=LITERAL).reduced()


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """The fewest queries whose union is exactly the matrix: ``parts[i]`` is the expression of ``queries[i]``."""

    queries: tuple[CompiledQuery, ...]
    parts: tuple[And, ...]
    absorbed: tuple[Absorbed, ...]
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """A place that is searched; one file each in ``sources/``."""

    @property
    def info(self) -> SourceInfo:
        """What this source can do, its limits and its cost."""

    def plan(self, search: SearchRequest) -> SearchPlan:
        """Compile the matrix; asks nothing. Raises QueryError where it cannot be searched exactly."""

    def count(self, query: CompiledQuery) -> int:
        """The number of hits the server states for ``query``, asked as cheaply as it can be."""

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of the reply; ``cursor`` None asks for the first."""

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates for known studies, by their key, whether or not the matrix matches them."""

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """One page of the works that ``ids`` (the index's own ids) cite (backward) or that cite them (forward)."""

    def check(self) -> str:
        """A sentence on the source's reach and budget (for ``slr doctor``); raises an SlrError when out of reach."""


@runtime_checkable
class Describer(Protocol):
    """A source that can be asked for works by their identifiers, many at a time."""

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """What the source holds of the works with these identifiers, a page for each request, in order.

        An unknown identifier gives no record; a record found by DOI states that DOI, by another identifier that one
        (in ``Record.ids``). ``name`` is one of ``SourceInfo.identifiers``.
        """


def cannot_follow(info: SourceInfo, direction: Direction) -> UserError:
    """The error of a source that does not know a direction of citation."""
    what = "the references of works" if direction == "backward" else "who cites a work"
    return UserError(
        f"{info.title} does not tell {what}: leave it out of citation searching, or enable a source that does "
        "(sources.openalex.enabled: true in config/review.yaml)"
    )
