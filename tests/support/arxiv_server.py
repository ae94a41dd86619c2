"""A local server that answers like export.arxiv.org over works, in the shapes of the recorded replies of 2026."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from slr.matrix.stem import stem
from tests.support.boolean import found, in_range
from tests.support.http_server import Answer, Asked, serving
from tests.support.made import Work, abstract_of, doi_of, names_of, number_of

ERROR = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/errors#x</id><title>arXiv Search Results</title>
  <opensearch:totalResults>1</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
  <entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>{}</summary></entry>
</feed>
"""
FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x</id>
  <title>arXiv Query: search_query={asked}&amp;id_list={ids}&amp;start={start}&amp;max_results={size}</title>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{entries}</feed>
"""


class ArxivServer:
    """An app for ``serving``; ``faults[i]`` is what request ``i`` meets (a name in ``__call__``, or None).

    ``total`` is stated in place of the true one.
    """

    def __init__(self, works: Iterable[Work], faults: Sequence[str | None] = (), total: int | None = None) -> None:
        self.works, self.faults, self.total = list(works), list(faults), total
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        fault = self.faults.pop(0) if self.faults else None
        match fault:
            case "slow down":
                return Answer("Rate exceeded.", 429)
            case "500":
                return Answer("", 500)
            case "html":
                return Answer("<!DOCTYPE html><html><body>Moved</body></html>")
            case "error":
                return Answer(ERROR.format("start must be an integer"))
        if asked.path != "/api/query":
            return Answer("Not found", 404)
        body = self._feed(asked.query, fault)
        return Answer(body[: len(body) // 2] if fault == "cut-off" else body)

    def _feed(self, query: Mapping[str, str], fault: str | None) -> str:
        asked, ids = query.get("search_query", ""), query.get("id_list", "")
        start, size = int(query.get("start", 0)), int(query.get("max_results", 10))
        if size > 2000:
            return ERROR.format("max_results must be at most 2000")
        hits = [work for work in self.works if (arxiv_id(work) == ids if ids else _has(work, asked))]
        dated = query.get("sortBy") == "submittedDate"
        hits.sort(key=lambda work: (work["publication_year"] if dated else 0, number_of(work)))
        echo = "all:" + asked if fault == "rewritten" else asked
        shown = [] if fault == "empty" else hits[start : start + size]
        return FEED.format(
            asked=escape(echo), ids=ids, start=start, size=size,
            total=len(hits) if self.total is None else self.total, entries="".join(map(entry, shown)),
        )  # fmt: skip


def _has(work: Work, query: str) -> bool:
    """All words of a "phrase" in any order, stemmed, as arXiv was observed to read it."""
    texts = {"ti": work["title"] or "", "abs": abstract_of(work)}

    def term(field: str, text: str) -> bool:
        if field == "submittedDate":
            return in_range(text, work["publication_year"])
        return _words(text) <= _words(texts[field])

    return found(query, term)


def _words(text: str) -> set[str]:
    return {stem(word.strip(".,:")) for word in text.lower().replace("-", " ").split()}


def arxiv_id(work: Work) -> str:
    return str(work.get("arxiv_id", f"2001.{number_of(work):05}"))


def entry(work: Work) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in names_of(work))
    extra = f"<arxiv:doi>{escape(doi_of(work) or '')}</arxiv:doi>" if doi_of(work) else ""
    return (
        f"  <entry><id>http://arxiv.org/abs/{arxiv_id(work)}v2</id>"
        f"<title>{escape(work['title'] or '')}</title><summary>{escape(abstract_of(work))}</summary>"
        f'<published>{work["publication_date"]}T00:00:00Z</published><category term="econ.GN"/>{authors}'
        f"<arxiv:journal_ref>Journal of Made Works 1(2)</arxiv:journal_ref>{extra}</entry>\n"
    )


@contextmanager
def arxiv(works: Iterable[Work], **more: Any) -> Iterator[tuple[str, ArxivServer]]:
    server = ArxivServer(works, **more)
    with serving(server) as url:
        yield url, server
