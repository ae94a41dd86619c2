"""``slr diff``: what differs between two versions, or a version and the present state."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.cli.versioning import count
from slr.review import Review
from slr.store.versions import Frozen
from slr.update.diff import diff as compare
from slr.update.freeze import NOW, named, present
from slr.update.words import diff_lines


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A version, or 'now'.")],
    b: Annotated[str, typer.Argument(metavar="[B]", help="Another.", show_default="now")] = NOW,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what differs from version A to version B: configuration, records, works, decisions, numbers, inclusions."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "diff", lock=False) as review:
        found = compare(review.store.db, _side(review, a), _side(review, b))
        for line in diff_lines(found):
            voice.say(line)
        voice.result(asdict(found) | {"empty": found.empty})


def _side(review: Review, name: str) -> Frozen:
    return present(review, count(review)) if name == NOW else named(review, name)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(diff)
