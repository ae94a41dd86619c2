"""``slr audit``: whether the decisions are as they were made, who made them, and a seal over them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.errors import UserError
from slr.screening import account as accounts
from slr.screening import audit as audits
from slr.screening import seals
from slr.verdicts import Event

app = typer.Typer(no_args_is_help=True)
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="A file of secret bytes (16 or more) to sign with.")
]
SHOWN = 20
"""How many works of a long list are shown; --json has all."""


@app.callback()
def audit() -> None:
    """Check the decisions' logs, tell their history, and seal them."""


@app.command()
def verify(
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="WHAT", help="A seal, a log, a packet, a folder of logs, or a printed seal."),
    ] = None,
    key: KeyFile = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Check every log: its chain of hashes, store against file, and both against every seal and earlier state.

    Ends with 1 if anything was removed, changed, moved, inserted or cut off, and says where.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "audit verify", lock=False) as review:
        found = audits.verify(review, against or (), _key(key))
        beside = f", compared with {'; '.join(found.compared_with)}" if found.compared_with else ""
        voice.say(f"{found.events:,} events in {found.logs} logs{beside}")
        for one in found.found:
            voice.say(f"  {one.sentence()}")
        for note in found.notes:
            voice.note(f"note: {note}")
        voice.result({**asdict(found), "whole": not found.found})
        if found.found:
            n = len(found.found)
            raise UserError(
                f"the decisions are not as they were made ({n:,} {'finding' if n == 1 else 'findings'}): compare with "
                "git or a copy, restore it, and say in the report what happened"
            )
        voice.say("whole: nothing was changed, removed, inserted, moved or cut off")


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key = path.read_bytes()
    except OSError as error:
        raise UserError(f"the key file {path} cannot be read ({error.strerror}): name another") from None
    if len(key) < 16:
        raise UserError(f"the key file {path} has {len(key)} bytes: a key needs 16 or more, from a random source")
    return key


@app.command()
def history(
    name: Annotated[str, typer.Argument(metavar="WORK|REVIEWER", help="A work's id, a record's id, or a reviewer.")],
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Tell everything that was decided about a work, or by a reviewer, in order."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "audit history", lock=False) as review:
        events = accounts.history(review, name)
        if not events:
            voice.say(f"nothing was decided about {name} yet")
        for event in events:
            voice.say(told(event))
        voice.result([event.content() for event in events])


def told(event: Event) -> str:
    """An event as a line."""
    what = {
        "vote": f"decides '{event.verdict}' on {event.work_id}",
        "resolution": f"ends the conflict about {event.work_id} with '{event.verdict}' ({event.more.get('how')})",
        "undo": f"takes back a decision on {event.work_id}",
        "assignment": f"assigns {len(event.more.get('works', ())):,} works to {', '.join(event.more.get('to', ()))}",
        "pilot": f"begins a pilot of {len(event.more.get('works', ())):,} works",
    }[event.kind]
    details = [f"reason {event.reason}" if event.reason else "", f'note "{event.note}"' if event.note else ""]
    details.append(f"had seen {', '.join(event.more['seen'])}" if "seen" in event.more else "")
    details.append(f"imported from {event.more['via']}" if "via" in event.more else "")
    more = "; ".join(detail for detail in details if detail)
    return (
        f"{event.decided_at}  {event.reviewer}  {event.stage}: {what}{f' ({more})' if more else ''}  {event.hash[:12]}"
    )


@app.command()
def report(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Account for the screening: who decided what, when and how fast, second thoughts, reasons, old criteria."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "audit report", lock=False) as review:
        found = accounts.account(review)
        if not found.people:
            voice.say("nobody has decided anything yet")
        else:
            _say_people(voice, found.people)
            _say_rest(voice, found)
        voice.result(asdict(found))


def _say_people(voice: Voice, people: Sequence[accounts.Person]) -> None:
    head = ("stage", "reviewer", "decisions", "imported", "changed", "taken back", "ended conflicts", "median s",
            f"< {accounts.QUICK} s", "first", "last")  # fmt: skip
    voice.table(head, [
        (p.stage, p.reviewer, p.decisions, p.imported, len(p.second_thoughts), p.taken_back, p.resolutions,
         "-" if p.median_seconds is None else f"{p.median_seconds:.0f}", p.quick, p.first[:10], p.last[:10])
        for p in people
    ])  # fmt: skip
    for p in people:
        verdicts = ", ".join(f"{verdict} {n:,}" for verdict, n in p.verdicts.items())
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in p.reasons.items())
        voice.say(f"{p.stage}, {p.reviewer}: {verdicts}{f'; reasons: {reasons}' if reasons else ''}")


def _say_rest(voice: Voice, found: accounts.Account) -> None:
    for stage, ways in found.resolved.items():
        voice.say(f"{stage}: conflicts ended {', '.join(f'by {how} {n:,}' for how, n in ways.items())}")
    voice.say(f"criteria: decisions were made under {len(found.criteria)} version(s)")
    if found.again:
        voice.say(f"{len(found.again):,} decisions are touched by later changes of the criteria:")
        voice.table(("stage", "work", "reviewer", "why"), found.again[:SHOWN])
        if len(found.again) > SHOWN:
            voice.say(f"… and {len(found.again) - SHOWN:,} more ('slr screen queue --again' lists all)")


@app.command()
def seal(
    key: KeyFile = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write down what every log is now, and print one line with a digest for the protocol, or to be dated elsewhere."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "audit seal") as review:
        _seal(voice, *seals.make(review, _key(key)))


@app.command()
def sign(
    key: Annotated[
        Path, typer.Option("--key", metavar="FILE", help="A file of secret bytes (16 or more) to sign with.")
    ],
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Seal the logs and sign the seal (HMAC-SHA256): 'slr audit verify --key FILE' then checks who sealed it."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "audit sign") as review:
        _seal(voice, *seals.make(review, _key(key)))


def _seal(voice: Voice, made: seals.Seal, path: Path) -> None:
    voice.say(made.printed())
    voice.note(
        f"its hashes are in outputs/seals/{path.name}; keep it, or the line above, where nobody here can change it"
    )
    voice.result({
        "sealed_at": made.sealed_at, "digest": made.digest, "printed": made.printed(), "hmac": made.hmac,
        "file": path.name, "file_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    })  # fmt: skip


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="audit")
