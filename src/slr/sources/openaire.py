"""OpenAIRE Graph, https://graph.openaire.eu: publications of repositories and journals, by its API version 3.

Upper-case AND, OR and quotes are documented for ``search`` (titles and descriptions); that groups in parentheses are
obeyed was not tried, so hits are checked here. Pages follow a cursor until there is none. Without a token it takes 60
requests an hour, so it is asked for single works only with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

from slr.http.client import Http
from slr.http.messages import Reply, Request, Weight
from slr.matrix.dialects import openaire as dialect
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.names import family_first
from slr.sources import local
from slr.sources.base import Direction, IdName, SearchPlan, SearchRequest, SourceInfo, cannot_follow
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, language, pages, text, texts, unmarked, year

NAME = "openaire"
PAGE_SIZE = dialect.LIMITS.page_size.value
FIRST = "%2A"
"""The encoded cursor of the first page, ``*``."""

CURSOR_ROOM = 300
"""Bytes kept free for an encoded cursor (Solr's are below 100)."""

CANDIDATES = 10
"""Products looked at for a known study."""

INFO = SourceInfo(
    name=NAME,
    title="OpenAIRE Graph",
    home="https://graph.openaire.eu",
    terms="https://graph.openaire.eu/docs/apis/terms",
    boolean_search=True,
    ranked_search=True,
    references=False,
    citations=False,
    lookup=True,
    page_size=PAGE_SIZE,
    key_variable="OPENAIRE_TOKEN",
)

NOTE = local.note(INFO.title, "documents AND, OR and quotes, but not exactly what it makes of groups nor its stemming")

TYPES = {
    **dict.fromkeys(("article", "journal article", "data paper", "software paper"), "article"),
    **dict.fromkeys(("conference object", "conference paper"), "conference-paper"),
    **dict.fromkeys(("thesis", "doctoral thesis", "master thesis", "bachelor thesis"), "dissertation"),
    **dict.fromkeys(("part of book or chapter of book", "book part"), "book-chapter"),
    **dict.fromkeys(("report", "research report", "technical report", "internal report"), "report"),
    **dict.fromkeys(("project deliverable", "external research report", "policy report", "working paper"), "report"),
    **{"review": "review", "book": "book", "preprint": "preprint", "editorial": "editorial", "letter": "letter"},
    **{"dataset": "dataset", "other literature type": None},
}
"""OpenAIRE's instance types in lower case to ``model.RECORD_TYPES``; None says nothing."""


class Settings(Protocol):
    """What ``config/review.yaml`` says of OpenAIRE."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/graph/v3``."""


@dataclass(frozen=True)
class OpenAire:
    """The source; ``http`` adds the token and keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """OpenAIRE's limits as of October 2026; it is asked by identifiers only with a token."""
        return replace(INFO, identifiers=("doi", "pmid")) if self.http.has_key(NAME) else INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit."""
        return local.plan(
            search,
            NAME,
            dialect.search,
            lambda asked: f"{self._search(asked)}{_years(search)}&pageSize={PAGE_SIZE}&cursor={FIRST}",
            limit=dialect.LIMITS.url_bytes.value,
            room=CURSOR_ROOM,
            notes=(NOTE,),
        )

    def count(self, query: CompiledQuery) -> int:
        """The total that OpenAIRE states, before its hits are checked here."""
        base = local.address(query).partition("&pageSize=")[0]
        return _total(self._get(f"{base}&pageSize=1", "probe"))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 100 products, without those that do not match.

        Raises ReplyError for a reply that is no list of products or hands out the cursor it was asked with.
        """
        theirs, left_out = local.read_cursor(cursor, "*")
        url = local.address(query).removesuffix(FIRST) + quote(theirs, safe="")
        reply = self._get(url, "search", theirs)
        onward = text(fields(reply.json()["header"]).get("nextCursor"))
        there = items(reply.json()["results"])
        page = replace(_page(reply), total=_total(reply), next_cursor=onward if there else None)
        return local.checked(page, local.check_of(query), left_out, INFO.title)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one, else by its title as a phrase: a request each."""
        return {study.key: self._candidates(study) for study in studies}

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """A page for each DOI or PMID: OpenAIRE is asked for one identifier at a time."""
        del name  # ``pid`` takes every kind of identifier
        return (_page(self._get(self._pid(value), "single")) for value in values)

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Page:
        """OpenAIRE's products state no citations: raises UserError."""
        del ids, cursor
        raise cannot_follow(INFO, direction)

    def check(self) -> str:
        """Whether OpenAIRE answers, with or without a token."""
        self._get(f"{self._search('cluster')}&pageSize=1", "probe")
        if self.http.has_key(NAME):
            return "OpenAIRE answers and accepts the token (7,200 requests an hour; a token is good for one hour)."
        return "OpenAIRE answers; without a token it takes 60 requests an hour."

    def _candidates(self, study: KnownStudy) -> list[Record]:
        if study.doi:
            return list(_page(self._get(self._pid(study.doi), "single")).records)
        words = " ".join(re.findall(r"\w+", study.title))
        named = quote_plus(f'"{words}"')
        url = f"{self._products}?mainTitle={named}&type=publication&pageSize={CANDIDATES}"
        return list(_page(self._get(url, "list")).records) if words else []

    # requests

    @property
    def _products(self) -> str:
        return f"{self.settings.base_url.rstrip('/')}/graph/v3/research-products"

    def _search(self, asked: str) -> str:
        return f"{self._products}?search={quote_plus(asked)}&type=publication"

    def _pid(self, value: str) -> str:
        named = quote_plus(f'"{value}"')
        return f"{self._products}?pid={named}&pageSize={CANDIDATES}"

    def _get(self, url: str, weight: Weight, cursor: str | None = None) -> Reply:
        return self.http.fetch(Request(NAME, url, weight=weight), partial(check_products, cursor=cursor))


def check_products(reply: Reply, cursor: str | None = None) -> None:
    """A check for ``Http.fetch``: the reply is a list of products with its total, and goes on from ``cursor``."""
    answer = fields(reply.json())
    _total(reply)
    if not isinstance(answer.get("results"), list):
        raise another_shape(reply, "without a list `results`")
    if cursor is not None and answer["results"] and fields(answer["header"]).get("nextCursor") == cursor:
        raise another_shape(reply, "with the same cursor again, so that reading on would never end")


def _years(search: SearchRequest) -> str:
    first = f"&fromPublicationDate={search.first_year:04}-01-01" if search.first_year else ""
    return first + (f"&toPublicationDate={search.last_year:04}-12-31" if search.last_year else "")


def _total(reply: Reply) -> int:
    total = fields(fields(reply.json()).get("header")).get("numFound")
    if type(total) is not int:
        raise another_shape(reply, "without a number in `header.numFound`")
    return total


def _page(reply: Reply) -> Page:
    results = items(fields(reply.json()).get("results"))
    records, positions, warnings = each(results, read_product, reply.exchange.url, lambda one: text(one.get("id")))
    return Page(records, positions, reply.exchange.exchange_id, warnings=warnings)


def read_product(product: Mapping[str, Any]) -> Record:
    """The record of one research product; raises ValueError if it has no id."""
    number = text(product.get("id"))
    if number is None:
        raise ValueError("has no id")
    held, ids = fields(product.get("container")), _ids(product)
    title = " : ".join(filter(None, (unmarked(product.get("mainTitle")), unmarked(product.get("subTitle")))))
    return Record(
        record_id=f"{NAME}:{number}",
        source=NAME,
        title=title,
        authors=tuple(family_first(name) for name in map(_author, items(product.get("authors"))) if name),
        year=year(product.get("publicationDate")),
        venue=text(held.get("name")),
        volume=text(held.get("vol")),
        issue=text(held.get("iss")),
        pages=pages(held.get("sp"), held.get("ep")),
        doi=bare_doi(ids.pop("doi", None)),
        type=_type(product),
        language=language(fields(product.get("language")).get("code")),
        abstract=next(filter(None, map(unmarked, texts(product.get("descriptions")))), None),
        keywords=tuple(dict.fromkeys(filter(None, map(_keyword, items(product.get("subjects")))))),
        url=f"https://explore.openaire.eu/search/publication?articleId={quote(number, safe='')}",
        ids={"openaire": number, **ids},
    )


def _author(author: object) -> str | None:
    one = fields(author)
    family, given = text(one.get("surname")), text(one.get("name"))
    return text(one.get("fullName")) or (f"{family}, {given}" if family and given else family)


def _keyword(entry: object) -> str | None:
    """What authors and repositories gave as keywords; fields of science are a classification by machine."""
    subject = fields(fields(entry).get("subject"))
    return unmarked(subject.get("value")) if str(subject.get("scheme")).lower() == "keyword" else None


def _ids(product: Mapping[str, Any]) -> dict[str, str]:
    """DOI, PMID and PMCID as the product states them first, and the journal's ISSN."""
    names = {"doi": "doi", "pmid": "pmid", "pmc": "pmcid", "arxiv": "arxiv"}
    found: dict[str, str] = {}
    for pid in map(fields, items(product.get("pids"))):
        name, value = names.get(str(pid.get("scheme")).lower()), text(pid.get("value"))
        if name and value:
            found.setdefault(name, value)
    held = fields(product.get("container"))
    issn = next(filter(None, (text(held.get(f"issn{kind}")) for kind in ("Linking", "Printed", "Online"))), None)
    return {**found, "issn": issn} if issn else found


def _type(product: Mapping[str, Any]) -> str | None:
    """The type of a peer-reviewed copy if there is one, else of the first copy that says something."""
    copies = [one for one in map(fields, items(product.get("instances"))) if TYPES.get(str(one.get("type")).lower())]
    copies.sort(key=lambda one: one.get("refereed") != "peerReviewed")
    return TYPES[str(copies[0]["type"]).lower()] if copies else None
