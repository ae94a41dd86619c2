"""OpenAlex, https://openalex.org: the whole matrix as one filter, read page by page with a cursor.

The only door to pyalex, which builds the addresses and inverts abstracts; the project's own client carries them.
The search goes into ``filter=title_and_abstract.search:`` (or ``.search.exact``), not into ``search=``, which also
looks at full texts and refuses long values (https://help.openalex.org/api/searching).

Pages are sorted by publication date, oldest first: OpenAlex adds the id as a tie-breaker when a cursor is used, so the
order is total, and a work added while we read mostly lands behind us. A cursor handed out here is
``<records received so far>:<OpenAlex's cursor>``; the number lets the last page be known from ``meta.count`` without
paying for the empty page behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote, quote_plus, urlsplit

from slr.http.client import Http
from slr.http.manners import search_weight
from slr.http.messages import Reply, Request, Weight
from slr.matrix.analysis import EXACT
from slr.matrix.dialects import openalex as dialect
from slr.matrix.query import And, split
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import openalex_replies as replies
from slr.sources.base import Direction, IdName, Linked, SearchPlan, SearchRequest, SourceInfo, linked_page
from slr.sources.openalex_works import SELECT, bare_doi, read_work, references, work_id

if TYPE_CHECKING:
    from pyalex import Works

Check = Callable[[Reply], None]

NAME = "openalex"
PAGE_SIZE = 100
"""Records a page, the documented most (https://help.openalex.org/api/paging)."""

FIRST = "%2A"
"""The encoded cursor of the first page, ``*``."""

CURSOR_ROOM = 200
"""Bytes kept free for an encoded cursor; recorded ones have up to 96."""

CANDIDATES = 25
"""Works looked at for a known study that is asked for by its title."""

INFO = SourceInfo(
    name=NAME,
    title="OpenAlex",
    home="https://openalex.org",
    terms="https://help.openalex.org/access/pricing",
    boolean_search=True,
    ranked_search=True,
    references=True,
    citations=True,
    lookup=True,
    page_size=PAGE_SIZE,
    page_usd=0.001,
    count_usd=0.0001,
    daily_usd=(0.10, 1.00),
    key_variable="OPENALEX_API_KEY",
    identifiers=("doi", "openalex", "pmid"),
    link_batch=100,
    fetch_batch=100,
    lists_references=True,
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of OpenAlex."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/works``."""

    @property
    def corpus(self) -> str:
        """``core`` (OpenAlex's default), ``expansion`` or ``all``."""

    @property
    def transport(self) -> str:
        """``filter`` (GET with a filter) or ``oql`` (POST with OpenAlex's query language)."""


@dataclass(frozen=True)
class OpenAlex:
    """The source; ``http`` adds the key and keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """OpenAlex's limits and prices as of August 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit; one for most matrices, always one with the transport ``oql``."""
        whole, absorbed = search.reduced()
        if self.settings.transport == "oql":
            parts = [whole]
        else:
            parts = split(whole, lambda part: self._url_bytes(part, search), dialect.LIMITS.url_bytes.value)
        queries = tuple(self._compiled(part, search, i + 1, len(parts)) for i, part in enumerate(parts))
        return SearchPlan(queries, tuple(parts), absorbed, self._notes())

    def count(self, query: CompiledQuery) -> int:
        """OpenAlex's ``meta.count``, asked for with a grouped request (1 credit where a page costs 10)."""
        if _is_oql(query):
            return _total(self._post(query, {"per_page": 1, "select": "id"}, None))
        kept = [part for part in urlsplit(query.url).query.split("&") if part.startswith(("filter=", "corpus="))]
        return _total(self._get(f"{query.url.partition('?')[0]}?{'&'.join(kept)}&group_by=type", "probe"))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 100 works.

        Raises ReplyError for a reply that is no list of works or hands out the cursor it was asked with, PartialReply
        if OpenAlex keeps saying that it ran out of time.
        """
        number, _, theirs = (cursor or "0:*").partition(":")
        if _is_oql(query):
            more = {"per_page": PAGE_SIZE, "select": ",".join(SELECT), "sort": "publication_date", "cursor": theirs}
            reply = self._post(query, more, theirs)
        else:
            url = query.url.removesuffix(FIRST) + quote(theirs, safe="")
            reply = self._get(url, search_weight(query.text), theirs)
        return self._page(reply, int(number))

    def _page(self, reply: Reply, before: int) -> Page:
        answer = reply.json()
        total: int = answer["meta"]["count"]
        received = before + len(answer["results"])
        records, positions, warnings = replies.works(answer["results"], self._read, reply.exchange.url)
        return Page(
            records=records,
            positions=positions,
            exchange_id=reply.exchange.exchange_id,
            next_cursor=_onward(reply, received),
            total=total,
            warnings=warnings,
        )

    # looking up

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one (batched), else by title (a request each, at most 25 candidates)."""
        dois = {bare_doi(study.doi) for study in studies} - {None}
        found = self._by_doi(sorted(doi for doi in dois if doi))
        return {
            study.key: found.get(bare_doi(study.doi) or "", []) if study.doi else self._by_title(study.title)
            for study in studies
        }

    def lookup(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records of works by ``openalex:W…``, under the ids they were asked by.

        A work that was merged into another comes back as the survivor, whose ``record_id`` differs from the id asked;
        an id that OpenAlex does not know is left out.
        """
        numbers = list(dict.fromkeys(map(_number, ids)))
        found: dict[str, Record] = {}
        for batch in _batches(numbers, lambda some: len(self._list_url(openalex=some))):
            found |= {record.record_id: record for record in self._list(self._list_url(openalex=batch))}
        for number in numbers:
            if f"openalex:{number}" not in found and (record := self._single(number)):
                found[f"openalex:{number}"] = record
        return found

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """A page for each batch of at most 100 identifiers; a DOI that a filter would misread is asked for alone."""
        alone = [value for value in values if "," in value or "|" in value]
        together = [value for value in values if value not in set(alone)]
        for batch in _batches(together, lambda some: len(self._list_url(**{name: some})) + CURSOR_ROOM):
            for reply in self._every(self._list_url(**{name: batch})):
                yield replace(self._page(reply, 0), next_cursor=None)
        for value in alone:
            reply = self._asked(f"{name}:{value}")
            works = [] if reply.is_missing else [reply.json()]
            found, places, warnings = replies.works(works, self._read, reply.exchange.url)
            yield Page(found, places, reply.exchange.exchange_id, warnings=warnings)

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """One page of citations, up to 100 of ``ids`` (``W…``) a request; the cursor is ``<batch>:<cursor within it>``.

        Backward it reads the works' own lists, without describing what they cite: ``fetched`` does that for what is not
        known yet (``cited_by:`` would describe everything again, and not say who cites what). Forward (``cites:``) the
        citing works come with their descriptions; one that cites works of two batches comes twice.
        """
        batches = list(_batches(sorted(map(work_id, ids)), lambda some: len(self._list_url(cites=some)) + CURSOR_ROOM))
        batch, _, inner = (cursor or "0:0:*").partition(":")
        asked = batches[int(batch)]
        page = self._lists(asked, inner) if direction == "backward" else self._citing(asked, inner)
        onward = page.next_cursor and f"{batch}:{page.next_cursor}"
        if onward is None and int(batch) + 1 < len(batches):
            onward = f"{int(batch) + 1}:0:*"
        return replace(page, next_cursor=onward, total=page.total if len(batches) == 1 else None)

    def _lists(self, asked: Sequence[str], cursor: str) -> Linked:
        number, _, theirs = cursor.partition(":")
        works = _works().filter_or(openalex=list(asked)).select(["id", "referenced_works"])
        url = f"{self._url(works)}{self._corpus}&per_page={PAGE_SIZE}&cursor={quote(theirs, safe='')}"
        reply = self._get(url, "list", theirs)
        listed = reply.json()["results"]
        links = [(work_id(work.get("id")), cited) for work in listed for cited in sorted(references(work))]
        onward = _onward(reply, int(number) + len(listed))
        return linked_page(Page((), (), reply.exchange.exchange_id, onward), links)

    def _citing(self, asked: Sequence[str], cursor: str) -> Linked:
        number, _, theirs = cursor.partition(":")
        url = f"{self._list_url(cites=asked)}&cursor={quote(theirs, safe='')}"
        page = self._page(self._get(url, "list", theirs), int(number))
        wanted = set(asked)
        links = [
            (record.ids[NAME], cited) for record in page.records for cited in map(_number, record.references)
            if cited in wanted
        ]  # fmt: skip
        return linked_page(page, links)

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """Works by their ids, up to 100 a request."""
        return self.described("openalex", sorted(ids))

    def check(self) -> str:
        """The budget left, from ``/rate-limit`` with a key and from the headers of a free request without one."""
        if self.http.has_key(NAME):
            return replies.budget(self._get(f"{self._base}/rate-limit", "single", check=replies.check_object))
        reply = self._get(f"{self._base}/works/W2741809807?select=id", "single", check=replies.check_object)
        return replies.budget_headers(reply)

    # requests

    def _get(self, url: str, weight: Weight, cursor: str | None = None, check: Check | None = None) -> Reply:
        return self.http.fetch(Request(NAME, url, weight=weight), check or partial(replies.check_list, cursor=cursor))

    def _post(self, query: CompiledQuery, more: Mapping[str, Any], cursor: str | None) -> Reply:
        asked = Request(NAME, query.url, "POST", json={"oql": query.oql, **more}, weight=search_weight(query.text))
        return self.http.fetch(asked, partial(replies.check_list, cursor=cursor))

    def _list(self, url: str, weight: Weight = "list") -> list[Record]:
        """One page of works; those that cannot be read are no candidates."""
        reply = self._get(url, weight)
        return list(replies.works(reply.json()["results"], self._read, reply.exchange.url)[0])

    def _every(self, url: str) -> Iterator[Reply]:
        """The pages of a list that fits one page: OpenAlex may hand out a page that is shorter than was asked for."""
        cursor, received = "*", 0
        while True:
            reply = self._get(f"{url}&cursor={quote(cursor, safe='')}", "list", cursor)
            yield reply
            received += len(reply.json()["results"])
            onward = _onward(reply, received)
            if onward is None:
                return
            cursor = onward.partition(":")[2]

    def _single(self, name: str) -> Record | None:
        """One work by its id or DOI (free); None if OpenAlex does not know it."""
        reply = self._asked(name)
        return None if reply.is_missing else self._read(reply.json())

    def _asked(self, name: str) -> Reply:
        url = f"{self._base}/works/{quote(name, safe=':/()')}?select={','.join(SELECT)}"
        return self.http.fetch(Request(NAME, url, weight="single", may_be_missing=True), replies.check_object)

    def _by_doi(self, dois: Sequence[str]) -> dict[str, list[Record]]:
        """A DOI with a comma or a bar means something else in a filter and is asked for alone."""
        alone = [doi for doi in dois if "," in doi or "|" in doi]
        together = [doi for doi in dois if doi not in alone]
        found: dict[str, list[Record]] = {}
        for batch in _batches(together, lambda some: len(self._list_url(doi=some))):
            for record in self._list(self._list_url(doi=batch)):
                found.setdefault(record.doi or "", []).append(record)
        singles = {doi: self._single(f"doi:{doi}") for doi in alone}
        return found | {doi: [record] for doi, record in singles.items() if record}

    def _by_title(self, title: str) -> list[Record]:
        """Works whose title holds this one as a phrase; quotes, bars and backslashes would end the phrase."""
        words = " ".join(re.sub(r"[\"“”„«»|\\]", " ", title).split())
        if not any(letter.isalnum() for letter in words):
            return []
        url = self._url(_works().search_filter(title=f'"{words}"').select(list(SELECT)))
        return self._list(f"{url}{self._corpus}&per_page={CANDIDATES}", "search")

    def _read(self, work: Any) -> Record:
        return read_work(work, NAME, plain_abstract)

    # addresses

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    @property
    def _corpus(self) -> str:
        return "" if self.settings.corpus == "core" else f"&corpus={quote_plus(self.settings.corpus)}"

    def _url(self, works: Works) -> str:
        """pyalex's address with our host in place of the one it has built in."""
        return f"{self._base}/works?{urlsplit(works.url).query}"

    def _list_url(self, **wanted: Sequence[str]) -> str:
        works = _works().filter_or(**{name: list(values) for name, values in wanted.items()}).select(list(SELECT))
        return f"{self._url(works)}{self._corpus}&per_page={PAGE_SIZE}"

    def _search_url(self, part: And, search: SearchRequest) -> str:
        works = _works().filter(**{_field(search): dialect.filter_value(part, search.analyzer)})
        if years := _years(search):
            works = works.filter(publication_year=years)
        works = works.select(list(SELECT)).sort(publication_date="asc")
        return f"{self._url(works)}{self._corpus}&per_page={PAGE_SIZE}&cursor={FIRST}"

    def _url_bytes(self, part: And, search: SearchRequest) -> int:
        return len(self._search_url(part, search)) - len(FIRST) + CURSOR_ROOM

    def _compiled(self, part: And, search: SearchRequest, number: int, parts: int) -> CompiledQuery:
        url, size = self._search_url(part, search), self._url_bytes(part, search)
        if self.settings.transport == "oql":
            url = f"{self._base}/"
            size = len(url)
        return CompiledQuery(
            source=NAME,
            part=number,
            parts=parts,
            text=dialect.filter_value(part, search.analyzer),
            url=url,
            url_bytes=size,
            oql=dialect.oql(part, exact=search.analyzer == EXACT) + _oql_years(search),
        )

    def _notes(self) -> tuple[str, ...]:
        notes = [f"The corpus is OpenAlex's {self.settings.corpus!r}."]
        if self.settings.transport == "oql":
            notes.append("The queries are sent as OQL (POST), whose price OpenAlex does not state.")
        return tuple(notes)


def plain_abstract(index: Mapping[str, list[int]]) -> str | None:
    """The text of an inverted abstract, by pyalex."""
    from pyalex import invert_abstract

    return cast("str | None", invert_abstract(index))


def _works() -> Works:
    from pyalex import Works

    return Works()


def _is_oql(query: CompiledQuery) -> bool:
    """A query's address says how it is to be sent, whatever the settings say by now."""
    return not urlsplit(query.url).query


def _onward(reply: Reply, received: int) -> str | None:
    """Our cursor for the page behind this one, once so many works were received; None behind the last."""
    answer = reply.json()
    onward = answer["meta"].get("next_cursor")
    more = onward and received < answer["meta"]["count"]
    return f"{received}:{onward}" if more else None


def _total(reply: Reply) -> int:
    return cast("int", reply.json()["meta"]["count"])


def _field(search: SearchRequest) -> str:
    return "title_and_abstract.search.exact" if search.analyzer == EXACT else "title_and_abstract.search"


def _years(search: SearchRequest) -> str:
    """OpenAlex's range of years, inclusive; ``1990-``, ``-2011``; '' without limits."""
    first, last = search.first_year, search.last_year
    return "" if first is None and last is None else f"{first or ''}-{last or ''}"


def _oql_years(search: SearchRequest) -> str:
    first = "" if search.first_year is None else f" and year >= ({search.first_year})"
    return first + ("" if search.last_year is None else f" and year <= ({search.last_year})")


def _number(record_id: str) -> str:
    return work_id(record_id.removeprefix("openalex:"))


def _batches(values: Sequence[str], size: Callable[[Sequence[str]], int]) -> Iterator[Sequence[str]]:
    """``values`` in order, as many at a time as one filter and one address take."""
    start = 0
    for end in range(1, len(values) + 1):
        full = end - start == dialect.LIMITS.or_values.value
        if full or end == len(values) or size(values[start : end + 1]) > dialect.LIMITS.url_bytes.value:
            yield values[start:end]
            start = end
