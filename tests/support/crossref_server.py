"""A local server that answers like api.crossref.org over works, in the shapes of the recorded replies of 2026."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from tests.support.http_server import Answer, Asked, serving
from tests.support.made import Work, abstract_of, doi_of, names_of, number_of


class CrossrefServer:
    """An app for ``serving``; a work's ``crossref`` holds members that are added to its item.

    ``faults[i]`` is what request ``i`` meets: ``500``, ``429``, ``html``, ``no-total`` or None.
    """

    def __init__(self, works: Iterable[Work], faults: Sequence[str | None] = ()) -> None:
        self.works, self.faults = sorted(works, key=number_of), list(faults)
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        polite = "mailto" in asked.query
        headers = {
            "x-api-pool": "polite" if polite else "public",
            "x-rate-limit-limit": "10" if polite else "5",
            "x-rate-limit-interval": "1s",
            "x-concurrency-limit": "3" if polite else "1",
        }
        answer = self._answer(asked, self.faults.pop(0) if self.faults else None)
        return Answer(answer.body, answer.status, {**headers, **answer.headers})

    def _answer(self, asked: Asked, fault: str | None) -> Answer:
        match fault:
            case "500" | "429":
                return Answer("Too many requests" if fault == "429" else "", int(fault))
            case "html":
                return Answer("<html><body>Sign in</body></html>")
            case "no-total":
                return Answer({"status": "ok", "message-type": "work-list", "message": {"items": []}})
        if asked.path == "/works":
            return self._list(asked.query)
        return self._single(unquote(asked.path.removeprefix("/works/")))

    def _single(self, doi: str) -> Answer:
        work = next((work for work in self.works if (doi_of(work) or "") == doi.lower()), None)
        if work is None:
            return Answer("Resource not found.", 404, {"Content-Type": "text/plain"})
        return Answer({"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": item(work)})

    def _list(self, query: Mapping[str, str]) -> Answer:
        rows, offset = int(query.get("rows", 20)), int(query.get("offset", 0))
        if rows > 1000 or offset + rows > 10_000:
            return _refused("integer-not-valid", str(rows), "Integer specified as rows must be at most 1000")
        hits = self._filtered(query.get("filter", ""))
        if words := query.get("query.bibliographic"):
            hits = _ranked(hits, words)
        message = {
            "facets": {},
            "total-results": len(hits),
            "items": list(map(item, hits[offset : offset + rows])),
            "items-per-page": rows,
            "query": {"start-index": offset, "search-terms": None},
        }
        return Answer({"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})

    def _filtered(self, text: str) -> list[Work]:
        """Different filters are AND-ed, the same one repeated is OR-ed."""
        wanted: dict[str, list[str]] = {}
        for part in text.split(",") if text else []:
            name, _, value = part.partition(":")
            wanted.setdefault(name, []).append(value)
        return [work for work in self.works if all(_passes(work, name, values) for name, values in wanted.items())]


def _passes(work: Work, name: str, values: Sequence[str]) -> bool:
    year = work["publication_year"]
    updates = work.get("crossref", {}).get("update-to", [])
    match name:
        case "doi":
            return (doi_of(work) or "") in [value.lower() for value in values]
        case "from-pub-date":
            return year >= int(values[0])
        case "until-pub-date":
            return year <= int(values[0])
        case "updates":
            return any(one["DOI"].lower() in values for one in updates)
        case "update-type":
            return any(one["type"] in values for one in updates)
    raise AssertionError(f"an unknown filter {name}")


def _ranked(works: Sequence[Work], words: str) -> list[Work]:
    """Works with any of the words, those with most of them first."""
    wanted = set(words.lower().split())

    def score(work: Work) -> int:
        return len(wanted & set(f"{work['title']} {abstract_of(work)}".lower().replace("-", " ").split()))

    return sorted((work for work in works if score(work)), key=lambda work: (-score(work), number_of(work)))


def _refused(kind: str, value: str, message: str) -> Answer:
    return Answer(
        {
            "status": "failed",
            "message-type": "validation-failure",
            "message": [{"type": kind, "value": value, "message": message}],
        },
        400,
    )


def item(work: Work) -> dict[str, Any]:
    abstract = abstract_of(work)
    more = {"abstract": f"<jats:title>Abstract</jats:title><jats:p>{abstract}</jats:p>"} if abstract else {}
    authors = [name.rpartition(" ") for name in names_of(work)]
    return {
        "DOI": doi_of(work),
        "type": "journal-article",
        "title": [work["title"]],
        "author": [{"given": given, "family": family, "sequence": "first"} for given, _, family in authors],
        "container-title": ["Journal of Made Works"],
        "volume": "1",
        "issue": "2",
        "page": "3-4",
        "issued": {"date-parts": [[work["publication_year"], 1, 1]]},
        "ISSN": ["0000-0000"],
        "URL": f"https://doi.org/{doi_of(work)}",
        "language": "en",
        "reference": [
            {"key": f"ref{i}", "DOI": f"10.5555/W{address.rpartition('W')[2]}", "doi-asserted-by": "crossref"}
            for i, address in enumerate(work["referenced_works"])
        ],
        **more,
        **work.get("crossref", {}),
    }


@contextmanager
def crossref(works: Iterable[Work], **more: Any) -> Iterator[tuple[str, CrossrefServer]]:
    server = CrossrefServer(works, **more)
    with serving(server) as url:
        yield url, server
