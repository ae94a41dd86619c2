"""Sources opened for tests: their settings, an HTTP client that does not wait, and reading to the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slr.http.archive import Archive
from slr.http.client import Http
from slr.matrix.analysis import STEMMED, Analyzer
from slr.matrix.terms import Entry, expand
from slr.model import Page, Record
from slr.sources.base import SearchRequest, Source
from slr.sources.openalex import OpenAlex
from slr.sources.snapshot import Snapshot

KEY = "a-made-up-key-for-tests-0123456789"


@dataclass(frozen=True)
class ApiSettings:
    base_url: str
    corpus: str = "core"
    transport: str = "filter"


@dataclass(frozen=True)
class FileSettings:
    path: str = "snapshot"
    options: Mapping[str, object] = field(default_factory=dict)


def client(folder: Path, run_id: str = "run", key: str | None = None, offline: bool = False) -> Http:
    """A client with an archive under ``folder`` that never sleeps."""
    environ = {"OPENALEX_API_KEY": key} if key else {}
    return Http(Archive(folder / "archive"), run_id=run_id, environ=environ, sleep=lambda _: None, offline=offline)


def api(url: str, folder: Path, transport: str = "filter", corpus: str = "core", key: str | None = None) -> OpenAlex:
    return OpenAlex(ApiSettings(url, corpus, transport), client(folder, key=key))


def snapshot(folder: Path, path: str = "snapshot", **options: object) -> Snapshot:
    return Snapshot(FileSettings(path, options), client(folder), folder)


def wanted(
    *axes: list[Entry], analyzer: Analyzer = STEMMED, years: tuple[int | None, int | None] = (None, None)
) -> SearchRequest:
    """The search for a matrix of these lists."""
    matrix = expand({f"axis {i}": axis for i, axis in enumerate(axes)}, {}, False)
    return SearchRequest(matrix, analyzer, *years)


def pages(source: Source, search: SearchRequest) -> Iterator[Page]:
    """Every page of every query, in order."""
    for query in source.plan(search).queries:
        cursor: str | None = None
        while (page := source.page(query, cursor)).next_cursor is not None:
            yield page
            cursor = page.next_cursor
        yield page


def records(source: Source, search: SearchRequest) -> list[Record]:
    return [record for page in pages(source, search) for record in page.records]


def ids(source: Source, search: SearchRequest) -> set[str]:
    """OpenAlex's own ids (``W…``) of what is found: the same from the API and from files."""
    return {record.ids["openalex"] for record in records(source, search)}
