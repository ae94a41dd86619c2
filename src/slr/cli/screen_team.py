"""``slr screen``, working as a team: who decides what, pilots, conflicts, packets, agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.prompt import PATIENCE
from slr.errors import UserError
from slr.review import Review
from slr.screening import decisions, packets
from slr.screening.desk import desk, sample, shared_out
from slr.screening.incoming import import_decisions as take_in
from slr.screening.names import check_reviewer
from slr.screening.pilots import calibrations
from slr.screening.raters import Pair, StageAgreement, agreements
from slr.store import decisions as log

Planner = Annotated[str, typer.Option("--reviewer", envvar="SLR_REVIEWER", help="Whose log it is written into.")]
Stage = Annotated[str, typer.Option("--stage", help="The screening stage, as in config/review.yaml.")]
To = Annotated[
    str | None, typer.Option("--to", metavar="NAMES", help="Who decides, with commas between.", show_default="all")
]
SHOWN = 20
"""How many rows that were left are shown; --json has all."""


def _people(review: Review, to: str | None) -> list[str]:
    """The reviewers named, or all that are configured. Raises UserError if there are none."""
    names = [name.strip() for name in to.split(",") if name.strip()] if to else list(review.config.reviewers)
    for name in names:
        check_reviewer(review, name)
    if not names:
        raise UserError("nobody is named: write --to A,B or list the reviewers in config/review.yaml")
    return names


def assign(
    reviewer: Planner,
    stage: Stage,
    to: To = None,
    works: Annotated[list[str] | None, typer.Option("--work", help="A work; without, all that wait.")] = None,
    seed: Annotated[str, typer.Option("--seed", help="Draws the same shares again.")] = "1",
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Share the works out: each to as many reviewers as the stage asks for, equally, by chance with a seed.

    Works named with --work go to all of --to. What was assigned before stays; a later assignment of the same planner
    counts instead of it.
    """
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen assign", wait=PATIENCE) as review,
    ):
        people = _people(review, to)
        found = desk(review, stage)
        if works:
            shares = {tuple(people): [decisions.work_named(review.store.db, work) for work in works]}
        else:
            free = [w for w in found.works if w not in found.assigned and not found.votes.get(w)]
            shares = shared_out(free, people, min(found.stage.reviewers, len(people)), seed)
        for group, share in shares.items():
            decisions.plan(review, "assignment", stage=stage, reviewer=reviewer, work_ids=share, to=group)
        voice.table(("works", "to"), [(len(share), ", ".join(group)) for group, share in shares.items()])
        voice.result([{"to": group, "works": share} for group, share in shares.items()])


def pilot(
    stage: Stage,
    reviewer: Annotated[str | None, typer.Option("--reviewer", envvar="SLR_REVIEWER", help="Who begins it.")] = None,
    size: Annotated[int | None, typer.Option("--size", min=1, help="Begin a pilot of so many works.")] = None,
    seed: Annotated[str, typer.Option("--seed", help="Draws the same sample again.")] = "1",
    measure: Annotated[str, typer.Option("--measure", help="What has to reach the threshold: percent, kappa, ac1.")] = (
        "percent"
    ),
    threshold: Annotated[float, typer.Option("--threshold", min=0, max=1, help="The agreement to reach.")] = 0.75,
    to: To = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Begin a pilot (with --size): a sample that everyone decides first. Without, say how far they agree on it.

    JBI's manual wants 75 % agreement on 25 records before the screening goes on.
    """
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen pilot", wait=PATIENCE) as review,
    ):
        if size is not None:
            if reviewer is None or measure not in ("percent", "kappa", "ac1"):
                raise typer.BadParameter("a pilot is begun with --reviewer NAME and --measure percent, kappa or ac1")
            found = desk(review, stage)
            fresh = [w for w in found.works if not found.votes.get(w) and w not in found.pilot]
            if not fresh:
                raise UserError(f"no work at {stage} is left that nobody has decided: there is nothing to draw from")
            drawn = sample(fresh, size, seed)
            decisions.plan(review, "pilot", stage=stage, reviewer=reviewer, work_ids=drawn,
                           to=tuple(_people(review, to)), seed=seed, threshold=f"{measure} {threshold:g}")  # fmt: skip
            voice.say(
                f"{len(drawn):,} works of {len(fresh):,} drawn with seed {seed}: they come first in 'slr screen next'"
            )
        told = calibrations(review, stage)
        for one in told:
            voice.say(one.sentence())
        if not told:
            voice.say(f"there is no pilot at {stage} yet: begin one with --size 25 --reviewer NAME")
        voice.result([asdict(one) for one in told])


def conflicts(
    stage: Annotated[str | None, typer.Option("--stage", help="Of this stage only.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """List the works that reviewers disagree about, with every vote, reason and note."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen conflicts", lock=False) as review,
    ):
        names = [s.name for s in review.config.stages if stage in (None, s.name)]
        if stage is not None:
            decisions.stage_named(review, stage)
        told: list[dict[str, object]] = []
        for name in names:
            found = desk(review, name).conflicts()
            known = log.titles(review.store.db, found)
            said = log.verdicts_on(review.store.db, found)
            for work in found:
                votes = [v for v in said if v.work_id == work and v.stage == name]
                voice.say(f"{name}  {work}  {known[work]}")
                for v in votes:
                    because = "".join((f" ({v.reason})" if v.reason else "", f': "{v.note}"' if v.note else ""))
                    voice.say(f"    {v.reviewer}{' resolved' if v.kind == 'resolution' else ''}: {v.verdict}{because}")
                told.append({"stage": name, "work": work, "title": known[work], "votes": [
                    {"reviewer": v.reviewer, "verdict": v.verdict, "reason": v.reason, "note": v.note, "kind": v.kind}
                    for v in votes]})  # fmt: skip
        voice.note(
            f"{len(told):,} conflicts; end one with: slr screen resolve WORK VERDICT --stage STAGE --reviewer NAME"
        )
        voice.result(told)


def resolve(
    work: Annotated[str, typer.Argument(help="A work's id, or the id of one of its records.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="include, exclude or not-retrieved.")],
    stage: Stage,
    reviewer: Annotated[str, typer.Option("--reviewer", envvar="SLR_REVIEWER", help="Who ends it, or writes it down.")],
    consensus: Annotated[bool, typer.Option("--consensus", help="Those who disagreed agree now.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="The exclusion reason's id; full text needs one.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark to keep with it.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """End a conflict, as third person or by consensus. The votes stay; if one changes, the conflict is open again."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen resolve", wait=PATIENCE) as review,
    ):
        made = decisions.resolve(review, work, verdict, stage=stage, reviewer=reviewer, reason=reason, note=note,
                                 consensus=consensus)  # fmt: skip
        because = f" ({made.reason})" if made.reason else ""
        voice.say(
            f"saved: the conflict about {made.work_id} at {stage} ends with '{verdict}'{because}, {made.more['how']}"
        )
        voice.result(made.content())


def export_packet(
    reviewer: Annotated[str, typer.Option("--reviewer", help="Whose log, or for whom the table is.")],
    file: Annotated[
        Path | None, typer.Option("--file", help="Where to.", show_default="NAME.packet.jsonl or .csv")
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="A CSV of waiting works to fill in, for people without slr.")
    ] = (False),
    stage: Annotated[str | None, typer.Option("--stage", help="The stage of the table.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a reviewer's log as one file to mail; or (--table) the works that wait for them, to be filled in."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen export-packet", lock=False) as review,
    ):
        if table:
            at = stage or review.config.stages[0].name
            path = file or Path(f"{reviewer}.{at}.csv")
            n, unit = packets.export_table(review, reviewer, at, path), "works to decide"
        else:
            path = file or Path(f"{reviewer}.packet.jsonl")
            n, unit = packets.export_packet(review, reviewer, path), "lines of the log"
        voice.say(f"wrote {path} ({n:,} {unit}); it comes back with: slr screen import-decisions {path}")
        voice.result({"file": str(path), "lines": n})


def import_decisions(
    file: Annotated[
        Path, typer.Argument(help="A packet, a log, a filled-in table, or a Rayyan, ASReview or Covidence export.")
    ],
    stage: Annotated[str | None, typer.Option("--stage", help="The stage; a packet brings its own.")] = None,
    reviewer: Annotated[
        str | None, typer.Option("--reviewer", help="Who decided, where the file does not tell.")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option("--person", metavar="THEIRS=OURS", help="Whom a name stands for.")
    ] = None,
    reason: Annotated[
        list[str] | None, typer.Option("--reason", metavar="WORDS=ID", help="Which reason words mean.")
    ] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", help="What all records of a list without decisions have.")
    ] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take in decisions from a file. Doing it again, or in another order, gives the same; nothing is overruled."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen import-decisions", wait=PATIENCE) as review,
    ):
        if verdict is not None and verdict not in decisions.VERDICTS:
            raise UserError(f"'{verdict}' is not a verdict: write one of {', '.join(decisions.VERDICTS)}")
        found = take_in(review, file, stage=stage, reviewer=reviewer, people=_pairs(person, "--person"),
                        reasons=_pairs(reason, "--reason"), verdict=verdict)  # fmt: skip
        for name, n in found.taken.items():
            voice.say(f"{n:,} decisions of {name} taken in from {file.name} ({found.tool})")
        voice.say(
            f"{found.known:,} were known, {found.undecided:,} rows have no decision, {len(found.troubles):,} were left"
        )
        for trouble in found.troubles[:SHOWN]:
            voice.note(f"  line {trouble.line:,}: {trouble.work}: {trouble.why}")
        if len(found.troubles) > SHOWN:
            voice.note(f"  … and {len(found.troubles) - SHOWN:,} more (--json has all)")
        voice.result(asdict(found))


def _pairs(given: Sequence[str] | None, option: str) -> Mapping[str, str]:
    parted = [text.partition("=") for text in given or ()]
    if any(not sign for _, sign, _ in parted):
        raise typer.BadParameter(f"{option} is written THEIRS=OURS, like {option} 'wrong population=off-topic'")
    return {left.strip(): right.strip() for left, _, right in parted}


def agreement(
    stage: Annotated[str | None, typer.Option("--stage", help="Of this stage only.")] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show how far reviewers agree, on the votes they gave independently: before any other's was open to them."""
    with (
        speaking(as_json, quiet, verbose) as voice,
        working(review_dir, voice, "screen agreement", lock=False) as review,
    ):
        if stage is not None:
            decisions.stage_named(review, stage)
        found = agreements(review, stage)
        for one in found:
            _say_agreement(voice, one)
        voice.result([one.as_json() for one in found])


def _say_agreement(voice: Voice, found: StageAgreement) -> None:
    voice.say(f"{found.stage}: {found.works:,} works with two independent votes or more")
    for pair in found.pairs:
        _say_pair(voice, pair)
    if len(found.pairs) > 1:
        voice.say(f"  all together: Fleiss' kappa {_number(found.fleiss)} ({found.fleiss_works:,} works), "
                  f"Krippendorff's alpha {_number(found.alpha)}")  # fmt: skip
    for sentence in found.sentences:
        voice.say(f"  {sentence}")
    voice.say()


def _say_pair(voice: Voice, pair: Pair) -> None:
    a, (first, second) = pair.agreement, pair.reviewers
    head = (f"{first} ↓ {second} →", *pair.cast_categories, "all")
    rows = [(name, *row, sum(row)) for name, row in zip(pair.cast_categories, pair.cast, strict=True)]
    voice.table(head, [*rows, ("all", *map(sum, zip(*pair.cast, strict=True)), sum(map(sum, pair.cast)))])
    interval = f" (95 % {a.interval[0]:.3f} to {a.interval[1]:.3f})" if a.interval else ""
    percent = "undefined" if a.po is None else f"{a.po:.1%}"
    voice.say(f"  agreement {percent}; Cohen's kappa {_number(a.kappa)}{interval}; PABAK {_number(a.pabak)}; "
              f"Gwet's AC1 {_number(a.ac1)}; alpha {_number(a.alpha)}")  # fmt: skip
    specific = ", ".join(f"'{name}' {_number(p)}" for name, p in zip(pair.categories, a.by_category, strict=True))
    voice.say(f"  agreement specific to {specific}")


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def add(app: typer.Typer) -> None:
    """Add the commands to ``slr screen``."""
    for command in (assign, pilot, conflicts, resolve, agreement):
        app.command()(command)
    app.command("export-packet")(export_packet)
    app.command("import-decisions")(import_decisions)
