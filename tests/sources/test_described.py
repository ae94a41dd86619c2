"""What every source that can be asked by identifier keeps to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.sources.base import Describer, Source
from slr.sources.registry import infos
from tests.support.served import opened
from tests.support.works import made_work

WORKS = [made_work(i, f"Skill of a cluster {i}", "An abstract.") for i in range(1, 131)]
WORKS.append(made_work(900, "Odd", doi="https://doi.org/10.1016/s0305-750x(98)00001,2"))
ABLE = [info.name for info in infos() if info.identifiers]


@pytest.fixture(params=ABLE)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    with opened(request.param, WORKS, tmp_path) as source:
        yield source


def test_every_known_doi_gives_its_work_and_an_unknown_one_nothing(source: Source) -> None:
    assert isinstance(source, Describer)
    wanted = [f"10.5555/w{i}" for i in range(1, 131)]
    asked = sorted([*wanted, "10.5555/none", "10.1016/s0305-750x(98)00001,2", "10.1/none,2"])
    pages = list(source.described("doi", asked))
    found = [record.doi for page in pages for record in page.records]
    assert sorted(filter(None, found)) == sorted([*wanted, "10.1016/s0305-750x(98)00001,2"])
    assert all(len(page.records) == len(page.positions) and page.next_cursor is None for page in pages)
    assert len({page.exchange_id for page in pages}) == len(pages)
    assert all(record.title and record.source == source.info.name for page in pages for record in page.records)
