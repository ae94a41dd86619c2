"""Reading a search whose hits are more than a platform hands out: part by part, each below the platform's limit.

A cursor is ``<path>:<page>``: the path names a part (``matrix.parts``), so it can be gone on at, or replayed, with
nothing but the query. A part is known to be too large by its own first page; that page is put aside (the archive keeps
it) and the part is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slr.http.messages import Reply
from slr.matrix.parts import Part, after, at, cut


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of hits as received: ``total`` is how many the part has by the platform's count."""

    reply: Reply
    entries: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A page with where reading goes on (None: nowhere), the total of the whole query where this page states it, and a
    sentence for hits that cannot be reached."""

    listed: Listed
    next_cursor: str | None
    total: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a platform lets one read: ``hits`` of a query, ``page`` at a time; ``title`` is how it is named."""

    title: str
    hits: int
    page: int


def read_on(whole: Part, cursor: str | None, reach: Reach, ask: Callable[[Part, int], Listed]) -> Turn:
    """The page at ``cursor``; ``ask`` gets the page of a part by its number (from 1)."""
    path, _, number = (cursor or ":1").partition(":")
    listed = ask(at(whole, path), int(number))
    total = listed.total if cursor is None else None
    while number == "1" and listed.total > reach.hits and cut(at(whole, path)):
        path += "0"
        listed = ask(at(whole, path), 1)
    received = int(number) * reach.page
    if received < min(listed.total, reach.hits) and listed.entries:
        return Turn(listed, f"{path}:{int(number) + 1}", total, ())
    following = after(whole, path)
    return Turn(listed, None if following is None else f"{following}:1", total, _beyond(listed, reach, at(whole, path)))


def pending_note(title: str, hits: int) -> str:
    """The plan's sentence on a platform that is read in parts."""
    return (
        f"{title} hands out at most {hits:,} hits of a query: where there are more, the query is cut at search time, "
        "by year and then by phrases, into parts below that whose union is the same."
    )


def _beyond(listed: Listed, reach: Reach, part: Part) -> tuple[str, ...]:
    if listed.total <= reach.hits:
        return ()
    cell = " and ".join(" or ".join(repr(phrase.text) for phrase in side.parts) for side in part.expr.parts)
    when = "without a year" if part.undated else f"of {part.years[0]}" if part.years else "of all years"
    return (
        f"{reach.title} states {listed.total:,} hits {when} for {cell} and hands out only {reach.hits:,} of them: "
        f"{listed.total - reach.hits:,} could not be read; add a narrower phrase in place of these.",
    )
