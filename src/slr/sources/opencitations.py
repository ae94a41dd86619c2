"""OpenCitations, https://opencitations.net: who cites what, by DOI, both ways; nothing is searched there.

The Index (``/index/v2``) tells citations, one work a request and all of them at once; the works at their ends carry
every identifier it knows, separated by blanks. It describes none: Meta (``/meta/v1``) does, without abstracts, many a
request. Shapes: the services' own definitions, https://github.com/opencitations/oc_api (src/api/*.hf).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol
from urllib.parse import quote

from slr.errors import UserError
from slr.http.client import Http
from slr.http.messages import Reply, Request
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources.base import Direction, IdName, Linked, SearchPlan, SearchRequest, SourceInfo
from slr.sources.openalex_works import TYPES, bare_doi
from slr.sources.reading import another_shape, each, fields, text, unmarked, year

NAME = "opencitations"
BATCH = 50
"""Works described a request; some 2,500 bytes of address."""

URL_BYTES = 4_000
"""No limit is stated; what any web server takes."""

NOT_SEARCHED = (
    "OpenCitations knows citations only: it is asked which works cite which ('slr snowball --index opencitations'), "
    "not for the matrix."
)

INFO = SourceInfo(
    name=NAME,
    title="OpenCitations",
    home="https://opencitations.net",
    terms="https://api.opencitations.net/index/v2",
    boolean_search=False,
    ranked_search=False,
    references=True,
    citations=True,
    lookup=True,
    page_size=1,
    key_variable="OPENCITATIONS_TOKEN",
    identifiers=("doi", "pmid"),
    own_id="doi",
    link_batch=1,
    fetch_batch=BATCH,
    describes_briefly=True,
)

_BRACKETS = re.compile(r"\s*\[[^\[\]]*\]")


class Settings(Protocol):
    """What ``config/review.yaml`` says of OpenCitations."""

    @property
    def base_url(self) -> str:
        """Scheme, host and path before ``/index/v2`` and ``/meta/v1``."""


@dataclass(frozen=True)
class OpenCitations:
    """The source; ``http`` adds the token and keeps every exchange.

    Its own ids are bare DOIs; a work without one goes by ``pmid:…`` or ``omid:…``.
    """

    settings: Settings
    http: Http

    @property
    def info(self) -> SourceInfo:
        """OpenCitations' limits as of April 2025 (version 2.2.0 of the Index)."""
        return INFO

    def plan(self, search: SearchRequest) -> SearchPlan:
        """No query."""
        del search
        return SearchPlan((), (), (), (NOT_SEARCHED,))

    def count(self, query: CompiledQuery) -> int:
        """Raises UserError: nothing can be searched."""
        raise UserError(f"{query.source}: {NOT_SEARCHED}")

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """Raises UserError: nothing can be searched."""
        del cursor
        raise UserError(f"{query.source}: {NOT_SEARCHED}")

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Works by the DOI of a study; a study without one has no candidates."""
        dois = {study.key: bare_doi(study.doi) for study in studies}
        described = self.described("doi", sorted({doi for doi in dois.values() if doi}))
        found = {record.doi: record for page in described for record in page.records if record.doi}
        return {key: [found[doi]] if doi in found else [] for key, doi in dois.items()}

    def described(self, name: IdName, values: Sequence[str]) -> Iterator[Page]:
        """What Meta holds of works by DOI or PMID, up to 50 a request; no abstracts."""
        return self._meta([f"{name}:{value}" for value in values])

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """What Meta holds of works by their own ids."""
        return self._meta(sorted(map(_prefixed, ids)))

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """All citations of one of ``ids``; the cursor is its number. A work that is not there has none."""
        wanted = sorted(set(ids))
        number = int(cursor or 0)
        own, operation = wanted[number], {"backward": "references", "forward": "citations"}[direction]
        url = f"{self._base}/index/v2/{operation}/{quote(_prefixed(own), safe=':/()')}"
        reply = self.http.fetch(Request(NAME, url, weight="list", may_be_missing=True), check_list)
        entries = [] if reply.is_missing else list(map(fields, _flat(reply.json())))
        ends = [_names(entry.get("cited" if direction == "backward" else "citing")) for entry in entries]
        named = {_own(names): names for names in ends if names}
        onward = str(number + 1) if number + 1 < len(wanted) else None
        return Linked(
            records=(),
            positions=(),
            exchange_id=reply.exchange.exchange_id,
            next_cursor=onward,
            links=tuple((own, end) if direction == "backward" else (end, own) for end in named),
            ids=named,
        )

    def check(self) -> str:
        """Whether the Index answers."""
        url = f"{self._base}/index/v2/reference-count/doi:10.7717/peerj-cs.421"
        self.http.fetch(Request(NAME, url, weight="single"), check_list)
        return "OpenCitations answers; 180 requests a minute are served."

    @property
    def _base(self) -> str:
        return self.settings.base_url.rstrip("/")

    def _meta(self, names: Sequence[str]) -> Iterator[Page]:
        for batch in self._batches(names):
            url = self._meta_url(batch)
            reply = self.http.fetch(Request(NAME, url, weight="list", may_be_missing=True), check_list)
            entries = [] if reply.is_missing else _flat(reply.json())
            found = each(entries, read_work, url, lambda entry: text(entry.get("id")))
            yield Page(found[0], found[1], reply.exchange.exchange_id, warnings=found[2])

    def _meta_url(self, names: Sequence[str]) -> str:
        return f"{self._base}/meta/v1/metadata/{quote('__'.join(names), safe=':/()')}"

    def _batches(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        batch: list[str] = []
        for name in dict.fromkeys(names):
            if len(batch) == BATCH or (batch and len(self._meta_url([*batch, name])) > URL_BYTES):
                yield batch
                batch = []
            batch.append(name)
        if batch:
            yield batch


def read_work(entry: Mapping[str, Any]) -> Record:
    """The record of an entry of Meta; raises ValueError saying what is wrong with it."""
    names = _names(entry.get("id"))
    if not names:
        raise ValueError("has no identifier")
    own = _own(names)
    kind = (text(entry.get("type")) or "").replace(" ", "-")
    authors = (_BRACKETS.sub("", name).strip(" ,") for name in str(entry.get("author") or "").split("; "))
    venue = _BRACKETS.sub("", text(entry.get("venue")) or "")
    return Record(
        record_id=f"{NAME}:{own}",
        source=NAME,
        title=unmarked(entry.get("title")) or "",
        authors=tuple(filter(None, authors)),
        year=year(entry.get("pub_date")),
        venue=unmarked(venue),
        volume=text(entry.get("volume")),
        issue=text(entry.get("issue")),
        pages=text(entry.get("page")),
        doi=names.get("doi"),
        type=(TYPES[kind] or kind) if kind in TYPES else None,
        url=f"https://doi.org/{names['doi']}" if "doi" in names else None,
        ids={name: value for name, value in names.items() if name in ("openalex", "pmid", "pmcid", "omid", "doi")},
    )


def check_list(reply: Reply) -> None:
    """A check for ``Http.fetch``: the reply is a list."""
    if not isinstance(reply.json(), list):
        raise another_shape(reply, "with JSON that is no list")


def _flat(answer: list[Any]) -> list[Any]:
    """The entries; the service's own example of a reply has them in a list within the list."""
    return list(chain.from_iterable(one if isinstance(one, list) else [one] for one in answer))


def _names(value: object) -> dict[str, str]:
    """``omid:br/06 doi:10.1/a pmid:3 doi:10.2/b`` as name → value; of several DOIs the first is the work's."""
    found: dict[str, str] = {}
    for word in str(value or "").split():
        name, colon, rest = word.partition(":")
        if colon and rest and name in ("doi", "pmid", "pmcid", "openalex", "omid"):
            found.setdefault(name, rest.lower() if name == "doi" else rest)
    return found


def _own(names: Mapping[str, str]) -> str:
    name = next(name for name in ("doi", "pmid", "openalex", "omid", "pmcid") if name in names)
    return names[name] if name == "doi" else f"{name}:{names[name]}"


def _prefixed(own: str) -> str:
    """The own id as the service takes it."""
    return f"doi:{own}" if own.startswith("10.") else own
