"""A local server that behaves like DOAJ's article search, written from its server code and recorded replies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from tests.support.http_server import Answer, Asked, Body
from tests.support.openalex_search import Indexed
from tests.support.service import BadQuery, Query, Service, bare_doi, equal, phrases, year

MOST = 1000


def refused(message: str) -> Answer:
    return Answer({"status": "bad_request", "error": f"{message} (ref: 8f2a)"}, 400)


class DoajServer(Service):
    """Hands out 1,000 hits of a query, 100 a page."""

    def answer(self, asked: Asked) -> Answer | Body:
        prefix = "/search/articles/"
        if not asked.path.startswith(prefix):
            return Answer("<html><body>Forbidden</body></html>", 403, {"Content-Type": "text/html"})
        text = unquote(asked.path.removeprefix(prefix))  # a plus in a path is a plus
        page, size = int(asked.query.get("page", 1)), min(int(asked.query.get("pageSize", 10)), 100)
        if re.search(r".+[^\\][?*]+.*|.+[^\\]~", text) or _escaped_colons(text):
            return refused("Query contains disallowed Lucene features")
        if (page - 1) * size >= MOST:
            return refused(f"You cannot access results beyond {MOST} records via this API")
        if asked.query.get("sort") not in (None, "created_date:asc"):
            return refused("Malformed sort parameter")
        fields = {
            "bibjson.title": phrases(self.analyzer, "title"),
            "bibjson.abstract": phrases(self.analyzer, "abstract"),
            "doi": equal(_stored_doi, exact=True),
        }
        try:
            found = self.find(text, Query(text, fields, "bibjson.year").test)
        except BadQuery:
            return refused("There was an error executing your query")
        listed = [article(one) for one in found[(page - 1) * size : page * size]]
        return {"total": len(found), "page": page, "pageSize": size, "query": text, "results": listed}


def _escaped_colons(text: str) -> bool:
    """The server escapes a colon, behind the first, that follows no AND or OR: the query then means another thing."""
    parts = text.split(":")[1:-1]
    return any(" AND " not in part and " OR " not in part for part in parts)


def _stored_doi(one: Indexed) -> str:
    """Journals write their DOIs in either case; even numbers in capitals here."""
    doi = bare_doi(one) or ""
    return doi if int(one.number[1:]) % 2 else doi.upper()


def article(one: Indexed) -> dict[str, Any]:
    body = {
        "identifier": [{"id": "0000-0000", "type": "pissn"}, {"id": _stored_doi(one), "type": "doi"}],
        "journal": {"title": "Journal of Made Works", "volume": "1", "number": "2", "language": ["EN"]},
        **({"year": str(year(one))} if year(one) else {}),
        "start_page": "3",
        "end_page": "4",
        "author": [{"name": "Ada Lovelace"}],
        "keywords": ["made"],
        "link": [{"type": "fulltext", "url": f"https://example.org/{one.number}"}],
        "abstract": one.text("abstract"),
        "title": one.text("title"),
    }
    return {"id": f"{int(one.number[1:]):032x}", "created_date": "2021-09-06T05:25:02Z", "bibjson": body}
