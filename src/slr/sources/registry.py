"""Every source by its name; a new source is its file and its line here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from slr.errors import NotFound
from slr.http.client import Http
from slr.sources.base import Source, SourceInfo

SOURCES: dict[str, str] = {
    "openalex": "OpenAlex",
    "snapshot": "Snapshot",
    "semanticscholar": "SemanticScholar",
    "europepmc": "EuropePmc",
    "doaj": "Doaj",
    "core": "Core",
    "arxiv": "Arxiv",
    "econbiz": "EconBiz",
    "openaire": "OpenAire",
    "crossref": "Crossref",
    "opencitations": "OpenCitations",
}
"""name → class: the class stands in ``slr.sources.<name>``, beside ``INFO``, what the source states of itself.

It is opened with its section of ``config/review.yaml`` and the HTTP client; ``snapshot`` takes the review folder too.
"""


def names() -> tuple[str, ...]:
    """The names of all sources, as ``config/review.yaml`` has them."""
    return tuple(SOURCES)


def infos() -> tuple[SourceInfo, ...]:
    """What every source states of itself."""
    return tuple(_module(name).INFO for name in SOURCES)


def title_of(name: str) -> str:
    """How a source is named to people: an API by its title, a database searched by hand as it was imported."""
    titles = {info.name: info.title for info in infos()}
    first, _, rest = name.partition(" ")
    return " ".join(filter(None, (titles.get(first, first), rest)))


def open_source(name: str, settings: Any, http: Http, folder: Path) -> Source:
    """The source of that name; its module is imported now, not before.

    ``settings`` is its section of ``config/review.yaml`` (the source's module states what it reads of it), ``folder``
    the review's. Raises NotFound, naming the sources there are.
    """
    if name not in SOURCES:
        raise NotFound(f"there is no source {name!r}: write one of {', '.join(SOURCES)}")
    opened = getattr(_module(name), SOURCES[name])
    source: Source = opened(settings, http, folder) if name == "snapshot" else opened(settings, http)
    return source


def _module(name: str) -> Any:
    return import_module(f"slr.sources.{name}")
