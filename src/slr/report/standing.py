"""How each work stands: marked by a criterion, excluded, waiting, included; as works.csv and the reports say it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from slr.review import Review
from slr.store import decisions, works
from slr.verdicts import Outcome, Vote, outcome, primary_reason

INCLUDED, MARKED = "included", "excluded by criterion"
UNDECIDED = ("waiting", "conflict")


class Standing:
    """The marks and votes of a review, read once."""

    def __init__(self, review: Review) -> None:
        self.marked = works.ineligible(review.store.db)
        self.stages = review.config.stages
        self._order = [reason.id for reason in review.config.criteria.exclusion]
        self._review = review
        self._votes = decisions.votes(review.store.db, review.config.maybe)

    def votes(self, work: str, stage: str) -> Sequence[Vote]:
        """The latest vote of each reviewer, and what ended a conflict between them."""
        return self._votes.get((work, stage), ())

    def outcomes(self, work: str) -> list[Outcome]:
        """What the votes on a work come to, stage by stage."""
        return [outcome(self.votes(work, s.name), s.reviewers) for s in self.stages]

    def status(self, work: str) -> str:
        """excluded by criterion, or the outcome of the last stage that the work has reached.

        One of included, excluded, waiting, conflict, not-retrieved.
        """
        if work in self.marked:
            return MARKED
        outcomes = self.outcomes(work)
        if outcomes[0] in ("exclude", *UNDECIDED):
            return "excluded" if outcomes[0] == "exclude" else outcomes[0]
        return {"include": INCLUDED, "exclude": "excluded"}.get(outcomes[-1], outcomes[-1])

    def reason(self, work: str) -> str:
        """The primary reason of the stage that excluded a work; empty if none did, or none was given."""
        stage = next((s for s, o in zip(self.stages, self.outcomes(work), strict=True) if o == "exclude"), None)
        votes = self.votes(work, stage.name) if stage else ()
        return primary_reason(votes, self._order) if any(v.reason for v in votes) else ""

    def excluded_late(self, work: str) -> bool:
        """Whether an unmarked work passed the first stage and was excluded at a later one."""
        return self.status(work) == "excluded" and self.outcomes(work)[0] == "include"

    def in_order(self, among: Collection[str]) -> tuple[bool, ...]:
        """Whether each unmarked work of ``among`` that is decided at the first stage goes on, as they were decided.

        A work is decided with its last vote there; of equal times the smaller id comes first.
        """
        first = self.stages[0]
        at: dict[str, str] = {}
        for v in decisions.verdicts(self._review.store.db):
            if v.stage == first.name and v.work_id in among and v.work_id not in self.marked:
                at[v.work_id] = max(at.get(v.work_id, ""), v.decided_at)
        outcomes = {work: outcome(self.votes(work, first.name), first.reviewers) for work in at}
        decided = (work for work in at if outcomes[work] not in UNDECIDED)
        return tuple(outcomes[work] == "include" for work in sorted(decided, key=lambda work: (at[work], work)))
