"""``slr strings``: search strings for databases that are searched by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.errors import QueryError
from slr.matrix.dialects.by_hand import BY_NAME, PLATFORMS
from slr.matrix.dialects.platform import Platform
from slr.report.strings import Sheet, Written, write_strings


def strings(
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", help=f"One platform only (may be given again): {', '.join(BY_NAME)}."),
    ] = None,
    variants: Annotated[
        bool | None,
        typer.Option("--variants/--no-variants", help="Spelling variants on or off, whatever is configured."),
    ] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write search strings to paste into databases without an open API, and a log to fill in.

    outputs/strings/<platform>.txt holds the whole matrix in the platform's syntax, split into the fewest strings within
    its limits, with a warning wherever the meaning changes.

    Fill in outputs/strings/search_log.csv while searching, then run 'slr import --log outputs/strings/search_log.csv'.
    What was filled in is kept when this is run again.
    """
    for name in platform or ():
        if name not in BY_NAME:
            raise typer.BadParameter(f"'{name}' is not one of {', '.join(BY_NAME)}", param_hint="--platform")
    chosen = [BY_NAME[name] for name in dict.fromkeys(platform)] if platform else list(PLATFORMS)
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "strings") as review:
        on = bool(review.config.search.variants) if variants is None else variants
        written = write_strings(review, chosen, on)
        _show(voice, written)
        voice.result(_document(written, on))
        if written.refused:
            raise QueryError(_refusal(written.refused))


def _refusal(refused: Sequence[tuple[Platform, str]]) -> str:
    """Each reason once, with the platforms that have it; a reason may name its platform."""
    by: dict[str, list[str]] = {}
    for platform, why in refused:
        by.setdefault(why.rstrip(".").replace(platform.title, "it"), []).append(platform.title)
    return "; ".join(f"{', '.join(titles)}: {why}" for why, titles in by.items())


def _show(voice: Voice, written: Written) -> None:
    head = ("platform", "sub-queries", "longest", "connectors", "left out", "warnings")
    voice.table(head, [_line(one) for one in written.sheets])
    voice.say()
    for path in written.files:
        voice.say(f"wrote {path}")
    for one in written.sheets:
        for warning in one.warnings:
            voice.note(f"{one.platform.title}: {warning}")


def _line(one: Sheet) -> tuple[object, ...]:
    longest, most = max(len(q.text) for q in one.queries), max(q.connectors for q in one.queries)
    return (one.platform.title, len(one.queries), longest, most, len(one.absorbed), len(one.warnings))


def _document(written: Written, variants: bool) -> dict[str, Any]:
    return {
        "variants": variants,
        "files": [str(path) for path in written.files],
        "platforms": {
            one.platform.name: {
                "title": one.platform.title,
                "field": one.platform.field,
                "fewest_possible": one.fewest_possible,
                "queries": [
                    {
                        "number": q.number,
                        "of": q.of,
                        "text": q.text,
                        "characters": len(q.text),
                        "connectors": q.connectors,
                    }
                    for q in one.queries
                ],
                "absorbed": [{"phrase": a.phrase, "by": a.by, "inflected": a.inflected} for a in one.absorbed],
                "warnings": list(one.warnings),
            }
            for one in written.sheets
        },
        "refused": [{"platform": platform.name, "why": why} for platform, why in written.refused],
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(strings)
