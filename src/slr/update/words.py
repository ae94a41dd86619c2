"""The differences between versions as sentences and tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slr.store.versions import Included
from slr.update.diff import Diff, FieldChange, Regrouped

SHOWN = 20
"""How many records or works of a kind a text names; the lists in --json are whole."""


def diff_lines(found: Diff) -> Iterator[str]:
    """The lines of a difference, a part for each kind that there is any of."""
    if found.empty:
        yield f"nothing differs between {found.a} and {found.b}"
        return
    yield f"from {found.a} to {found.b}"
    for title, sentences in (
        ("matrix", found.settings.matrix),
        ("criteria", found.settings.criteria),
        ("other configuration", found.settings.other),
    ):
        yield from _part(title, sentences)
    yield from _part(
        f"{counted(len(found.new), 'new record')}, {len(found.gone):,} gone, {len(found.changed):,} changed",
        some([f"{one.record_id}: {changed_words(one.fields)}" for one in found.changed]),
        show=bool(found.new or found.gone or found.changed),
    )
    yield from _part("works merged", some([_merged(one) for one in found.merged]))
    yield from _part("works split", some([_split(one) for one in found.split]))
    yield from _part("decisions", [_log(one.reviewer, one.before, one.after, one.continued) for one in found.logs])
    yield from _part("numbers", list(_numbers(found)))
    yield from _part("newly included", [included_words(one) for one in found.newly_included])
    yield from _part("no longer included", [included_words(one) for one in found.no_longer_included])


def _part(title: str, lines: Sequence[str], show: bool | None = None) -> Iterator[str]:
    if lines or show:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _numbers(found: Diff) -> Iterator[str]:
    for box in found.boxes:
        moved = f" (+{len(box.entered):,} −{len(box.left):,})" if box.left else ""
        yield f"{box.before:>9,} → {box.after:<9,} {box.box}{moved}"
        yield from (f"{before:>13,} → {after:<9,} {name}" for name, before, after in box.parts)


def _merged(one: Regrouped) -> str:
    return f"{', '.join(one.several)} became {one.one}"


def _split(one: Regrouped) -> str:
    return f"{one.one} became {', '.join(one.several)}"


def _log(reviewer: str, before: int, after: int, continued: bool) -> str:
    broken = "" if continued else ": WARNING, the log of now does not hold the last decision of then"
    return f"{reviewer}: {before:,} → {after:,}{broken}"


def included_words(one: Included) -> str:
    """A report in a line: title, year, DOI, work."""
    doi = f", doi {one.dois[0]}" if one.dois else ""
    return f"{one.title} ({one.year or 'no year'}){doi} [{one.work_id}]"


def changed_words(fields: Sequence[FieldChange]) -> str:
    """What changed of a record: short values in full, of long ones the name only."""
    return "; ".join(_field(one) for one in fields)


def _field(one: FieldChange) -> str:
    before, after = (_value(value) for value in (one.before, one.after))
    if one.field in ("abstract", "references", "keywords", "authors") or len(before) + len(after) > 160:
        if not one.before:
            return f"{one.field} was added"
        return f"{one.field} was taken out" if not one.after else f"{one.field} changed"
    return f"{one.field} {before} → {after}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def some(lines: Sequence[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = [f"… and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def counted(n: int, thing: str) -> str:
    """``1 record``, ``1,204 records``, ``2 queries``."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{n:,} {thing if n == 1 else plural}"
