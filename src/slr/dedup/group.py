"""Groups of records by the rules: pure, the same whatever the order of the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from slr.dedup.rules import EARLIER, FIRST, PERSON, RULES, Rule, Side, is_short, judge, side
from slr.model import Record

NEIGHBOURS = 30
"""Records with one key are compared with this many next ones, sorted so that the alike stand side by side: all pairs
would be quadratically many where a journal's DOI stands on each of its articles.
"""
_DISTINCT = tuple(rule for rule in RULES if rule.verdict == "distinct")

Pair = tuple[Rule, Side, Side]
Links = Mapping[str, list[tuple[str, str]]]
"""record_id → (rule name, record_id) of each pair that joined two groups at this record."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record and the group it came into: ``founder`` is the id of the record that stands for the group.

    ``rule`` and ``partner`` say by what pair it came there; following the partners one arrives at the founder.
    """

    record_id: str
    founder: str
    rule: str
    score: float
    partner: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair that a person should look at: ``a`` < ``b`` are record ids of different groups; ``score`` 0-100."""

    a: str
    b: str
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Grouped:
    """Where each record came (in order of record ids), and the pairs left to a person (most alike first)."""

    placed: list[Placed]
    unsure: list[Doubt]


Verdicts = Mapping[frozenset[str], Literal["duplicate", "distinct"]]
"""A person's verdicts by pair of record ids; they outrank all rules. Ids that are not among the records are passed by."""


@dataclass
class _Group:
    """Records taken to be one publication, and of each distinct rule the values that it would compare."""

    sides: list[Side] = field(default_factory=list)
    values: tuple[set[object], ...] = field(default_factory=lambda: tuple(set() for _ in _DISTINCT))

    def add(self, sides: Iterable[Side]) -> None:
        for one in sides:
            self.sides.append(one)
            for rule, values in zip(_DISTINCT, self.values, strict=True):
                if (value := rule.value(one)) is not None:
                    values.add(value)


def group(records: Iterable[Record], together: Mapping[str, str], verdicts: Verdicts | None = None) -> Grouped:
    """Place each record; ``together`` maps record_id → founder as earlier runs decided, which stays so.

    Two groups are joined by a person's verdict first, then by the strongest rule, and never when a person or any rule
    holds two of their records distinct. A pair of two records that ``together`` holds already is not judged again: its
    doubt was told in the run that brought the later of the two, so whoever keeps the queue keeps it.
    A group keeps the founder it had; of two earlier groups the smaller founder id; a new group's is its smallest id.
    """
    sides = {s.record_id: s for s in sorted(map(side, records), key=lambda s: s.record_id)}
    groups = _earlier(sides, together)
    apart = {pair for pair, verdict in (verdicts or {}).items() if verdict == "distinct"}
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in sorted(sorted(p) for p, verdict in (verdicts or {}).items() if verdict == "duplicate"):
        if all(record_id in sides for record_id in pair):
            a, b = (sides[record_id] for record_id in pair)
            if _joined(groups, a, b, apart, by_person=True):
                links[a.record_id].append((PERSON, b.record_id))
                links[b.record_id].append((PERSON, a.record_id))
    for rule, a, b in _candidates(sides.values()):
        if _joined(groups, a, b, apart):
            links[a.record_id].append((rule.name, b.record_id))
            links[b.record_id].append((rule.name, a.record_id))
    return Grouped(_placements(groups, links, together), [])


def _earlier(sides: Mapping[str, Side], together: Mapping[str, str]) -> dict[str, _Group]:
    by_founder: dict[str, _Group] = defaultdict(_Group)
    groups = {}
    for record_id, one in sides.items():
        groups[record_id] = by_founder[together.get(record_id, record_id)]
        groups[record_id].add([one])
    return groups


def _joined(
    groups: dict[str, _Group], a: Side, b: Side, apart: set[frozenset[str]], by_person: bool = False
) -> bool:
    """Join the groups of two records, the smaller into the larger; False if they are one already or contradict."""
    one, other = groups[a.record_id], groups[b.record_id]
    if one is other or (not by_person and _contradict(one, other)):
        return False
    if apart and any(frozenset((x.record_id, y.record_id)) in apart for x, y in product(one.sides, other.sides)):
        return False
    if len(one.sides) < len(other.sides):
        one, other = other, one
    one.add(other.sides)
    for moved in other.sides:
        groups[moved.record_id] = one
    return True


def _contradict(one: _Group, other: _Group) -> bool:
    """True if a rule holds a record of one group distinct from one of the other.

    Pairs are judged only where the groups differ in what such a rule compares.
    """
    if not any(len(a | b) > 1 for a, b in zip(one.values, other.values, strict=True)):
        return False
    verdicts = (judge(a, b) for a in one.sides for b in other.sides)
    return any(rule is not None and rule.verdict == "distinct" for rule in verdicts)


def _candidates(sides: Iterable[Side]) -> Iterator[Pair]:
    """Pairs that a duplicate rule decides, strongest rule first, then by record ids; only within blocks of a key."""
    blocks: dict[tuple[object, ...], list[Side]] = defaultdict(list)
    for one in sides:
        for key in _keys(one):
            blocks[key].append(one)
    found: dict[str, list[Pair]] = {rule.name: [] for rule in RULES}
    for block in blocks.values():
        for pair in _pairs(block):
            found[pair[0].name].append(pair)
    for pairs in found.values():
        yield from sorted(pairs, key=lambda pair: (pair[1].record_id, pair[2].record_id))


def _keys(one: Side) -> Iterator[tuple[object, ...]]:
    yield from one.ids
    if one.doi:
        yield ("doi", one.doi)
    if one.title and one.author and one.year is not None:
        place = (one.volume, one.page) if is_short(one.title) else ()
        yield ("title", one.title, one.year, one.author, *place)


def _pairs(block: list[Side]) -> Iterator[Pair]:
    alike = sorted(block, key=lambda s: (s.title, s.doi or "", s.kind or "", s.issue or "", s.record_id))
    for i, one in enumerate(alike):
        for other in alike[i + 1 : i + 1 + NEIGHBOURS]:
            rule = judge(one, other)
            if rule is not None and rule.verdict == "duplicate":
                a, b = sorted((one, other), key=lambda s: s.record_id)
                yield rule, a, b


def _placements(groups: Mapping[str, _Group], links: Links, together: Mapping[str, str]) -> list[Placed]:
    placed: dict[str, Placed] = {}
    for record_id, members in groups.items():
        if record_id not in placed:
            placed |= {p.record_id: p for p in _told([s.record_id for s in members.sides], links, together)}
    return [placed[record_id] for record_id in groups]


def _told(members: list[str], links: Links, together: Mapping[str, str]) -> Iterator[Placed]:
    """Each member with the pair that leads from it towards the founder, found by walking the joins from the founder."""
    founder = min((together[m] for m in members if m in together), default=min(members))
    mates: dict[str, list[str]] = defaultdict(list)
    for member in members:
        if member in together:
            mates[together[member]].append(member)
    start = founder if founder in members else min(members)
    found = {start: Placed(start, founder, FIRST if start == founder else EARLIER, 1.0, None)}
    waiting = [start]
    while waiting:
        one = waiting.pop()
        before = [(EARLIER, mate) for mate in mates.pop(together.get(one, ""), ())]
        for rule, other in sorted(links.get(one, ())) + before:
            if other not in found:
                found[other] = Placed(other, founder, rule, 1.0, one)
                waiting.append(other)
    yield from found.values()
