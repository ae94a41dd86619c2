"""What CORE answers: works as records, and what a reply must look like before anything is read from it.

CORE lists authors in alphabetical order; what it calls ``research`` may be an article, a preprint or a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slr.http.messages import Reply
from slr.model import Page, Record
from slr.names import family_first
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, language, text, texts, unmarked, year

TYPES = {"thesis": "dissertation", "slides": "other", "presentation": "other", "dataset": "dataset"}
"""CORE's document types to ``model.RECORD_TYPES``; ``research`` and ``unknown`` say nothing of the kind asked for."""


def read_work(work: Any, source: str) -> Record:
    """The record of one work; raises ValueError saying what is wrong with it."""
    if not isinstance(work, Mapping):
        raise ValueError("is not an object")
    number = _number(work.get("id"))
    if number is None:
        raise ValueError("has no `id`")
    names = filter(None, (text(fields(one).get("name")) for one in items(work.get("authors"))))
    journals = (text(fields(one).get("title")) for one in items(work.get("journals")))
    return Record(
        record_id=f"{source}:{number}",
        source=source,
        title=unmarked(work.get("title")) or "",
        authors=tuple(map(family_first, names)),
        year=year(work.get("yearPublished")) or year(work.get("publishedDate")),
        venue=next(filter(None, journals), None),
        doi=bare_doi(work.get("doi")) or bare_doi(_identifier(work, "DOI")),
        type=TYPES.get((text(work.get("documentType")) or "").lower()),
        language=language(fields(work.get("language")).get("code")),
        abstract=unmarked(work.get("abstract")),
        url=_display(work) or f"https://core.ac.uk/works/{number}",
        ids=_ids(number, work),
    )


def page(
    reply: Reply,
    listed: Iterable[Any],
    source: str,
    next_cursor: str | None = None,
    total: int | None = None,
    more_warnings: tuple[str, ...] = (),
) -> Page:
    """The page that a list of works makes."""
    read = each(listed, lambda work: read_work(work, source), reply.exchange.url, _name)
    records, positions, warnings = read
    return Page(records, positions, reply.exchange.exchange_id, next_cursor, total, (*warnings, *more_warnings))


def check_list(reply: Reply) -> None:
    """A check for ``Http.fetch``: raises ReplyError unless the reply is a list of works with its total."""
    answer = fields(reply.json())
    if type(answer.get("totalHits")) is not int or not isinstance(answer.get("results"), list):
        raise another_shape(reply, "without `totalHits` or a list `results`")


def _number(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def _name(work: Any) -> str | None:
    return _number(work.get("id"))


def _identifier(work: Mapping[str, Any], kind: str) -> str | None:
    listed = [fields(one) for one in items(work.get("identifiers"))]
    return next(filter(None, (text(one.get("identifier")) for one in listed if one.get("type") == kind)), None)


def _ids(number: str, work: Mapping[str, Any]) -> dict[str, str]:
    stated = {"arxiv": work.get("arxivId"), "pmid": work.get("pubmedId"), "mag": work.get("magId")}
    issns = (texts(fields(one).get("identifiers")) for one in items(work.get("journals")))
    found = {"core": number, **{name: _number(value) for name, value in stated.items()}}
    found["issn"] = next((issn.removeprefix("issn:") for each_of in issns for issn in each_of), None)
    return {name: value for name, value in found.items() if value}


def _display(work: Mapping[str, Any]) -> str | None:
    listed = [fields(one) for one in items(work.get("links"))]
    return next(filter(None, (text(one.get("url")) for one in listed if one.get("type") == "display")), None)
