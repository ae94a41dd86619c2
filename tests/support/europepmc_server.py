"""A local server that behaves like Europe PMC's RESTful service (version 6.9), written from recorded replies."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

from tests.support.http_server import Answer, Asked, Body
from tests.support.openalex_search import Indexed
from tests.support.service import BadQuery, Query, Service, bare_doi, equal, phrases, year

SYNTAX_ERROR = Answer({"version": "6.9", "errCode": 400, "errMsg": "The query could not be parsed."})
BUSY = Answer({"version": "6.9", "errCode": 503, "errMsg": "The search service is not available at present."})
NOT_FOUND = {"version": "6.9", "errCode": 404, "errMsg": "No article was found with this id."}
NO_LIST = Answer({"version": "6.9", "hitCount": 0})


class EuropePmcServer(Service):
    """``unmatched`` entries without an id end every list of references."""

    def __init__(self, *given: Any, unmatched: int = 0, **more: Any) -> None:
        self.unmatched = unmatched
        super().__init__(*given, **more)

    def answer(self, asked: Asked) -> Answer | Body:
        if asked.path == "/searchPOST":
            if asked.headers.get("content-type") != "application/x-www-form-urlencoded":
                return Answer({"version": "6.9", "errCode": 400, "errMsg": "No query was given."})
            return self._search({name: values[-1] for name, values in parse_qs(asked.body.decode()).items()})
        _, source, number, kind = asked.path.split("/")
        one = self.works.get(f"W{number}") if source == "MED" else None
        return self._links(one, kind, asked) if one else NOT_FOUND

    def _search(self, form: dict[str, str]) -> Answer | Body:
        size, cursor = int(form["pageSize"]), form["cursorMark"]
        if not 1 <= size <= 1000:
            return Answer({"version": "6.9", "errCode": 400, "errMsg": "pageSize is between 1 and 1000."})
        text = form["query"]
        fields = {
            "TITLE": phrases(self.analyzer, "title"),
            "ABSTRACT": phrases(self.analyzer, "abstract"),
            "DOI": equal(bare_doi),
            "EXT_ID": equal(lambda one: one.number[1:]),
        }
        try:
            found = self.find(text, Query(text, fields, "PUB_YEAR").test)
        except BadQuery:
            return SYNTAX_ERROR
        start = 0 if cursor == "*" else int(base64.b64decode(cursor).split(b".")[0])
        listed = found[start : start + size]
        onward = base64.b64encode(f"{start + len(listed)}.53128250".encode()).decode() if listed else cursor
        request = {"queryString": text, "resultType": form["resultType"], "cursorMark": cursor, "pageSize": size}
        head = {"version": "6.9", "hitCount": len(found), "request": {**request, "sort": "", "synonym": False}}
        results = [self.article(one, form["resultType"]) for one in listed]
        return {**head, **({"nextCursorMark": onward} if found else {}), "resultList": {"result": results}}

    def _links(self, one: Indexed, kind: str, asked: Asked) -> Body:
        found = [each for each in (self.references(one) if kind == "references" else self.citations(one)) if each]
        entries: list[dict[str, Any]] = [self.entry(each) for each in found]
        entries += [{"title": "Unmatched", "citedOrder": 99, "match": "N"}] * (self.unmatched * (kind == "references"))
        page, size = int(asked.query["page"]), int(asked.query["pageSize"])
        name = kind.removesuffix("s")
        listed = entries[(page - 1) * size : page * size]
        return {"version": "6.9", "hitCount": len(entries), "request": {"page": page}, f"{name}List": {name: listed}}

    def article(self, one: Indexed, kind: str) -> dict[str, Any]:
        number = one.number[1:]
        head: dict[str, Any] = {"id": number, "source": "MED", "pmid": number}
        if kind == "idlist":
            return head
        journal = {"title": "Journal of Made Works", "issn": "0000-0000"}
        return {
            **head,
            "doi": bare_doi(one),
            "title": f"{one.text('title')}.",
            "authorString": "Lovelace A.",
            "authorList": {"author": [{"fullName": "Lovelace A", "firstName": "Ada", "lastName": "Lovelace"}]},
            "journalInfo": {"volume": "1", "issue": "2", "yearOfPublication": year(one), "journal": journal},
            **({"pubYear": str(year(one))} if year(one) else {}),
            "pageInfo": "3-4",
            **({"abstractText": f"<h4>Aim</h4>{one.text('abstract')}"} if one.text("abstract") else {}),
            "language": "eng",
            "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
        }

    def entry(self, one: Indexed) -> dict[str, Any]:
        return {
            "id": one.number[1:],
            "source": "MED",
            "citationType": "Journal Article",
            "title": one.text("title"),
            "authorString": "Lovelace A.",
            "journalAbbreviation": "J Made Works",
            "pubYear": year(one),
            "volume": "1",
        }
