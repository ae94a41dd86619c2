"""arXiv, https://arxiv.org: preprints by title and abstract, page by page from the oldest on, one request in 3 s.

Its own peculiarities (facts of 2026): an error may come inside an HTTP 200 feed; a page inside the list may come back
empty and is asked for again; an unknown field is silently searched as "all fields"; a quoted phrase is read as all of
its words in any order, so that hits are checked here. The DOI of a record is arXiv's own (10.48550/arxiv.…), that of
the published version stands in ``ids["published_doi"]``: preprint and article are two reports, not duplicates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

from slr.errors import PartialReply, QueryError, ReplyError, RequestRefused
from slr.http.client import Http
from slr.http.messages import CutOffReply, Reply, Request, Retry, origin, short
from slr.matrix.dialects import arxiv as dialect
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.names import family_first
from slr.sources import local
from slr.sources.base import Direction, SearchPlan, SearchRequest, SourceInfo, cannot_follow
from slr.sources.reading import another_shape, text, year

NAME = "arxiv"
PAGE_SIZE = 1_000
"""Entries a request: half of the most, since larger pages come back empty more often."""

CANDIDATES = 25
"""Entries looked at for a known study."""

INFO = SourceInfo(
    name=NAME,
    title="arXiv",
    home="https://arxiv.org",
    terms="https://info.arxiv.org/help/api/tou.html",
    boolean_search=True,
    ranked_search=True,
    references=False,
    citations=False,
    lookup=True,
    page_size=PAGE_SIZE,
)

NOTE = local.note(INFO.title, "reads a quoted phrase as all of its words in any order")
YEARS_NOTE = "The limit on years is arXiv's date of the first submission."

_ATOM = "{http://www.w3.org/2005/Atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ID = re.compile(r"arxiv\.org/abs/((?:[a-z-]+(?:\.[A-Za-z-]+)?/)?[\d.]+?)(?:v\d+)?$")


class Settings(Protocol):
    """What ``config/review.yaml`` says of arXiv."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/api/query``."""


@dataclass(frozen=True)
class Arxiv:
    """The source; ``http`` keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """arXiv's limits as of May 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit; mostly one to four, as every phrase is asked of two fields."""
        dated = (YEARS_NOTE,) if search.first_year or search.last_year else ()
        return local.plan(
            search,
            NAME,
            partial(dialect.search_query, first_year=search.first_year, last_year=search.last_year),
            lambda asked: self._url(asked, PAGE_SIZE, "&sortBy=submittedDate&sortOrder=ascending"),
            limit=dialect.LIMITS.url_bytes.value,
            room=len("30000"),
            notes=(NOTE, *dated),
        )

    def count(self, query: CompiledQuery) -> int:
        """The total that arXiv states, before its hits are checked here."""
        return _total(self._get(self._url(query.text, 1)))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 1,000 entries, without those that do not match.

        Raises QueryError for a query of more hits than arXiv serves, PartialReply if a page inside the list stays
        empty, RequestRefused with arXiv's own words for an error inside a feed, ReplyError for what is no feed.
        """
        start, left_out = local.read_cursor(cursor, "0")
        reply = self._get(local.address(query).removesuffix("0") + start, int(start))
        total, page = _total(reply), _page(reply)
        if total > dialect.LIMITS.most_hits.value:
            raise QueryError(
                f"arXiv states {total:,} hits and serves only the first {dialect.LIMITS.most_hits.value:,} of a query: "
                "narrow the matrix or set search.years in config/review.yaml"
            )
        onward = int(start) + len(_entries(reply))
        page = replace(page, total=total, next_cursor=str(onward) if onward < total else None)
        return local.checked(page, local.check_of(query), left_out, INFO.title)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by arXiv's own DOI where a study has one, else by the words of its title."""
        return {study.key: self._candidates(study) for study in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """arXiv knows no citations: raises UserError."""
        del ids, cursor
        raise cannot_follow(INFO, direction)

    def check(self) -> str:
        """Whether arXiv answers; asks for its first entry."""
        self._get(f"{self._base}/api/query?id_list=0704.0001&max_results=1")
        return "arXiv answers; it takes one request in 3 seconds."

    def _candidates(self, study: KnownStudy) -> list[Record]:
        if study.doi and study.doi.startswith("10.48550/arxiv."):
            number = quote_plus(study.doi.removeprefix("10.48550/arxiv."))
            return list(_page(self._get(f"{self._base}/api/query?id_list={number}&max_results=1")).records)
        words = " ".join(re.findall(r"\w+", study.title))
        return list(_page(self._get(self._url(f'ti:"{words}"', CANDIDATES))).records) if words else []

    # requests

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _url(self, asked: str, size: int, order: str = "") -> str:
        return f"{self._base}/api/query?search_query={quote_plus(asked)}{order}&max_results={size}&start=0"

    def _get(self, url: str, start: int = 0) -> Reply:
        # One class of request for all: arXiv counts them together.
        request = Request(NAME, url, weight="search", accept="application/atom+xml")
        return self.http.fetch(request, partial(check_feed, start=start))


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type, the only place where XML can define entities that grow or reach out."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Called by the parser before anything of the declaration is read."""
        del name, pubid, system
        raise ET.ParseError("a document type")


def check_feed(reply: Reply, start: int = 0) -> None:
    """A check for ``Http.fetch``: the reply is an Atom feed with a total, and no error.

    Raises Retry (PartialReply in the end) for an empty page that begins before the total, RequestRefused for an error
    inside the feed, ReplyError for what is no feed or was searched in other fields than asked, CutOffReply for a feed
    without its end.
    """
    feed, entries, total = _feed(reply), _entries(reply), _total(reply)
    told = next((entry for entry in entries if "/api/errors" in (entry.findtext(f"{_ATOM}id") or "")), None)
    if told is not None:
        said = text(told.findtext(f"{_ATOM}summary")) or "no reason given"
        raise RequestRefused(f"arXiv refuses {short(reply.exchange.url)} ({said}): mend what it names")
    if "search_query=all:" in (feed.findtext(f"{_ATOM}title") or ""):
        raise another_shape(reply, "with a search of all fields instead of title and abstract")
    if not entries and start < total:
        raise Retry("an empty page inside the list", _emptied(reply, start, total))


def _emptied(reply: Reply, start: int, total: int) -> PartialReply:
    return PartialReply(
        f"arXiv answers {short(reply.exchange.url)} with an empty page at {start:,} of {total:,} hits, as it sometimes "
        "does: run the command again later; nothing of this page was used"
    )


def _feed(reply: Reply) -> ET.Element:
    try:
        feed = ET.fromstring(reply.body, ET.XMLParser(target=_NoDoctype()))
    except ET.ParseError as error:
        raise _not_a_feed(reply, error) from None
    if feed.tag != f"{_ATOM}feed":
        raise another_shape(reply, f"with <{feed.tag.rpartition('}')[2]}> instead of an Atom feed")
    return feed


def _not_a_feed(reply: Reply, error: ET.ParseError) -> ReplyError:
    ended = not reply.body.rstrip().endswith(b">") or error.msg.startswith(("no element found", "unclosed token"))
    if reply.body.lstrip().startswith(b"<?xml") and ended:
        told = f"{origin(reply.exchange.url)} answered with a feed cut off after {len(reply.body)} bytes"
        return CutOffReply(f"{told} to {short(reply.exchange.url)}: run the command again")
    return another_shape(reply, "with something that is no Atom feed")


def _entries(reply: Reply) -> list[ET.Element]:
    return _feed(reply).findall(f"{_ATOM}entry")


def _total(reply: Reply) -> int:
    stated = _feed(reply).findtext(f"{_SEARCH}totalResults")
    if stated is None or not stated.strip().isdecimal():
        raise another_shape(reply, "without `opensearch:totalResults`")
    return int(stated)


def _page(reply: Reply) -> Page:
    """The entries of a feed; one that cannot be read gives a warning."""
    records, positions, warnings = [], [], []
    for place, entry in enumerate(_entries(reply)):
        try:
            records.append(read_entry(entry))
            positions.append(place)
        except ValueError as error:
            named, where = text(entry.findtext(f"{_ATOM}id")) or "without id", short(reply.exchange.url)
            warnings.append(f"The entry {named} at place {place + 1} of {where} is left out: it {error}.")
    return Page(tuple(records), tuple(positions), reply.exchange.exchange_id, warnings=tuple(warnings))


def read_entry(entry: ET.Element) -> Record:
    """The record of one Atom entry, whatever its version; raises ValueError if it is no entry of arXiv."""
    address = text(entry.findtext(f"{_ATOM}id")) or ""
    found = _ID.search(address)
    if found is None:
        raise ValueError("has no id of an arXiv entry")
    one = _reader(entry)
    number, published_in, other = found[1], one(f"{_ARXIV}journal_ref"), one(f"{_ARXIV}doi")
    names = (text(author.findtext(f"{_ATOM}name")) for author in entry.findall(f"{_ATOM}author"))
    subjects = (text(category.get("term")) for category in entry.findall(f"{_ATOM}category"))
    return Record(
        record_id=f"{NAME}:{number}",
        source=NAME,
        title=one(f"{_ATOM}title") or "",
        authors=tuple(family_first(name) for name in names if name),
        year=year(one(f"{_ATOM}published")),
        venue=published_in or "arXiv",
        doi=f"10.48550/arxiv.{number.lower()}",
        type="preprint",
        abstract=one(f"{_ATOM}summary"),
        keywords=tuple(filter(None, subjects)),
        url=f"https://arxiv.org/abs/{number}",
        ids={"arxiv": number, **({"published_doi": other.lower()} if other else {})},
    )


def _reader(entry: ET.Element) -> Callable[[str], str | None]:
    return lambda tag: text(entry.findtext(tag))
