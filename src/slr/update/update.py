"""An update of the review: a new search in full, compared with a frozen version by the ids of records.

OpenAlex's free plan cannot be asked for what is new since a day, and services index works late, so the whole search is
asked again and what was known is recognised; nothing that was decided is moved. What is found is kept in the store,
each kind as a list. The kinds: new-record, new-work, changed, retracted, vanished, newly-matching, no-longer-matching,
queued (works that wait for a first decision and did not when the version was frozen), look-again (decided works whose
title or abstract changed, or that were retracted: their decisions stand until a person makes another) and not-asked
(included works that the search did not return and no source was asked about: whether they were retracted is not known).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from slr.errors import UserError
from slr.review import Review
from slr.store import runs, updates, versions
from slr.store.runs import Run
from slr.store.updates import Finding, Update
from slr.store.versions import Version
from slr.update import findings, retractions
from slr.update.diff import Diff, diff
from slr.update.freeze import Counted, named, present

KINDS = ("new-record", "new-work", "changed", "retracted", "vanished", "newly-matching", "no-longer-matching", "queued",
         "look-again", "not-asked")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A source in the update's search: queries, hits now and in its search before (None: there was none)."""

    source: str
    queries: int
    hits: int
    before: int | None


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update found: by kind of finding, and all that differs from the version it is compared with."""

    update: Update
    asked: tuple[Asked, ...]
    diff: Diff
    found: Mapping[str, tuple[Finding, ...]]

    def n(self, kind: str) -> int:
        """How many findings of a kind there are."""
        return len(self.found[kind])


def base(review: Review) -> Version:
    """The version that an update is compared with: the latest. Raises UserError if none was frozen."""
    latest = versions.latest(review.store.db)
    if latest is None:
        raise UserError(
            "no version was frozen yet, so there is nothing to compare an update with: run 'slr freeze NAME' first, or "
            "'slr update --freeze NAME', which freezes the review as it is before it searches again"
        )
    return latest


def unfinished(review: Review) -> Update | None:
    """The update that was begun and has work left, or None."""
    latest = updates.latest(review.store.db)
    return latest if latest and latest.finished_at is None else None


def begin(review: Review, version: Version) -> Update:
    """The unfinished update, or a new one; nothing is asked by this."""
    if going_on := unfinished(review):
        return going_on
    if review.now() <= version.frozen_at:
        review.sleep(1.0)  # times are kept to the second, and what follows a version has to be told from what it holds
    before = runs.latest(review.store.db, "search")
    began = review.now()
    stem = "update-" + began.replace(":", "").replace("-", "")
    taken = {one.update_id for one in updates.every(review.store.db)}
    update_id = next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
    update = Update(update_id, version.name, began, before.run_id if before else None)
    with review.store.writing() as db:
        updates.begin(db, update)
    return update


def own_search(review: Review, update: Update) -> Run | None:
    """The update's own search, once it was begun: the latest one, if it is not the one before the update."""
    if update.run_id:
        return next(run for run in runs.every(review.store.db, "search") if run.run_id == update.run_id)
    latest = runs.latest(review.store.db, "search")
    return latest if latest and latest.run_id != update.after_run else None


def wanted_variants(review: Review, version: Version) -> bool | None:
    """Spelling variants as the version had them, if they are configured as they were then; else None: as configured."""
    old = findings.review_of(review, versions.frozen_files(review.store.db, version.name))
    same = old is not None and old.config.search.variants == review.config.search.variants
    return version.variants if same else None


def finish(
    review: Review, update: Update, counted: Counted, tell: Callable[[UpdateReport], object] = lambda _report: None
) -> UpdateReport:
    """Compare the review, searched and grouped, with the version; keep what was found, once, and report it.

    ``tell`` is given the report before the update is marked as done, so that a crash cannot leave it untold.
    """
    run = own_search(review, update)
    if run is None:
        raise UserError(f"the update {update.update_id} has not searched yet: run 'slr update' again")
    db = review.store.db
    frozen, now = named(review, update.version), present(review, counted)
    differs = diff(db, frozen, now)
    found = [*findings.all_of(review, run, frozen, now, differs), *_not_asked(review, update, frozen.version, run)]
    done = replace(update, run_id=run.run_id, finished_at=update.finished_at or review.now())
    report = UpdateReport(done, tuple(_asked(review, run)), differs, _by_kind(found))
    tell(report)
    if update.finished_at is None and done.finished_at:
        with review.store.writing() as writing:
            updates.finish(writing, done.update_id, run.run_id, done.finished_at, found)
    return report


def _not_asked(review: Review, update: Update, version: Version, run: Run) -> Iterator[Finding]:
    asked = retractions.asked_about(review, update)
    for work, members in retractions.not_returned(review, version, run.run_id).items():
        if work not in asked:
            yield Finding("not-asked", work, {"title": next((r.title for r in members if r.title), "")})


def _by_kind(found: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for one in sorted(found, key=lambda f: f.subject):
        grouped[one.kind].append(one)
    return {kind: tuple(grouped[kind]) for kind in KINDS}


def _asked(review: Review, run: Run) -> Iterator[Asked]:
    db = review.store.db
    now = updates.hits(db, run.run_id)
    queries = runs.queries(db, run.run_id)
    for source in sorted({q.source for q in queries}):
        before = findings.search_before(db, run, source)
        earlier = len(updates.hits(db, before).get(source, ())) if before else None
        yield Asked(source, sum(q.source == source for q in queries), len(now.get(source, ())), earlier)


# what it will cost


@dataclass(frozen=True, slots=True)
class Expected:
    """What asking a source again will take, by what its last search returned (``hits`` None: it was never asked)."""

    source: str
    title: str
    queries: int
    hits: int | None
    requests: int | None
    usd: float | None
    note: str | None = None


def expected(review: Review) -> list[Expected]:
    """The cost of an update per source, worked out without asking anything."""
    variants = review.variants_in_force()
    latest = runs.every(review.store.db, "search")
    told = []
    with review.http("update-plan", offline=True) as http:
        for name in review.enabled_sources():
            source = review.source(name, http)
            plan = source.plan(review.request(variants))
            run = next(
                (r for r in reversed(latest) if name in findings.complete_sources(review.store.db, r.run_id)), None
            )
            hits = len(updates.hits(review.store.db, run.run_id).get(name, ())) if run else None
            n, info = len(plan.queries), source.info
            requests = None if hits is None else max(n, -(-hits // info.page_size))
            usd = None if requests is None else requests * info.page_usd
            told.append(Expected(name, info.title, n, hits, requests, usd, None if n else " ".join(plan.notes)))
    return told
