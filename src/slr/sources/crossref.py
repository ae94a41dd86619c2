"""Crossref, https://www.crossref.org: works by DOI and by bibliographic words, reference lists, retraction notices.

It has no Boolean search, so that the matrix cannot be asked of it: by default it is asked for single works only. With
``ranked: true`` it is asked for all words of the matrix at once; of what its ranking puts first, ``ranked_records`` are
looked at and held against the matrix here. That finds something, never everything, and the notes say so.

Batches by DOI are a repeated ``filter=doi:`` (same filter = OR; https://api.crossref.org/swagger-ui). Since 2025 its
notices include Retraction Watch's, under ``updated-by`` of the work that was retracted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote, quote_plus

from slr.http.client import Http
from slr.http.messages import Reply, Request, Weight
from slr.matrix.dialects.phrases import grouped
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import local
from slr.sources.base import (
    Direction,
    IdName,
    Linked,
    SearchPlan,
    SearchRequest,
    SourceInfo,
    cannot_follow,
    linked_page,
)
from slr.sources.crossref_works import cited_dois, read_work, retracts, unnamed_references
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, text

NAME = "crossref"
BATCH = 50
"""DOIs a request; some 2,500 bytes of address."""

URL_BYTES = 4_000
"""No limit is stated; what any web server takes."""

PAGE_SIZE = 100
CANDIDATES = 20
"""Works looked at for a known study without a DOI."""

INFO = SourceInfo(
    name=NAME,
    title="Crossref",
    home="https://www.crossref.org",
    terms="https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/",
    boolean_search=False,
    ranked_search=True,
    references=True,
    citations=False,
    lookup=True,
    page_size=PAGE_SIZE,
    key_variable="CROSSREF_MAILTO",
    identifiers=("doi",),
    own_id="doi",
    link_batch=BATCH,
    fetch_batch=BATCH,
)

NOT_SEARCHED = (
    "Crossref has no Boolean search: it is asked for known studies, references and retractions, not for the matrix. "
    "sources.crossref.ranked: true in config/review.yaml adds a ranked search, which finds something, never everything."
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of Crossref."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/works``."""

    @property
    def ranked(self) -> bool:
        """Whether a ranked search is wanted."""

    @property
    def ranked_records(self) -> int:
        """How many of the best-ranked works are looked at (at most 10,000)."""


@dataclass(frozen=True)
class Crossref:
    """The source; ``http`` adds the mail address (for the polite pool) and keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """Crossref's limits since December 2025."""
        return INFO

    # the ranked search

    def plan(self, search: SearchRequest) -> SearchPlan:
        """No query, or (``ranked``) one of all words of the matrix."""
        if not self.settings.ranked:
            return SearchPlan((), (), (), (NOT_SEARCHED,))
        whole, _ = replace(search, absorbing=False).reduced()
        wanted = grouped(whole, INFO.title)
        texts = (phrase.text for side in whole.parts for phrase in side.parts)
        words = " ".join(dict.fromkeys(re.findall(r"\w+", " ".join(texts).lower())))
        asked = f"query.bibliographic={quote_plus(words)}{_years(search)}"
        url = f"{self._base}/works?{asked}&rows={PAGE_SIZE}&offset=0"
        checked_by = f"{local.mark(search)},{wanted}"
        query = CompiledQuery(NAME, 1, 1, words, f"{url}#{checked_by}", len(url) + len("9999"))
        return SearchPlan((query,), (whole,), (), (self._ranked_note(),))

    def count(self, query: CompiledQuery) -> int:
        """How many works will be looked at: no more than ``ranked_records`` of those with any of the words."""
        base = local.address(query).partition("&rows=")[0]
        return min(self.settings.ranked_records, _total(self._get(f"{base}&rows=0", "probe")))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 100 works in the order of Crossref's ranking, without those that do not match."""
        offset, left_out = local.read_cursor(cursor, "0")
        reply = self._get(local.address(query).removesuffix("0") + offset, "search")
        total, received = _total(reply), len(_items(reply))
        onward, depth = int(offset) + received, min(total, self.settings.ranked_records)
        more = received and onward < depth
        page = replace(_page(reply), next_cursor=str(onward) if more else None)
        if not more and onward < total:
            said = f"{total:,} works of Crossref hold any of the words; the first {onward:,} by rank were looked at."
            page = replace(page, warnings=(*page.warnings, said))
        return local.checked(page, local.check_of(query), left_out, INFO.title)

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one (batched), else by its bibliographic words (20 at most)."""
        dois = {study.key: bare_doi(study.doi) for study in studies}
        wanted = sorted({doi for doi in dois.values() if doi})
        found = {record.doi: [record] for page in self._works(wanted) for record in page.records}
        return {
            study.key: found.get(dois[study.key], []) if dois[study.key] else self._by_words(study) for study in studies
        }

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """For each batch of DOIs a page of those that a notice takes back, then one of the works themselves.

        The first page's records state nothing but the DOI and that it is retracted: its exchange holds the notice.
        """
        del name  # the only identifier is the DOI
        for dois in self._batches(values):
            yield self._notices(dois)
        yield from self._works(values)

    def _works(self, dois: Sequence[str]) -> Iterator[Page]:
        """A page for each batch of DOIs; one that a filter would misread is asked for alone."""
        yield from (_page(self._batch(batch)) for batch in self._batches(dois))
        yield from (self._single(doi) for doi in dois if "," in doi)

    def _notices(self, dois: Sequence[str]) -> Page:
        """Which of these works a notice takes back that is itself a work at Crossref (``update-to``)."""
        wanted = ",".join(f"updates:{quote(doi, safe='/:()')}" for doi in dois)
        reply = self._get(f"{self._base}/works?filter={wanted},update-type:retraction&rows={4 * BATCH}", "list")
        told = [(place, doi) for place, notice in enumerate(_items(reply)) for doi in retracts(notice) if doi in dois]
        records = tuple(Record(f"{NAME}:{doi}", NAME, title="", doi=doi, retracted=True) for _, doi in told)
        return Page(records, tuple(place for place, _ in told), reply.exchange.exchange_id)

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """One page of the reference lists of up to 50 of ``ids`` (DOIs); the cursor is the number of the batch.

        What has no DOI is among its ``references``. Raises UserError for who cites a work.
        """
        if direction != "backward":
            raise cannot_follow(INFO, direction)
        batches = list(self._batches(sorted({doi for doi in map(bare_doi, ids) if doi})))
        number = int(cursor or 0)
        reply = self._batch(batches[number]) if batches else self._get(f"{self._base}/works?rows=0", "probe")
        works = [(bare_doi(work.get("DOI")) or "", work) for work in map(fields, _items(reply))]
        links = [(doi, cited) for doi, work in works for cited in cited_dois(work)[0]]
        onward = str(number + 1) if number + 1 < len(batches) else None
        page = Page((), (), reply.exchange.exchange_id, onward)
        return linked_page(page, links, [one for doi, work in works for one in unnamed_references(doi, work)])

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """Works by their DOIs, up to 50 a request."""
        return self._works(sorted(ids))

    def check(self) -> str:
        """Whether Crossref answers, and from which pool."""
        reply = self._get(f"{self._base}/works?rows=0", "probe")
        pool = reply.exchange.headers.get("x-api-pool", "public")
        advice = "" if pool != "public" else "; with a mail address in CROSSREF_MAILTO it answers faster"
        return f"Crossref answers from its {pool} pool{advice}."

    # requests

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _get(self, url: str, weight: Weight) -> Reply:
        return self.http.fetch(Request(NAME, url, weight=weight), check_works)

    def _batch_url(self, dois: Sequence[str]) -> str:
        wanted = ",".join(f"doi:{quote(doi, safe='/:()')}" for doi in dois)
        return f"{self._base}/works?filter={wanted}&rows={len(dois)}"

    def _batch(self, dois: Sequence[str]) -> Reply:
        return self._get(self._batch_url(dois), "list")

    def _batches(self, dois: Sequence[str]) -> Iterator[Sequence[str]]:
        """``dois`` in order, as many at a time as one address takes; those with a comma are left out."""
        batch: list[str] = []
        for doi in (doi for doi in dois if "," not in doi):
            if len(batch) == BATCH or (batch and len(self._batch_url([*batch, doi])) > URL_BYTES):
                yield batch
                batch = []
            batch.append(doi)
        if batch:
            yield batch

    def _single(self, doi: str) -> Page:
        """One work by its DOI; an empty page if Crossref does not know it (a 404 in plain text)."""
        asked = Request(NAME, f"{self._base}/works/{quote(doi, safe='/')}", weight="single", may_be_missing=True)
        reply = self.http.fetch(asked, check_work)
        entries = [] if reply.is_missing else [reply.json()["message"]]
        return _page_of(entries, reply)

    def _by_words(self, study: KnownStudy) -> list[Record]:
        named = " ".join(filter(None, (study.title, *study.authors[:1], str(study.year or ""))))
        url = f"{self._base}/works?query.bibliographic={quote_plus(named)}&rows={CANDIDATES}"
        return list(_page(self._get(url, "list")).records)

    def _ranked_note(self) -> str:
        return (
            "Crossref ranks works by the words they share with the matrix; the first "
            f"{self.settings.ranked_records:,} (sources.crossref.ranked_records) are looked at and checked here, by "
            "title and abstract. Works ranked lower are not seen, and the ranking changes with time: this is an aid "
            "beside the documented searches, not one of them."
        )


def check_works(reply: Reply) -> None:
    """A check for ``Http.fetch``: the reply is a list of works with its total."""
    _total(reply)
    if not isinstance(fields(fields(reply.json()).get("message")).get("items"), list):
        raise another_shape(reply, "without a list `message.items`")


def check_work(reply: Reply) -> None:
    """A check for ``Http.fetch``: the reply is one work."""
    if not fields(fields(reply.json()).get("message")):
        raise another_shape(reply, "without an object `message`")


def _total(reply: Reply) -> int:
    total = fields(fields(reply.json()).get("message")).get("total-results")
    if type(total) is not int:
        raise another_shape(reply, "without a number in `message.total-results`")
    return total


def _items(reply: Reply) -> list[object]:
    return items(fields(fields(reply.json()).get("message")).get("items"))


def _page(reply: Reply) -> Page:
    return _page_of(_items(reply), reply)


def _page_of(entries: Sequence[object], reply: Reply) -> Page:
    read = each(entries, read_work, reply.exchange.url, lambda one: text(one.get("DOI")))
    return Page(read[0], read[1], reply.exchange.exchange_id, warnings=read[2])


def _years(search: SearchRequest) -> str:
    limits = [f"from-pub-date:{search.first_year:04}"] if search.first_year else []
    limits += [f"until-pub-date:{search.last_year:04}"] if search.last_year else []
    return f"&filter={','.join(limits)}" if limits else ""
