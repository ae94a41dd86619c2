"""One round of citation searching: the references of the seeds and the works that cite them (TARCiS 2024, Wohlin 2014).

Seeds are the included works that no earlier round has used. What comes back is kept with origin "citation", and is
grouped and screened like every other record; the works that screening then includes are the next round's seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slr import __version__
from slr.errors import UserError
from slr.events import Note, Progress
from slr.http.client import Http
from slr.merged import merge
from slr.model import CompiledQuery, KnownStudy, Record
from slr.normalize import family, plain
from slr.review import Review
from slr.sources.base import Direction, Source
from slr.store import decisions, enrichment, pages, records, runs
from slr.store.runs import QueryState, Run
from slr.verdicts import outcome

DIRECTIONS: tuple[Direction, ...] = ("backward", "forward")
SUFFIX = " citations"
"""What the name of an index gets where it is used for citation searching: "openalex citations"."""


@dataclass(frozen=True, slots=True)
class SnowballReport:
    """One round: seeds used, seeds that no index holds, records returned per direction, how many of them are new."""

    run_id: str | None
    round: int
    seeds: tuple[str, ...]
    not_in_index: tuple[str, ...]
    returned: dict[str, int]
    new_records: int


def snowball(review: Review, *, directions: Sequence[Direction] = DIRECTIONS) -> SnowballReport:
    """Run the next round, or go on with an interrupted one. Raises UserError if no enabled source has citations."""
    going_on = unfinished(review)
    number = len(runs.every(review.store.db, "citation")) + (0 if going_on else 1)
    seeds = _seeds(review, going_on)
    if not seeds and not going_on:
        return SnowballReport(None, number - 1, (), (), {}, 0)
    _check_indexes(review)
    run = going_on or _begin(review, number)
    before = records.count(review.store.db)
    with review.http(run.run_id) as http:
        for source in _indexes(review, http):
            _ask_index(review, run, source, directions, seeds)
    with review.store.writing() as db:
        runs.end(db, run.run_id, "complete", review.now())
    return _report(review, run, number, seeds, before)


def unfinished(review: Review) -> Run | None:
    """The round that was interrupted, if there is one."""
    latest = runs.latest(review.store.db, "citation")
    return latest if latest and latest.status != "complete" else None


def waiting_seeds(review: Review) -> list[str]:
    """The included works that no round began from yet, by id."""
    used = runs.seeds(review.store.db)
    return [work for work in included(review) if work not in used]


def _seeds(review: Review, going_on: Run | None) -> list[str]:
    """A round keeps the seeds it began with: one that was interrupted before it noted any takes those of now."""
    begun = runs.seeds_of(review.store.db, going_on.run_id) if going_on else {}
    return sorted({work for held in begun.values() for work in held}) or waiting_seeds(review)


def _report(review: Review, run: Run, number: int, seeds: Sequence[str], before: int) -> SnowballReport:
    queries = runs.queries(review.store.db, run.run_id)
    returned = {str(d): sum(q.retrieved for q in queries if q.text.startswith(f"{d}: ")) for d in DIRECTIONS}
    asked = runs.seeds_of(review.store.db, run.run_id).values()
    missing = sorted(work for work in seeds if not any(held.get(work) for held in asked))
    new = records.count(review.store.db) - before
    return SnowballReport(run.run_id, number, tuple(seeds), tuple(missing), returned, new)


def included(review: Review) -> list[str]:
    """The works that full-text screening included, by id."""
    last = review.config.stages[-1]
    votes = decisions.votes(review.store.db, review.config.maybe)
    return sorted(
        work
        for (work, stage), cast in votes.items()
        if stage == last.name and outcome(cast, last.reviewers) == "include"
    )


def _begin(review: Review, number: int) -> Run:
    variants = review.variants_in_force()
    started = review.now()
    run = Run(
        run_id=f"citation-{number}-{started.replace(':', '').replace('-', '')}",
        kind="citation",
        started_at=started,
        finished_at=None,
        status="running",
        config_hash=review.search_hash(variants),
        matrix_hash=review.matrix_hash(variants),
        variants=variants,
        slr_version=__version__,
    )
    with review.store.writing() as db:
        runs.begin(db, run)
    return run


def _check_indexes(review: Review) -> None:
    with review.http("unasked") as http:
        if not _indexes(review, http):
            raise UserError(
                "no enabled source knows citations: set sources.openalex.enabled: true in config/review.yaml"
            )


def _indexes(review: Review, http: Http) -> list[Source]:
    opened = [review.source(name, http) for name in review.enabled_sources()]
    return [source for source in opened if source.info.references and source.info.citations]


def _ask_index(review: Review, run: Run, source: Source, directions: Sequence[Direction], seeds: Sequence[str]) -> None:
    """Ask one index both ways; which seeds it holds is noted, together with its queries, before anything is asked."""
    name = source.info.name + SUFFIX
    if source.info.name not in runs.seeds_of(review.store.db, run.run_id):
        ids, missing = _ids(review, source, seeds)
        queries = [
            CompiledQuery(name, part, len(directions), f"{direction}: {' '.join(ids)}", url="", url_bytes=0)
            for part, direction in enumerate(directions, start=1)
        ]
        with review.store.writing() as db:
            runs.add_queries(db, run.run_id, queries if ids else [], origin="citation")
            runs.add_seeds(db, run.run_id, source.info.name, {work: work not in missing for work in seeds})
    for query in runs.queries(review.store.db, run.run_id):
        if query.source == name:
            _follow(review, source, query)


def _ids(review: Review, source: Source, seeds: Sequence[str]) -> tuple[list[str], set[str]]:
    """The index's own ids of the seeds (looked up by DOI or title where unknown), and the seeds it does not hold."""
    key = source.info.own_id
    own: dict[str, str] = {}
    unknown: list[KnownStudy] = []
    filled = enrichment.filled(review.store.db)
    for work in seeds:
        members = records.of_work(review.store.db, work)
        stated = sorted(r.ids[key] for r in members if r.ids.get(key))
        if stated:
            own[work] = stated[0]
        else:
            unknown.append(_as_study(work, merge(members, filled.get(work)).record))
    candidates = source.find(unknown) if unknown else {}
    for study in unknown:
        match = next((c for c in candidates.get(study.key, []) if c.ids.get(key) and _is(study, c)), None)
        if match:
            own[study.key] = match.ids[key]
    missing = set(seeds) - set(own)
    for work in sorted(missing):
        review.listen(Note(f"seed {work} is not in {source.info.name}: check its references by hand"))
    return sorted(set(own.values())), missing


def _is(seed: KnownStudy, found: Record) -> bool:
    """True if the index's record is the seed: the same DOI, or the same title and first author within a year."""
    if seed.doi:
        return seed.doi == found.doi
    author = not seed.authors or not found.authors or family(seed.authors[0]) == family(found.authors[0])
    near = not seed.year or not found.year or abs(seed.year - found.year) <= 1
    return author and near and plain(seed.title) == plain(found.title)


def _as_study(work: str, record: Record) -> KnownStudy:
    return KnownStudy(key=work, title=record.title, authors=record.authors, year=record.year, doi=record.doi)


def _follow(review: Review, source: Source, query: QueryState) -> None:
    """Page through one direction, keeping each page in one transaction before the next is asked for."""
    direction, _, ids = query.text.partition(": ")
    way: Direction = "forward" if direction == "forward" else "backward"
    cursor, retrieved, complete = query.next_cursor, query.retrieved, query.status == "complete"
    while not complete:
        page = source.linked(ids.split(), way, cursor)
        exchange = review.archive.get(page.exchange_id)
        found = replace(page, records=tuple(_from_citation(record, query.source) for record in page.records))
        with review.store.writing() as db:
            retrieved = pages.keep(db, query.query_id, found, exchange, retrieved)
        review.listen(Progress(f"{query.source} {way}", retrieved, page.total, "records"))
        cursor, complete = page.next_cursor, page.next_cursor is None


def _from_citation(record: Record, name: str) -> Record:
    """The record as one that citation searching identified: PRISMA counts it beside the same record of a search."""
    return replace(record, record_id=f"{name}:{record.record_id.split(':', 1)[1]}", source=name, origin="citation")
