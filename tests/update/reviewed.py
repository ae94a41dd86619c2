"""Reviews that were searched, decided on and frozen, and what a later search of a changed source makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slr.cli.common import Voice
from slr.cli.dedupe import group_and_mark
from slr.cli.versioning import count
from slr.review import Review
from slr.screening.decisions import Ruling, decide_all
from slr.search.stage import search
from slr.store import versions, works
from slr.store.versions import Version
from slr.update.freeze import freeze
from slr.update.update import UpdateReport, base, begin, finish, own_search, wanted_variants
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, lay_out, reviewing
from tests.support.works import made_work

PAGE = 20
HITS = 40
QUIET = Voice(as_json=True, quiet=True)
INCLUDED = ("openalex:W1001", "openalex:W1002")
EXCLUDED = ("openalex:W1003", "openalex:W1004")
DECIDED = INCLUDED + EXCLUDED


def server(works_: Sequence[dict[str, Any]], **more: Any) -> OpenAlexServer:
    return OpenAlexServer(works_, most_per_page=PAGE, **more)


def small() -> list[dict[str, Any]]:
    return corpus(HITS, variant_hits=3, others=5)


def new_works(n: int, first: int = 20_001) -> list[dict[str, Any]]:
    """Works that the matrix finds and ``corpus`` does not have."""
    return [made_work(first + i, f"Skill transfer, a later study {i}", "Of a cluster.") for i in range(n)]


def group(review: Review) -> None:
    group_and_mark(QUIET, review)


def vote(review: Review, record_ids: Sequence[str], verdict: str, stage: str, reason: str | None = None) -> None:
    decide_all(review, [Ruling(one, verdict, reason) for one in record_ids], stage=stage, reviewer="Anna")


def screened(review: Review) -> None:
    """Search, group, and decide on four works: two included, two excluded."""
    search(review).whole()
    group(review)
    vote(review, DECIDED, "include", "title-abstract")
    vote(review, INCLUDED, "include", "full-text")
    vote(review, EXCLUDED, "exclude", "full-text", "off-topic")


def frozen(review: Review, name: str = "v1") -> Version:
    return freeze(review, name, count(review))


def updated(review: Review, replay: str | None = None) -> UpdateReport:
    """The steps of ``slr update``, without its pictures."""
    version = base(review)
    update = begin(review, version)
    begun = own_search(review, update)
    if begun is None or begun.status != "complete":
        search(review, variants=wanted_variants(review, version), again=begun is None, replay=replay).whole()
    group(review)
    return finish(review, update, count(review))


def work_of(review: Review, record_id: str) -> str:
    return works.memberships(review.store.db)[record_id]


def subjects(report: UpdateReport, kind: str) -> list[str]:
    return [one.subject for one in report.found[kind]]


@contextmanager
def days_after(folder: Path, days: int, **more: Any) -> Iterator[Review]:
    """The review, opened so many days after it was begun."""
    at = datetime(2026, 11, 2, 12, 0, tzinfo=UTC) + timedelta(days=days)
    with reviewing(folder, clock=lambda: at, **more) as review:
        yield review


@contextmanager
def begun(folder: Path, before: Sequence[dict[str, Any]] | None = None, **more: Any) -> Iterator[Path]:
    """A folder with a review that was screened and frozen as v1."""
    with server(before or small()) as there, days_after(lay_out(folder, there.url, **more), 0) as review:
        screened(review)
        frozen(review)
    yield folder


def pointed_at(folder: Path, there: OpenAlexServer) -> Path:
    """The folder, asking this server from now on."""
    path = folder / "config/review.yaml"
    lines = [f'  openalex: {{base_url: "{there.url}", max_records: 100000}}' if line.startswith("  openalex:") else line
             for line in path.read_text("utf-8").splitlines()]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def every_version(review: Review) -> list[str]:
    return [version.name for version in versions.versions(review.store.db)]
