"""A local server that answers like api.econbiz.de over works, in the shape that its public clients read.

No reply of EconBiz is recorded: the shape is ``{"hits": {"total": n, "hits": [{"id", "title", "person", …}]}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.support.boolean import found, in_range
from tests.support.http_server import Answer, Asked, serving
from tests.support.made import Work, abstract_of, doi_of, names_of, number_of, phrase_in


class EconBizServer:
    """An app for ``serving``; ``loose`` ignores all operators and years, as a server may that reads words only.

    ``faults[i]`` is what request ``i`` meets: ``500``, ``html``, ``no-hits``, ``short`` or None.
    """

    def __init__(self, works: Iterable[Work], faults: Sequence[str | None] = (), loose: bool = False) -> None:
        self.works, self.faults, self.loose = list(works), list(faults), loose
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        match self.faults.pop(0) if self.faults else None:
            case "500":
                return Answer({"status": 500, "message": "Search engine unavailable"}, 500)
            case "html":
                return Answer("<!DOCTYPE html><html><body>EconBiz</body></html>")
            case "no-hits":
                return Answer({"status": 200, "hits": {"total": 3}})
            case "short":
                return Answer({"status": 200, "hits": {"total": 3, "hits": []}})
        if asked.path != "/v1/search" or "q" not in asked.query:
            return Answer({"status": 404, "message": "Unknown method"}, 404)
        start, size = int(asked.query.get("from", 1)), int(asked.query.get("size", 10))
        if size > 250 or start < 1:
            return Answer({"status": 400, "message": "Invalid size or from"}, 400)
        hits = sorted((work for work in self.works if self._has(work, asked.query["q"])), key=number_of)
        return Answer({"status": 200, "hits": {"total": len(hits), "hits": list(map(hit, hits[start - 1 :][:size]))}})

    def _has(self, work: Work, query: str) -> bool:
        if self.loose:
            return True
        texts = {"": (work["title"] or "", abstract_of(work)), "title": (work["title"] or "",)}

        def term(field: str, text: str) -> bool:
            return in_range(text, work["publication_year"]) if field == "date" else phrase_in(text, *texts[field])

        return found(query, term)


def hit(work: Work) -> dict[str, Any]:
    more = {"abstract": [abstract_of(work)]} if work.get("abstract_inverted_index") else {}
    return {
        "id": str(10_000_000_000 + number_of(work)),
        "title": work["title"],
        "type": "article",
        "type_genre": ["Aufsatz in Zeitschrift"],
        "person": names_of(work),
        "date": [str(work["publication_year"])],
        "language": ["eng"],
        "isPartOf": ["Journal of made works. - Vol. 1.2001, 2, p. 3-4"],
        "identifier_url": [f"https://doi.org/{doi_of(work)}"],
        **more,
    }


@contextmanager
def econbiz(works: Iterable[Work], **more: Any) -> Iterator[tuple[str, EconBizServer]]:
    server = EconBizServer(works, **more)
    with serving(server) as url:
        yield url, server
