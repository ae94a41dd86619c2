"""Term contribution: what each phrase, word and cell gave, what it cost, and what would be lost without it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slr.report import contribution
from slr.report.contribution import Share, Weight
from slr.report.cost import Cost
from slr.report.document import NOTHING, UNDEFINED, Block, Cell, Code, Heading, Paragraph, Table, counted, listed
from slr.report.evidence import Evidence
from slr.report.sections.validation import so_far
from slr.report.tables import Row

TERMS = "Term contribution"
FILE = "term_contribution.csv"
MOST_ROWS = 100
"""Rows of one table in the report; the rest stands in the file."""

_HEAD = ("works", "included", "only by it", "included only by it", "works for one included")


@dataclass(frozen=True, slots=True)
class Contributed:
    """What the matrix found, the share of each phrase of each axis, of each word of combined axes, and of each cell.

    ``words`` are (axis, part, word, share). ``keep`` are the phrases of the smaller matrix that finds the same included
    works, and ``left`` what it finds; ``cost`` is what phrases cost on platforms that limit a search string.
    """

    found: Weight
    phrases: list[list[Share]]
    words: list[tuple[str, str, str, Share]]
    cells: dict[tuple[int, ...], Share]
    keep: tuple[tuple[int, ...], ...]
    left: Weight
    cost: Cost


def contributed(e: Evidence, cost: Cost) -> Contributed:
    """Work everything out once, for the section and the file."""
    phrases = contribution.by_phrase(e.phrases, [len(axis.phrases) for axis in e.matrix.axes])
    keep = contribution.smaller(e.phrases, phrases)
    return Contributed(
        found=contribution.found(e.phrases),
        phrases=phrases,
        words=_word_shares(e),
        cells=contribution.by_cell(e.phrases),
        keep=keep,
        left=contribution.kept(e.phrases, keep),
        cost=cost,
    )


def section(e: Evidence, c: Contributed) -> Iterator[Block]:
    """The section."""
    yield Heading(TERMS)
    yield from so_far(e)
    found = c.found
    yield Paragraph(
        f"The matrix finds {found.works:,} of the {e.works():,} works, {found.included:,} of the {e.included:,} "
        "included ones. Only by it: what would be lost without the phrase, word or cell, all else equal "
        "(leave-one-out). This is worked out locally over title, abstract and keywords, with the text rules of this "
        "review, for the works that searches and imported files brought; it is not what a platform would answer. A "
        "work can be found through several phrases, so that columns do not add up, and two phrases that find the same "
        "works each show 0 in the columns 'only by it'."
    )
    yield from _without_matrix(e, found.included)
    yield from _phrases(e, c)
    yield from _words(c)
    yield from _cells(e, c)
    yield from _smaller(e, c)
    yield Paragraph(("Every phrase, word and cell, with these numbers: ", Code(FILE), "."))


def _without_matrix(e: Evidence, included: int) -> Iterator[Block]:
    if e.included > included:
        yield Paragraph(
            f"{counted(e.included - included, 'included work')} came without the matrix: by citation searching, or by "
            "a search by hand whose record holds no phrase of some axis."
        )


def _ratio(share: Share) -> Cell:
    return share.works / share.included if share.included else UNDEFINED if share.works else NOTHING


def _numbers(share: Share) -> tuple[Cell, ...]:
    return (share.works, share.included, share.unique_works, share.unique_included, _ratio(share))


def _best_first(one: tuple[str, Share, int]) -> tuple[int, int, int, int]:
    _, share, place = one
    return (-share.unique_included, -share.included, share.works, place)


def _phrases(e: Evidence, c: Contributed) -> Iterator[Block]:
    cost = c.cost
    for i, (axis, of_axis) in enumerate(zip(e.matrix.axes, c.phrases, strict=True)):
        named = [(p.text, s, n) for n, (p, s) in enumerate(zip(axis.phrases, of_axis, strict=True)) if s.works]
        rows = sorted(named, key=_best_first)[:MOST_ROWS]
        silent = len(axis.phrases) - len(named)
        limited = tuple(f"strings with it, {one.title} (of {one.strings:,})" for one in cost.platforms)
        yield Table(
            (axis.name, *_HEAD, "characters", *limited),
            tuple((text, *_numbers(s), *cost.of(i, n)) for text, s, n in rows),
            f"{axis.name}: {counted(len(named), 'phrase')} of {len(axis.phrases):,} found a work, {silent:,} none",
        )
    if cost.platforms:
        names = listed(one.title for one in cost.platforms)
        yield Paragraph(
            "Cost: the characters of a phrase with its spellings, and in how many of the strings it has to be typed "
            f"on platforms that limit a string ({names}); 0 where a shorter phrase finds the same and it is left out."
        )


def _every_word(e: Evidence) -> list[tuple[str, str, str, int, set[int]]]:
    """(axis, part, word, the axis's number, its phrases) for every word of a combined axis."""
    found = []
    for number, (axis, entries) in enumerate(e.review.loaded.terms.axes.items()):
        place: dict[tuple[str, str], set[int]] = {}
        index = 0
        for entry in entries:
            combinations = _combinations(entry) if isinstance(entry, Mapping) else [()]
            for combination in combinations:
                for part_word in combination:
                    place.setdefault(part_word, set()).add(index)
                index += 1
        found += [(axis, part, word, number, phrases) for (part, word), phrases in place.items()]
    return found


def _combinations(block: Mapping[str, Sequence[str]]) -> list[tuple[tuple[str, str], ...]]:
    """The phrases of a block in the order in which the matrix has them, as (part, word) pairs."""
    combinations: list[tuple[tuple[str, str], ...]] = [()]
    for part, each in block.items():
        combinations = [(*before, (part, word)) for before in combinations for word in each]
    return combinations


def _word_shares(e: Evidence) -> list[tuple[str, str, str, Share]]:
    """(axis, part, word, share) of every word of a combined axis."""
    found = []
    every = _every_word(e)
    for number in sorted({one[3] for one in every}):
        of_axis = [one for one in every if one[3] == number]
        of_words = contribution.by_group(e.phrases, number, [one[4] for one in of_axis])
        found += [(axis, part, word, s) for (axis, part, word, _, _), s in zip(of_axis, of_words, strict=True)]
    return found


def _words(c: Contributed) -> Iterator[Block]:
    rows = c.words
    if not rows:
        return
    ordered = sorted(enumerate(rows), key=lambda one: (one[1][1], *_best_first((one[1][2], one[1][3], one[0]))))
    yield Table(
        ("part", "word", *_HEAD),
        tuple((part, word, *_numbers(share)) for _, (_, part, word, share) in ordered),
        "Words of combined axes: what would be lost without every phrase that holds the word",
    )


def _cells(e: Evidence, c: Contributed) -> Iterator[Block]:
    cells = c.cells
    giving = {cell: share for cell, share in cells.items() if share.included}
    alone = sum(1 for share in cells.values() if share.unique_included)
    yield Paragraph(
        f"Of {e.matrix.cells:,} cells {len(cells):,} hold a work, {len(giving):,} an included one, and "
        f"{alone:,} an included one that no other cell holds."
    )
    ordered = sorted(giving.items(), key=lambda one: (*_best_first(("", one[1], 0)), one[0]))[:MOST_ROWS]
    if ordered:
        yield Table(
            (*(axis.name for axis in e.matrix.axes), *_HEAD),
            tuple((*labels(e, cell), *_numbers(share)) for cell, share in ordered),
            "Cells with an included work",
        )


def labels(e: Evidence, cell: Sequence[int]) -> list[str]:
    """The phrases of a cell."""
    return [axis.phrases[n].text for axis, n in zip(e.matrix.axes, cell, strict=True)]


def _smaller(e: Evidence, c: Contributed) -> Iterator[Block]:
    if not c.found.included:
        return
    yield Paragraph(spared(e, c))
    yield Paragraph(
        "This is hindsight: the phrases were chosen by the very works that they are then credited with. It shows where "
        "the matrix was idle; it does not prove that a new search, or an update, needs no more than these.",
        warning=True,
    )


def spared(e: Evidence, c: Contributed) -> str:
    """The matrix that would have been enough, in hindsight, in two sentences."""
    sides = list(zip(e.matrix.axes, c.keep, strict=True))
    kept = " × ".join(f"{len(side)} {axis.name}" for axis, side in sides)
    cells = counted(math.prod(map(len, c.keep)), "cell")
    phrases = "; ".join(f"{axis.name}: {listed(axis.phrases[n].text for n in side)}" for axis, side in sides)
    return (
        f"In hindsight {kept} ({cells} instead of {e.matrix.cells:,}) would have found the same "
        f"{counted(c.left.included, 'included work')} among {c.left.works:,} works instead of {c.found.works:,}"
        f"{c.cost.compared(c.keep)}. These are {phrases}."
    )


def fruitful(e: Evidence, c: Contributed) -> list[tuple[str, int, int, int, int]]:
    """Every phrase with an included work, best first: its works, included, only by it, included only by it."""
    rows = []
    for axis, of_axis in zip(e.matrix.axes, c.phrases, strict=True):
        named = [(p.text, s, n) for n, (p, s) in enumerate(zip(axis.phrases, of_axis, strict=True)) if s.included]
        rows += [
            (text, s.works, s.included, s.unique_works, s.unique_included)
            for text, s, _ in sorted(named, key=_best_first)
        ]
    return rows


def table(e: Evidence, c: Contributed) -> tuple[list[str], Iterator[Row]]:
    """The columns and rows of term_contribution.csv: phrases, words, then cells that hold a work."""
    axes = [axis.name for axis in e.matrix.axes]
    limited = [f"strings_{one.name}" for one in c.cost.platforms]
    numbers = ["works", "included", "unique_works", "unique_included", "works_per_included"]
    return ["level", "axis", "part", "phrase", *axes, *numbers, "characters", *limited], _rows(e, c, limited)


def _rows(e: Evidence, c: Contributed, limited: Sequence[str]) -> Iterator[Row]:
    for i, (axis, of_axis) in enumerate(zip(e.matrix.axes, c.phrases, strict=True)):
        for n, (phrase, share) in enumerate(zip(axis.phrases, of_axis, strict=True)):
            costs = dict(zip(["characters", *limited], c.cost.of(i, n), strict=True))
            yield {"level": "phrase", "axis": axis.name, "phrase": phrase.text} | _columns(share) | costs
    for name, part, word, share in c.words:
        yield {"level": "word", "axis": name, "part": part, "phrase": word} | _columns(share)
    for cell, share in c.cells.items():
        yield (
            {"level": "cell"}
            | dict(zip((a.name for a in e.matrix.axes), labels(e, cell), strict=True))
            | _columns(share)
        )


def _columns(share: Share) -> Row:
    return {
        "works": share.works,
        "included": share.included,
        "unique_works": share.unique_works,
        "unique_included": share.unique_included,
        "works_per_included": round(share.works / share.included, 3) if share.included else None,
    }
