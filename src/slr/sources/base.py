"""What a source is and what it must state; a source never sees the store and is given its HTTP client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from slr.matrix.analysis import Analyzer
from slr.matrix.query import Absorbed, And, absorb, expression
from slr.matrix.terms import Matrix
from slr.model import CompiledQuery, KnownStudy, Page, Record

Direction = Literal["backward", "forward"]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source can do, its limits, its terms and its cost; shown by ``slr plan`` and the search report.

    ``page_size`` is records a request; ``page_usd`` and ``count_usd`` US dollars a request; ``daily_usd`` the daily
    budget without and with a key; ``home`` and ``terms`` web addresses.
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
