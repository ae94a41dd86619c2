"""The review as the PRISMA boxes see it: pure, but for the two functions at the end that read it from the store.

An updated review counts as identified what a search or an import returned since the last frozen version, and what that
version had left open or decided otherwise than now; a record of a work whose fate it had settled is a duplicate. What
it included stands in the column of previous studies (Page et al. 2021; Cochrane's update standards U6, U8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from slr.config.schema import Diagram
from slr.errors import UserError
from slr.review import Review
from slr.sources.registry import title_of
from slr.store import decisions, records, studies, versions, works
from slr.store.connection import Connection
from slr.store.since import found_since
from slr.verdicts import Outcome, Vote, outcome, primary_reason

LEFT = ("database", "register")
SETTLED = ("include", "exclude")
_PENDING = ("pending_screening", "pending_left", "other_pending", "pending_right")

Tail = Literal["pending", "excluded", "automatic"]
"""Where records are counted that no person has seen: as waiting (screening goes on); as excluded by automation at title
and abstract, or as marked ineligible before it (screening was stopped by a rule)."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The last frozen version before this update's searches: ``reports`` and ``settled`` are present works.

    ``reports`` are those it included; ``settled`` all others of which it had said the last word; ``since`` the records
    that a search or an import returned after it. ``counted`` are the numbers of studies and reports that it gave.
    """

    name: str
    reports: frozenset[str]
    settled: frozenset[str]
    since: frozenset[str]
    counted: tuple[int, int]


@dataclass(frozen=True)
class State:
    """(source, origin) of each record; records, marks, votes and study of each work; how the tail is counted.

    ``study_of`` has the works that were linked; every other is a study of its own. ``tools`` are the reviewers that are
    not people.
    """

    origin_of: Mapping[str, tuple[str, str]]
    records_of: Mapping[str, tuple[str, ...]]
    marked: Mapping[str, tuple[str, ...]]
    votes: Mapping[tuple[str, str], tuple[Vote, ...]]
    stages: tuple[tuple[str, int], ...]
    reason_order: tuple[str, ...]
    reason_texts: Mapping[str, str]
    study_of: Mapping[str, str] = field(default_factory=dict)
    previous: Previous | None = None
    tools: frozenset[str] = frozenset()
    tail: Tail = "pending"
    stopping_rule: str = ""

    @cached_property
    def work_of(self) -> Mapping[str, str]:
        """record → work."""
        return {record: work for work, members in self.records_of.items() for record in members}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """source → its title."""
        return {source: title_of(source) for source in {source for source, _origin in self.origin_of.values()}}

    def title(self, record: str) -> str:
        """The title of the source of a record."""
        return self.titles[self.origin_of[record][0]]

    @cached_property
    def outcomes(self) -> Mapping[tuple[str, str], Outcome]:
        """(work, stage) → what its votes come to."""
        needed = dict(self.stages)
        return {key: outcome(votes, needed[key[1]]) for key, votes in self.votes.items() if key[1] in needed}

    def first(self, work: str) -> Outcome:
        """The outcome of title and abstract screening."""
        return self.outcomes.get((work, self.stages[0][0]), "waiting")

    def last(self, work: str) -> Outcome:
        """The outcome of full-text screening."""
        return self.outcomes.get((work, self.stages[-1][0]), "waiting")

    def votes_at(self, work: str, stage: int) -> tuple[Vote, ...]:
        """The votes on a work at the first (0) or the last (-1) stage."""
        return self.votes.get((work, self.stages[stage][0]), ())

    def reason(self, work: str) -> str:
        """The primary reason of a work excluded in full text, as its text."""
        reason = primary_reason(self.votes_at(work, -1), self.reason_order)
        return self.reason_texts.get(reason, reason)

    def study(self, work: str) -> str:
        """The study that a report is of."""
        return self.study_of.get(work, work)

    def is_in(self, work: str) -> bool:
        """Whether a work is included as things stand."""
        return work not in self.marked and self.first(work) == "include" == self.last(work)

    def is_out(self, work: str) -> bool:
        """Whether the last word on a work is that it is not included."""
        if work in self.marked or self.first(work) == "exclude":
            return True
        return self.first(work) == "include" and self.last(work) in ("exclude", "not-retrieved")

    def by_tools(self, work: str, stage: int) -> bool:
        """Whether no person voted on a work at a stage."""
        return all(vote.reviewer in self.tools for vote in self.votes_at(work, stage))

    @cached_property
    def unseen(self) -> frozenset[str]:
        """Works that wait at title and abstract and that no person has seen."""
        waiting = (w for w in self.considered if w not in self.marked and self.first(w) not in SETTLED)
        return frozenset(w for w in waiting if self.by_tools(w, 0))

    @cached_property
    def tailed(self) -> frozenset[str]:
        """The works that the choice of ``tail`` counts as excluded."""
        return frozenset() if self.tail == "pending" else self.unseen

    @cached_property
    def carried(self) -> frozenset[str]:
        """Works of the previous version that this update does not consider anew."""
        if self.previous is None:
            return frozenset()
        return self.previous.reports | {work for work in self.previous.settled if self.is_out(work)}

    @cached_property
    def considered(self) -> tuple[str, ...]:
        """The works that go through this diagram, by id."""
        return tuple(work for work in self.records_of if work not in self.carried)

    @cached_property
    def counted(self) -> Mapping[str, str]:
        """record → origin, of every record that this diagram counts as identified."""
        if self.previous is None:
            return {record: origin for record, (_source, origin) in self.origin_of.items()}
        since, carried = self.previous.since, self.carried
        return {
            record: origin
            for record, (_source, origin) in self.origin_of.items()
            if record in since or self.work_of[record] not in carried
        }

    @cached_property
    def _left(self) -> frozenset[str]:
        return frozenset(w for w in self.considered if any(self.origin_of[r][1] in LEFT for r in self.records_of[w]))

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Works of the left column, by id: those that a database or register record describes."""
        return tuple(work for work in self.considered if work in self._left)

    @cached_property
    def right(self) -> tuple[str, ...]:
        """Works of the right column, by id: those known from other methods only."""
        return tuple(work for work in self.considered if work not in self._left)

    @cached_property
    def _standing(self) -> Mapping[str, str]:
        def is_left(record: str) -> bool:
            return self.origin_of[record][1] in LEFT

        return {
            work: members[0] if len(members) == 1 else min(filter(is_left, members), default=min(members))
            for work, members in self.records_of.items()
        }

    def standing(self, work: str) -> str:
        """The record that stands for a work once duplicates are removed: the first id, of the left ones if any."""
        return self._standing[work]

    @cached_property
    def screened(self) -> tuple[str, ...]:
        """Works of the left column that enter screening."""
        removed = self.tailed if self.tail == "automatic" else ()
        return tuple(work for work in self.left if work not in self.marked and work not in removed)

    @cached_property
    def eligible(self) -> tuple[str, ...]:
        """Works of the right column that enter screening."""
        removed = self.tailed if self.tail == "automatic" else ()
        return tuple(work for work in self.right if work not in self.marked and work not in removed)

    @cached_property
    def redundant(self) -> tuple[str, ...]:
        """Counted records that another record stands for, or whose work the previous version had settled."""
        standing = {self.standing(work) for work in self.considered}
        return tuple(record for record in self.counted if record not in standing)

    @cached_property
    def included(self) -> tuple[str, ...]:
        """Every report that the review includes now, by id, of the previous version too."""
        return tuple(work for work in self.records_of if self.is_in(work))


def state_of(review: Review, *, tail: Tail | None = None, cumulative: bool = False) -> State:
    """Read the review once; ``cumulative``: as if no version had been frozen, with all searches together.

    ``tail`` goes before what ``config/review.yaml`` chooses. Raises UserError while records are not grouped, or where
    the stages do not fit PRISMA.
    """
    db = review.store.db
    if waiting := works.ungrouped(db):
        are = "record is" if waiting == 1 else "records are"
        raise UserError(f"{waiting:,} {are} not grouped into works yet: run 'slr dedupe'")
    if len(review.config.stages) != 2:
        raise UserError("PRISMA 2020 has two screening stages: give config/review.yaml two (title-abstract, full-text)")
    work_of = works.memberships(db)
    reasons, chosen = review.config.criteria.exclusion, review.config.prisma or Diagram()
    return State(
        origin_of=records.origins(db),
        records_of=_by_work(work_of),
        marked=_marked(review),
        votes=decisions.votes(db, review.config.maybe),
        stages=tuple((s.name, s.reviewers) for s in review.config.stages),
        reason_order=tuple(r.id for r in reasons),
        reason_texts={r.id: r.text for r in reasons},
        study_of=studies.study_of(db),
        previous=None if cumulative else _previous(db, work_of),
        tools=frozenset(review.config.tools or ()),
        tail=tail or chosen.tail or "pending",
        stopping_rule=chosen.stopping_rule or "",
    )


def _by_work(work_of: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    records_of: dict[str, list[str]] = defaultdict(list)
    for record, work in work_of.items():
        records_of[work].append(record)
    return {work: tuple(records_of[work]) for work in sorted(records_of)}


def _marked(review: Review) -> dict[str, tuple[str, ...]]:
    """The rules that mark each work, in the order of the configuration: it is counted under the first."""
    order = {rule.name: n for n, rule in enumerate(review.config.criteria.automatic)}
    marks = works.ineligible(review.store.db)
    return {
        w: tuple(sorted((r for r, _ in found), key=lambda r: (order.get(r, len(order)), r)))
        for w, found in marks.items()
    }


def _previous(db: Connection, work_of: Mapping[str, str]) -> Previous | None:
    """The last version that a search or an import came after, or None: a version just frozen is no update yet."""
    followed = ((v, found_since(db, v.frozen_at)) for v in reversed(versions.versions(db)))
    version, since = next(((v, found) for v, found in followed if found), (None, frozenset[str]()))
    if version is None:
        return None
    present = {work: work_of[founder] for work, founder in works.founders(db).items()}
    reports = frozenset(present[one.work_id] for one in version.included)
    known = {work_of[record] for record in versions.frozen_records(db, version.name)}
    lists = versions.frozen_boxes(db, version.name)
    left_open = {present.get(one) or work_of[one] for box in _PENDING for one in lists.get(box, ())}
    return Previous(
        version.name,
        reports,
        frozenset(known - reports - left_open),
        since,
        (len({one.study for one in version.included}), len(version.included)),
    )
