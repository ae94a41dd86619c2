"""``slr status`` (and ``slr`` alone): where the review stands, and the next command."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.reporting import known_line
from slr.errors import SlrError
from slr.prisma import boxes
from slr.review import Review
from slr.search.known import statuses
from slr.store import records, runs, works


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: its name, done, stale, unfinished or to do, in words, and the command that goes on (None: nothing)."""

    name: str
    state: str
    words: str
    command: str | None


def status(review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Show what has been done per stage, what is stale, what became of the known studies, and the next command."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "status", lock=False) as review:
        found = steps(review)
        known = [known_line(s) for s in statuses(review)]
        voice.say(review.config.title)
        voice.say()
        voice.table(("stage", "state", ""), [(s.name, s.state, s.words) for s in found])
        _say_known(voice, known)
        following = next((s.command for s in found if s.command), None)
        voice.say()
        voice.say(f"next: {following}" if following else "nothing is left to do; 'slr run' writes every output anew")
        voice.result({"stages": [asdict(s) for s in found], "known": [asdict(k) for k in known], "next": following})


def _say_known(voice: Voice, known: list) -> None:  # type: ignore[type-arg]
    if known:
        found = sum(1 for line in known if line.state == "found")
        voice.say()
        voice.say(f"known studies: {found} of {len(known)} found")
        for line in known:
            voice.say(f"  {line.state:<8}{line.study[:70]}")
            voice.say(f"          {line.where}")


def steps(review: Review) -> list[Step]:
    """The stages in the order they are worked through."""
    return [_searched(review), _imported(review), _matched(review), _grouped(review), *_screened(review)]


def _searched(review: Review) -> Step:
    latest = runs.latest(review.store.db, "search")
    if latest is None:
        return Step("search", "to do", "no source was asked yet", "slr search")
    queries = runs.queries(review.store.db, latest.run_id)
    n = sum(q.retrieved for q in queries)
    words = f"{n:,} records from {', '.join(sorted({q.source for q in queries}))}, {latest.started_at[:10]}"
    if latest.status != "complete":
        problem = next((q.problem for q in queries if q.problem), "it was interrupted")
        return Step("search", "unfinished", f"{words}; {problem}", "slr search")
    if latest.config_hash != review.search_hash(latest.variants):
        return Step("search", "stale", f"{words}; the matrix or the sources' settings changed since", "slr search")
    return Step("search", "done", words, None)


def _imported(review: Review) -> Step:
    queries = [q for q in runs.queries(review.store.db) if q.run_id.startswith("import-")]
    n = sum(q.retrieved for q in queries)
    words = f"{n:,} records from {len(queries)} files" if queries else "no export of another database (slr import FILE --source NAME)"
    return Step("import", "done" if queries else "-", words, None)


def _matched(review: Review) -> Step:
    stale = sum(1 for _ in records.unmatched(review.store.db, review.matrix_hash(review.variants_in_force())))
    if stale:
        return Step("matching", "stale", f"{stale:,} records are not matched to the present matrix", "slr run")
    return Step("matching", "done", f"{records.unattributed(review.store.db):,} hits lie in no cell", None)


def _grouped(review: Review) -> Step:
    db = review.store.db
    if waiting := works.ungrouped(db):
        return Step("duplicates", "to do", f"{waiting:,} records are not grouped yet", "slr dedupe")
    n, marked = len(set(works.memberships(db).values())), len(works.ineligible(db))
    return Step("duplicates", "done", f"{n:,} works, {marked:,} of them marked ineligible by criteria", None)


def _screened(review: Review) -> list[Step]:
    if works.ungrouped(review.store.db) or not records.count(review.store.db):
        return [Step(stage.name, "-", "after grouping", None) for stage in review.config.stages]
    try:
        state = boxes.state_of(review)
    except SlrError as error:
        return [Step("screening", "-", str(error), None)]
    first, last = review.config.stages[0].name, review.config.stages[-1].name
    n = {key: len(boxes.ids(state, key)) for key in boxes.BY_KEY}
    waiting = (n["pending_screening"] + n["other_pending"], n["pending_left"] + n["pending_right"])
    seen = n["records_screened"] + len(state.right)
    return [
        _screening(first, seen, waiting[0]),
        _screening(last, n["dbr_assessed"] + n["other_assessed"], waiting[1]),
        Step("included", "-", f"{n['new_studies']:,} studies", None if any(waiting) else "slr prisma"),
    ]


def _screening(name: str, total: int, waiting: int) -> Step:
    command = f"slr screen decide WORK include|exclude --stage {name} --reviewer NAME" if waiting else None
    state = "unfinished" if waiting and waiting < total else ("to do" if waiting else "done")
    return Step(name, state, f"{total - waiting:,} of {total:,} settled", command)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)
