"""``slr search``: ask the sources, or replay what they answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe_words import counted
from slr.search.stage import SearchReport
from slr.search.stage import search as ask
from slr.sources.registry import title_of

Variants = Annotated[
    bool | None, typer.Option("--variants/--no-variants", help="Spelling variants on or off, whatever is configured.")
]


def search(
    review_dir: ReviewDir = HERE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Ask only this source (may be repeated).")
    ] = None,
    variants: Variants = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Rebuild the latest archived search without a network.")
    ] = False,
    run: Annotated[str | None, typer.Option("--run", help="With --replay: the run to replay.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Begin a new search even if the last is unfinished.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Ask every enabled source for the whole matrix and keep every reply.

    Stopped by a budget, a failure or Ctrl-C, it goes on where it was when run again; replies already received are
    not asked for again. The records are kept with the query, rank and reply they came from.
    """
    if run and not replay:
        raise typer.BadParameter("goes with --replay", param_hint="--run")
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "search") as review:
        which = (run or "latest") if replay else None
        report = ask(review, variants=variants, only=tuple(source or ()), replay=which, again=again)
        voice.close()
        show(voice, report)
        voice.result(as_document(report))
        report.whole()


def show(voice: Voice, report: SearchReport) -> None:
    """Say what a search did."""
    rows = [
        (
            title_of(q.source),
            f"{q.part}/{q.parts}",
            "–" if q.server_total is None else q.server_total,
            q.retrieved,
            q.status,
        )
        for q in report.queries
    ]
    voice.table(("source", "query", "hits stated", "records", "state"), rows)
    for usage in report.usage:
        if usage.requests or usage.usd:
            voice.say(f"{title_of(usage.source)}: {counted(usage.requests, 'request')}, ${usage.usd:,.4f}")
    voice.say(
        f"{report.new_records:,} new records; {report.unattributed:,} hits lie in no cell by the local text rules"
    )
    for query in report.queries:
        for note in query.notes:
            voice.say(f"note: {note}")


def as_document(report: SearchReport) -> dict[str, object]:
    """The report for ``--json``."""
    return {
        "run": report.run.run_id,
        "status": report.run.status,
        "variants": report.run.variants,
        "new_records": report.new_records,
        "unattributed": report.unattributed,
        "queries": [
            {key: value for key, value in asdict(q).items() if key not in ("query_id", "next_cursor")}
            for q in report.queries
        ],
        "usage": [asdict(usage) for usage in report.usage],
        "problems": list(report.problems),
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)
