"""DOAJ, https://doaj.org: the articles of open-access journals, read in parts of at most 1,000 hits.

The query stands in the path of the address, so blanks are ``%20``. DOAJ refuses to page beyond 1,000 hits; a query
that has more is cut at search time (``in_parts``). Its text rules are not published: phrases are left out only where
the very same words prove that others find them, and every hit is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from slr.http.client import Http
from slr.http.messages import Reply, Request
from slr.matrix.dialects import doaj as dialect
from slr.matrix.dialects.literal import searchable
from slr.matrix.parts import Part, limited
from slr.matrix.query import And, split
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import doaj_articles as articles
from slr.sources.base import Direction, SearchPlan, SearchRequest, SourceInfo, cannot_follow
from slr.sources.in_parts import Listed, Reach, pending_note, read_on

NAME = "doaj"
REACH = Reach("DOAJ", dialect.LIMITS.hits.value, dialect.LIMITS.page.value)

PARTS_ROOM = 80
"""Bytes kept free for what a part adds to its query (`` AND NOT bibjson.year:[1000 TO 9999]``) and its page number."""

CANDIDATES = 25
"""Articles looked at for a known study."""

INFO = SourceInfo(
    name=NAME,
    title="DOAJ",
    home="https://doaj.org",
    terms="https://doaj.org/terms",
    boolean_search=True,
    ranked_search=True,
    references=False,
    citations=False,
    lookup=True,
    page_size=dialect.LIMITS.page.value,
    own_id=NAME,
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of DOAJ."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/search/articles``."""


@dataclass(frozen=True)
class Doaj:
    """The source; ``http`` keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """DOAJ's limits as of November 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit; how many hits each has is not known before it is asked."""
        whole, absorbed = search.literally_reduced()
        parts = split(whole, lambda expr: self._url_bytes(expr, search), dialect.LIMITS.url_bytes.value)
        queries = tuple(
            CompiledQuery(
                source=NAME,
                part=number,
                parts=len(parts),
                text=dialect.query_text(_limited(expr, search)),
                url=self._url(_limited(expr, search), 1),
                url_bytes=self._url_bytes(expr, search),
            )
            for number, expr in enumerate(parts, start=1)
        )
        return SearchPlan(queries, tuple(parts), absorbed, _notes())

    def count(self, query: CompiledQuery) -> int:
        """``total``, asked with a page of one article."""
        return self._ask(self._search_url(query.text, 1, size=1)).total

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 100 articles of a part; ``cursor`` names part and page.

        Raises ReplyError for a reply that is no list of articles.
        """
        whole = dialect.read(query.text)
        turn = read_on(whole, cursor, REACH, lambda part, number: self._ask(self._url(part, number)))
        listed = turn.listed
        return articles.page(listed.reply, listed.entries, NAME, turn.next_cursor, turn.total, turn.warnings)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI, and by title where DOAJ does not have that DOI (a request each, at most 25 candidates)."""
        return {study.key: self._by_doi(study.doi) or self._by_title(study) for study in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """DOAJ has no citation links: raises UserError."""
        del ids, cursor
        raise cannot_follow(INFO, direction)

    def check(self) -> str:
        """Whether the service answers, and how many articles it has."""
        listed = self._ask(self._search_url('bibjson.title:"open access"', 1, size=1))
        return f"DOAJ answers ({listed.total:,} articles with “open access” in their title); it takes no key."

    # requests and addresses

    def _ask(self, url: str) -> Listed:
        reply: Reply = self.http.fetch(Request(NAME, url), articles.check_list)
        answer = reply.json()
        return Listed(reply, answer["results"], answer["total"])

    def _by_doi(self, doi: str | None) -> list[Record]:
        """DOAJ compares DOIs letter by letter and keeps them as journals write them: small or capital letters."""
        if doi is None or any(char in doi for char in '"*?~\\'):
            return []
        listed = self._ask(self._search_url(f'doi:"{doi}" OR doi:"{doi.upper()}"', 1, CANDIDATES))
        found = articles.page(listed.reply, listed.entries, NAME).records
        return [record for record in found if record.doi == doi]

    def _by_title(self, study: KnownStudy) -> list[Record]:
        words = searchable(study.title)
        if not words:
            return []
        listed = self._ask(self._search_url(f'bibjson.title:"{words}"', 1, CANDIDATES))
        return list(articles.page(listed.reply, listed.entries, NAME).records)

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _url(self, part: Part, number: int) -> str:
        return self._search_url(dialect.query_text(part), number)

    def _search_url(self, text: str, number: int, size: int = dialect.LIMITS.page.value) -> str:
        """Sorted by when DOAJ took an article in, so that pages do not change places while they are read."""
        path = quote(text, safe="/")
        return f"{self._base}/search/articles/{path}?page={number}&pageSize={size}&sort=created_date%3Aasc"

    def _url_bytes(self, expr: And, search: SearchRequest) -> int:
        return len(self._url(_limited(expr, search), 1)) + PARTS_ROOM


def _limited(expr: And, search: SearchRequest) -> Part:
    return limited(expr, search.first_year, search.last_year)


def _notes() -> tuple[str, ...]:
    return (
        "DOAJ's text rules are not published; a phrase is left out only where the very same words prove that another "
        "finds it.",
        pending_note("DOAJ", dialect.LIMITS.hits.value),
    )
