"""``slr doctor``: is everything in place? Each finding names what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working
from slr.errors import SlrError
from slr.http.archive import Archive
from slr.http.client import Http
from slr.review import Review

LEAST_FREE = 500_000_000
"""Bytes of disk below which a search of some ten thousand records with its archive may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and a sentence."""

    check: str
    well: bool
    words: str


def doctor(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Check the configuration, keys, reach of each source, disk, store and archive; ends with 1 if one is wrong."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "doctor", lock=False) as review:
        found = list(findings(review))
        for one in found:
            voice.say(f"{'ok   ' if one.well else 'WRONG'}  {one.check}: {one.words}")
        voice.result([asdict(one) for one in found])
    if not all(one.well for one in found):
        raise typer.Exit(1)


def findings(review: Review) -> Iterator[Finding]:
    """Every check in turn; a failing one does not stop the others."""
    yield Finding("configuration", True, f"valid, {review.matrix(variants=False).cells:,} cells")
    yield _tried("store", lambda: _store(review))
    yield _tried("archive", lambda: _archive(review))
    yield _disk(review)
    # Another slr may be writing the archive, and no result rests on these replies: they are not kept.
    with TemporaryDirectory() as aside, review.http("doctor", archive=Archive(Path(aside))) as http:
        for name in review.enabled_sources():
            yield from _source(review, name, http)


def _source(review: Review, name: str, http: Http) -> Iterator[Finding]:
    source = review.source(name, http)
    if variable := source.info.key_variable:
        yield _key(review, variable, source.info.terms)
    yield _tried(source.info.title, source.check)


def _tried(check: str, ask: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, ask())
    except SlrError as error:
        return Finding(check, False, str(error))


def _store(review: Review) -> str:
    return f"outputs/review.sqlite is whole (store version {review.store.checked()})"


def _archive(review: Review) -> str:
    n = 0
    for run_id in review.archive.runs():
        for exchange in review.archive.exchanges(run_id):
            review.archive.body(exchange)
            n += 1
    return f"{n:,} archived replies, every checksum fits"


def _disk(review: Review) -> Finding:
    free = shutil.disk_usage(review.folder.resolve()).free
    enough = free >= LEAST_FREE
    advice = "" if enough else ": free some before a search"
    return Finding("disk", enough, f"{free / 1e9:,.1f} GB free{advice}")


def _key(review: Review, variable: str, terms: str) -> Finding:
    if review.environ.get(variable):
        return Finding("key", True, f"{variable} is set")
    return Finding("key", True, f"{variable} is not set: the smaller budget without a key applies (see {terms})")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)
