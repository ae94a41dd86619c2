"""``slr dedupe``: group records into works, apply the automatic criteria, explain a work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.dedup import stage as dedup
from slr.dedup.rules import RULES, SENTENCES
from slr.review import Review
from slr.screening import criteria
from slr.sources.registry import title_of

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@app.callback()
def dedupe(
    context: typer.Context,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Group the records of one publication into a work, then mark the works that an automatic criterion excludes.

    Records are merged, never deleted. Earlier groups, work ids and decisions stay.
    """
    if context.invoked_subcommand is None:
        with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "dedupe") as review:
            voice.result(group_and_mark(voice, review))


def group_and_mark(voice: Voice, review: Review) -> dict[str, object]:
    """Run both steps and say what they did; returns the document for ``--json``."""
    found = dedup.dedupe(review)
    voice.say(f"{found.records:,} records are {found.works:,} works ({found.placed:,} records placed in this run)")
    rows = [(title_of(s.source), s.raw, s.within, s.shared, s.unique) for s in found.sources]
    voice.table(("source", "records", "duplicates within", "works shared", "works only here"), rows)
    for rule in RULES:
        if found.rules.get(rule.name):
            voice.say(f"{found.rules[rule.name]:>6,} by {rule.name}: {rule.sentence}")
    marked = criteria.apply(review)
    for name, n in marked.by_rule.items():
        voice.say(f"{n:>6,} works marked ineligible by the criterion '{name}'")
    return {"duplicates": asdict(found), "criteria": asdict(marked)}


@app.command()
def explain(
    work: Annotated[str, typer.Argument(help="A work's id or one of its records' ids.")],
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say which records a work holds, and by which rule each came to it."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "dedupe explain", lock=False) as review:
        found = dedup.explain(review, work)
        voice.say(f"{found.work_id}: {len(found.lines)} records")
        for line in found.lines:
            voice.say(f"  {line['record_id']}  {line['title']} ({line['year']})")
            why = SENTENCES[str(line["rule"])]
            beside = f" as {line['partner']}" if line["partner"] else ""
            voice.say(f"    {line['rule']}{beside}: {why} [{line['who']}, {line['at']}]")
        voice.result(asdict(found))


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="dedupe")
