"""One round of citation searching: the references of the seeds and the works that cite them (TARCiS 2024, Wohlin 2014).

Seeds are the included works that no earlier round has used. What comes back is kept with origin "citation", and is grouped
and screened like every other record; the works that screening then includes are the next round's seeds.
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
from slr.review import Review
from slr.sources.base import Direction, Source
from slr.store import decisions, records, runs, works
from slr.store.runs import QueryState, Run
from slr.verdicts import Vote, outcome

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
    latest = runs.latest(review.store.db, "citation")
    going_on = latest if latest and latest.status != "complete" else None
    number = len(runs.every(review.store.db, "citation")) + (0 if going_on else 1)
    seeds = [] if going_on else _unused(review)
    if not seeds and not going_on:
        return SnowballReport(None, number - 1, (), (), {}, 0)
    run = going_on or _begin(review, number)
    http = review.http(run.run_id)
    sources = _indexes(review, http)
    before = records.count(review.store.db)
    missing: set[str] = set()
    for source in sources:
        missing |= _ask_index(review, run, source, directions, seeds)
    with review.store.writing() as db:
        runs.end(db, run.run_id, "complete", review.now())
    queries = runs.queries(review.store.db, run.run_id)
    returned = {d: sum(q.retrieved for q in queries if q.text.startswith(d)) for d in directions}
    new = records.count(review.store.db) - before
    return SnowballReport(run.run_id, number, tuple(seeds), tuple(sorted(missing)), returned, new)


def included(review: Review) -> list[str]:
    """The works that full-text screening included, by id."""
    last = review.config.stages[-1]
    votes: dict[str, list[Vote]] = {}
    for v in decisions.verdicts(review.store.db):
        if v.stage == last.name:
            votes.setdefault(v.work_id, []).append(Vote(v.reviewer, v.verdict, v.reason))
    return sorted(work for work, cast in votes.items() if outcome(cast, last.reviewers) == "include")


def _unused(review: Review) -> list[str]:
    used = runs.seeds(review.store.db)
    return [work for work in included(review) if work not in used]


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


def _indexes(review: Review, http: Http) -> list[Source]:
    opened = [review.source(name, http) for name in review.enabled_sources()]
    able = [source for source in opened if source.info.references and source.info.citations]
    if not able:
        raise UserError("no enabled source knows citations: enable openalex or snapshot in config/review.yaml")
    return able


def _ask_index(review: Review, run: Run, source: Source, directions: Sequence[Direction], seeds: Sequence[str]) -> set[str]:
    """Ask one index both ways; returns the seeds that it does not hold."""
    name = source.info.name + SUFFIX
    held = {q.text: q for q in runs.queries(review.store.db, run.run_id) if q.source == name}
    missing: set[str] = set()
    if not held:
        ids, missing = _ids(review, source, seeds)
        queries = [
            CompiledQuery(name, part, len(directions), f"{direction}: {' '.join(ids)}", url="", url_bytes=0)
            for part, direction in enumerate(directions, start=1)
        ]
        with review.store.writing() as db:
            runs.add_queries(db, run.run_id, queries if ids else [], origin="citation")
            runs.add_seeds(db, run.run_id, source.info.name, {work: work not in missing for work in seeds})
        held = {q.text: q for q in runs.queries(review.store.db, run.run_id) if q.source == name}
    for query in held.values():
        _follow(review, source, query)
    return missing


def _ids(review: Review, source: Source, seeds: Sequence[str]) -> tuple[list[str], set[str]]:
    """The index's own ids of the seeds, and the seeds that it does not hold; looked up by DOI or title where unknown."""
    own: dict[str, str] = {}
    unknown: list[KnownStudy] = []
    for work in seeds:
        members = records.of_work(review.store.db, work)
        stated = sorted(r.ids["openalex"] for r in members if r.ids.get("openalex"))
        if stated:
            own[work] = stated[0]
        else:
            unknown.append(_as_study(work, merge(members).record))
    for study_key, candidates in (source.find(unknown) if unknown else {}).items():
        match = next((c for c in candidates if c.ids.get("openalex")), None)
        if match:
            own[study_key] = match.ids["openalex"]
    missing = set(seeds) - set(own)
    for work in sorted(missing):
        review.listen(Note(f"seed {work} is not in {source.info.name}: check its references by hand"))
    return sorted(set(own.values())), missing


def _as_study(work: str, record: Record) -> KnownStudy:
    return KnownStudy(key=work, title=record.title, authors=record.authors, year=record.year, doi=record.doi)


def _follow(review: Review, source: Source, query: QueryState) -> None:
    direction, ids = query.text.split(": ", 1)
    cursor, retrieved, status = query.next_cursor, query.retrieved, query.status
    while status != "complete":
        page = source.linked(ids.split(), direction, cursor)  # type: ignore[arg-type]
        exchange = review.archive.get(page.exchange_id)
        found = tuple(_from_citation(record, query.source) for record in page.records)
        with review.store.writing() as db:
            runs.add_exchange(db, exchange)
            records.add(db, query.query_id, found, positions=page.positions, first_rank=retrieved + 1,
                        exchange_id=page.exchange_id)  # fmt: skip
            runs.advance(db, query.query_id, total=page.total, next_cursor=page.next_cursor,
                         asked_on=exchange.fetched_at, notes=page.warnings)  # fmt: skip
        retrieved += len(found)
        review.listen(Progress(query.source + " " + direction, retrieved, page.total, "records"))
        cursor, status = page.next_cursor, "running" if page.next_cursor else "complete"


def _from_citation(record: Record, name: str) -> Record:
    """The record as one that citation searching identified: PRISMA counts it beside the same record of a search."""
    return replace(record, record_id=f"{name}:{record.record_id.split(':', 1)[1]}", source=name, origin="citation")
