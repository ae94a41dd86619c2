"""``slr prisma``: the numbers, the diagram, and the list behind each number."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.errors import NotFound
from slr.prisma import boxes
from slr.prisma.diagram import draw
from slr.prisma.numbers import as_json as numbers_as_json
from slr.prisma.numbers import notes
from slr.prisma.table import prisma_csv
from slr.report.figures import write_prisma
from slr.report.tables import work_lines
from slr.review import Review

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@app.callback()
def prisma(
    context: typer.Context,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Count every PRISMA 2020 box from the records and write outputs/prisma.svg, .png, .json and .csv."""
    if context.invoked_subcommand is None:
        with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "prisma") as review:
            voice.result(count_and_draw(voice, review))


def count_and_draw(voice: Voice, review: Review) -> dict[str, Any]:
    """Count, write the files, say the numbers; returns the document for ``--json``."""
    numbers = boxes.numbers(boxes.state_of(review))
    document = numbers_as_json(numbers)
    written = write_prisma(review, draw(numbers, title=review.config.title), prisma_csv(numbers), document)
    for box in boxes.BOXES:
        value = getattr(numbers, box.key)
        if value is not None:
            voice.say(f"{numbers.count(box.key):>9,}  {box.key}")
            if isinstance(value, dict):
                for name, n in value.items():
                    voice.say(f"{'':>11}{n:>7,}  {name}")
    for note in notes(numbers):
        voice.say(f"note: {note}")
    voice.say("wrote " + ", ".join(path.relative_to(review.folder).as_posix() for path in written))
    return document


@app.command()
def explain(
    box: Annotated[str, typer.Argument(help="A box: records_screened, duplicates, dbr_excluded …")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the list as CSV.")] = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say the rule behind a box and list the records, reports or studies that its number counts."""
    if box not in boxes.BY_KEY:
        raise NotFound(f"there is no box '{box}': the boxes are {', '.join(boxes.BY_KEY)}")
    with (
        speaking(as_json or as_csv, quiet, verbose) as voice,
        working(review_dir, voice, "prisma explain", lock=False) as review,
    ):
        found = boxes.ids(boxes.state_of(review), box)
        rule = boxes.BY_KEY[box]
        lines = work_lines(review, found)
        if as_csv:
            typer.echo(lines.to_csv(index=False), nl=False)
            return
        voice.say(f"{box}: {len(found):,} {rule.unit}: {rule.rule}")
        for row in lines.to_dict("records"):
            voice.say(f"  {row['id']}  {row['title']} ({row['year'] or 'no year'})")
        voice.result({"box": box, "rule": rule.rule, "unit": rule.unit, "n": len(found), "ids": found})


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="prisma")
