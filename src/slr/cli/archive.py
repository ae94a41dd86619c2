"""``slr archive``: the review as one file that can be published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.run import settle
from slr.cli.versioning import count
from slr.update.archive import NO_LICENCE, check_place
from slr.update.archive import archive as pack
from slr.update.verify import check_numbers, opened, rebuilt


def archive(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The file to write; it must not be there.")],
    licence: Annotated[
        str, typer.Option("--license", metavar="URL", help="Under which licence it may be used.", show_default="none")
    ] = NO_LICENCE,
    allow_mail: Annotated[bool, typer.Option("--allow-mail", help="Let mail addresses through.")] = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Pack the review as an RO-Crate: configuration, queries, records, decisions, numbers, figures, checksums.

    Abstracts stay behind, as they are their publishers'. No key and no mail address may be in it. The same review gives
    the same bytes. 'slr verify' recomputes every number from the file alone, which is done here before it is kept.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "archive") as review:
        check_place(file)
        settle(Voice(as_json=True, quiet=True), review)
        packed = pack(review, file, count(review), check=verified, licence=licence, mail_allowed=allow_mail)
        voice.say(f"wrote {file}: {packed.files:,} files, {packed.bytes:,} bytes")
        voice.say(f"SHA-256 {packed.sha256} (publish it beside the file)")
        voice.say("checked: every number was recomputed from the file alone ('slr verify' does it again)")
        voice.result({"file": str(file), "sha256": packed.sha256, "files": packed.files, "bytes": packed.bytes})


def verified(file: Path) -> int:
    """Check an archive in every way; returns how many numbers were recomputed."""
    found = opened(file)
    with rebuilt(found) as review:
        return check_numbers(found, count(review))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(archive)
