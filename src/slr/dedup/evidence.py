"""What speaks for and against pairs of records being one publication, in columns: one entry a pair."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel
from rapidfuzz.fuzz import token_set_ratio

from slr.dedup.sides import Side
from slr.dedup.venues import same_journal

Bools = NDArray[np.bool_]
States = NDArray[np.int8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Scorer = Callable[..., float]

SAME, OTHER, UNKNOWN = 1, 0, -1
"""A field of two records: both state it and agree, both state it and differ, or one of them lacks it."""
TURNED = 2
"""First authors that differ in two lists with the same names: their order is turned."""

AUTHOR_AGREES = 85.0
"""From this token_set_ratio (0-100) on the words of two first authors' names are one name."""
MISSPELT_NAME = 5
"""A family name of so many letters may differ from another in one ("Hiessl", "Hiess")."""
TEAM_AGREES = 70.0
"""From this token_set_ratio (0-100) on two lists are of the same authors, though one may be cut short."""
TITLE_WORDS = 80.0
"""From this ratio of letters (0-100) on titles are looked at word by word."""
COVERED = 96.0
"""So much (0-100) of the shorter title has to stand in the longer one, in its order, for a look at their words."""
EXTENDED = 80.0
"""From this ratio of letters (0-100) on a title that holds another is that title with a few words more."""
PLAUSIBLE = 75.0
"""Below this title score (0-100) pairs that share no identifier and no page are not looked at."""
WORKERS = 2


@dataclass(frozen=True)
class Columns:
    """Sides in columns: equal numbers in a column stand for equal values, -1 for unknown."""

    sides: Sequence[Side]

    def codes(self, value: Callable[[Side], Hashable]) -> Ints:
        """Numbers of the values of a field: equal for equal ones, -1 for None and the empty text."""
        known: dict[Hashable, int] = {None: -1, "": -1}
        found = (known.setdefault(value(side), len(known)) for side in self.sides)
        return np.fromiter(found, np.int64, len(self.sides))

    def texts(self, value: Callable[[Side], str]) -> NDArray[np.object_]:
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
        return self.codes(lambda s: s.doi)

    @cached_property
    def pmid(self) -> Ints:
        return self.codes(lambda s: dict(s.ids).get("pmid") if s.ids else None)

    @cached_property
    def title(self) -> Ints:
        return self.codes(lambda s: s.title.replace(" ", ""))

    @cached_property
    def letters(self) -> NDArray[np.object_]:
        return self.texts(lambda s: s.title.replace(" ", ""))

    @cached_property
    def length(self) -> Ints:
        return np.fromiter(map(len, self.letters), np.int64, len(self.sides))

    @cached_property
    def short(self) -> Bools:
        return np.fromiter((is_short(s.title) for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def long(self) -> Bools:
        return np.fromiter((is_long(s.title) for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def generic(self) -> Bools:
        return np.fromiter((is_generic(s.title) for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def numbers(self) -> Ints:
        return self.codes(lambda s: s.numbers)

    @cached_property
    def mark(self) -> Ints:
        return self.codes(lambda s: s.mark)

    @cached_property
    def year(self) -> Ints:
        return np.fromiter((-1 if s.year is None else s.year for s in self.sides), np.int64, len(self.sides))

    @cached_property
    def first(self) -> Ints:
        return self.codes(lambda s: s.first)

    @cached_property
    def first_words(self) -> NDArray[np.object_]:
        return self.texts(lambda s: s.first)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        return self.texts(lambda s: s.names)

    @cached_property
    def team(self) -> Ints:
        return self.codes(lambda s: s.names)

    @cached_property
    def several(self) -> Bools:
        return np.fromiter((s.authors > 1 for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def kind(self) -> Ints:
        return self.codes(lambda s: s.kind)

    @cached_property
    def conference(self) -> Bools:
        return np.fromiter((s.kind == "conference" for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def venue(self) -> Ints:
        return self.codes(lambda s: s.venue)

    @cached_property
    def volume(self) -> Ints:
        return self.codes(lambda s: s.volume)

    @cached_property
    def year_as_volume(self) -> Bools:
        return np.fromiter((s.volume == str(s.year) for s in self.sides), np.bool_, len(self.sides))

    @cached_property
    def issue(self) -> Ints:
        return self.codes(lambda s: s.issue)

    @cached_property
    def page(self) -> Ints:
        return self.codes(lambda s: s.page)

    @cached_property
    def last(self) -> Ints:
        return self.codes(lambda s: s.last)

    @cached_property
    def has_ids(self) -> Bools:
        return np.fromiter((bool(s.ids) for s in self.sides), np.bool_, len(self.sides))


FUNCTION_WORDS = frozenset(
    "a an the of in on at for to and by from with its s la le les el los de der die das und et".split()
)
SHORT_TITLE_WORDS = 4
SHORT_TITLE_LETTERS = 24
SHORT_TITLE_TELLING = 3
LONG_TITLE_LETTERS = 50
LONG_TITLE_TELLING = 6
GENERIC = frozenset(
    """
    a about abstract abstracts acknowledgement acknowledgements acknowledgment acknowledgments an and announcement
    announcements annual article articles at author authors awards board book books brief calendar call chair chairs
    chapter column comment commentary comments conclusion conclusions conference content contents contributors
    correspondence cover dear discussion editor editorial editorials editors erratum essay events for foreword forum
    from front full general guest highlights i ii iii in index information international interview introduction
    introductory invited issue issues journal keynote letter letters list looking matter meeting member members
    message minutes news newsletter note notes notice obituary of on opinion our overview page panel paper papers part
    perspective perspectives poster posters preface president presidential proceedings profile program programme
    references rejoinder remarks reply report reports research response review reviewer reviewers reviews s section
    session society special spotlight statement subject summary supplement symposium table thank the this to track
    title tutorial update upcoming us vol volume welcome what whats with word workshop year
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
"""Titles of these words only head many publications."""


def telling_words(title: str) -> int:
    """How many words of a normalized title tell something; two signs of a writing without blanks count as a word."""
    words = [w for w in title.split() if len(w) > 1 and w not in GENERIC and w not in FUNCTION_WORDS]
    return sum(1 if w.isascii() else len(w) // 2 for w in words)


def is_short(title: str) -> bool:
    """True for a normalized title that says too little to tell a publication by ("Eculizumab", "Career forum")."""
    if not title.isascii():
        return telling_words(title) < SHORT_TITLE_WORDS
    brief = len(title) < SHORT_TITLE_LETTERS or title.count(" ") + 1 < SHORT_TITLE_WORDS
    return brief or telling_words(title) < SHORT_TITLE_TELLING


def is_long(title: str) -> bool:
    """True for a normalized title that hardly two publications of one year share."""
    return len(title) >= LONG_TITLE_LETTERS and telling_words(title) >= LONG_TITLE_TELLING


def is_generic(title: str) -> bool:
    """True for a normalized title that heads many publications ("Editorial", "Guest editor's introduction")."""
    return all(word in GENERIC or word.isdigit() for word in title.split())


@dataclass(frozen=True)
class Evidence:
    """Pairs ``(columns.sides[i[k]], columns.sides[j[k]])`` and, per pair, what the rules ask; columns made when asked.

    A state is SAME, OTHER, UNKNOWN; ``title`` is the ratio of letters (normalized Indel similarity, 0-100).
    """

    columns: Columns
    i: Ints
    j: Ints

    def where(self, chosen: Bools) -> Evidence:
        """The chosen pairs."""
        return Evidence(self.columns, self.i[chosen], self.j[chosen])

    def __len__(self) -> int:
        return len(self.i)

    def _state(self, codes: Ints) -> States:
        a, b = codes[self.i], codes[self.j]
        return np.where((a < 0) | (b < 0), UNKNOWN, np.where(a == b, SAME, OTHER)).astype(np.int8)

    def _either(self, flags: Bools) -> Bools:
        return flags[self.i] | flags[self.j]

    def _texts(self, texts: NDArray[np.object_], chosen: Bools) -> tuple[list[str], list[str]]:
        return texts[self.i[chosen]].tolist(), texts[self.j[chosen]].tolist()

    def _scored(self, texts: NDArray[np.object_], chosen: Bools, scorer: Scorer) -> Floats:
        a, b = self._texts(texts, chosen)
        if not a:
            return np.empty(0, np.float32)
        return process.cpdist(a, b, scorer=scorer, workers=WORKERS, dtype=np.float32)

    def _judged(self, chosen: Bools, test: Callable[[Side, Side], Any], start: NDArray[Any]) -> NDArray[Any]:
        """``start`` with the answers of ``test`` where ``chosen``: for few pairs."""
        sides = self.columns.sides
        for k in np.flatnonzero(chosen).tolist():
            start[k] = test(sides[self.i[k]], sides[self.j[k]])
        return start

    @cached_property
    def plausible(self) -> Bools:
        """Pairs that a rule could call duplicates or doubtful: the others need no closer look."""
        shared = (self.doi == SAME) | self.shared_id | (self._state(self.columns.page) == SAME)
        return (self.title >= PLAUSIBLE) | self._covered | ~self.titled | shared

    @cached_property
    def doi(self) -> States:
        return self._state(self.columns.doi)

    @cached_property
    def pmid(self) -> States:
        return self._state(self.columns.pmid)

    @cached_property
    def shared_id(self) -> Bools:
        """Both carry one identifier of one index."""
        both = self.columns.has_ids[self.i] & self.columns.has_ids[self.j]
        return self._judged(both, lambda a, b: not set(a.ids).isdisjoint(b.ids), np.zeros(len(self), np.bool_))

    @cached_property
    def titled(self) -> Bools:
        return (self.columns.length[self.i] > 0) & (self.columns.length[self.j] > 0)

    @cached_property
    def short(self) -> Bools:
        return self._either(self.columns.short)

    @cached_property
    def long(self) -> Bools:
        return self.columns.long[self.i] & self.columns.long[self.j]

    @cached_property
    def generic(self) -> Bools:
        return self._either(self.columns.generic)

    @cached_property
    def title(self) -> Floats:
        equal = self._state(self.columns.title) == SAME
        scores = np.where(equal, 100.0, 0.0).astype(np.float32)
        asked = ~equal & self.titled
        scores[asked] = 100 * self._scored(self.columns.letters, asked, Indel.normalized_similarity)
        return scores

    @cached_property
    def same_words(self) -> Bools:
        """The titles are equal but for blanks, misspellings, plurals and function words."""
        start = self.title == 100
        return self._judged((self.title >= TITLE_WORDS) & ~start, same_words, start)

    @cached_property
    def held(self) -> Bools:
        """One title holds the words of the other: a subtitle or a label ("Invited article") stands in one only."""
        maybe = (self._covered | (self.title >= TITLE_WORDS)) & ~self.same_words
        return self._judged(maybe, holds, np.zeros(len(self), np.bool_))

    @cached_property
    def _covered(self) -> Bools:
        """Nearly all letters of the shorter title stand in the longer one, in their order."""
        a, b = self.columns.length[self.i], self.columns.length[self.j]
        most = 200 * np.minimum(a, b) / np.maximum(a + b, 1)
        return self.titled & (self.title >= most * COVERED / 100)

    @cached_property
    def numbers(self) -> States:
        return self._state(self.columns.numbers)

    @cached_property
    def other_mark(self) -> Bools:
        """The titles mark one as a notice, reply or comment, the other not or as another kind."""
        return self.titled & (self.columns.mark[self.i] != self.columns.mark[self.j])

    @cached_property
    def gap(self) -> Ints:
        """Years between the two; -1 where a year is unknown."""
        a, b = self.columns.year[self.i], self.columns.year[self.j]
        return np.where((a < 0) | (b < 0), -1, np.abs(a - b))

    @cached_property
    def author(self) -> States:
        """The first authors: SAME, OTHER, UNKNOWN, or TURNED where most authors are in both lists."""
        state = self._state(self.columns.first)
        asked = state == OTHER
        state[asked] = self._scored(self.columns.first_words, asked, token_set_ratio) >= AUTHOR_AGREES
        return self._judged(state == OTHER, _authors, state)

    @cached_property
    def whole_team(self) -> Bools:
        """The authors are the same, in whatever order; where the first ones agree, one list may be cut short."""
        start = (self.author == SAME) & (self.team == SAME)
        return self._judged(self.author == TURNED, _whole_team, start)

    @cached_property
    def team(self) -> States:
        """The lists of authors, of which one may be cut short."""
        state = self._state(self.columns.team)
        asked = state == OTHER
        state[asked] = self._scored(self.columns.names, asked, token_set_ratio) >= TEAM_AGREES
        return state

    @cached_property
    def several(self) -> Bools:
        """Both name two authors or more."""
        return self.columns.several[self.i] & self.columns.several[self.j]

    @cached_property
    def kind(self) -> States:
        return self._state(self.columns.kind)

    @cached_property
    def venue(self) -> States:
        """The journals; UNKNOWN also where one name could be a longer form of the other."""
        state = self._state(self.columns.venue)
        asked = np.flatnonzero(state == OTHER)
        known: dict[tuple[str, str], int] = {}
        sides = self.columns.sides
        for k in asked.tolist():
            pair = sides[self.i[k]].venue, sides[self.j[k]].venue
            if (found := known.get(pair)) is None:
                found = known[pair] = same_journal(*pair)
            state[k] = found
        return state

    @cached_property
    def volume(self) -> States:
        """The volumes; a year in a volume's place tells none beside another volume."""
        state = self._state(self.columns.volume)
        filled = self.columns.year_as_volume
        state[(state == OTHER) & (filled[self.i] != filled[self.j])] = UNKNOWN
        return state

    @cached_property
    def issue(self) -> States:
        return self._state(self.columns.issue)

    @cached_property
    def page(self) -> States:
        """The first pages; pages that end alike, or of which one lies within the other's range, do not differ."""
        state = self._state(self.columns.page)
        ends = self._state(self.columns.last) == SAME
        state[(state == OTHER) & ends] = SAME
        return self._judged(state == OTHER, _pages, state)

    @cached_property
    def span(self) -> Bools:
        """Same first and last page, and more than one page: no two publications fill the same pages of a volume."""
        c = self.columns
        last = (c.last[self.i] >= 0) & (c.last[self.i] == c.last[self.j])
        range_ = np.array([self.columns.sides[k].page != self.columns.sides[k].last for k in self.i.tolist()], np.bool_)
        return (self._state(c.page) == SAME) & last & range_

    @cached_property
    def place(self) -> Bools:
        """Same volume and same first page; or without a volume the same pages of a year, and not of two journals."""
        pages = self.span & (self.volume == UNKNOWN) & (self.gap == 0) & (self.venue != OTHER)
        return ((self.page == SAME) & (self.volume == SAME)) | pages

    @cached_property
    def subtitled(self) -> Bools:
        """The longer title is the shorter one with a subtitle or a label, and these name no other version."""
        return self._judged(self.held, _subtitled, np.zeros(len(self), np.bool_))

    @cached_property
    def extended(self) -> Bools:
        """The longer title is the shorter one with a few words more, and these name no other version."""
        return self._judged(self.held & (self.title >= EXTENDED), _adds, np.zeros(len(self), np.bool_))

    @cached_property
    def proceedings(self) -> Bools:
        """Both stand in the proceedings of a conference, which have no columns that come again."""
        conference = self.columns.conference
        return conference[self.i] & conference[self.j]

    @cached_property
    def one_volume(self) -> Bools:
        """One states a volume, the other none."""
        none = (self.columns.volume < 0) | self.columns.year_as_volume
        return none[self.i] != none[self.j]


def _authors(a: Side, b: Side) -> int:
    if min(len(a.family), len(b.family)) >= MISSPELT_NAME and _one_letter(a.family, b.family):
        return SAME
    if min(a.authors, b.authors) < 2:
        return OTHER
    common, fewest, most = _common(a, b)
    return TURNED if common >= max(2, fewest / 2) or common == fewest == most else OTHER


def _whole_team(a: Side, b: Side) -> bool:
    common, fewest, most = _common(a, b)
    return common == fewest == most


def _common(a: Side, b: Side) -> tuple[int, int, int]:
    """How many family names are in both lists, in the shorter and in the longer one."""
    one, other = sorted((set(a.families.split()), set(b.families.split())), key=len)
    rest = other - one
    near = sum(any(_one_letter(x, y) for y in rest) for x in one - other)
    return len(one & other) + near, len(one), len(other)


def _one_letter(one: str, other: str) -> bool:
    lengths = sorted((len(one), len(other)))
    return lengths > [2, 3] and OSA.distance(one, other, score_cutoff=1) <= 1


def _pages(a: Side, b: Side) -> int:
    for one, other in ((a, b), (b, a)):
        low, high, at = one.page or "", one.last or "", other.page or ""
        if low.isdigit() and high.isdigit() and at.isdigit() and int(low) <= int(at) <= int(high) < int(low) + 60:
            return UNKNOWN
    return UNKNOWN if (a.page or "")[:1].isalpha() != (b.page or "")[:1].isalpha() else OTHER


def _extra(a: Side, b: Side) -> tuple[list[str], list[str]]:
    one, other = a.title.split(), b.title.split()
    return [w for w in one if w not in other], [w for w in other if w not in one]


_EDITIONS = frozenset(
    """
    abridged abstract addendum appendix draft edition erratum executive extended extension final follow followup
    highlights interim introduction long new no non not overview part preliminary protocol rationale report response revised
    revisited sequel short summary supplement supplementary synopsis translation update updated version without
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)


def _subtitled(a: Side, b: Side) -> bool:
    short, long = sorted((a, b), key=lambda s: len(s.title))
    return _adds(a, b) and _is_part(short.title, long.parts)


def _adds(a: Side, b: Side) -> bool:
    one, other = _extra(a, b)
    return a.numbers == b.numbers and _EDITIONS.isdisjoint(one) and _EDITIONS.isdisjoint(other)


def _is_part(title: str, parts: tuple[str, ...]) -> bool:
    """True if the title is the first or last parts of a longer one."""
    wanted = title.replace(" ", "")
    joined = "".join(parts).replace(" ", "")
    ends = [len(part.replace(" ", "")) for part in parts]
    cuts = {sum(ends[:n]) for n in range(1, len(ends))}
    return (joined.startswith(wanted) and len(wanted) in cuts) or (
        joined.endswith(wanted) and len(joined) - len(wanted) in cuts
    )


def same_words(a: Side, b: Side) -> bool:
    """True if each word that only one title has is a misspelling of the other's, or a function word."""
    if a.numbers != b.numbers:
        return False
    one, other = _extra(a, b)
    if "".join(one) == "".join(other):
        return True
    one, other = [w for w in one if w not in FUNCTION_WORDS], [w for w in other if w not in FUNCTION_WORDS]
    return len(one) == len(other) and all(map(_misspelt, sorted(one), sorted(other)))


def _misspelt(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 or one + "es" == other or other + "es" == one


def holds(a: Side, b: Side) -> bool:
    """True if the words of the shorter title stand in the longer one, and are enough to tell it by."""
    short, long = sorted((a, b), key=lambda s: len(s.title))
    if is_short(short.title) and not _is_part(short.title, long.parts) or short.numbers not in long.numbers:
        return False
    if short.title.replace(" ", "") in long.title.replace(" ", ""):
        return True
    words = set(long.title.split())
    missing = [w for w in short.title.split() if w not in words and w not in FUNCTION_WORDS]
    return len(missing) <= 2 and all(any(_misspelt(word, other) for other in words) for word in missing)
