"""Citation searching in indexes that have ids of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slr.search.stage import search
from slr.snowball.stage import snowball
from slr.store import records
from tests.snowball.test_stage import include, linked
from tests.support.europepmc_server import EuropePmcServer
from tests.support.http_server import serving
from tests.support.reviews import REVIEW, lay_out, reviewing
from tests.support.semanticscholar_server import S2
from tests.support.service import Service

OTHER = "title: A review\nsources:\n  openalex: {{enabled: false}}\n  NAME: {{enabled: true, base_url: 'URL'}}\n"


@pytest.mark.parametrize(("name", "server"), [("semanticscholar", S2), ("europepmc", EuropePmcServer)])
def test_an_index_is_asked_by_its_own_ids(name: str, server: Callable[[Any], Service], tmp_path: Path) -> None:
    with serving(server(linked())) as url:
        text = (
            OTHER.replace("NAME", name).replace("URL", url)
            + REVIEW.partition("max_records: {most}}}\n")[2].partition("\n")[2]
        )
        with reviewing(lay_out(tmp_path, review=text)) as review:
            search(review).whole()
            hits = {record.doi: record.record_id for record in records.every(review.store.db)}
            include(review, hits["10.5555/w1"])
            report = snowball(review)
            assert report.returned == {"backward": 9, "forward": 5}
            assert report.not_in_index == ()
            found = {record.source for record in records.every(review.store.db) if record.origin == "citation"}
            assert found == {f"{name} citations"}
