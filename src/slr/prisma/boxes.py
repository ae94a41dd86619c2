"""Where every PRISMA number comes from: each box is a named question to the review that returns a list of ids.

A number is the length of its list; none is stored or typed. The keys are those of the PRISMA2020 R package's template.
The left column ("databases and registers") holds works that at least one database or register record describes; the
right column ("other methods") the works known only from websites, organisations or citation searching. So a work found
both ways is counted as identified on both sides, removed once as a duplicate, and its inclusion credited to the left,
whatever the order in which sources were searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from slr.errors import NotFound, OurBug
from slr.prisma.numbers import TAIL_RULE, Identity, Numbers, breaches
from slr.prisma.state import LEFT, SETTLED, Previous, State, Tail, state_of

__all__ = [
    "BOXES",
    "BY_KEY",
    "LEFT",
    "Box",
    "Previous",
    "State",
    "Tail",
    "box",
    "counted",
    "ids",
    "lists",
    "numbers",
    "state_of",
]

Unit = Literal["records", "reports", "studies"]


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its key, the rule in a sentence, what its ids are, and the question."""

    key: str
    rule: str
    unit: Unit
    ids: Callable[[State], Iterable[str]]


def _identified(*origins: str) -> Callable[[State], Iterable[str]]:
    return lambda s: (record for record, origin in s.counted.items() if origin in origins)


def _redundant(s: State, left: bool) -> Iterator[str]:
    return (record for record in s.redundant if (s.counted[record] in LEFT) is left)


def _already_known(s: State) -> Iterator[str]:
    return (record for record in s.redundant if s.work_of[record] in s.carried)


def _ineligible(s: State, works: Sequence[str]) -> list[str]:
    entering = {*s.screened, *s.eligible}
    return [s.standing(work) for work in works if work not in entering]


def _excluded_early(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in works if s.first(work) == "exclude" or work in s.tailed]


def _by_automation(s: State, works: Sequence[str], stage: int) -> list[str]:
    """The works that no person decided on."""
    return [work for work in works if s.by_tools(work, stage)]


def _waiting(s: State, works: Sequence[str]) -> list[str]:
    return [s.standing(work) for work in works if s.first(work) not in SETTLED and work not in s.tailed]


def _sought(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in works if s.first(work) == "include"]


def _assessed(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in _sought(s, works) if s.last(work) != "not-retrieved"]


def _excluded(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in _assessed(s, works) if s.last(work) == "exclude"]


def _missing(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in _sought(s, works) if s.last(work) == "not-retrieved"]


def _undecided(s: State, works: Sequence[str]) -> list[str]:
    return [work for work in _assessed(s, works) if s.last(work) not in SETTLED]


def _people(s: State) -> list[str]:
    excluded = _excluded_early(s, s.screened)
    tools = {*_by_automation(s, excluded, 0)}
    return [s.standing(work) for work in excluded if work not in tools]


def _tools(s: State) -> list[str]:
    return [s.standing(work) for work in _by_automation(s, _excluded_early(s, s.screened), 0)]


def _reports_by_tools(s: State) -> list[str]:
    return _by_automation(s, [*_excluded(s, s.screened), *_excluded(s, s.eligible)], -1)


def _previous_reports(s: State) -> frozenset[str]:
    return s.previous.reports if s.previous else frozenset()


def _studies(s: State, reports: Iterable[str]) -> set[str]:
    return {s.study(work) for work in reports}


def _added(s: State, new: bool) -> list[str]:
    """Reports included that the previous version did not include: of new studies, or of studies it included."""
    old = _studies(s, _previous_reports(s))
    added = (work for work in s.included if work not in _previous_reports(s))
    return [work for work in added if (s.study(work) not in old) is new]


BOXES = (
    Box("previous_studies", "studies of the previous version's reports, as they are linked now", "studies",
        lambda s: _studies(s, _previous_reports(s))),
    Box("previous_reports", "reports that the last frozen version included", "reports", _previous_reports),
    Box("database_results", "records that a database returned, before duplicates are removed", "records",
        _identified("database")),
    Box("register_results", "records that a register returned, before duplicates are removed", "records",
        _identified("register")),
    Box("website_results", "records found through a website or web search engine", "records", _identified("website")),
    Box("organisation_results", "records found through an organisation (conference archives too)", "records",
        _identified("organisation")),
    Box("citations_results", "records returned by citation searching, before they are compared with the databases'",
        "records", _identified("citation")),
    Box("duplicates", "database and register records of a work that another such record already stands for, or that "
        "the previous version had settled", "records", lambda s: _redundant(s, left=True)),
    Box("excluded_automatic", "records left after duplicates whose work a criterion of config/review.yaml marks, and "
        "the tail that no person has seen if it is counted here", "records", lambda s: _ineligible(s, s.left)),
    Box("excluded_other", "records removed for other reasons before screening: slr has no such step", "records",
        lambda _: ()),
    Box("records_screened", "records left after duplicates and automatic criteria: all of them enter screening",
        "records", lambda s: map(s.standing, s.screened)),
    Box("records_excluded", "screened records excluded at title and abstract, and the tail that no person has seen if "
        "it is counted here", "records", lambda s: map(s.standing, _excluded_early(s, s.screened))),
    Box("excluded_by_people", "records excluded at title and abstract on which a person voted", "records", _people),
    Box("excluded_by_automation", "records excluded at title and abstract on which no person voted", "records", _tools),
    Box("pending_screening", "screened records that wait for a vote, or whose reviewers disagree", "records",
        lambda s: _waiting(s, s.screened)),
    Box("unseen_records", "records of all columns without a decision at title and abstract that no person has seen",
        "records", lambda s: map(s.standing, s.unseen)),
    Box("dbr_sought_reports", "reports whose reviewers agree on 'include' at title and abstract", "reports",
        lambda s: _sought(s, s.screened)),
    Box("dbr_notretrieved_reports", "reports sought that could not be obtained", "reports",
        lambda s: _missing(s, s.screened)),
    Box("dbr_assessed", "reports sought less those not retrieved", "reports", lambda s: _assessed(s, s.screened)),
    Box("dbr_excluded", "reports assessed whose reviewers agree on 'exclude', by the first criterion that fails",
        "reports", lambda s: _excluded(s, s.screened)),
    Box("pending_left", "reports assessed that wait for a vote, or whose reviewers disagree", "reports",
        lambda s: _undecided(s, s.screened)),
    Box("other_duplicates", "records from other methods of a work that another record already stands for, or that the "
        "previous version had settled", "records", lambda s: _redundant(s, left=False)),
    Box("other_ineligible", "records from other methods whose work a criterion marks", "records",
        lambda s: _ineligible(s, s.right)),
    Box("other_records_screened", "records from other methods that enter screening", "records",
        lambda s: map(s.standing, s.eligible)),
    Box("other_records_excluded", "records from other methods excluded at title and abstract", "records",
        lambda s: map(s.standing, _excluded_early(s, s.eligible))),
    Box("other_pending", "records from other methods that wait for a vote at title and abstract, or whose reviewers "
        "disagree", "records", lambda s: _waiting(s, s.eligible)),
    Box("other_sought_reports", "reports from other methods whose reviewers agree on 'include' at title and abstract",
        "reports", lambda s: _sought(s, s.eligible)),
    Box("other_notretrieved_reports", "reports from other methods that could not be obtained", "reports",
        lambda s: _missing(s, s.eligible)),
    Box("other_assessed", "reports from other methods sought less those not retrieved", "reports",
        lambda s: _assessed(s, s.eligible)),
    Box("other_excluded", "reports from other methods assessed whose reviewers agree on 'exclude'", "reports",
        lambda s: _excluded(s, s.eligible)),
    Box("pending_right", "reports from other methods assessed that wait for a vote, or whose reviewers disagree",
        "reports", lambda s: _undecided(s, s.eligible)),
    Box("reports_excluded_by_automation", "reports excluded in full text, of both columns, on which no person voted",
        "reports", _reports_by_tools),
    Box("already_known", "of the duplicates, records of works that the previous version had settled", "records",
        _already_known),
    Box("new_studies", "studies with an included report and none that the previous version included", "studies",
        lambda s: _studies(s, _added(s, new=True))),
    Box("new_reports", "included reports of the new studies", "reports", lambda s: _added(s, new=True)),
    Box("new_reports_of_old_studies", "included reports that are new, of studies that the previous version included",
        "reports", lambda s: _added(s, new=False)),
    Box("studies_removed", "studies of the previous version of which no report is included now", "studies",
        lambda s: _studies(s, _previous_reports(s)) - _studies(s, s.included)),
    Box("reports_removed", "reports of the previous version that are not included now", "reports",
        lambda s: _previous_reports(s) - {*s.included}),
    Box("total_studies", "studies with an included report", "studies", lambda s: _studies(s, s.included)),
    Box("total_reports", "reports of all included studies", "reports", lambda s: s.included),
)  # fmt: skip
BY_KEY = {one.key: one for one in BOXES}


def box(key: str) -> Box:
    """The box of that key. Raises NotFound if there is none."""
    if key not in BY_KEY:
        near = get_close_matches(key, BY_KEY, n=1)
        hint = f"did you mean '{near[0]}'? T" if near else "t"
        raise NotFound(f"there is no box '{key}': {hint}he boxes are {', '.join(BY_KEY)}")
    return BY_KEY[key]


def ids(state: State, key: str) -> list[str]:
    """The ids behind a box, sorted. Raises NotFound if there is no such box."""
    return sorted(box(key).ids(state))


def lists(state: State) -> dict[str, list[str]]:
    """box → the ids behind it, of every box."""
    return {one.key: ids(state, one.key) for one in BOXES}


def numbers(state: State) -> Numbers:
    """Every PRISMA number as the length of its list.

    Raises OurBug if an identity between boxes is broken, with the works that break it.
    """
    return counted(state, lists(state))


def counted(state: State, found: Mapping[str, Sequence[str]]) -> Numbers:
    """The numbers of ``lists``, checked; see ``numbers``."""
    n = {key: len(listed) for key, listed in found.items()}
    split = ("dbr_excluded", "other_excluded")
    made = Numbers(
        **{  # type: ignore[arg-type]
            key: value for key, value in {**n, **_not_applicable(state, n)}.items() if key not in split
        },
        database_specific_results=_by_source(state, found["database_results"]),
        register_specific_results=_by_source(state, found["register_results"]),
        dbr_excluded=_by_reason(state, found["dbr_excluded"]),
        other_excluded=_by_reason(state, found["other_excluded"]),
        automatic_by_rule=dict(Counter(rule(state, record) for record in found["excluded_automatic"])),
        tail=state.tail,
        stopping_rule=state.stopping_rule,
        previous_version=state.previous.name if state.previous else "",
        previous_counted=state.previous.counted if state.previous else (0, 0),
    )
    if broken := breaches(made):
        told = (sentence + _culprits(state, found, made, identity) for identity, sentence in broken)
        raise OurBug("the PRISMA numbers contradict each other: " + "; ".join(told))
    return made


def _culprits(state: State, found: Mapping[str, Sequence[str]], made: Numbers, identity: Identity | None) -> str:
    """The works (or studies) that stand more often on one side of a broken identity than on the other."""
    keys = (identity.left, *identity.plus, *identity.minus) if identity else ()
    if identity is None or any(made.count(key) for key in keys if key not in found):
        return ""
    surplus: Counter[str] = Counter()
    for key in keys:
        for one in found.get(key, ()):
            surplus[state.work_of.get(one, one)] += -1 if key in identity.plus else 1
    named = sorted(name for name, n in surplus.items() if (n > 0 if identity.at_most else n))
    more = f" and {len(named) - 10:,} more" if len(named) > 10 else ""
    return f" By {', '.join(named[:10])}{more}." if named else ""


def rule(state: State, record: str) -> str:
    """The criterion that a record is marked by: the first of those that its work fails."""
    return state.marked.get(state.work_of[record], (TAIL_RULE,))[0]


def _not_applicable(state: State, n: Mapping[str, int]) -> dict[str, object]:
    """Boxes of ways that this review did not use are left out of the diagram (None)."""
    ways = ("website_results", "organisation_results", "citations_results")
    keys = [key for key in ("register_results", *ways) if not n[key]]
    if not any(n[way] for way in ways):
        keys += [key for key in n if key.startswith("other_")]
    if not state.previous:
        keys += [key for key in n if key.startswith("previous_") or key.endswith("_removed")]
        keys += ["already_known", "new_reports_of_old_studies"]
    return dict.fromkeys(keys)


def _by_source(state: State, found: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(map(state.title, found)).items()))


def _by_reason(state: State, found: Iterable[str]) -> dict[str, int]:
    by_reason = Counter(map(state.reason, found))
    order = [state.reason_texts[r] for r in state.reason_order if r in state.reason_texts]
    return {reason: by_reason[reason] for reason in [*order, *sorted(set(by_reason) - set(order))] if by_reason[reason]}
