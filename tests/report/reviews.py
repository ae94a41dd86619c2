"""A small review with three sources, a known set and decisions, for the tests of the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slr.cli.reporting import write_report
from slr.review import Review, open_review
from slr.screening.decisions import decide
from slr.search.attribution import attribute
from tests.support.imported import NOW, entry, settle, take, work_ids

TERMS = """\
axes:
  terms:
    combine: {noun: [knowledge, skill], move: [transfer, flow]}
  concepts: [cluster, industrial district]
"""
REVIEW = """\
title: A review for tests
question: What moves?
sources: {openalex: {enabled: true}}
search: {years: {from: 1990}}
criteria:
  automatic:
    - {name: only articles, types: [article]}
  exclusion:
    - {id: off-topic, text: Not about transfer}
stages:
  - {name: title-abstract, reviewers: 1}
  - {name: full-text, reviewers: 1}
reviewers: [Ann, Bo]
"""
KNOWN = """\
studies:
  - {key: k1, title: Knowledge transfer in clusters of place one, authors: ["First, A."], year: 2001}
  - {key: k2, title: A study that no source has ever returned, authors: ["Nobody, N."], year: 2001}
"""
WORKS = (
    ("Knowledge transfer in clusters of place one", "First, A.", 2001, "JOUR"),
    ("Skill flow and knowledge transfer in industrial districts", "Second, B.", 2002, "JOUR"),
    ("Skill transfer in clusters and districts of another place", "Third, C.", 2002, "JOUR"),
    ("A galaxy of stars far away", "Fourth, D.", 2005, "JOUR"),
    ("Knowledge flow between industrial districts: the book", "Fifth, E.", 2006, "BOOK"),
)
SOURCES = {"Index A": (0, 1, 2, 3), "Index | B": (0, 1, 4), "Web search": (0, 3)}
INCLUDED = ("Knowledge transfer in clusters", "Skill flow")


def lay_out(folder: Path) -> Path:
    """The review folder, without a store."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "search_terms.yaml").write_text(TERMS, "utf-8")
    (folder / "config/review.yaml").write_text(REVIEW, "utf-8")
    (folder / "config/known.yaml").write_text(KNOWN, "utf-8")
    return folder


@contextmanager
def made(folder: Path, *, decided: bool = True, order: tuple[str, ...] = tuple(SOURCES)) -> Iterator[Review]:
    """The review with its files imported in ``order``, grouped, marked and (``decided``) screened by Ann."""
    review = open_review(lay_out(folder), clock=lambda: NOW, environ={})
    for source in order:
        text = "".join(entry(*WORKS[i], JO="Journal of *Stars*") for i in SOURCES[source])
        origin = "website" if source == "Web search" else "database"
        take(review, text, source, origin=origin, query=f"query of {source}", hits=4, date="2026-11-01")
    settle(review)
    attribute(review)
    if decided:
        screen(review)
    try:
        yield review
    finally:
        review.close()


def screen(review: Review) -> None:
    """Ann includes the first two works and excludes the rest at title and abstract."""
    titles = title_of_works(review)
    for work in work_ids(review):
        title = titles[work]
        if "book" in title:
            continue
        verdict = "include" if title.startswith(INCLUDED) else "exclude"
        decide(review, work, verdict, stage="title-abstract", reviewer="Ann")
        if verdict == "include":
            decide(review, work, verdict, stage="full-text", reviewer="Ann")


def title_of_works(review: Review) -> dict[str, str]:
    """work → the title of its first record."""
    from slr.store import records

    return {work: members[0].title for work, members in records.by_work(review.store.db)}


def report(review: Review) -> str:
    """The Markdown report, just written."""
    write_report(review)
    return (review.outputs / "search_report.md").read_text("utf-8")


def section(text: str, title: str) -> str:
    """What stands under a heading of level 2."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str, title: str) -> dict[str, list[str]]:
    """first cell → the other cells, of every table row under a heading."""
    lines = [line for line in section(text, title).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {one[0]: one[1:] for one in cells}
