"""Candidate pairs: records that share a key, in time near linear in the number of records.

Within a key's block the records stand in the order of their titles, and each is compared with the next few only: all
pairs would be quadratically many where a journal's DOI stands on each of its articles, or 5,000 records are called
"Editorial". Pairs that one key's window would pass by are brought together by another key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from slr.dedup.columns import Bools, Columns, Ints
from slr.dedup.sides import Side
from slr.dedup.titles import GENERIC

Keys = Callable[[Side], Iterable[Hashable]]
PREFIX, SHORT_PREFIX = 14, 8
"""Letters at the beginning and the end of a title that make a key; the shorter ones with the year."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one sort of ``keys``; a record is compared with the ``window`` next ones of each block it is in."""

    name: str
    keys: Keys
    window: int


def _letters(one: Side) -> str:
    return one.title.replace(" ", "")


def _title(one: Side) -> Iterator[Hashable]:
    if one.title:
        yield _letters(one)


def _main_title(one: Side) -> Iterator[Hashable]:
    if one.title:
        yield (one.parts[0] if one.parts else one.title).replace(" ", "")


def _ends(one: Side) -> Iterator[Hashable]:
    """The beginning of a title, and fewer letters of it and the ending with the year, as many titles share them."""
    if one.title:
        letters = _letters(one)
        yield letters[:PREFIX]
        yield letters[:SHORT_PREFIX], one.year
        yield one.year, letters[-PREFIX:]


def _words(one: Side) -> Iterator[Hashable]:
    """Pairs of the longest words of a title, which are its rarest more often than not."""
    words = sorted({w for w in one.title.split() if len(w) > 3}, key=lambda w: (-len(w), w))[:3]
    return combinations(words, 2)


def _telling(one: Side) -> Iterator[Hashable]:
    """The words of a title in whatever order, without those that head many."""
    words = {word.rstrip("s") for word in one.title.split() if word not in GENERIC and len(word) > 1}
    if words:
        yield " ".join(sorted(words))


def _place(one: Side) -> Iterator[Hashable]:
    if one.volume and one.page:
        yield one.volume, one.page, one.year


def _pages(one: Side) -> Iterator[Hashable]:
    if one.last and one.page:
        yield one.page, one.last, one.year


def _authors(one: Side) -> Iterator[Hashable]:
    """The first author's family name, and the last word of the last author's name, with the year."""
    if one.first and one.year:
        yield one.family, one.year
        yield one.names.rsplit(" ", 1)[-1], one.year


def _untitled(one: Side) -> Iterator[Hashable]:
    if not one.title and one.volume:
        yield one.volume, one.issue, one.year


KEYS = (
    Blocks("doi", lambda s: [s.doi] if s.doi else (), 30),
    Blocks("identifiers", lambda s: s.ids, 30),
    Blocks("title", _title, 30),
    Blocks("main title", _main_title, 12),
    Blocks("beginning and ending", _ends, 12),
    Blocks("longest words", _words, 12),
    Blocks("telling words", _telling, 12),
    Blocks("place", _place, 12),
    Blocks("pages", _pages, 12),
    Blocks("authors and year", _authors, 12),
    Blocks("untitled", _untitled, 12),
)


def candidates(columns: Columns, new: Bools | None = None, keys: Sequence[Blocks] = KEYS) -> tuple[Ints, Ints]:
    """Indexes (i < j) of the pairs to compare, each once, ascending; with ``new`` only pairs of which one is new."""
    size = np.int64(max(len(columns.sides), 1))
    found = [np.empty(0, np.int64)]
    for blocks in keys:
        i, j = _pairs(*_codes(columns.sides, blocks.keys), blocks.window, new)
        found.append(np.minimum(i, j) * size + np.maximum(i, j))
    pairs = np.unique(np.concatenate(found))
    return pairs // size, pairs % size


def _codes(sides: Sequence[Side], keys: Keys) -> tuple[Ints, Ints]:
    """The records that have keys, in their order, and a number for each key: equal for equal ones."""
    known: dict[Hashable, int] = {}
    records, codes = [], []
    for k, one in enumerate(sides):
        for key in keys(one):
            records.append(k)
            codes.append(known.setdefault(key, len(known)))
    return np.array(records, np.int64), np.array(codes, np.int64)


def _pairs(records: Ints, codes: Ints, window: int, new: Bools | None) -> tuple[Ints, Ints]:
    """Records of equal codes at most ``window`` apart; the records' own order is the order within a block."""
    order = np.argsort(codes, kind="stable")
    of, record = codes[order], records[order]
    one, other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, window + 1):
        alike = np.flatnonzero(of[:-step] == of[step:])
        i, j = record[alike], record[alike + step]
        chosen = i != j if new is None else (new[i] | new[j]) & (i != j)
        one.append(i[chosen])
        other.append(j[chosen])
    return np.concatenate(one), np.concatenate(other)
