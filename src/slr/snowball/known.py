"""By which identifiers the review knows what, so that no index is asked for what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slr.model import Record

NAMES = ("doi", "openalex", "pmid", "pmcid", "semanticscholar", "europepmc", "omid")


def naming(ids: Mapping[str, str], doi: str | None) -> dict[str, str]:
    """Those identifiers by which works are told from each other: name → value."""
    found = {name: ids[name] for name in NAMES if ids.get(name)}
    return {**found, "doi": doi} if doi else found


def names_of(record: Record) -> dict[str, str]:
    """The identifiers that a record states: name → value."""
    return naming(record.ids, record.doi)


class Known:
    """Identifier → the record that states it; of several, the first that was taken in."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records: dict[tuple[str, str], str] = {}
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Take in a record."""
        for pair in names_of(record).items():
            self._records.setdefault(pair, record.record_id)

    def find(self, names: Mapping[str, str]) -> str | None:
        """The id of a record with one of these identifiers, or None."""
        return next((self._records[pair] for pair in names.items() if pair in self._records), None)
