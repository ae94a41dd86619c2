"""``slr prisma``: the numbers, the diagram, and the list behind each number."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.prisma import boxes
from slr.prisma.diagram import draw
from slr.prisma.listing import COLUMNS, Entry, entries, rows
from slr.prisma.numbers import Numbers, notes, quantity
from slr.prisma.numbers import as_json as numbers_as_json
from slr.prisma.page import page
from slr.prisma.table import CALL, prisma_csv
from slr.report.figures import write_text
from slr.report.pictures import pdf, png
from slr.report.tables import json_text
from slr.review import Review

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


Arm = Literal["template", "extended"]
TailOption = Annotated[
    boxes.Tail | None,
    typer.Option("--tail", help="Where records that no person has seen are counted, if screening was stopped."),
]
Cumulative = Annotated[
    bool, typer.Option("--cumulative", help="Count all searches together, as if no version had been frozen.")
]

_ONE = {"records": "record", "reports": "report", "studies": "study"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line chooses; None: what config/review.yaml chooses."""

    tail: boxes.Tail | None = None
    other_arm: Arm | None = None
    cumulative: bool = False


@app.callback()
def prisma(
    context: typer.Context,
    other_arm: Annotated[
        Arm | None,
        typer.Option("--other-arm", help="extended: draw the screening of other methods' records too."),
    ] = None,
    tail: TailOption = None,
    cumulative: Cumulative = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Count every PRISMA 2020 box from the records; write outputs/prisma.svg, .png, .pdf, .html, .json and .csv.

    Which of the four diagrams it is follows from the review: after a search that came after 'slr freeze' it is that of
    an updated review; with records from websites, organisations or citation searching it has their column.
    """
    if context.invoked_subcommand is None:
        with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "prisma") as review:
            voice.result(count_and_draw(voice, review, Choices(tail, other_arm, cumulative)))


def count_and_draw(voice: Voice, review: Review, chosen: Choices | None = None) -> dict[str, Any]:
    """Count, write the files, say the numbers; returns the document for ``--json``."""
    chosen = chosen or Choices()
    state = _state(review, chosen)
    lists = boxes.lists(state)
    numbers = boxes.counted(state, lists)
    configured = review.config.prisma.other_arm if review.config.prisma else None
    extended = (chosen.other_arm or configured) == "extended"
    svg = draw(numbers, title=review.config.title, extended=extended)
    document = numbers_as_json(numbers)
    texts = {
        "html": page(review, state, numbers, lists, draw(numbers, extended=extended)),
        "csv": prisma_csv(numbers),
        "json": json_text(document),
    }
    written = _drawn(review.outputs, svg)
    written += [write_text(review.outputs / f"prisma.{kind}", text) for kind, text in texts.items()]
    _say(voice, review, numbers, written)
    return document


def _drawn(outputs: Path, svg: str) -> list[Path]:
    """Write the diagram as SVG, PNG and PDF; where it did not change, its pictures stay as they are, byte for byte."""
    place = outputs / "prisma.svg"
    same = place.exists() and place.read_bytes() == svg.encode()
    made = {outputs / "prisma.png": png, outputs / "prisma.pdf": pdf}
    for path, convert in made.items():
        if not (same and path.exists()):
            write_text(path, convert(svg))
    return [write_text(place, svg), *made]  # last, so that pictures of a run that was stopped are made again


def _state(review: Review, chosen: Choices) -> boxes.State:
    return boxes.state_of(review, tail=chosen.tail, cumulative=chosen.cumulative)


def _say(voice: Voice, review: Review, numbers: Numbers, written: Sequence[Path]) -> None:
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
    voice.note(f"in R: {CALL.format(previous=_r(numbers.is_update), other=_r(numbers.has_other_methods))}")


def _r(truth: bool) -> str:
    return "TRUE" if truth else "FALSE"


@app.command()
def explain(
    box: Annotated[str, typer.Argument(help="A box: records_screened, duplicates, dbr_excluded …")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the list as CSV.")] = False,
    tail: TailOption = None,
    cumulative: Cumulative = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say the rule behind a box, and list what its number counts: why each is in it, and who decided so."""
    with (
        speaking(as_json or as_csv, quiet, verbose) as voice,
        working(review_dir, voice, "prisma explain", lock=False) as review,
    ):
        rule = boxes.box(box)
        state = _state(review, Choices(tail, cumulative=cumulative))
        ids = boxes.ids(state, box)
        found = entries(review, state, box, ids)
        if as_csv:
            _print_csv(found)
            return
        voice.say(f"{box}: {quantity(len(found), _ONE[rule.unit])}: {rule.rule}")
        for entry in found:
            voice.say(f"  {_line(entry)}")
        told = [entry._asdict() for entry in found]
        voice.result({"box": box, "rule": rule.rule, "unit": rule.unit, "n": len(ids), "ids": ids, "entries": told})


def _line(entry: Entry) -> str:
    facts = (f"{entry.title} ({entry.year or 'no year'})", entry.doi, entry.source, entry.reason, entry.decided_by)
    return f"{entry.id}  " + " · ".join(fact for fact in facts if fact)


def _print_csv(found: Sequence[Entry]) -> None:
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _guarded(value) for name, value in row.items()} for row in rows(found))


def _guarded(value: object) -> object:
    """A cell that a spreadsheet would run as a formula gets an apostrophe (OWASP: CSV injection)."""
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and len(value) > 1 else value


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="prisma")
