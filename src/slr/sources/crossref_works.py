"""A Crossref work (a JSON object) as a record, its references and its notices.

Fields: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md and recorded replies of 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slr.model import Record
from slr.sources.base import Reference
from slr.sources.openalex_works import TYPES, bare_doi
from slr.sources.reading import fields, first, items, language, text, unmarked

Work = Mapping[str, Any]

TAKES_BACK = frozenset({"retraction", "withdrawal", "removal"})
"""Kinds of notice by which a work is retracted; a partial retraction or an expression of concern is none."""

CORRECTS = frozenset({"correction", "corrigendum", "erratum", "addendum", "clarification"})

_HEADING = re.compile(r"<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.IGNORECASE)


def read_work(work: Work) -> Record:
    """The record of one work; raises ValueError saying what is wrong with it."""
    if not isinstance(work, Mapping):
        raise ValueError("is not an object")
    doi = bare_doi(work.get("DOI"))
    if doi is None:
        raise ValueError("has no DOI")
    issn = first(work.get("ISSN"))
    return Record(
        record_id=f"crossref:{doi}",
        source="crossref",
        title=_title(work),
        authors=tuple(name for name in map(_author, items(work.get("author"))) if name),
        year=_year(work),
        venue=unmarked(first(work.get("container-title"))),
        volume=text(work.get("volume")),
        issue=text(work.get("issue")),
        pages=text(work.get("page")) or text(work.get("article-number")),
        doi=doi,
        type=_type(work),
        language=language(work.get("language")),
        abstract=_abstract(work.get("abstract")),
        retracted=has_notice(work),
        url=text(work.get("URL")) or f"https://doi.org/{doi}",
        ids={"doi": doi, **({"issn": issn} if issn else {})},
        references=tuple(f"crossref:{cited}" for cited in cited_dois(work)[0]),
    )


def cited_dois(work: Work) -> tuple[tuple[str, ...], int]:
    """The DOIs in a work's reference list, in its order and each once, and how many references have none."""
    found = [bare_doi(fields(one).get("DOI")) for one in items(work.get("reference"))]
    return tuple(dict.fromkeys(doi for doi in found if doi)), found.count(None)


def unnamed_references(doi: str, work: Work) -> list[Reference]:
    """The entries of a work's reference list without a DOI; one that is empty but for its key is left out."""
    entries = [fields(one) for one in items(work.get("reference"))]
    return [read for entry in entries if not bare_doi(entry.get("DOI")) and (read := _unnamed(doi, entry))]


def _unnamed(doi: str, entry: Work) -> Reference | None:
    """``unstructured`` as it is, else the parts in a row; a volume's title stands in for an article's."""
    title = unmarked(entry.get("article-title")) or unmarked(entry.get("volume-title"))
    author, journal = unmarked(entry.get("author")), unmarked(entry.get("journal-title"))
    year, volume, page = (text(entry.get(name)) for name in ("year", "volume", "first-page"))
    row = ". ".join(filter(None, (author, year, title, journal, volume, page)))
    whole = unmarked(entry.get("unstructured")) or row
    return Reference(doi, whole, title, author, year, volume, page) if whole else None


def has_notice(work: Work) -> bool:
    """Whether Crossref holds a notice that takes the work back (its own, a publisher's or Retraction Watch's)."""
    return any(str(fields(one).get("type")).lower() in TAKES_BACK for one in items(work.get("updated-by")))


def retracts(notice: object) -> tuple[str, ...]:
    """The DOIs of the works that a notice takes back."""
    updates = map(fields, items(fields(notice).get("update-to")))
    dois = (bare_doi(one.get("DOI")) for one in updates if str(one.get("type")).lower() in TAKES_BACK)
    return tuple(doi for doi in dois if doi)


def _title(work: Work) -> str:
    title, subtitle = unmarked(first(work.get("title"))) or "", unmarked(first(work.get("subtitle")))
    return f"{title}: {subtitle}" if subtitle and subtitle.casefold() not in title.casefold() else title


def _author(author: object) -> str | None:
    one = fields(author)
    family = unmarked(one.get("family"))
    if family is None:
        return unmarked(one.get("name"))
    return ", ".join(filter(None, (family, unmarked(one.get("given")), unmarked(one.get("suffix")))))


def _year(work: Work) -> int | None:
    """The year of the first publication in whatever form (``issued``); Crossref writes an unknown one as null."""
    for name in ("issued", "published", "published-print", "published-online"):
        parts = items(fields(work.get(name)).get("date-parts"))
        value = items(parts[0])[:1] if parts else []
        if value and isinstance(value[0], int) and not isinstance(value[0], bool):
            return value[0]
    return None


def _type(work: Work) -> str | None:
    """Crossref's type, or what a notice does to another work."""
    kinds = {str(fields(one).get("type")).lower() for one in items(work.get("update-to"))}
    if kinds & TAKES_BACK:
        return "retraction"
    if kinds & CORRECTS:
        return "erratum"
    word = work.get("type")
    return (TYPES[word] or word) if isinstance(word, str) and word in TYPES else None


def _abstract(value: object) -> str | None:
    """The plain text of JATS markup, without the heading "Abstract"."""
    return unmarked(_HEADING.sub(" ", value)) if isinstance(value, str) else None
