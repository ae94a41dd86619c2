"""Groups of records by the rules: pure, the same whatever the order of the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from slr.dedup.rules import RULES, Rule, Side, judge, side
from slr.model import Record


@dataclass(frozen=True, slots=True)
class Placed:
    """A record and the group it came into: ``founder`` is the id of the record that stands for the group."""

    record_id: str
    founder: str
    rule: str
    score: float
    partner: str | None


@dataclass
class _Group:
    """Records taken to be one publication; ``work`` is the work they already are, if any."""

    sides: list[Side] = field(default_factory=list)


def group(records: Iterable[Record], together: Mapping[str, str]) -> list[Placed]:
    """Place each record; ``together`` maps record_id → founder as earlier runs decided, which stays so.

    Two groups are joined by the strongest rule first, and never when any rule holds two of their records distinct.
    A group keeps the founder it had; of two earlier groups the smaller founder id; a new group's is its smallest id.
    """
    sides = {s.record_id: s for s in sorted(map(side, records), key=lambda s: s.record_id)}
    groups = _earlier(sides, together)
    placed: dict[str, tuple[Rule, str]] = {}
    for rule, a, b in _candidates(sides.values()):
        _join(groups, placed, rule, a, b)
    return _placements(groups, placed, together)


def _earlier(sides: Mapping[str, Side], together: Mapping[str, str]) -> dict[str, _Group]:
    by_founder: dict[str, _Group] = defaultdict(_Group)
    groups = {}
    for record_id, one in sides.items():
        groups[record_id] = by_founder[together.get(record_id, record_id)]
        groups[record_id].sides.append(one)
    return groups


def _join(groups: dict[str, _Group], placed: dict[str, tuple[Rule, str]], rule: Rule, a: Side, b: Side) -> None:
    one, other = groups[a.record_id], groups[b.record_id]
    if one is other or _contradict(one, other):
        return
    placed.setdefault(b.record_id, (rule, a.record_id))
    placed.setdefault(a.record_id, (rule, b.record_id))
    if len(one.sides) < len(other.sides):
        one, other = other, one
    one.sides.extend(other.sides)
    for moved in other.sides:
        groups[moved.record_id] = one


def _contradict(one: _Group, other: _Group) -> bool:
    verdicts = (judge(a, b) for a in one.sides for b in other.sides)
    return any(rule is not None and rule.verdict == "distinct" for rule in verdicts)


def _candidates(sides: Iterable[Side]) -> Iterator[tuple[Rule, Side, Side]]:
    """Pairs that a duplicate rule decides, strongest rule first, then by record id; near linear by blocking on keys."""
    blocks: dict[tuple[object, ...], list[Side]] = defaultdict(list)
    for one in sides:
        for key in _keys(one):
            blocks[key].append(one)
    found = {rule.name: [] for rule in RULES}  # type: dict[str, list[tuple[Rule, Side, Side]]]
    for block in blocks.values():
        for rule, a, b in _pairs(block):
            found[rule.name].append((rule, a, b))
    for pairs in found.values():
        yield from sorted(pairs, key=lambda p: (p[1].record_id, p[2].record_id))


def _keys(one: Side) -> Iterator[tuple[object, ...]]:
    yield from one.ids
    if one.doi:
        yield ("doi", one.doi)
    if one.title and one.author and one.year is not None:
        yield ("title", one.title, one.year, one.author)


FULL_BLOCK = 60
"""Up to this many records with one key all pairs are compared; beyond, each with its next neighbours."""


def _pairs(block: list[Side]) -> Iterator[tuple[Rule, Side, Side]]:
    for i, a in enumerate(block):
        for b in block[i + 1 : i + 1 + FULL_BLOCK]:
            rule = judge(a, b)
            if rule is not None and rule.verdict == "duplicate":
                yield rule, a, b


def _placements(
    groups: Mapping[str, _Group], placed: Mapping[str, tuple[Rule, str]], together: Mapping[str, str]
) -> list[Placed]:
    result = []
    founders: dict[int, str] = {}
    for record_id, members in groups.items():
        founder = founders.setdefault(id(members), _founder(members, together))
        rule, partner = placed.get(record_id, (None, None))
        if founder == record_id or rule is None:
            result.append(Placed(record_id, founder, "first", 1.0, None))
        else:
            result.append(Placed(record_id, founder, rule.name, 1.0, partner))
    return result


def _founder(members: _Group, together: Mapping[str, str]) -> str:
    earlier = sorted({together[s.record_id] for s in members.sides if s.record_id in together})
    return earlier[0] if earlier else min(s.record_id for s in members.sides)
