"""What a round would cost, before anything is asked: requests per index, at least so many, and what is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slr.http.manners import manners_of
from slr.review import Review
from slr.snowball.indexes import chosen, indexes
from slr.snowball.known import Known
from slr.snowball.naming import stated
from slr.snowball.seeds import choose, wanted
from slr.snowball.stage import Terms
from slr.sources.base import SourceInfo
from slr.store import citations, records

LOOKED_UP = 100
"""Works looked up by DOI in a request, where an index does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The requests of one direction of one index.

    ``look_ups`` find out what the index calls seeds; ``links`` read citations; ``descriptions`` describe works that are
    not known (``unknown`` of them, None: not known before the lists are read). ``requests`` is their sum, a lower bound
    unless ``exact``: a seed that many cite takes further pages. ``usd`` and ``seconds`` are for these requests.
    """

    index: str
    direction: str
    seeds: int
    look_ups: int
    links: int
    unknown: int | None
    descriptions: int
    exact: bool
    usd: float
    seconds: float

    @property
    def requests(self) -> int:
        """All of them."""
        return self.look_ups + self.links + self.descriptions


def plan(review: Review, terms: Terms) -> list[Cost]:
    """The cost of the next round, by index and direction; asks nobody. Raises as ``stage.snowball`` does."""
    seeds = choose(review, terms.seeds)
    whom = wanted(review, seeds, chosen(review, terms.indexes, terms.directions), terms.directions, terms.again)
    known = Known(records.bibliography(review.store.db))
    found: list[Cost] = []
    looked_up: set[tuple[str, str]] = set()
    for (name, direction), works in whom.items():
        fresh = [work for work in works if (name, work) not in looked_up]
        looked_up |= {(name, work) for work in works}
        found.append(_cost(review, name, direction, works, fresh, known, terms.again))
    return found


def _cost(
    review: Review, name: str, direction: str, works: Sequence[str], fresh: Sequence[str], known: Known, again: bool
) -> Cost:
    info, manners = indexes()[name], manners_of(name)
    of_it = stated(review, info, works, again=again)
    to_look_up = [study for study in of_it.unknown if study.key in set(fresh)]
    by_doi = sum(study.doi is not None for study in to_look_up)
    by_title = len(to_look_up) - by_doi if name != "opencitations" else 0
    look_ups = _batches(by_doi, info.fetch_batch or LOOKED_UP) + by_title
    lists = of_it.lists if direction == "backward" else {}
    left = len(of_it.unknown) + sum(len((own or "").split()) for work, own in of_it.names.items() if work not in lists)
    links, unknown = _batches(left, info.link_batch), None
    if not left:
        unknown = _unknown(
            review, info, {c for of_work in lists.values() for listed in of_work.values() for c in listed}, known
        )
    descriptions = _batches(unknown or 0, info.fetch_batch) if info.fetch_batch else 0
    requests = look_ups + links + descriptions
    rate = manners.rate("list", bool(manners.key_env and review.environ.get(manners.key_env)))
    return Cost(
        name, direction, len(works), look_ups, links, unknown, descriptions, exact=not left and not look_ups,
        usd=requests * manners.usd("list"), seconds=requests / rate,
    )  # fmt: skip


def _unknown(review: Review, info: SourceInfo, cited: set[str], known: Known) -> int:
    named = citations.linked(review.store.db, info.name)
    return sum(named.get(own, ({}, None))[1] is None and known.find({info.own_id: own}) is None for own in cited)


def _batches(n: int, size: int) -> int:
    return -(-n // size)
