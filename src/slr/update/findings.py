"""What an update found, kind by kind: each a list of records or works with the reason, none a stored count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from slr.config import Years
from slr.matrix.match import Matcher
from slr.model import Record
from slr.review import Review
from slr.store import decisions, enrichment, records, runs, updates, versions, works
from slr.store.connection import Connection
from slr.store.runs import Run
from slr.store.updates import Finding
from slr.store.versions import Frozen
from slr.update.diff import Diff
from slr.update.freeze import whole
from slr.update.settings import loaded_of
from slr.update.words import changed_words

PENDING = ("pending_screening", "other_pending")
"""The boxes of the diagram that hold what waits for a first decision."""
MARKED = ("excluded_automatic", "other_ineligible")
"""Those that hold what a criterion marks."""
LOOKED_AT = ("title", "abstract")
"""The fields that a decision on title and abstract rests on."""


def all_of(review: Review, run: Run, frozen: Frozen, now: Frozen, differs: Diff) -> Iterator[Finding]:
    """Every finding of an update whose search was ``run``: ``frozen`` is compared with the review ``now``."""
    sides = _Sides(review, frozen, now)
    retracted = sides.newly_retracted()
    yield from _new_records(sides, differs)
    yield from _new_works(sides)
    for one in differs.changed:
        detail = {"work": one.work_id, "title": one.title, "fields": list(one.names), "what": changed_words(one.fields)}
        yield Finding("changed", one.record_id, detail)
    for work in retracted:
        yield Finding("retracted", work, {"title": sides.title(work), "included": work in sides.included})
    yield from _vanished(sides, run)
    yield from _matching(sides)
    yield from _queued(sides)
    yield from _look_again(sides, differs, retracted)


@dataclass
class _Sides:
    """The version and the present, and what several kinds of findings need of both."""

    review: Review
    frozen: Frozen
    now: Frozen

    @property
    def db(self) -> Connection:
        return self.review.store.db

    @cached_property
    def members(self) -> Mapping[str, list[str]]:
        """work → its records now."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, record in self.now.records.items():
            found[record.work_id].append(name)
        return found

    @cached_property
    def known(self) -> set[str]:
        """The present works that hold a record of the version."""
        return {self.now.records[name].work_id for name in self.frozen.records if name in self.now.records}

    @cached_property
    def included(self) -> set[str]:
        """The present works of what the version included or the review includes now."""
        both = (*self.frozen.version.included, *self.now.version.included)
        return {self.now.records[name].work_id for one in both for name in one.records if name in self.now.records}

    @cached_property
    def before(self) -> Review | None:
        """The review with the configuration of the version; None if this slr cannot read that."""
        return review_of(self.review, self.frozen.files)

    @property
    def matrix_changed(self) -> bool:
        return self.frozen.version.matrix_hash != self.now.version.matrix_hash

    @cached_property
    def old_matcher(self) -> Matcher | None:
        """Finds what the version's matrix matched, by its text rules; None if the matrix is the same, or not known."""
        if not self.matrix_changed or self.before is None:
            return None
        return Matcher(self.before.matrix(self.frozen.version.variants), self.before.analyzer())

    def lay_in_a_cell(self, record: Record) -> bool:
        """Whether the version's matrix would have matched the record as it is now."""
        matcher = self.old_matcher
        return matcher is None or matcher.match(record.title, record.abstract, record.keywords).attributed

    def title(self, work: str) -> str:
        return next((r.title for r in self.records_of(work) if r.title), "")

    def records_of(self, work: str) -> list[Record]:
        return records.of_work(self.db, work)

    def newly_retracted(self) -> list[str]:
        """Known works that a record, or a source that was asked about them, calls retracted now and none did then."""
        flagged = versions.retracted(self.db)
        told = enrichment.filled(self.db)
        then, since = self.frozen.records, self.frozen.version.frozen_at
        found = []
        for work in sorted(self.known):
            mine = self.members[work]
            was = any(name in then and (name, then[name].content_hash) in flagged for name in mine)
            says = [name for name in mine if (name, self.now.records[name].content_hash) in flagged]
            heard = told.get(work, {}).get("retracted")
            if heard and heard.value:
                was, says = was or heard.at <= since, [*says, heard.source]
            if says and not was:
                found.append(work)
        return found


def review_of(review: Review, files: Mapping[str, bytes]) -> Review | None:
    """The review with a frozen configuration; None if this slr cannot read it."""
    loaded = loaded_of(files)
    return replace(review, loaded=loaded) if loaded else None


def _new_records(sides: _Sides, differs: Diff) -> Iterator[Finding]:
    for name in differs.new:
        work = sides.now.records[name].work_id
        record = records.get(sides.db, name)
        if record:
            detail = {"work": work, "source": record.source, "title": record.title, "year": record.year,
                      "doi": record.doi, "known_work": work in sides.known}  # fmt: skip
            yield Finding("new-record", name, detail)


def _new_works(sides: _Sides) -> Iterator[Finding]:
    marked = works.ineligible(sides.db)
    for work in sides.members:
        if work in sides.known:
            continue
        found = sides.records_of(work)
        detail = {
            "title": sides.title(work),
            "year": next((r.year for r in found if r.year is not None), None),
            "doi": next((r.doi for r in found if r.doi), None),
            "sources": sorted({r.source for r in found}),
            "only_by": _only_by(sides, found),
            "marked": [rule for rule, _ in marked.get(work, [])],
            "retracted": any(r.retracted for r in found),
        }
        yield Finding("new-work", work, detail)


def _only_by(sides: _Sides, found: list[Record]) -> list[str]:
    """Which changes of the configuration a work would not have been found without."""
    if sides.before is None:
        return []
    only = []
    in_a_cell = any(sides.now.records[r.record_id].attributed for r in found)
    if sides.old_matcher and in_a_cell and not any(map(sides.lay_in_a_cell, found)):
        only.append("matrix")
    added = set(sides.review.enabled_sources()) - set(sides.before.enabled_sources())
    if all(r.source in added for r in found):
        only.append("source")
    old, new = sides.before.config.search.years, sides.review.config.search.years
    if old != new and not any(_within(old, r.year) for r in found):
        only.append("years")
    return only


def _within(years: Years, year: int | None) -> bool:
    if year is None:
        return years.first is None and years.last is None
    return (years.first or year) <= year <= (years.last or year)


def _vanished(sides: _Sides, run: Run) -> Iterator[Finding]:
    """Hits of a source's searches from the version's on, and no hits in this one, if it answered in full."""
    now = updates.hits(sides.db, run.run_id)
    for source in sorted(complete_sources(sides.db, run.run_id)):
        lost: dict[str, str] = {}
        for earlier in _searches_between(sides, run):
            lost |= dict.fromkeys(updates.hits(sides.db, earlier).get(source, set()) - now.get(source, set()), earlier)
        for name in sorted(lost):
            record = records.get(sides.db, name)
            if record and name in sides.now.records:
                detail = {"work": sides.now.records[name].work_id, "source": source, "title": record.title,
                          "search": lost[name], "because": _why_gone(sides, record)}  # fmt: skip
                yield Finding("vanished", name, detail)


def _searches_between(sides: _Sides, run: Run) -> list[str]:
    """The version's search and those after it, up to the one before ``run``."""
    found = [one.run_id for one in runs.every(sides.db, "search")]
    first = found.index(sides.frozen.version.run_id) if sides.frozen.version.run_id in found else 0
    return found[first : found.index(run.run_id)]


def _why_gone(sides: _Sides, record: Record) -> str:
    """``matrix`` or ``years`` if the changed configuration no longer asks for it, else ``source``."""
    there = sides.now.records[record.record_id]
    if sides.old_matcher and not there.attributed and sides.lay_in_a_cell(record):
        return "matrix"
    return "source" if _within(sides.review.config.search.years, record.year) else "years"


def _matching(sides: _Sides) -> Iterator[Finding]:
    """Known works that lie in a cell of the matrix now and did not then, and the other way round."""
    then = _attributed(sides, sides.frozen)
    now = _attributed(sides, sides.now)
    for kind, some in (("newly-matching", now - then), ("no-longer-matching", then - now)):
        for work in sorted(some & sides.known):
            because = "matrix" if sides.matrix_changed and not _redescribed(sides, work) else "description"
            yield Finding(kind, work, {"title": sides.title(work), "because": because})


def _attributed(sides: _Sides, side: Frozen) -> set[str]:
    present = sides.now.records
    return {present[name].work_id for name, one in side.records.items() if one.attributed and name in present}


def _redescribed(sides: _Sides, work: str) -> bool:
    """Whether a record of the work is new, or described otherwise, since the version."""
    then, now = sides.frozen.records, sides.now.records
    return any(name not in then or then[name].content_hash != now[name].content_hash for name in sides.members[work])


def _queued(sides: _Sides) -> Iterator[Finding]:
    before = _waiting(sides, sides.frozen)
    for work in sorted(_waiting(sides, sides.now) - before):
        because = "new" if work not in sides.known else "criteria" if _was_marked(sides, work) else "votes"
        yield Finding("queued", work, {"title": sides.title(work), "because": because})


def _waiting(sides: _Sides, side: Frozen) -> set[str]:
    """The present works of what waited for a first decision on a side."""
    present = sides.now.records
    boxes = whole(side)
    ids = (name for box in PENDING for name in boxes.get(box, ()))
    return {present[name].work_id for name in ids if name in present}


def _was_marked(sides: _Sides, work: str) -> bool:
    boxes = whole(sides.frozen)
    excluded = {name for box in MARKED for name in boxes.get(box, ())}
    return any(name in excluded for name in sides.members[work])


def _look_again(sides: _Sides, differs: Diff, retracted: list[str]) -> Iterator[Finding]:
    """Decided works that changed in what decisions rest on, unless someone decided since an update said the same.

    ``state`` is what the descriptions were when it was said: if they change once more, it is said once more.
    """
    because: dict[str, list[str]] = defaultdict(list)
    for one in differs.changed:
        because[one.work_id] += [f"{name} changed" for name in one.names if name in LOOKED_AT]
    for work in retracted:
        because[work].append("retracted")
    decided: dict[str, str] = {}
    for vote in decisions.verdicts(sides.db):
        decided[vote.work_id] = max(vote.decided_at, decided.get(vote.work_id, ""))
    told = updates.last_told(sides.db, sides.frozen.version.name, "look-again")
    for work in sorted(work for work in because if because[work] and work in decided):
        state = sorted(sides.now.records[name].content_hash[:16] for name in sides.members[work])
        said_at, said = told.get(work, ("", {}))
        if said.get("state") == state and decided[work] > said_at:
            continue
        detail = {"title": sides.title(work), "because": sorted(set(because[work])), "included": work in sides.included}
        yield Finding("look-again", work, detail | {"state": state})


def complete_sources(db: Connection, run_id: str) -> set[str]:
    """The sources that answered every query of a run."""
    found: dict[str, bool] = {}
    for query in runs.queries(db, run_id):
        found[query.source] = found.get(query.source, True) and query.status == "complete"
    return {source for source, whole in found.items() if whole}


def search_before(db: Connection, run: Run, source: str) -> str | None:
    """The last search before this one in which the source answered every query, or None."""
    earlier = runs.every(db, "search")
    position = next(n for n, one in enumerate(earlier) if one.run_id == run.run_id)
    whole = (one.run_id for one in reversed(earlier[:position]) if source in complete_sources(db, one.run_id))
    return next(whole, None)
