"""A local server that behaves like Semantic Scholar's Graph API, written from facts/apis.md and recorded replies.

with serving(S2(works)) as url: ...
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import unquote

from tests.support.http_server import Answer, Asked, Body
from tests.support.openalex_search import Indexed
from tests.support.service import BadQuery, Query, Service, bare_doi, phrases, year

TOO_MANY = Answer({"message": "Too Many Requests. Please wait and try again or apply for a key.", "code": "429"}, 429)
FORBIDDEN = Answer({"message": "Forbidden"}, 403)
FIELDS = """
    externalIds url title abstract venue year publicationTypes journal authors paperId publicationDate
""".split()  # noqa: SIM905
TYPES = {"article": ["JournalArticle"], "review": ["Review"], "book": ["Book"], "conference-paper": ["Conference"]}


def paper_id(number: str) -> str:
    """40 hexadecimal digits, as Semantic Scholar's are."""
    return f"{int(number[1:]):040x}"


class S2(Service):
    """``bulk`` papers a page; ``off`` is what the stated total is wrong by; ``withheld`` papers have no link lists;
    ``nameless`` entries with a null id end every list of references; ``key`` is the only one accepted."""

    def __init__(self, *given: Any, bulk: int = 1000, off: int = 0, nameless: int = 0, **more: Any) -> None:
        self.bulk, self.off, self.nameless = bulk, off, nameless
        self.withheld: tuple[str, ...] = more.pop("withheld", ())
        self.key: str | None = more.pop("key", None)
        super().__init__(*given, **more)
        self.by_id = {paper_id(number): one for number, one in self.works.items()}

    def answer(self, asked: Asked) -> Answer | Body:
        if self.key and asked.headers.get("x-api-key") not in (None, self.key):
            return FORBIDDEN
        unknown = [name for name in asked.query.get("fields", "").split(",") if name and name not in FIELDS]
        if unknown:
            return Answer({"error": f"Unrecognized or unsupported fields: {unknown}"}, 400)
        if asked.path == "/paper/search/bulk":
            return self._bulk(asked)
        if asked.path == "/paper/search":
            return self._ranked(asked)
        if asked.path == "/paper/batch":
            return self._batch(asked)
        return self._paper(asked)

    def _bulk(self, asked: Asked) -> Answer | Body:
        text = asked.query["query"]
        try:
            search = Query(text, {"": phrases(self.analyzer, "title", "abstract")})
            found = self.find(text, search.test)
        except BadQuery as error:
            return Answer({"error": str(error)}, 400)
        low, _, high = asked.query.get("year", "-").partition("-")
        if asked.query.get("year"):
            found = [one for one in found if int(low or 0) <= (year(one) or -1) <= int(high or 9999)]
        start = int(base64.b32decode(asked.query["token"]).split(b".")[0]) if "token" in asked.query else 0
        onward = base64.b32encode(f"{start + self.bulk}.{'x' * 60}".encode()).decode()
        more = start + self.bulk < len(found)
        listed = [self.paper(one, asked) for one in found[start : start + self.bulk]]
        return {"total": len(found) + self.off, "token": onward if more else None, "data": listed}

    def _ranked(self, asked: Asked) -> Body:
        words = asked.query["query"].lower().split()
        found = [one for one in self.works.values() if set(words) <= set(re.findall(r"\w+", one.text("title").lower()))]
        if not found:
            return {"total": 0, "offset": 0}
        limit = int(asked.query["limit"])
        return {"total": len(found), "offset": 0, "data": [self.paper(one, asked) for one in found[:limit]]}

    def _batch(self, asked: Asked) -> Answer | Body:
        ids = asked.json()["ids"]
        if len(ids) > 500:
            return Answer({"error": "Too many ids: at most 500"}, 400)
        by_doi = {f"DOI:{bare_doi(one)}".lower(): one for one in self.works.values()}
        found = [by_doi.get(one.lower()) or self.by_id.get(one) for one in ids]
        return [self.paper(one, asked) if one else None for one in found]

    def _paper(self, asked: Asked) -> Answer | Body:
        _, _, name, *kind = unquote(asked.path).split("/")
        one = self.by_id.get(name)
        if one is None:
            return Answer({"error": f"Paper with id {name} not found"}, 404)
        if not kind:
            return self.paper(one, asked)
        return self._links(one, kind[0], asked)

    def _links(self, one: Indexed, kind: str, asked: Asked) -> Body:
        inner = "citedPaper" if kind == "references" else "citingPaper"
        if one.number in self.withheld:
            elided = {"openAccessPdf": {"disclaimer": "the references have been elided by the publisher"}}
            return {"offset": 0, "citingPaperInfo": elided, "data": None}
        found = [each for each in (self.references(one) if kind == "references" else self.citations(one)) if each]
        entries = [{inner: self.paper(each, asked)} for each in found]
        entries += [{inner: {"paperId": None, "title": "Known by name"}}] * self.nameless
        start, limit = int(asked.query["offset"]), int(asked.query["limit"])
        onward = {"next": start + limit} if start + limit < len(entries) else {}
        return {"offset": start, **onward, "data": entries[start : start + limit]}

    def paper(self, one: Indexed, asked: Asked) -> dict[str, Any]:
        work = one.work
        whole = {
            "externalIds": {"DOI": (bare_doi(one) or "").upper() or None, "CorpusId": int(one.number[1:])},
            "url": f"https://www.semanticscholar.org/paper/{paper_id(one.number)}",
            "title": work.get("title"),
            "abstract": one.text("abstract") or None,
            "venue": "",
            "year": year(one),
            "publicationTypes": TYPES.get(work["type"]),
            "journal": {"name": "Journal of Made Works", "volume": "1", "pages": "3 - 4"},
            "authors": [{"authorId": "1", "name": "Ada Lovelace"}],
        }
        wanted = asked.query.get("fields", "title").split(",")
        return {"paperId": paper_id(one.number), **{name: whole[name] for name in wanted if name in whole}}
