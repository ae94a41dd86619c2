"""Pilots: whether reviewers agree far enough on a sample to go on with the rest."""

from __future__ import annotations

from dataclasses import dataclass

from slr.review import Review
from slr.screening.raters import Pair, agreements
from slr.store import decisions as log
from slr.store import works


@dataclass(frozen=True, slots=True)
class Calibration:
    """A pilot as it stands: ``works`` drawn, ``both`` with two independent votes or more, the agreement of each pair.

    ``reached`` is None while not all works have the votes.
    """

    stage: str
    by: str
    at: str
    seed: str
    works: int
    both: int
    measure: str
    threshold: float
    pairs: dict[str, float | None]
    reached: bool | None

    def sentence(self) -> str:
        """How the pilot stands."""
        begun = (
            f"pilot of {self.works:,} works (seed {self.seed}, {self.at[:10]}): {self.both:,} have two votes or more"
        )
        told = "; ".join(f"{who} {'undefined' if v is None else f'{v:.3f}'}" for who, v in self.pairs.items())
        wanted = f"{self.measure} of {self.threshold:g}"
        if self.reached is None:
            return f"{begun}; {self.measure} so far: {told or 'none'} (wanted: {wanted})"
        if self.reached:
            return f"{begun}; {told}: {wanted} is reached, go on"
        return (
            f"{begun}; {told}: {wanted} is not reached: talk the disagreements over, sharpen the criteria, draw another"
        )


def calibrations(review: Review, stage: str) -> list[Calibration]:
    """Every pilot of a stage, in the order they were begun."""
    found = []
    db = review.store.db
    for event in log.plans(db):
        if event.kind != "pilot" or event.stage != stage:
            continue
        measure, _, wanted = str(event.more.get("threshold", "percent 0.75")).partition(" ")
        over = agreements(review, stage, only={works.resolve(db, work) or work for work in event.more["works"]})[0]
        pairs = {" and ".join(pair.reviewers): _value(pair, measure) for pair in over.pairs}
        done = over.works == len(event.more["works"])
        reached = all(v is not None and v >= float(wanted) for v in pairs.values()) if done and pairs else None
        found.append(
            Calibration(stage, event.reviewer, event.decided_at, str(event.more.get("seed", "")),
                        len(event.more["works"]), over.works, measure, float(wanted), pairs, reached)
        )  # fmt: skip
    return found


def _value(pair: Pair, measure: str) -> float | None:
    found = pair.agreement
    return {"percent": found.po, "kappa": found.kappa, "ac1": found.ac1}.get(measure)
