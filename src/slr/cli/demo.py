"""``slr demo``: the packaged example review, every stage of the method on it, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import AsJson, Quiet, Verbose, Voice, speaking, working
from slr.cli.dedupe import group_and_mark
from slr.cli.imports import show as show_import
from slr.cli.report import show_contribution
from slr.cli.reporting import known_line
from slr.cli.run import settle
from slr.cli.search import show as show_search
from slr.cli.snowball import show as show_round
from slr.demo.layout import decisions, imports, lay_out
from slr.errors import OurBug
from slr.review import Review
from slr.screening.decisions import decide
from slr.search.attribution import attribute
from slr.search.imports import ImportRequest, import_file
from slr.search.known import statuses
from slr.search.stage import search
from slr.snowball.stage import snowball, unfinished
from slr.store import decisions as log
from slr.store import records, runs, works

FOLDER = Path("slr-demo")
MOST_ROUNDS = 10
"""Citation searching ends by itself when a round includes nothing new; the example needs two or three rounds."""


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder to make.", show_default=str(FOLDER))
    ] = FOLDER,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make a review folder with the report's matrix and run the whole method on a packaged corpus, offline.

    The bibliographic facts are real; the summaries in place of abstracts and the two reviewers' decisions are made for
    the example. Running it again goes on where it stopped and changes nothing.
    """
    with speaking(as_json, quiet, verbose) as voice:
        lay_out(folder)
        with working(folder, voice, "demo") as review:
            document = _every_stage(voice, review)
            _look_at(voice, folder)
            voice.result(document)


def _every_stage(voice: Voice, review: Review) -> dict[str, object]:
    _title(voice, "1. Search the matrix (OpenAlex snapshot files, no network)")
    if not any(run.status == "complete" for run in runs.every(review.store.db, "search")):
        report = search(review)
        show_search(voice, report)
        report.whole()
    _title(voice, "2. Import the exports of the databases without an open API")
    for entry in imports():
        asked = ImportRequest(review.folder / entry.path, entry.source, entry.platform, entry.origin, entry.date,
                              entry.query, entry.hits)  # fmt: skip
        show_import(voice, import_file(review, asked))
    if unfinished(review):
        show_round(voice, snowball(review))
    _title(voice, "3. Group duplicates, apply the automatic criteria")
    group_and_mark(voice, review)
    _title(voice, "4. Two reviewers screen; citation searching from what they include, until nothing new comes")
    _screen_and_follow(voice, review)
    _title(voice, "5. Count for PRISMA 2020 and write the outputs")
    document = settle(voice, review)
    _title(voice, "6. The 12 studies of the report")
    for status in statuses(review):
        line = known_line(status)
        voice.say(f"  {line.state:<7} {line.study[:64]:<64}  {line.where[:90]}")
    _title(voice, "7. What each term of the matrix gave (all of them: outputs/term_contribution.csv)")
    show_contribution(voice, review)
    return document


def _title(voice: Voice, text: str) -> None:
    voice.say()
    voice.say(text)
    voice.say("=" * len(text))


def _screen_and_follow(voice: Voice, review: Review) -> None:
    for _round in range(MOST_ROUNDS):
        made = _apply_decisions(review)
        voice.say(f"{made:,} decisions of reviewers A and B kept in outputs/decisions/ (an illustration)")
        report = snowball(review)
        attribute(review)
        show_round(voice, report)
        if report.run_id is None:
            return
        group_and_mark(Voice(quiet=True, as_json=True), review)
    raise OurBug("the example's citation searching does not end")


def _apply_decisions(review: Review) -> int:
    """Append the example's decisions on works that are there now; one that says what already holds is left out."""
    made = 0
    named = _names(review)
    marked = works.ineligible(review.store.db)
    holds = {(v.work_id, v.stage, v.reviewer): (v.verdict, v.reason) for v in log.verdicts(review.store.db)}
    settled = {(d.work_id, d.stage, d.reviewer, d.verdict, d.reason) for r in log.reviewers(review.store.db)
               for d in log.log(review.store.db, r)}  # fmt: skip
    for entry in decisions():
        work = named.get(entry.record_ref)
        key = (work or "", entry.stage, entry.reviewer)
        if not work or work in marked or holds.get(key) == (entry.verdict, entry.reason):
            continue
        if (*key, entry.verdict, entry.reason) in settled:
            continue
        decide(
            review,
            work,
            entry.verdict,
            stage=entry.stage,
            reviewer=entry.reviewer,
            reason=entry.reason,
            note=entry.note,
        )
        holds[key] = (entry.verdict, entry.reason)
        made += 1
    return made


def _names(review: Review) -> dict[str, str]:
    """The names that the example's decisions use (OpenAlex ids, ``file.ris#n``) → present work id."""
    db = review.store.db
    work_of = works.memberships(db)
    named = {
        r.ids["openalex"]: work_of[r.record_id]
        for r in records.bibliography(db)
        if "openalex" in r.ids and r.record_id in work_of
    }
    for name, rank, record_id in runs.file_records(db):
        if record_id in work_of:
            named[f"{name}#{rank}"] = work_of[record_id]
    return named


def _look_at(voice: Voice, folder: Path) -> None:
    out = folder / "outputs"
    voice.say()
    voice.say("Look at:")
    for name, what in (
        ("prisma.html", "the PRISMA 2020 diagram; a click on a number lists its records"),
        ("prisma.png", "the same as a picture (also .svg, .pdf, .csv for the R package, .json)"),
        ("citations.html", "who cites whom, to look around in (also citations.svg, citation_report.md)"),
        ("matrix.svg", "the term × concept heat map (its table: matrix.csv)"),
        ("works.csv", "every work with its records, cells, votes and outcome"),
        ("search_report.html", "how the search was done, what it gave and may have missed (also .md)"),
        ("decisions/A.jsonl", "reviewer A's log, a chain of hashes"),
    ):
        voice.say(f"  {out / name}  {what}")
    voice.say(f"Then: 'slr status --review {folder}', 'slr prisma explain duplicates --review {folder}'.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)
