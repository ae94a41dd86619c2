"""The one description of a work made from its records: for each field the best value, and where it came from. Pure.

What is best is stated field by field in ``RULES``; where a rule finds records equal, the fullest record's value counts
(most filled fields; of equally full ones the smaller id). So the result does not depend on the order of the records.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from slr.model import Record
from slr.normalize import first_page, plain

Key = Callable[[Record], tuple[Any, ...]]
Ranking = Callable[[Sequence[Record]], Key]
"""From the records that state a field to the key by which one is better than another: the larger the better."""

LONGEST_ABSTRACT = 5_000
"""Characters; longer ones are mostly a page's or a paper's text taken for its abstract."""
_CUT_OFF = re.compile(r"(?:\.\.\.|…|[\[(]?abstract truncated[^\])]*[\])]?)\s*$", re.IGNORECASE)
_AND_OTHERS = re.compile(r"(?:et al\.?|and others|others)", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"10\.(?:48550|2139|5281|6084|13140|20944|21203|26434|31219|31223|31234|31235|36227|2307)/|10\.1101/\d"
)
"""DOIs under which a publisher's article stands a second time: arXiv, SSRN, Zenodo, figshare, ResearchGate, Preprints,
Research Square, ChemRxiv, OSF and its services, TechRxiv, JSTOR, bioRxiv and medRxiv.
"""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Which record's value of a field counts, in words and as a ranking."""

    field: str
    sentence: str
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Filled:
    """A value that a source told of a work beside its records (``slr enrich``), with the reply that it stands in."""

    value: object
    source: str
    exchange_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged description (its ``record_id`` is the fullest record's) and, per field, the record that gave it.

    Identifiers are taken one by one: ``came_from["ids.pmid"]``. ``filled`` are the fields that no record gave, but a
    source beside them; ``came_from`` then names the source.
    """

    record: Record
    came_from: dict[str, str]
    filled: dict[str, Filled] = field(default_factory=dict)

    def whose(self) -> str:
        """Who gave what, for a cell of a table: ``a:1: doi, title; b:1: abstract``."""
        given: dict[str, list[str]] = defaultdict(list)
        for name, giver in sorted(self.came_from.items()):
            given[giver].append(name)
        return "; ".join(f"{giver}: {', '.join(names)}" for giver, names in sorted(given.items()))


def _most(form: Callable[[Record], object]) -> Ranking:
    """The form that most records have."""

    def ranking(stating: Sequence[Record]) -> Key:
        counts = Counter(map(form, stating))
        return lambda record: (counts[form(record)],)

    return ranking


def _each(*qualities: Callable[[Record], Any]) -> Ranking:
    """By qualities of each record itself, the first one first."""
    return lambda _: lambda record: tuple(quality(record) for quality in qualities)


def _then(*rankings: Ranking) -> Ranking:
    """By the first ranking; where that finds records equal by the next."""

    def ranking(stating: Sequence[Record]) -> Key:
        keys = [one(stating) for one in rankings]
        return lambda record: tuple(value for key in keys for value in key(record))

    return ranking


def _whole(text: str | None) -> bool:
    return not _CUT_OFF.search(text or "")


def _in_mixed_case(text: str | None) -> bool:
    return not (text or "").isupper()


def _all_named(record: Record) -> bool:
    return not _AND_OTHERS.fullmatch(record.authors[-1].strip())


def _places(record: Record) -> int:
    """How much of volume, issue and pages a record states."""
    return sum(1 for value in (record.volume, record.issue, record.pages) if value)


def _folded(name: str) -> Callable[[Record], str]:
    return lambda record: str(getattr(record, name)).strip().casefold()


RULES = (
    FieldRule(
        "title",
        "not cut off, not all in capitals, worded as most records word it, the longest form of that",
        _then(
            _each(lambda r: _whole(r.title), lambda r: _in_mixed_case(r.title)),
            _most(lambda r: plain(r.title)),
            _each(lambda r: len(r.title)),
        ),
    ),
    FieldRule(
        "authors",
        'a list that does not end in "et al.", with the most authors, their names written out most fully',
        _each(_all_named, lambda r: len({plain(a) for a in r.authors}), lambda r: sum(map(len, r.authors))),
    ),
    FieldRule(
        "year",
        "the year that most records state; of two, the one stated with most of volume, issue and pages (the year of "
        "the issue, not of the first appearance online)",
        _then(_most(lambda r: r.year), _each(_places)),
    ),
    FieldRule(
        "venue",
        "not all in capitals, the longest (not an abbreviation)",
        _each(lambda r: _in_mixed_case(r.venue), lambda r: len(plain(r.venue or ""))),
    ),
    FieldRule(
        "volume",
        "the volume that most records state; of two, the one stated with most of volume, issue and pages",
        _then(_most(_folded("volume")), _each(_places)),
    ),
    FieldRule(
        "issue",
        "the issue that most records state; of two, the one stated with most of volume, issue and pages",
        _then(_most(_folded("issue")), _each(_places)),
    ),
    FieldRule(
        "pages",
        "the first page that most records state; of two, the one stated with most of volume, issue and pages; written "
        "out most fully",
        _then(_most(lambda r: first_page(r.pages)), _each(_places, lambda r: len(r.pages or ""))),
    ),
    FieldRule(
        "doi",
        "the publisher's before that of a preprint server, a repository or JSTOR; the one that most records state",
        _then(_each(lambda r: not _ELSEWHERE.match(r.doi or "")), _most(_folded("doi"))),
    ),
    FieldRule(
        "type", 'a type before "other"; the one that most records state', _then(_each(lambda r: r.type != "other"),
        _most(_folded("type"))),
    ),
    FieldRule("language", "the language that most records state", _most(_folded("language"))),
    FieldRule(
        "abstract",
        f"not cut off, of at most {LONGEST_ABSTRACT:,} characters (longer ones are mostly a full text), the longest",
        _each(
            lambda r: _whole(r.abstract),
            lambda r: len(r.abstract or "") <= LONGEST_ABSTRACT,
            lambda r: len(r.abstract or ""),
        ),
    ),
    FieldRule("keywords", "the most keywords", _each(lambda r: len(r.keywords))),
    FieldRule("retracted", "retracted if any record says so", _each(lambda r: bool(r.retracted))),
    FieldRule("url", "the fullest record's", _each()),
    FieldRule("ids", "all identifiers; of two of one kind the fullest record's", _each()),
    FieldRule("references", "the most references", _each(lambda r: len(r.references))),
)  # fmt: skip
SENTENCES = {rule.field: rule.sentence for rule in RULES}
_CHOSEN = tuple(f.name for f in fields(Record) if f.name not in ("record_id", "source", "origin"))


def merge(records: Sequence[Record], filled: Mapping[str, Filled] | None = None) -> Merged:
    """Merge the records of one work (at least one), whatever their order, by ``RULES``.

    A value of ``filled`` (field → value) counts only where no record states one; that a work is retracted counts
    whoever says it.
    """
    ranked = sorted(records, key=lambda r: (-_fullness(r), r.record_id)) if len(records) > 1 else records
    chosen = _chosen(ranked)
    came_from = {name: giver.record_id for name, giver in chosen.items() if name != "ids"}
    values: dict[str, Any] = {name: getattr(giver, name) for name, giver in chosen.items()}
    if "ids" in chosen:
        values["ids"], givers = _identifiers(ranked)
        came_from |= givers
    used = {name: told for name, told in (filled or {}).items() if _counts(name, told, values)}
    values |= {name: told.value for name, told in used.items()}
    came_from |= {name: told.source for name, told in used.items()}
    return Merged(replace(ranked[0], **values), came_from, used)


def _chosen(ranked: Sequence[Record]) -> dict[str, Record]:
    """field → the record whose value counts; of equals the first. Only where values differ are they weighed."""
    found = {}
    for rule in RULES:
        if stating := [record for record in ranked if _states(record, rule.field)]:
            first = getattr(stating[0], rule.field)
            same = all(getattr(record, rule.field) == first for record in stating)
            found[rule.field] = stating[0] if same else max(stating, key=rule.ranking(stating))
    return found


def _identifiers(ranked: Sequence[Record]) -> tuple[dict[str, str], dict[str, str]]:
    values: dict[str, str] = {}
    givers: dict[str, str] = {}
    for record in ranked:
        for name, value in record.ids.items():
            if name not in values:
                values[name], givers[f"ids.{name}"] = value, record.record_id
    return values, givers


def _counts(name: str, told: Filled, values: Mapping[str, object]) -> bool:
    return name not in values or (name == "retracted" and bool(told.value) and not values[name])


def _states(record: Record, name: str) -> bool:
    return getattr(record, name) not in (None, "", (), {})


def _fullness(record: Record) -> int:
    return sum(1 for name in _CHOSEN if _states(record, name))
