"""What came back: duplicates, overlap between sources, years and venues (PRISMA-S 15 and 16)."""

from __future__ import annotations

from collections.abc import Iterator

from slr.report.document import Block, Heading, Items, Paragraph, Picture, Table, counted, listed
from slr.report.evidence import Evidence
from slr.report.overlap import largest_first
from slr.report.timeline import timeline
from slr.report.told import Told
from slr.report.upset import MOST_COLUMNS, upset
from slr.sources.registry import title_of

DUPLICATES, OVERLAP, YEARS = "Duplicates", "Overlap between sources", "Years and venues"
MOST_VENUES = 20


def sections(e: Evidence, told: Told) -> Iterator[Block]:
    """The three sections."""
    yield from _duplicates(e, told)
    yield from _overlap(e)
    yield from _years_and_venues(e)


def _duplicates(e: Evidence, told: Told) -> Iterator[Block]:
    yield Heading(DUPLICATES)
    if not told.duplicates:
        yield Paragraph("There are no records yet.")
        return
    raw, within = sum(s.raw for s in told.duplicates), sum(s.within for s in told.duplicates)
    yield Paragraph(
        f"{counted(raw, 'record').capitalize()} of {counted(len(told.duplicates), 'source')} are "
        f"{counted(e.works(), 'work')}: {within:,} repeat a record of their own source, and "
        f"{raw - within - e.works():,} more one of another source. Records are merged, never deleted; the order of the "
        "sources changes no count."
    )
    yield Table(
        ("source", "records", "duplicates within it", "works shared with others", "works only here"),
        tuple((title_of(s.source), s.raw, s.within, s.shared, s.unique) for s in told.duplicates),
    )
    if e.rules_used:
        yield Paragraph("What put records together, and how many of them:")
        yield Items(tuple(f"{rule}: {n:,}" for rule, n in sorted(e.rules_used.items())))
    yield Paragraph("The rules; the first that applies decides:")
    yield Items(tuple(told.rules), numbered=True)


def _overlap(e: Evidence) -> Iterator[Block]:
    yield Heading(OVERLAP)
    if len(e.sources) < 2:
        yield Paragraph("There is nothing to compare before a second source was searched.")
        return
    plot = upset(e.holdings, [(s, title_of(s)) for s in e.sources], "Works by the sources that found them")
    yield Paragraph(
        "Each work stands in one column: the dots say which sources hold a record of it, and no others do. Citation "
        "searching is shown as a source of its own; it depends on what the searches found."
    )
    yield Picture("overlap.svg", plot.svg, "Works by the combination of sources that found them; numbers in the table.")
    combinations = largest_first(e.holdings)[:MOST_COLUMNS]
    yield Table(
        ("found by exactly", "works", "included"),
        tuple((listed(title_of(s) for s in e.sources if s in names), h.works, h.included) for names, h in combinations),
    )
    if plot.left_out:
        works, included = sum(h.works for h in plot.left_out), sum(h.included for h in plot.left_out)
        yield Paragraph(
            f"Not shown: {counted(len(plot.left_out), 'smaller combination')} with {counted(works, 'work')}, "
            f"{included:,} of them included."
        )


def _years_and_venues(e: Evidence) -> Iterator[Block]:
    yield Heading(YEARS)
    dated = {year: counts for year, counts in e.years.items() if year is not None}
    if not dated:
        yield Paragraph("No work states its year.")
    else:
        unknown = e.years.get(None, (0, 0))[0]
        yield Paragraph(f"Works by the year of their merged description; {counted(unknown, 'work')} without a year.")
        title = "Works by year of publication"
        yield Picture("years.svg", timeline(dated, title), f"{title}, included ones dark.")
        rows = tuple((str(year), n, included) for year, (n, included) in sorted(dated.items()))
        yield Table(("year", "works", "included"), rows)
    yield from _venues(e)


def _venues(e: Evidence) -> Iterator[Block]:
    named = {venue: counts for venue, counts in e.venues.items() if venue}
    ordered = sorted(named.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))
    shown = [one for one in ordered if one[1][1]][:MOST_VENUES] if len(ordered) > MOST_VENUES else []
    top = sorted({*dict(ordered[:MOST_VENUES]), *dict(shown)}, key=[venue for venue, _ in ordered].index)
    if not top:
        return
    rest = len(ordered) - len(top)
    yield Table(
        ("venue", "works", "included"),
        tuple((venue, *named[venue]) for venue in top),
        f"The {len(top)} venues with the most works, and those of included works",
    )
    nameless = e.venues.get("", (0, 0))[0]
    others = sum(n for venue, (n, _) in ordered if venue not in top)
    yield Paragraph(
        f"{counted(rest, 'more venue').capitalize()} with {counted(others, 'work')}; "
        f"{counted(nameless, 'work')} without a venue."
    )
