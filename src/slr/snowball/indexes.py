"""Which indexes citation searching asks: those named, or every enabled source that knows citations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from slr.config import Sources
from slr.errors import UserError
from slr.http.client import Http
from slr.review import Review
from slr.sources.base import Direction, Index, SourceInfo
from slr.sources.registry import infos, open_source

DIRECTIONS: tuple[Direction, ...] = ("backward", "forward")
SUFFIX = " citations"
"""What the name of an index gets where it is used for citation searching: "openalex citations"."""


def chosen(review: Review, names: Sequence[str], directions: Sequence[Direction] = DIRECTIONS) -> tuple[str, ...]:
    """The indexes to ask, in the order of the registry. Raises UserError for a name that is none, or if there is none.

    An index may be named without being enabled: that switches the search of the matrix, which some do not know.
    """
    known = indexes()
    if strange := [name for name in names if name not in known]:
        raise UserError(f"'{strange[0]}' is no citation index: give --index one or more of {', '.join(known)}")
    wanted = names or review.enabled_sources()
    found = tuple(name for name in known if name in wanted and any(tells(name, way) for way in directions))
    if not found:
        raise UserError(
            f"no enabled source knows citations ({' and '.join(directions)}): name one with --index "
            f"({', '.join(known)}), or set sources.openalex.enabled: true in config/review.yaml"
        )
    return found


@cache
def indexes() -> dict[str, SourceInfo]:
    """name → what it states, of every source that knows citations."""
    return {info.name: info for info in infos() if info.references or info.citations}


def tells(name: str, direction: str) -> bool:
    """Whether an index knows this direction."""
    info = indexes()[name]
    return info.references if direction == "backward" else info.citations


def open_index(review: Review, name: str, http: Http) -> Index:
    """An index with its settings of ``config/review.yaml``, or its defaults where the file has none."""
    settings: Any = getattr(review.config.sources, name)
    if settings is None:
        settings = getattr(Sources.model_validate({name: {}}), name)
    return cast(Index, open_source(name, settings, http, review.folder))
