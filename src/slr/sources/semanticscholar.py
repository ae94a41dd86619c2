"""Semantic Scholar, https://www.semanticscholar.org: the whole matrix as one bulk search, paged with a token.

The bulk search (``/paper/search/bulk``) is Boolean over titles and abstracts and sorted by paper id. It states only
about how many papers it has, and stems words by rules that it does not publish: phrases are left out only where the
very same words prove that others find them, and every hit is kept. All requests go out in one class, because Semantic
Scholar counts one request a second over everything that is asked (https://www.semanticscholar.org/product/api).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from slr.http.client import Http
from slr.http.messages import Reply, Request
from slr.matrix.dialects import semanticscholar as dialect
from slr.matrix.query import And, split
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import semanticscholar_papers as papers
from slr.sources.base import Direction, IdName, Linked, SearchPlan, SearchRequest, SourceInfo, linked_page
from slr.sources.batches import batches

NAME = "semanticscholar"

TOKEN_ROOM = 400
"""Bytes kept free for ``&token=…``; recorded tokens have up to 120."""

CANDIDATES = 25
"""Papers looked at for a known study that is asked for by its title."""

KEPT_IN_CHECK = "649def34f8be52c8b66281af98ae884c09aef38b"
"""The paper that the service's own documentation asks for; any answer about it shows that the service is there."""

INFO = SourceInfo(
    name=NAME,
    title="Semantic Scholar",
    home="https://www.semanticscholar.org",
    terms="https://www.semanticscholar.org/product/api",
    boolean_search=True,
    ranked_search=True,
    references=True,
    citations=True,
    lookup=True,
    page_size=dialect.LIMITS.page.value,
    key_variable="S2_API_KEY",
    identifiers=("doi", "pmid"),
    approximate_total=True,
    own_id=NAME,
)


class Settings(Protocol):
    """What ``config/review.yaml`` says of Semantic Scholar."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/paper``."""


@dataclass(frozen=True)
class SemanticScholar:
    """The source; ``http`` adds the key and keeps every exchange."""

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """Semantic Scholar's limits as of November 2026."""
        return INFO

    # searching

    def plan(self, search: SearchRequest) -> SearchPlan:
        """The fewest queries whose addresses fit."""
        whole, absorbed = search.literally_reduced()
        parts = split(whole, lambda part: self._url_bytes(part, search), dialect.LIMITS.url_bytes.value)
        queries = tuple(
            CompiledQuery(
                source=NAME,
                part=number,
                parts=len(parts),
                text=dialect.query_text(part),
                url=self._search_url(part, search),
                url_bytes=self._url_bytes(part, search),
            )
            for number, part in enumerate(parts, start=1)
        )
        return SearchPlan(queries, tuple(parts), absorbed, _notes())

    def count(self, query: CompiledQuery) -> int:
        """About how many papers there are, as the service estimates it; takes a page of ids."""
        total: int = self._get(re.sub(r"&fields=[^&]*", "&fields=paperId", query.url), papers.check_list).json()[
            "total"
        ]
        return total

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """One page of at most 1,000 papers; ``cursor`` is the service's token.

        Raises ReplyError for a reply that is no list of papers or hands out the token it was asked with.
        """
        url = query.url if cursor is None else f"{query.url}&token={quote(cursor, safe='')}"
        reply = self._get(url, partial(papers.check_list, token=cursor))
        answer = reply.json()
        onward = answer.get("token") if answer["data"] else None
        return papers.page(reply, answer["data"], NAME, next_cursor=onward, total=answer["total"])

    # looking up

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """Papers by DOI or PMID, 500 a request."""
        prefix = {"doi": "DOI", "pmid": "PMID"}[name]
        for some in batches(values, dialect.LIMITS.batch.value):
            asked = {"ids": [f"{prefix}:{value}" for value in some]}
            url = f"{self._base}/paper/batch?fields={papers.FIELDS}"
            reply = self.http.fetch(Request(NAME, url, "POST", json=asked), papers.check_batch)
            yield papers.page(reply, reply.json(), NAME)

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Candidates by DOI where a study has one (batched), else by title (a request each, at most 25 candidates)."""
        by_doi: dict[str | None, list[Record]] = {}
        for page in self.described("doi", [study.doi for study in studies if study.doi]):
            for record in page.records:
                by_doi.setdefault(record.doi, []).append(record)
        return {s.key: by_doi.get(s.doi, []) if s.doi else self._by_title(s.title) for s in studies}

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """One page of the papers that ``ids`` (paper ids) cite or that cite them, one paper at a time, 1,000 a request.

        The cursor is ``<number of the paper>:<offset>``. Entries that Semantic Scholar could not match to a paper, and
        lists that a publisher withholds, are said in the warnings; the former are among the references without an id.
        """
        wanted = sorted(set(ids))
        number, _, offset = (cursor or "0:0").partition(":")
        paper, name = wanted[int(number)], {"backward": "references", "forward": "citations"}[direction]
        more = f"fields={papers.FIELDS}&offset={offset}&limit={dialect.LIMITS.links.value}"
        asked = Request(NAME, f"{self._base}/paper/{quote(paper, safe=':')}/{name}?{more}", may_be_missing=True)
        reply = self.http.fetch(asked, partial(papers.check_links, offset=int(offset)))
        found, onward = papers.links(reply, NAME, paper, name)
        last = onward is None and int(number) + 1 == len(wanted)
        following = f"{number}:{onward}" if onward is not None else f"{int(number) + 1}:0"
        page = replace(found, next_cursor=None if last else following)
        ends = [record.ids[NAME] for record in page.records]
        links = [(paper, end) if direction == "backward" else (end, paper) for end in ends]
        return linked_page(page, links, papers.nameless(reply, paper) if direction == "backward" else ())

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """None: papers are described along with their citations."""
        del ids
        return iter(())

    def check(self) -> str:
        """Whether the service answers, and whether it takes the key."""
        asked = Request(NAME, f"{self._base}/paper/{KEPT_IN_CHECK}?fields=paperId", may_be_missing=True)
        self.http.fetch(asked, papers.check_object)
        if self.http.has_key(NAME):
            return "Semantic Scholar answers and accepts the key; one request a second."
        return "Semantic Scholar answers without a key, in a pool shared by everyone: expect long waits."

    # requests and addresses

    def _get(self, url: str, check: Any) -> Reply:
        return self.http.fetch(Request(NAME, url), check)

    def _by_title(self, title: str) -> list[Record]:
        """The best hits of the ranked search, which knows no syntax and finds nothing for hyphens."""
        words = " ".join(re.findall(r"\w+", title))
        if not words:
            return []
        url = f"{self._base}/paper/search?query={quote(words, safe='')}&fields={papers.FIELDS}&limit={CANDIDATES}"
        reply = self._get(url, papers.check_ranked)
        return list(papers.page(reply, reply.json().get("data") or [], NAME).records)

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _search_url(self, part: And, search: SearchRequest) -> str:
        """The query with ``+`` as ``%2B``: a bare plus would reach the service as a blank."""
        text = quote(dialect.query_text(part), safe="")
        years = dialect.years(search.first_year, search.last_year)
        limit = f"&year={years}" if years else ""
        return f"{self._base}/paper/search/bulk?query={text}&fields={papers.FIELDS}{limit}"

    def _url_bytes(self, part: And, search: SearchRequest) -> int:
        return len(self._search_url(part, search)) + TOKEN_ROOM


def _notes() -> tuple[str, ...]:
    return (
        "Semantic Scholar stems words by rules that it does not publish; a phrase is left out only where the very same "
        "words prove that another finds it.",
        "The number of hits that Semantic Scholar states is an estimate; what was retrieved is counted.",
    )
