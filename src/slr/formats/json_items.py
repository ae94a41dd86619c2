"""The objects of a JSON list, or of a list somewhere in a JSON document, one by one: damage loses only its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Item = Mapping[str, Any]
START = re.compile(r"\s*[\[{]")
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")
_LIST = re.compile(r'"[^"\n]{1,80}"\s*:\s*\[\s*(?=\{)')


def items(text: str, is_record: Callable[[Item], bool]) -> Iterator[tuple[int, Item | None]]:
    """(line, item) of each object that is a record; None for what cannot be read, once for each stretch of it.

    An object that is no record is stepped into: services wrap their list in one, or in several.
    """
    first, damaged = text.find("{"), False
    decoder, at, line, counted = json.JSONDecoder(), first, 1, 0
    while 0 <= at < len(text):
        line, counted = line + text.count("\n", counted, at), at
        item, end = _decoded(decoder, text, at)
        if item is None and at == first and (inside := _LIST.search(text, at)):
            end = inside.end()  # a document that is cut off: what is in its list can be read
        elif item is None:
            if not damaged:
                yield line, None
            damaged = True
        elif is_record(item):
            yield line, item
            damaged = False
        else:
            end = at + 1
        at = text.find("{", end)


def _decoded(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Item | None, int]:
    """The object that begins here and where it ends; None, and where the next may begin, if it is damaged."""
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        after = _NEXT.search(text, at + 1)
        return None, after.end() if after else len(text)
