"""Records in columns, made when first asked for: what the evidence on millions of pairs is read from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slr.dedup.sides import Side
from slr.dedup.titles import is_generic, is_long, is_short

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Columns:
    """Sides in columns: equal numbers in a column stand for equal values, -1 for unknown."""

    sides: Sequence[Side]

    def codes(self, value: Callable[[Side], Hashable]) -> Ints:
        """Numbers of the values of a field: equal for equal ones, -1 for None and the empty text."""
        known: dict[Hashable, int] = {None: -1, "": -1}
        found = (known.setdefault(value(side), len(known)) for side in self.sides)
        return np.fromiter(found, np.int64, len(self.sides))

    def flags(self, test: Callable[[Side], bool]) -> Bools:
        """Where the test holds."""
        return np.fromiter(map(test, self.sides), np.bool_, len(self.sides))

    def texts(self, value: Callable[[Side], str]) -> Texts:
        """The texts of a field, to be taken by index."""
        made = np.empty(len(self.sides), dtype=object)
        made[:] = [value(side) for side in self.sides]
        return made

    @cached_property
    def description(self) -> Ints:
        """Equal for records that differ in nothing but the id."""
        return self.codes(lambda s: s.description)

    @cached_property
    def doi(self) -> Ints:
        """DOIs."""
        return self.codes(lambda s: s.doi)

    @cached_property
    def title(self) -> Ints:
        """Titles without blanks."""
        return self.codes(lambda s: s.title.replace(" ", ""))

    @cached_property
    def letters(self) -> Texts:
        """Titles without blanks, as texts."""
        return self.texts(lambda s: s.title.replace(" ", ""))

    @cached_property
    def length(self) -> Ints:
        """Letters of the titles."""
        return np.fromiter(map(len, self.letters), np.int64, len(self.sides))

    @cached_property
    def short(self) -> Bools:
        """Titles that say too little."""
        return self.flags(lambda s: is_short(s.title))

    @cached_property
    def long(self) -> Bools:
        """Titles that hardly two publications share."""
        return self.flags(lambda s: is_long(s.title))

    @cached_property
    def generic(self) -> Bools:
        """Titles that head many publications."""
        return self.flags(lambda s: is_generic(s.title))

    @cached_property
    def numbers(self) -> Ints:
        """Digits of the titles."""
        return self.codes(lambda s: s.numbers)

    @cached_property
    def mark(self) -> Ints:
        """Kinds of notice."""
        return self.codes(lambda s: s.mark)

    @cached_property
    def year(self) -> Ints:
        """Years, -1 for unknown."""
        return np.fromiter((-1 if s.year is None else s.year for s in self.sides), np.int64, len(self.sides))

    @cached_property
    def first(self) -> Ints:
        """First authors."""
        return self.codes(lambda s: s.first)

    @cached_property
    def first_words(self) -> Texts:
        """First authors, as texts."""
        return self.texts(lambda s: s.first)

    @cached_property
    def names(self) -> Texts:
        """Lists of authors, as texts."""
        return self.texts(lambda s: s.names)

    @cached_property
    def team(self) -> Ints:
        """Lists of authors."""
        return self.codes(lambda s: s.names)

    @cached_property
    def several(self) -> Bools:
        """Records of two authors or more."""
        return self.flags(lambda s: s.authors > 1)

    @cached_property
    def kind(self) -> Ints:
        """Kinds."""
        return self.codes(lambda s: s.kind)

    @cached_property
    def conference(self) -> Bools:
        """Records in proceedings."""
        return self.flags(lambda s: s.kind == "conference")

    @cached_property
    def venue(self) -> Ints:
        """Journals."""
        return self.codes(lambda s: s.venue)

    @cached_property
    def volume(self) -> Ints:
        """Volumes."""
        return self.codes(lambda s: s.volume)

    @cached_property
    def year_as_volume(self) -> Bools:
        """Records whose volume is their year."""
        return self.flags(lambda s: s.volume == str(s.year))

    @cached_property
    def issue(self) -> Ints:
        """Issues."""
        return self.codes(lambda s: s.issue)

    @cached_property
    def page(self) -> Ints:
        """First pages."""
        return self.codes(lambda s: s.page)

    @cached_property
    def last(self) -> Ints:
        """Last pages."""
        return self.codes(lambda s: s.last)

    @cached_property
    def ranged(self) -> Bools:
        """Records of more than one page."""
        return self.flags(lambda s: s.last is not None and s.page != s.last)

    @cached_property
    def has_ids(self) -> Bools:
        """Records with an identifier of an index."""
        return self.flags(lambda s: bool(s.ids))
