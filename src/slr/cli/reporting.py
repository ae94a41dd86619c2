"""What several commands report alike: the known studies, the tables, the search report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slr.dedup import stage as dedup
from slr.dedup.rules import RULES
from slr.errors import UserError
from slr.prisma import boxes
from slr.prisma.numbers import as_json as numbers_as_json
from slr.report.figures import write_matrix
from slr.report.search_report import KnownLine, SourceCounts, Told, write_search_report
from slr.report.tables import RECORD_COLUMNS, record_rows, work_columns, work_rows, write_csv
from slr.review import Review
from slr.search.known import KnownStatus, statuses
from slr.snowball.tarcis import tarcis
from slr.sources.registry import title_of


def known_line(status: KnownStatus) -> KnownLine:
    """A known study in words: found where and by which cells, or why not."""
    study = status.study
    first = study.authors[0].split(",")[0] if study.authors else study.key
    name = f"{first}{f' {study.year}' if study.year else ''}: {study.title}"
    returned_by = status.sources if status.state == "found" else ()
    return KnownLine(name, status.state, _where(status), study.key, returned_by)


def _where(status: KnownStatus) -> str:
    sources = ", ".join(map(title_of, status.sources))
    if status.state == "found":
        cells = "; ".join(" × ".join(cell) for cell in status.cells[:2])
        more = f" (and {status.cell_count - 2:,} more cells)" if status.cell_count > 2 else ""
        return f"{sources}: {cells or 'in no cell of the matrix'}{more}"
    if status.state == "missed":
        why = (
            f"has no phrase of: {', '.join(status.missed_by)}"
            if status.missed_by
            else "matches, yet it was not returned"
        )
        return f"{sources} {'hold' if len(status.sources) > 1 else 'holds'} it; its record {why}"
    if status.state == "absent":
        return "no source that was asked holds it"
    return "no source was asked that it can be looked up in"


def write_tables(review: Review) -> list[Path]:
    """Write records.csv, works.csv and the matrix's table and heat map."""
    out = review.outputs
    write_csv(record_rows(review), RECORD_COLUMNS, out / "records.csv")
    write_csv(work_rows(review), work_columns(review), out / "works.csv")
    return [out / "records.csv", out / "works.csv", *write_matrix(review)]


def write_report(review: Review, prisma: Mapping[str, Any] | None = None) -> list[Path]:
    """Write search_report.md and .html with their pictures and term_contribution.csv; returns the files.

    ``prisma`` is the document of prisma.json if it was made just now; else it is counted here.
    """
    not_counted = ""
    if prisma is None:
        try:
            prisma = numbers_as_json(boxes.numbers(boxes.state_of(review)))
        except UserError as reason:
            not_counted = str(reason)
    told = Told(
        duplicates=[SourceCounts(c.source, c.raw, c.within, c.shared, c.unique) for c in dedup.counts(review.store.db)],
        rules=[f"{rule.name} ({rule.verdict}): {rule.sentence}" for rule in RULES],
        known=[known_line(status) for status in statuses(review)],
        prisma=prisma,
        not_counted=not_counted,
        citations=[(item.name, item.text) for item in tarcis(review)],
    )
    return write_search_report(review, told)
