"""``slr report``: the search report alone, from what the store holds."""

from __future__ import annotations

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.reporting import write_report
from slr.report.cost import cost
from slr.report.evidence import gather
from slr.report.sections.terms import contributed, fruitful, spared
from slr.review import Review
from slr.search.attribution import attribute


def report(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Write the search report: how the search was done, what it gave, and what it may have missed.

    outputs/search_report.md and .html (one file, to read, print or send) hold a methods paragraph, each source's query
    with date and hits, duplicates, overlap, recall, precision, what each search term gave, and the PRISMA-S and PRISMA
    2020 checklists; outputs/term_contribution.csv has every term and cell. 'slr run' writes them too.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "report") as review:
        attribute(review)
        written = [path.relative_to(review.folder).as_posix() for path in write_report(review)]
        voice.say("wrote " + ", ".join(written))
        voice.result({"files": written})


def show_contribution(voice: Voice, review: Review) -> None:
    """Say which phrases found an included work, and which matrix would have been enough."""
    evidence = gather(review)
    shares = contributed(evidence, cost(evidence.matrix))
    voice.table(("phrase", "works", "included", "only by it", "included only by it"), fruitful(evidence, shares))
    voice.say()
    voice.say(spared(evidence, shares))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)
