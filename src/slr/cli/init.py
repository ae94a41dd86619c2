"""``slr init``: a new review folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import AsJson, Quiet, Verbose, speaking
from slr.config import write_starter


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; files that exist are left alone.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make a new review folder: search_terms.yaml, config/review.yaml and config/known.yaml to fill in."""
    with speaking(as_json, quiet, verbose) as voice:
        written = [*write_starter(folder, "empty"), *_ignore_the_bulk(folder)]
        for path in written:
            voice.say(f"wrote {path}")
        voice.say()
        voice.say(
            f"Next: fill in search_terms.yaml, then 'slr validate --review {folder}' and 'slr plan --review {folder}'."
        )
        voice.result({"written": [str(path) for path in written]})


IGNORED = """# What git need not keep: the store and the archive can be large, and are rebuilt or kept elsewhere.
# outputs/decisions/ and the tables are worth keeping.
outputs/review.sqlite*
outputs/archive/
outputs/.lock*
"""


def _ignore_the_bulk(folder: Path) -> list[Path]:
    """Write a .gitignore for the review, unless there is one."""
    path = folder / ".gitignore"
    if path.exists():
        return []
    path.write_text(IGNORED, "utf-8")
    return [path]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)
