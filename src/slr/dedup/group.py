"""Groups of records by the rules: pure, the same whatever the order of the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from slr.dedup.blocking import candidates
from slr.dedup.clusters import BATCH, Clusters
from slr.dedup.columns import Columns, Ints
from slr.dedup.evidence import Evidence
from slr.dedup.rules import EARLIER, FIRST, PERSON, RULES, decide
from slr.dedup.sides import Side, side
from slr.model import Record

Links = Mapping[str, list[tuple[str, str, float]]]
"""record_id → (rule name, record_id, score) of each pair that joined two groups at this record."""
Verdicts = Mapping[frozenset[str], Literal["duplicate", "distinct"]]
"""A person's verdicts by pair of record ids; they outrank all rules. Ids of no record here are passed by."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record and the group it came into: ``founder`` is the id of the record that stands for the group.

    ``rule`` and ``partner`` say by what pair it came there, ``score`` how alike the two titles are (0-1); following the
    partners one arrives at the founder.
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


def group(records: Iterable[Record], together: Mapping[str, str], verdicts: Verdicts | None = None) -> Grouped:
    """Place each record; ``together`` maps record_id → founder as earlier runs decided, which stays so.

    Two groups are joined by a person's verdict first, then by the strongest rule, and never when a person or any rule
    holds two of their records distinct. A pair of two records that ``together`` holds already is not judged again: its
    doubt was told in the run that brought the later of the two, so whoever keeps the queue keeps it.
    A group keeps the founder it had; of two earlier groups the smaller founder id; a new group's is its smallest id.
    """
    return grouped(map(side, records), together, verdicts or {})


def grouped(sides: Iterable[Side], together: Mapping[str, str], person: Verdicts) -> Grouped:
    """``group`` of records in their comparable form."""
    columns = in_order(sides)
    found = telling(columns, *candidates(columns, _new(columns.sides, together)))
    return clustered(columns, found, together, person)


def clustered(columns: Columns, found: Told, together: Mapping[str, str], person: Verdicts) -> Grouped:
    """The groups and doubts that the pairs come to, which are taken strongest first."""
    pairs = _ranked(columns, found)
    clusters, links = _joined(columns, pairs, together, person)
    return Grouped(_placements(columns, clusters, links, together), _doubts(columns, clusters, pairs, person))


def in_order(sides: Iterable[Side]) -> Columns:
    """The sides in the order in which alike ones stand near each other, whatever the order they came in."""
    return Columns(sorted(sides, key=lambda s: (s.title, s.year or 0, s.first, s.page or "", s.doi or "", s.record_id)))


def _new(sides: Sequence[Side], together: Mapping[str, str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    if not together:
        return None
    return np.fromiter((s.record_id not in together for s in sides), np.bool_, len(sides))


@dataclass(frozen=True, slots=True)
class Told:
    """Pairs that a rule calls duplicates or doubtful: the rule's index, the title score (0-100), the records."""

    rule: Ints
    score: Ints
    i: Ints
    j: Ints

    def of(self, verdict: str) -> Iterator[tuple[str, float, int, int]]:
        """(rule name, score, i, j) of the pairs with this verdict."""
        chosen = np.array([rule.verdict == verdict for rule in RULES], np.bool_)[self.rule]
        columns = (self.rule, self.score, self.i, self.j)
        for rule, score, i, j in zip(*(c[chosen].tolist() for c in columns), strict=True):
            yield RULES[rule].name, score, i, j


_APART = frozenset(rule.name for rule in RULES if rule.apart)
_TELLING = np.array([rule.verdict != "distinct" for rule in RULES] + [False])


def telling(columns: Columns, i: Ints, j: Ints) -> Told:
    """The pairs among the candidates that a rule calls duplicates or doubtful."""
    found = [_judged(Evidence(columns, i[k : k + BATCH], j[k : k + BATCH])) for k in range(0, len(i), BATCH)]
    none = np.empty((4, 0), np.int64)
    return Told(*np.concatenate([none, *found], axis=1))


def _judged(candidate: Evidence) -> Ints:
    """Four rows: rule, score and the two records of each pair that tells something."""
    e = candidate.where(candidate.plausible)
    rules = decide(e)
    chosen = _TELLING[rules]
    return np.stack((rules[chosen], e.title[chosen], e.i[chosen], e.j[chosen])).astype(np.int64)


def _ranked(columns: Columns, found: Told) -> Told:
    """Strongest rule first, then most alike titles, then record ids, so that no input order matters."""
    ids = np.argsort(np.argsort(np.array([s.record_id for s in columns.sides], dtype=object)))
    one, other = ids[found.i], ids[found.j]
    order = np.lexsort((np.maximum(one, other), np.minimum(one, other), -found.score, found.rule))
    return Told(found.rule[order], found.score[order], found.i[order], found.j[order])


def _joined(
    columns: Columns, pairs: Told, together: Mapping[str, str], person: Verdicts
) -> tuple[Clusters, dict[str, list[tuple[str, str, float]]]]:
    """The clusters, and the pairs that joined them."""
    clusters = Clusters(columns)
    at = {one.record_id: k for k, one in enumerate(columns.sides)}
    _restore(clusters, at, together)
    said = [
        (sorted(pair), verdict) for pair, verdict in person.items() if len(pair) == 2 and all(r in at for r in pair)
    ]
    clusters.keep_apart((at[a], at[b]) for (a, b), verdict in said if verdict == "distinct")
    links: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for a, b in sorted((a, b) for (a, b), verdict in said if verdict == "duplicate"):
        if clusters.group[at[a]] != clusters.group[at[b]] and not clusters.held_apart(at[a], at[b]):
            clusters.unite(at[a], at[b])
            _link(links, a, b, PERSON, 1.0)
    duplicates = list(pairs.of("duplicate"))
    clusters.settle([(i, j) for _, _, i, j in duplicates])
    for rule, score, i, j in duplicates:
        if clusters.join(i, j):
            _link(links, columns.sides[i].record_id, columns.sides[j].record_id, rule, score / 100)
    return clusters, links


def _restore(clusters: Clusters, at: Mapping[str, int], together: Mapping[str, str]) -> None:
    first: dict[str, int] = {}
    for record_id, k in at.items():
        if record_id in together:
            clusters.unite(first.setdefault(together[record_id], k), k)


def _link(links: dict[str, list[tuple[str, str, float]]], a: str, b: str, rule: str, score: float) -> None:
    links[a].append((rule, b, score))
    links[b].append((rule, a, score))


def _doubts(columns: Columns, clusters: Clusters, pairs: Told, person: Verdicts) -> list[Doubt]:
    """One doubt for two groups, the strongest; none where their records contradict or a person has spoken."""
    found: dict[tuple[int, int], Doubt] = {}
    for rule, score, i, j in pairs.of("unsure"):
        one, other = sorted((clusters.group[i], clusters.group[j]))
        a, b = sorted((columns.sides[i].record_id, columns.sides[j].record_id))
        if one == other or (one, other) in found or frozenset((a, b)) in person:
            continue
        if (rule in _APART or not clusters.contradict(i, j)) and not clusters.held_apart(i, j):
            found[one, other] = Doubt(a, b, rule, score)
    return sorted(found.values(), key=lambda d: (-d.score, d.a, d.b))


def _placements(columns: Columns, clusters: Clusters, links: Links, together: Mapping[str, str]) -> list[Placed]:
    placed = [
        one
        for members in clusters.members.values()
        for one in _told([columns.sides[k].record_id for k in members], links, together)
    ]
    return sorted(placed, key=lambda p: p.record_id)


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
        before = [(EARLIER, mate, 1.0) for mate in mates.pop(together.get(one, ""), ())]
        for rule, other, score in sorted(links.get(one, ())) + before:
            if other not in found:
                found[other] = Placed(other, founder, rule, score, one)
                waiting.append(other)
    yield from found.values()
