"""What is to be done at a stage: which works are there, what their votes come to, and who has to look at which."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from slr.config.schema import Stage
from slr.errors import UserError
from slr.review import Review
from slr.screening.decisions import stage_named
from slr.store import decisions as log
from slr.store import works
from slr.verdicts import Event, Judgement, Vote, judged


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
        """work → what its votes come to; the same votes of the same people are judged once, which halves the time."""
        known: dict[tuple[tuple[str, str], ...], Judgement] = {}
        found = {}
        for work in self.works:
            cast = self.votes.get(work, ())
            if any(vote.settles for vote in cast):
                found[work] = judged(cast, self.stage.reviewers)
                continue
            said = tuple((vote.reviewer, vote.verdict) for vote in cast)
            if said not in known:
                known[said] = judged(cast, self.stage.reviewers)
            found[work] = known[said]
        return found

    def queue(self, reviewer: str) -> list[str]:
        """The works that wait for this reviewer's vote: those of a pilot first, then by id, which is as good as random.

        A work that was assigned waits for those it was assigned to, any other for as many as the stage asks for.
        """
        found = [
            work
            for work in self.works
            if reviewer not in self.voters[work]
            and self.judgements[work].how != "resolved"
            and self.asks(work, reviewer, len(self.voters[work]))
        ]
        return _in_order(found, self.pilot)

    @cached_property
    def voters(self) -> Mapping[str, frozenset[str]]:
        """work → who voted."""
        return {w: frozenset(v.reviewer for v in self.votes.get(w, ()) if not v.settles) for w in self.works}

    def asks(self, work: str, reviewer: str, voters: int) -> bool:
        """Whether a work that has votes of ``voters`` others is for this reviewer to decide."""
        if work in self.pilot and reviewer in (self.pilot[work] or {reviewer}):
            return True
        if work in self.assigned:
            return reviewer in self.assigned[work]
        return voters < self.stage.reviewers

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


def desk(review: Review, stage: str, among: Collection[str] | None = None) -> Desk:
    """The stage of that name, or some of its works. Raises NotFound if there is none, UserError before grouping."""
    _ready(review, stage)
    db, maybe = review.store.db, review.config.maybe
    votes = log.votes(db, maybe) if among is None else log.votes_of(db, among, maybe)
    present = tuple(work for work in log.eligible(db) if among is None or work in among)
    return next(found for found in _desks(review, present, votes) if found.stage.name == stage)


def desks(review: Review) -> list[Desk]:
    """Every stage, in order. Raises UserError before grouping."""
    _ready(review, review.config.stages[0].name)
    db = review.store.db
    return list(_desks(review, tuple(log.eligible(db)), log.votes(db, review.config.maybe)))


def _desks(review: Review, reached: tuple[str, ...], votes: Mapping[tuple[str, str], Sequence[Vote]]) -> Iterator[Desk]:
    """One stage after the other: what one includes reaches the next."""
    for stage in review.config.stages:
        found = Desk(
            stage=stage,
            works=reached,
            votes={work: votes[work, stage.name] for work in reached if (work, stage.name) in votes},
            assigned=_planned(review, stage.name, "assignment"),
            pilot=_planned(review, stage.name, "pilot"),
        )
        yield found
        reached = tuple(work for work in reached if found.judgements[work].outcome == "include")


def _ready(review: Review, stage: str) -> Stage:
    rule = stage_named(review, stage)
    if waiting := works.ungrouped(review.store.db):
        what = "1 record is" if waiting == 1 else f"{waiting:,} records are"
        raise UserError(f"{what} not grouped into works yet: run 'slr dedupe'")
    return rule


def waiting(review: Review, stage: str, reviewer: str) -> list[str]:
    """What ``desk(review, stage).queue(reviewer)`` gives, reading no more than it needs: it is asked at every start.

    Works that are not intricate are judged by the number of their votes, which the store counts.
    """
    rule = _ready(review, stage)
    db = review.store.db
    special = log.intricate(db, stage)
    before = [s.name for s in review.config.stages[: review.config.stages.index(rule)]]
    if before:
        reached = set(desk(review, stage, log.hopeful(db, before[-1])).works)
    unvoted = {w: n for w, n in log.unvoted(db, stage, reviewer).items() if not before or w in reached}
    plain = Desk(rule, (), {}, _planned(review, stage, "assignment"), _planned(review, stage, "pilot"))
    found = [work for work, n in unvoted.items() if work not in special and plain.asks(work, reviewer, n)]
    return _in_order([*found, *desk(review, stage, special).queue(reviewer)] if special else found, plain.pilot)


def _in_order(found: Sequence[str], pilot: Collection[str]) -> list[str]:
    return sorted(found, key=lambda work: (work not in pilot, work))


def _planned(review: Review, stage: str, kind: str) -> dict[str, frozenset[str]]:
    """present work → who is to decide it, by the assignments or the pilots of a stage."""
    db = review.store.db
    plans = [event for event in log.plans(db) if event.stage == stage and event.kind == kind]
    if not plans:
        return {}
    members, founders = works.memberships(db), works.founders(db)
    present = {work: members[founder] for work, founder in founders.items() if founder in members}
    return _named(present, plans)


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


def tally(review: Review, found: Desk) -> Tally:
    """A stage in numbers."""
    outcomes = Counter(judgement.outcome for judgement in found.judgements.values())
    given = Counter(name for voters in found.voters.values() for name in voters)
    people = review.config.reviewers or tuple(sorted(given))
    return Tally(
        stage=found.stage.name,
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
