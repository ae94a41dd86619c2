"""What an index calls works: from their records, from earlier rounds; what is left has to be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slr.merged import merge
from slr.model import KnownStudy, Record
from slr.normalize import family, plain
from slr.review import Review
from slr.snowball.indexes import indexes
from slr.sources.base import SourceInfo
from slr.store import citations, enrichment, records

Lists = Mapping[str, tuple[str, ...]]
"""The index's own id of a work → the ids that it cites."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of works before an index is asked.

    ``names`` work → the index's own ids of it, with blanks between them (an index may hold a work twice; None: looked
    up before, not there); ``lists`` work → own id → the ids it cites, where all lists of the work are known;
    ``unknown`` works to look up (by key).
    """

    names: Mapping[str, str | None]
    lists: Mapping[str, Lists]
    unknown: tuple[KnownStudy, ...]


def stated(review: Review, info: SourceInfo, works: Sequence[str], *, again: bool = False) -> Stated:
    """What is known of these works; with ``again`` those that a look-up did not find are to be looked up once more."""
    before = citations.names(review.store.db, info.name)
    filled = enrichment.filled(review.store.db)
    names: dict[str, str | None] = {}
    lists: dict[str, Lists] = {}
    unknown: list[KnownStudy] = []
    for work in works:
        members = records.of_work(review.store.db, work)
        whole = merge(members, filled.get(work)).record
        own = sorted(set(filter(None, (own_id(r, info.own_id) for r in [*members, whole])))) or _words(before.get(work))
        if not own and (again or work not in before):
            unknown.append(KnownStudy(work, whole.title, whole.authors, whole.year, doi=whole.doi))
            continue
        names[work] = " ".join(own) or None
        listed = {one: reference_list(members, one, info) for one in own}
        known = {one: found for one, found in listed.items() if found is not None}
        if own and len(known) == len(own):
            lists[work] = known
    return Stated(names, lists, tuple(unknown))


def retracted(review: Review, works: Sequence[str]) -> dict[str, str]:
    """work → title, of those that a record or an enrichment says are retracted."""
    filled = enrichment.filled(review.store.db)
    merged = {work: merge(records.of_work(review.store.db, work), filled.get(work)).record for work in works}
    return {work: record.title for work, record in merged.items() if record.retracted}


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def own_id(record: Record, key: str) -> str | None:
    """What an index calls the record, if it states that."""
    return record.ids.get(key) or (record.doi if key == "doi" else None)


def reference_list(members: Sequence[Record], own: str, info: SourceInfo) -> tuple[str, ...] | None:
    """The ids that the work ``own`` cites, if one of its records states the index's whole list; else None."""
    if not info.lists_references:
        return None
    for record in members:
        first = record.source.partition(" ")[0]
        whole = first in indexes() and indexes()[first].lists_references
        if whole and own_id(record, info.own_id) == own:
            return tuple(reference.partition(":")[2] for reference in record.references)
    return None


def is_seed(seed: KnownStudy, found: Record) -> bool:
    """True if the index's record is the seed: the same DOI, or the same title and first author within a year."""
    if seed.doi:
        return seed.doi == found.doi
    author = not seed.authors or not found.authors or family(seed.authors[0]) == family(found.authors[0])
    near = not seed.year or not found.year or abs(seed.year - found.year) <= 1
    return author and near and bool(plain(seed.title)) and plain(seed.title) == plain(found.title)
