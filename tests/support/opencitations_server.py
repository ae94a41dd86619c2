"""A local server that answers like api.opencitations.net over made works: Index v2 and Meta v1.

Written from the services' definitions (opencitations/oc_api: src/api/index_v2.hf, meta_v1.hf) and recorded replies of
the first version of the Index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from tests.support.http_server import Answer, Asked
from tests.support.made import Work, doi_of, names_of, number_of


class OpenCitationsServer:
    """An app for ``serving``.

    ``faults[i]`` is what request ``i`` meets: ``500``, ``429``, ``403``, ``html``, ``object``, ``nested`` or None;
    ``undescribed`` are numbers of works that Meta does not have; ``token`` the only one accepted.
    """

    def __init__(
        self,
        works: Iterable[Work],
        faults: Sequence[str | None] = (),
        undescribed: Sequence[int] = (),
        token: str | None = None,
    ) -> None:
        self.works, self.faults, self.undescribed = sorted(works, key=number_of), list(faults), set(undescribed)
        self.token = token
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        fault = self.faults.pop(0) if self.faults else None
        given = asked.headers.get("authorization")
        if fault in ("500", "429", "403") or (self.token and given not in (None, self.token)):
            return Answer("The token is not valid" if not fault else "", int(fault or 403))
        if fault == "html":
            return Answer("<html><body>Sign in</body></html>")
        if fault == "object":
            return Answer({"error": "none"})
        answer = self._answer(unquote(asked.path))
        return Answer([answer] if fault == "nested" else answer)

    def _answer(self, path: str) -> list[dict[str, Any]]:
        _, service, _, operation, names = path.split("/", 4)
        if service == "meta":
            wanted = names.split("__")
            found = [work for work in self.works if number_of(work) not in self.undescribed]
            return [described(work) for work in found if set(pids(work).split()) & set(wanted)]
        work = next((work for work in self.works if names in pids(work).split()), None)
        if operation == "reference-count":
            return [{"count": str(len(work["referenced_works"]) if work else 0)}]
        if work is None:
            return []
        cited = {number_of({"id": url}) for url in work["referenced_works"]}
        if operation == "references":
            return [entry(work, other) for other in self.works if number_of(other) in cited]
        me = f"https://openalex.org/W{number_of(work)}"
        return [entry(other, work) for other in self.works if me in other["referenced_works"]]


def pids(work: Work) -> str:
    """Every identifier, with blanks between them; a work may have none but the service's own."""
    found = [f"omid:br/06{number_of(work)}"]
    if doi := doi_of(work):
        found.append(f"doi:{doi}")
    if pmid := work["ids"].get("pmid"):
        found.append(f"pmid:{pmid}")
    return " ".join([*found, f"openalex:W{number_of(work)}"])


def entry(citing: Work, cited: Work) -> dict[str, str]:
    return {
        "oci": f"06{number_of(citing)}-06{number_of(cited)}",
        "citing": pids(citing),
        "cited": pids(cited),
        "creation": f"{citing['publication_year']}-01-01",
        "timespan": "P1Y",
        "journal_sc": "yes",
        "author_sc": "no",
    }


def described(work: Work) -> dict[str, str]:
    names = [name.rpartition(" ") for name in names_of(work)]
    return {
        "id": pids(work),
        "title": work["title"] or "",
        "author": "; ".join(f"{last}, {given} [orcid:0000-0001 omid:ra/061]" for given, _, last in names),
        "pub_date": f"{work['publication_year']}-01",
        "page": "3-4",
        "issue": "2",
        "volume": "1",
        "venue": "Journal of Made Works [issn:0000-0000 omid:br/0600]",
        "type": "journal article",
        "publisher": "Nobody [crossref:1]",
        "editor": "",
    }
