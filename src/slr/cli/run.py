"""``slr run``: the whole pipeline up to what people have to decide, then the counts and reports."""

from __future__ import annotations

from typing import Annotated

import typer

from slr.cli.citations import write_citations
from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe import group_and_mark
from slr.cli.prisma import count_and_draw
from slr.cli.reporting import write_report, write_tables
from slr.cli.search import Variants, as_document, show
from slr.review import Review
from slr.search.attribution import attribute
from slr.search.stage import SearchReport, is_current, search
from slr.store import runs


def run(
    again: Annotated[bool, typer.Option("--again", help="Search anew even if the last search is complete.")] = False,
    variants: Variants = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Search, group duplicates, apply the criteria, count for PRISMA and write every output.

    A complete search of the same matrix and sources is not repeated (--again repeats it); an interrupted one goes on
    where it stopped. Everything after the search is worked out anew, so running it twice changes nothing.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "run") as review:
        everything(voice, review, variants=variants, again=again)


def everything(voice: Voice, review: Review, *, variants: bool | None = None, again: bool = False) -> None:
    """Every step; where the search has to stop, says what there is and raises why, before anything is counted."""
    report = _search(voice, review, variants, again)
    document: dict[str, object] = {"search": as_document(report) if report else None}
    if report and report.failure:
        voice.result(document)
        raise report.failure
    voice.result(document | settle(voice, review))


def _search(voice: Voice, review: Review, variants: bool | None, again: bool) -> SearchReport | None:
    latest = runs.latest(review.store.db, "search")
    same = latest is not None and variants in (None, latest.variants) and is_current(review, latest)
    if latest and same and latest.status == "complete" and not again:
        voice.say(f"the search {latest.run_id} is complete and nothing it depends on has changed (--again repeats it)")
        return None
    report = search(review, variants=variants, again=again)
    voice.close()
    show(voice, report)
    return report


def settle(voice: Voice, review: Review) -> dict[str, object]:
    """Everything after the records are there: match, group, mark, count, write."""
    attribute(review)
    document = group_and_mark(voice, review)
    document["prisma"] = prisma = count_and_draw(voice, review)
    written = dict.fromkeys([*write_tables(review), *write_report(review, prisma), *write_citations(review)])
    voice.say("wrote " + ", ".join(path.relative_to(review.folder).as_posix() for path in written))
    return document


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)
