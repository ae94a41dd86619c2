"""An OpenAlex work (a JSON object) as a record: the schema from before and after "Walden" (November 2025).

Shared by the API and the snapshot files. What is missing is left empty; what contradicts the schema where it matters
(no id, an abstract that is no inverted index) raises ``ValueError`` for the caller to name the work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from slr.model import Record
from slr.names import family_first

Work = Mapping[str, Any]
Invert = Callable[[Mapping[str, list[int]]], str | None]
"""Makes plain text of an inverted abstract (``{"word": [positions]}``)."""

SELECT = (
    "id",
    "doi",
    "title",
    "publication_year",
    "type",
    "language",
    "ids",
    "authorships",
    "primary_location",
    "biblio",
    "keywords",
    "is_retracted",
    "referenced_works",
    "abstract_inverted_index",
)
"""The root fields of a work that a record is made of."""

TYPES = {
    **dict.fromkeys(("article", "journal-article"), "article"),
    **dict.fromkeys(("conference-paper", "proceedings-article"), "conference-paper"),
    **dict.fromkeys(("book", "monograph", "edited-book", "reference-book"), "book"),
    **dict.fromkeys(("book-chapter", "book-section", "book-part"), "book-chapter"),
    **dict.fromkeys(("preprint", "posted-content"), "preprint"),
    **dict.fromkeys(("report", "report-component", "report-series"), "report"),
    **dict.fromkeys(("paratext", "journal-issue", "journal", "journal-volume"), "paratext"),
    **dict.fromkeys(("dataset", "database"), "dataset"),
    **dict.fromkeys(("review", "dissertation", "editorial", "letter", "erratum", "retraction")),
    **dict.fromkeys(
        """
        book-series book-set book-track component grant libguides other peer-review proceedings proceedings-series
        reference-entry software standard supplementary-materials
        """.split(),  # noqa: SIM905 - a table is read more easily than a list of strings
        "other",
    ),
}
"""OpenAlex's types, old (Crossref's) and new, to ``model.RECORD_TYPES``; None: the word itself is one of them."""

_WORK_ID = re.compile(r"(?:^|/)(W\d+)$")


def work_id(value: object) -> str:
    """``https://openalex.org/W123`` or ``W123`` -> ``W123``. Raises ValueError for anything else."""
    found = _WORK_ID.search(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value!r} is not the id of a work")
    return found[1]


def bare_doi(value: object) -> str | None:
    """A DOI without resolver or ``doi:``, in lower case; None where there is none."""
    if not isinstance(value, str):
        return None
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)\s*", "", value.strip().lower())
    return doi if doi.startswith("10.") else None


def read_work(work: Work, source: str, invert: Invert) -> Record:
    """The record of one work; raises ValueError saying what is wrong with it."""
    if not isinstance(work, Mapping):
        raise ValueError("is not an object")
    number = work_id(work.get("id"))
    place = _object(work.get("primary_location"))
    biblio = _object(work.get("biblio"))
    return Record(
        record_id=f"{source}:{number}",
        source=source,
        title=title(work),
        authors=tuple(family_first(name) for name in map(_author, _items(work.get("authorships"))) if name),
        year=_year(work.get("publication_year")),
        venue=_venue(work, place),
        volume=_text(biblio.get("volume")),
        issue=_text(biblio.get("issue")),
        pages=_pages(biblio),
        doi=bare_doi(work.get("doi") or _object(work.get("ids")).get("doi")),
        type=_type(work, place),
        language=_text(work.get("language")),
        abstract=abstract(work, invert),
        keywords=tuple(filter(None, map(_keyword, _items(work.get("keywords"))))),
        retracted=work["is_retracted"] if isinstance(work.get("is_retracted"), bool) else None,
        url=_text(place.get("landing_page_url")) or f"https://openalex.org/{number}",
        ids=_ids(number, _object(work.get("ids")), place),
        references=tuple(f"openalex:{number}" for number in sorted(references(work))),
    )


def references(work: Work) -> set[str]:
    """The ids (``W…``) of the works it cites."""
    return {work_id(one) for one in _items(work.get("referenced_works"))}


def title(work: Work) -> str:
    """The title as received; '' where a work has none."""
    return _text(work.get("title")) or _text(work.get("display_name")) or ""


def abstract(work: Work, invert: Invert) -> str | None:
    """The plain text of the abstract, or None. Raises ValueError if the inverted index is none."""
    index = work.get("abstract_inverted_index")
    if isinstance(index, str):  # a column of JSON text in Parquet files
        index = json.loads(index)
    if not index:
        return None
    try:
        return invert(index) or None
    except (AttributeError, TypeError) as error:
        raise ValueError("has an abstract_inverted_index that is not one") from error


def _type(work: Work, place: Work) -> str | None:
    """OpenAlex calls papers in proceedings "article" where only the publisher's own type tells them apart."""
    word = work.get("type")
    if word == "article" and "proceedings-article" in (work.get("type_crossref"), place.get("raw_type")):
        return "conference-paper"
    return (TYPES[word] or word) if isinstance(word, str) and word in TYPES else None


def _venue(work: Work, place: Work) -> str | None:
    places = (_object(place.get("source")), _object(work.get("host_venue")))
    others = map(_object, _items(work.get("alternate_host_venues")))
    named = (_text(one.get("display_name")) for one in (*places, *others))
    return next(filter(None, named), None) or _text(place.get("raw_source_name"))


def _pages(biblio: Work) -> str | None:
    first, last = _text(biblio.get("first_page")), _text(biblio.get("last_page"))
    return f"{first}-{last}" if first and last and first != last else first or last


def _ids(number: str, ids: Work, place: Work) -> dict[str, str]:
    """Bare identifiers: digits of PMID and MAG, ``PMC…``, the linking ISSN."""
    found = {"openalex": number}
    for name, prefix in (("pmid", ""), ("pmcid", "PMC"), ("mag", "")):
        digits = re.search(r"(\d+)/?$", str(ids.get(name) or ""))
        if digits:
            found[name] = prefix + digits[1]
    issn = _text(_object(place.get("source")).get("issn_l"))
    return {**found, "issn": issn} if issn else found


def _author(authorship: object) -> str | None:
    entry = _object(authorship)
    return _text(_object(entry.get("author")).get("display_name")) or _text(entry.get("raw_author_name"))


def _keyword(keyword: object) -> str | None:
    entry = _object(keyword)
    return _text(keyword) or _text(entry.get("display_name")) or _text(entry.get("keyword"))


def _year(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _object(value: object) -> Work:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
