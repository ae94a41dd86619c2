"""The API and the snapshot files return exactly the same works for the same data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.query import expression, matches
from slr.sources.base import SearchRequest
from tests.support.openalex_search import Indexed
from tests.support.openalex_server import OpenAlexServer
from tests.support.sources import api, ids, records, snapshot, wanted
from tests.support.works import inverted, made_work, works_of, write_jsonl, write_parquet

BOTH = pytest.mark.parametrize("analyzer", [STEMMED, EXACT], ids=lambda a: a.name)


def frequent(works: list[dict[str, Any]], size: int) -> list[str]:
    """Words and pairs of neighbouring words of the titles that can be searched, by how often they occur."""
    titles = [re.findall(r"[a-z]{4,}", (work["title"] or "").lower()) for work in works]
    words = Counter(word for title in titles for word in title)
    pairs = Counter(f"{a} {b}" for title in titles for a, b in pairwise(title))
    return [word for word, _ in (words + pairs).most_common() if STEMMED.pattern(word)][:size]


def matrices(works: list[dict[str, Any]], analyzer: Analyzer) -> Iterator[SearchRequest]:
    words = frequent(works, 40)
    yield wanted([*words[10:20]], [*words[20:40]], analyzer=analyzer, years=(2000, 2012))
    yield wanted([*words[0:1]], [*words[5:12]], [*words[12:30]], analyzer=analyzer)


def spread(folder: Path, works: list[dict[str, Any]], write: Any) -> None:
    """Half of the works in one partition, half in a newer one, and some in both."""
    half = len(works) // 2
    write(folder / "works", works[: half + 20], "2023-01-01", 0)
    write(folder / "works", works[half:], "2023-02-01", 1)


@BOTH
@pytest.mark.parametrize("review", ["Donners_2021", "Nelson_2002"])
def test_real_works_are_found_alike(review: str, analyzer: Analyzer, tmp_path: Path) -> None:
    works = works_of(review)
    spread(tmp_path / "gz", works, write_jsonl)
    spread(tmp_path / "parquet", works, write_parquet)
    indexed = [Indexed(work) for work in works]
    with OpenAlexServer(works) as server:
        for number, search in enumerate(matrices(works, analyzer)):
            folder = tmp_path / str(number)
            by_api = {r.ids["openalex"]: r for r in records(api(server.url, folder), search)}
            whole, low, high = expression(search.matrix), search.first_year or 0, search.last_year or 9999
            assert by_api.keys() == {
                one.number
                for one in indexed
                if matches(whole, [one.text("title"), one.text("abstract")], analyzer)
                and low <= (one.work["publication_year"] or -1) <= high
            }
            assert by_api
            assert ids(api(server.url, folder, "oql"), search) == by_api.keys()
            for kind in ("gz", "parquet"):
                by_file = {r.ids["openalex"]: r for r in records(snapshot(tmp_path, kind), search)}
                assert by_file.keys() == by_api.keys()
                assert {key: r.abstract for key, r in by_file.items()} == {key: r.abstract for key, r in by_api.items()}


VOCABULARY = """
    cluster clusters clustering knowledge transfer transfers of the skill's inter-cluster İ K naïve 集群
""".split()  # noqa: SIM905
some_text = st.lists(st.sampled_from(VOCABULARY), max_size=7).map(" ".join)
some_phrase = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join)
some_axis = st.lists(some_phrase, min_size=1, max_size=4, unique_by=str.casefold)


@BOTH
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    axes=st.lists(some_axis, min_size=1, max_size=3),
    texts=st.lists(st.tuples(some_text, some_text), min_size=1, max_size=12),
)
def test_made_works_are_found_alike(
    analyzer: Analyzer, axes: list[Any], texts: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    axes = [[phrase for phrase in axis if analyzer.pattern(phrase)] or ["cluster"] for axis in axes]
    folder = tmp_path_factory.mktemp("made")
    works = [made_work(i, title, abstract) for i, (title, abstract) in enumerate(texts, 1)]
    write_jsonl(folder / "snapshot/works", works, "2026-01-01")
    search = wanted(*axes, analyzer=analyzer)
    whole = expression(search.matrix)
    expected = {f"W{i}" for i, texts_ in enumerate(texts, 1) if matches(whole, texts_, analyzer)}
    with OpenAlexServer(works) as server:
        assert ids(api(server.url, folder), search) == expected
    assert ids(snapshot(folder), search) == expected


@pytest.fixture
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a local S3-compatible server."""
    server_module = pytest.importorskip("moto.server")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.mark.parametrize("write", [write_jsonl, write_parquet])
def test_works_in_an_object_store_are_found_alike(write: Any, object_store: str, tmp_path: Path) -> None:
    import s3fs

    bucket = write.__name__.replace("_", "-")
    works = [made_work(i, "Knowledge transfers" if i % 2 else "Other", "between clusters") for i in range(1, 60)]
    spread(tmp_path / "local", works, write)
    options = {"client_kwargs": {"endpoint_url": object_store}}
    store = s3fs.S3FileSystem(**options, skip_instance_cache=True)
    store.mkdir(bucket)
    store.put(str(tmp_path / "local" / "works"), f"{bucket}/data/works", recursive=True)
    search = wanted(["knowledge transfer"], ["cluster"])
    source = snapshot(tmp_path, f"s3://{bucket}", **options)
    assert (
        ids(source, search) == ids(snapshot(tmp_path / "x", "../local"), search) == {f"W{i}" for i in range(1, 60, 2)}
    )
    assert source.http.archive.exchanges("run")[-1].url.startswith(
        f"s3://{bucket}/data/works/updated_date=2023-01-01/part_"
    )


def test_an_inverted_text_keeps_its_words() -> None:
    assert inverted("a b a") == {"a": [0, 2], "b": [1]}
