"""What the flow diagram says: its boxes and their lines in the words of the PRISMA 2020 templates, and its arrows.

Source of the labels: the four templates of Page et al. 2021 (BMJ 372:n71): new or updated review, with databases and
registers only or with other methods as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from slr.prisma.lettering import clean
from slr.prisma.numbers import TAIL_RULE, Numbers, notes, quantity

Column = Literal["previous", "main", "aside", "other", "other_aside"]
Row = Literal["identified", "screened", "sought", "assessed", "new", "total"]

PHASES: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Identification", ("identified",)),
    ("Screening", ("screened", "sought", "assessed")),
    ("Included", ("new", "total")),
)
"""The side bars and the rows each stands beside."""

LABELS = {
    "previous_studies": "Studies included in previous version of review",
    "previous_reports": "Reports of studies included in previous version of review",
    "database_results": "Records identified from databases",
    "register_results": "Records identified from registers",
    "website_results": "Records identified from websites",
    "organisation_results": "Records identified from organisations",
    "citations_results": "Records identified from citation searching",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "excluded_by_people": "Records excluded by people",
    "excluded_by_automation": "Records excluded by automation tools",
    "pending_screening": "Records waiting for a title and abstract decision",
    "unseen_records": "Records that no person has seen",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "pending_left": "Reports waiting for an eligibility decision",
    "other_duplicates": "Other methods: duplicate records",
    "other_ineligible": "Other methods: records marked as ineligible by automation tools",
    "other_records_screened": "Other methods: records screened",
    "other_records_excluded": "Other methods: records excluded",
    "other_pending": "Other methods: records waiting for a title and abstract decision",
    "other_sought_reports": "Other methods: reports sought for retrieval",
    "other_notretrieved_reports": "Other methods: reports not retrieved",
    "other_assessed": "Other methods: reports assessed for eligibility",
    "other_excluded": "Other methods: reports excluded",
    "pending_right": "Other methods: reports waiting for an eligibility decision",
    "reports_excluded_by_automation": "Reports excluded by automation tools",
    "already_known": "Duplicate records of what the previous version had settled",
    "new_studies": "New studies included in review",
    "new_reports": "Reports of new included studies",
    "new_reports_of_old_studies": "New reports of studies of the previous version",
    "studies_removed": "Studies of the previous version that are not included now",
    "reports_removed": "Reports of the previous version that are not included now",
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
}
"""What each number is called where it stands alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a box before it is broken: ``key`` is the number it shows, ``indent`` its depth in the list.

    ``part`` names the database, register, rule or reason whose part of the number it shows.
    """

    text: str
    key: str | None = None
    indent: int = 0
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram; ``key`` is its first number in the template. Boxes only some reviews have are ``grey``."""

    key: str
    column: Column
    row: Row
    lines: tuple[Line, ...]
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The title over one or two columns; the main one is yellow, the others grey."""

    text: str
    columns: tuple[Column, ...]
    grey: bool


def count(n: int) -> str:
    """``(n = 1,204)`` with no-break spaces, so that a number never stands on another line than its ``n``."""
    return f"(n\u00a0=\u00a0{n:,})"


def headings(numbers: Numbers) -> list[Heading]:
    """The column titles that apply, from left to right."""
    studies = "new studies" if numbers.is_update else "studies"
    main = Heading(f"Identification of {studies} via databases and registers", ("main", "aside"), grey=False)
    other = Heading(f"Identification of {studies} via other methods", ("other", "other_aside"), grey=True)
    previous = Heading("Previous studies", ("previous",), grey=True)
    return [previous] * numbers.is_update + [main] + [other] * numbers.has_other_methods


def boxes(numbers: Numbers, *, extended: bool = False) -> list[Box]:
    """The boxes that apply, in reading order; ``extended`` adds the screening of other methods' records."""
    found = [_previous(numbers)] if numbers.is_update else []
    found += [_identified(numbers), _removed(numbers), *_left(numbers)]
    if numbers.has_other_methods:
        found += [_identified_elsewhere(numbers), *(_added(numbers) if extended else []), *_right(numbers)]
    found.append(_new(numbers))
    return found + ([_total(numbers)] if numbers.is_update else [])


def arrows(numbers: Numbers, *, extended: bool = False) -> list[tuple[str, str]]:
    """The arrows as pairs of box keys: the number under the first flows into the second."""
    left = ("database_results", "records_screened", "dbr_sought_reports", "dbr_assessed", "new_studies")
    aside = ("duplicates", "records_excluded", "dbr_notretrieved_reports", "dbr_excluded")
    found = [*pairwise(left), *zip(left, aside, strict=False)]
    if numbers.has_other_methods:
        more = ("other_records_screened",) if extended else ()
        right = ("website_results", *more, "other_sought_reports", "other_assessed", "new_studies")
        beside = ("other_duplicates", "other_records_excluded", "other_notretrieved_reports", "other_excluded")
        found += [
            *pairwise(right),
            *(zip(right, beside, strict=False) if extended else zip(right[1:], beside[2:], strict=False)),
        ]
    if numbers.is_update:
        found += [("new_studies", "total_studies"), ("previous_studies", "total_studies")]
    return found


def _previous(numbers: Numbers) -> Box:
    studies = ("Studies included in previous version of review", "previous_studies")
    reports = ("Reports of studies included in previous version of review", "previous_reports")
    return Box("previous_studies", "previous", "identified", _stacked(numbers, studies, reports), grey=True)


def _identified(numbers: Numbers) -> Box:
    lines = [Line("Records identified from*:"), *_line(numbers, "Databases", "database_results")]
    lines += _parts(numbers.database_specific_results, "database_specific_results")
    lines += _line(numbers, "Registers", "register_results")
    lines += _parts(numbers.register_specific_results, "register_specific_results")
    return Box("database_results", "main", "identified", tuple(lines))


def _removed(numbers: Numbers) -> Box:
    lines = [Line("Records removed before screening:"), *_line(numbers, "Duplicate records removed", "duplicates")]
    lines += _line(numbers, "Records marked as ineligible by automation tools", "excluded_automatic")
    if len(numbers.automatic_by_rule) > 1 or TAIL_RULE in numbers.automatic_by_rule:
        lines += _parts(numbers.automatic_by_rule, "automatic_by_rule")
    lines += _line(numbers, "Records removed for other reasons", "excluded_other")
    return Box("duplicates", "aside", "identified", tuple(lines))


def _left(numbers: Numbers) -> list[Box]:
    """Screening, retrieval and eligibility of what databases and registers returned."""
    return [
        _one(numbers, "records_screened", "main", "screened", "Records screened"),
        Box("records_excluded", "aside", "screened", _excluded_early(numbers)),
        _one(numbers, "dbr_sought_reports", "main", "sought", "Reports sought for retrieval"),
        _one(numbers, "dbr_notretrieved_reports", "aside", "sought", "Reports not retrieved"),
        _one(numbers, "dbr_assessed", "main", "assessed", "Reports assessed for eligibility"),
        Box("dbr_excluded", "aside", "assessed", _reasons(numbers.dbr_excluded, "dbr_excluded")),
    ]


def _excluded_early(numbers: Numbers) -> tuple[Line, ...]:
    """The number, and the split by people and tools that the template's second footnote asks for."""
    whom = (("by people", "excluded_by_people"), ("by automation tools", "excluded_by_automation"))
    split = [line for label, key in whom for line in _line(numbers, label, key)] if _tools_decided(numbers) else []
    return (*_stacked(numbers, ("Records excluded**", "records_excluded")), *split)


def _tools_decided(numbers: Numbers) -> bool:
    return bool(numbers.excluded_by_automation)


def _identified_elsewhere(numbers: Numbers) -> Box:
    lines = [Line("Records identified from:"), *_line(numbers, "Websites", "website_results")]
    lines += _line(numbers, "Organisations", "organisation_results")
    lines += _line(numbers, "Citation searching", "citations_results")
    return Box("website_results", "other", "identified", tuple(lines), grey=True)


def _added(numbers: Numbers) -> list[Box]:
    """The screening of what other methods found, in boxes that the template does not have."""
    removed = [Line("Records removed before screening:")]
    removed += _line(numbers, "Duplicate records removed", "other_duplicates")
    removed += _line(numbers, "Records marked as ineligible by automation tools", "other_ineligible")
    return [
        Box("other_duplicates", "other_aside", "identified", tuple(removed), grey=True),
        _one(numbers, "other_records_screened", "other", "screened", "Records screened", grey=True),
        _one(numbers, "other_records_excluded", "other_aside", "screened", "Records excluded", grey=True),
    ]


def _right(numbers: Numbers) -> list[Box]:
    """Retrieval and eligibility of what other methods found; this column has no screening box."""
    excluded = _reasons(numbers.other_excluded, "other_excluded")
    return [
        _one(numbers, "other_sought_reports", "other", "sought", "Reports sought for retrieval", grey=True),
        _one(numbers, "other_notretrieved_reports", "other_aside", "sought", "Reports not retrieved", grey=True),
        _one(numbers, "other_assessed", "other", "assessed", "Reports assessed for eligibility", grey=True),
        Box("other_excluded", "other_aside", "assessed", excluded, grey=True),
    ]


def _new(numbers: Numbers) -> Box:
    update = numbers.is_update
    studies = "New studies included in review" if update else "Studies included in review"
    reports = "Reports of new included studies" if update else "Reports of included studies"
    lines = _stacked(numbers, (studies, "new_studies"), (reports, "new_reports"))
    return Box("new_studies", "main", "new", lines)


def _total(numbers: Numbers) -> Box:
    studies = ("Total studies included in review", "total_studies")
    reports = ("Reports of total included studies", "total_reports")
    return Box("total_studies", "main", "total", _stacked(numbers, studies, reports), grey=True)


def _one(numbers: Numbers, key: str, column: Column, row: Row, label: str, *, grey: bool = False) -> Box:
    return Box(key, column, row, _stacked(numbers, (label, key)), grey)


def _stacked(numbers: Numbers, *labelled: tuple[str, str]) -> tuple[Line, ...]:
    """Each label with its number on a line of its own below."""
    return tuple(line for label, key in labelled for line in (Line(label), Line(count(numbers.count(key)), key)))


def _line(numbers: Numbers, label: str, key: str) -> list[Line]:
    """``label (n = …)`` as an item of a list, or nothing where the number is not applicable."""
    if getattr(numbers, key) is None:
        return []
    return [Line(f"{label} {count(numbers.count(key))}", key, indent=1)]


def _parts(split: Mapping[str, int], key: str) -> list[Line]:
    return [Line(f"{clean(name)} {count(n)}", key, 2, name) for name, n in split.items()]


def _reasons(split: Mapping[str, int], key: str) -> tuple[Line, ...]:
    """The box of excluded reports: a line a reason; its plain number where there is no reason."""
    if not split:
        return (Line("Reports excluded"), Line(count(0), key))
    return (Line("Reports excluded:"), *(Line(f"{clean(name)} {count(n)}", key, 1, name) for name, n in split.items()))


def own_footnotes(numbers: Numbers, *, extended: bool = False) -> list[str]:
    """What stands under every diagram: the two marks of the template, and the sentences of ``notes``."""
    added = ["The boxes for the screening of other methods' records are added to the template."]
    departs = added if extended and numbers.has_other_methods else []
    return [_identified_footnote(numbers), _excluded_footnote(numbers), *departs, *notes(numbers)]


def _identified_footnote(numbers: Numbers) -> str:
    if numbers.database_specific_results or numbers.register_specific_results:
        return "* Number of records from each database or register searched, before duplicates were removed."
    return "* Number of records from all databases or registers together, before duplicates were removed."


def _excluded_footnote(numbers: Numbers) -> str:
    """The split by person and tool that the template asks for."""
    if not _tools_decided(numbers):
        return "** Excluded by people; what automation tools removed is counted before screening."
    return "** By automation tools: no person decided on these records."


def description(numbers: Numbers) -> str:
    """The diagram in a few sentences, for readers who hear it."""
    kind = "an updated review" if numbers.is_update else "a new review"
    identified = numbers.count("database_results") + numbers.count("register_results")
    sentences = [
        f"PRISMA 2020 flow diagram of {kind}.",
        f"Databases and registers: {quantity(identified, 'record')} identified, {numbers.records_screened:,} screened, "
        f"{numbers.records_excluded:,} excluded; {quantity(numbers.dbr_sought_reports, 'report')} sought, "
        f"{numbers.dbr_assessed:,} assessed, {numbers.count('dbr_excluded'):,} excluded.",
    ]
    if numbers.has_other_methods:
        elsewhere = sum(map(numbers.count, ("website_results", "organisation_results", "citations_results")))
        sentences.append(
            f"Other methods: {quantity(elsewhere, 'record')} identified; "
            f"{quantity(numbers.count('other_sought_reports'), 'report')} sought, "
            f"{numbers.count('other_assessed'):,} assessed, {numbers.count('other_excluded'):,} excluded."
        )
    sentences.append(
        f"Included: {quantity(numbers.new_studies, 'study')} in {quantity(numbers.new_reports, 'report')}."
    )
    if numbers.is_update:
        sentences.append(
            f"In total, with the previous version: {quantity(numbers.count('total_studies'), 'study')} "
            f"in {quantity(numbers.count('total_reports'), 'report')}."
        )
    return " ".join(sentences)
