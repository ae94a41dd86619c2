"""Decisions that come in: packets of other reviewers, and exports of other tools. Any order, any number of times."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from slr.errors import ImportFileError, NotFound, UserError
from slr.normalize import doi_of, plain, year_of
from slr.review import Review
from slr.screening import logs, outside, packets
from slr.screening.decisions import Ruling, decide_all, stage_named
from slr.screening.names import check_reviewer
from slr.screening.outside import Row
from slr.store import decisions as log
from slr.store import records, works


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that was not taken in: the line it begins on, its title or id, and why."""

    line: int
    work: str
    why: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What became of a file: decisions taken in by reviewer, known before, rows without any, and rows left."""

    tool: str
    taken: dict[str, int]
    known: int
    undecided: int
    troubles: tuple[Trouble, ...]


def import_decisions(
    review: Review,
    path: Path,
    *,
    stage: str | None = None,
    reviewer: str | None = None,
    people: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    verdict: str | None = None,
) -> Incoming:
    """Take in a packet, a log, or another tool's export.

    A packet brings its own stage and reviewer. For an export, ``stage`` says which it is about, ``reviewer`` who
    decided where the file does not tell, ``people`` whom the names in the file stand for, ``reasons`` which reason's id
    stands for the file's words, ``verdict`` what all of a list's records have. A row that says what already holds, or
    was taken in before, changes nothing; one that says otherwise than the log is left, with that as its trouble: no
    file overrules a decision. Raises ImportFileError, NotFound or UserError, before anything is kept, for a file that
    cannot be used.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read ({error.strerror}): name a file with decisions") from None
    if packets.is_packet(data):
        return _packet(review, path)
    if stage is None:
        raise UserError(f"{path.name} does not say which stage it is about: add --stage")
    stage_named(review, stage)
    found = outside.read(data, path.name, verdict)
    told = _by_reviewer(review, found.rows, reviewer, people or {})
    key = hashlib.sha256(data).hexdigest()[:16]
    sorting = _Sorting(review, stage, key, {plain(k): v for k, v in (reasons or {}).items()})
    rulings = {name: [r for row in rows if (r := sorting.ruling(name, row))] for name, rows in told.items()}
    for name, ready in rulings.items():
        decide_all(review, ready, stage=stage, reviewer=name)
    odd = [Trouble(line, word, f"'{word}' is no verdict that is known here") for line, word in found.odd]
    return Incoming(
        tool=found.tool,
        taken={name: len(ready) for name, ready in rulings.items()},
        known=sorting.known,
        undecided=found.undecided,
        troubles=tuple(sorted([*sorting.troubles, *odd], key=lambda t: t.line)),
    )


def _packet(review: Review, path: Path) -> Incoming:
    reviewer, lines = packets.log_of_packet(path)
    packets.whole(path, lines)
    check_reviewer(review, reviewer)
    logs.read_log(review, reviewer)
    taken = logs.take_in(review, reviewer, path, lines)
    logs.write_log(review, reviewer)
    return Incoming("slr", {reviewer: taken}, len(lines) - taken, 0, ())


def _by_reviewer(
    review: Review, rows: Iterable[Row], reviewer: str | None, people: Mapping[str, str]
) -> dict[str, list[Row]]:
    """The rows of each reviewer of the review. Raises UserError or NotFound if it is not told whose they are."""
    named: dict[str, list[Row]] = defaultdict(list)
    known = {name.casefold(): name for name in (*review.config.reviewers, *log.reviewers(review.store.db))}
    for row in rows:
        whose = people.get(row.reviewer, known.get(row.reviewer.casefold())) if row.reviewer else reviewer
        named[whose or f"?{row.reviewer or ''}"].append(row)
    if reviewer is not None and len(named) == 1:
        named = {reviewer: next(iter(named.values()))}
    elif reviewer is not None and reviewer in named:
        named = {reviewer: named[reviewer]}
    for name in named:
        if name == "?":
            raise UserError("the file does not say who decided: add --reviewer")
        if name.startswith("?"):
            raise NotFound(f"'{name[1:]}' of the file is no reviewer here: add --person '{name[1:]}=NAME'")
        check_reviewer(review, name)
    return named


class _Sorting:
    """Sorts a file's rows into decisions to append, what is known, and troubles."""

    def __init__(self, review: Review, stage: str, key: str, reasons: Mapping[str, str]) -> None:
        db = review.store.db
        self.index = _index(review)
        self.stage, self.key = stage, key
        self.last = stage == review.config.stages[-1].name
        offered = [r for r in review.config.criteria.exclusion if r.stages is None or stage in r.stages]
        self.reasons = {**{plain(r.text): r.id for r in offered}, **{plain(r.id): r.id for r in offered}, **reasons}
        self.must = self.last and bool(offered)
        self.before = {name: log.imported_from(db, name) for name in log.reviewers(db)}
        self.holds = {(v.work_id, v.reviewer): v for v in log.verdicts(db) if v.stage == stage}
        self.said: dict[tuple[str, str], Row] = {}
        self.known = 0
        self.troubles: list[Trouble] = []

    def ruling(self, reviewer: str, row: Row) -> Ruling | None:
        """What to append for a row, or None."""
        found = self._works(row)
        name = row.title[:80] or (row.names[0] if row.names else "?")
        via = f"{self.key}:{row.line}"
        if len(found) != 1:
            many = f"{len(found)} works could be meant" if found else "no work of this review"
            return self._trouble(row, name, many)
        work = found.pop()
        reason = self.reasons.get(plain(row.reason or ""))
        if via in self.before.get(reviewer, ()) or self._says(work, reviewer, row.verdict, reason):
            self.known += 1
            return None
        if (work, reviewer) in self.holds:
            held = self.holds[work, reviewer].verdict
            return self._trouble(row, name, f"{reviewer} decided '{held}' on {work}, the file says '{row.verdict}'")
        if (twice := self.said.setdefault((work, reviewer), row)) is not row:
            if (twice.verdict, twice.reason) != (row.verdict, row.reason):
                return self._trouble(row, name, f"line {twice.line} says something else about the same work")
            self.known += 1
            return None
        return self._made(work, row, name, reason, via)

    def _says(self, work: str, reviewer: str, verdict: str | None, reason: str | None) -> bool:
        held = self.holds.get((work, reviewer))
        return held is not None and held.verdict == verdict and (held.reason == reason or reason is None)

    def _made(self, work: str, row: Row, name: str, reason: str | None, via: str) -> Ruling | None:
        if row.verdict == "not-retrieved" and not self.last:
            return self._trouble(row, name, "'not-retrieved' is for reports sought in full text")
        if row.verdict == "exclude" and reason is None and self.must:
            why = f"its reason '{row.reason}' is none of {self.stage}: add --reason '{row.reason}=ID'"
            return self._trouble(row, name, why if row.reason else "an exclusion in full text needs a reason")
        fits = reason if row.verdict == "exclude" else None
        note = "; ".join(part for part in (None if fits else row.reason, row.note) if part)
        return Ruling(work, str(row.verdict), fits, note or None, via)

    def _trouble(self, row: Row, name: str, why: str) -> Ruling | None:
        self.troubles.append(Trouble(row.line, name, why))
        return None

    def _works(self, row: Row) -> set[str]:
        """The works a row can mean: by the first of its ids, DOI, title and year, title, that names any."""
        for name in row.names:
            if found := self.index.get(f"id {name}"):
                return set(found)
        doi, title, year = doi_of(row.doi) if row.doi else None, plain(row.title), year_of(row.year)
        keys = (f"doi {doi}" if doi else None, f"title {title} {year}" if title and year else None,
                f"title {title}" if title else None)  # fmt: skip
        return set(next((found for key in keys if key and (found := self.index.get(key))), set()))


def _index(review: Review) -> dict[str, set[str]]:
    """What can name a work: its id and those of its records and sources, DOIs, titles with and without the year."""
    db = review.store.db
    present = works.memberships(db)
    found: dict[str, set[str]] = defaultdict(set)
    for work, founder in works.founders(db).items():
        if founder in present:
            found[f"id {work}"].add(present[founder])
    for record in records.bibliography(db):
        if (work_id := present.get(record.record_id)) is None:
            continue
        for name in (record.record_id, *record.ids.values()):
            found[f"id {name}"].add(work_id)
        title = plain(record.title)
        for key in (f"doi {record.doi}", f"title {title} {record.year}", f"title {title}"):
            found[key].add(work_id)
    return found
