"""CORE, https://core.ac.uk: works of repositories and open-access journals, read in parts of at most 10,000 hits.

The query is posted. CORE hands out 10,000 hits by offset; beyond that it offers a scroll, whose state lives on its
server for a while, so that it can be neither gone on with the next day nor replayed: a query that has more hits is cut
instead, at search time (``in_parts``). Full texts are left out of the replies. Its text rules are not published:
phrases are left out only where the very same words prove that others find them, and every hit is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from slr.http.client import Http
from slr.http.messages import Request
from slr.matrix.dialects import core as dialect
from slr.matrix.dialects.literal import searchable
from slr.matrix.parts import limited
from slr.matrix.query import split
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import core_works as works
from slr.sources.base import Direction, SearchPlan, SearchRequest, SourceInfo, cannot_follow
from slr.sources.batches import batches
from slr.sources.in_parts import Listed, Reach, pending_note, read_on

NAME = "core"
REACH = Reach("CORE", dialect.LIMITS.hits.value, dialect.LIMITS.page.value)

CANDIDATES = 25
"""Works looked at for a known study that is asked for by its title."""

INFO = SourceInfo(
    name=NAME,
    title="CORE",
    home="https://core.ac.uk",
    terms="https://core.ac.uk/terms",
    boolean_search=True,
    ranked_search=True,
    references=False,
    citations=False,
    lookup=True,
    page_size=dialect.LIMITS.page.value,
    key_variable="CORE_API_KEY",
    own_id=NAME,
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of CORE."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/search/works``."""


@dataclass(frozen=True)
class Core:
    """The source; ``http`` adds the key and keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """CORE's limits as of November 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries within the limit on clauses; one for most matrices."""
        whole, absorbed = search.literally_reduced()
        parts = split(whole, dialect.clauses, dialect.LIMITS.clauses.value)
        queries = tuple(
            CompiledQuery(
                source=NAME,
                part=number,
                parts=len(parts),
                text=dialect.query_text(limited(expr, search.first_year, search.last_year)),
                url=self._url,
                url_bytes=len(self._url),
            )
            for number, expr in enumerate(parts, start=1)
        )
        return SearchPlan(queries, tuple(parts), absorbed, self._notes())

    def count(self, query: CompiledQuery) -> int:
        """``totalHits``, asked with a page of one work; takes a token of the day's."""
        return self._ask(query.text, size=1).total

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 100 works of a part; ``cursor`` names part and page.

        Raises ReplyError for a reply that is no list of works, BudgetSpent when the day's tokens are used up.
        """
        whole = dialect.read(query.text)
        turn = read_on(whole, cursor, REACH, lambda part, number: self._ask(dialect.query_text(part), number))
        listed = turn.listed
        return works.page(listed.reply, listed.entries, NAME, turn.next_cursor, turn.total, turn.warnings)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one (batched), else by title (a request each, at most 25 candidates)."""
        by_doi: dict[str | None, list[Record]] = {}
        wanted = [study.doi for study in studies if study.doi and '"' not in study.doi]
        for some in batches(wanted, dialect.LIMITS.looked_up.value):
            for record in self._records(" OR ".join(f'doi:"{doi}"' for doi in some), REACH.page):
                by_doi.setdefault(record.doi, []).append(record)
        return {s.key: by_doi.get(s.doi, []) if s.doi else self._by_title(s.title) for s in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """CORE's citation links are too rare to follow: raises UserError."""
        del ids, cursor
        raise cannot_follow(INFO, direction)

    def check(self) -> str:
        """Whether the service answers, and what it says of the tokens left."""
        reply = self._ask('title:"open access"', size=1).reply
        headers = reply.exchange.headers
        left = headers.get("x-ratelimitremaining") or headers.get("x-ratelimit-remaining")
        key = "accepts the key" if self.http.has_key(NAME) else "answers without a key, which it serves next to nothing"
        return f"CORE {key}; {f'{left} tokens are left' if left else 'it does not say how many tokens are left'}."

    # requests

    def _ask(self, text: str, number: int = 1, size: int = REACH.page) -> Listed:
        form = {"q": text, "limit": size, "offset": (number - 1) * size, "exclude": ["fullText"]}
        reply = self.http.fetch(Request(NAME, self._url, "POST", json=form), works.check_list)
        answer = reply.json()
        return Listed(reply, answer["results"], answer["totalHits"])

    def _records(self, text: str, size: int) -> list[Record]:
        listed = self._ask(text, size=size)
        return list(works.page(listed.reply, listed.entries, NAME).records)

    def _by_title(self, title: str) -> list[Record]:
        words = searchable(title)
        return self._records(f'title:"{words}"', CANDIDATES) if words else []

    @property
    def _url(self) -> str:
        return f"{self.settings.base_url.rstrip('/')}/search/works"

    def _notes(self) -> tuple[str, ...]:
        notes = [
            "CORE's text rules are not published; a phrase is left out only where the very same words prove that "
            "another finds it.",
            pending_note("CORE", dialect.LIMITS.hits.value),
        ]
        if not self.http.has_key(NAME):
            notes.append("CORE serves next to nothing without a key: put one in CORE_API_KEY.")
        return tuple(notes)
