"""Reads ``search_terms.yaml``: the axes of the matrix and the spelling variants.

An axis may take several forms (a list of phrases and blocks, or one block). A schema library says of a value that fits
none of them how it fails each; checked by hand, every problem is one sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from slr.config.advice import check_keys, check_repeats, nearest, wrong_type
from slr.config.document import Document, KeyPath, shortened
from slr.errors import QueryError
from slr.matrix.terms import Entry, check_phrase, expand

MAX_PHRASES = 20_000
"""Phrases on one axis: more is a slip (a part too many), and no platform could search them."""

MAX_SPELLINGS = 1_000
"""Spellings of one phrase: pieces multiply, and every one is searched."""

_KEYS = ("title", "axes", "variants")
_FORMS = "write a list of phrases, or combine: and its parts"


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """The matrix as written: each axis a sequence of phrases and blocks (part -> words), in the file's order.

    ``variants`` gives, for a spelling that occurs in phrases, its other spellings.
    """

    axes: Mapping[str, Sequence[Entry]]
    variants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    title: str | None = None


def read_terms(document: Document) -> SearchTerms | None:
    """The search terms of a document, or None after noting every problem in it."""
    top = document.value
    if not isinstance(top, dict):
        document.fault((), wrong_type("a block with the key axes:", top))
        return None
    check_keys(document, (), top, _KEYS)
    title = top.get("title")
    if title is not None and not isinstance(title, str):
        document.fault(("title",), wrong_type("text", title))
    terms = SearchTerms(_axes(document, top), _variants(document, top), title if isinstance(title, str) else None)
    if not document.problems:
        _check_expansion(document, terms)
    return None if document.problems else terms


def unused_variants(document: Document, terms: SearchTerms) -> list[str]:
    """A sentence for each variant that occurs in no phrase of any axis."""
    everything = "\n".join(text for axis in terms.axes.values() for entry in axis for text in _texts(entry))
    unused = [key for key in terms.variants if not _occurrences(key, everything)]
    place = f"{document.name}, line {{}}, variants.{{}}: occurs in no phrase (check its spelling, or delete it)"
    return [place.format(document.line(("variants", key)), key) for key in unused]


def _axes(document: Document, top: Mapping[str, object]) -> dict[str, Sequence[Entry]]:
    value = top.get("axes")
    if isinstance(value, dict) and value:
        return {name: _axis(document, ("axes", name), axis) for name, axis in value.items()}
    if "axes" not in top:
        if not any(problem.text.startswith("unknown key (write axes") for problem in document.problems):
            document.fault((), "axes is missing (write axes: and below it a name for each axis)")
    elif value == {}:
        document.fault(("axes",), "holds no axis (write a name, and below it a list of phrases)")
    else:
        document.fault(("axes",), wrong_type("a block with a name for each axis", value))
    return {}


def _axis(document: Document, path: KeyPath, value: object) -> tuple[Entry, ...]:
    if isinstance(value, dict):
        items: list[tuple[KeyPath, object]] = [(path, value)]
    elif isinstance(value, list):
        items = [((*path, position), item) for position, item in enumerate(value)]
    else:
        document.fault(path, wrong_type("a list of phrases or a combine: block", value))
        return ()
    if not items:
        document.fault(path, f"is an empty list ({_FORMS})")
    entries = [(where, entry) for where, item in items if (entry := _entry(document, where, item)) is not None]
    _check_phrases(document, path, entries)
    return tuple(entry for _, entry in entries)


def _entry(document: Document, path: KeyPath, value: object) -> Entry | None:
    if not isinstance(value, dict):
        return _phrase(document, path, value)
    if isinstance(path[-1], int) and _is_colon_slip(value):
        document.fault(
            path, "should be a phrase or a combine: block, is a block of keys (write the phrase without colon)"
        )
        return None
    if not value:
        document.fault(path, f"is an empty block ({_FORMS})")
    check_keys(document, path, value, ("combine",))
    return _block(document, (*path, "combine"), value["combine"]) if "combine" in value else None


def _is_colon_slip(value: Mapping[str, object]) -> bool:
    """A phrase with a colon and a blank in it reads as a key with a text."""
    return len(value) == 1 and all(isinstance(v, str) and not nearest(k, ["combine"]) for k, v in value.items())


def _block(document: Document, path: KeyPath, value: object) -> Entry | None:
    if not isinstance(value, dict):
        document.fault(path, wrong_type("a block with a list of words for each part", value))
        return None
    if not value:
        document.fault(path, "holds no part (write a name for each part, and its words as a list)")
        return None
    parts = {part: _words(document, (*path, part), words) for part, words in value.items()}
    return parts if all(parts.values()) else None


def _words(document: Document, path: KeyPath, value: object) -> tuple[str, ...]:
    """A list of phrases; problems are noted, and what is left is returned."""
    if not isinstance(value, list):
        document.fault(path, wrong_type("a list of words", value))
        return ()
    if not value:
        document.fault(path, "is an empty list (write at least one word)")
    check_repeats(document, (((*path, position), item) for position, item in enumerate(value)))
    words = [_phrase(document, (*path, position), item) for position, item in enumerate(value)]
    return tuple({word.casefold(): word for word in words if word is not None}.values())


def _phrase(document: Document, path: KeyPath, value: object) -> str | None:
    """A phrase with single blanks, or None after noting what is wrong with it."""
    if not isinstance(value, str):
        document.fault(path, wrong_type("a phrase", value))
    elif path in document.bare:
        document.fault(path, f'{value} without quotes is read as true or false by many programs (write "{value}")')
    elif problem := check_phrase(value):
        document.fault(path, _unsearchable(value, problem))
    else:
        return " ".join(value.split())
    return None


def _check_phrases(document: Document, path: KeyPath, entries: Sequence[tuple[KeyPath, Entry]]) -> None:
    """Note phrases that occur twice on an axis, a blend of parts that is no phrase, and an axis out of all measure."""
    count = sum(_size(entry) for _, entry in entries)
    if count > MAX_PHRASES:
        document.fault(path, f"makes {count:,} phrases, more than {MAX_PHRASES:,} (use fewer parts or words)")
        return
    texts = [(where, text) for where, entry in entries for text in _texts(entry)]
    check_repeats(document, texts)
    for where, text in texts:
        if problem := check_phrase(text):
            document.fault(where, _unsearchable(text, problem))


def _unsearchable(text: str, problem: str) -> str:
    return f'"{shortened(text)}": {problem[0].lower()}{problem[1:]}'


def _size(entry: Entry) -> int:
    return 1 if isinstance(entry, str) else math.prod(len(words) for words in entry.values())


def _texts(entry: Entry) -> Iterable[str]:
    return [entry] if isinstance(entry, str) else (" ".join(words) for words in product(*entry.values()))


def _variants(document: Document, top: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    value = top.get("variants")
    if value is None:
        return {}
    if not isinstance(value, dict):
        document.fault(("variants",), wrong_type("a block with a list of other spellings for each spelling", value))
        return {}
    owner: dict[str, KeyPath] = {key.casefold(): ("variants", key) for key in value}
    for key, spellings in value.items():
        if problem := check_phrase(key):
            document.fault(("variants", key), _unsearchable(key, problem))
        _check_spellings(document, key, spellings, owner)
    return {" ".join(key.split()): _words(document, ("variants", key), spellings) for key, spellings in value.items()}


def _check_spellings(document: Document, key: str, spellings: object, owner: dict[str, KeyPath]) -> None:
    """Note a spelling that is its own key, or that belongs to another key as well."""
    for position, spelling in enumerate(spellings if isinstance(spellings, list) else []):
        path = ("variants", key, position)
        other = owner.setdefault(spelling.casefold(), path[:-1]) if isinstance(spelling, str) else path[:-1]
        if isinstance(spelling, str) and spelling.casefold() == key.casefold():
            document.fault(path, f'"{shortened(spelling)}" is the spelling it is a variant of (delete it)')
        elif other != path[:-1]:
            where = f"variants.{other[1]} on line {document.line(other)}"
            document.fault(path, f'"{shortened(spelling)}" belongs to {where} too (keep all spellings under one key)')


def _check_expansion(document: Document, terms: SearchTerms) -> None:
    """What variants make of the phrases, and whatever else the builder of the matrix has to say."""
    for name, text in [(name, text) for name, axis in terms.axes.items() for entry in axis for text in _texts(entry)]:
        spellings = math.prod((1 + len(others)) ** _occurrences(key, text) for key, others in terms.variants.items())
        if spellings > MAX_SPELLINGS:
            problem = (
                f'"{shortened(text)}" has {spellings:,} spellings, more than {MAX_SPELLINGS:,} (use fewer variants)'
            )
            return document.fault(("axes", name), problem)
    try:
        expand(terms.axes, terms.variants, use_variants=True)
    except QueryError as error:
        document.fault(("axes",), str(error))
    return None


def _occurrences(key: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(key)}(?!\w)", text, flags=re.IGNORECASE))
