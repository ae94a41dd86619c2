"""What speaks for and against pairs of records being one publication, in columns: one entry a pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import token_set_ratio

from slr.dedup.columns import Bools, Columns, Floats, Ints, Texts
from slr.dedup.people import same_people, whole_team
from slr.dedup.sides import Side
from slr.dedup.state import OTHER, SAME, TURNED, UNKNOWN, State
from slr.dedup.titles import adds, holds, same_words, subtitled
from slr.dedup.venues import same_journal

AUTHOR_AGREES = 85.0
"""From this token_set_ratio (0-100) on the words of two first authors' names are one name."""
TEAM_AGREES = 70.0
"""From this token_set_ratio (0-100) on two lists are of the same authors, though one may be cut short."""
TITLE_WORDS = 80.0
"""From this ratio of letters (0-100) on titles are looked at word by word."""
COVERED = 96.0
"""So much (0-100) of the shorter title has to stand in the longer one, in its order, for a look at their words."""
PLAUSIBLE = 75.0
"""Below this title score (0-100) pairs that share no identifier and no page are not looked at."""
LONGEST_ARTICLE = 60
"""A first page this far (pages) into another record's range is no slip but another article."""
WORKERS = 2


@dataclass(frozen=True)
class Evidence:
    """Pairs ``(columns.sides[i[k]], columns.sides[j[k]])``, and per pair what the rules ask; made when asked for."""

    columns: Columns
    i: Ints
    j: Ints

    def where(self, chosen: Bools) -> Evidence:
        """The chosen pairs."""
        return Evidence(self.columns, self.i[chosen], self.j[chosen])

    def __len__(self) -> int:
        return len(self.i)

    @cached_property
    def plausible(self) -> Bools:
        """Pairs that a rule could call duplicates or doubtful: the others need no closer look."""
        shared = self.doi.same | self.shared_id | (self._codes(self.columns.page) == SAME)
        return np.asarray((self.title >= PLAUSIBLE) | self._covered | ~self.titled | shared, np.bool_)

    # ---- identifiers

    @cached_property
    def doi(self) -> State:
        """The DOIs."""
        return State(self._codes(self.columns.doi))

    @cached_property
    def shared_id(self) -> Bools:
        """Both carry one identifier of one index."""
        both = self._both(self.columns.has_ids)
        return self._asked(both, lambda a, b: not set(a.ids).isdisjoint(b.ids), np.zeros(len(self), np.bool_))

    # ---- titles

    @cached_property
    def titled(self) -> Bools:
        """Both have a title."""
        return self._both(self.columns.length > 0)

    @cached_property
    def short(self) -> Bools:
        """A title says too little to tell a publication by."""
        return self._either(self.columns.short)

    @cached_property
    def long(self) -> Bools:
        """Both titles are ones that hardly two publications of a year share."""
        return self._both(self.columns.long)

    @cached_property
    def generic(self) -> Bools:
        """A title heads many publications."""
        return self._either(self.columns.generic)

    @cached_property
    def title(self) -> Floats:
        """The ratio of letters (normalized Indel similarity, 0-100) of the titles without blanks; 0 without a title."""
        equal = self._codes(self.columns.title) == SAME
        scores = np.where(equal, 100.0, 0.0).astype(np.float32)
        asked = ~equal & self.titled
        scores[asked] = 100 * self._scored(self.columns.letters, asked, Indel.normalized_similarity)
        return scores

    @cached_property
    def same_title(self) -> Bools:
        """The titles are equal letter by letter."""
        return np.asarray(self.title == 100, np.bool_)

    @cached_property
    def same_words(self) -> Bools:
        """The titles are equal but for blanks, misspellings, plurals and function words."""
        close = (self.title >= TITLE_WORDS) & ~self.same_title
        return self._asked(close, same_words, self.same_title.copy())

    @cached_property
    def held(self) -> Bools:
        """One title holds the words of the other: a subtitle or a label ("Invited article") stands in one only."""
        maybe = (self._covered | (self.title >= TITLE_WORDS)) & ~self.same_words
        return self._asked(maybe, holds, np.zeros(len(self), np.bool_))

    @cached_property
    def _covered(self) -> Bools:
        """Nearly all letters of the shorter title stand in the longer one, in their order."""
        a, b = self.columns.length[self.i], self.columns.length[self.j]
        most = 200 * np.minimum(a, b) / np.maximum(a + b, 1)
        return self.titled & np.asarray(self.title >= most * COVERED / 100, np.bool_)

    @cached_property
    def subtitled(self) -> Bools:
        """The longer title is the shorter one with a subtitle or a label, and these name no other version."""
        return self._asked(self.held, subtitled, np.zeros(len(self), np.bool_))

    @cached_property
    def extended(self) -> Bools:
        """The longer title is the shorter one with a few words more, and these name no other version."""
        return self._asked(self.held & (self.title >= TITLE_WORDS), adds, np.zeros(len(self), np.bool_))

    @cached_property
    def numbers(self) -> State:
        """The digits in the titles."""
        return State(self._codes(self.columns.numbers))

    @cached_property
    def other_mark(self) -> Bools:
        """The titles mark one as a notice, reply or comment, the other not or as another kind."""
        return self.titled & np.asarray(self.columns.mark[self.i] != self.columns.mark[self.j], np.bool_)

    @cached_property
    def marked(self) -> Bools:
        """A title is that of a notice, reply or comment: there may be several on one publication."""
        return self._either(self.columns.mark >= 0)

    # ---- authors

    @cached_property
    def author(self) -> State:
        """The first authors; turned where most authors are in both lists."""
        codes = self._codes(self.columns.first)
        asked = codes == OTHER
        codes[asked] = self._scored(self.columns.first_words, asked, token_set_ratio) >= AUTHOR_AGREES
        return State(self._asked(codes == OTHER, same_people, codes))

    @cached_property
    def team(self) -> State:
        """The lists of authors, of which one may be cut short."""
        codes = self._codes(self.columns.team)
        asked = codes == OTHER
        codes[asked] = self._scored(self.columns.names, asked, token_set_ratio) >= TEAM_AGREES
        return State(codes)

    @cached_property
    def whole_team(self) -> Bools:
        """The authors are the same, in whatever order; where the first ones agree, one list may be cut short."""
        return self._asked(self.author.turned, whole_team, self.author.same & self.team.same)

    @cached_property
    def several(self) -> Bools:
        """Both name two authors or more."""
        return self._both(self.columns.several)

    # ---- where and when

    @cached_property
    def _gap(self) -> Ints:
        a, b = self.columns.year[self.i], self.columns.year[self.j]
        return np.where((a < 0) | (b < 0), -1, np.abs(a - b))

    @cached_property
    def same_year(self) -> Bools:
        """The years are the same."""
        return self.years_apart(0, 0)

    @cached_property
    def undated(self) -> Bools:
        """A year is unknown."""
        return np.asarray(self._gap < 0, np.bool_)

    def years_apart(self, least: int, most: int) -> Bools:
        """Both years are known, and lie ``least`` to ``most`` years apart."""
        return np.asarray((self._gap >= least) & (self._gap <= most), np.bool_)

    @cached_property
    def kind(self) -> State:
        """The kinds of publication."""
        return State(self._codes(self.columns.kind))

    @cached_property
    def proceedings(self) -> Bools:
        """Both stand in the proceedings of a conference, which have no columns that come again."""
        return self._both(self.columns.conference)

    @cached_property
    def venue(self) -> State:
        """The journals; unknown also where one name could be a longer form of the other."""
        codes = self._codes(self.columns.venue)
        known: dict[tuple[str, str], int] = {}
        sides = self.columns.sides
        for k in np.flatnonzero(codes == OTHER).tolist():
            pair = sides[self.i[k]].venue, sides[self.j[k]].venue
            if (found := known.get(pair)) is None:
                found = known[pair] = same_journal(*pair)
            codes[k] = found
        return State(codes)

    @cached_property
    def volume(self) -> State:
        """The volumes; a year in a volume's place tells none beside another volume."""
        codes = self._codes(self.columns.volume)
        filled = self.columns.year_as_volume
        codes[(codes == OTHER) & (filled[self.i] != filled[self.j])] = UNKNOWN
        return State(codes)

    @cached_property
    def one_volume(self) -> Bools:
        """One states a volume, the other none."""
        none = (self.columns.volume < 0) | self.columns.year_as_volume
        return np.asarray(none[self.i] != none[self.j], np.bool_)

    @cached_property
    def issue(self) -> State:
        """The issues."""
        return State(self._codes(self.columns.issue))

    @cached_property
    def no_issues(self) -> Bools:
        """Neither states an issue."""
        return self._both(self.columns.issue < 0)

    @cached_property
    def page(self) -> State:
        """The first pages; ranges that end alike agree, and a page within the other's range does not differ."""
        codes = self._codes(self.columns.page)
        codes[(codes == OTHER) & (self._codes(self.columns.last) == SAME)] = SAME
        return State(self._asked(codes == OTHER, _pages, codes))

    @cached_property
    def span(self) -> Bools:
        """Same first and last page, and more than one page: no two publications fill the same pages of a volume."""
        first, last = self._codes(self.columns.page) == SAME, self._codes(self.columns.last) == SAME
        return np.asarray(first & last & self._both(self.columns.ranged), np.bool_)

    @cached_property
    def place(self) -> Bools:
        """Same volume and same first page; or without a volume the same pages of a year, and not of two journals."""
        pages = self.span & self.volume.unknown & self.same_year & ~self.venue.other
        return (self.page.same & self.volume.same) | pages

    # ---- how the columns are made

    def _codes(self, values: Ints) -> NDArray[np.int8]:
        a, b = values[self.i], values[self.j]
        return np.where((a < 0) | (b < 0), UNKNOWN, np.where(a == b, SAME, OTHER)).astype(np.int8)

    def _either(self, flags: Bools) -> Bools:
        return flags[self.i] | flags[self.j]

    def _both(self, flags: Bools) -> Bools:
        return flags[self.i] & flags[self.j]

    def _scored(self, texts: Texts, chosen: Bools, scorer: Callable[..., float]) -> Floats:
        a, b = texts[self.i[chosen]].tolist(), texts[self.j[chosen]].tolist()
        if not a:
            return np.empty(0, np.float32)
        return process.cpdist(a, b, scorer=scorer, workers=WORKERS, dtype=np.float32)

    def _asked(self, chosen: Bools, test: Callable[[Side, Side], object], start: NDArray[Any]) -> NDArray[Any]:
        """``start`` with the answers of ``test`` where ``chosen``: for what no batch function tells, on few pairs."""
        sides = self.columns.sides
        for k in np.flatnonzero(chosen).tolist():
            start[k] = test(sides[self.i[k]], sides[self.j[k]])
        return start


def _pages(a: Side, b: Side) -> int:
    """UNKNOWN where one record's page lies in the other's range, or only one is numbered with a letter ("S31")."""
    for one, other in ((a, b), (b, a)):
        low, high, at = one.page or "", one.last or "", other.page or ""
        numbered = low.isdigit() and high.isdigit() and at.isdigit()
        if numbered and int(low) <= int(at) <= int(high) < int(low) + LONGEST_ARTICLE:
            return UNKNOWN
    return UNKNOWN if (a.page or "")[:1].isalpha() != (b.page or "")[:1].isalpha() else OTHER


__all__ = ["OTHER", "SAME", "TURNED", "UNKNOWN", "Evidence"]
