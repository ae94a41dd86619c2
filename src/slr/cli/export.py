"""``slr export``: a set of works or records as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.report.exports import PURPOSES
from slr.report.exports import export as write_export
from slr.report.tables import SETS


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, ending in .ris, .bib, .json, .csv or .xlsx.")
    ],
    subset: Annotated[str, typer.Option("--set", help=f"What to write: {', '.join(SETS)} ('all': records).")] = "works",
    purpose: Annotated[
        str | None, typer.Option("--for", help=f"As another program wants it: {', '.join(PURPOSES)}.")
    ] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write records ('all') or works as RIS, BibTeX, CSL-JSON, CSV or Excel, by the file's ending.

    --for asreview adds what title and abstract screening came to (works that a criterion marks are left out), --for
    citesource the tags cite_source, cite_label and cite_string, and --for search-query writes a search history for each
    query, beside FILE.
    """
    if subset not in SETS:
        raise typer.BadParameter(f"'{subset}' is not one of {', '.join(SETS)}", param_hint="--set")
    if purpose is not None and purpose not in PURPOSES:
        raise typer.BadParameter(f"'{purpose}' is not one of {', '.join(PURPOSES)}", param_hint="--for")
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "export", lock=False) as review:
        done = write_export(review, file, subset, purpose)
        where = str(file) if done.files == (file,) else f"{len(done.files):,} files beside {file}"
        voice.say(f"wrote {done.count:,} {done.unit} to {where}")
        for note in done.notes:
            voice.note(f"note: {note}")
        voice.result(
            {"file": str(file), "files": [str(path) for path in done.files], "set": subset, "rows": done.count}
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)
