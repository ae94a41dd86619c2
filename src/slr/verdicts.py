"""When a work's screening at a stage is settled: pure, from the reviewers' latest votes and what settled a conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["include", "exclude", "not-retrieved", "conflict", "waiting"]
Maybe = Literal["include", "exclude", "conflict"]
"""How "maybe" counts at a stage: as one of the two verdicts, or as something that has to be talked over."""

Kind = Literal["vote", "resolution", "undo", "assignment", "pilot"]
Extra = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a reviewer's log: a link in the chain of hashes of whoever wrote it.

    ``reviewer`` wrote it at ``decided_at`` under the ``criteria`` of that hash; ``prev`` is the hash of the line before
    (64 zeros for the first). ``more`` holds what only some kinds have (docs/decision_log.md): ``settles`` and ``how``
    of a resolution, ``undoes`` of an undo, ``works`` and ``to`` of an assignment, also ``seed`` and ``threshold`` of a
    pilot, and of a vote ``seen`` (whose votes on the work were open to the reviewer), ``via`` (the file it was
    imported from) and ``along`` (the work whose decision it was written with). An assignment and a pilot have no
    ``work_id`` and no ``verdict``, an undo has no ``verdict``.
    """

    work_id: str | None
    stage: str
    reviewer: str
    verdict: str | None
    reason: str | None
    note: str | None
    decided_at: str
    criteria: str
    prev: str
    hash: str
    kind: str = "vote"
    more: Mapping[str, Extra] = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """What stands in the line: ten keys, ``kind`` unless it is a vote, and what the kind has beside them."""
        told = {name: getattr(self, name) for name in COMMON}
        kind = {} if self.kind == "vote" else {"kind": self.kind}
        return told | kind | {key: list(v) if isinstance(v, tuple) else v for key, v in self.more.items()}


COMMON = (
    "work_id", "stage", "reviewer", "verdict", "reason", "note", "decided_at", "criteria", "prev", "hash",
)  # fmt: skip
"""The keys that every line of a log has."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One reviewer's latest decision on a work at a stage, or (with ``settles``) what ended a conflict about it.

    ``maybe`` is how a "maybe" counts; ``settles`` are the hashes of the votes that a resolution is about.
    """

    reviewer: str
    verdict: str
    reason: str | None = None
    maybe: Maybe = "include"
    hash: str = ""
    settles: frozenset[str] = frozenset()

    @property
    def counted(self) -> str:
        """The verdict as it counts."""
        return self.maybe if self.verdict == "maybe" else self.verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a work's votes at a stage come to, and how: ``agreed``, ``resolved``, ``conflict`` or ``waiting``.

    ``resolution`` is what ended a conflict (None: the votes agree, or nothing has ended it).
    """

    outcome: Outcome
    how: Literal["agreed", "resolved", "conflict", "waiting"]
    resolution: Vote | None = None


def judged(votes: Sequence[Vote], needed: int) -> Judgement:
    """What the votes of a work at a stage come to, where ``needed`` (≥ 1) reviewers decide.

    Two different votes of one reviewer (works with different decisions were merged) are a conflict at once, never a
    silent winner. A resolution holds for exactly the votes that it settles: when one of them changes, is taken back or
    comes to it, the conflict is open again. Two resolutions that differ are a conflict too.
    """
    cast = [vote for vote in votes if not vote.settles]
    if len(cast) < len(votes) and (held := _resolution(votes, cast)):
        return Judgement(held.verdict, "resolved", held)  # type: ignore[arg-type]
    said = {(vote.reviewer, vote.counted) for vote in cast}
    reviewers = {reviewer for reviewer, _ in said}
    if len(said) == len(reviewers) < needed:
        return Judgement("waiting", "waiting")
    verdicts = {verdict for _, verdict in said}
    if len(verdicts) == 1 and len(said) == len(reviewers) and verdicts != {"conflict"}:
        return Judgement(verdicts.pop(), "agreed")  # type: ignore[arg-type]
    return Judgement("conflict", "conflict")


def _resolution(votes: Sequence[Vote], cast: Sequence[Vote]) -> Vote | None:
    standing = frozenset(vote.hash for vote in cast)
    holding = sorted((v for v in votes if v.settles == standing and v.settles), key=lambda v: (v.reviewer, v.hash))
    same = len({vote.verdict for vote in holding}) == 1
    return min(holding, key=lambda v: (v.reason is None, v.reviewer, v.hash)) if holding and same else None


def outcome(votes: Sequence[Vote], needed: int) -> Outcome:
    """What the votes come to: ``waiting`` below ``needed`` (≥ 1) reviewers, ``conflict`` where they differ."""
    return judged(votes, needed).outcome


def primary_reason(votes: Sequence[Vote], order: Sequence[str]) -> str:
    """The reason of what ended a conflict; else the first that a reviewer gave, in the order of the criteria."""
    held = _resolution(votes, [vote for vote in votes if not vote.settles])
    if held and held.reason:
        return held.reason
    given = {vote.reason for vote in votes if vote.reason and not vote.settles}
    known = [reason for reason in order if reason in given]
    return known[0] if known else min(given, default="no reason given")


def taken_back(events: Iterable[Event]) -> set[str]:
    """The hashes of the events that were undone."""
    return {hash_ for event in events if event.kind == "undo" for hash_ in event.more.get("undoes", ())}


def standing(events: Sequence[Event]) -> list[Event]:
    """Of one reviewer's log, the votes and resolutions that count: the last on each work and stage not taken back."""
    undone = taken_back(events)
    last = {
        (e.work_id, e.stage, e.kind): e for e in events if e.kind in ("vote", "resolution") and e.hash not in undone
    }
    return list(last.values())


def opened_votes(cast: Collection[Vote], reviewer: str, needed: int, *, blind: bool) -> tuple[str, ...]:
    """The other reviewers whose votes on a work are open to this one.

    Where reviewers are blind to each other, votes are open to those who have voted, once ``needed`` have.
    """
    voters = {vote.reviewer for vote in cast if not vote.settles}
    hidden = blind and (reviewer not in voters or len(voters) < needed)
    return () if hidden else tuple(sorted(voters - {reviewer}))


def independent(events: Sequence[Event]) -> list[Event]:
    """Of one reviewer's log, the votes made before any other's on the work were open to them: those agreement is about.

    The last of each work and stage that was not taken back; a vote made after the others' could be seen, and a vote
    taken back after that, change nothing here.
    """
    seen_at = {(e.work_id, e.stage): i for i, e in reversed(list(enumerate(events))) if e.more.get("seen")}
    before = [e for i, e in enumerate(events) if i < seen_at.get((e.work_id, e.stage), len(events))]
    return [event for event in standing(before) if event.kind == "vote"]
