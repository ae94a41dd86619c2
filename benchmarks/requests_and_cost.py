"""Requests and cost of the report's 60 × 22 matrix: slr beside a plain pyalex loop over the 1,320 cells.

Both ask the same local server over the same works; it keeps OpenAlex's books (10 credits a search page, $0.0001 each).
Goals: one query; requests = ⌈hits / 100⌉; at least 20 times fewer requests than the loop.

Run: python benchmarks/requests_and_cost.py
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyalex.api
import requests
from requests.adapters import HTTPAdapter
from tests.support.openalex_server import OpenAlexServer

from corpus import works
from slr.config import write_starter
from slr.review import open_review
from slr.search.stage import search

WORKS = 2_000


class _Redirected(HTTPAdapter):
    """Carries pyalex's requests, whose host is fixed, to the local server."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: Any, *args: Any, **more: Any) -> Any:
        request.url = request.url.replace("https://api.openalex.org", self.base)
        return super().send(request, *args, **more)


def ours(base: str) -> tuple[int, set[str], int]:
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), "report")
        config = Path(folder, "config/review.yaml")
        config.write_text(config.read_text("utf-8").replace("https://api.openalex.org", base), "utf-8")
        Path(folder, "config/known.yaml").unlink()
        review = open_review(Path(folder), environ={"OPENALEX_API_KEY": "benchmark"}, sleep=lambda _s: None)
        report = search(review)
        found = {row[0].split(":")[1] for row in review.store.db.execute("SELECT record_id FROM record")}
        review.store.close()
        return len(report.queries), found, sum(u.requests for u in report.usage)


def loop(base: str) -> set[str]:
    session = requests.Session()
    session.mount("https://", _Redirected(base))
    pyalex.api._get_requests_session = lambda: session
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), "report")
        terms, concepts = open_review(Path(folder)).matrix(variants=False).axes
    found: set[str] = set()
    for term in terms.phrases:
        for concept in concepts.phrases:
            query = (
                pyalex.Works().search_filter(title_and_abstract=f'"{term.text}" AND "{concept.text}"').select(["id"])
            )
            for page in query.paginate(per_page=100, n_max=None):
                found |= {work["id"].rsplit("/", 1)[1] for work in page}
    return found


def main() -> None:
    made = list(works(WORKS, matching=0.6))
    with OpenAlexServer(made) as server:
        queries, mine, asked = ours(server.url)
        credits_ours = server.credits
    with OpenAlexServer(made, daily_credits=10**9) as server:
        theirs = loop(server.url)
        asked_loop, credits_loop = len(server.requests), server.credits
    assert mine == theirs, f"different works: {len(mine ^ theirs)}"
    print(f"{WORKS:,} works on the server, {len(mine):,} found by both, the same ones")
    print(f"{'':<14}{'queries':>9}{'requests':>10}{'credits':>10}{'USD':>9}")
    print(f"{'slr':<14}{queries:>9,}{asked:>10,}{credits_ours:>10,}{credits_ours / 10_000:>9.4f}")
    print(f"{'pyalex loop':<14}{1320:>9,}{asked_loop:>10,}{credits_loop:>10,}{credits_loop / 10_000:>9.4f}")
    print(f"limit for one query: ⌈{len(mine):,} / 100⌉ = {math.ceil(len(mine) / 100)} requests")
    print(
        f"ratio: {asked_loop / asked:.0f} times fewer requests (goal: at least 20), "
        f"{credits_loop / credits_ours:.0f} times less cost"
    )


if __name__ == "__main__":
    main()
