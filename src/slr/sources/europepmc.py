"""Europe PMC, https://europepmc.org: the whole matrix as one posted query, read page by page with a cursor.

Each phrase is asked of title and abstract (``TITLE:``, ``ABSTRACT:``) with the expansion by synonyms off. How Europe
PMC stems words is not published: phrases are left out only where the very same words prove that others find them, and
every hit is kept. The last page is the one whose cursor is the one that was asked with. Errors come inside HTTP 200.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol
from urllib.parse import quote, urlencode

from slr.http.client import Http
from slr.http.messages import Reply, Request
from slr.matrix.dialects import europepmc as dialect
from slr.matrix.dialects.literal import searchable
from slr.matrix.query import split
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import europepmc_articles as articles
from slr.sources.base import Direction, IdName, Linked, SearchPlan, SearchRequest, SourceInfo, linked_page
from slr.sources.batches import batches

NAME = "europepmc"
FIRST = "*"
"""The cursor of the first page."""

CANDIDATES = 25
"""Records looked at for a known study that is asked for by its title."""

INFO = SourceInfo(
    name=NAME,
    title="Europe PMC",
    home="https://europepmc.org",
    terms="https://europepmc.org/Copyright",
    boolean_search=True,
    ranked_search=True,
    references=True,
    citations=True,
    lookup=True,
    page_size=dialect.LIMITS.page.value,
    identifiers=("doi", "pmid"),
    own_id=NAME,
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of Europe PMC."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/searchPOST``."""


@dataclass(frozen=True)
class EuropePmc:
    """The source; ``http`` keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """Europe PMC's limits as of November 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries within the limit on clauses; one for most matrices."""
        whole, absorbed = search.literally_reduced()
        parts = split(whole, dialect.clauses, dialect.LIMITS.clauses.value)
        url = f"{self._base}/searchPOST"
        queries = tuple(
            CompiledQuery(
                source=NAME,
                part=number,
                parts=len(parts),
                text=dialect.query_text(part, search.first_year, search.last_year),
                url=url,
                url_bytes=len(url),
            )
            for number, part in enumerate(parts, start=1)
        )
        return SearchPlan(queries, tuple(parts), absorbed, _notes())

    def count(self, query: CompiledQuery) -> int:
        """``hitCount``, asked with a page of one id."""
        reply = self._search(query.text, size=1, kind="idlist")
        total: int = reply.json()["hitCount"]
        return total

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 1,000 records; ``cursor`` is the service's own.

        Raises ReplyError for a reply that is no list of records, RequestRefused for an error inside HTTP 200.
        """
        asked = cursor or FIRST
        reply = self._search(query.text, asked)
        answer = reply.json()
        listed, onward = answer["resultList"]["result"], answer.get("nextCursorMark")
        more = bool(listed) and bool(onward) and onward != asked
        return articles.page(reply, listed, NAME, next_cursor=onward if more else None, total=answer["hitCount"])

    # looking up

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """Records by DOI or PMID, 100 a request."""
        term = {"doi": 'DOI:"{}"', "pmid": '(EXT_ID:"{}" AND SRC:MED)'}[name]
        for some in batches(values, dialect.LIMITS.looked_up.value):
            reply = self._search(" OR ".join(term.format(value.replace('"', " ")) for value in some))
            yield articles.page(reply, reply.json()["resultList"]["result"], NAME)

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one (batched), else by title (a request each, at most 25 candidates)."""
        by_doi: dict[str | None, list[Record]] = {}
        for page in self.described("doi", [study.doi for study in studies if study.doi]):
            for record in page.records:
                by_doi.setdefault(record.doi, []).append(record)
        return {s.key: by_doi.get(s.doi, []) if s.doi else self._by_title(s.title) for s in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """One page of the works that ``ids`` (``MED/123``) cite or that cite them, one at a time, 1,000 a request.

        The cursor is ``<number of the record>:<page>``. These lists have neither abstracts nor keywords. Entries that
        Europe PMC could not match to a record are said in the warnings, and are among the references without an id.
        """
        wanted = sorted(set(ids))
        number, _, turn = (cursor or "0:1").partition(":")
        one, name = wanted[int(number)], {"backward": "references", "forward": "citations"}[direction]
        size = dialect.LIMITS.links.value
        url = f"{self._base}/{quote(one)}/{name}?page={turn}&pageSize={size}&format=json"
        reply = self.http.fetch(Request(NAME, url, may_be_missing=True), partial(articles.check_links, name=name))
        found, total = articles.links(reply, NAME, one, name)
        more = total > int(turn) * size
        last = not more and int(number) + 1 == len(wanted)
        following = f"{number}:{int(turn) + 1}" if more else f"{int(number) + 1}:1"
        page = replace(found, next_cursor=None if last else following)
        ends = [record.ids[NAME] for record in page.records]
        links = [(one, end) if direction == "backward" else (end, one) for end in ends]
        return linked_page(page, links, articles.nameless(reply, one, name) if direction == "backward" else ())

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """None: works are described, without abstracts, along with their citations."""
        del ids
        return iter(())

    def check(self) -> str:
        """Whether the service answers."""
        reply = self._search('DOI:"10.1093/nar/gkx1005"', size=1, kind="idlist")
        return f"Europe PMC answers (version {reply.json().get('version', 'not stated')}); it takes no key."

    # requests

    def _search(
        self, text: str, cursor: str = FIRST, size: int = dialect.LIMITS.page.value, kind: str = "core"
    ) -> Reply:
        form = {
            "query": text,
            "format": "json",
            "resultType": kind,
            "pageSize": str(size),
            "cursorMark": cursor,
            "synonym": "false",
        }
        body = urlencode(form).encode()
        return self.http.fetch(Request(NAME, f"{self._base}/searchPOST", "POST", body=body), articles.check_list)

    def _by_title(self, title: str) -> list[Record]:
        words = searchable(title)
        if not words:
            return []
        reply = self._search(f'TITLE:"{words}"', size=CANDIDATES)
        return list(articles.page(reply, reply.json()["resultList"]["result"], NAME).records)

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")


def _notes() -> tuple[str, ...]:
    return (
        "Europe PMC's text rules are not published; a phrase is left out only where the very same words prove that "
        "another finds it.",
    )
