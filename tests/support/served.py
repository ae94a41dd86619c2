"""Every registered source opened over the same works, each from a real local server (or files) of its own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slr.sources.base import Source
from slr.sources.registry import open_source
from tests.support.arxiv_server import ArxivServer
from tests.support.core_server import CoreServer
from tests.support.crossref_server import CrossrefServer
from tests.support.doaj_server import DoajServer
from tests.support.econbiz_server import EconBizServer
from tests.support.europepmc_server import EuropePmcServer
from tests.support.http_server import App, serving
from tests.support.openaire_server import OpenAireServer
from tests.support.openalex_server import OpenAlexServer
from tests.support.opencitations_server import OpenCitationsServer
from tests.support.opened import Settings
from tests.support.semanticscholar_server import S2
from tests.support.sources import ApiSettings, FileSettings, client
from tests.support.works import made_work, write_jsonl

Works = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class AtAddress:
    """The settings of a source that needs an address only."""

    base_url: str


@contextmanager
def _openalex(works: Works, folder: Path) -> Iterator[Any]:
    with OpenAlexServer([*works, made_work(2741809807, "Any")]) as server:
        yield ApiSettings(server.url)


@contextmanager
def _snapshot(works: Works, folder: Path) -> Iterator[Any]:
    write_jsonl(folder / "snapshot/works", works, "2026-01-01")
    yield FileSettings()


@contextmanager
def _crossref(works: Works, folder: Path) -> Iterator[Any]:
    """With the ranked search that only a user who asks for it gets: without it there is nothing to search."""
    with serving(CrossrefServer(works)) as url:
        yield Settings(url, ranked=True)


def _service(app: Callable[[Works], App]) -> Callable[[Works, Path], AbstractContextManager[Any]]:
    @contextmanager
    def served(works: Works, folder: Path) -> Iterator[Any]:
        with serving(app(works)) as url:
            yield AtAddress(url)

    return served


SERVED: dict[str, Callable[[Works, Path], AbstractContextManager[Any]]] = {
    "openalex": _openalex,
    "snapshot": _snapshot,
    "semanticscholar": _service(S2),
    "europepmc": _service(EuropePmcServer),
    "doaj": _service(DoajServer),
    "core": _service(CoreServer),
    "arxiv": _service(ArxivServer),
    "econbiz": _service(EconBizServer),
    "openaire": _service(OpenAireServer),
    "crossref": _crossref,
    "opencitations": _service(OpenCitationsServer),
}
"""name of a source → its settings, from works in OpenAlex's form and a folder; a new source is its line here."""


@contextmanager
def opened(name: str, works: Works, folder: Path) -> Iterator[Source]:
    with SERVED[name](works, folder) as settings:
        yield open_source(name, settings, client(folder), folder)
