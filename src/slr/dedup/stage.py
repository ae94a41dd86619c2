"""The stage ``slr dedupe``: groups the records of a review into works, and counts what that removed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from slr.dedup.group import Placed, group
from slr.errors import NotFound
from slr.model import Record
from slr.review import Review
from slr.store import records, works
from slr.store.connection import Connection, Row
from slr.store.works import Assignment


@dataclass(frozen=True, slots=True)
class SourceCount:
    """PRISMA-S item 16 for a source: raw records, duplicates within it, works shared with others, works only it has."""

    source: str
    raw: int
    within: int
    shared: int
    unique: int


@dataclass(frozen=True, slots=True)
class DedupReport:
    """Records in, works out, what changed in this run, and the counts per source."""

    records: int
    works: int
    placed: int
    merged: int
    rules: dict[str, int]
    sources: tuple[SourceCount, ...]


def dedupe(review: Review) -> DedupReport:
    """Group every record; earlier groups, work ids and decisions stay. Appends only what changed.

    The order of imports matters only where this is run between them and a record fits two works that a rule keeps apart
    (an untyped record beside an article and its working paper): it stays with the one that it met first.
    """
    with review.store.writing() as db:
        before = works.memberships(db)
        founder_of = works.founders(db)
        together = {record_id: founder_of[work_id] for record_id, work_id in before.items()}
        placed = group(records.bibliography(db), together).placed
        changed = [p for p in placed if before.get(p.record_id) != works.work_id_of(p.founder)]
        works.found(db, sorted({p.founder for p in changed}), review.now())
        works.assign(db, map(_assignment, changed), who="slr", at=review.now())
        merged = len(set(before.values()) - set(works.memberships(db).values()))
        return DedupReport(
            records=len(placed),
            works=len({p.founder for p in placed}),
            placed=len(changed),
            merged=merged,
            rules=works.rules_used(db),
            sources=counts(db),
        )


def _assignment(placed: Placed) -> Assignment:
    work_id = works.work_id_of(placed.founder)
    return Assignment(placed.record_id, work_id, placed.rule, placed.score, placed.partner)


def counts(db: Connection) -> tuple[SourceCount, ...]:
    """Raw records, duplicates and unique works per source, independent of the order of sources."""
    work_of = works.memberships(db)
    source_of = records.sources(db)
    holders: dict[str, Counter[str]] = {}
    for record_id, work_id in work_of.items():
        holders.setdefault(work_id, Counter())[source_of[record_id]] += 1
    return tuple(_count(source, list(holders.values())) for source in sorted(set(source_of.values())))


def _count(source: str, holders: list[Counter[str]]) -> SourceCount:
    mine = [h for h in holders if h[source]]
    raw = sum(h[source] for h in mine)
    shared = sum(1 for h in mine if len(h) > 1)
    return SourceCount(source, raw, raw - len(mine), shared, len(mine) - shared)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why records are one work: (record_id, title, source, rule, partner, who, at) of each, in order of the events."""

    work_id: str
    lines: tuple[dict[str, object], ...]


def explain(review: Review, name: str) -> Explanation:
    """The records of a work (named by its id, also an earlier one, or by a record) and the rule that put each there."""
    db = review.store.db
    work_id = works.resolve(db, name)
    if work_id is None:
        raise NotFound(f"there is no work or record '{name}': 'slr export works.csv --set works' lists the works' ids")
    members = {r.record_id: r for r in records.of_work(db, work_id)}
    events = {row["record_id"]: row for row in works.history(db, work_id) if row["record_id"] in members}
    return Explanation(work_id, tuple(_line(members[record_id], row) for record_id, row in events.items()))


def _line(record: Record, event: Row) -> dict[str, object]:
    return {
        "record_id": record.record_id,
        "source": record.source,
        "title": record.title,
        "year": record.year,
        "doi": record.doi,
        "rule": event["rule"],
        "score": event["score"],
        "partner": event["partner"],
        "who": event["who"],
        "at": event["at"],
    }
