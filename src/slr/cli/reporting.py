"""What several commands report alike: the known studies, the tables, the search report."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from slr.dedup import stage as dedup
from slr.dedup.rules import RULES
from slr.report.figures import write_matrix, write_text
from slr.report.search_report import KnownLine, SourceCounts, search_report
from slr.report.tables import RECORD_COLUMNS, record_rows, work_columns, work_rows, write_csv
from slr.review import Review
from slr.search.known import KnownStatus, statuses
from slr.sources.registry import title_of

TO_WRITE = (
    "PRISMA-S 3: study registries searched, or that none was",
    "PRISMA-S 4, 6, 7: browsing, contacts and other methods, or that there were none",
    "PRISMA-S 10: published search filters, or that none was used",
    "PRISMA-S 11: searches of earlier reviews that were reused",
    "PRISMA-S 12: how the searches will be updated",
    "PRISMA-S 14: whether and by whom the search was peer reviewed (PRESS)",
)


def known_line(status: KnownStatus) -> KnownLine:
    """A known study in words: found where and by which cells, or why not."""
    study = status.study
    first = study.authors[0].split(",")[0] if study.authors else study.key
    name = f"{first} {study.year or ''}: {study.title}"
    return KnownLine(name, status.state, _where(status))


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
        return f"{sources} holds it; its record {why}"
    return "no source that was asked holds it" if status.state == "absent" else "no source was asked yet"


def write_tables(review: Review) -> list[Path]:
    """Write records.csv, works.csv and the matrix's table and heat map."""
    out = review.outputs
    write_csv(record_rows(review), RECORD_COLUMNS, out / "records.csv")
    write_csv(work_rows(review), work_columns(review), out / "works.csv")
    return [out / "records.csv", out / "works.csv", *write_matrix(review)]


def write_report(review: Review) -> Path:
    """Write search_report.md."""
    counts = [SourceCounts(**asdict(count)) for count in dedup.counts(review.store.db)]
    rules = [f"{rule.name} ({rule.verdict}): {rule.sentence}" for rule in RULES]
    text = search_report(review, counts, rules, [known_line(s) for s in statuses(review)], TO_WRITE)
    return write_text(review.outputs / "search_report.md", text)
