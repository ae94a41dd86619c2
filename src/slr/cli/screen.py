"""``slr screen``: reviewers' decisions, at the keyboard and one by one. Working as a team is in screen_team.py."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli import screen_team
from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.prompt import PATIENCE, PipeKeys, Sitting, TerminalKeys, marked
from slr.review import Review
from slr.screening import decisions
from slr.screening.desk import Tally, desks, tally, waiting
from slr.screening.names import check_reviewer
from slr.screening.sheet import Sheet, Sheets
from slr.screening.versions import to_look_at_again
from slr.store import decisions as log_store

app = typer.Typer(no_args_is_help=True)
Reviewer = Annotated[str, typer.Option("--reviewer", envvar="SLR_REVIEWER", help="Who decides.")]
OneStage = Annotated[
    str | None, typer.Option("--stage", help="The screening stage.", show_default="the first with work left")
]


@app.callback()
def screen() -> None:
    """Record reviewers' decisions in append-only logs, one hash chain a reviewer."""


@app.command("next")
def next_(
    reviewer: Reviewer,
    stage: OneStage = None,
    again: Annotated[bool, typer.Option("--again", help="Works decided under criteria that changed since.")] = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the works that wait for you one by one and take a key for each; search phrases stand out.

    Every decision is kept when "saved" is shown; quit when you like, the next time goes on from there. Answers can come
    from a pipe too. With --json the next work is told, and nothing is asked.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen next", lock=False) as review:
        check_reviewer(review, reviewer)
        at, works = _waiting(review, reviewer, stage, again)
        sheets = Sheets(review, at, reviewer)
        if as_json:
            voice.result(_as_document(sheets, works))
            return
        tty = sys.stdin.isatty() and sys.stdout.isatty()
        keys = TerminalKeys() if sys.stdin.isatty() else PipeKeys(sys.stdin)
        sitting = Sitting(review, voice, sheets, keys, tty, list(works), again=again)
        sitting.run()
        left = len(sitting.queue) + sitting.skipped
        voice.say(f"\n{sitting.decided:,} decided, {left:,} left for {reviewer} at {at}")


def _waiting(review: Review, reviewer: str, stage: str | None, again: bool) -> tuple[str, list[str]]:
    """The stage and the works that wait for a reviewer there; of stages not named, the first with any."""
    if stage is not None:
        decisions.stage_named(review, stage)
    names = [stage] if stage else [s.name for s in review.config.stages]
    for name in names:
        if found := _again(review, name, reviewer) if again else waiting(review, name, reviewer):
            return name, found
    return names[0], []


def _again(review: Review, stage: str, reviewer: str | None) -> list[str]:
    touched = (a.vote for a in to_look_at_again(review) if a.vote.stage == stage)
    return sorted({vote.work_id for vote in touched if reviewer in (None, vote.reviewer)})


def _as_document(sheets: Sheets, waiting: list[str]) -> dict[str, object]:
    found: Sheet | None = sheets.sheet(waiting[0]) if waiting else None
    told: dict[str, object] = {"stage": sheets.stage.name, "reviewer": sheets.reviewer, "waiting": len(waiting)}
    if found is None:
        return {**told, "work": None}
    r = found.record
    bibliography = {
        key: getattr(r, key) for key in ("title", "authors", "year", "venue", "doi", "abstract", "keywords")
    }
    return {
        **told,
        "work": {"work_id": found.work_id, **bibliography},
        "marked": {"title": marked(r.title, found.title, colours=False),
                   "abstract": marked(r.abstract or "", found.abstract, colours=False)},
        "phrases": found.phrases,
        "votes": [{"reviewer": v.reviewer, "verdict": v.verdict, "reason": v.reason} for v in found.votes],
        "notes": found.notes,
        "reasons": [{"id": reason.id, "text": reason.text} for reason in sheets.reasons],
    }  # fmt: skip


@app.command()
def decide(
    work: Annotated[str, typer.Argument(help="A work's id, or the id of one of its records.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="include, exclude, maybe or not-retrieved.")],
    stage: Annotated[str, typer.Option("--stage", help="The screening stage, as in config/review.yaml.")],
    reviewer: Reviewer,
    reason: Annotated[
        str | None, typer.Option("--reason", help="The exclusion reason's id; full text needs one.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark to keep with the decision.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Append one decision. A later decision of the same reviewer counts instead of it; both stay in the log."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen decide", wait=PATIENCE) as review,
    ):
        made = decisions.decide(review, work, verdict, stage=stage, reviewer=reviewer, reason=reason, note=note)
        because = f" ({made.reason})" if made.reason else ""
        voice.say(f"saved: {made.reviewer} decides '{made.verdict}'{because} on {made.work_id} at {made.stage}")
        voice.result(made.content())


@app.command()
def undo(
    reviewer: Reviewer,
    work: Annotated[str | None, typer.Argument(help="The work; otherwise the last decision of all.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="The last decision at this stage.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take your last decision back: appended like any other. What you decided on the work before counts again."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen undo", wait=PATIENCE) as review:
        made = decisions.undo(review, reviewer=reviewer, work=work, stage=stage)
        voice.say(f"saved: {made.reviewer} takes back the last decision on {made.work_id} at {made.stage}")
        voice.result(made.content())


@app.command()
def status(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Show each stage in numbers of works, and what each reviewer has done and has still to do."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen status", lock=False) as review:
        found = [tally(review, one) for one in desks(review)]
        again = to_look_at_again(review)
        head = ("stage", "works", "included", "excluded", "not retrieved", "conflicts", "waiting", "resolved")
        voice.table(head, [
            (t.stage, t.works, t.include, t.exclude, t.not_retrieved, t.conflict, t.waiting, t.resolved) for t in found
        ])  # fmt: skip
        _say_sought(voice, found)
        voice.say()
        voice.table(
            ("stage", "reviewer", "decided", "to decide"),
            [(t.stage, name, t.given[name], t.to_give.get(name, 0)) for t in found for name in t.given],
        )
        if again:
            voice.say(
                f"\n{len(again):,} decisions are touched by later changes of the criteria: 'slr screen queue --again'"
            )
        if any(t.conflict for t in found):
            voice.say("\nconflicts wait to be ended: 'slr screen conflicts'")
        voice.result({"stages": [asdict(t) for t in found], "again": len(again)})


def _say_sought(voice: Voice, found: list[Tally]) -> None:
    """Between title and abstract and full text: reports sought, not retrieved, assessed."""
    if len(found) > 1:
        sought, missing = found[-1].works, found[-1].not_retrieved
        voice.say(f"reports sought {sought:,}, not retrieved {missing:,}, to assess in full text {sought - missing:,}")


@app.command()
def queue(
    reviewer: Annotated[
        str | None, typer.Option("--reviewer", envvar="SLR_REVIEWER", help="Whose works; with --again: anyone's.")
    ] = None,
    stage: OneStage = None,
    again: Annotated[bool, typer.Option("--again", help="Works decided under criteria that changed since.")] = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """List the works that wait for a reviewer; or those to look at again because a criterion changed."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen queue", lock=False) as review:
        if again:
            touched = [a for a in to_look_at_again(review)
                       if reviewer in (None, a.vote.reviewer) and stage in (None, a.vote.stage)]  # fmt: skip
            rows = [(a.vote.stage, a.vote.work_id, a.vote.reviewer, a.vote.verdict, a.why) for a in touched]
            voice.table(("stage", "work", "reviewer", "decided", "why"), rows)
            voice.result([dict(zip(("stage", "work", "reviewer", "decided", "why"), row, strict=True)) for row in rows])
            return
        if reviewer is None:
            raise typer.BadParameter("say whose queue: --reviewer NAME")
        check_reviewer(review, reviewer)
        at, works = _waiting(review, reviewer, stage, again=False)
        titles = log_store.titles(review.store.db, works)
        voice.table(("work", "title"), [(work, titles[work][:90]) for work in works])
        voice.note(f"{len(works):,} works wait for {reviewer} at {at}")
        voice.result({"stage": at, "reviewer": reviewer, "works": works})


@app.command()
def log(review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Bring store and outputs/decisions/*.jsonl together: take in what the files add, write what they lack."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen log") as review:
        taken = decisions.read_logs(review)
        files = decisions.write_logs(review)
        voice.say(f"{taken:,} decisions taken in; {len(files)} logs are up to date in outputs/decisions/")
        voice.result({"taken": taken, "files": [path.name for path in files]})


screen_team.add(app)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="screen")
