"""``slr snowball``: rounds of citation searching; what they did, what they would cost, what they are reported with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from slr.cli.citations import take_in, titles, write_citations
from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe_words import counted
from slr.review import Review
from slr.snowball.cost import plan
from slr.snowball.graph import candidates as rank
from slr.snowball.graph import graph
from slr.snowball.rounds import RoundStatus, rounds, saturation
from slr.snowball.seeds import included
from slr.snowball.stage import DIRECTIONS, MAX_NEW, SnowballReport, Terms, end_round
from slr.snowball.stage import snowball as follow
from slr.snowball.tarcis import HEAD, rows, tarcis
from slr.sources.registry import title_of

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)

UNTIL_SATURATED = "until-saturated"
SHOWN = 25
"""Candidates shown unless more are asked for."""


@app.callback()
def snowball(
    context: typer.Context,
    direction: Annotated[str, typer.Option("--direction", help="backward, forward or both.")] = "both",
    index: Annotated[
        list[str] | None,
        typer.Option(
            "--index",
            help="Indexes to ask, with commas between them (may be repeated): openalex, "
            "opencitations, crossref, semanticscholar, europepmc, snapshot.",
            show_default="every enabled source that knows citations",
        ),
    ] = None,
    seeds: Annotated[
        list[str] | None,
        typer.Option(
            "--seeds",
            help="included, or works (ids, DOIs) and files with one a line (may be repeated).",
            show_default="included",
        ),
    ] = None,
    rounds_: Annotated[
        str, typer.Option("--rounds", metavar="N|until-saturated", help="Allow no round after number N.")
    ] = UNTIL_SATURATED,
    max_new: Annotated[
        int, typer.Option("--max-new", min=1, help="Stop after so many records that were not known before.")
    ] = MAX_NEW,
    again: Annotated[bool, typer.Option("--again", help="Ask again about works that were asked about before.")] = False,
    cost: Annotated[bool, typer.Option("--plan", help="Say what it would cost, ask nobody.")] = False,
    end: Annotated[bool, typer.Option("--end-round", help="End an interrupted round with what it has.")] = False,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Follow the references of the included works and the works that cite them, in rounds.

    Each round begins from what screening included since the last one, so that an index is asked about a work once each
    way. What comes back is matched, grouped with everything known, and waits for screening; then run it again, until it
    says that the search is saturated. An interrupted round goes on where it was.
    """  # fmt: skip
    if context.invoked_subcommand is not None:
        return
    terms = Terms(_directions(direction), _words(index), _names(seeds), max_new, _limit(rounds_), again)
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "snowball", lock=not cost) as review:
        if cost:
            _show_plan(voice, review, terms)
        elif end:
            _end(voice, review)
        else:
            run_rounds(voice, review, terms)


def run_rounds(voice: Voice, review: Review, terms: Terms) -> None:
    """Round after round while there is somebody to ask about; screening by people usually ends that after one.

    Raises why a round was left unfinished, once everything it returned was taken in.
    """
    done: list[SnowballReport] = []
    while True:
        report = follow(review, terms)
        voice.close()
        if report.run_id is None:
            break
        done.append(report)
        show(voice, report)
        take_in(review)
        _say_works(voice, rounds(review)[-1])
        if report.failure or terms.again:
            break
    if not done:
        _say_nothing_to_do(voice, review, terms)
    found = rounds(review)
    if done:
        _write(voice, review)
        _say_next(voice, review, found)
    voice.result({"rounds": [_round_json(report) for report in done], **_status_json(review, found)})
    for report in done:
        report.whole()


def show(voice: Voice, report: SnowballReport) -> None:
    """Say what a round did."""
    if report.run_id is None:
        voice.say("no included work is left to start from: citation searching is saturated, or nothing is included yet")
        return
    ways = ", ".join(f"{n:,} {direction}" for direction, n in report.returned.items())
    asked = f"; {counted(report.requests, 'request')}" if report.requests else ""
    voice.say(
        f"round {report.round}: {counted(len(report.seeds), 'seed')}; returned {ways} records, {report.new_records:,} "
        f"of them taken in now{asked}"
    )
    if report.not_in_index:
        voice.say(f"  not in any index asked: {', '.join(report.not_in_index)}")


def _say_works(voice: Voice, last: RoundStatus) -> None:
    """Records of several indexes and directions are one work: what is new is counted in works, as in the status."""
    whole = last.whole
    voice.say(f"  they are {counted(whole.distinct, 'work')}: {whole.known:,} known before, {whole.new:,} new")


def _say_nothing_to_do(voice: Voice, review: Review, terms: Terms) -> None:
    found = rounds(review)
    voice.say(_why_nothing(review, terms, found))
    _say_next(voice, review, found)


def _why_nothing(review: Review, terms: Terms, found: Sequence[RoundStatus]) -> str:
    if terms.rounds_limit is not None and len(found) >= terms.rounds_limit:
        return f"{counted(len(found), 'round')} done already, and --rounds {terms.rounds_limit} allows no further one"
    if not included(review) and terms.seeds == Terms().seeds:
        return "no work is included yet: screen first, then citation searching begins from what is included"
    return "every seed was asked about already (--again asks again)"


def _say_next(voice: Voice, review: Review, found: Sequence[RoundStatus]) -> None:
    settled = saturation(review, found)
    voice.say(f"{'saturated' if settled.saturated else 'not saturated'}: {'; '.join(settled.why)}")


def _end(voice: Voice, review: Review) -> None:
    number = end_round(review)
    voice.say("no round is unfinished" if number is None else f"round {number} is ended with what it has")
    if number is not None:
        take_in(review)
        _write(voice, review)
    voice.result({"ended": number})


def _write(voice: Voice, review: Review) -> list[Path]:
    written = write_citations(review)
    voice.say("wrote " + ", ".join(path.relative_to(review.folder).as_posix() for path in written))
    return written


def _show_plan(voice: Voice, review: Review, terms: Terms) -> None:
    costs = plan(review, terms)
    rows_ = [
        (title_of(c.index), c.direction, c.seeds, c.look_ups, c.links, c.descriptions,
         f"{'' if c.exact else '≥ '}{c.requests:,}", f"${c.usd:,.4f}", f"{c.seconds:,.0f} s")
        for c in costs
    ]  # fmt: skip
    if not costs:
        voice.say(f"{_why_nothing(review, terms, rounds(review))}: nothing would be asked")
    else:
        head = ("index", "direction", "seeds", "look-ups", "citations", "descriptions", "requests", "cost", "time")
        voice.table(head, rows_)
        voice.say(
            "≥: more where an index hands out several pages for a seed, or where lists name works not known yet; fewer "
            "where an index turns out not to hold a seed"
        )
    voice.result({"plan": [{**asdict(c), "requests": c.requests} for c in costs]})


@app.command()
def status(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Show the rounds: what each asked, returned and led to, and whether the search is saturated."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "snowball status", lock=False) as review,
    ):
        found = rounds(review)
        if found:
            voice.table(HEAD, [row for one in found for row in rows(one)])
            voice.say()
        _say_next(voice, review, found)
        voice.result(_status_json(review, found))


@app.command()
def report(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Write the report that TARCiS 2024 asks for (outputs/citation_report.md), the picture and its page."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "snowball report") as review:
        take_in(review)
        items = tarcis(review)
        for item in items:
            voice.say(f"{item.name}: {item.text}")
        written = _write(voice, review) if rounds(review) else []
        files = [path.relative_to(review.folder).as_posix() for path in written]
        voice.result({"items": [asdict(item) for item in items], "files": files})


@app.command()
def candidates(
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = SHOWN,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Rank works that wait for screening by how they hang together with the included ones: an aid, no decision.

    Works that cite included works, or are cited by them, come first; then those that share references with them
    (bibliographic coupling) or are cited together with them (co-citation).
    """
    from slr.cli.citations import drawn

    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "snowball", lock=False) as review:
        waiting = {work.work_id for work in drawn(review) if work.state == "unscreened"}
        ranked = rank(graph(review), included(review), waiting)
        named = titles(review, {one.work_id for one in ranked[:most]})
        head = ("work", "cites", "cited by", "coupling", "co-citation", "")
        voice.table(head, [(c.work_id, c.cites, c.cited_by, c.coupling, c.cocitation, named[c.work_id][:90])
                           for c in ranked[:most]])  # fmt: skip
        voice.say(f"{len(ranked):,} of {len(waiting):,} works that wait for screening hang together with included ones")
        voice.result({"candidates": [{**asdict(c), "title": named.get(c.work_id)} for c in ranked[:most]],
                      "waiting": len(waiting), "linked": len(ranked)})  # fmt: skip


def _round_json(report: SnowballReport) -> dict[str, Any]:
    return {key: value for key, value in asdict(report).items() if key != "failure"}


def _status_json(review: Review, found: Sequence[RoundStatus]) -> dict[str, Any]:
    settled = saturation(review, found)
    return {
        "status": [
            {"round": asdict(one.round), "started_at": one.run.started_at, "state": one.run.status,
             "whole": asdict(one.whole) | {"efficiency": one.whole.efficiency},
             "parts": [asdict(part) | {"efficiency": part.efficiency} for part in one.parts]}
            for one in found
        ],
        "saturated": settled.saturated,
        "why": list(settled.why),
    }  # fmt: skip


def _directions(word: str) -> tuple[Any, ...]:
    if word not in (*DIRECTIONS, "both"):
        raise typer.BadParameter(f"'{word}' is not backward, forward or both", param_hint="--direction")
    return tuple(d for d in DIRECTIONS if word in (d, "both"))


def _words(given: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for one in given or () for word in one.split(",") if word.strip()))


def _names(given: Sequence[str] | None) -> tuple[str, ...]:
    """Files and names as they are; a list with commas in between is taken apart where it is no file."""
    if not given:
        return ("included",)
    return tuple(n for one in given for n in ([one] if Path(one).is_file() else _words([one])))


def _limit(word: str) -> int | None:
    if word == UNTIL_SATURATED:
        return None
    if not word.isdecimal() or int(word) < 1:
        raise typer.BadParameter(f"'{word}' is neither a number from 1 nor {UNTIL_SATURATED}", param_hint="--rounds")
    return int(word)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="snowball")
