"""What was done to a log: changed, removed, inserted, moved or cut off, and at which line. Pure.

A log alone tells a broken chain. Beside something to compare with (the store, an earlier export, the hashes of a
seal) it tells also what was cut off at its end, and what was written anew with hashes that fit.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from slr.screening.lines import FIRST, parse

Kind = Literal["changed", "removed", "inserted", "moved", "cut off", "broken", "rewritten"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was done to a log: ``line`` is the number (from 1) in the log looked at where it shows."""

    kind: Kind
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands: the hash it claims, the hash of the line before that it names, and what is wrong with it."""

    number: int
    claimed: str | None
    prev: str | None
    told: Mapping[str, object]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a log is compared with: its name, the hashes of its lines in order, and what the lines say (if known)."""

    name: str
    hashes: tuple[str, ...]
    told: tuple[Mapping[str, object], ...] = ()


def read(lines: Sequence[bytes], reviewer: str | None = None) -> list[Line]:
    """The lines of a log, damaged ones too; those of another ``reviewer`` than named are wrong."""
    return [_line(number, line, reviewer) for number, line in enumerate(lines, start=1)]


def _line(number: int, line: bytes, reviewer: str | None) -> Line:
    problem = None
    try:
        event = parse(line)
        if reviewer is not None and event.reviewer != reviewer:
            problem = f"is of reviewer '{event.reviewer}', not '{reviewer}'"
        return Line(number, event.hash, event.prev, event.content(), problem)
    except ValueError as error:
        problem = str(error)
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    told = told if isinstance(told, dict) else {}
    claimed, prev = (value if isinstance(value := told.get(key), str) else None for key in ("hash", "prev"))
    return Line(number, claimed, prev, told, problem)


def as_earlier(name: str, lines: Sequence[Line]) -> Earlier:
    """A log to compare with; lines that cannot be read have no hash."""
    return Earlier(name, tuple(line.claimed or "" for line in lines), tuple(line.told for line in lines))


def alone(lines: Sequence[Line]) -> list[Finding]:
    """What the lines themselves tell: those that were changed, and where one does not follow the line before it."""
    where: dict[str | None, int] = {line.claimed: line.number for line in lines if line.claimed}
    found = [Finding("changed", line.number, str(line.problem)) for line in lines if line.problem]
    before: str | None = FIRST
    for line in lines:
        if line.prev is not None and before is not None and line.prev != before:
            found.append(_break(line, where))
        before = line.claimed
    return sorted(found, key=lambda f: f.line)


def _break(line: Line, where: Mapping[str | None, int]) -> Finding:
    if line.prev == FIRST:
        return Finding("broken", line.number, "begins a chain of its own in the middle of the log")
    if line.prev in where:
        return Finding("moved", line.number, f"follows line {where[line.prev]}, but does not stand behind it")
    return Finding(
        "removed",
        line.number,
        "follows a line that is not there: lines before it were removed, or changed and hashed anew",
    )


def against(lines: Sequence[Line], earlier: Earlier) -> list[Finding]:
    """What was done to a log since an earlier state of it; what was appended after all of that is no finding."""
    found = [_changed(line, earlier) for line in lines if line.problem and line.claimed in set(earlier.hashes)]
    place = {hash_: i for i, hash_ in enumerate(earlier.hashes)}
    at = [place.get(line.claimed or "") for line in lines]
    kept = _in_place(at)
    found += [_moved(line, i) for line, i in zip(lines, at, strict=True) if i is not None and i not in kept]
    return sorted([*found, *_gaps(lines, at, kept, earlier)], key=lambda f: f.line)


def _changed(line: Line, earlier: Earlier) -> Finding:
    told = _told(earlier, earlier.hashes.index(line.claimed or ""))
    return Finding("changed", line.number, f"{line.problem}{_difference(told, line.told)}")


def _told(earlier: Earlier, index: int) -> Mapping[str, object]:
    return earlier.told[index] if earlier.told else {}


def _difference(was: Mapping[str, object], is_: Mapping[str, object]) -> str:
    """What two lines say differently, beside their hashes."""
    if not was:
        return ""
    keys = sorted((was.keys() | is_.keys()) - {"prev", "hash"})
    found = [f"{key} was {was.get(key)!r}, is {is_.get(key)!r}" for key in keys if was.get(key) != is_.get(key)]
    return f" ({'; '.join(found)})" if found else ""


def _moved(line: Line, was_at: int) -> Finding:
    return Finding("moved", line.number, f"stood at line {was_at + 1}")


def _in_place(at: Sequence[int | None]) -> set[int]:
    """The lines that kept their order: as many as can be; of two such sets the one of lines at their old number."""
    rising = _longest_rising([i for i in at if i is not None])
    same = {i for number, i in enumerate(at) if i == number}
    return same if len(same) >= len(rising) else rising


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The values of a longest rising subsequence: the lines that kept their order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else None)
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [index]
    kept, index_ = set(), ends[-1] if ends else None
    while index_ is not None:
        kept.add(values[index_])
        index_ = before[index_]
    return kept


def _gaps(lines: Sequence[Line], at: Sequence[int | None], kept: set[int], earlier: Earlier) -> Iterator[Finding]:
    """What is missing and what is new between lines that kept their order."""
    held = {i for i in at if i is not None}
    missing = [i for i in range(len(earlier.hashes)) if i not in held]
    anchors = [-1, *sorted(kept), len(earlier.hashes)]
    strangers: dict[int, list[Line]] = {}
    anchor, number_of = -1, {-1: 0}
    for line, i in zip(lines, at, strict=True):
        if i in kept:
            anchor = i
            number_of[anchor] = line.number
        elif i is None:
            strangers.setdefault(anchor, []).append(line)
    gone = {a: list(g) for a, g in groupby(missing, key=lambda i: anchors[bisect_left(anchors, i) - 1])}
    for anchor in sorted(gone.keys() | strangers.keys()):
        yield from _gap(gone.get(anchor, []), strangers.get(anchor, []), anchor, number_of[anchor], earlier)


def _gap(gone: list[int], new: list[Line], anchor: int, after: int, earlier: Earlier) -> Iterator[Finding]:
    if not gone:
        if anchor < len(earlier.hashes) - 1:
            yield from (Finding("inserted", line.number, f"is not in {earlier.name}") for line in new)
        return
    reaches_end = gone[-1] == len(earlier.hashes) - 1
    if not new:
        what = f"{_lines(gone)} of {earlier.name} {'is' if len(gone) == 1 else 'are'} missing"
        yield Finding("cut off" if reaches_end else "removed", after + 1, what)
    elif len(new) == 1 == len(gone) and new[0].problem:
        yield Finding("changed", new[0].number, f"{new[0].problem}{_difference(_told(earlier, gone[0]), new[0].told)}")
    else:
        yield _rewritten(gone, new, earlier)


def _rewritten(gone: list[int], new: list[Line], earlier: Earlier) -> Finding:
    """Other lines stand where earlier ones stood: told with the first that says something else."""
    for index, line in zip(gone, new, strict=False):
        if words := _difference(_told(earlier, index), line.told):
            return Finding("rewritten", line.number, f"is not line {index + 1} of {earlier.name}{words}")
    words = f"is not line {gone[0] + 1} of {earlier.name}: from here on {len(new):,} lines stand for {len(gone):,}"
    return Finding("rewritten", new[0].number, words)


def _lines(indexes: Sequence[int]) -> str:
    first, last = indexes[0] + 1, indexes[-1] + 1
    if first == last:
        return f"line {first:,}"
    return (
        f"lines {first:,} to {last:,}" if last - first + 1 == len(indexes) else f"{len(indexes):,} lines from {first:,}"
    )


def verify(lines: Sequence[Line], earlier: Sequence[Earlier] = ()) -> list[Finding]:
    """Everything found, once for each line: what a comparison tells is more exact than what the log tells alone."""
    compared = [finding for one in earlier for finding in against(lines, one)]
    told = {finding.line for finding in compared}
    covered = max((len(one.hashes) for one in earlier), default=0) if compared else 0
    unexplained = [f for f in alone(lines) if f.line not in told and (f.kind == "changed" or f.line > covered)]
    found = sorted([*compared, *unexplained], key=lambda f: (f.line, f.kind))
    return list({(f.line, f.kind): f for f in reversed(found)}.values())[::-1]
