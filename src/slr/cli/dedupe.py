"""``slr dedupe``: group records into works, apply the automatic criteria; explain, split and merge works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe_review import PATIENCE, documents, interview
from slr.cli.dedupe_words import tell_change, tell_explanation
from slr.dedup import explained, judging
from slr.dedup import stage as dedup
from slr.dedup.judging import By
from slr.dedup.rules import PERSON, RULES
from slr.review import Review
from slr.screening import criteria
from slr.sources.registry import title_of


class Engine(StrEnum):
    """Where pairs of records are compared."""

    memory = "memory"
    duckdb = "duckdb"


app = typer.Typer(invoke_without_command=True, no_args_is_help=False)

Reviewer = Annotated[
    str | None,
    typer.Option("--reviewer", help="Who says it (needed unless config/review.yaml has one reviewer).", metavar="NAME"),
]
Overrule = Annotated[
    bool, typer.Option("--overrule", help="Count instead of what another person said of the same records.")
]


@app.callback()
def dedupe(
    context: typer.Context,
    again: Annotated[
        bool,
        typer.Option("--again", help="Compare all records anew, not only new and changed ones."),
    ] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", help="duckdb keeps records and pairs on disk: for millions of records.")
    ] = Engine.memory,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Group the records of one publication into a work, then mark the works that an automatic criterion excludes.

    Records are merged, never deleted. Earlier groups, work ids, decisions and people's verdicts stay. Pairs that the
    rules leave to a person wait for 'slr dedupe review'.
    """
    if context.invoked_subcommand is None:
        with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "dedupe") as review:
            voice.result(group_and_mark(voice, review, again=again, engine=engine))


def group_and_mark(
    voice: Voice, review: Review, *, again: bool = False, engine: Engine = Engine.memory
) -> dict[str, object]:
    """Run both steps and say what they did; returns the document for ``--json``."""
    found = dedup.dedupe(review, again=again, engine=engine.value)
    voice.close()
    voice.say(f"{found.records:,} records are {found.works:,} works ({found.placed:,} records placed in this run)")
    rows = [(title_of(s.source), s.raw, s.within, s.shared, s.unique) for s in found.sources]
    voice.table(("source", "records", "duplicates within", "duplicates across", "works only here"), rows)
    for name in [*(rule.name for rule in RULES), PERSON]:
        if found.rules.get(name):
            voice.say(f"{found.rules[name]:>6,} by {name}: {explained.meaning(name)}")
    marked = criteria.apply(review)
    for name, n in marked.by_rule.items():
        voice.say(f"{n:>6,} works marked ineligible by the criterion '{name}'")
    command = "slr dedupe review" if found.unsure else "slr status"
    voice.say(f"{_pairs(found.unsure)} for a person; next: {command}")
    return {"duplicates": asdict(found), "criteria": asdict(marked), "next": command}


def _pairs(n: int) -> str:
    return {0: "no pair waits", 1: "1 pair waits"}.get(n, f"{n:,} pairs wait")


@app.command()
def review(
    reviewer: Reviewer = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Look at the pairs of records that the rules leave to a person, side by side, and say what they are.

    Keys: d one publication (duplicate), s two publications (separate), u unsure, ask again later, b back to the pair
    before, q quit. Each verdict is kept at once and holds for every later run. Where the input is no terminal, a line
    is read for each pair. --json lists the pairs that wait.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "dedupe review", lock=False) as opened:
        if as_json:
            voice.result(documents(opened))
            return
        interview(voice, opened, judging.reviewer_of(opened, reviewer), sys.stdin)


@app.command()
def verdict(
    one: Annotated[str, typer.Argument(metavar="A", help="A record's id (or a work's: the record that founded it).")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other record's id.")],
    said: Annotated[str, typer.Argument(metavar="VERDICT", help="duplicate, distinct, or unsure (takes back).")],
    reviewer: Reviewer = None,
    overrule: Overrule = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say whether two records are one publication. It outranks the rules and holds for every later run.

    Your later verdict counts instead of your earlier one; both stay on record. 'unsure' leaves the pair to the rules
    again, and to 'slr dedupe review'.
    """
    kept = judging.verdict_of(said)
    with _changing(review_dir, as_json, quiet, verbose, "dedupe verdict") as (voice, opened):
        by = By(judging.reviewer_of(opened, reviewer), "verdict", overrule)
        tell_change(voice, judging.judge(opened, one, other, kept, by))


@app.command()
def split(
    work: Annotated[str, typer.Argument(help="A work's id, or one of its records' ids.")],
    record: Annotated[list[str], typer.Argument(help="The records that are to leave it, together.")],
    reviewer: Reviewer = None,
    overrule: Overrule = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take records out of a work: they are a work of their own from now on, whatever the rules say.

    Decisions stay with the record that founded the work they were made on. 'slr dedupe merge' undoes it.
    """
    with _changing(review_dir, as_json, quiet, verbose, "dedupe split") as (voice, opened):
        by = By(judging.reviewer_of(opened, reviewer), "split", overrule)
        tell_change(voice, judging.split(opened, work, record, by))


@app.command()
def merge(
    one: Annotated[str, typer.Argument(metavar="A", help="A work's id, or one of its records' ids.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other work.")],
    reviewer: Reviewer = None,
    overrule: Overrule = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make two works one, whatever the rules say. Both ids go on leading to it.

    Where decisions on the two differ, that is a conflict for people to settle. 'slr dedupe split' undoes it.
    """
    with _changing(review_dir, as_json, quiet, verbose, "dedupe merge") as (voice, opened):
        by = By(judging.reviewer_of(opened, reviewer), "merge", overrule)
        tell_change(voice, judging.merge(opened, one, other, by))


@contextmanager
def _changing(folder: Path, as_json: bool, quiet: bool, verbose: bool, command: str) -> Iterator[tuple[Voice, Review]]:
    """A voice and the review, kept to this process; at the end the criteria judge the works that there are now."""
    with speaking(as_json, quiet, verbose) as voice, working(folder, voice, command, wait=PATIENCE) as opened:
        yield voice, opened
        criteria.apply(opened)


@app.command()
def explain(
    work: Annotated[str, typer.Argument(help="A work's id (also an earlier one) or one of its records' ids.")],
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say which records a work holds and why, whose value each merged field has, and all that happened to it."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "dedupe explain", lock=False) as opened:
        found = explained.explain(opened, work)
        tell_explanation(voice, found)
        voice.result(asdict(found))


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="dedupe")
