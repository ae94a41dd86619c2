"""The one description of a work made from its records: for each field the best value, and where it came from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from slr.model import Record

_CHOSEN = tuple(f.name for f in fields(Record) if f.name not in ("record_id", "source", "origin"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A value that a source told of a work beside its records (``slr enrich``), with the reply that it stands in."""

    value: object
    source: str
    exchange_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged description (its ``record_id`` is the first record's) and, per field, the record that gave it.

    ``filled`` are the fields that no record gave, but a source beside them; ``came_from`` then names the source.
    """

    record: Record
    came_from: dict[str, str]
    filled: dict[str, Filled] = field(default_factory=dict)


def merge(records: Sequence[Record], filled: Mapping[str, Filled] | None = None) -> Merged:
    """Merge the records of one work, whatever their order.

    The fullest record comes first (most filled fields; of equal ones the smaller id); a field it lacks is taken from
    the next fullest that has it. ``retracted`` is true if any record says so. A value of ``filled`` (field → value)
    counts only where no record states one; that a work is retracted counts whoever says it.
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
    used = {name: told for name, told in (filled or {}).items() if _counts(name, told, values)}
    values |= {name: told.value for name, told in used.items()}
    came_from |= {name: told.source for name, told in used.items()}
    return Merged(replace(ranked[0], **values), came_from, used)  # type: ignore[arg-type]


def _counts(name: str, told: Filled, values: Mapping[str, object]) -> bool:
    return name not in values or (name == "retracted" and bool(told.value) and not values[name])


def _filled(record: Record) -> int:
    return sum(1 for name in _CHOSEN if getattr(record, name) not in (None, "", (), {}))
