"""``slr versions``: the frozen versions, and whether their files are as they were frozen."""

from __future__ import annotations

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.cli.freeze import as_document
from slr.errors import ReviewError
from slr.store.versions import record_count
from slr.store.versions import versions as every
from slr.update.freeze import problems


def versions(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """List the frozen versions and check every file of each against its checksum (exit code 1 if one was changed)."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "versions", lock=False) as review:
        found = every(review.store.db)
        wrong = {version.name: problems(review, version) for version in found}
        rows = [
            (
                v.name,
                v.frozen_at,
                record_count(review.store.db, v.name),
                v.decisions,
                len(v.included),
                "changed" if wrong[v.name] else "ok",
            )
            for v in found
        ]
        if found:
            voice.table(("version", "frozen at", "records", "decisions", "included reports", "files"), rows)
        else:
            voice.say("no version was frozen yet: 'slr freeze NAME' freezes the review as it stands")
        voice.result([as_document(review, v) | {"problems": wrong[v.name]} for v in found])
        if told := [sentence for name in wrong for sentence in wrong[name]]:
            raise ReviewError("; ".join(told))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(versions)
