"""Asking the sources: one run, resumable at any point, replayable from the archive."""

from __future__ import annotations

from dataclasses import dataclass

from slr import __version__
from slr.errors import ArchiveError, QueryError, SlrError, Unfinished, UserError
from slr.events import Note, Progress
from slr.http.client import Http
from slr.model import CompiledQuery, Page
from slr.review import Review
from slr.search.attribution import attribute
from slr.search.known import look_up
from slr.sources.base import Source
from slr.store import records, runs
from slr.store.runs import QueryState, Run


@dataclass(frozen=True, slots=True)
class Usage:
    """What a source was asked in this process: requests sent, replies from the archive, credits, US dollars."""

    source: str
    requests: int
    from_archive: int
    usd: float


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What a search did: its run, its queries as they stand, what is new, what each source cost."""

    run: Run
    queries: tuple[QueryState, ...]
    new_records: int
    unattributed: int
    usage: tuple[Usage, ...]
    problems: tuple[str, ...]


def search(
    review: Review, *, variants: bool | None = None, only: tuple[str, ...] = (), replay: str | None = None
) -> SearchReport:
    """Ask every enabled source (or ``only`` these); goes on with the latest run if that is unfinished and unchanged.

    ``replay`` is the id of an archived run ("latest": the last one): rebuilds its records with no network.
    A source that fails does not stop the others. Raises Unfinished when work is left, UserError when nothing got through
    that the user must mend first, ArchiveError when a replay lacks a reply.
    """
    run = _replayed(review, replay) if replay else _resumed_or_new(review, variants)
    http = review.http(run.run_id, offline=replay is not None)
    before = records.count(review.store.db)
    failures: list[SlrError] = []
    names = _sources(review, only)
    for name in names:
        _try_source(review, run, name, http, failures)
    _finish(review, run, failures)
    attribute(review)
    report = _report(review, run, http, names, before, failures)
    _raise_for(failures, report)
    return report


def _sources(review: Review, only: tuple[str, ...]) -> tuple[str, ...]:
    enabled = tuple(review.enabled_sources())
    if unknown := [name for name in only if name not in enabled]:
        raise UserError(f"the source '{unknown[0]}' is not enabled in config/review.yaml (enabled: {', '.join(enabled)})")
    if not enabled:
        raise UserError("no source is enabled in config/review.yaml: set sources.openalex.enabled: true")
    return only or enabled


def _resumed_or_new(review: Review, variants: bool | None) -> Run:
    on = bool(review.config.search.variants) if variants is None else variants
    latest = runs.latest(review.store.db, "search")
    if latest and latest.status != "complete" and latest.config_hash == review.search_hash(on):
        review.listen(Note(f"going on with the unfinished search {latest.run_id}"))
        return latest
    return _begin(review, _new_run(review, on))


def _new_run(review: Review, variants: bool) -> Run:
    started = review.now()
    stem = "search-" + started.replace(":", "").replace("-", "")
    taken = {run.run_id for run in runs.every(review.store.db)} | set(review.archive.runs())
    run_id = next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
    return Run(
        run_id=run_id,
        kind="search",
        started_at=started,
        finished_at=None,
        status="running",
        config_hash=review.search_hash(variants),
        matrix_hash=review.matrix_hash(variants),
        variants=variants,
        slr_version=__version__,
    )


def _begin(review: Review, run: Run) -> Run:
    review.archive.describe(
        run.run_id,
        {
            "started_at": run.started_at,
            "config_hash": run.config_hash,
            "matrix_hash": run.matrix_hash,
            "variants": run.variants,
            "slr_version": run.slr_version,
        },
    )
    with review.store.writing() as db:
        runs.begin(db, run)
    return run


def _replayed(review: Review, replay: str) -> Run:
    described = review.archive.described()
    if not described:
        raise ArchiveError("outputs/archive holds no search to replay: run 'slr search' first, or restore the archive")
    run_id = max(described) if replay == "latest" else replay
    if run_id not in described:
        raise ArchiveError(f"outputs/archive holds no run '{run_id}' (it has: {', '.join(sorted(described))})")
    about = described[run_id]
    if about["config_hash"] != review.search_hash(bool(about["variants"])):
        raise ArchiveError(
            f"the search {run_id} was made with another matrix or other source settings than this folder has now: "
            "restore the search_terms.yaml and config/review.yaml of that time, then replay"
        )
    run = Run(run_id=run_id, kind="search", finished_at=None, status="running", **about)
    with review.store.writing() as db:
        runs.begin(db, run)
    return run


def _try_source(review: Review, run: Run, name: str, http: Http, failures: list[SlrError]) -> None:
    try:
        source = review.source(name, http)
        _search_source(review, run, source, name, http.offline)
        look_up(review, run.run_id, source)
    except SlrError as error:
        if isinstance(error, QueryError) or error.exit_code == 3:
            raise
        review.listen(Note(f"{name}: {error}"))
        failures.append(error)


def _search_source(review: Review, run: Run, source: Source, name: str, replaying: bool) -> None:
    plan = source.plan(review.request(run.variants))
    for note in plan.notes:
        review.listen(Note(f"{name}: {note}"))
    with review.store.writing() as db:
        runs.add_queries(db, run.run_id, plan.queries)
    states = {q.part: q for q in runs.queries(review.store.db, run.run_id) if q.source == name}
    failure: SlrError | None = None
    for query in plan.queries:
        try:
            _ask(review, source, query, states[query.part], replaying)
        except SlrError as error:
            failure = error
            with review.store.writing() as db:
                runs.fail(db, states[query.part].query_id, str(error))
            break
    if failure:
        raise failure


def _ask(review: Review, source: Source, query: CompiledQuery, state: QueryState, replaying: bool) -> None:
    """Page through one query, keeping each page in one transaction before the next is asked for.

    A replay walks through every page from the first, whatever the store has, so that it also proves the archive.
    """
    cursor, retrieved = (None, 0) if replaying else (state.next_cursor, state.retrieved)
    most = getattr(review.enabled_sources()[query.source], "max_records", None)
    while replaying or state.status != "complete":
        page = source.page(query, cursor)
        if most is not None and page.total is not None and page.total > most:
            raise UserError(
                f"{query.source} states {page.total:,} hits, more than sources.{query.source}.max_records = {most:,} in "
                "config/review.yaml: narrow the matrix, set years, or raise that limit"
            )
        retrieved = _keep(review, state, page, retrieved)
        review.listen(Progress(f"{query.source} {query.part}/{query.parts}", retrieved, page.total, "records"))
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    _compare(review, state.query_id)


def _keep(review: Review, state: QueryState, page: Page, retrieved: int) -> int:
    exchange = review.archive.get(page.exchange_id)
    with review.store.writing() as db:
        runs.add_exchange(db, exchange)
        records.add(
            db,
            state.query_id,
            page.records,
            positions=page.positions,
            first_rank=retrieved + 1,
            exchange_id=page.exchange_id,
        )
        runs.advance(
            db,
            state.query_id,
            total=page.total,
            next_cursor=page.next_cursor,
            asked_on=exchange.fetched_at,
            notes=page.warnings,
        )
    return retrieved + len(page.records)


def _compare(review: Review, query_id: int) -> None:
    """Say so where the server's own total differs from what was retrieved."""
    state = next(q for q in runs.queries(review.store.db) if q.query_id == query_id)
    if state.server_total is None or state.server_total == state.retrieved:
        return
    note = (
        f"{state.source} states {state.server_total:,} hits, {state.retrieved:,} distinct records were retrieved "
        f"(query {state.part} of {state.parts})"
    )
    review.listen(Note(note))
    with review.store.writing() as db:
        runs.add_note(db, query_id, note)


def _finish(review: Review, run: Run, failures: list[SlrError]) -> None:
    """A run is complete when every enabled source has answered every query."""
    asked = [q for q in runs.queries(review.store.db, run.run_id)]
    enabled = set(review.enabled_sources())
    whole = not failures and {q.source for q in asked} >= enabled and all(q.status == "complete" for q in asked)
    exchanges = review.archive.exchanges(run.run_id)
    ended = max((e.fetched_at for e in exchanges), default=run.started_at)
    with review.store.writing() as db:
        runs.end(db, run.run_id, "complete" if whole else "incomplete", ended)


def _report(
    review: Review, run: Run, http: Http, names: tuple[str, ...], before: int, failures: list[SlrError]
) -> SearchReport:
    db = review.store.db
    spent = {name: http.usage(name) for name in names}
    return SearchReport(
        run=next(r for r in runs.every(db, "search") if r.run_id == run.run_id),
        queries=tuple(runs.queries(db, run.run_id)),
        new_records=records.count(db) - before,
        unattributed=records.unattributed(db),
        usage=tuple(Usage(name, u.requests, u.from_archive, u.usd) for name, u in spent.items()),
        problems=tuple(str(error) for error in failures),
    )


def _raise_for(failures: list[SlrError], report: SearchReport) -> None:
    if not failures:
        return
    got_something = any(q.status == "complete" for q in report.queries)
    if len(failures) == 1 and not (got_something and isinstance(failures[0], UserError)):
        raise failures[0]
    if any(isinstance(error, Unfinished) for error in failures) or got_something:
        raise Unfinished("; ".join(report.problems) + " – the other sources are complete; run the command again for the rest")
    raise failures[0]
