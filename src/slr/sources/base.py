"""What a source is and what it must state; a source never sees the store and is given its HTTP client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

    Of citation searching: ``link_batch`` works are asked for their citations, ``fetch_batch`` cited works for their
    descriptions a request (0: these come with the citations); ``lists_references``: its records state whole reference
    lists by its own ids; ``describes_briefly``: it has no abstracts, another index describes what it links to better.
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
    link_batch: int = 1
    fetch_batch: int = 0
    lists_references: bool = False
    describes_briefly: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a reference list without an identifier: its text, and its parts where the index states them.

    ``citing`` is the index's own id of the work whose list it is; ``author`` the first author's name as printed.
    """

    citing: str
    text: str
    title: str | None = None
    author: str | None = None
    year: str | None = None
    volume: str | None = None
    page: str | None = None

    def parts(self) -> dict[str, str]:
        """What the index states of it beside the text."""
        stated = {name: getattr(self, name) for name in ("title", "author", "year", "volume", "page")}
        return {name: value for name, value in stated.items() if value}


@dataclass(frozen=True, slots=True)
class Linked(Page):
    """A page of citations: ``links`` are (citing, cited), in the index's own ids.

    ``records`` are the works at the ends that were not asked about, as far as the index describes them along with the
    links (the others: ``Index.fetched``); ``ids`` other identifiers of such works (``doi``, ``pmid``, ``openalex``);
    ``references`` the entries of reference lists that have no identifier.
    """

    links: tuple[tuple[str, str], ...] = ()
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()


def linked_page(page: Page, links: Sequence[tuple[str, str]], references: Sequence[Reference] = ()) -> Linked:
    """A page with the citations that it tells, each once."""
    return Linked(
        page.records, page.positions, page.exchange_id, page.next_cursor, page.total, page.warnings,
        tuple(dict.fromkeys(links)), {}, tuple(references),
    )  # fmt: skip


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
        """One page of what ``ids`` (the index's own ids) cite (backward), or what cites them (forward): ``Index``."""

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


class Index(Source, Protocol):
    """A source that knows citations (``SourceInfo.references`` or ``citations``)."""

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """One page of the citations of ``ids``, backward or forward; every citation of theirs stands on some page.

        An id that the index does not know has none. Raises UserError for a direction that it does not tell.
        """

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """The records of works by the index's own ids, a page for each request; an unknown id gives no record."""


def cannot_follow(info: SourceInfo, direction: Direction) -> UserError:
    """The error of a source that does not know a direction of citation."""
    what = "the references of works" if direction == "backward" else "who cites a work"
    return UserError(
        f"{info.title} does not tell {what}: leave it out of citation searching, or enable a source that does "
        "(sources.openalex.enabled: true in config/review.yaml)"
    )
