"""What DOAJ answers: articles as records, and what a reply must look like before anything is read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slr.http.messages import Reply
from slr.model import Page, Record
from slr.names import family_first
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, language, pages, text, texts, unmarked, year


def read_article(article: Any, source: str) -> Record:
    """The record of one article; raises ValueError saying what is wrong with it."""
    if not isinstance(article, Mapping):
        raise ValueError("is not an object")
    number = text(article.get("id"))
    if number is None:
        raise ValueError("has no `id`")
    body = fields(article.get("bibjson"))
    journal = fields(body.get("journal"))
    names = filter(None, (text(fields(one).get("name")) for one in items(body.get("author"))))
    return Record(
        record_id=f"{source}:{number}",
        source=source,
        title=unmarked(body.get("title")) or "",
        authors=tuple(map(family_first, names)),
        year=year(body.get("year")),
        venue=text(journal.get("title")),
        volume=text(journal.get("volume")),
        issue=text(journal.get("number")),
        pages=pages(body.get("start_page"), body.get("end_page")),
        doi=bare_doi(_identifier(body, "doi")),
        type="article",  # DOAJ holds articles of journals, and nothing finer
        language=_language(journal),
        abstract=unmarked(body.get("abstract")),
        keywords=tuple(texts(body.get("keywords"))),
        url=_link(body) or f"https://doaj.org/article/{number}",
        ids=_ids(number, body, journal),
    )


def page(
    reply: Reply,
    listed: Iterable[Any],
    source: str,
    next_cursor: str | None = None,
    total: int | None = None,
    more_warnings: tuple[str, ...] = (),
) -> Page:
    """The page that a list of articles makes."""
    read = each(listed, lambda article: read_article(article, source), reply.exchange.url, _name)
    records, positions, warnings = read
    return Page(records, positions, reply.exchange.exchange_id, next_cursor, total, (*warnings, *more_warnings))


def check_list(reply: Reply) -> None:
    """A check for ``Http.fetch``: raises ReplyError unless the reply is a list of articles with its total."""
    answer = fields(reply.json())
    if type(answer.get("total")) is not int or not isinstance(answer.get("results"), list):
        raise another_shape(reply, "without `total` or a list `results`")


def _name(article: Any) -> str | None:
    return text(article.get("id"))


def _identifier(body: Mapping[str, Any], *kinds: str) -> str | None:
    """The first identifier of these kinds, in their order."""
    listed = [fields(one) for one in items(body.get("identifier"))]
    found = (text(one.get("id")) for kind in kinds for one in listed if str(one.get("type")).lower() == kind)
    return next(filter(None, found), None)


def _ids(number: str, body: Mapping[str, Any], journal: Mapping[str, Any]) -> dict[str, str]:
    issn = _identifier(body, "pissn", "eissn") or next(iter(texts(journal.get("issns"))), None)
    return {"doaj": number, **({"issn": issn} if issn else {})}


def _language(journal: Mapping[str, Any]) -> str | None:
    """The journal's language, if it publishes in one only: DOAJ does not state that of an article."""
    stated = texts(journal.get("language"))
    return language(stated[0]) if len(stated) == 1 else None


def _link(body: Mapping[str, Any]) -> str | None:
    listed = [fields(one) for one in items(body.get("link"))]
    return next(filter(None, (text(one.get("url")) for one in listed if one.get("type") == "fulltext")), None)
