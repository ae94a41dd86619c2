"""The stage ``slr dedupe``: groups the records of a review into works, and counts what that removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Literal

from slr.dedup.again import group_anew
from slr.dedup.asked import queue
from slr.dedup.group import Grouped, Placed
from slr.dedup.judging import standing
from slr.dedup.nearby import keys_of, near, rules_hash, with_works
from slr.dedup.outofcore import group_in
from slr.dedup.sides import Side, side
from slr.events import Progress
from slr.model import Record
from slr.review import Review
from slr.store import pairs, records, works
from slr.store.connection import Connection
from slr.store.works import Assignment

Engine = Literal["memory", "duckdb"]
WORKING = "duplicates.tmp"
"""The folder in ``outputs/`` that the engine on disk works in."""
FEW = 5
"""One in so many records or fewer are compared with those near to them only."""
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


def dedupe(review: Review, *, again: bool = False, engine: Engine = "memory") -> DedupReport:
    """Group every record; earlier groups, work ids, decisions and people's verdicts stay. Appends only what changed.

    New records, and those whose description changed, are compared with the others; with ``again``, or when a newer slr
    has other rules, all are. The engine ``duckdb`` gives the same, with records and pairs on disk instead of in memory.

    The order of imports matters only where this is run between them and a record fits two works that a rule keeps apart
    (an untyped record beside an article and its working paper): it stays with the one that it met first.
    """
    with review.store.writing() as db:
        before = works.memberships(db)
        grouped, keys = _grouped(review, db, before, again, engine)
        changed = [p for p in grouped.placed if before.get(p.record_id) != works.work_id_of(p.founder)]
        works.found(db, sorted({p.founder for p in changed}), review.now())
        works.assign(db, map(_assignment, changed), who="slr", at=review.now())
        works.set_compared(db, rules_hash(), keys)
        pairs.doubt(db, ((d.a, d.b, d.rule, d.score) for d in grouped.unsure), review.now())
        after = before | {p.record_id: works.work_id_of(p.founder) for p in changed}
        return DedupReport(
            records=len(after),
            works=len(set(after.values())),
            placed=len(changed),
            merged=len(set(before.values()) - set(after.values())),
            rules=works.rules_used(db),
            sources=counts(db),
            unsure=len(queue(db)),
        )


def _grouped(
    review: Review, db: Connection, before: Mapping[str, str], again: bool, engine: Engine
) -> tuple[Grouped, list[tuple[str, bytes]]]:
    """The groups of all records that can change, and (record_id, keys) of those that were compared anew."""
    fresh = works.to_compare(db, rules_hash())
    anew = set(before) | fresh if again else fresh
    if engine == "duckdb":
        return _on_disk(review, db, before, anew)
    sides, keys = _scope(review, db, before, anew)
    founder_of = works.founders(db)
    together = {s.record_id: founder_of[before[s.record_id]] for s in sides if s.record_id in before}
    return group_anew(sides, together, anew & together.keys(), standing(db)), keys


def _on_disk(
    review: Review, db: Connection, before: Mapping[str, str], anew: Set[str]
) -> tuple[Grouped, list[tuple[str, bytes]]]:
    """``_grouped`` of all records, one after the other."""
    founder_of, keys = works.founders(db), list[tuple[str, bytes]]()
    together = {record_id: founder_of[work_id] for record_id, work_id in before.items()}

    def sides() -> Iterator[Side]:
        for record in _heard(review, records.bibliography(db), records.count(db)):
            one = side(record)
            if one.record_id in anew:
                keys.append((one.record_id, keys_of(one)))
            yield one

    with _working_folder(review.outputs / WORKING) as folder:
        found = group_anew(sides(), together, anew & together.keys(), standing(db), group_in(folder))
    return found, keys


@contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    """An empty folder, removed afterwards; what a killed run left in it goes too (the review is locked by now)."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def _scope(
    review: Review, db: Connection, before: Mapping[str, str], anew: Set[str]
) -> tuple[list[Side], list[tuple[str, bytes]]]:
    """The records to group: few new ones with those near to them; else, as most of all are near to one, all."""
    if FEW * len(anew) >= records.count(db):
        sides = [side(record) for record in _heard(review, records.bibliography(db), records.count(db))]
        return sides, [(s.record_id, keys_of(s)) for s in sides if s.record_id in anew]
    mine = [side(record) for record in records.bibliography_of(db, anew)]
    keys = [(s.record_id, keys_of(s)) for s in mine]
    found = with_works(near((own for _, own in keys), works.compared(db)) | anew, before) - anew
    others = _heard(review, records.bibliography_of(db, found), len(found))
    return mine + [side(record) for record in others], keys


def _heard(review: Review, found: Iterable[Record], total: int) -> Iterator[Record]:
    """The records, with word of how many were read."""
    for n, record in enumerate(found, start=1):
        if n % HEARD_EACH == 0 or n == total:
            review.listen(Progress("grouping", n, total, "records"))
        yield record


def _assignment(placed: Placed) -> Assignment:
    work_id = works.work_id_of(placed.founder)
    return Assignment(placed.record_id, work_id, placed.rule, placed.score, placed.partner)


def counts(db: Connection) -> tuple[SourceCount, ...]:
    """Raw records, duplicates and unique works per source, by name, independent of the order of sources."""
    return tuple(
        SourceCount(source, raw, raw - held, shared, held - shared) for source, raw, held, shared in works.by_source(db)
    )
