"""Searches over several open sources at once: totals, notes, parts, replay, one source that is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from slr.errors import Unfinished
from slr.search.stage import search
from slr.store import records
from tests.support.core_server import CoreServer
from tests.support.doaj_server import DoajServer
from tests.support.europepmc_server import EuropePmcServer
from tests.support.http_server import Answer, serving
from tests.support.reviews import lay_out, reviewing
from tests.support.semanticscholar_server import S2
from tests.support.service import Service
from tests.support.works import made_work

HITS = 1_060
SERVERS: dict[str, type[Service]] = {
    "semanticscholar": S2,
    "europepmc": EuropePmcServer,
    "doaj": DoajServer,
    "core": CoreServer,
}
HEAD = "title: A review for tests\nsources:\n  openalex: {{enabled: false}}\n"


@contextmanager
def open_sources(folder: Path) -> Iterator[dict[str, Service]]:
    """A review folder that asks a local server of each service for the same works."""
    works = [made_work(i, f"Knowledge transfer {i}", "within an industrial cluster") for i in range(1, HITS + 1)]
    servers = {name: server(works) for name, server in SERVERS.items()}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(serving(server)) for name, server in servers.items()}
        text = HEAD + "".join(f'  {name}: {{{{enabled: true, base_url: "{url}"}}}}\n' for name, url in urls.items())
        lay_out(folder, review=text)
        yield servers


def test_every_source_hands_over_all_its_hits_and_the_archive_gives_them_again(tmp_path: Path) -> None:
    with open_sources(tmp_path), reviewing(tmp_path) as review:
        report = search(review).whole()
        assert {query.source: query.retrieved for query in report.queries} == dict.fromkeys(SERVERS, HITS)
        assert {query.source: query.server_total for query in report.queries} == dict.fromkeys(SERVERS, HITS)
        assert report.unattributed == 0
        assert records.count(review.store.db) == HITS * len(SERVERS)
        assert not any("distinct records" in note for query in report.queries for note in query.notes)
        (doaj,) = [query for query in report.queries if query.source == "doaj"]
        assert any("cut at search time" in note for note in doaj.notes)
    (tmp_path / "outputs/review.sqlite").unlink()
    with reviewing(tmp_path) as review:
        again = search(review, replay="latest").whole()
        assert {query.source: query.retrieved for query in again.queries} == dict.fromkeys(SERVERS, HITS)
        assert all(usage.requests == 0 for usage in again.usage)


@pytest.mark.parametrize("name", ["semanticscholar", "doaj"])
def test_a_source_that_is_down_in_the_middle_stops_no_other_and_is_completed_later(name: str, tmp_path: Path) -> None:
    with open_sources(tmp_path) as servers, reviewing(tmp_path) as review:
        servers[name].faults = [None, *[Answer({"message": "down"}, 503)] * 10]
        report = search(review)
        assert isinstance(report.failure, Unfinished)
        retrieved = {query.source: query.retrieved for query in report.queries}
        assert all(retrieved[other] == HITS for other in SERVERS if other != name)
        assert retrieved[name] < HITS
        servers[name].faults = []
        report = search(review).whole()
        assert {query.source: query.retrieved for query in report.queries} == dict.fromkeys(SERVERS, HITS)
