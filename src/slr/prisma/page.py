"""``prisma.html``: the diagram in one file that needs nothing beside it; each number opens the list that it counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any
from urllib.parse import quote

from slr.prisma.boxes import BOXES, BY_KEY
from slr.prisma.content import LABELS
from slr.prisma.lettering import clean
from slr.prisma.listing import Entry, Why, describe, why
from slr.prisma.numbers import Numbers
from slr.prisma.state import State
from slr.review import Review

ALIAS = {
    "database_specific_results": "database_results",
    "register_specific_results": "register_results",
    "automatic_by_rule": "excluded_automatic",
}
"""Numbers that are parts of another box: that box's list holds their ids."""
_SPLIT = {
    "database_results": "database_specific_results",
    "register_results": "register_specific_results",
    "excluded_automatic": "automatic_by_rule",
    "dbr_excluded": "dbr_excluded",
    "other_excluded": "other_excluded",
}


def page(review: Review, state: State, numbers: Numbers, lists: Mapping[str, Sequence[str]], svg: str) -> str:
    """The page as HTML: the drawing, a table of all numbers, and every list as data in it.

    ``lists`` are the ids behind each box (``boxes.lists``). What sources wrote stands in the page as text only, and
    addresses are opened only if they are web addresses.
    """
    filled = {
        "title": escape(clean(review.config.title)),
        # A picture hides what is in it from readers who listen; a group lets them reach the numbers.
        "svg": svg.replace('role="img"', 'role="group"', 1),
        "numbers": "\n".join(_numbers(numbers)),
        "data": _in_script(_data(review, state, lists)),
    }
    parts = resources.files("slr.prisma").joinpath("page.html").read_text("utf-8").split("{{")
    return parts[0] + "".join(filled[name] + rest for name, _, rest in (part.partition("}}") for part in parts[1:]))


def _in_script(document: object) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _numbers(numbers: Numbers) -> Iterator[str]:
    """A row for each box that applies, and one for each part of it, each number a link to its list."""
    for box in BOXES:
        if getattr(numbers, box.key) is None:
            continue
        yield _row(box.key, numbers.count(box.key), f"{LABELS[box.key]} <span class=id>{escape(box.rule)}</span>")
        for part, n in (getattr(numbers, _SPLIT[box.key]) if box.key in _SPLIT else {}).items():
            yield _row(f"{box.key}/{clean(part)}", n, escape(clean(part)), ' class="part"')


def _row(target: str, n: int, told: str, style: str = "") -> str:
    return f'<tr><td class="n"><a href="#{quote(target, safe="")}">{n:,}</a></td><td{style}>{told}</td></tr>'


def _data(review: Review, state: State, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Every list: what an id is stands once in ``things``, and each text once in ``words``; the lists hold numbers."""
    told = describe(review, state, list(dict.fromkeys(one for found in lists.values() for one in found)))
    place = {one: n for n, one in enumerate(told)}
    words: dict[str | None, int] = {}
    boxes = {key: _listed(state, key, found, place, words) for key, found in lists.items()}
    things = [_thing(entry) for entry in told.values()]
    return {"things": things, "boxes": boxes, "words": list(words), "alias": ALIAS}


def _listed(
    state: State, key: str, found: Sequence[str], place: Mapping[str, int], words: dict[str | None, int]
) -> dict[str, Any]:
    because = [why(state, key, one) for one in found]

    def numbered(texts: Callable[[Why], str | None]) -> list[int]:
        return [words.setdefault(texts(one), len(words)) for one in because]

    return {
        "label": LABELS[key],
        "rule": BY_KEY[key].rule,
        "ids": [place[one] for one in found],
        "reasons": numbered(lambda one: one.reason),
        "who": numbered(lambda one: one.decided_by),
        "parts": numbered(lambda one: None if one.part is None else clean(one.part)) if key in _SPLIT else None,
    }


def _thing(entry: Entry) -> list[Any]:
    return [entry.id, entry.title, entry.authors, entry.year, entry.venue, entry.doi, entry.url, entry.source]
