"""``slr snowball``: one round of citation searching."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.search.attribution import attribute
from slr.snowball.stage import DIRECTIONS, SnowballReport
from slr.snowball.stage import snowball as follow


def snowball(
    direction: Annotated[str, typer.Option("--direction", help="backward, forward or both.")] = "both",
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Follow the references of the included works, and the works that cite them, for one round.

    Seeds are the included works that no earlier round began from. Screen what comes back, then run it again; it says so
    when no seed is left: nothing new was included, and the search is saturated.
    """
    if direction not in (*DIRECTIONS, "both"):
        raise typer.BadParameter(f"'{direction}' is not backward, forward or both", param_hint="--direction")
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "snowball") as review:
        report = follow(review, directions=[d for d in DIRECTIONS if direction in (d, "both")])
        attribute(review)
        voice.close()
        show(voice, report)
        voice.result(asdict(report))


def show(voice: Voice, report: SnowballReport) -> None:
    """Say what a round did."""
    if report.run_id is None:
        voice.say("no included work is left to start from: citation searching is saturated, or nothing is included yet")
        return
    ways = ", ".join(f"{n:,} {direction}" for direction, n in report.returned.items())
    voice.say(
        f"round {report.round}: {len(report.seeds):,} seeds, records returned: {ways}; {report.new_records:,} new"
    )
    if report.not_in_index:
        voice.say(f"  not in the index: {', '.join(report.not_in_index)}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(snowball)
