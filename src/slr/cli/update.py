"""``slr update``: search again, and say what differs from the last frozen version."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.freeze import frozen
from slr.cli.run import settle
from slr.cli.search import Variants, show
from slr.cli.search import as_document as search_document
from slr.cli.versioning import count
from slr.report.figures import write_text
from slr.review import Review
from slr.search.stage import is_current, search
from slr.sources.registry import title_of
from slr.store import versions
from slr.store.updates import Update
from slr.store.versions import Version
from slr.update.report import as_document, summary, update_report
from slr.update.retractions import ask, check_askable, not_returned
from slr.update.update import UpdateReport, base, begin, expected, finish, own_search, unfinished, wanted_variants


def update(
    plan: Annotated[bool, typer.Option("--plan", help="Say what it will ask and cost, and ask nothing.")] = False,
    freeze: Annotated[
        str | None, typer.Option("--freeze", metavar="NAME", help="Freeze the review under NAME first.")
    ] = None,
    retractions: Annotated[
        bool,
        typer.Option("--retractions", help="Also ask about included works that the search does not return."),
    ] = False,
    variants: Variants = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Search again in full and compare with the last frozen version; only what is new or changed waits for you.

    Reports new, changed, newly retracted, vanished and newly matching works, and what a changed matrix added by itself,
    in outputs/update_report.md. Known works keep their decisions. Stopped by a budget, a failure or Ctrl-C, it goes on
    where it was when run again.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "update") as review:
        if plan:
            _plan(voice, review, freeze)
            return
        if freeze:
            _freeze_once(voice, review, freeze)
        report = updated(voice, review, base(review), variants, retractions)
        voice.result(as_document(report))


def _freeze_once(voice: Voice, review: Review, name: str) -> None:
    """Freeze, unless an interrupted run of this very command has done so."""
    latest = versions.latest(review.store.db)
    if going_on := unfinished(review):
        voice.note(f"nothing is frozen: the unfinished update {going_on.update_id} goes on")
    elif latest and latest.name == name:
        voice.note(f"the latest version is '{name}' already")
    else:
        frozen(voice, review, name)


def updated(
    voice: Voice, review: Review, version: Version, variants: bool | None = None, retractions: bool = False
) -> UpdateReport:
    """Every step of an update: search, group, mark, count, compare, report. Raises the failure of a search."""
    if retractions:
        check_askable(review)
    one = begin(review, version)
    _search(voice, review, one, wanted_variants(review, version) if variants is None else variants)
    if retractions:
        _ask_about_included(voice, review, one)
    settle(Voice(as_json=True, quiet=True), review)
    path = review.outputs / "update_report.md"
    title = review.config.title
    report = finish(review, one, count(review), lambda found: write_text(path, update_report(found, title)))
    voice.say()
    voice.say(f"compared with version {report.update.version}:")
    for line in summary(report):
        voice.say(f"  {line}")
    voice.say(f"wrote {path.relative_to(review.folder).as_posix()} and every other output anew")
    return report


def _search(voice: Voice, review: Review, one: Update, variants: bool | None) -> None:
    """The update's search, from where it stands; a complete one of the present configuration is not repeated."""
    begun = own_search(review, one)
    if begun and begun.status == "complete" and is_current(review, begun):
        voice.note(f"the search {begun.run_id} of this update is complete")
        return
    report = search(review, variants=variants, again=begun is None)
    voice.close()
    show(voice, report)
    if report.failure:
        voice.result({"update": asdict(one), "search": search_document(report)})
        raise report.failure


def _ask_about_included(voice: Voice, review: Review, one: Update) -> None:
    version = versions.get(review.store.db, one.version)
    run = own_search(review, one)
    about = not_returned(review, version, run.run_id) if version and run else {}
    if about:
        told = ask(review, one, about)
        for name, n in told.items():
            voice.say(
                f"{title_of(name)}: told of {n:,} of {len(about):,} included works that the search did not return"
            )


def _plan(voice: Voice, review: Review, freeze: str | None) -> None:
    there = versions.latest(review.store.db)
    version = freeze or (there.name if there else base(review).name)
    going_on = unfinished(review)
    voice.say(
        f"goes on with the unfinished update {going_on.update_id}, compared with version {going_on.version}"
        if going_on
        else f"asks every source for the whole search again and compares with version {version}"
    )
    told = expected(review)
    rows = [
        (one.title, one.queries, "–" if one.hits is None else one.hits, "–" if one.requests is None else one.requests,
         "–" if one.usd is None else f"${one.usd:,.4f}")
        for one in told
    ]  # fmt: skip
    voice.table(("source", "queries", "hits in its last search", "requests", "cost"), rows)
    for one in told:
        if one.note:
            voice.say(f"note: {one.title}: {one.note}")
    known = len(review.loaded.known)
    if known:
        voice.say(f"and up to {known:,} look-ups of known studies in each source that can be asked for them")
    voice.say("by the last searches; after a change of the matrix, 'slr plan --counts' asks the sources for their hits")
    voice.result({"version": version, "unfinished": bool(going_on), "sources": [asdict(one) for one in told],
                  "known_studies": known})  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(update)
