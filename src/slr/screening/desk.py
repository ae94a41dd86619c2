"""What is to be done at a stage: which works are there, what their votes come to, and who has to look at which."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from slr.config.schema import Stage
from slr.errors import UserError
from slr.review import Review
from slr.screening.decisions import stage_named
from slr.store import decisions as log
from slr.store import works
from slr.verdicts import Event, Judgement, Vote, judged, outcome


@dataclass(frozen=True)
class Desk:
    """A stage as it stands. ``works`` are those that reached it, by id; ``assigned`` names who is to decide a work.

    ``pilot`` maps the works of the pilots to who takes part (nobody named: everyone).
    """

    stage: Stage
    works: tuple[str, ...]
    votes: Mapping[str, Sequence[Vote]]
    assigned: Mapping[str, frozenset[str]]
    pilot: Mapping[str, frozenset[str]]

    @cached_property
    def judgements(self) -> Mapping[str, Judgement]:
        """work → what its votes come to."""
        return {work: judged(self.votes.get(work, ()), self.stage.reviewers) for work in self.works}

    def queue(self, reviewer: str) -> list[str]:
        """The works that wait for this reviewer's vote: those of a pilot first, then by id, which is as good as random.

        A work that was assigned waits for those it was assigned to, any other for as many as the stage asks for.
        """
        waiting = [work for work in self.works if self._waits_for(work, reviewer)]
        return sorted(waiting, key=lambda work: (work not in self.pilot, work))

    def _waits_for(self, work: str, reviewer: str) -> bool:
        voters = {vote.reviewer for vote in self.votes.get(work, ()) if not vote.settles}
        if reviewer in voters or self.judgements[work].how == "resolved":
            return False
        if work in self.pilot and reviewer in (self.pilot[work] or {reviewer}):
            return True
        if work in self.assigned:
            return reviewer in self.assigned[work]
        return len(voters) < self.stage.reviewers

    def conflicts(self) -> list[str]:
        """The works that reviewers disagree about, by id."""
        return [work for work in self.works if self.judgements[work].how == "conflict"]


@dataclass(frozen=True, slots=True)
class Tally:
    """A stage in numbers of works, by outcome, and how many votes each reviewer gave and still has to give."""

    stage: str
    works: int
    include: int
    exclude: int
    not_retrieved: int
    conflict: int
    waiting: int
    resolved: int
    given: dict[str, int]
    to_give: dict[str, int]


def desk(review: Review, stage: str) -> Desk:
    """The stage of that name. Raises NotFound if there is none, UserError while records are not grouped."""
    rule = stage_named(review, stage)
    db = review.store.db
    if waiting := works.ungrouped(db):
        raise UserError(f"{waiting:,} records are not grouped into works yet: run 'slr dedupe'")
    votes = log.votes(db, review.config.maybe)
    reached = tuple(log.eligible(db))
    for earlier in review.config.stages:
        if earlier.name == stage:
            break
        reached = tuple(w for w in reached if outcome(votes.get((w, earlier.name), ()), earlier.reviewers) == "include")
    present = _present(review)
    at_stage = [event for event in log.plans(db) if event.stage == stage]
    return Desk(
        stage=rule,
        works=reached,
        votes={work: votes[work, stage] for work in reached if (work, stage) in votes},
        assigned=_named(present, [e for e in at_stage if e.kind == "assignment"]),
        pilot=_named(present, [e for e in at_stage if e.kind == "pilot"]),
    )


def _present(review: Review) -> dict[str, str]:
    """Every work there ever was → the work that it is part of now; only looked up where something is planned."""
    db = review.store.db
    if not log.plans(db):
        return {}
    members, founders = works.memberships(db), works.founders(db)
    return {work: members[founder] for work, founder in founders.items() if founder in members}


def _named(present: Mapping[str, str], plans: Sequence[Event]) -> dict[str, frozenset[str]]:
    """work → who is to decide it: of each planner the last plan counts, of several planners all."""
    latest: dict[tuple[str, str], tuple[str, ...]] = {}
    for event in plans:
        for work in event.more["works"]:
            latest[event.reviewer, present.get(work, work)] = tuple(event.more["to"])
    found: dict[str, set[str]] = defaultdict(set)
    for (_, work), to in latest.items():
        found[work] |= set(to)
    return {work: frozenset(to) for work, to in found.items()}


def tally(review: Review, stage: str) -> Tally:
    """A stage in numbers."""
    found = desk(review, stage)
    outcomes = Counter(judgement.outcome for judgement in found.judgements.values())
    given = Counter(name for cast in found.votes.values() for name in {v.reviewer for v in cast if not v.settles})
    people = review.config.reviewers or tuple(sorted(given))
    return Tally(
        stage=stage,
        works=len(found.works),
        include=outcomes["include"],
        exclude=outcomes["exclude"],
        not_retrieved=outcomes["not-retrieved"],
        conflict=outcomes["conflict"],
        waiting=outcomes["waiting"],
        resolved=sum(1 for judgement in found.judgements.values() if judgement.how == "resolved"),
        given={name: given[name] for name in sorted({*people, *given})},
        to_give={name: len(found.queue(name)) for name in people},
    )


def sample(population: Sequence[str], size: int, seed: str) -> list[str]:
    """``size`` works drawn without replacement; the same works, size and seed give the same sample, in any order."""
    return sorted(random.Random(f"slr pilot {seed}").sample(sorted(population), min(size, len(population))))


def shared_out(
    population: Sequence[str], people: Sequence[str], each: int, seed: str
) -> dict[tuple[str, ...], list[str]]:
    """Who decides which works: ``each`` of the ``people`` a work, nobody more than one work more than another.

    The same works, people and seed give the same shares. Of those who have the fewest works chance chooses, so that
    everyone screens with everyone.
    """
    order = sorted(population)
    chance = random.Random(f"slr assign {seed}")
    chance.shuffle(order)
    load = Counter(dict.fromkeys(people, 0))
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for work in order:
        ranked = sorted(people, key=lambda name: (load[name], chance.random()))
        group = tuple(sorted(ranked[:each]))
        load.update(group)
        found[group].append(work)
    return {group: sorted(share) for group, share in sorted(found.items())}
