"""EconBiz, https://www.econbiz.de: economics and management, including RePEc, EconStor and library catalogues.

Its documentation (https://api.econbiz.de/doc, version 1.00 of 2017) names Lucene syntax; what becomes of groups,
phrases and years was not tried, so hits are checked here. A list of hits rarely has abstracts: what matches in an
abstract that is not shown is left out with a count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote_plus

from slr.http.client import Http
from slr.http.messages import Reply, Request, Weight
from slr.matrix.dialects import econbiz as dialect
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.names import family_first
from slr.sources import local
from slr.sources.base import Direction, SearchPlan, SearchRequest, SourceInfo, cannot_follow
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, first, items, language, texts, unmarked, year

NAME = "econbiz"
PAGE_SIZE = dialect.LIMITS.page_size.value
CANDIDATES = 25
"""Records looked at for a known study."""

INFO = SourceInfo(
    name=NAME,
    title="EconBiz",
    home="https://www.econbiz.de",
    terms="https://api.econbiz.de/doc",
    boolean_search=True,
    ranked_search=True,
    references=False,
    citations=False,
    lookup=True,
    page_size=PAGE_SIZE,
)

NOTE = local.note(INFO.title, "documents AND, OR and phrases, but not exactly what it makes of them nor its stemming")

GENRES = {
    **dict.fromkeys(("article in book", "article in collection", "aufsatz im buch", "book section"), "book-chapter"),
    **dict.fromkeys(("conference paper", "konferenzbeitrag"), "conference-paper"),
    **dict.fromkeys(("hochschulschrift", "thesis", "dissertation"), "dissertation"),
    **dict.fromkeys(("working paper", "arbeitspapier", "report", "bericht"), "report"),
}
"""EconBiz's genres in lower case to ``model.RECORD_TYPES``; a genre says more than the type."""

TYPES = {
    **{"article": "article", "book": "book", "journal": "paratext"},
    **dict.fromkeys(("event", "website", "portal", "database", "corporate", "other"), "other"),
}


class Settings(Protocol):
    """What ``config/review.yaml`` says of EconBiz."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/v1/search``."""


@dataclass(frozen=True)
class EconBiz:
    """The source; ``http`` keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """EconBiz's limits, as its clients use them."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit."""
        return local.plan(
            search,
            NAME,
            partial(dialect.q, first_year=search.first_year, last_year=search.last_year),
            lambda asked: self._url(asked, PAGE_SIZE),
            limit=dialect.LIMITS.url_bytes.value,
            room=len("1000000"),
            notes=(NOTE,),
        )

    def count(self, query: CompiledQuery) -> int:
        """The total that EconBiz states, before its hits are checked here."""
        return _total(self._get(self._url(query.text, 0), "probe"))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 250 records, without those that do not match.

        Raises ReplyError for a reply that is no list of hits, or whose list ends before the total it states.
        """
        start, left_out = local.read_cursor(cursor, "1")
        reply = self._get(local.address(query).removesuffix("1") + start, "search", int(start))
        total, received = _total(reply), len(_hits(reply))
        onward = int(start) + received
        page = replace(_page(reply), total=total, next_cursor=str(onward) if onward <= total else None)
        return local.checked(page, local.check_of(query), left_out, INFO.title)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by the title as a phrase: a request each."""
        return {study.key: self._candidates(study.title) for study in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """EconBiz knows no citations: raises UserError."""
        del ids, cursor
        raise cannot_follow(INFO, direction)

    def check(self) -> str:
        """Whether EconBiz answers; asks for the number of records on "cluster"."""
        return f'EconBiz answers ({_total(self._get(self._url("cluster", 0), "probe")):,} records on "cluster").'

    def _candidates(self, title: str) -> list[Record]:
        words = " ".join(re.findall(r"\w+", title))
        return list(_page(self._get(self._url(f'title:"{words}"', CANDIDATES), "list")).records) if words else []

    # requests

    def _url(self, asked: str, size: int) -> str:
        return f"{self.settings.base_url.rstrip('/')}/v1/search?q={quote_plus(asked)}&size={size}&from=1"

    def _get(self, url: str, weight: Weight, start: int = 1) -> Reply:
        check = partial(check_hits, start=start, counts=weight == "probe")
        return self.http.fetch(Request(NAME, url, weight=weight), check)


def check_hits(reply: Reply, start: int = 1, counts: bool = False) -> None:
    """A check for ``Http.fetch``: the reply is a list of hits with its total.

    Raises ReplyError if it is not, or if no hits come at ``start`` although the total goes on (unless it only counts).
    """
    total = _total(reply)
    if not isinstance(fields(fields(reply.json()).get("hits")).get("hits"), list) and not (counts or total == 0):
        raise another_shape(reply, "without a list `hits.hits`")
    if not counts and start <= total and not _hits(reply):
        raise another_shape(reply, f"with no hits at {start:,} of {total:,}")


def _total(reply: Reply) -> int:
    stated = fields(fields(reply.json()).get("hits")).get("total")
    total = fields(stated).get("value", stated) if isinstance(stated, Mapping) else stated
    if type(total) is not int:
        raise another_shape(reply, "without a number in `hits.total`")
    return total


def _hits(reply: Reply) -> list[Any]:
    return items(fields(fields(reply.json()).get("hits")).get("hits"))


def _page(reply: Reply) -> Page:
    records, positions, warnings = each(_hits(reply), read_hit, reply.exchange.url, lambda hit: first(hit.get("id")))
    return Page(records, positions, reply.exchange.exchange_id, warnings=warnings)


def read_hit(hit: Mapping[str, Any]) -> Record:
    """The record of one hit; raises ValueError if it has no id."""
    number = str(hit.get("id") or "").strip()
    if not number:
        raise ValueError("has no id")
    names = texts(hit.get("person")) or texts(hit.get("creator")) or texts(hit.get("creator_personal"))
    return Record(
        record_id=f"{NAME}:{number}",
        source=NAME,
        title=unmarked(first(hit.get("title"))) or "",
        authors=tuple(map(family_first, names)),
        year=year(first(hit.get("date")) or hit.get("date")),
        venue=first(hit.get("isPartOf")) or first(hit.get("series")),
        doi=_doi(hit),
        type=_type(hit),
        language=language(first(hit.get("language"))),
        abstract=unmarked(first(hit.get("abstract"))),
        keywords=tuple(texts(hit.get("subject"))),
        url=f"https://www.econbiz.de/Record/{number}",
        ids={"econbiz": number},
    )


def _doi(hit: Mapping[str, Any]) -> str | None:
    named = (one for name in ("identifier_doi", "doi", "identifier_url") for one in texts(hit.get(name)))
    return next(filter(None, map(bare_doi, named)), None)


def _type(hit: Mapping[str, Any]) -> str | None:
    genres = (GENRES.get(genre.lower()) for genre in texts(hit.get("type_genre")))
    return next(filter(None, genres), None) or TYPES.get((first(hit.get("type")) or "").lower())
