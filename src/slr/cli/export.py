"""``slr export``: a set of works or records as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.errors import UserError
from slr.report.tables import RECORD_COLUMNS, SETS, record_rows, work_columns, work_rows, write_csv


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file to write.")],
    subset: Annotated[str, typer.Option("--set", help=f"What to write: {', '.join(SETS)} ('all': records).")] = "works",
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write records ('all') or works (all of them, included, excluded or unscreened) as CSV."""
    if subset not in SETS:
        raise typer.BadParameter(f"'{subset}' is not one of {', '.join(SETS)}", param_hint="--set")
    if file.suffix.lower() != ".csv":
        raise UserError(f"{file.name}: slr exports CSV, give the file the ending .csv")
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "export", lock=False) as review:
        if subset == "all":
            written = write_csv(record_rows(review), RECORD_COLUMNS, file)
        else:
            written = write_csv(work_rows(review, subset), work_columns(review), file)
        voice.say(f"wrote {written:,} {'records' if subset == 'all' else 'works'} to {file}")
        voice.result({"file": str(file), "set": subset, "rows": written})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)
