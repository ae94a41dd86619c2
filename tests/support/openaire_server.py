"""A local server that answers like OpenAIRE's Graph API v3 over works, in the shape of the recorded reply of 2026."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.support.boolean import found
from tests.support.http_server import Answer, Asked, serving
from tests.support.made import Work, abstract_of, doi_of, names_of, number_of, phrase_in


class OpenAireServer:
    """An app for ``serving``; ``token`` is the only one accepted; ``loose`` reads no operators.

    ``faults[i]`` is what request ``i`` meets: ``500``, ``429``, ``repeated-cursor``, ``no-header`` or None.
    """

    def __init__(
        self, works: Iterable[Work], faults: Sequence[str | None] = (), token: str | None = None, loose: bool = False
    ) -> None:
        self.works, self.faults, self.token, self.loose = list(works), list(faults), token, loose
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        fault = self.faults.pop(0) if self.faults else None
        if fault in ("500", "429"):
            return Answer({"message": "Try later", "code": int(fault)}, int(fault))
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given and given != self.token:
            return Answer({"message": "Unauthorized", "code": 403}, 403)
        if asked.path != "/graph/v3/research-products":
            return Answer({"message": "Not found", "code": 404}, 404)
        size = int(asked.query.get("pageSize", 10))
        if size > 100:
            return Answer({"message": "Page size must be at most 100", "code": 400}, 400)
        return self._list(asked, size, fault)

    def _list(self, asked: Asked, size: int, fault: str | None) -> Answer:
        hits = sorted((work for work in self.works if self._has(work, asked)), key=number_of)
        cursor = asked.query.get("cursor")
        start = 0 if cursor in (None, "*") else int(cursor.removeprefix("AoE"))
        shown = hits[start : start + size]
        header: dict[str, Any] = {"numFound": len(hits), "maxScore": 1.0, "queryTime": 3, "pageSize": size}
        if cursor is None:
            header["page"] = 1
        elif start + len(shown) < len(hits):
            header["nextCursor"] = f"AoE{start + len(shown)}"
        if fault == "repeated-cursor":
            header["nextCursor"] = cursor
        results = {"results": list(map(product, shown))}
        return Answer(results if fault == "no-header" else {"header": header, **results})

    def _has(self, work: Work, asked: Asked) -> bool:
        texts = (work["title"] or "", abstract_of(work))
        if "pid" in asked.query:
            return (doi_of(work) or "").lower() == asked.query["pid"].strip('"').lower()
        if "mainTitle" in asked.query:
            return phrase_in(asked.query["mainTitle"].strip('"'), texts[0])
        date = work["publication_date"]
        dated = asked.query.get("fromPublicationDate", "") <= date <= asked.query.get("toPublicationDate", "9999")
        query = asked.query.get("search", "")
        return self.loose or (dated and found(query, lambda _, text: phrase_in(text, *texts)))


def product(work: Work) -> dict[str, Any]:
    return {
        "id": f"doi_dedup___::{number_of(work):032x}",
        "type": "publication",
        "mainTitle": work["title"],
        "subTitle": None,
        "descriptions": [f"<p>{abstract_of(work)}</p>"] if abstract_of(work) else None,
        "authors": [{"fullName": name, "name": None, "surname": None, "rank": 1} for name in names_of(work)],
        "publicationDate": work["publication_date"],
        "language": {"code": "eng", "label": "English"},
        "subjects": [{"subject": {"scheme": "FOS", "value": "0502 economics"}, "provenance": None}],
        "container": {"name": "Journal of Made Works", "vol": "1", "iss": "2", "sp": "3", "ep": "4"},
        "pids": [{"scheme": "doi", "value": doi_of(work)}] if doi_of(work) else None,
        "instances": [
            {"type": "Other literature type", "refereed": "nonPeerReviewed"},
            {"type": "Article", "refereed": "peerReviewed"},
        ],
    }


@contextmanager
def openaire(works: Iterable[Work], **more: Any) -> Iterator[tuple[str, OpenAireServer]]:
    server = OpenAireServer(works, **more)
    with serving(server) as url:
        yield url, server
