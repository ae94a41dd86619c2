"""Grouping in which known records too are compared with all others: those whose description changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace

from slr.dedup.group import Grouped, Placed, Verdicts, grouped
from slr.dedup.rules import EARLIER, FIRST, PERSON
from slr.dedup.sides import Side

Engine = Callable[[Iterable[Side], Mapping[str, str], Verdicts], Grouped]
"""``grouped``, or what gives the same in another way."""


def group_anew(
    sides: Iterable[Side], together: Mapping[str, str], anew: Set[str], verdicts: Verdicts, by: Engine = grouped
) -> Grouped:
    """``grouped``, with the records ``anew`` compared as if they had just come; they too stay in the groups they had.

    ``grouped`` compares no two records that ``together`` (record_id → founder) holds. So these are taken out of it and
    bound to their founders as by a person's verdict instead, and the founders and reasons are set right afterwards.
    """
    if not anew:
        return by(sides, together, verdicts)
    kept = {record_id: founder for record_id, founder in together.items() if record_id not in anew}
    bound = {frozenset(p) for p in together.items() if p[0] != p[1] and not anew.isdisjoint(p)}
    found = by(sides, kept, {**verdicts, **dict.fromkeys(bound, "duplicate")})
    meant = bound - {pair for pair, verdict in verdicts.items() if verdict == "duplicate"}
    return replace(found, placed=sorted(_put_right(found.placed, together, meant), key=lambda p: p.record_id))


def _put_right(placed: Iterable[Placed], together: Mapping[str, str], bound: Set[frozenset[str]]) -> Iterator[Placed]:
    groups: dict[str, dict[str, Placed]] = defaultdict(dict)
    for one in placed:
        earlier = one.rule == PERSON and frozenset((one.record_id, one.partner or "")) in bound
        groups[one.founder][one.record_id] = replace(one, rule=EARLIER) if earlier else one
    for at, members in groups.items():
        founder = min((together[m] for m in members if m in together), default=at)
        yield from (members if founder == at else _rooted(members, founder)).values()


def _rooted(members: dict[str, Placed], founder: str) -> dict[str, Placed]:
    """The same joins told from another founder: on the way between the two, each pair is told by its other record."""
    found = {record_id: replace(one, founder=founder) for record_id, one in members.items()}
    told = replace(found[founder], rule=FIRST, score=1.0, partner=None)
    while True:
        one, found[told.record_id] = found[told.record_id], told
        if one.partner is None:
            return found
        told = replace(found[one.partner], rule=one.rule, score=one.score, partner=one.record_id)
