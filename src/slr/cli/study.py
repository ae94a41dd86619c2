"""``slr study``: say which reports are of one study."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.merged import merge
from slr.model import Record
from slr.prisma import studies
from slr.prisma.studies import Study
from slr.review import Review
from slr.store import records

app = typer.Typer(no_args_is_help=True)

Works = Annotated[list[str], typer.Argument(metavar="WORK", help="Works, by their ids or the id of a record.")]
Who = Annotated[str, typer.Option("--reviewer", metavar="NAME", help="Who says so.")]
Why = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why, in a few words.")]


@app.callback()
def study() -> None:
    """Say which reports are of one study: a preprint and its article, a conference paper and the journal's.

    They are no duplicates: each is screened and counted as a report, and the diagram counts them as one study.
    """


@app.command()
def link(
    works: Works,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What to call the study.")] = None,
    who: Who = "a reviewer",
    note: Why = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say that these works are reports of one study; a work that is in a study brings its other reports with it."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "study link") as review:
        found = studies.link(review, works, who=who, name=name, note=note)
        show(voice, review, found)
        voice.result(asdict(found))


@app.command()
def unlink(
    works: Works,
    who: Who = "a reviewer",
    note: Why = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take these works out of their study again: each is a study of its own."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "study unlink") as review:
        taken = studies.unlink(review, works, who=who, note=note)
        voice.say(f"each a study of its own: {', '.join(taken)}")
        voice.result({"unlinked": taken})


@app.command(name="list")
def list_studies(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """List the studies that have linked reports."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "study list", lock=False) as review:
        found = studies.listed(review)
        for one in found:
            show(voice, review, one)
        if not found:
            voice.say("no reports are linked: each is a study of its own ('slr study link WORK WORK' links two)")
        voice.result([asdict(one) for one in found])


def show(voice: Voice, review: Review, found: Study) -> None:
    """Say a study and its reports."""
    reports = f"{len(found.reports):,} {'report' if len(found.reports) == 1 else 'reports'}"
    voice.say(f"{found.study_id}  {found.name or 'a study without a name'}: {reports}")
    for work in found.reports:
        told = titled(review, work)
        voice.say(f"  {work}  {told.title} ({told.year or 'no year'})")


def titled(review: Review, work: str) -> Record:
    """The merged description of a work."""
    return merge(records.of_work(review.store.db, work)).record


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="study")
