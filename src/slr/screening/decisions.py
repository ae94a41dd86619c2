"""Where a decision is written: one append-only log with one hash chain per reviewer. Nothing is ever overwritten.

Every act here appends to the log of whoever acts: a vote, a vote taken back, what ends a conflict. It is kept, in the
store and in ``outputs/decisions/<reviewer>.jsonl``, when the function returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slr.config.schema import Stage
from slr.errors import NotFound, UserError
from slr.review import Review
from slr.screening import versions
from slr.screening.lines import VERDICTS, as_line, chain_hash, chained, is_text
from slr.screening.logs import log_path, read_log, read_logs, write_log, write_logs
from slr.screening.names import check_reviewer
from slr.store import decisions as log
from slr.store import works
from slr.store.connection import Connection
from slr.verdicts import Event, Extra, judged, opened_votes

__all__ = [
    "VERDICTS", "Ruling", "as_line", "chain_hash", "decide", "decide_all", "log_path", "plan", "read_log", "read_logs",
    "resolve", "stage_named", "undo", "work_named", "write_log", "write_logs",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer decides on a work: a verdict, and perhaps a reason, a note and the file line it came from."""

    work: str
    verdict: str
    reason: str | None = None
    note: str | None = None
    via: str | None = None


def decide(
    review: Review,
    work: str,
    verdict: str,
    *,
    stage: str,
    reviewer: str,
    reason: str | None = None,
    note: str | None = None,
) -> Event:
    """Append one decision on a work (named by its id or by one of its records); it is kept when this returns.

    If the reviewer had decided otherwise on works that were since merged into this one, the same is appended for each
    of them: a later decision counts instead of the earlier ones, and stays so if the merge is undone.

    Raises NotFound for an unknown work, stage, reviewer or reason; UserError where the method forbids the decision;
    ReviewError, before anything is kept, if the reviewer's file was changed by hand.
    """
    return decide_all(review, [Ruling(work, verdict, reason, note)], stage=stage, reviewer=reviewer)[0]


def decide_all(review: Review, rulings: Sequence[Ruling], *, stage: str, reviewer: str) -> list[Event]:
    """The same for several works at once: all of them are kept, or none."""
    for ruling in rulings:
        _check(review, ruling, stage, reviewer)
    read_log(review, reviewer)
    with review.store.writing() as db:
        made = [_voted(review, db, ruling, stage_named(review, stage), reviewer) for ruling in rulings]
    write_log(review, reviewer)
    return made


def _voted(review: Review, db: Connection, ruling: Ruling, stage: Stage, reviewer: str) -> Event:
    work_id = work_named(db, ruling.work)
    more: dict[str, Extra] = {"via": ruling.via} if ruling.via else {}
    more |= _seen(db, work_id, stage, reviewer)
    others = log.standing_otherwise(db, work_id, stage.name, reviewer, ruling.verdict, ruling.reason)
    for target in others:
        _append(review, db, reviewer, target, {**more, "along": work_id}, stage=stage.name, ruling=ruling)
    return _append(review, db, reviewer, work_id, more, stage=stage.name, ruling=ruling)


def _seen(db: Connection, work_id: str, stage: Stage, reviewer: str) -> dict[str, Extra]:
    cast = log.votes_on(db, work_id, stage.name)
    seen = opened_votes(cast, reviewer, stage.reviewers, blind=stage.is_blind)
    return {"seen": seen} if seen else {}


def _append(
    review: Review,
    db: Connection,
    reviewer: str,
    work_id: str | None,
    more: dict[str, Extra],
    *,
    stage: str,
    kind: str = "vote",
    ruling: Ruling | None = None,
) -> Event:
    verdict, reason, note = (ruling.verdict, ruling.reason, ruling.note) if ruling else (None, None, None)
    criteria, at = review.loaded.criteria_hash, review.now()
    log.keep_criteria(db, criteria, versions.text_of(review.config), at)
    event = chained(
        Event(work_id, stage, reviewer, verdict, reason, note, at, criteria, log.head(db, reviewer), "", kind, more)
    )
    log.append(db, event)
    return event


def undo(review: Review, *, reviewer: str, work: str | None = None, stage: str | None = None) -> Event:
    """Take back a reviewer's last decision that stands (on a work or at a stage, if named): appended like any other.

    What was decided on the work before counts again. Raises NotFound if there is nothing to take back.
    """
    check_reviewer(review, reviewer)
    if stage is not None:
        stage_named(review, stage)
    read_log(review, reviewer)
    with review.store.writing() as db:
        work_id = work_named(db, work) if work else None
        found = log.last_standing(db, reviewer, work_id, stage)
        if found is None:
            where = f" on {work}" if work else f" at {stage}" if stage else ""
            raise NotFound(f"'{reviewer}' has no decision{where} that could be taken back")
        event = found[1]
        more: dict[str, Extra] = {"undoes": (event.hash, *_along(db, *found))}
        at = next(s for s in (*review.config.stages, Stage(name=event.stage)) if s.name == event.stage)
        more |= _seen(db, works.resolve(db, event.work_id or "") or "", at, reviewer)
        made = _append(review, db, reviewer, event.work_id, more, stage=event.stage, kind="undo")
    write_log(review, reviewer)
    return made


def _along(db: Connection, seq: int, event: Event) -> list[str]:
    """The hashes of what was written together with a decision for works merged into its own."""
    found = []
    for earlier in log.before(db, event.reviewer, seq):
        if earlier.more.get("along") != event.work_id or event.more.get("along"):
            break
        found.append(earlier.hash)
    return found


def resolve(
    review: Review,
    work: str,
    verdict: str,
    *,
    stage: str,
    reviewer: str,
    reason: str | None = None,
    note: str | None = None,
    consensus: bool = False,
) -> Event:
    """End the conflict about a work at a stage: by ``consensus`` of the voters, or by ``reviewer`` as third person.

    It holds for the votes as they stand now: if one of them changes, the conflict is open again. The votes stay.
    Raises UserError if there is no conflict, or where the stage wants it ended otherwise.
    """
    if verdict == "maybe":
        raise UserError("a conflict ends with include, exclude or not-retrieved, not with maybe")
    _check(review, Ruling(work, verdict, reason, note), stage, reviewer)
    rule = stage_named(review, stage)
    read_log(review, reviewer)
    with review.store.writing() as db:
        work_id = work_named(db, work)
        cast = log.votes_on(db, work_id, stage, review.config.maybe[stage])
        found = judged(cast, rule.reviewers)
        if found.how != "conflict":
            raise UserError(f"there is no conflict about {work_id} at {stage} (it is: {found.how}, {found.outcome})")
        voters = sorted({vote.reviewer for vote in cast if not vote.settles})
        how = _way(rule, reviewer, voters, consensus=consensus)
        more: dict[str, Extra] = {"settles": tuple(sorted({v.hash for v in cast if not v.settles})), "how": how}
        ruling = Ruling(work_id, verdict, reason, note)
        made = _append(review, db, reviewer, work_id, more, stage=stage, kind="resolution", ruling=ruling)
    write_log(review, reviewer)
    return made


def _way(rule: Stage, reviewer: str, voters: Sequence[str], *, consensus: bool) -> str:
    """How a conflict is ended. Raises UserError where the stage or the method forbids it."""
    who = " and ".join(voters)
    if not consensus and reviewer in voters:
        raise UserError(
            f"'{reviewer}' is one of those who disagree ({who}): let another person resolve it, or write --consensus "
            "if all of them agree now"
        )
    if consensus and rule.conflicts == "third-person":
        raise UserError(f"conflicts at {rule.name} are ended by a third person (config/review.yaml): not one of {who}")
    if not consensus and rule.conflicts == "consensus":
        raise UserError(f"conflicts at {rule.name} are ended by consensus (config/review.yaml): write --consensus")
    return "consensus" if consensus else "third-person"


def plan(review: Review, kind: str, *, stage: str, reviewer: str, work_ids: Iterable[str], **more: Extra) -> Event:
    """Append an assignment or a pilot: who is to decide which works. Raises NotFound as ``decide`` does."""
    stage_named(review, stage)
    check_reviewer(review, reviewer)
    read_log(review, reviewer)
    with review.store.writing() as db:
        extra: dict[str, Extra] = {"works": tuple(work_ids), **more}
        made = _append(review, db, reviewer, None, extra, stage=stage, kind=kind)
    write_log(review, reviewer)
    return made


def stage_named(review: Review, stage: str) -> Stage:
    """The stage of that name. Raises NotFound."""
    found = next((s for s in review.config.stages if s.name == stage), None)
    if found is None:
        names = ", ".join(s.name for s in review.config.stages)
        raise NotFound(f"there is no stage '{stage}' in config/review.yaml (it has: {names})")
    return found


def work_named(db: Connection, work: str) -> str:
    """The present work of that id, or of a record of that id. Raises NotFound."""
    if (work_id := works.resolve(db, work)) is None:
        raise NotFound(f"there is no work '{work}': 'slr export works.csv --set works' lists the works and their ids")
    return work_id


def _check(review: Review, ruling: Ruling, stage: str, reviewer: str) -> None:
    last = review.config.stages[-1].name
    stage_named(review, stage)
    if ruling.verdict not in VERDICTS:
        raise UserError(f"'{ruling.verdict}' is not a verdict: write one of {', '.join(VERDICTS)}")
    if ruling.verdict == "not-retrieved" and stage != last:
        raise UserError(f"'not-retrieved' is for reports sought in full text: use it with --stage {last}")
    check_reviewer(review, reviewer)
    _check_reason(review, ruling.verdict, stage, ruling.reason)
    if ruling.note is not None and not is_text(ruling.note):
        raise UserError(
            "the note holds bytes that are not UTF-8: set the terminal's encoding to UTF-8 and write it again"
        )


def _check_reason(review: Review, verdict: str, stage: str, reason: str | None) -> None:
    offered = [r.id for r in review.config.criteria.exclusion if r.stages is None or stage in r.stages]
    has = (
        f"config/review.yaml has: {', '.join(offered)}"
        if offered
        else "config/review.yaml has none: criteria.exclusion"
    )
    if reason is not None and verdict != "exclude":
        raise UserError(f"a reason goes with 'exclude' only, not with '{verdict}': leave --reason out")
    if reason is not None and reason not in offered:
        raise NotFound(f"'{reason}' is no exclusion reason of stage {stage} ({has})")
    if verdict == "exclude" and reason is None and stage == review.config.stages[-1].name and offered:
        raise UserError(
            f"PRISMA asks one primary reason for each report excluded in full text: add --reason ({', '.join(offered)})"
        )
