"""What was asked of the sources: the matrix, each query as sent, limits, citation searching (PRISMA-S 1-9 and 13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from slr.report.document import (
    UNKNOWN,
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Verbatim,
    counted,
    to_write,
)
from slr.report.evidence import CITATION, Evidence
from slr.report.figures import heat_map
from slr.report.told import Told
from slr.sources.registry import title_of
from slr.store import citations
from slr.store.citations import Round
from slr.store.runs import QueryState

MATRIX, SOURCES, LIMITS, CITATIONS = "Search matrix", "Sources and queries", "Limits", "Citation searching"
SUFFIX = " citations"
"""What an index's name ends with where it was used for citation searching."""

_MOST_SHOWN = 200
"""Phrases of one axis that are written out; a longer axis stands in search_terms.yaml."""


def sections(e: Evidence, told: Told) -> Iterator[Block]:
    """The four sections."""
    yield from _matrix(e)
    yield from _sources(e)
    yield from _limits(e)
    yield from _citations(e, told)


def day(stamp: str | None) -> str:
    """``2026-11-23`` of a time or a day; ``not yet``."""
    return stamp[:10] if stamp else "not yet"


def moment(stamp: str | None) -> str:
    """A time with its zone; for what a person logged, the day, and that it is no more than that."""
    if stamp is None:
        return "not yet"
    if "T" in stamp:
        return stamp.replace("T", " ").replace("Z", " UTC")
    return f"{stamp} (day only, as logged)"


def sizes(e: Evidence) -> str:
    """``60 terms × 22 concepts = 1,320 cells``."""
    return " × ".join(f"{len(a.phrases)} {a.name}" for a in e.matrix.axes) + f" = {e.matrix.cells:,} cells"


def place(query: QueryState) -> str:
    """The source of a query as it is named to people, with its platform where that is another."""
    platform = f" on {query.platform}" if query.platform not in (None, query.source) else ""
    return f"{title_of(query.source)}{platform}"


def _matrix(e: Evidence) -> Iterator[Block]:
    yield Heading(MATRIX)
    variants = "on" if e.variants else "off"
    yield Paragraph(f"{sizes(e)}. Spelling variants inside the cells: {variants}.")
    yield Items(tuple(_axis(axis.name, [" / ".join(p.texts) for p in axis.phrases]) for axis in e.matrix.axes))
    yield Paragraph(
        "Which cells a record lies in is worked out locally over title, abstract and keywords "
        f"(text rules: {e.review.analyzer().name}), not stated by the sources. {_unattributed(e)}"
    )
    if svg := heat_map(e.review):
        yield Picture("matrix.svg", svg, f"Records in each cell of the matrix, {sizes(e)}; the numbers: matrix.csv.")


def _unattributed(e: Evidence) -> str:
    if not e.of_run("search"):
        return "No open source was searched."
    if not e.unattributed:
        return "Every hit of the searches of open sources lies in a cell by these rules."
    return f"Of the hits of open sources {e.unattributed:,} lie in no cell by these rules; they are kept and screened."


def _axis(name: str, phrases: Sequence[str]) -> Text:
    if len(phrases) > _MOST_SHOWN:
        return (Strong(name), f": {len(phrases):,} phrases, in ", Code("search_terms.yaml"))
    return (Strong(name), ": " + "; ".join(phrases))


def searched(e: Evidence) -> list[QueryState]:
    """The queries of searches and imports, of citation searching done elsewhere too, by run, source and part."""
    rounds = {run.run_id for run in e.of_run(CITATION)}
    return [query for query in e.queries if query.run_id not in rounds]


def _sources(e: Evidence) -> Iterator[Block]:
    yield Heading(SOURCES)
    queries = searched(e)
    if not queries:
        yield Paragraph("No source was searched, and no file imported yet.", warning=True)
        return
    yield Table(
        ("source", "identified as", "searched", "queries", "hits stated", "records retrieved", "state"),
        tuple(_row(list(group)) for _, group in groupby(queries, key=lambda q: (q.run_id, q.source))),
        "Each source and each time it was searched",
    )
    for query in queries:
        yield from _query(e, query)


def _row(queries: Sequence[QueryState]) -> tuple[Text | int, ...]:
    totals = [query.server_total for query in queries]
    stated = sum(n for n in totals if n is not None) if None not in totals else UNKNOWN
    states = sorted({query.status for query in queries})
    first = queries[0]
    return (
        place(first), first.origin, moment(max(q.asked_on or "" for q in queries) or None), len(queries), stated,
        sum(query.retrieved for query in queries), ", ".join(states),
    )  # fmt: skip


def _query(e: Evidence, query: QueryState) -> Iterator[Block]:
    part = f", query {query.part} of {query.parts}" if query.parts > 1 else ""
    yield Heading(f"{place(query)}{part}, {day(query.asked_on)}", 3)
    yield Items(tuple(_facts(e, query)))
    if (gap := (query.server_total or 0) - query.retrieved) > 0:
        yield Paragraph(
            f"The source stated {query.server_total:,} hits and {query.retrieved:,} were retrieved: "
            f"{counted(gap, 'hit')} not seen.",
            warning=True,
        )
    yield Paragraph("The query exactly as it was run:")
    yield Verbatim(query.text or "(no query was logged with this file)")
    if query.oql:
        yield Paragraph("The same in OpenAlex's query language:")
        yield Verbatim(query.oql)


def _facts(e: Evidence, query: QueryState) -> Iterator[Text]:
    stated = UNKNOWN if query.server_total is None else f"{query.server_total:,}"
    yield f"searched: {moment(query.asked_on)}; identified as: {query.origin}; state: {query.status}"
    yield f"hits stated by the source: {stated}; records retrieved: {query.retrieved:,}"
    replies = e.fetched.get((query.run_id, query.source))
    if replies and query.url:
        yield (
            f"{counted(replies.replies, 'reply', 'replies')} kept in the archive, received "
            f"{moment(replies.first)} to {moment(replies.last)}"
        )
    if query.url:
        yield ("request, without secrets: ", Code(query.url))
    yield from (f"note: {note}" for note in (query.problem, *query.notes) if note)


def _limits(e: Evidence) -> Iterator[Block]:
    yield Heading(LIMITS)
    search = e.review.config.search
    if search.years.first or search.years.last:
        sent = "sent with the queries to open sources" if e.of_run("search") else "declared, and not sent to a source"
        span = f"Publication years {search.years.first or '…'} to {search.years.last or '…'}, {sent}."
        yield Paragraph((span, " Justification: ", search.justification or to_write("search.justification")))
    else:
        yield Paragraph("No limit was sent with the queries to open sources. Limits set by hand on a platform stand in "
                        "its query above only if they were logged with it.")  # fmt: skip
    rules = e.review.config.criteria.automatic
    if rules:
        yield Paragraph("Criteria applied by slr after duplicates were removed, before anyone screened:")
        yield Items(tuple(rule.name for rule in rules))


def _citations(e: Evidence, told: Told) -> Iterator[Block]:
    yield Heading(CITATIONS)
    rounds = citations.rounds(e.review.store.db)
    if not rounds:
        yield Paragraph("No citation searching was done with slr.")
        return
    yield Paragraph(
        f"{counted(len(rounds), 'round').capitalize()} of citation searching (references of the seeds: backward; works "
        "that cite them: forward). Records are counted as returned, before they are compared with what was found "
        "before. A reference list that was received before the round was not asked for again."
    )
    head = ("round", "index", "direction", "searched", "seeds", "not in the index", "list known before",
            "records returned")  # fmt: skip
    yield Table(head, tuple(row for one in rounds for row in _round(e, one)))
    yield Items(tuple(_terms(one) for one in rounds))
    if told.citations:
        command = Code("slr snowball report")
        yield Paragraph(("What TARCiS 2024 (recommendation 10) asks to report; ", command, " lists the seeds, too:"))
        yield Items(tuple((Strong(item), f": {text}") for item, text in told.citations))


def _round(e: Evidence, one: Round) -> Iterator[tuple[Text | int, ...]]:
    asked = Counter((s.source, s.direction, s.state) for s in citations.seeds(e.review.store.db, one.run_id))
    for index, direction in sorted({(source, way) for source, way, _ in asked}):
        states = {state: n for (source, way, state), n in asked.items() if (source, way) == (index, direction)}
        queries = [q for q in e.queries if q.run_id == one.run_id and q.source == index + SUFFIX]
        sent = next((q for q in queries if q.text.startswith(f"{direction}:")), None)
        when, returned = (moment(sent.asked_on), sent.retrieved) if sent else ("not asked: no seed is in the index", 0)
        absent, known = states.get("absent", 0), states.get("read", 0)
        yield (one.number, title_of(index), direction, when, sum(states.values()), absent, known, returned)


def _terms(one: Round) -> str:
    origin = "included works that were not asked about before" if one.seeds_from == "included" else one.seeds_from
    limits = [f"at most {one.rounds_limit} rounds"] if one.rounds_limit else []
    limits += [f"at most {one.max_new:,} new records"] if one.max_new else []
    ended = "; ended by hand with work left" if one.ended_early else ""
    return f"round {one.number}: seeds: {origin}{'; limits: ' + ', '.join(limits) if limits else ''}{ended}"
