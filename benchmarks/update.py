"""``slr update`` on a review of 10,000 works: what it asks, what it queues, how long it takes; archive and verify too.

    python benchmarks/update.py [WORKS] [NEW]

A local server stands in for OpenAlex (its limits and prices). Printed: requests and cost of an update with nothing new,
requests and queue of one with NEW new works, seconds of each step, and bytes of the archive.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing
from tests.support.works import made_work
from tests.update.reviewed import days_after, frozen, group, pointed_at, updated

from slr.cli.archive import verified
from slr.cli.versioning import count
from slr.search.stage import search
from slr.store.works import memberships
from slr.update.archive import archive
from slr.update.diff import diff
from slr.update.freeze import named, present

ABSTRACT = "We look at knowledge transfer between firms of an industrial cluster, and at what became of it. " * 8


def work(number: int) -> dict[str, Any]:
    """A work that the matrix finds and that is like no other."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    words = " ".join("abcdefghijklmnop"[int(c, 16)] * 2 + digest[i + 1 : i + 5] for i, c in enumerate(digest[:6]))
    pages = {"volume": digest[:3], "issue": "1", "first_page": str(number), "last_page": str(number + 9)}
    return made_work(number, f"Knowledge transfer {words}", ABSTRACT, biblio=pages)


@contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{time.perf_counter() - begun:8.1f} s  {what}", flush=True)


def measured(what: str, do: Callable[[], Any]) -> Any:
    with timed(what):
        return do()


def main(works: int, new: int) -> None:
    before = [work(100_000 + n) for n in range(works)]
    after = [*before, *(work(900_000 + n) for n in range(new))]
    with TemporaryDirectory() as made:
        folder = Path(made)
        with OpenAlexServer(before) as there, reviewing(lay_out(folder, there.url)) as review:
            measured(f"search of {works:,} works", lambda: search(review).whole())
            measured("grouping and criteria", lambda: group(review))
            measured("freeze", lambda: frozen(review))
        with OpenAlexServer(before) as there, days_after(pointed_at(folder, there), 30) as review:
            report = measured("update with nothing new", lambda: updated(review))
            pages = -(-works // 100)
            assert len(there.requests) == pages and not any(report.found.values())
            print(f"           {len(there.requests):,} requests = {pages:,} pages, ${there.credits / 10_000:.4f}; "
                  f"{sum(map(len, report.found.values())):,} findings, {report.n('queued'):,} queued")  # fmt: skip
        with OpenAlexServer(after) as there, days_after(pointed_at(folder, there), 60) as review:
            report = measured(f"update with {new:,} new works", lambda: updated(review))
            work_of = memberships(review.store.db)
            expected = {work_of[f"openalex:W{900_000 + n}"] for n in range(new)}
            queued = {one.subject for one in report.found["queued"]}
            assert queued == expected and len(expected) == new
            asked = f"{len(there.requests):,} requests, ${there.credits / 10_000:.4f}"
            print(f"           {asked}; queued {len(queued):,}, exactly the {new:,} new works")
            now = measured("counting and reading the present state", lambda: present(review, count(review)))
            measured("diff", lambda: diff(review.store.db, named(review, "v1"), now))
            packed = measured("archive", lambda: archive(
                review, folder / "x.zip", count(review), check=lambda _: None))  # fmt: skip
            print(f"           {packed.bytes:,} bytes, {packed.files:,} files")
            numbers = measured("verify", lambda: verified(folder / "x.zip"))
            print(f"           {numbers:,} numbers recomputed")


if __name__ == "__main__":
    main(*(int(n) for n in sys.argv[1:]), *(10_000, 100)[len(sys.argv) - 1 :])
