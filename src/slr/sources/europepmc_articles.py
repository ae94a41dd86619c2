"""What Europe PMC answers: articles as records, and what a reply must look like before anything is read from it.

``core`` and ``lite`` results and the entries of reference and citation lists are read alike: each has some fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from slr.errors import RequestRefused
from slr.http.messages import Reply, Retry, short
from slr.http.verdicts import LONGEST_WORDS
from slr.model import Page, Record
from slr.sources.base import Reference
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, language, text, unmarked, year

Article = Mapping[str, Any]

TYPES = (
    (("retraction of publication", "retraction notice", "retraction"), "retraction"),
    (("published erratum", "correction", "erratum", "corrected and republished article"), "erratum"),
    (("preprint",), "preprint"),
    (("editorial",), "editorial"),
    (("letter",), "letter"),
    (
        ("review", "review-article", "systematic review", "systematic-review", "scoping review", "meta-analysis"),
        "review",
    ),
    (("book chapter", "book-chapter"), "book-chapter"),
    (("book", "books", "monograph"), "book"),
    (("thesis", "dissertation", "academic dissertation"), "dissertation"),
    (("conference paper", "conference-paper", "congress", "congresses"), "conference-paper"),
    (("report", "technical report", "hta report"), "report"),
    (("dataset",), "dataset"),
    (("journal article", "research-article", "article", "case-report", "case reports"), "article"),
    (("news", "introduction", "other"), "other"),
)
"""Europe PMC's publication types (lower case) to ``model.RECORD_TYPES``; of several the first in this table counts."""


def read_article(article: Any, source: str) -> Record:
    """The record of one article; raises ValueError saying what is wrong with it."""
    if not isinstance(article, Mapping):
        raise ValueError("is not an object")
    own = own_id(article)
    info = fields(article.get("journalInfo"))
    return Record(
        record_id=f"{source}:{own}",
        source=source,
        title=unmarked(article.get("title")) or "",
        authors=tuple(filter(None, _authors(article))),
        year=_year(article, info),
        venue=_venue(article, info),
        volume=text(info.get("volume")) or text(article.get("journalVolume")) or text(article.get("volume")),
        issue=text(info.get("issue")) or text(article.get("issue")),
        pages=text(article.get("pageInfo")),
        doi=bare_doi(article.get("doi")),
        type=_type(article),
        language=language(article.get("language")),
        abstract=unmarked(article.get("abstractText")),
        keywords=_keywords(article),
        retracted=True if "retracted publication" in _types(article) else None,
        url=f"https://europepmc.org/article/{own}",
        ids=_ids(own, article, info),
    )


def own_id(article: Article) -> str:
    """``MED/41792208``: the database that Europe PMC has it from and its number there. Raises ValueError without."""
    source, number = text(article.get("source")), text(article.get("id"))
    if source is None or number is None:
        raise ValueError("has no `source` and `id`")
    return f"{source}/{number}"


def page(
    reply: Reply, listed: Iterable[Any], source: str, next_cursor: str | None = None, total: int | None = None
) -> Page:
    """The page that a list of articles makes."""
    read = each(listed, lambda article: read_article(article, source), reply.exchange.url, _name)
    records, positions, warnings = read
    return Page(records, positions, reply.exchange.exchange_id, next_cursor, total, warnings)


def links(reply: Reply, source: str, own: str, name: str) -> tuple[Page, int]:
    """The records of a page of references or citations, and how many entries the whole list has."""
    if reply.is_missing or _error(reply) is not None:
        warning = f"Europe PMC does not know the record {own}: its {name} are not among the records."
        return Page((), (), reply.exchange.exchange_id, warnings=(warning,)), 0
    answer = reply.json()
    entries = _listed(answer, name)
    matched = [(place, entry) for place, entry in enumerate(entries) if fields(entry).get("id")]
    found = page(reply, [entry for _, entry in matched], source)
    warnings = found.warnings
    if unmatched := len(entries) - len(matched):
        told = f"{unmatched:,} of {len(entries):,} {name} of {own} ({short(reply.exchange.url)})"
        warnings = (*warnings, f"{told} have no record in Europe PMC and are left out.")
    positions = tuple(matched[place][0] for place in found.positions)
    return Page(found.records, positions, found.exchange_id, warnings=warnings), answer["hitCount"]


def nameless(reply: Reply, own: str, name: str) -> list[Reference]:
    """The entries of a reference list that have no record in Europe PMC."""
    if reply.is_missing or _error(reply) is not None:
        return []
    entries = map(fields, _listed(reply.json(), name))
    return [read for entry in entries if not entry.get("id") and (read := _nameless(own, entry))]


def _nameless(own: str, entry: Article) -> Reference | None:
    title, printed = unmarked(entry.get("title")), text(entry.get("authorString"))
    when, volume = str(year(entry.get("pubYear")) or ""), text(entry.get("volume"))
    page, journal = text(entry.get("pageInfo")), text(entry.get("journalAbbreviation"))
    whole = ". ".join(filter(None, (printed, when, title, journal, volume, page)))
    author = _initials_last(printed.rstrip(".").split(", ")[0]) if printed else None
    return Reference(own, whole, title, author, when or None, volume, page) if whole else None


# checks for ``Http.fetch``


def check_list(reply: Reply) -> None:
    """Raises RequestRefused for an error inside HTTP 200, Retry (ReplyError in the end) for a page without its list."""
    _check_no_error(reply)
    answer = reply.json()
    if type(answer.get("hitCount")) is not int or not isinstance(fields(answer.get("resultList")).get("result"), list):
        # Seen now and then under load (zhangyee/fastpaper-cli, docs/sources/europepmc.md): asking again helps.
        raise Retry("a page without its list", another_shape(reply, "without `hitCount` or `resultList.result`"))
    onward = answer.get("nextCursorMark")
    if onward is not None and not isinstance(onward, str):
        raise another_shape(reply, "with a `nextCursorMark` that is no text")


def check_links(reply: Reply, name: str) -> None:
    """Raises as ``check_list``; an error "not found" is a list that is not there (``links`` says so)."""
    if _error(reply) == 404:
        return
    _check_no_error(reply)
    answer = reply.json()
    if type(answer.get("hitCount")) is not int:
        raise another_shape(reply, f"without the `hitCount` of its {name}")


def _check_no_error(reply: Reply) -> None:
    code = _error(reply)
    if code is None:
        return
    said = " ".join(str(reply.json().get("errMsg") or "without a reason").split())[:LONGEST_WORDS]
    refused = RequestRefused(f"Europe PMC refuses {short(reply.exchange.url)} ({code}: {said}): mend what it names")
    if code == 429 or code >= 500:
        raise Retry(f"{code}: {said}", refused)
    raise refused


def _error(reply: Reply) -> int | None:
    """The code of an error inside HTTP 200, or None. Raises ReplyError for JSON that is no object."""
    answer = reply.json()
    if not isinstance(answer, dict):
        raise another_shape(reply, "with JSON that is no object")
    code = answer.get("errCode")
    if code is None:
        return None if answer.get("errMsg") is None else 400
    return int(code) if str(code).isdecimal() else 400


def _listed(answer: Article, name: str) -> list[Any]:
    kind = name.removesuffix("s")
    return items(fields(answer.get(f"{kind}List")).get(kind))


def _name(article: Any) -> str | None:
    return text(article.get("id")) or text(article.get("title"))


def _year(article: Article, info: Article) -> int | None:
    """That of the issue, else that of the first publication, which comes before it."""
    stated = (article.get("pubYear"), info.get("yearOfPublication"), article.get("firstPublicationDate"))
    return next(filter(None, map(year, stated)), None)


def _authors(article: Article) -> list[str | None]:
    listed = items(fields(article.get("authorList")).get("author"))
    if listed:
        return [_author(fields(one)) for one in listed]
    printed = text(article.get("authorString")) or ""
    return [_initials_last(name) for name in printed.rstrip(".").split(", ") if name]


def _author(author: Article) -> str | None:
    family = text(author.get("lastName"))
    given = text(author.get("firstName")) or text(author.get("initials"))
    whole = f"{family}, {given}" if family and given else family
    return whole or text(author.get("collectiveName")) or text(author.get("fullName"))


def _initials_last(name: str) -> str:
    """``van der Berg JP`` -> ``van der Berg, JP``."""
    family, _, initials = name.strip().rpartition(" ")
    return f"{family}, {initials}" if family and initials.isupper() else name.strip()


def _venue(article: Article, info: Article) -> str | None:
    named = fields(info.get("journal")).get("title"), article.get("journalTitle"), article.get("journalAbbreviation")
    return next(filter(None, map(text, named)), None)


def _types(article: Article) -> set[str]:
    """In lower case; lists are separated by ``; `` where they are one text."""
    stated = items(fields(article.get("pubTypeList")).get("pubType"))
    joined = article.get("pubType") or article.get("citationType")
    return {str(one).lower().strip() for one in [*stated, *str(joined or "").split(";")]}


def _type(article: Article) -> str | None:
    stated = _types(article)
    if article.get("source") == "PPR":
        return "preprint"
    return next((ours for theirs, ours in TYPES if stated.intersection(theirs)), None)


def _keywords(article: Article) -> tuple[str, ...]:
    authors = items(fields(article.get("keywordList")).get("keyword"))
    headings = items(fields(article.get("meshHeadingList")).get("meshHeading"))
    mesh = [fields(one).get("descriptorName") for one in headings]
    return tuple(dict.fromkeys(filter(None, map(text, [*authors, *mesh]))))


def _ids(own: str, article: Article, info: Article) -> dict[str, str]:
    found = {"europepmc": own}
    found |= {name: str(article[name]) for name in ("pmid", "pmcid") if article.get(name)}
    if own.startswith("MED/"):
        found.setdefault("pmid", own.removeprefix("MED/"))
    journal = fields(info.get("journal"))
    issn = text(journal.get("issn")) or text(journal.get("essn")) or _first_issn(article)
    return {**found, "issn": issn} if issn else found


def _first_issn(article: Article) -> str | None:
    found = re.search(r"\d{4}-\d{3}[\dXx]", str(article.get("journalIssn") or ""))
    return found[0].upper() if found else None
