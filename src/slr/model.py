"""The data of a review as frozen values: records, exchanges, queries, hits, matches, decisions, runs.

Record, report and study are PRISMA's words (Page et al. 2021, box 1): a *record* is one database's description, a
*report* is a document, a *study* is an investigation. A *work* is what the records of one publication are merged into.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

Origin = Literal["database", "register", "website", "organisation", "citation"]
"""How a record was identified; the first two are PRISMA's left column, the others its right column."""

RECORD_TYPES = (
    "article",
    "review",
    "conference-paper",
    "book",
    "book-chapter",
    "dissertation",
    "report",
    "preprint",
    "editorial",
    "letter",
    "erratum",
    "retraction",
    "paratext",
    "dataset",
    "other",
)
"""The document types every source's own words are folded into; an unknown type is ``None``, never a guess."""


@dataclass(frozen=True, slots=True)
class Record:
    """One source's description of a publication, as received; immutable.

    ``record_id`` is stable over reruns: ``<source>:<the source's own id>``, or a hash of the content for a file's
    record without an id. ``authors`` are ``Family, Given`` in the printed order; ``doi`` is bare and lower-case;
    ``ids`` holds other identifiers (``openalex``, ``pmid``, ``issn`` …); ``references`` the ids of cited works, or
    in a file's record the references in words.
    """

    record_id: str
    source: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    type: str | None = None
    language: str | None = None
    abstract: str | None = None
    keywords: tuple[str, ...] = ()
    retracted: bool | None = None
    url: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    origin: Origin = "database"

    def content_hash(self) -> str:
        """SHA-256 (hex) over all filled fields but ``record_id``: two equal hashes mean nothing changed at the source.

        Empty fields are left out, so that a field which a later slr adds changes no hash, nor an id made of one.
        """
        content = {name: value for name in _CONTENT if (value := getattr(self, name)) not in _EMPTY}
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_CONTENT = tuple(field.name for field in fields(Record) if field.name != "record_id")
_EMPTY: tuple[object, ...] = (None, "", (), {})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the reply to it, as kept in the archive; secrets are removed before it is written.

    ``key`` identifies the request (SHA-256 of method, URL and body without secrets), ``exchange_id`` this asking of it.
    ``outcome``: ``complete`` replies can be used again; ``partial`` and ``failed`` ones are kept as evidence only.
    """

    exchange_id: str
    key: str
    run_id: str
    source: str
    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body_sha256: str
    body_bytes: int
    fetched_at: str
    outcome: Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One request series that a source will be asked: part ``part`` of ``parts`` (from 1).

    ``text`` is the search string in the platform's own syntax, ``url`` the first page's address without secrets,
    ``url_bytes`` its length as sent (room for the longest cursor included), ``oql`` the same search in OpenAlex's
    query language, or None.
    """

    source: str
    part: int
    parts: int
    text: str
    url: str
    url_bytes: int
    oql: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source's reply to a query.

    ``next_cursor`` is None on the last page; ``total`` is what the server says the whole query has;
    ``positions[i]`` is where ``records[i]`` stands in the reply's list (from 0); ``warnings`` are sentences to show.
    """

    records: tuple[Record, ...]
    positions: tuple[int, ...]
    exchange_id: str
    next_cursor: str | None = None
    total: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownStudy:
    """A study that the search has to find again (``config/known.yaml``)."""

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Which phrases of each axis of the matrix a record's title, abstract or keywords hold.

    ``axes[i]`` are the indexes (from 0, ascending) on axis *i*; the record's cells are their product. A record that
    lacks a phrase on some axis has no cell: a hit of that kind is *unattributed*.
    """

    axes: tuple[tuple[int, ...], ...]

    @property
    def attributed(self) -> bool:
        """True if the record lies in at least one cell."""
        return all(self.axes)


@dataclass(frozen=True, slots=True)
class Decision:
    """One screening decision as appended: a link in the chain of its reviewer.

    ``hash`` is SHA-256 over the other fields and ``prev`` (the hash of the reviewer's decision before; 64 zeros for
    the first). ``verdict``: include, exclude, maybe, not-retrieved.
    """

    work_id: str
    stage: str
    reviewer: str
    verdict: str
    reason: str | None
    note: str | None
    decided_at: str
    criteria: str
    prev: str
    hash: str
