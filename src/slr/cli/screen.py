"""``slr screen``: reviewers' decisions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.screening import decisions

app = typer.Typer(no_args_is_help=True)
PATIENCE = 30.0
"""Seconds a decision waits for another slr to finish: it is short work, and a person is at the keyboard."""


@app.callback()
def screen() -> None:
    """Record reviewers' decisions in append-only logs, one hash chain a reviewer."""


@app.command()
def decide(
    work: Annotated[str, typer.Argument(help="A work's id, or the id of one of its records.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="include, exclude, maybe or not-retrieved.")],
    stage: Annotated[str, typer.Option("--stage", help="The screening stage, as in config/review.yaml.")],
    reviewer: Annotated[str, typer.Option("--reviewer", help="Who decides.")],
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
        voice.result(asdict(made))


@app.command()
def log(review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Bring store and outputs/decisions/*.jsonl together: take in what the files add, write what they lack."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "screen log") as review:
        taken = decisions.read_logs(review)
        files = decisions.write_logs(review)
        voice.say(f"{taken:,} decisions taken in; {len(files)} logs are up to date in outputs/decisions/")
        voice.result({"taken": taken, "files": [path.name for path in files]})


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="screen")
