"""How far the search can be trusted: known studies, precision, capture-recapture, an unfinished screening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slr.report import estimates, overlap
from slr.report.document import (
    NOTHING,
    UNDEFINED,
    UNKNOWN,
    Block,
    Cell,
    Code,
    Heading,
    Items,
    Paragraph,
    Table,
    counted,
    listed,
)
from slr.report.estimates import Estimate, chapman
from slr.report.evidence import CITATION, Evidence
from slr.report.told import KnownLine, Told
from slr.sources.registry import title_of

KNOWN, PRECISION = "Known studies and relative recall", "Precision and number needed to read"
RECAPTURE, TAIL = "Capture and recapture between sources", "Stopping before all is screened"


def sections(e: Evidence, told: Told) -> Iterator[Block]:
    """The four sections."""
    yield from _known(e, told.known)
    yield from _precision(e)
    yield from _recapture(e)
    yield from _tail(e)


def so_far(e: Evidence) -> Iterator[Block]:
    """Says that what follows rests on an unfinished screening."""
    if e.undecided:
        verb = "is" if e.undecided == 1 else "are"
        yield Paragraph(
            f"Of {counted(e.works(), 'work')}, {e.undecided:,} {verb} without a decision: "
            "what follows counts the included works of now, and is too low if any of these would be included.",
            warning=True,
        )


# known studies


def _known(e: Evidence, known: Sequence[KnownLine]) -> Iterator[Block]:
    yield Heading(KNOWN)
    if not known:
        yield Paragraph(("No known studies are given in ", Code("config/known.yaml"), ": recall was not checked."))
        return
    searches = [line for line in known if set(line.sources) & set(e.searched)]
    found = [line for line in known if line.state == "found"]
    yield Paragraph(
        f"Of {counted(len(known), 'known study', 'known studies')}, {len(searches):,} were found by searches and "
        f"imported files, and {len(found):,} with citation searching. Relative recall of a source is the known studies "
        "that it returned, of those that it holds (Sampson et al. 2006). What a source holds is known where slr could "
        "look up each missed study in it; for the others it is not. Known studies that served to develop the matrix "
        "make recall look better than it is."
    )
    head = ("source", "returned", "held but missed", "not held", "not looked up", "relative recall", "of all known")
    yield Table(head, tuple(_recall(e, source, known) for source in e.sources))
    if missed := tuple(_misses(e, known)):
        yield Table(("study", "held by", "why its search missed it"), missed, "Missed by a source that holds them")
    yield Table(
        ("study", "state", "where, or why not"),
        tuple((line.study, line.state, line.where) for line in known),
        "Each known study",
    )


def _recall(e: Evidence, source: str, known: Sequence[KnownLine]) -> tuple[Cell, ...]:
    returned = {line.key for line in known if source in line.sources}
    looked = {f.study: f.record_id for f in e.findings if f.source == source and f.study not in returned}
    of_known = {line.key for line in known}
    held = sum(1 for study, record in looked.items() if record and study in of_known)
    absent = sum(1 for study, record in looked.items() if not record and study in of_known)
    unseen = len(known) - len(returned) - held - absent
    share = f"{len(returned)} of {len(known)}"
    if e.origin_of[source] == CITATION:
        return (title_of(source), len(returned), NOTHING, NOTHING, NOTHING, NOTHING, share)
    indexed = len(returned) + held
    recall: Cell = UNKNOWN if unseen else len(returned) / indexed if indexed else UNDEFINED
    return (title_of(source), len(returned), held, absent, unseen, recall, share)


def _misses(e: Evidence, known: Sequence[KnownLine]) -> Iterator[tuple[str, str, str]]:
    """Each known study that a source holds and did not return, with the axes that its record there lacks."""
    for line in known:
        for f in e.findings:
            if f.study == line.key and f.record_id and f.source not in line.sources:
                lacking = [axis.name for i, axis in enumerate(e.matrix.axes) if not (f.axes and f.axes[i])]
                why = (
                    f"its record has no phrase of: {listed(lacking)}" if lacking else "it matches, yet was not returned"
                )
                yield line.study, title_of(f.source), why


# precision


def _precision(e: Evidence) -> Iterator[Block]:
    yield Heading(PRECISION)
    yield from so_far(e)
    yield Paragraph(
        "Precision is the included works of a source divided by all works with a record of it, after duplicates are "
        "removed and before criteria are applied; the number needed to read is its inverse. Share is the part of all "
        f"included works ({e.included:,}) that the source holds. Undefined: no work, or none included, to divide by."
    )
    rows = [_yield(e, one) for one in overlap.yields(e.holdings, e.sources)]
    every = (e.works(), e.included, *_ratios(e.works(), e.included), NOTHING, NOTHING, NOTHING)
    yield Table(
        ("source", "works", "included", "precision", "works to read for one included", "share of included",
         "works only here", "included only here"),
        (*rows, ("all together", *every)),
    )  # fmt: skip


def _ratios(works: int, included: int) -> tuple[Cell, Cell]:
    return (included / works if works else UNDEFINED, works / included if included else UNDEFINED)


def _yield(e: Evidence, one: overlap.Yield) -> tuple[Cell, ...]:
    share: Cell = one.included / e.included if e.included else UNDEFINED
    precision = UNDEFINED if one.precision is None else one.precision
    reading = UNDEFINED if one.needed_to_read is None else one.needed_to_read
    alone = (one.only_here, one.included_only_here)
    return (title_of(one.source), one.works, one.included, precision, reading, share, *alone)


# capture-recapture


def _recapture(e: Evidence) -> Iterator[Block]:
    yield Heading(RECAPTURE)
    yield from so_far(e)
    lists = overlap.included_lists(e.holdings, e.searched)
    pairs = {pair: chapman(*counts) for pair, counts in lists.items() if counts[0] and counts[1]}
    if not pairs:
        yield Paragraph("Fewer than two sources of searches and imports hold an included work: nothing to estimate.")
        return
    yield Paragraph(
        "From the included works that two sources share one can estimate how many there are in all (Chapman 1951, with "
        "a log-normal 95 % interval). Citation searching is left out, since it depends on what the searches found."
    )
    yield Items(_CAVEATS)
    estimable = {pair: one for pair, one in pairs.items() if one.shared}
    if estimable:
        head = ("sources", "included in the one", "in the other", "in both", "observed", "estimated in all",
                "95 % interval", "remark")  # fmt: skip
        yield Table(head, tuple(_pair(pair, one) for pair, one in estimable.items()))
    if len(estimable) < len(pairs):
        yield Paragraph(
            f"{counted(len(pairs) - len(estimable), 'pair').capitalize()} of sources share no included work: nothing "
            "can be estimated from them."
        )
    yield from _all_lists(e)


_CAVEATS = (
    "It takes the sources to find works independently of each other. Databases index the same journals, so they do "
    "not: the estimate is then too low, a lower bound.",
    "It takes every included work to be as easy to find as every other; those hard to find make it too low, too.",
    f"With fewer than {estimates.FEWEST_SHARED} works in both it hardly means anything; where one list lies inside the "
    "other it means nothing, and its error is 0.",
    "It says nothing of works that no source of this kind could hold. Read it as an indication only.",
)
_REMARKS = {
    "fair": "",
    "few shared": "few in both: hardly means anything",
    "nested": "one list lies inside the other: means nothing",
    "not estimable": "not estimable",
}


def _pair(pair: tuple[str, str], one: Estimate) -> tuple[Cell, ...]:
    names = f"{title_of(pair[0])} and {title_of(pair[1])}"
    total: Cell = NOTHING if one.state == "nested" else one.total
    interval = NOTHING if one.state == "nested" else f"{one.low:.1f} to {one.high:.1f}"
    return (names, one.first, one.second, one.shared, one.observed, total, interval, _REMARKS[one.state])


def _all_lists(e: Evidence) -> Iterator[Block]:
    held = [one.source for one in overlap.yields(e.holdings, e.searched) if one.included]
    times = overlap.times_found(e.holdings, held)
    bound = estimates.chao(times, len(held))
    if len(held) > 2 and bound is not None:
        yield Paragraph(
            f"All {len(held)} sources with an included work together (Chao 1987, bias-corrected): {len(times):,} "
            f"observed, {times.count(1):,} by one source only and {times.count(2):,} by two; at least {bound:.1f} in "
            "all. The same caveats hold."
        )


# an unfinished screening


def _tail(e: Evidence) -> Iterator[Block]:
    yield Heading(TAIL)
    stage, order = e.first_stage, e.screened_in_order
    total = e.works() - e.marked
    if not total:
        yield Paragraph(f"No work has entered the stage {stage} yet.")
        return
    if len(order) >= total:
        yield Paragraph(
            f"All {total:,} works that entered the stage {stage} are decided there: no stopping rule is needed."
        )
        return
    found, last = sum(order), next((i for i, one in enumerate(reversed(order)) if one), len(order))
    p = estimates.missed_too_many(order, total)
    yield Paragraph(
        f"At the stage {stage} {len(order):,} of {total:,} works are decided, {found:,} of them for inclusion; "
        f"{last:,} in a row were not included since. If screening stopped here, the hypothesis that fewer than 95 % of "
        f"the relevant works were found has p = {p:.3g} (Callaghan and Müller-Hansen 2020): below 0.05 it is rejected."
    )
    yield Paragraph(
        "The rule takes the order of screening to be at least as good as chance, the likely works first. It does not "
        "hold for works sorted by source, year or name. In reviews of a few hundred works it saves little."
    )
