"""The search report, from the store and the configuration alone: nothing is typed by hand, or taken from a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slr.report.cost import cost
from slr.report.document import Block, Heading, Items, Picture, Table
from slr.report.evidence import Evidence, gather
from slr.report.figures import write_text
from slr.report.markdown import markdown
from slr.report.sections import asked, checklists, declared, opening, outcome, terms, validation
from slr.report.sections.terms import Contributed
from slr.report.tables import write_csv
from slr.report.told import KnownLine, SourceCounts, Told
from slr.report.webpage import webpage
from slr.review import Review

__all__ = ["KnownLine", "SourceCounts", "Told", "blocks", "write_search_report"]

RULES_FROM = "Where the rules are from"
REFERENCES = (
    "Reporting: Rethlefsen et al. 2021 (PRISMA-S), Page et al. 2021 (PRISMA 2020), Hirt et al. 2024 (TARCiS)",
    "Relative recall: Sampson et al. 2006, doi:10.1186/1471-2288-6-33",
    "Two sources: Chapman 1951, variance by Seber 1970; all sources: Chao 1987; both indicative only",
    "Stopping: Callaghan and Müller-Hansen 2020, doi:10.1186/s13643-020-01521-4",
    "Overlap plot: Lex et al. 2014 (UpSet). Term contribution has no standard; its definition stands in its section",
)


def write_search_report(review: Review, told: Told) -> list[Path]:
    """Write search_report.md and .html, their pictures, and term_contribution.csv; returns the files.

    The same store and configuration give the same bytes.
    """
    evidence = gather(review)
    shares = terms.contributed(evidence, cost(evidence.matrix))
    found = list(blocks(evidence, told, shares))
    out = review.outputs
    columns, rows = terms.table(evidence, shares)
    write_csv(rows, columns, out / terms.FILE)
    pictures = [write_text(out / block.file, block.svg) for block in found if isinstance(block, Picture)]
    return [
        write_text(out / "search_report.md", "".join(markdown(found))),
        write_text(out / "search_report.html", "".join(webpage(found, f"Search report: {review.config.title}"))),
        out / terms.FILE,
        *pictures,
    ]


def blocks(e: Evidence, told: Told, shares: Contributed) -> Iterator[Block]:
    """The whole report, section by section; a table without a row is left out."""
    every = _every(e, told, shares)
    return (block for block in every if not (isinstance(block, Table) and not block.rows))


def _every(e: Evidence, told: Told, shares: Contributed) -> Iterator[Block]:
    yield from opening.sections(e, told)
    yield from declared.section(e)
    yield from asked.sections(e, told)
    yield from outcome.sections(e, told)
    yield from validation.sections(e, told)
    yield from terms.section(e, shares)
    yield from checklists.sections(e)
    yield Heading(RULES_FROM)
    yield Items(REFERENCES)
