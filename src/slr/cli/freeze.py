"""``slr freeze``: keep the review as it is, under a name."""

from __future__ import annotations

from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.versioning import count
from slr.review import Review
from slr.store.versions import Version, record_count
from slr.update.freeze import freeze as keep
from slr.update.words import counted


def freeze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the version is called, like 2026-11 or v1.0.")],
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Freeze the review as it stands: configuration, records, decisions and numbers, with checksums.

    A version is never changed. 'slr update' compares with the latest one, and its included studies are the previous
    studies of the updated review's diagram. Unfinished work is said, and does not keep you from freezing.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "freeze") as review:
        version = frozen(voice, review, name)
        voice.result(as_document(review, version))


def frozen(voice: Voice, review: Review, name: str) -> Version:
    """Freeze and say what was frozen."""
    version = keep(review, name, count(review, unfinished=True))
    for line in version.warnings:
        voice.note(f"unfinished, and frozen as it is: {line}")
    records = record_count(review.store.db, version.name)
    voice.say(
        f"froze version {version.name}: {counted(records, 'record')}, {counted(version.decisions, 'decision')}, "
        f"{counted(len(version.included), 'included report')}, in outputs/versions/{version.name}/"
    )
    voice.say(f"checksum {version.checksum}")
    return version


def as_document(review: Review, version: Version) -> dict[str, object]:
    """A version for ``--json``."""
    return {
        "name": version.name,
        "frozen_at": version.frozen_at,
        "slr_version": version.slr_version,
        "records": record_count(review.store.db, version.name),
        "decisions": version.decisions,
        "included_reports": len(version.included),
        "unfinished": list(version.warnings),
        "checksum": version.checksum,
        "folder": f"outputs/versions/{version.name}",
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(freeze)
