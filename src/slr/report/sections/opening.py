"""The head of the report: what a reader has to know first, the numbers at a glance, a methods paragraph to paste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from slr.report.document import Block, Cell, Code, Heading, Paragraph, Span, Table, counted, listed, to_write
from slr.report.evidence import CITATION, Evidence
from slr.report.sections.asked import day, moment, place, searched, sizes
from slr.report.told import Told
from slr.store.runs import QueryState

GLANCE, METHODS = "At a glance", "Methods paragraph"
_WAYS = {"database": "databases", "register": "registers", "website": "websites", "organisation": "organisations",
         "citation": "citation searching"}  # fmt: skip


def sections(e: Evidence, told: Told) -> Iterator[Block]:
    """Title, warnings, numbers and methods paragraph."""
    yield Heading(f"Search report: {e.review.config.title}", 1)
    if e.review.config.question:
        yield Paragraph(e.review.config.question)
    yield from _warnings(e, told)
    yield from _glance(e)
    yield from _methods(e, told)


def last_change(e: Evidence) -> str | None:
    """When the last search, import or round ended, by the store; None if there was none."""
    return max((run.finished_at or run.started_at for run in e.runs), default=None)


def _warnings(e: Evidence, told: Told) -> Iterator[Block]:
    unfinished = [run.run_id for run in e.runs if run.status != "complete"]
    if unfinished:
        yield Paragraph(f"Not finished: {listed(unfinished)}. The numbers are what was kept so far.", warning=True)
    if told.not_counted:
        yield Paragraph(f"The PRISMA numbers could not be counted: {told.not_counted}.", warning=True)
    if e.undecided:
        yield Paragraph(f"Screening is not finished: {counted(e.undecided, 'work')} wait for a decision.", warning=True)


def _glance(e: Evidence) -> Iterator[Block]:
    yield Heading(GLANCE)
    kinds = (
        ("search", "searches of open sources"),
        ("import", "searches by hand, imported"),
        (CITATION, "rounds of citation searching"),
    )
    numbers: list[tuple[Cell, ...]] = [(name, len(e.of_run(kind))) for kind, name in kinds]
    numbers += [(f"different records identified by {_WAYS.get(way, way)}", n) for way, n in sorted(e.records.items())]
    numbers += [("works after duplicates were merged", e.works())]
    numbers += [("works that a criterion marks", e.marked)]
    numbers += [("works that wait for a decision", e.undecided)]
    numbers += [("works included", e.included)]
    yield Table(("", "number"), tuple(numbers))
    last = last_change(e)
    if last is None:
        yield Paragraph("Nothing was searched or imported yet.")
        return
    yield Paragraph((
        f"The last search, import or round ended {moment(last)}. Made with slr {e.slr_version} from the store. "
        "Each PRISMA number is a list of records: ", Code("slr prisma explain BOX"), " shows it.",
    ))  # fmt: skip


def _methods(e: Evidence, told: Told) -> Iterator[Block]:
    yield Heading(METHODS)
    yield Paragraph("A draft to paste and to edit; the numbers are the store's, what is in square brackets is yours.")
    yield Paragraph(tuple(_joined(_sentences(e, told))))


def _joined(sentences: Iterator[Span | tuple[Span, ...]]) -> Iterator[Span]:
    for number, sentence in enumerate(sentences):
        if number:
            yield " "
        yield from sentence if isinstance(sentence, tuple) else (sentence,)


def _sentences(e: Evidence, told: Told) -> Iterator[Span | tuple[Span, ...]]:
    yield to_write("why these sources and these terms")
    if queries := searched(e):
        yield f"We searched {listed(_named(queries))}."
    yield (
        f"The search combined {sizes(e)}, each cell one phrase of every axis in title, abstract or keywords; spelling "
        f"variants were {'' if e.variants else 'not '}searched."
    )
    yield from _limit(e)
    yield from _followed(e)
    if told.prisma and e.works():
        yield from _flow(e, told)


def _named(queries: list[QueryState]) -> Iterator[str]:
    """Each source once, with the days it was searched on and the records it gave."""
    for name, group in groupby(sorted(queries, key=place), key=place):
        each = list(group)
        days = listed(sorted({day(q.asked_on) for q in each}))
        yield f"{name} ({days}; {counted(sum(q.retrieved for q in each), 'record')})"


def _limit(e: Evidence) -> Iterator[Span | tuple[Span, ...]]:
    search = e.review.config.search
    if not (search.years.first or search.years.last):
        yield "No limit on years was sent with the queries."
        return
    if not e.of_run("search"):
        yield to_write("limits that were set by hand")
        return
    reason = search.justification or to_write("why")
    yield (f"The search was limited to {search.years.first or '…'}–{search.years.last or '…'} (", reason, ").")


def _followed(e: Evidence) -> Iterator[str]:
    rounds = e.of_run(CITATION)
    if rounds:
        directions = sorted({q.text.split(":")[0] for q in e.queries if q.origin == CITATION})
        yield (
            f"From the included works we searched citations ({listed(directions)}) in {counted(len(rounds), 'round')}, "
            f"which returned {counted(e.records.get(CITATION, 0), 'different record')}."
        )


def _flow(e: Evidence, told: Told) -> Iterator[Span | tuple[Span, ...]]:
    rules = listed(rule.name for rule in e.review.config.criteria.automatic)
    automatic = f" and {told.n('excluded_automatic') or 0:,} that fail a criterion ({rules})" if rules else ""
    merged = counted(told.n("duplicates") or 0, "duplicate record")
    yield (
        f"After {merged} were merged with slr {e.slr_version}{automatic} were removed, "
        f"{counted(told.n('records_screened') or 0, 'record')} were screened."
    )
    yield (*_people(e), f" {_left(told)}{_right(told)}")
    studies = told.n("new_studies") or 0
    ends = f"; {counted(e.undecided, 'work')} still wait for a decision" if e.undecided else ""
    yield f"{counted(studies, 'study', 'studies').capitalize()} were included{ends}."


def _people(e: Evidence) -> Iterator[Span]:
    stages = listed(f"{stage.name} by {counted(stage.reviewers, 'reviewer')}" for stage in e.review.config.stages)
    yield f"Each record was decided at {stages}"
    yield " "
    yield to_write("whether independently, and how disagreements ended")
    yield "."


def _left(told: Told) -> str:
    return (
        f"Of the records screened {told.n('records_excluded') or 0:,} were excluded; "
        f"{counted(told.n('dbr_sought_reports') or 0, 'report')} were sought, "
        f"{told.n('dbr_notretrieved_reports') or 0:,} not retrieved, {told.n('dbr_assessed') or 0:,} assessed in full "
        f"text and {_reasons(told, 'dbr_excluded')}."
    )


def _right(told: Told) -> str:
    if told.n("other_assessed") is None:
        return ""
    return (
        f" From other methods {counted(told.n('other_sought_reports') or 0, 'report')} were sought, "
        f"{told.n('other_notretrieved_reports') or 0:,} not retrieved, {told.n('other_assessed') or 0:,} assessed and "
        f"{_reasons(told, 'other_excluded')}."
    )


def _reasons(told: Told, box: str) -> str:
    reasons = told.boxes.get(box)
    n = told.n(box) or 0
    if not isinstance(reasons, Mapping) or not n:
        return f"{n:,} excluded"
    return f"{n:,} excluded ({'; '.join(f'{reason}: {count:,}' for reason, count in reasons.items())})"
