"""``slr verify``: recompute every number of an archive from its own lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import AsJson, Quiet, Verbose, speaking
from slr.cli.versioning import count
from slr.update.verify import check_numbers, opened, rebuilt


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="An archive that 'slr archive' wrote.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Check every byte and every reviewer's chain of hashes, and recompute every number, without the review's store.

    Exit code 1 names what was changed, and where. Compare the SHA-256 with the one that was published: it tells
    whether this is the archive that its authors wrote.
    """
    with speaking(as_json, quiet, verbose) as voice:
        found = opened(file)
        with rebuilt(found) as review:
            counted = count(review)
            numbers = check_numbers(found, counted)
            title = review.config.title
        voice.say(f"{title}: archived by slr {found.made_by}")
        voice.say(f"{len(found.files):,} files are as they were written; the reviewers' chains of decisions hold")
        voice.say(
            f"{numbers:,} numbers in {len(counted.boxes):,} boxes recomputed from the archive's lists: all the same"
        )
        voice.say(f"SHA-256 {found.sha256}")
        voice.result({"file": str(file), "ok": True, "title": title, "made_by": found.made_by, "sha256": found.sha256,
                      "files": len(found.files), "numbers": counted.numbers})  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)
