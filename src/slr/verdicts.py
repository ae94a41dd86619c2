"""When a work's screening at a stage is settled: pure, from the reviewers' latest votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["include", "exclude", "not-retrieved", "conflict", "waiting"]


@dataclass(frozen=True, slots=True)
class Vote:
    """One reviewer's latest decision on a work at a stage."""

    reviewer: str
    verdict: str
    reason: str | None = None


def outcome(votes: Sequence[Vote], needed: int) -> Outcome:
    """What the votes come to: ``waiting`` below ``needed`` (≥ 1) reviewers, ``conflict`` where they differ.

    "maybe" counts as include, so that nothing is lost by doubt. Two different votes of one reviewer (works with
    different decisions were merged) are a conflict at once, never a silent winner.
    """
    said = {(vote.reviewer, "include" if vote.verdict == "maybe" else vote.verdict) for vote in votes}
    reviewers = {reviewer for reviewer, _ in said}
    if len(said) > len(reviewers):
        return "conflict"
    if len(reviewers) < needed:
        return "waiting"
    verdicts = {verdict for _, verdict in said}
    return verdicts.pop() if len(verdicts) == 1 else "conflict"  # type: ignore[return-value]


def primary_reason(votes: Sequence[Vote], order: Sequence[str]) -> str:
    """The first reason, in the order of the criteria, that a reviewer gave (the first criterion that fails)."""
    given = {vote.reason for vote in votes if vote.reason}
    known = [reason for reason in order if reason in given]
    return known[0] if known else min(given, default="no reason given")
