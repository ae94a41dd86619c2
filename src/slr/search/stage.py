"""Asking the sources: one run, resumable at any point, replayable from the archive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from slr import __version__
from slr.config import Sources
from slr.errors import ArchiveError, OurBug, QueryError, SlrError, UserError
from slr.events import Note, Progress
from slr.failures import together
from slr.http.client import Http
from slr.model import CompiledQuery, Page
from slr.review import Review
from slr.search.attribution import attribute
from slr.search.known import look_up
from slr.sources.base import Source
from slr.store import pages, records, runs
from slr.store.runs import QueryState, Run

_DESCRIBED = ("started_at", "config_hash", "matrix_hash", "variants", "slr_version")
"""What the archive keeps of a run, so that it can be replayed into an empty store."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a source was asked in this process: requests sent, replies from the archive, US dollars."""

    source: str
    requests: int
    from_archive: int
    usd: float


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What a search did: its run, its queries as they stand, what is new, what each source cost.

    ``failure`` is why work is left (None: nothing is, of the sources asked); ``problems`` has a sentence per source.
    """

    run: Run
    queries: tuple[QueryState, ...]
    new_records: int
    unattributed: int
    usage: tuple[Usage, ...]
    problems: tuple[str, ...] = ()
    failure: SlrError | None = field(default=None, compare=False)

    def whole(self) -> SearchReport:
        """This report, if no source failed; else its failure is raised."""
        if self.failure:
            raise self.failure
        return self


def search(
    review: Review,
    *,
    variants: bool | None = None,
    only: tuple[str, ...] = (),
    replay: str | None = None,
    again: bool = False,
) -> SearchReport:
    """Ask every enabled source (or ``only`` these); goes on with the latest run if that is unfinished and unchanged.

    ``variants`` None means as configured; ``again`` begins a new run in any case; ``replay`` is the id of an archived
    run ("latest": the last one) whose records are rebuilt with no network. A source that fails does not stop the
    others: the report then has a ``failure``, Unfinished if running again helps, UserError if something has to be
    mended first. Raises UserError where nothing can be asked at all, ArchiveError for a replay that cannot begin.
    """
    names = _sources(review, only)
    run = _replayed(review, replay) if replay else _resumed_or_new(review, variants, again)
    before = records.count(review.store.db)
    failures: list[SlrError] = []
    with review.http(run.run_id, offline=replay is not None) as http:
        for name in names:
            _try_source(review, run, name, http, failures)
        if run.status != "complete":
            _finish(review, run, failures, _not_searched(review, run, http))
    attribute(review)
    return _report(review, run, http, names, before, failures)


def is_current(review: Review, run: Run) -> bool:
    """Whether a run's matrix, limits and sources are those the review has now."""
    return run.config_hash == review.search_hash(run.variants)


def _sources(review: Review, only: tuple[str, ...]) -> tuple[str, ...]:
    enabled = tuple(review.enabled_sources())
    if not enabled:
        raise UserError("no source is enabled in config/review.yaml: set sources.openalex.enabled: true")
    if strange := [name for name in only if name not in Sources.model_fields]:
        raise UserError(f"there is no source '{strange[0]}': give --source one of {', '.join(enabled)}")
    if unknown := [name for name in only if name not in enabled]:
        raise UserError(
            f"the source '{unknown[0]}' is not enabled in config/review.yaml (enabled: {', '.join(enabled)}): set "
            f"sources.{unknown[0]}.enabled: true, or leave --source out"
        )
    return only or enabled


# the run


def _resumed_or_new(review: Review, variants: bool | None, again: bool) -> Run:
    latest = runs.latest(review.store.db, "search")
    same = latest is not None and variants in (None, latest.variants) and is_current(review, latest)
    if latest and same and latest.status != "complete" and not again:
        review.listen(Note(f"going on with the unfinished search {latest.run_id}"))
        run = latest
    else:
        run = _new_run(review, bool(review.config.search.variants) if variants is None else variants)
        with review.store.writing() as db:
            runs.begin(db, run)
    if run.run_id not in review.archive.described():
        about = {name: getattr(run, name) for name in _DESCRIBED}
        review.archive.describe(run.run_id, {**about, "known_hash": review.known_hash()})
    return run


def _new_run(review: Review, variants: bool) -> Run:
    started = review.now()
    stem = "search-" + started.replace(":", "").replace("-", "")
    taken = {run.run_id for run in runs.every(review.store.db)} | set(review.archive.described())
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


def _replayed(review: Review, replay: str) -> Run:
    described = review.archive.described()
    asked = [run_id for run_id in described if review.archive.exchanges(run_id)]
    if not asked:
        raise ArchiveError("outputs/archive holds no search to replay: run 'slr search' first, or restore the archive")
    run_id = asked[-1] if replay == "latest" else replay
    if run_id not in described:
        raise ArchiveError(f"outputs/archive holds no search '{run_id}': give --run one of {', '.join(asked)}")
    known = runs.every(review.store.db, "search")
    run = Run(run_id, "search", finished_at=None, status="running", **{k: described[run_id][k] for k in _DESCRIBED})
    if not is_current(review, run):
        raise ArchiveError(
            f"the search {run_id} was made with another matrix or other source settings than this folder has now: "
            "restore the search_terms.yaml and config/review.yaml of that time, then replay"
        )
    if there := next((one for one in known if one.run_id == run_id), None):
        return there
    if later := next((one.run_id for one in known if one.started_at > run.started_at), None):
        raise UserError(
            f"the store has the later search {later}, whose records a replay of {run_id} would put back to an older "
            "state: move outputs/review.sqlite away to replay it on its own"
        )
    with review.store.writing() as db:
        runs.begin(db, run)
    return run


def _finish(review: Review, run: Run, failures: list[SlrError], not_searched: set[str]) -> None:
    """A run is complete when every enabled source that is searched has answered every query."""
    asked = runs.queries(review.store.db, run.run_id)
    everywhere = {q.source for q in asked} | not_searched >= set(review.enabled_sources())
    whole = not failures and everywhere and all(q.status == "complete" for q in asked)
    ended = max((e.fetched_at for e in review.archive.exchanges(run.run_id)), default=run.started_at)
    with review.store.writing() as db:
        runs.end(db, run.run_id, "complete" if whole else "incomplete", ended)


def _not_searched(review: Review, run: Run, http: Http) -> set[str]:
    """The enabled sources that the matrix is not asked of (Crossref without a ranked search): they plan no query."""
    opened = (review.source(name, http) for name in review.enabled_sources())
    found: set[str] = set()
    for source in opened:
        with suppress(QueryError):
            if not source.info.boolean_search and not source.plan(review.request(run.variants)).queries:
                found.add(source.info.name)
    return found


# one source


def _try_source(review: Review, run: Run, name: str, http: Http, failures: list[SlrError]) -> None:
    try:
        source = review.source(name, http)
        _search_source(review, run, source, name, replaying=http.offline)
        if http.offline and not _same_known(review, run):
            review.listen(Note(f"{name}: config/known.yaml changed since, its studies are not looked up in the replay"))
        else:
            look_up(review, run.run_id, source)
    except OurBug:
        raise
    except SlrError as error:
        failures.append(error)


def _same_known(review: Review, run: Run) -> bool:
    return review.archive.described()[run.run_id].get("known_hash") == review.known_hash()


def _search_source(review: Review, run: Run, source: Source, name: str, replaying: bool) -> None:
    plan = source.plan(review.request(run.variants))
    if not plan.queries:
        review.listen(Note(f"{name} is not searched: {' '.join(plan.notes)}"))
    with review.store.writing() as db:
        runs.add_queries(db, run.run_id, plan.queries)
    states = {q.part: q for q in runs.queries(review.store.db, run.run_id) if q.source == name}
    for query in plan.queries:
        state = states[query.part]
        with review.store.writing() as db:
            for note in plan.notes:
                runs.add_note(db, state.query_id, note)
        _ask_or_note_why_not(review, source, query, state, replaying)


def _ask_or_note_why_not(
    review: Review, source: Source, query: CompiledQuery, state: QueryState, replaying: bool
) -> None:
    try:
        _ask(review, source, query, state, replaying)
    except SlrError as error:
        if state.status != "complete":
            with review.store.writing() as db:
                runs.fail(db, state.query_id, str(error))
        raise


def _ask(review: Review, source: Source, query: CompiledQuery, state: QueryState, replaying: bool) -> None:
    """Page through one query, keeping each page in one transaction before the next is asked for.

    A replay walks through every page from the first, whatever the store has, so that it also proves the archive.
    """
    cursor, retrieved = None if replaying else state.next_cursor, state.retrieved
    complete = state.status == "complete"
    while replaying or not complete:
        page = source.page(query, cursor)
        _check_size(review, query, page)
        if not complete:
            retrieved = _keep(review, state.query_id, page, retrieved)
        review.listen(Progress(f"{query.source} {query.part}/{query.parts}", retrieved, page.total, "records"))
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    _compare(review, source, state)


def _check_size(review: Review, query: CompiledQuery, page: Page) -> None:
    most = getattr(review.enabled_sources()[query.source], "max_records", None)
    if most is not None and page.total is not None and page.total > most:
        raise UserError(
            f"{query.source} states {page.total:,} hits, more than sources.{query.source}.max_records = {most:,} in "
            "config/review.yaml: narrow the matrix, set search.years, or raise that limit"
        )


def _keep(review: Review, query_id: int, page: Page, retrieved: int) -> int:
    exchange = review.archive.get(page.exchange_id)
    with review.store.writing() as db:
        return pages.keep(db, query_id, page, exchange, retrieved)


def _compare(review: Review, source: Source, before: QueryState) -> None:
    """Keep a note where the server's own total, or its estimate of it, differs from what was retrieved."""
    state = next(q for q in runs.queries(review.store.db, before.run_id) if q.query_id == before.query_id)
    if state.server_total is None or state.server_total == state.retrieved:
        return
    states = "estimates" if source.info.approximate_total else "states"
    end = ", all that it handed out" if source.info.approximate_total else ""
    note = (
        f"{state.source} {states} {state.server_total:,} hits, {state.retrieved:,} distinct records were retrieved{end}"
        f" (query {state.part} of {state.parts})"
    )
    with review.store.writing() as db:
        runs.add_note(db, state.query_id, note)


# the report


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
        failure=together(failures, len(names)),
    )
