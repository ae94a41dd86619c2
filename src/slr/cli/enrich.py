"""``slr enrich``: fill in what no record of a work states."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe_words import counted
from slr.enrich.stage import EnrichReport
from slr.enrich.stage import enrich as fill
from slr.search.attribution import attribute
from slr.sources.registry import title_of


def enrich(
    review_dir: ReviewDir = HERE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Ask only this source (may be repeated).")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Do the latest archived run again without a network.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Ask other sources by DOI, OpenAlex id or PMID for missing DOIs, abstracts, references and retractions.

    What is told is kept with its source, reply and date, beside the records and never in their place: it counts only
    where no record states a value; that a work was retracted counts whoever says it. Stopped by a failure or Ctrl-C,
    it goes on where it was when run again.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "enrich") as review:
        report = fill(review, only=tuple(source or ()), replay=replay)
        matched = attribute(review)
        voice.close()
        show(voice, report)
        if matched:
            voice.say(f"{matched:,} records were matched anew, those without an abstract by the one that was told")
        voice.result(as_document(report))
        report.whole()


def show(voice: Voice, report: EnrichReport) -> None:
    """Say what a run filled in."""
    voice.say(f"{report.works:,} works")
    rows = [
        (one.field, one.missing, sum(one.filled.values()), one.still_missing, _by_source(one.filled))
        for one in report.fields
    ]
    voice.table(("field", "missing", "filled", "still missing", "told by"), rows)
    for name, requests in report.requests.items():
        voice.say(f"{title_of(name)}: {counted(requests, 'request')}")


def _by_source(filled: dict[str, int]) -> str:
    return ", ".join(f"{title_of(source)} {n:,}" for source, n in filled.items())


def as_document(report: EnrichReport) -> dict[str, object]:
    """The report for ``--json``."""
    return {
        "run": report.run_id,
        "status": report.status,
        "works": report.works,
        "fields": [asdict(one) for one in report.fields],
        "requests": report.requests,
        "problems": list(report.problems),
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(enrich)
