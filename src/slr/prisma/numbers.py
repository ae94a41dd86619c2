"""The numbers of a PRISMA 2020 flow diagram, the identities between them, and what has to be said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

BOXES = (
    "previous_studies",
    "previous_reports",
    "database_results",
    "database_specific_results",
    "register_results",
    "register_specific_results",
    "website_results",
    "organisation_results",
    "citations_results",
    "duplicates",
    "excluded_automatic",
    "excluded_other",
    "records_screened",
    "records_excluded",
    "dbr_sought_reports",
    "dbr_notretrieved_reports",
    "other_sought_reports",
    "other_notretrieved_reports",
    "dbr_assessed",
    "dbr_excluded",
    "other_assessed",
    "other_excluded",
    "new_studies",
    "new_reports",
    "total_studies",
    "total_reports",
)
"""The keys of the R package's template (PRISMA2020, Haddaway et al. 2022), in its order."""

TAIL_RULE = "not screened: stopping rule"
"""The name, among the rules that mark records as ineligible, of what no person has seen (``tail``: ``automatic``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Every number of the diagram under the key of the R package's template, and the side numbers it has no key for.

    Identification and screening count records, retrieval and eligibility count reports, the last boxes studies and
    reports. ``None`` means not applicable: the line, or the column, is not drawn; in sums it counts as 0.

    ``records_screened`` counts the records that *enter* screening, decided or not, as identity L1 demands; those still
    waiting for a title and abstract decision are ``pending_screening``. Until they are decided, L2 reads: reports
    sought = records screened − records excluded − ``pending_screening``. ``pending_retrieval`` (left column) and
    ``pending_retrieval_other`` (right column) are sought reports that are neither retrieved nor given up;
    ``pending_left`` and ``pending_right`` are assessed reports without a verdict. All are 0 in a finished review.

    ``excluded_by_people`` and ``excluded_by_automation`` are the parts of ``records_excluded`` (None: by people),
    ``reports_excluded_by_automation`` those of the reports that no person excluded. ``automatic_by_rule`` splits
    ``excluded_automatic``. The right column counts records as returned; ``other_duplicates`` are those that another
    record already stands for, ``other_ineligible`` those that criteria mark, the others are
    ``other_records_screened``, of which ``other_records_excluded`` are excluded on title and abstract and
    ``other_pending`` not yet decided.

    ``unseen_records`` no person has seen; ``tail`` says where they are counted (``pending``, ``excluded``,
    ``automatic``), ``stopping_rule`` why. In an update ``already_known`` is the part of the duplicates that the version
    named ``previous_version`` had settled, ``previous_counted`` the studies and reports that it gave itself, and
    ``new_reports`` are reports of new studies only.
    """

    previous_studies: int | None = None
    previous_reports: int | None = None
    database_results: int = 0
    database_specific_results: Mapping[str, int] = field(default_factory=dict)
    register_results: int | None = None
    register_specific_results: Mapping[str, int] = field(default_factory=dict)
    website_results: int | None = None
    organisation_results: int | None = None
    citations_results: int | None = None
    duplicates: int = 0
    excluded_automatic: int = 0
    excluded_other: int = 0
    records_screened: int = 0
    records_excluded: int = 0
    dbr_sought_reports: int = 0
    dbr_notretrieved_reports: int = 0
    other_sought_reports: int | None = None
    other_notretrieved_reports: int | None = None
    dbr_assessed: int = 0
    dbr_excluded: Mapping[str, int] = field(default_factory=dict)
    other_assessed: int | None = None
    other_excluded: Mapping[str, int] = field(default_factory=dict)
    new_studies: int = 0
    new_reports: int = 0
    total_studies: int | None = None
    total_reports: int | None = None

    pending_screening: int = 0
    pending_retrieval: int = 0
    pending_retrieval_other: int = 0
    pending_left: int = 0
    pending_right: int = 0
    unseen_records: int = 0
    excluded_by_people: int | None = None
    excluded_by_automation: int | None = None
    reports_excluded_by_automation: int | None = None
    automatic_by_rule: Mapping[str, int] = field(default_factory=dict)
    other_duplicates: int | None = None
    other_ineligible: int | None = None
    other_records_screened: int | None = None
    other_records_excluded: int | None = None
    other_pending: int | None = None
    already_known: int | None = None
    studies_removed: int | None = None
    reports_removed: int | None = None
    new_reports_of_old_studies: int | None = None
    tail: str = "pending"
    stopping_rule: str = ""
    previous_version: str = ""
    previous_counted: tuple[int, int] = (0, 0)

    @property
    def is_update(self) -> bool:
        """True if the diagram has the column of previous studies."""
        return self.previous_studies is not None or self.previous_reports is not None

    @property
    def has_other_methods(self) -> bool:
        """True if the diagram has the column of other methods."""
        others = (self.website_results, self.organisation_results, self.citations_results)
        return any(n is not None for n in others)

    def count(self, key: str) -> int:
        """The number under ``key``: the sum of a mapping, 0 for what is not applicable."""
        value: int | Mapping[str, int] | None = getattr(self, key)
        return sum(value.values()) if isinstance(value, Mapping) else value or 0


@dataclass(frozen=True, slots=True)
class Identity:
    """``left`` equals (or, with ``at_most``, does not exceed) the sum of ``plus`` less the sum of ``minus``.

    Checked only if one of ``when`` is there (neither None nor an empty mapping); without ``when``, always.
    """

    name: str
    left: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    at_most: bool = False
    when: tuple[str, ...] = ()


_LEFT_UNDONE = ("dbr_excluded", "pending_left")
_RIGHT_UNDONE = ("other_excluded", "pending_right")
_OTHER_STOPPED = ("other_duplicates", "other_ineligible", "other_records_excluded", "other_pending")
_IDENTIFIED_LEFT = ("database_results", "register_results")
_IDENTIFIED_RIGHT = ("website_results", "organisation_results", "citations_results")
_BY_WHOM = ("excluded_by_people", "excluded_by_automation")
_REMOVED = ("duplicates", "excluded_automatic", "excluded_other")

# The arrows of the diagram as equations (the statement draws them but does not print them). The numbers of reports
# included per column have no box, so L4 and R3 say that they are not negative, and C1 that they sum to the new reports.
_IDENTITIES = (
    Identity("L1", "records_screened", _IDENTIFIED_LEFT, _REMOVED),
    Identity("L2", "dbr_sought_reports", ("records_screened",), ("records_excluded", "pending_screening")),
    Identity("L3", "dbr_assessed", ("dbr_sought_reports",), ("dbr_notretrieved_reports", "pending_retrieval")),
    Identity("L4", "dbr_excluded", ("dbr_assessed",), ("pending_left",), at_most=True),
    Identity("R1", "other_sought_reports", _IDENTIFIED_RIGHT, _OTHER_STOPPED),
    Identity("R1", "other_records_screened", _IDENTIFIED_RIGHT, _OTHER_STOPPED[:2]),
    Identity(
        "R2",
        "other_assessed",
        ("other_sought_reports",),
        ("other_notretrieved_reports", "pending_retrieval_other"),
    ),
    Identity("R3", "other_excluded", ("other_assessed",), ("pending_right",), at_most=True),
    Identity(
        "C1",
        "new_reports",
        ("dbr_assessed", "other_assessed"),
        (*_LEFT_UNDONE, *_RIGHT_UNDONE, "new_reports_of_old_studies"),
    ),
    Identity("C2", "new_studies", ("new_reports",), at_most=True),
    Identity(
        "C3",
        "total_studies",
        ("previous_studies", "new_studies"),
        ("studies_removed",),
        when=("total_studies", "previous_studies"),
    ),
    Identity(
        "C4",
        "total_reports",
        ("previous_reports", "new_reports", "new_reports_of_old_studies"),
        ("reports_removed",),
        when=("total_reports", "previous_reports"),
    ),
    Identity("D1", "database_results", ("database_specific_results",), when=("database_specific_results",)),
    Identity("D1", "register_results", ("register_specific_results",), when=("register_specific_results",)),
    Identity("D2", "excluded_automatic", ("automatic_by_rule",), when=("automatic_by_rule",)),
    Identity("D2", "records_excluded", _BY_WHOM, when=_BY_WHOM),
)


def broken_identities(numbers: Numbers) -> list[str]:
    """A sentence for each identity between the boxes that does not hold, with the numbers in it; empty if all hold.

    What is waiting for a decision takes part in each balance, so an unfinished review balances too:

    - L1 records screened = databases + registers − duplicates − ineligible by automation − other reasons
    - L2 sought = screened − excluded − waiting; L3 assessed = sought − not retrieved − waiting
    - L4 reasons ≤ assessed − undecided; R1 sought = identified − duplicates − screened out − waiting (the template has
      no boxes for these three), R2, R3 the same on the right
    - C1 new reports = assessed − excluded − undecided of both columns, less new reports of old studies;
      C2 new studies ≤ new reports; C3, C4 totals = previous + new − removed (C4 also + new reports of old studies)
    - D1 a result = the sum over its databases or registers
    - D2 one primary reason a report: every reason has a name and no count is negative; the same for every other
      number, and the parts given of an automation box sum to it, or do not exceed it

    Source: the arrows of the PRISMA 2020 templates (Page et al. 2021).
    """
    return [sentence for _identity, sentence in breaches(numbers)]


def breaches(numbers: Numbers) -> list[tuple[Identity | None, str]]:
    """The same with the identity that each sentence is about (None: a count that is no count)."""
    broken = [(each, breach) for each in _IDENTITIES if (breach := _breach(numbers, each))]
    return [*((None, sentence) for sentence in _bad_counts(numbers)), *broken]


def _breach(numbers: Numbers, identity: Identity) -> str | None:
    """The sentence for a broken identity, or None."""
    if identity.when and all(getattr(numbers, key) in (None, {}) for key in identity.when):
        return None
    left = numbers.count(identity.left)
    right = sum(map(numbers.count, identity.plus)) - sum(map(numbers.count, identity.minus))
    if left == right or (identity.at_most and left < right):
        return None
    terms = " + ".join(f"{key} {numbers.count(key):,}" for key in identity.plus)
    terms += "".join(f" − {key} {numbers.count(key):,}" for key in identity.minus)
    must = "must not exceed" if identity.at_most else "must equal"
    return f"Identity {identity.name} is broken: {identity.left} {left:,} {must} {terms} = {right:,}."


def _bad_counts(numbers: Numbers) -> list[str]:
    """Sentences for negative numbers and for reasons (databases, rules) without a name."""
    counts = [(f.name, name, n) for f in fields(numbers) for name, n in _named(getattr(numbers, f.name))]
    negative = [
        f"Identity D2 is broken: {key}{f' ({name})' if name else ''} is {n:,}, and a count is never negative."
        for key, name, n in counts
        if n < 0
    ]
    nameless = [
        f"Identity D2 is broken: {n:,} of {key} have no name."
        for key, name, n in counts
        if name is not None and not name.strip()
    ]
    return negative + nameless


def _named(value: object) -> list[tuple[str | None, int]]:
    """The counts of a field, each with the name that it is under."""
    if isinstance(value, Mapping):
        return list(value.items())
    return [(None, value)] if isinstance(value, int) else []


def notes(numbers: Numbers) -> list[str]:
    """Sentences that belong under the diagram: what waits for a decision and what the template has no box for."""
    found = [*_waiting_notes(numbers), *_tail_note(numbers), *_other_note(numbers), *_update_notes(numbers)]
    if numbers.reports_excluded_by_automation:
        reports = quantity(numbers.reports_excluded_by_automation, "report")
        found.append(f"Of the reports excluded, automation tools excluded {reports} without a person.")
    return found


def _waiting_notes(numbers: Numbers) -> list[str]:
    waiting = (
        (numbers.pending_screening, "record", "databases and registers", "a title and abstract decision"),
        (numbers.other_pending, "record", "other methods", "a title and abstract decision"),
        (numbers.pending_retrieval, "report", "databases and registers", "retrieval"),
        (numbers.pending_retrieval_other, "report", "other methods", "retrieval"),
        (numbers.pending_left, "report", "databases and registers", "an eligibility decision"),
        (numbers.pending_right, "report", "other methods", "an eligibility decision"),
    )
    return [
        f"Not finished: {quantity(n, thing)} from {origin} waiting for {what}."
        for n, thing, origin, what in waiting
        if n
    ]


def _tail_note(numbers: Numbers) -> list[str]:
    """What no person has seen, and the choice of where it is counted: no statement says where it belongs."""
    if not numbers.unseen_records:
        return []
    unseen = quantity(numbers.unseen_records, "record")
    if numbers.tail == "pending":
        return [f"No person has seen {unseen} of those that wait for a title and abstract decision."]
    where = "excluded by automation tools" if numbers.tail == "excluded" else "marked as ineligible by automation tools"
    why = numbers.stopping_rule.rstrip(".") or "no stopping rule is stated"
    return [f"No person has seen {unseen}, counted as {where}: screening was stopped before the end ({why})."]


def _other_note(numbers: Numbers) -> list[str]:
    """How many records of other methods never reached retrieval: the right column has no box for them."""
    if not numbers.has_other_methods:
        return []
    identified = sum(map(numbers.count, _IDENTIFIED_RIGHT))
    stopped = numbers.count("other_ineligible") + numbers.count("other_records_excluded")
    return [
        "Other methods count records as returned, before duplicates were removed; of "
        f"{identified:,}, another record already stood for {numbers.count('other_duplicates'):,}, and "
        f"{stopped:,} {'was' if stopped == 1 else 'were'} excluded by criteria or on title and abstract."
    ]


def _update_notes(numbers: Numbers) -> list[str]:
    """What an update counts, and what it removed from, and added to, the studies of the previous version."""
    sentences = []
    if numbers.previous_version:
        known, name = quantity(numbers.count("already_known"), "record"), numbers.previous_version
        sentences.append(
            f"Identified since version {name}; the duplicates include {known} of works that it had settled."
        )
    if numbers.previous_version and numbers.previous_counted != (numbers.previous_studies, numbers.previous_reports):
        studies, reports = (
            quantity(numbers.previous_counted[0], "study"),
            quantity(numbers.previous_counted[1], "report"),
        )
        sentences.append(f"That version counted {studies} in {reports}; they are linked or grouped otherwise since.")
    if numbers.studies_removed or numbers.reports_removed:
        gone = numbers.count("studies_removed"), numbers.count("reports_removed")
        lost = f"{quantity(gone[0], 'study')} and {quantity(gone[1], 'report')}"
        sentences.append(f"Removed from the previous version of the review: {lost}.")
    if numbers.new_reports_of_old_studies:
        found = quantity(numbers.new_reports_of_old_studies, "new report")
        sentences.append(f"Found for studies of the previous version: {found}, counted in the total only.")
    return sentences


def quantity(n: int, thing: str) -> str:
    """``1 record``, ``1,204 records``, ``2 studies``."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{n:,} {thing if n == 1 else plural}"


def as_json(numbers: Numbers) -> dict[str, Any]:
    """The content of ``prisma.json``: ``boxes``, ``pending``, ``details`` and ``notes``.

    ``boxes`` has every key of ``BOXES`` with its number, ``{name: number}`` where it is split by database, register or
    reason, and None where it is not applicable. ``pending`` holds what waits for a decision, ``details`` the other
    numbers without a box, both under the names of ``Numbers``. ``notes`` are the sentences of ``notes``.
    """
    values = ((f.name, getattr(numbers, f.name)) for f in fields(numbers))
    plain = {key: dict(value) if isinstance(value, Mapping) else value for key, value in values}
    side = {key: value for key, value in plain.items() if key not in BOXES}
    return {
        "boxes": {key: plain[key] for key in BOXES},
        "pending": {key: value or 0 for key, value in side.items() if "pending" in key},
        "details": {key: value for key, value in side.items() if "pending" not in key},
        "notes": notes(numbers),
    }
