"""Groups of records that no rule and no person holds apart, joined strongest evidence first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from slr.dedup.columns import Columns
from slr.dedup.evidence import Evidence
from slr.dedup.rules import RULES, decide

MOST = 60
"""A group holds at most so many different descriptions: no publication has more, and each join compares them all."""
BATCH = 400_000
"""Pairs judged at once; bounds the memory."""
_DISTINCT = np.array([rule.verdict == "distinct" or rule.apart for rule in RULES] + [False])


@dataclass
class Clusters:
    """Disjoint groups of the records ``0 … n-1`` of ``columns``; ``group[k]`` is the group of record *k*.

    A *description* is all that the rules see of a record: records that agree in it are never contradictory.
    """

    columns: Columns
    group: list[int] = field(init=False)
    members: dict[int, list[int]] = field(init=False)
    _different: list[frozenset[int]] = field(init=False)
    _apart: set[tuple[int, int]] = field(default_factory=set)
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _settled: dict[int, int] = field(default_factory=dict)
    _by_person: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        size = len(self.columns.sides)
        self.group = list(range(size))
        self.members = {k: [k] for k in range(size)}
        self._description = self.columns.description.tolist()
        first: dict[int, int] = {}
        for k, number in enumerate(self._description):
            first.setdefault(number, k)
        self._first = first
        self._different = [frozenset((number,)) for number in self._description]

    def unite(self, a: int, b: int) -> None:
        """Join the groups of two records, whatever speaks against it."""
        one, other = self.group[a], self.group[b]
        if one == other:
            return
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        moved = self.members.pop(other)
        self.members[one] += moved
        self._different[one] |= self._different[other]
        for k in moved:
            self.group[k] = one

    def keep_apart(self, pairs: Iterable[tuple[int, int]]) -> None:
        """A person's verdicts: no group may hold both records of a pair."""
        for a, b in pairs:
            self._by_person |= {(a, b), (b, a)}

    def held_apart(self, a: int, b: int) -> bool:
        """True if a person holds a record of one group distinct from one of the other."""
        if not self._by_person:
            return False
        one, other = self.members[self.group[a]], self.members[self.group[b]]
        return any((x, y) in self._by_person for x in one for y in other)

    def join(self, a: int, b: int) -> bool:
        """Join two records' groups; False if they are one already, contradict each other, or would hold too many."""
        if self.group[a] == self.group[b] or self.contradict(a, b) or self.held_apart(a, b):
            return False
        self.unite(a, b)
        return True

    def contradict(self, a: int, b: int) -> bool:
        """True if a rule holds a record of one group distinct from one of the other, or they are too many to tell."""
        one, other = self._different[self.group[a]], self._different[self.group[b]]
        if len(one | other) > MOST:
            return True
        pairs = [(x, y) if x < y else (y, x) for x in one for y in other if x != y]
        if not (self._settled.get(a) is not None and self._settled.get(a) == self._settled.get(b)):
            self._judge(pair for pair in pairs if pair not in self._seen)
        return not self._apart.isdisjoint(pairs)

    def settle(self, links: Sequence[tuple[int, int]]) -> None:
        """Judge at once all pairs that these links could bring into one group: one batch is cheaper than many."""
        for number, found in enumerate(_components(links, self.members, self.group)):
            different = {self._description[k] for k in found}
            if len(different) <= MOST:
                self._settled |= dict.fromkeys(found, number)
        together: dict[int, set[int]] = defaultdict(set)
        for k, number in self._settled.items():
            together[number].add(self._description[k])
        self._judge((pair for found in together.values() for pair in combinations(sorted(found), 2)), remember=False)

    def _judge(self, pairs: Iterable[tuple[int, int]], remember: bool = True) -> None:
        for batch in _batches(pairs):
            if remember:
                self._seen.update(batch)
            i = np.array([self._first[x] for x, _ in batch], np.int64)
            j = np.array([self._first[y] for _, y in batch], np.int64)
            apart = _DISTINCT[decide(Evidence(self.columns, i, j))]
            self._apart.update(batch[k] for k in np.flatnonzero(apart).tolist())


def _batches(pairs: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    batch: list[tuple[int, int]] = []
    for pair in pairs:
        batch.append(pair)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _components(
    links: Sequence[tuple[int, int]], members: dict[int, list[int]], group: Sequence[int]
) -> Iterator[list[int]]:
    """The records that links and groups connect, where more than one link or group does so."""
    beside: dict[int, set[int]] = defaultdict(set)
    for a, b in links:
        one, other = group[a], group[b]
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    done: set[int] = set()
    for start in beside:
        if start in done:
            continue
        done.add(start)
        found, waiting = [], [start]
        while waiting:
            one = waiting.pop()
            found += members[one]
            new = beside[one] - done
            done |= new
            waiting += new
        yield found
