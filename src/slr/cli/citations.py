"""What commands share of citation searching: taking in what a round returned, its outputs, works in a line."""

from __future__ import annotations

from pathlib import Path

from slr.cli.common import Voice
from slr.cli.dedupe import group_and_mark
from slr.dedup.rules import judge
from slr.dedup.sides import side
from slr.merged import merge
from slr.model import Record
from slr.report.citations import State, Work, choose, lay_out, svg
from slr.report.citations_page import page
from slr.report.figures import write_text
from slr.report.tables import write_csv
from slr.review import Review
from slr.search.attribution import attribute
from slr.search.known import statuses
from slr.snowball import references
from slr.snowball.graph import Graph, graph
from slr.snowball.tarcis import report
from slr.sources.registry import title_of
from slr.store import citations, decisions, enrichment, records, works
from slr.verdicts import outcome

REFERENCE_COLUMNS = ("index", "citing", "citing_title", "reference", "matched_record", "rule")


def same_publication(one: Record, other: Record) -> str | None:
    """The rule for duplicates by which two descriptions are one publication, or None."""
    rule = judge(side(one), side(other))
    return rule.name if rule and rule.verdict == "duplicate" else None


def take_in(review: Review) -> dict[str, object]:
    """Match what a round returned to the matrix, group it with everything known, and match references that are text."""
    attribute(review)
    document = group_and_mark(Voice(quiet=True, as_json=True), review)
    references.match(review, same_publication)
    return document


def write_citations(review: Review) -> list[Path]:
    """Write citation_report.md, citations.svg, citations.html and references_without_id.csv, once there was a round."""
    if not citations.rounds(review.store.db):
        return []
    out, found = review.outputs, graph(review)
    layout = lay_out(*choose(drawn(review), found.edges()))
    title = f"Citations: {review.config.title}"
    seeds = titles(review, {seed.work_id for seed in citations.seeds(review.store.db)})
    return [
        write_text(out / "citation_report.md", report(review, review.config.title, seeds, _unmatched(review))),
        write_text(out / "citations.svg", svg(layout, title)),
        write_text(out / "citations.html", page(layout, title)),
        _write_references(review, found),
    ]


def drawn(review: Review) -> list[Work]:
    """Every work of the review as the picture shows it."""
    db = review.store.db
    needed = {stage.name: stage.reviewers for stage in review.config.stages}
    first, last = review.config.stages[0].name, review.config.stages[-1].name
    votes = decisions.votes(db, review.config.maybe)
    reached = {key: outcome(cast, needed[key[1]]) for key, cast in votes.items() if key[1] in needed}
    marked, filled = works.ineligible(db), enrichment.filled(db)
    known = {status.work_id for status in statuses(review) if status.work_id}

    def state(work: str) -> State:
        ended = reached.get((work, last))
        if work in marked or reached.get((work, first)) == "exclude" or ended in ("exclude", "not-retrieved"):
            return "excluded"
        return "included" if ended == "include" else "unscreened"

    found: list[Work] = []
    for work_id, members in records.by_work(db):
        whole = merge(members, filled.get(work_id)).record
        about = tuple(filter(None, (line(whole), whole.venue, work_id)))
        found.append(Work(work_id, short_authors(whole), whole.year, state(work_id), work_id in known, about))
    return found


def line(record: Record) -> str:
    """``Bathelt et al. 2004: Clusters and knowledge``."""
    return f"{short_authors(record)} {record.year or 'without a year'}: {record.title or '(no title)'}"


def short_authors(record: Record) -> str:
    """``Bathelt``, ``Nadvi & Halder``, ``Bathelt et al.``; the source's name where no author is known."""
    families = [author.partition(",")[0].strip() for author in record.authors]
    if not families:
        return "Anonymous"
    two = " & ".join(families[:2])
    return two if len(families) <= 2 and len(two) <= 20 else f"{families[0]} et al."


def titles(review: Review, work_ids: set[str]) -> dict[str, str]:
    """work → its line, of these works."""
    filled = enrichment.filled(review.store.db)
    found = ((work, records.of_work(review.store.db, work)) for work in sorted(work_ids))
    return {work: line(merge(members, filled.get(work)).record) for work, members in found if members}


def _unmatched(review: Review) -> list[str]:
    texts = (text for text in citations.texts(review.store.db) if text.record_id is None)
    return [f"{text.text} ({title_of(text.source)}, cited by {text.citing})" for text in texts]


def _write_references(review: Review, found: Graph) -> Path:
    """Every reference without an identifier, with what it matches."""
    texts = citations.texts(review.store.db)
    citing = [found.owner(text.source, text.citing) or "" for text in texts]
    named = titles(review, set(filter(None, citing)))
    rows: list[dict[str, object]] = [
        {
            "index": title_of(text.source),
            "citing": work or text.citing,
            "citing_title": named.get(work, ""),
            "reference": text.text,
            "matched_record": text.record_id or "",
            "rule": text.rule or "",
        }
        for text, work in zip(texts, citing, strict=True)
    ]
    path = review.outputs / "references_without_id.csv"
    write_csv(rows, REFERENCE_COLUMNS, path)
    return path
