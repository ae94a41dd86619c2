"""A local server that behaves like CORE's search of works (version 3), after facts/apis.md and a recorded reply."""

from __future__ import annotations

from typing import Any

from tests.support.http_server import Answer, Asked, Body
from tests.support.openalex_search import Indexed
from tests.support.service import BadQuery, Query, Service, bare_doi, equal, phrases, year

MOST = 10_000


def throttled(retry_after: str) -> Answer:
    body = {"message": "Too many requests, please slow down."}
    return Answer(body, 429, {"X-RateLimitRemaining": "0", "X-RateLimit-Retry-After": retry_after})


class CoreServer(Service):
    """``key`` is the only key accepted (None: none is looked at); offset and limit reach 10,000 hits."""

    def __init__(self, *given: Any, key: str | None = None, **more: Any) -> None:
        self.key, self.tokens = key, 1000
        super().__init__(*given, **more)

    def answer(self, asked: Asked) -> Answer | Body:
        if (asked.method, asked.path) != ("POST", "/search/works"):
            return Answer({"message": "Not found"}, 404)
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            return Answer({"message": "Unauthorized"}, 401) if "authorization" in asked.headers else throttled("60")
        form = asked.json()
        limit, offset = form.get("limit", 10), form.get("offset", 0)
        if limit > 100 or offset + limit > MOST:
            return Answer({"message": f"limit and offset reach {MOST} results: use scroll"}, 400)
        fields = {
            "title": phrases(self.analyzer, "title"),
            "abstract": phrases(self.analyzer, "abstract"),
            "doi": equal(bare_doi),
        }
        try:
            found = self.find(form["q"], Query(form["q"], fields, "yearPublished").test)
        except BadQuery as error:
            return Answer({"message": f"Failed to parse query: {error}"}, 400)
        self.tokens -= 1
        full = {} if "fullText" in form.get("exclude", ()) else {"fullText": "all of it"}
        listed = [{**work(one), **full} for one in found[offset : offset + limit]]
        body = {"totalHits": len(found), "limit": limit, "offset": offset, "results": listed, "searchId": "5f95"}
        return Answer(body, 200, {"X-RateLimitRemaining": str(self.tokens), "X-RateLimit-Limit": "10"})


def work(one: Indexed) -> dict[str, Any]:
    number = int(one.number[1:])
    return {
        "id": number,
        "acceptedDate": "",
        "arxivId": None,
        "authors": [{"name": "Lovelace, Ada"}],
        "abstract": one.text("abstract") or None,
        "documentType": "thesis" if number % 2 else "research",
        "doi": bare_doi(one),
        "fieldOfStudy": None,
        "identifiers": [{"identifier": str(number), "type": "CORE_ID"}],
        "title": one.text("title"),
        "language": {"code": "en", "name": "English"} if number % 3 else None,
        "magId": None,
        "pubmedId": None,
        "yearPublished": year(one),
        "publishedDate": None,
        "journals": [] if number % 2 else None,
        "references": [],
        "links": [{"type": "display", "url": f"https://core.ac.uk/works/{number}"}],
    }
