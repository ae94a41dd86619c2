"""What Semantic Scholar answers: papers as records, and what a reply must look like before anything is read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slr.errors import ReplyError
from slr.http.messages import Reply
from slr.model import Page, Record
from slr.names import family_first
from slr.sources.base import Reference
from slr.sources.openalex_works import bare_doi
from slr.sources.reading import another_shape, each, fields, items, text, unmarked, year

FIELDS = "externalIds,url,title,abstract,venue,year,publicationTypes,journal,authors"
"""The fields of a paper that a record is made of; ``paperId`` comes in any case."""

TYPES = (
    ("Dataset", "dataset"),
    ("Editorial", "editorial"),
    ("LettersAndComments", "letter"),
    ("Review", "review"),
    ("MetaAnalysis", "review"),
    ("Conference", "conference-paper"),
    ("BookSection", "book-chapter"),
    ("Book", "book"),
    ("News", "other"),
    ("JournalArticle", "article"),
    ("CaseReport", "article"),
    ("ClinicalTrial", "article"),
    ("Study", "article"),
)
"""Semantic Scholar's publication types to ``model.RECORD_TYPES``; of several the first in this table counts."""

IDS = {"CorpusId": "corpusid", "PubMed": "pmid", "MAG": "mag", "ArXiv": "arxiv", "DBLP": "dblp", "ACL": "acl"}
"""Names of ``externalIds`` to those of ``Record.ids``."""


def read_paper(paper: Any, source: str) -> Record:
    """The record of one paper; raises ValueError saying what is wrong with it."""
    if not isinstance(paper, Mapping):
        raise ValueError("is not an object")
    paper_id = text(paper.get("paperId"))
    if paper_id is None:
        raise ValueError("has no `paperId` (the service knows it by its name only)")
    journal, external = fields(paper.get("journal")), fields(paper.get("externalIds"))
    names = filter(None, (text(fields(one).get("name")) for one in items(paper.get("authors"))))
    return Record(
        record_id=f"{source}:{paper_id}",
        source=source,
        title=unmarked(paper.get("title")) or "",
        authors=tuple(map(family_first, names)),
        year=year(paper.get("year")),
        venue=text(journal.get("name")) or text(paper.get("venue")),
        volume=text(journal.get("volume")),
        pages=_pages(journal),
        doi=bare_doi(external.get("DOI")),
        type=_type(paper),
        abstract=unmarked(paper.get("abstract")),
        url=text(paper.get("url")) or f"https://www.semanticscholar.org/paper/{paper_id}",
        ids=_ids(paper_id, external),
    )


def page(
    reply: Reply, listed: Iterable[Any], source: str, next_cursor: str | None = None, total: int | None = None
) -> Page:
    """The page that a list of papers makes; null, an id that is not known, makes none."""
    known = [(place, paper) for place, paper in enumerate(listed) if paper is not None]
    records, places, warnings = each(
        [paper for _, paper in known], lambda paper: read_paper(paper, source), reply.exchange.url, _name
    )
    positions = tuple(known[place][0] for place in places)
    return Page(records, positions, reply.exchange.exchange_id, next_cursor, total, warnings)


def links(reply: Reply, source: str, paper: str, name: str) -> tuple[Page, int | None]:
    """The papers of a page of references or citations, and the offset of the next page."""
    if reply.is_missing:
        warning = f"Semantic Scholar does not know the paper {paper}: its {name} are not among the records."
        return Page((), (), reply.exchange.exchange_id, warnings=(warning,)), None
    answer = reply.json()
    entries = [
        fields(entry).get("citedPaper" if name == "references" else "citingPaper") for entry in answer["data"] or []
    ]
    matched = [entry if fields(entry).get("paperId") else None for entry in entries]
    found = page(reply, matched, source)
    warnings = found.warnings
    if answer["data"] is None:
        warnings = (*warnings, f"Semantic Scholar withholds the {name} of the paper {paper}.")
    elif unmatched := matched.count(None):
        told = f"{unmatched:,} of {len(matched):,} {name} of the paper {paper} at offset {answer.get('offset', 0):,}"
        warnings = (*warnings, f"{told} are known to Semantic Scholar by their names only and are left out.")
    return Page(found.records, found.positions, found.exchange_id, warnings=warnings), answer.get("next")


def nameless(reply: Reply, paper: str) -> list[Reference]:
    """The entries of a reference list that Semantic Scholar knows by their names only."""
    if reply.is_missing:
        return []
    cited = [fields(fields(entry).get("citedPaper")) for entry in items(reply.json()["data"])]
    return [_nameless(paper, one) for one in cited if not one.get("paperId") and text(one.get("title"))]


def _nameless(paper: str, one: Mapping[str, Any]) -> Reference:
    title, when = unmarked(one.get("title")) or "", str(year(one.get("year")) or "")
    author = next(filter(None, (text(fields(name).get("name")) for name in items(one.get("authors")))), None)
    row = ". ".join(filter(None, (author, when, title, text(one.get("venue")))))
    return Reference(paper, row, title, author, when or None)


# checks for ``Http.fetch``


def check_object(reply: Reply) -> None:
    """Raises ReplyError unless the reply is a JSON object."""
    if not isinstance(reply.json(), dict):
        raise another_shape(reply, "with JSON that is no object")


def check_list(reply: Reply, token: str | None = None) -> None:
    """Raises ReplyError unless the reply is a page of a bulk search whose token, if any, is not ``token``."""
    check_object(reply)
    answer = reply.json()
    if type(answer.get("total")) is not int or not isinstance(answer.get("data"), list):
        raise another_shape(reply, "without `total` or a list `data`")
    onward = answer.get("token")
    if onward is not None and not isinstance(onward, str):
        raise another_shape(reply, "with a `token` that is no text")
    if onward and onward == token:
        raise another_shape(
            reply, "with the same token again, so that reading on would never end; search again later, or"
        )


def check_ranked(reply: Reply) -> None:
    """Raises ReplyError unless the reply is a ranked list; one without hits has no ``data``."""
    check_object(reply)
    answer = reply.json()
    if not isinstance(answer.get("data"), list) and answer.get("total") != 0:
        raise another_shape(reply, "without a list `data`")


def check_batch(reply: Reply) -> None:
    """Raises ReplyError unless the reply is a list."""
    if not isinstance(reply.json(), list):
        raise another_shape(reply, "with JSON that is no list")


def check_links(reply: Reply, offset: int) -> None:
    """Raises ReplyError unless the reply is a page of links that leads on, if anywhere, beyond ``offset``."""
    check_object(reply)
    answer = reply.json()
    if "data" not in answer or not isinstance(answer["data"], list | None):
        raise another_shape(reply, "without a list `data`")
    onward = answer.get("next")
    if onward is not None and (type(onward) is not int or onward <= offset):
        raise _not_onward(reply)


def _not_onward(reply: Reply) -> ReplyError:
    return another_shape(reply, "with a `next` that does not lead on")


def _name(paper: Any) -> str | None:
    return text(paper.get("paperId")) or text(paper.get("title"))


def _type(paper: Mapping[str, Any]) -> str | None:
    stated = items(paper.get("publicationTypes"))
    return next((ours for theirs, ours in TYPES if theirs in stated), None)


def _pages(journal: Mapping[str, Any]) -> str | None:
    stated = text(journal.get("pages"))
    return stated.replace(" ", "") if stated else None


def _ids(paper_id: str, external: Mapping[str, Any]) -> dict[str, str]:
    """Identifiers as text; ``PMC…`` for those of PubMed Central."""
    found = {"semanticscholar": paper_id}
    found |= {ours: str(external[theirs]) for theirs, ours in IDS.items() if external.get(theirs)}
    if digits := str(external.get("PubMedCentral") or "").removeprefix("PMC"):
        found["pmcid"] = f"PMC{digits}"
    return found
