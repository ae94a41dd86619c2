"""The head of the report: what a reader has to know first, the numbers at a glance, the methods paragraph."""

from __future__ import annotations

from collections.abc import Iterator

from slr.report.document import Block, Cell, Code, Heading, Paragraph, Table, counted, listed, waiting
from slr.report.evidence import CITATION, Evidence
from slr.report.sections import methods
from slr.report.sections.asked import moment
from slr.report.told import Told

GLANCE = "At a glance"
_COUNTED_AS = {"excluded": "excluded by automation tools", "automatic": "marked as ineligible by automation tools"}
_WAYS = {"database": "databases", "register": "registers", "website": "websites", "organisation": "organisations",
         "citation": "citation searching"}  # fmt: skip


def sections(e: Evidence, told: Told) -> Iterator[Block]:
    """Title, warnings, numbers and methods paragraph."""
    yield Heading(f"Search report: {e.review.config.title}", 1)
    if e.review.config.question:
        yield Paragraph(e.review.config.question)
    yield from _warnings(e, told)
    yield from _glance(e, told)
    yield from methods.section(e, told)


def last_change(e: Evidence) -> str | None:
    """When the last search, import or round ended, by the store; None if there was none."""
    return max((run.finished_at or run.started_at for run in e.runs), default=None)


def _warnings(e: Evidence, told: Told) -> Iterator[Block]:
    unfinished = [run.run_id for run in e.runs if run.status != "complete"]
    if unfinished:
        yield Paragraph(f"Not finished: {listed(unfinished)}. The numbers are what was kept so far.", warning=True)
    if told.not_counted:
        yield Paragraph(f"The PRISMA numbers could not be counted: {told.not_counted}.", warning=True)
    if left := e.undecided - told.left_unseen:
        yield Paragraph(f"Screening is not finished: {waiting(left)}.", warning=True)
    if told.left_unseen:
        are = "is" if told.left_unseen == 1 else "are"
        unseen = f"{counted(told.left_unseen, 'work')} that no person has seen {are}"
        counted_as = _COUNTED_AS[told.detail("tail")]
        yield Paragraph(f"Screening was stopped: {unseen} counted as {counted_as}.", warning=True)


def _glance(e: Evidence, told: Told) -> Iterator[Block]:
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
    numbers += [("works without a decision", e.undecided)]
    numbers += [("works included", e.included)]
    if told.prisma:
        numbers += _studies(told)
    yield Table(("", "number"), tuple(numbers))
    last = last_change(e)
    if last is None:
        yield Paragraph("Nothing was searched or imported yet.")
        return
    yield Paragraph((
        f"The last search, import or round ended {moment(last)}. Made with slr {e.slr_version} from the store. "
        "Each PRISMA number is a list of records: ", Code("slr prisma explain BOX"), " shows it.",
    ))  # fmt: skip


def _studies(told: Told) -> Iterator[tuple[Cell, ...]]:
    """The studies that the diagram ends with, in an update beside those of the version it began with."""
    if told.previous_version:
        yield (f"previous studies (version {told.previous_version})", told.count("previous_studies"))
        yield ("studies that the update added", told.count("new_studies"))
    yield ("studies included", told.count("total_studies" if told.previous_version else "new_studies"))
