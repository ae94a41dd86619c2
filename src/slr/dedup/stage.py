"""The stage ``slr dedupe``: groups the records of a review into works, and counts what that removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from slr.dedup.again import group_anew
from slr.dedup.asked import queue
from slr.dedup.group import Placed
from slr.dedup.judging import standing
from slr.events import Progress
from slr.model import Record
from slr.review import Review
from slr.store import pairs, records, works
from slr.store.connection import Connection
from slr.store.works import Assignment

HEARD_EACH = 500
"""Records between two words of progress."""


@dataclass(frozen=True, slots=True)
class SourceCount:
    """PRISMA-S item 16 for a source: raw records, duplicates within it, works shared with others, works only it has.

    ``raw`` = ``within`` + ``shared`` + ``unique``. ``shared`` are its duplicates across sources, counted for each
    source that has the work: none of them is the one that came first, so the order of searches changes nothing.
    """

    source: str
    raw: int
    within: int
    shared: int
    unique: int


@dataclass(frozen=True, slots=True)
class DedupReport:
    """Records in, works out, what changed in this run, and the counts per source.

    ``unsure`` is how many questions wait for a person (``slr dedupe review``).
    """

    records: int
    works: int
    placed: int
    merged: int
    rules: dict[str, int]
    sources: tuple[SourceCount, ...]
    unsure: int = 0


def dedupe(review: Review, *, again: bool = False) -> DedupReport:
    """Group every record; earlier groups, work ids, decisions and people's verdicts stay. Appends only what changed.

    New records, and those whose description changed, are compared with all others; with ``again`` all are (after rules
    have changed with a newer slr).

    The order of imports matters only where this is run between them and a record fits two works that a rule keeps apart
    (an untyped record beside an article and its working paper): it stays with the one that it met first.
    """
    with review.store.writing() as db:
        before = works.memberships(db)
        founder_of = works.founders(db)
        together = {record_id: founder_of[work_id] for record_id, work_id in before.items()}
        anew = set(before) if again else works.changed(db)
        grouped = group_anew(_heard(review, db), together, anew, standing(db))
        changed = [p for p in grouped.placed if before.get(p.record_id) != works.work_id_of(p.founder)]
        works.found(db, sorted({p.founder for p in changed}), review.now())
        works.assign(db, map(_assignment, changed), who="slr", at=review.now())
        works.compared(db)
        pairs.doubt(db, ((d.a, d.b, d.rule, d.score) for d in grouped.unsure), review.now())
        return DedupReport(
            records=len(grouped.placed),
            works=len({p.founder for p in grouped.placed}),
            placed=len(changed),
            merged=len(set(before.values()) - set(works.memberships(db).values())),
            rules=works.rules_used(db),
            sources=counts(db),
            unsure=len(queue(db)),
        )


def _heard(review: Review, db: Connection) -> Iterator[Record]:
    """The records to group, by id, with word of how many were read."""
    total = records.count(db)
    for n, record in enumerate(records.bibliography(db), start=1):
        if n % HEARD_EACH == 0 or n == total:
            review.listen(Progress("grouping", n, total, "records"))
        yield record


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
