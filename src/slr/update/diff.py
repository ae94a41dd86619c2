"""What differs between two versions of a review, or a version and its present state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from slr.model import Record
from slr.store import decisions, versions
from slr.store.connection import Connection
from slr.store.versions import Frozen, FrozenRecord, Included
from slr.update.freeze import ALL, whole
from slr.update.settings import Changes, changes


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record (a name of ``model.Record``), as it was and as it became."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A record that its source describes otherwise."""

    record_id: str
    work_id: str
    title: str
    fields: tuple[FieldChange, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that changed."""
        return tuple(one.field for one in self.fields)


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Works that became one (``several`` → ``one``), or one that became several (``one`` → ``several``)."""

    one: str
    several: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogChange:
    """A reviewer's log: decisions then and now; ``continued``: both ends lie in the log of now, as they must."""

    reviewer: str
    before: int
    after: int
    continued: bool


@dataclass(frozen=True, slots=True)
class BoxChange:
    """A box of the PRISMA diagram, counted over the whole review, whose list differs.

    ``before`` and ``after`` are its numbers, ``entered`` and ``left`` the ids that came in and went out; ``parts`` are
    (name, then, now) of the databases, registers or reasons whose number differs.
    """

    box: str
    before: int
    after: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    parts: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs from version ``a`` to version ``b``; records and works by id."""

    a: str
    b: str
    settings: Changes
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[ChangedRecord, ...]
    merged: tuple[Regrouped, ...]
    split: tuple[Regrouped, ...]
    logs: tuple[LogChange, ...]
    boxes: tuple[BoxChange, ...]
    newly_included: tuple[Included, ...]
    no_longer_included: tuple[Included, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        lists = (getattr(self, f.name) for f in fields(self) if f.name not in ("a", "b", "settings"))
        return not self.settings.any and not any(lists)


def diff(db: Connection, a: Frozen, b: Frozen) -> Diff:
    """Compare two versions of one store (or a version and the present state), whichever is the older."""
    merged, split = regrouped(a.records, b.records)
    return Diff(
        a=a.version.name,
        b=b.version.name,
        settings=changes(a.files, b.files, (a.version.variants, b.version.variants)),
        new=tuple(name for name in b.records if name not in a.records),
        gone=tuple(name for name in a.records if name not in b.records),
        changed=tuple(changed_records(db, a.records, b.records)),
        merged=merged,
        split=split,
        logs=tuple(_logs(db, a, b)),
        boxes=tuple(_boxes(a, b)),
        newly_included=_beyond(b.version.included, a.version.included),
        no_longer_included=_beyond(a.version.included, b.version.included),
    )


def changed_records(
    db: Connection, a: Mapping[str, FrozenRecord], b: Mapping[str, FrozenRecord]
) -> Iterator[ChangedRecord]:
    """The records in both whose description differs, with the fields."""
    for name, now in b.items():
        if name in a and a[name].content_hash != now.content_hash:
            old = versions.described(db, name, a[name].content_hash)
            new = versions.described(db, name, now.content_hash)
            if old and new:
                yield ChangedRecord(name, now.work_id, new.title, tuple(_fields(old, new)))


def _fields(old: Record, new: Record) -> Iterator[FieldChange]:
    for f in fields(Record):
        before, after = getattr(old, f.name), getattr(new, f.name)
        if before != after:
            yield FieldChange(f.name, before, after)


def regrouped(
    a: Mapping[str, FrozenRecord], b: Mapping[str, FrozenRecord]
) -> tuple[tuple[Regrouped, ...], tuple[Regrouped, ...]]:
    """Works merged and works split from ``a`` to ``b``, told by the records that both hold."""
    into: dict[str, set[str]] = defaultdict(set)
    from_: dict[str, set[str]] = defaultdict(set)
    for name, then in a.items():
        if name in b:
            into[then.work_id].add(b[name].work_id)
            from_[b[name].work_id].add(then.work_id)
    return _several(from_), _several(into)


def _several(found: Mapping[str, set[str]]) -> tuple[Regrouped, ...]:
    return tuple(Regrouped(one, tuple(sorted(found[one]))) for one in sorted(found) if len(found[one]) > 1)


def _logs(db: Connection, a: Frozen, b: Frozen) -> Iterator[LogChange]:
    for reviewer in sorted({*a.version.heads, *b.version.heads}):
        one, other = a.version.heads.get(reviewer), b.version.heads.get(reviewer)
        if one == other:
            continue
        counts = (one.decisions if one else 0, other.decisions if other else 0)
        known = {decision.hash for decision in decisions.log(db, reviewer)} | {decisions.FIRST}
        ends = [head.head for head in (one, other) if head]
        yield LogChange(reviewer, *counts, continued=all(end in known for end in ends))


def _boxes(a: Frozen, b: Frozen) -> Iterator[BoxChange]:
    then, now = whole(a), whole(b)
    for box in [*now, *(box for box in then if box not in now)]:
        one, other = then.get(box, ()), now.get(box, ())
        if one != other:
            before, after = set(one), set(other)
            entered, left = tuple(sorted(after - before)), tuple(sorted(before - after))
            yield BoxChange(box, len(one), len(other), entered, left, tuple(_parts(a, b, box)))


def _parts(a: Frozen, b: Frozen, box: str) -> Iterator[tuple[str, int, int]]:
    key = box.replace("_results", "_specific_results")
    numbers = (frozen.version.numbers for frozen in (a, b))
    one, other = (_named((found.get(ALL) or found["boxes"]).get(key)) for found in numbers)
    for name in [*other, *(name for name in one if name not in other)]:
        if one.get(name, 0) != other.get(name, 0):
            yield name, one.get(name, 0), other.get(name, 0)


def _named(value: object) -> dict[str, int]:
    return value if isinstance(value, dict) else {}


def _beyond(these: tuple[Included, ...], those: tuple[Included, ...]) -> tuple[Included, ...]:
    """Those of ``these`` of which ``those`` hold no record."""
    held = {name for one in those for name in one.records}
    return tuple(one for one in these if not held & set(one.records))
