"""``slr status`` (and ``slr`` alone): where the review stands, and the next command."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.reporting import known_line
from slr.dedup.asked import queue
from slr.errors import UserError
from slr.prisma import boxes
from slr.prisma.numbers import as_json as numbers_as_json
from slr.report.search_report import KnownLine
from slr.report.tables import json_text
from slr.review import Review
from slr.screening.desk import Tally, desks, tally
from slr.search.known import statuses
from slr.search.stage import is_current
from slr.snowball.stage import unfinished, waiting_seeds
from slr.sources.registry import title_of
from slr.store import records, runs, updates, versions, works
from slr.store.runs import QueryState
from slr.update.update import unfinished as unfinished_update


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: its name, done, stale, unfinished or to do, in words, and the command that goes on (None: nothing)."""

    name: str
    state: str
    words: str
    command: str | None


def status(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Show what has been done per stage, what is stale, what became of the known studies, and the next command."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "status", lock=False) as review:
        found = steps(review)
        known = [known_line(s) for s in statuses(review)]
        voice.say(review.config.title)
        voice.say()
        voice.table(("stage", "state", ""), [(s.name, s.state, s.words) for s in found])
        _say_known(voice, known)
        following = _in_folder(next((s.command for s in found if s.command), None), review_dir)
        voice.say()
        voice.say(f"next: {following}" if following else "nothing is left to do; 'slr run' writes every output anew")
        voice.result({"stages": [asdict(s) for s in found], "known": [asdict(k) for k in known], "next": following})


def _in_folder(command: str | None, folder: Path) -> str | None:
    """The command as it can be typed here."""
    return command if command is None or folder == HERE else f"{command} --review {shlex.quote(str(folder))}"


def _say_known(voice: Voice, known: Sequence[KnownLine]) -> None:
    if not known:
        return
    found = sum(1 for line in known if line.state == "found")
    voice.say()
    voice.say(f"known studies: {found} of {len(known)} found")
    for line in known:
        voice.say(f"  {line.state:<8}{line.study[:70]}")
        voice.say(f"          {line.where}")


def steps(review: Review) -> list[Step]:
    """The stages in the order they are worked through."""
    first = [*_updating(review), _searched(review), _imported(review)]
    if not records.count(review.store.db):
        later = ("matching", "duplicates", *(stage.name for stage in review.config.stages))
        return first + [Step(name, "-", "no records yet", None) for name in later]
    if works.ungrouped(review.store.db):
        later = tuple(stage.name for stage in review.config.stages)
        return [
            *first,
            _matched(review),
            _grouped(review),
            *(Step(name, "-", "after grouping", None) for name in later),
        ]
    return [*first, _matched(review), _grouped(review), *_screened(review)]


def _searched(review: Review) -> Step:
    latest = runs.latest(review.store.db, "search")
    if latest is None and not review.enabled_sources():
        return Step("search", "-", "no open source is enabled in config/review.yaml", None)
    if latest is None:
        return Step("search", "to do", "no source was asked yet", "slr search")
    queries = runs.queries(review.store.db, latest.run_id)
    n = sum(q.retrieved for q in queries)
    asked = ", ".join(title_of(name) for name in sorted({q.source for q in queries})) or "no source"
    words = f"{n:,} records from {asked}, {latest.started_at[:10]}"
    if not is_current(review, latest):
        return Step("search", "stale", f"{words}; the matrix or the sources' settings changed since", "slr search")
    if latest.status != "complete":
        return Step("search", "unfinished", f"{words}; {_what_is_left(review, queries)}", "slr search")
    return Step("search", "done", words, None)


def _what_is_left(review: Review, queries: Sequence[QueryState]) -> str:
    if problem := next((q.problem for q in queries if q.problem), None):
        return problem
    if any(q.status != "complete" for q in queries):
        return "it was interrupted"
    asked = {q.source for q in queries}
    unasked = [name for name in review.enabled_sources() if name not in asked]
    return f"not asked yet: {', '.join(unasked)}" if unasked else "the known studies are not looked up yet"


def _imported(review: Review) -> Step:
    queries = [q for q in runs.queries(review.store.db) if q.run_id.startswith("import-")]
    if not queries:
        return Step("import", "-", "no export of another database (slr import FILE --source NAME)", None)
    files = "1 file" if len(queries) == 1 else f"{len(queries)} files"
    return Step("import", "done", f"{sum(q.retrieved for q in queries):,} records from {files}", None)


def _matched(review: Review) -> Step:
    db = review.store.db
    if stale := records.stale_matches(db, review.matrix_hash(review.variants_in_force())):
        return Step("matching", "stale", f"{stale:,} records are not matched to the present matrix", "slr run")
    return Step("matching", "done", f"{records.unattributed(db):,} hits lie in no cell", None)


def _grouped(review: Review) -> Step:
    db = review.store.db
    if waiting := works.ungrouped(db):
        what = "1 record is" if waiting == 1 else f"{waiting:,} records are"
        return Step("duplicates", "to do", f"{what} not grouped yet", "slr dedupe")
    n, marked, doubts = len(set(works.memberships(db).values())), len(works.ineligible(db)), len(queue(db))
    words = f"{n:,} works, {marked:,} of them marked ineligible by criteria"
    if doubts:
        more = f"{words}; {_pairs(doubts)} for a person"
        return Step("duplicates", "to do", more, "slr dedupe review --reviewer NAME")
    return Step("duplicates", "done", words, None)


def _pairs(n: int) -> str:
    return "1 pair of records waits" if n == 1 else f"{n:,} pairs of records wait"


def _screened(review: Review) -> list[Step]:
    try:
        state = boxes.state_of(review)
        stages = [tally(review, one) for one in desks(review)]
    except UserError as error:
        return [Step("screening", "-", str(error), None)]
    whole = boxes.state_of(review, cumulative=True) if state.previous else state
    return [
        *map(_screening, stages),
        Step("included", "-", f"{len(boxes.ids(whole, 'new_studies')):,} studies", None),
        *_kept(review),
        _followed(review, settled=not any(one.waiting or one.conflict for one in stages)),
        _written(review, state),
    ]


def _screening(one: Tally) -> Step:
    """A stage: who is to decide next, or that a conflict is to be ended."""
    left = one.waiting + one.conflict
    words = f"{one.works - left:,} of {one.works:,} settled"
    if one.conflict:
        words += f", {one.conflict:,} in conflict"
    if not left:
        return Step(one.stage, "done", words, None)
    reviewer = next((name for name, n in one.to_give.items() if n), "NAME")
    go_on = f"slr screen next --stage {one.stage} --reviewer {shlex.quote(reviewer)}"
    return Step(
        one.stage,
        "unfinished" if left < one.works else "to do",
        words,
        go_on if one.waiting else f"slr screen conflicts --stage {one.stage}",
    )


def _updating(review: Review) -> list[Step]:
    """An update that was begun goes before everything else: it searches by itself."""
    begun = unfinished_update(review)
    if begun is None:
        return []
    return [Step("update", "unfinished", f"begun {begun.began_at[:10]}, has work left", "slr update")]


def _kept(review: Review) -> list[Step]:
    """The last frozen version, and what an update asks to look at again."""
    version = versions.latest(review.store.db)
    if version is None:
        return []
    words = f"version {version.name} frozen {version.frozen_at[:10]}"
    if again := len(updates.to_look_at(review.store.db)):
        more = f"{words}; {again:,} decided works to look at again: outputs/update_report.md"
        return [Step("version", "to do", more, None)]
    return [Step("version", "done", words, None)]


def _followed(review: Review, settled: bool) -> Step:
    """Citation searching: its next round begins when everything found so far is decided."""
    rounds, seeds = len(runs.every(review.store.db, "citation")), len(waiting_seeds(review))
    words = f"{rounds} {'round' if rounds == 1 else 'rounds'}"
    if unfinished(review):
        return Step("citations", "unfinished", f"{words}, the last one was interrupted", "slr snowball")
    if seeds:
        more = f"{words}, {seeds:,} included works are not followed yet"
        return Step("citations", "to do", more, "slr snowball" if settled else None)
    return Step("citations", "done" if rounds else "-", words, None)


def _written(review: Review, state: boxes.State) -> Step:
    """Whether the numbers that stand in outputs/ are those of now."""
    try:
        there = (review.outputs / "prisma.json").read_text("utf-8")
    except (OSError, ValueError):
        return Step("outputs", "to do", "prisma.* and the tables are not written yet", "slr run")
    if there != json_text(numbers_as_json(boxes.numbers(state))):
        return Step(
            "outputs", "stale", "something was decided, searched or imported since they were written", "slr run"
        )
    return Step("outputs", "done", "the numbers in outputs/prisma.json are those of now", None)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)
