"""The one description of a work made from its records: for each field the best value, and where it came from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from slr.model import Record

_CHOSEN = tuple(f.name for f in fields(Record) if f.name not in ("record_id", "source", "origin"))


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged description (its ``record_id`` is the first record's) and, per field, the record that gave it."""

    record: Record
    came_from: dict[str, str]


def merge(records: Sequence[Record]) -> Merged:
    """Merge the records of one work, whatever their order.

    The fullest record comes first (most filled fields; of equal ones the smaller id); a field it lacks is taken from
    the next fullest that has it. ``retracted`` is true if any record says so.
    """
    ranked = sorted(records, key=lambda r: (-_filled(r), r.record_id))
    came_from: dict[str, str] = {}
    values: dict[str, object] = {}
    for name in _CHOSEN:
        giver = next((r for r in ranked if getattr(r, name) not in (None, "", (), {})), None)
        if giver is not None:
            values[name], came_from[name] = getattr(giver, name), giver.record_id
    if says := next((r for r in ranked if r.retracted), None):
        values["retracted"], came_from["retracted"] = True, says.record_id
    return Merged(replace(ranked[0], **values), came_from)  # type: ignore[arg-type]


def _filled(record: Record) -> int:
    return sum(1 for name in _CHOSEN if getattr(record, name) not in (None, "", (), {}))
