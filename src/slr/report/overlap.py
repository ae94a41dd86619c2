"""Which sources found which works: the combinations (a partition of the works), and what each source gave. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Sources = frozenset[str]


@dataclass(frozen=True, slots=True)
class Held:
    """Works, those that are decided for good, and those included."""

    works: int
    decided: int
    included: int


Holdings = Mapping[Sources, Held]
"""The sources that hold a record of a work → how many works have exactly these; every work is counted once."""


@dataclass(frozen=True, slots=True)
class Yield:
    """What one source gave: ``works`` with a record of it, how many of these are decided and included.

    ``only_here`` works, and ``included_only_here``, have no record of another source.
    """

    source: str
    works: int
    decided: int
    included: int
    only_here: int
    included_only_here: int

    @property
    def precision(self) -> float | None:
        """Included works of all works of the source; None if it gave none."""
        return self.included / self.works if self.works else None

    @property
    def needed_to_read(self) -> float | None:
        """Works of the source to be read for one included; None if none is included."""
        return self.works / self.included if self.included else None


def yields(holdings: Holdings, sources: Sequence[str]) -> list[Yield]:
    """What each source gave, in the order of ``sources``."""
    return [_yield(holdings, source) for source in sources]


def _yield(holdings: Holdings, source: str) -> Yield:
    mine = [held for names, held in holdings.items() if source in names]
    alone = holdings.get(frozenset([source]), Held(0, 0, 0))
    return Yield(
        source=source,
        works=sum(h.works for h in mine),
        decided=sum(h.decided for h in mine),
        included=sum(h.included for h in mine),
        only_here=alone.works,
        included_only_here=alone.included,
    )


def largest_first(holdings: Holdings) -> list[tuple[Sources, Held]]:
    """The combinations with the most works first; of equal ones those with more included, fewer sources, by name."""
    return sorted(holdings.items(), key=lambda one: (-one[1].works, -one[1].included, len(one[0]), sorted(one[0])))


def included_lists(holdings: Holdings, sources: Sequence[str]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(source, other) → included works of the one, of the other, and of both, for every pair in order."""
    of = {source: sum(h.included for names, h in holdings.items() if source in names) for source in sources}
    both: Counter[tuple[str, str]] = Counter()
    for names, held in holdings.items():
        there = [source for source in sources if source in names]
        for i, one in enumerate(there):
            for other in there[i + 1 :]:
                both[one, other] += held.included
    pairs = ((one, other) for i, one in enumerate(sources) for other in sources[i + 1 :])
    return {(one, other): (of[one], of[other], both[one, other]) for one, other in pairs}


def times_found(holdings: Holdings, sources: Sequence[str]) -> list[int]:
    """For each included work that at least one of ``sources`` holds, how many of them do."""
    chosen = frozenset(sources)
    return [len(names & chosen) for names, held in holdings.items() for _ in range(held.included) if names & chosen]
