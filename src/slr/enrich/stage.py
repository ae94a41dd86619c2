"""``slr enrich``: missing DOIs, abstracts, references and retraction status, asked of other sources by identifier.

Sources are asked one after the other, each only for what records and the sources before it left open. What is told is
kept beside the records, with its source, reply and date, and counts only where no record states a value; that a work
was retracted counts whoever says it. Every reply is archived, a page of them is one transaction, and what is asked
depends on the state at the run's beginning alone: an interrupted run goes on without asking twice, and a replay asks
the archive for the very same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slr.enrich.gaps import FIELDS, Gap, find_gaps, questions, states, value_of
from slr.errors import ArchiveError, OurBug, SlrError, UserError
from slr.events import Note, Progress
from slr.failures import together
from slr.http.client import Http
from slr.model import Page, Record
from slr.review import Review
from slr.sources.base import Describer, IdName
from slr.sources.registry import infos
from slr.store import enrichment, records, works
from slr.store.enrichment import EnrichmentRun, Told

PREFIX = "enrich-"


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field: works that lacked it when the run began, works filled by source, works that still lack it."""

    field: str
    missing: int
    filled: dict[str, int]
    still_missing: int


@dataclass(frozen=True, slots=True)
class EnrichReport:
    """What a run filled, and what each source was asked; ``failure`` is why work is left (None: nothing is)."""

    run_id: str
    status: str
    works: int
    fields: tuple[FieldReport, ...]
    requests: dict[str, int]
    problems: tuple[str, ...] = ()
    failure: SlrError | None = field(default=None, compare=False)

    def whole(self) -> EnrichReport:
        """This report, if no source failed; else its failure is raised."""
        if self.failure:
            raise self.failure
        return self


def enrich(review: Review, *, only: tuple[str, ...] = (), replay: bool = False) -> EnrichReport:
    """Ask every enabled source that can be asked by identifier (or ``only`` these) for what works lack.

    Goes on with the latest run if that is unfinished; ``replay`` does the latest archived run again without a network.
    A source that fails does not stop the others: the report then has a ``failure``. Raises UserError if no source can
    be asked or no records are grouped into works, ArchiveError for a replay without an archived run.
    """
    grouped, names = _grouped(review), _askable(review, only)
    run = _replayed(review) if replay else _resumed_or_new(review)
    failures: list[SlrError] = []
    with review.http(run.run_id, offline=replay) as http:
        for place in range(len(names)):
            _try_source(review, run, grouped, names[: place + 1], http, failures)
        requests = {name: http.usage(name).requests for name in names}
    _finish(review, run, failures)
    return _report(review, run, grouped, requests, failures)


def _grouped(review: Review) -> dict[str, list[Record]]:
    """work → its records, by id."""
    db = review.store.db
    if left := works.ungrouped(db):
        review.listen(Note(f"{left:,} records belong to no work yet and are not looked at: run 'slr dedupe' first"))
    work_of = works.memberships(db)
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records.every(db):
        if record.record_id in work_of:
            found[work_of[record.record_id]].append(record)
    if not found:
        raise UserError("there are no works to fill in: run 'slr search' or 'slr import', then 'slr dedupe'")
    return dict(found)


# the run


def _resumed_or_new(review: Review) -> EnrichmentRun:
    latest = enrichment.latest(review.store.db)
    if latest and latest.status != "complete":
        review.listen(Note(f"going on with the unfinished run {latest.run_id}"))
        return latest
    started = review.now()
    stem = PREFIX + started.replace(":", "").replace("-", "")
    taken = set(review.archive.runs()) | ({latest.run_id} if latest else set())
    run_id = next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
    return _begun(review, run_id, started)


def _replayed(review: Review) -> EnrichmentRun:
    asked = [run_id for run_id in review.archive.runs() if run_id.startswith(PREFIX)]
    if not asked:
        raise ArchiveError("outputs/archive holds no run of 'slr enrich' to replay: run 'slr enrich' first")
    day, _, time = asked[-1].removeprefix(PREFIX).partition("T")
    started = f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:6]}Z"
    return _begun(review, asked[-1], started)


def _begun(review: Review, run_id: str, started: str) -> EnrichmentRun:
    with review.store.writing() as db:
        enrichment.begin(db, run_id, started)
        return enrichment.get(db, run_id) or EnrichmentRun(run_id, started, None, "running")


def _finish(review: Review, run: EnrichmentRun, failures: Sequence[SlrError]) -> None:
    if run.status == "complete":
        return
    ended = max((e.fetched_at for e in review.archive.exchanges(run.run_id)), default=run.started_at)
    with review.store.writing() as db:
        enrichment.end(db, run.run_id, "incomplete" if failures else "complete", ended)


# one source


def _askable(review: Review, only: tuple[str, ...]) -> tuple[str, ...]:
    """The enabled sources that can be asked by identifier, in the order of the configuration."""
    asked_by = {info.name: info.identifiers for info in infos()}
    able = tuple(name for name in review.enabled_sources() if asked_by[name])
    if unable := [name for name in only if name not in able]:
        raise UserError(
            f"'{unable[0]}' is not an enabled source that can be asked by identifier (those are: "
            f"{', '.join(able) or 'none'}): enable it in config/review.yaml, or leave --source out"
        )
    if not able:
        raise UserError(
            "no enabled source can be asked by identifier: set sources.crossref: {enabled: true} in config/review.yaml"
        )
    return tuple(name for name in able if not only or name in only)


def _try_source(
    review: Review,
    run: EnrichmentRun,
    grouped: Mapping[str, Sequence[Record]],
    names: Sequence[str],
    http: Http,
    failures: list[SlrError],
) -> None:
    """Ask the last of ``names`` for what the ones before it left open."""
    *before, name = names
    try:
        source = review.source(name, http)
        known = enrichment.filled(review.store.db, without_run=run.run_id, sources=before)
        if isinstance(source, Describer):
            for id_name, asked in questions(find_gaps(grouped, known), source.info).items():
                _ask(review, run, name, source, id_name, asked)
    except OurBug:
        raise
    except SlrError as error:
        failures.append(error)


def _ask(
    review: Review,
    run: EnrichmentRun,
    name: str,
    source: Describer,
    id_name: IdName,
    asked: Mapping[str, Sequence[Gap]],
) -> None:
    """Go through the replies, keeping each in one transaction before the next is asked for."""
    done = 0
    for page in source.described(id_name, sorted(asked)) if asked else ():
        at = review.archive.get(page.exchange_id).fetched_at
        with review.store.writing() as db:
            enrichment.add(db, run.run_id, _told(page, id_name, asked, name, at))
        done += len(page.records)
        review.listen(Progress(f"{name} by {id_name}", done, len(asked), "works"))


def _told(page: Page, id_name: IdName, asked: Mapping[str, Sequence[Gap]], source: str, at: str) -> Iterator[Told]:
    for record in page.records:
        for gap in asked.get(value_of(record, id_name) or "", ()):
            for name in FIELDS:
                if name in gap.missing and states(record, name):
                    yield Told(gap.work_id, name, getattr(record, name), source, page.exchange_id, at)


# the report


def _report(
    review: Review,
    run: EnrichmentRun,
    grouped: Mapping[str, Sequence[Record]],
    requests: dict[str, int],
    failures: Sequence[SlrError],
) -> EnrichReport:
    db = review.store.db
    before = find_gaps(grouped, enrichment.filled(db, without_run=run.run_id))
    after = find_gaps(grouped, enrichment.filled(db))
    told = enrichment.by_run(db, run.run_id)
    now = enrichment.get(db, run.run_id)
    return EnrichReport(
        run_id=run.run_id,
        status=now.status if now else run.status,
        works=len(grouped),
        fields=tuple(FieldReport(n, _lacking(before, n), told.get(n, {}), _lacking(after, n)) for n in FIELDS),
        requests=requests,
        problems=tuple(str(error) for error in failures),
        failure=together(failures, len(requests)),
    )


def _lacking(gaps: Sequence[Gap], name: str) -> int:
    return sum(1 for gap in gaps if name in gap.missing)
