"""Criteria of ``config/review.yaml`` that mark works ineligible before anyone screens them; reversible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from slr.config.schema import AutomaticRule
from slr.merged import Filled
from slr.model import Record
from slr.review import Review
from slr.store import enrichment, records, works
from slr.store.works import Mark


@dataclass(frozen=True, slots=True)
class CriteriaReport:
    """Works looked at, works marked (also by the first rule that each fails), and marks that changed in this run."""

    works: int
    ineligible: int
    by_rule: dict[str, int]
    changed: int


def apply(review: Review) -> CriteriaReport:
    """Judge every work by every rule and append what changed; a rule taken out of the configuration frees its works."""
    rules = review.config.criteria.automatic
    with review.store.writing() as db:
        grouped = _by_work(records.bibliography(db), works.memberships(db))
        retracted = {work for work, told in enrichment.filled(db).items() if _is_retracted(told)}
        marks = list(_marks(grouped, rules, retracted))
        marks += _freed(works.ineligible(db), {rule.name for rule in rules}, set(grouped))
        changed = works.add_marks(db, marks, criteria=review.loaded.criteria_hash, at=review.now())
        marked = works.ineligible(db)
    names = [rule.name for rule in rules]
    first = Counter(min(names.index(rule) for rule, _ in failed) for failed in marked.values())
    return CriteriaReport(len(grouped), len(marked), {names[i]: first[i] for i in sorted(first)}, changed)


def _by_work(found: Iterable[Record], work_of: dict[str, str]) -> dict[str, list[Record]]:
    grouped: dict[str, list[Record]] = defaultdict(list)
    for record in found:
        if record.record_id in work_of:
            grouped[work_of[record.record_id]].append(record)
    return grouped


def _is_retracted(told: Mapping[str, Filled]) -> bool:
    return "retracted" in told and bool(told["retracted"].value)


def _marks(grouped: dict[str, list[Record]], rules: Sequence[AutomaticRule], retracted: Set[str]) -> Iterator[Mark]:
    for work_id, members in grouped.items():
        for rule in rules:
            because = "retracted" if rule.retracted and work_id in retracted else fails(rule, members)
            yield Mark(work_id, rule.name, "ineligible" if because else "eligible", because or "")


def _freed(marked: dict[str, list[tuple[str, str]]], present: set[str], live: set[str]) -> Iterator[Mark]:
    for work_id, rules in marked.items():
        for rule, _because in rules:
            if rule not in present or work_id not in live:
                yield Mark(work_id, rule, "eligible", "")


def fails(rule: AutomaticRule, members: Sequence[Record]) -> str | None:
    """The values by which a work fails a rule, or None.

    A work fails only if every record that states the field fails: one source's slip must not hide a study, and what no
    source states is for a person to see. ``retracted: exclude`` is the other way round: one source's word is enough.
    """
    if rule.retracted:
        return "retracted" if any(record.retracted for record in members) else None
    stated = [value for record in members if (value := _value(rule, record)) is not None]
    failing = [value for value in stated if not _passes(rule, value)]
    return ", ".join(sorted({str(v) for v in failing})) if stated and len(failing) == len(stated) else None


def _value(rule: AutomaticRule, record: Record) -> str | int | None:
    if rule.types:
        return record.type
    return record.year if rule.years else record.language


def _passes(rule: AutomaticRule, value: str | int) -> bool:
    if rule.types:
        return value in rule.types
    if rule.years:
        first, last = rule.years.first, rule.years.last
        return (first is None or int(value) >= first) and (last is None or int(value) <= last)
    language = str(value).lower()
    return bool({language, language.split("-")[0]} & set(rule.languages or ()))  # en-gb is en
