"""Every source by its name; a new source is its file and its line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from slr.errors import NotFound
from slr.http.client import Http
from slr.sources.base import Source, SourceInfo


def _openalex(settings: Any, http: Http, folder: Path) -> Source:
    from slr.sources.openalex import OpenAlex

    del folder
    return OpenAlex(settings, http)


def _snapshot(settings: Any, http: Http, folder: Path) -> Source:
    from slr.sources.snapshot import Snapshot

    return Snapshot(settings, http, folder)


SOURCES: dict[str, Callable[[Any, Http, Path], Source]] = {"openalex": _openalex, "snapshot": _snapshot}
"""Each opens its source from its section of ``config/review.yaml``, the HTTP client and the review folder."""


def names() -> tuple[str, ...]:
    """The names of all sources, as ``config/review.yaml`` has them."""
    return tuple(SOURCES)


def infos() -> tuple[SourceInfo, ...]:
    """What every source states of itself."""
    from slr.sources import openalex, snapshot

    return (openalex.INFO, snapshot.INFO)


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
    return SOURCES[name](settings, http, folder)
