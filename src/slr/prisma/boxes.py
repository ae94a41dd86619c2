"""Where every PRISMA number comes from: each box is a named question to the review that returns a list of ids.

A number is the length of its list; none is stored or typed. The keys are those of the PRISMA2020 R package's template.
The left column ("databases and registers") holds works that at least one database or register record describes; the
right column ("other methods") the works known only from websites, organisations or citation searching. So a work found
both ways is counted as identified on both sides, removed once as a duplicate, and its inclusion credited to the left,
whatever the order in which sources were searched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from slr.errors import OurBug, UserError
from slr.prisma.numbers import Numbers, broken_identities
from slr.review import Review
from slr.sources.registry import title_of
from slr.store import decisions, records, works
from slr.verdicts import Outcome, Vote, outcome, primary_reason

Unit = Literal["records", "reports", "studies"]
LEFT = ("database", "register")
SETTLED = ("include", "exclude")


@dataclass(frozen=True)
class State:
    """The review as the boxes see it: (source, origin) of each record; records, marks and votes of each work."""

    origin_of: Mapping[str, tuple[str, str]]
    records_of: Mapping[str, tuple[str, ...]]
    marked: Mapping[str, tuple[str, ...]]
    votes: Mapping[tuple[str, str], tuple[Vote, ...]]
    stages: tuple[tuple[str, int], ...]
    reason_order: tuple[str, ...]
    reason_texts: Mapping[str, str]

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Works of the left column, by id."""
        return tuple(w for w in self.records_of if any(self.origin_of[r][1] in LEFT for r in self.records_of[w]))

    @cached_property
    def right(self) -> tuple[str, ...]:
        """Works of the right column, by id."""
        left = set(self.left)
        return tuple(w for w in self.records_of if w not in left)

    def standing(self, work: str) -> str:
        """The record that stands for a work once duplicates are removed: the first id, of the left ones if any."""
        members = self.records_of[work]
        return min([r for r in members if self.origin_of[r][1] in LEFT] or members)

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

    def reason(self, work: str) -> str:
        """The primary reason of a work excluded in full text, as its text."""
        reason = primary_reason(self.votes[work, self.stages[-1][0]], self.reason_order)
        return self.reason_texts.get(reason, reason)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its key, the rule in a sentence, what its ids are, and the question."""

    key: str
    rule: str
    unit: Unit
    ids: Callable[[State], Iterable[str]]


def _identified(*origins: str) -> Callable[[State], Iterable[str]]:
    return lambda s: (record for record, (_source, origin) in s.origin_of.items() if origin in origins)


def _redundant(s: State, left: bool) -> Iterable[str]:
    """Records of a column that another record of the same work stands for."""
    for work, members in s.records_of.items():
        standing = s.standing(work)
        yield from (r for r in members if r != standing and (s.origin_of[r][1] in LEFT) is left)


def _screened(s: State) -> list[str]:
    return [work for work in s.left if work not in s.marked]


def _eligible(s: State) -> list[str]:
    return [work for work in s.right if work not in s.marked]


def _stopped(s: State, work: str) -> bool:
    return work in s.marked or s.first(work) == "exclude"


def _waiting(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in works_ if s.first(work) not in SETTLED]


def _sought(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in works_ if s.first(work) == "include"]


def _assessed(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in _sought(s, works_) if s.last(work) != "not-retrieved"]


def _excluded(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in _assessed(s, works_) if s.last(work) == "exclude"]


def _included(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in _assessed(s, works_) if s.last(work) == "include"]


def _missing(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in _sought(s, works_) if s.last(work) == "not-retrieved"]


def _undecided(s: State, works_: Iterable[str]) -> list[str]:
    return [work for work in _assessed(s, works_) if s.last(work) not in SETTLED]


def _new(s: State) -> list[str]:
    return _included(s, _screened(s)) + _included(s, _eligible(s))


BOXES = (
    Box("database_results", "records that a database returned, before duplicates are removed", "records",
        _identified("database")),
    Box("register_results", "records that a register returned, before duplicates are removed", "records",
        _identified("register")),
    Box("website_results", "records found through a website or web search engine", "records", _identified("website")),
    Box("organisation_results", "records found through an organisation (conference archives too)", "records",
        _identified("organisation")),
    Box("citations_results", "records returned by citation searching, before they are compared with the databases'",
        "records", _identified("citation")),
    Box("duplicates", "database and register records of a work that another such record already stands for", "records",
        lambda s: _redundant(s, left=True)),
    Box("excluded_automatic", "records left after duplicates whose work a criterion of config/review.yaml marks",
        "records", lambda s: (s.standing(w) for w in s.left if w in s.marked)),
    Box("excluded_other", "records removed for other reasons before screening: slr has no such step", "records",
        lambda _: ()),
    Box("records_screened", "records left after duplicates and automatic criteria: all of them enter screening",
        "records", lambda s: map(s.standing, _screened(s))),
    Box("records_excluded", "screened records whose reviewers agree on 'exclude' at title and abstract", "records",
        lambda s: (s.standing(w) for w in _screened(s) if s.first(w) == "exclude")),
    Box("pending_screening", "screened records that wait for a vote, or whose reviewers disagree", "records",
        lambda s: map(s.standing, _waiting(s, _screened(s)))),
    Box("dbr_sought_reports", "reports whose reviewers agree on 'include' at title and abstract", "reports",
        lambda s: _sought(s, _screened(s))),
    Box("dbr_notretrieved_reports", "reports sought that could not be obtained", "reports",
        lambda s: _missing(s, _screened(s))),
    Box("dbr_assessed", "reports sought less those not retrieved", "reports", lambda s: _assessed(s, _screened(s))),
    Box("dbr_excluded", "reports assessed whose reviewers agree on 'exclude', by the first criterion that fails",
        "reports", lambda s: _excluded(s, _screened(s))),
    Box("pending_left", "reports assessed that wait for a vote, or whose reviewers disagree", "reports",
        lambda s: _undecided(s, _screened(s))),
    Box("other_duplicates", "records from other methods that another record of the same work already stands for",
        "records", lambda s: _redundant(s, left=False)),
    Box("other_screened_out", "records from other methods whose work a criterion marks or reviewers exclude at title "
        "and abstract", "records", lambda s: (s.standing(w) for w in s.right if _stopped(s, w))),
    Box("other_pending", "records from other methods that wait for a vote at title and abstract, or whose reviewers "
        "disagree", "records", lambda s: map(s.standing, _waiting(s, _eligible(s)))),
    Box("other_sought_reports", "reports from other methods whose reviewers agree on 'include' at title and abstract",
        "reports", lambda s: _sought(s, _eligible(s))),
    Box("other_notretrieved_reports", "reports from other methods that could not be obtained", "reports",
        lambda s: _missing(s, _eligible(s))),
    Box("other_assessed", "reports from other methods sought less those not retrieved", "reports",
        lambda s: _assessed(s, _eligible(s))),
    Box("other_excluded", "reports from other methods assessed whose reviewers agree on 'exclude'", "reports",
        lambda s: _excluded(s, _eligible(s))),
    Box("pending_right", "reports from other methods assessed that wait for a vote, or whose reviewers disagree",
        "reports", lambda s: _undecided(s, _eligible(s))),
    Box("new_studies", "works whose reviewers agree on 'include' in full text: each report is one study", "studies",
        _new),
    Box("new_reports", "reports of the new studies", "reports", _new),
    Box("total_studies", "studies of the previous version and new studies", "studies", _new),
    Box("total_reports", "reports of all included studies", "reports", _new),
)  # fmt: skip
BY_KEY = {box.key: box for box in BOXES}


def state_of(review: Review) -> State:
    """Read the review once. Raises UserError while records are not grouped, or where the stages do not fit PRISMA."""
    db = review.store.db
    if waiting := works.ungrouped(db):
        raise UserError(f"{waiting:,} records are not grouped into works yet: run 'slr dedupe'")
    if len(review.config.stages) != 2:
        raise UserError("PRISMA 2020 has two screening stages: give config/review.yaml two (title-abstract, full-text)")
    records_of: dict[str, list[str]] = defaultdict(list)
    for record, work in works.memberships(db).items():
        records_of[work].append(record)
    reasons = review.config.criteria.exclusion
    return State(
        origin_of=records.origins(db),
        records_of={work: tuple(records_of[work]) for work in sorted(records_of)},
        marked=_marked(review),
        votes=decisions.votes(db, review.config.maybe),
        stages=tuple((s.name, s.reviewers) for s in review.config.stages),
        reason_order=tuple(r.id for r in reasons),
        reason_texts={r.id: r.text for r in reasons},
    )


def _marked(review: Review) -> dict[str, tuple[str, ...]]:
    """The rules that mark each work, in the order of the configuration: it is counted under the first."""
    order = {rule.name: n for n, rule in enumerate(review.config.criteria.automatic)}
    marks = works.ineligible(review.store.db)
    return {
        w: tuple(sorted((r for r, _ in found), key=lambda r: (order.get(r, len(order)), r)))
        for w, found in marks.items()
    }


def ids(state: State, key: str) -> list[str]:
    """The ids behind a box, sorted."""
    return sorted(BY_KEY[key].ids(state))


def numbers(state: State) -> Numbers:
    """Every PRISMA number as the length of its list. Raises OurBug if an identity between boxes is broken."""
    n = {box.key: len(ids(state, box.key)) for box in BOXES}
    split = ("dbr_excluded", "other_excluded")
    found = Numbers(
        **{  # type: ignore[arg-type]
            key: value for key, value in {**n, **_not_applicable(n)}.items() if key not in split
        },
        database_specific_results=_by_source(state, "database"),
        register_specific_results=_by_source(state, "register"),
        dbr_excluded=_by_reason(state, "dbr_excluded"),
        other_excluded=_by_reason(state, "other_excluded"),
        automatic_by_rule=dict(Counter(state.marked[w][0] for w in state.left if w in state.marked)),
    )
    if broken := broken_identities(found):
        raise OurBug("the PRISMA numbers contradict each other: " + "; ".join(broken))
    return found


def _not_applicable(n: Mapping[str, int]) -> dict[str, object]:
    """Boxes of ways that this review did not use are left out of the diagram (None)."""
    ways = ("website_results", "organisation_results", "citations_results")
    keys = [key for key in ("register_results", *ways) if not n[key]]
    if not any(n[way] for way in ways):
        keys += [key for key in n if key.startswith("other_")]
    return dict.fromkeys(keys)


def _by_source(state: State, origin: str) -> dict[str, int]:
    found = Counter(title_of(source) for source, its_origin in state.origin_of.values() if its_origin == origin)
    return dict(sorted(found.items()))


def _by_reason(state: State, key: str) -> dict[str, int]:
    found = Counter(map(state.reason, ids(state, key)))
    order = [state.reason_texts[r] for r in state.reason_order if r in state.reason_texts]
    return {reason: found[reason] for reason in [*order, *sorted(set(found) - set(order))] if found[reason]}
