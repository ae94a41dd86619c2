"""What a person says of records, works and pairs: appended, effective at once, kept by every later run, reversible.

All of it is kept as verdicts on pairs of records, which outrank the rules whenever records are grouped. A merge says
that the records which founded the two works are duplicates; a split says that each record which leaves is distinct from
each that stays, so that no rule brings it back through another member. A later verdict on a pair counts instead of an
earlier one; where the earlier one is another person's, it has to be overruled in so many words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from slr.dedup.group import Verdicts, group
from slr.dedup.rules import EARLIER, PERSON
from slr.errors import NotFound, UserError
from slr.review import Review
from slr.store import decisions, pairs, records, works
from slr.store.connection import Connection
from slr.store.pairs import Said, pair
from slr.store.works import Assignment
from slr.verdicts import judged

Verdict = Literal["duplicate", "distinct", "unsure"]
How = Literal["review", "verdict", "split", "merge"]
VERDICTS = ("duplicate", "distinct", "unsure")
SPLIT = "split"
"""The word in a membership event of the record that stands for those a person took out of a work."""
Why = tuple[str, str | None]
"""By which rule a record comes into a work, and beside which other record."""
_OPPOSITE = {"duplicate": ("distinct",), "distinct": ("duplicate",), "unsure": ("duplicate", "distinct")}
_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.])?")


@dataclass(frozen=True, slots=True)
class By:
    """Who says it, by which command, and whether another person's verdict may be overruled."""

    reviewer: str
    how: How
    overrule: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a verdict did: the pairs it was said of, and the present work of each record of the works concerned.

    ``before`` and ``after`` are record_id → work_id; ``conflicts`` the stages at which decisions on works that are one
    now differ, so that people have to settle them.
    """

    verdict: str
    pairs: tuple[tuple[str, str], ...]
    before: dict[str, str]
    after: dict[str, str]
    conflicts: tuple[str, ...] = ()

    @property
    def works(self) -> tuple[str, ...]:
        """The works that the records are now, by id."""
        return tuple(sorted(set(self.after.values())))


def reviewer_of(review: Review, named: str | None) -> str:
    """Whose verdict it is: the one named, or the only reviewer configured. Raises UserError, NotFound."""
    configured = review.config.reviewers
    if named is None and len(configured) == 1:
        return configured[0]
    offered = f"config/review.yaml has: {', '.join(configured)}" if configured else "letters, digits, spaces, hyphens"
    if named is None:
        raise UserError(f"a verdict is kept with who gave it: add --reviewer NAME ({offered})")
    if configured and named not in configured:
        raise NotFound(f"'{named}' is not a reviewer of this review ({offered})")
    if not _NAME.fullmatch(named):
        raise UserError(f"{named!r} cannot be a reviewer's name: write letters, digits, spaces, hyphens or dots")
    return named


def verdict_of(word: str) -> Verdict:
    """The verdict of that name. Raises UserError if there is none."""
    if word not in VERDICTS:
        raise UserError(f"'{word}' is not a verdict on two records: write one of {', '.join(VERDICTS)}")
    return word  # type: ignore[return-value]


def standing(db: Connection) -> Verdicts:
    """The verdicts on pairs that count now, as grouping takes them."""
    return {frozenset(p): s.verdict for p, s in pairs.standing(db).items() if s.verdict != "unsure"}  # type: ignore[misc]


def judge(review: Review, one: str, other: str, verdict: Verdict, by: By) -> Change:
    """Say of two records (a work's id stands for the record that founded it) whether they are one publication.

    ``duplicate`` makes their works one; ``distinct`` keeps them apart, and where they are one work groups its records
    anew; ``unsure`` takes back what was said of the pair, and groups the records of both works anew.

    Raises NotFound for an unknown record, UserError where another person said otherwise, or where the verdict
    contradicts others that stand.
    """
    with review.store.writing() as db:
        a, b = _record(db, one), _record(db, other)
        if a == b:
            raise UserError(f"'{one}' and '{other}' are the same record: name two")
        if verdict == "duplicate":
            return _joined(review, db, a, b, by)
        return _parted(review, db, a, b, verdict, by)


def merge(review: Review, one: str, other: str, by: By) -> Change:
    """Make two works (named by their ids, or by records of theirs) one. Raises NotFound, UserError."""
    with review.store.writing() as db:
        a, b = (works.founder(db, work_named(db, name)) for name in (one, other))
        if a == b:
            raise UserError(f"'{one}' and '{other}' are one work already ({works.work_id_of(a)}): name two works")
        return _joined(review, db, a, b, by)


def split(review: Review, work: str, leaving: Sequence[str], by: By) -> Change:
    """Take records out of a work; they are one work of their own, under the id of one they founded before, if any.

    The side with the record that founded the work keeps the work's id and its decisions. Raises NotFound, UserError.
    """
    with review.store.writing() as db:
        work_id = work_named(db, work)
        members = works.members(db, work_id)
        gone = {_member(db, name, work_id) for name in leaving}
        stay = [record_id for record_id in members if record_id not in gone]
        if not stay:
            raise UserError(_nothing_stays(work_id, members))
        _say(review, db, [pair(a, b) for a, b in product(sorted(gone), stay)], "distinct", by)
        moving = stay if works.founder(db, work_id) in gone else sorted(gone)
        founder = _founder(db, moving)
        placed: dict[str, Why] = {m: (SPLIT, None) if m == founder else (EARLIER, founder) for m in moving}
        before = dict.fromkeys(members, work_id)
        _move(review, db, founder, placed, by)
        return _change(review, db, "distinct", product(sorted(gone), stay), before)


def _nothing_stays(work_id: str, members: Sequence[str]) -> str:
    if len(members) == 1:
        return f"{work_id} holds the record {members[0]} only: there is nothing to split it from"
    return f"{work_id} holds no other records than those {len(members)}: name only the ones that are to leave it"


def _joined(review: Review, db: Connection, a: str, b: str, by: By) -> Change:
    """Make the works of two records one: that of the smaller founder, as the rules have it when they join two works."""
    work_of = {record_id: work_named(db, record_id) for record_id in (a, b)}
    before = {m: w for w in sorted(set(work_of.values())) for m in works.members(db, w)}
    said_of = sorted({pair(a, b)} | _held_apart(db, before, work_of[a], work_of[b]))
    _say(review, db, said_of, "duplicate", by)
    if work_of[a] != work_of[b]:
        moving, near = (a, b) if works.founder(db, work_of[b]) < works.founder(db, work_of[a]) else (b, a)
        gone = [m for m, w in before.items() if w == work_of[moving]]
        placed: dict[str, Why] = dict.fromkeys(gone, (EARLIER, moving))
        placed[moving] = (PERSON, near)
        _move(review, db, works.founder(db, work_of[near]), placed, by)
    return _change(review, db, "duplicate", said_of, before)


def _held_apart(db: Connection, members: dict[str, str], one: str, other: str) -> set[tuple[str, str]]:
    """Pairs across two works that a person holds distinct: a merge of the works speaks of them too."""
    apart = {p for p, said in pairs.standing(db).items() if said.verdict == "distinct"}
    return {p for p in apart if {members.get(record_id) for record_id in p} == {one, other}}


def _parted(review: Review, db: Connection, a: str, b: str, verdict: Verdict, by: By) -> Change:
    """Say that a pair is distinct, or take back what was said; where that can move records, group them anew."""
    found = {work_named(db, record_id) for record_id in (a, b)}
    before = {m: w for w in sorted(found) for m in works.members(db, w)}
    earlier = pairs.standing(db).get(pair(a, b))
    _say(review, db, [pair(a, b)], verdict, by)
    decided = earlier is not None and earlier.verdict != "unsure"
    if len(found) == 1 if verdict == "distinct" else decided:
        _anew(review, db, before, by)
        _check_held(db, a, b, before)
    return _change(review, db, verdict, [pair(a, b)], before)


def _anew(review: Review, db: Connection, members: dict[str, str], by: By) -> None:
    """Group these records by rules and verdicts as if they had just come; a work stays where its founder is."""
    brief = [record for record in (records.get(db, m) for m in members) if record]
    sides: dict[str, dict[str, Why]] = {}
    for placed in group(brief, {}, standing(db)).placed:
        sides.setdefault(placed.founder, {})[placed.record_id] = (placed.rule, placed.partner)
    for side in sides.values():
        founder = _founder(db, side, now=set(members.values()))
        side[founder] = (SPLIT, None)
        moved = {m: (EARLIER, founder) if m != founder and p is None else (r, p) for m, (r, p) in side.items()}
        work_id = works.work_id_of(founder)
        _move(review, db, founder, {m: why for m, why in moved.items() if members[m] != work_id}, by)


def _check_held(db: Connection, a: str, b: str, members: Iterable[str]) -> None:
    """Refuse what tears a pair apart that people hold together: the verdicts contradict each other."""
    for said in pairs.standing(db).values():
        torn = said.verdict == "duplicate" and {said.a, said.b} <= set(members)
        if torn and works.resolve(db, said.a) != works.resolve(db, said.b):
            raise UserError(
                f"{a} and {b} are one work because {_words(said)}: take that back first ('slr dedupe verdict {said.a} "
                f"{said.b} unsure'), or say which records leave with 'slr dedupe split'"
            )


def _say(review: Review, db: Connection, said_of: Sequence[tuple[str, str]], verdict: Verdict, by: By) -> None:
    """Append the verdict on each pair where it does not stand already; another's is overruled only if asked."""
    held = pairs.standing(db)
    for one in (held[p] for p in said_of if p in held):
        if one.verdict in _OPPOSITE[verdict] and one.reviewer != by.reviewer and not by.overrule:
            raise UserError(
                f"{_words(one)}: give --overrule if your verdict is to count instead of that (both stay on record)"
            )
    fresh = [p for p in said_of if p not in held or (held[p].verdict, held[p].reviewer) != (verdict, by.reviewer)]
    pairs.say(db, fresh, verdict, how=by.how, reviewer=by.reviewer, at=review.now())


def _words(said: Said) -> str:
    found = {"duplicate": "one publication", "distinct": "two publications"}[said.verdict]
    return f"{said.reviewer} found {said.a} and {said.b} to be {found} ({said.at[:10]})"


def _move(review: Review, db: Connection, founder: str, placed: dict[str, Why], by: By) -> None:
    """Put records into the work that ``founder`` founds."""
    if placed:
        works.found(db, [founder], review.now())
        work_id = works.work_id_of(founder)
        moved = (Assignment(m, work_id, rule, 1.0, partner) for m, (rule, partner) in sorted(placed.items()))
        works.assign(db, moved, who=by.reviewer, at=review.now())


def _founder(db: Connection, side: Iterable[str], now: Iterable[str] = ()) -> str:
    """Who stands for these records: of those that found a present work, else that ever did, else of all, the first."""
    ever = works.founded_by(db, side)
    present = [record_id for record_id, work_id in ever.items() if work_id in set(now)]
    return min(present or ever or side)


def _change(
    review: Review, db: Connection, verdict: str, said_of: Iterable[tuple[str, str]], before: dict[str, str]
) -> Change:
    after = {m: work_named(db, m) for m in before}
    conflicts = [
        stage.name
        for stage in review.config.stages
        for work_id in sorted(set(after.values()))
        if len({before[m] for m in after if after[m] == work_id}) > 1
        and judged(decisions.votes_on(db, work_id, stage.name), stage.reviewers).outcome == "conflict"
    ]
    return Change(verdict, tuple(pair(a, b) for a, b in said_of), before, after, tuple(dict.fromkeys(conflicts)))


def work_named(db: Connection, name: str) -> str:
    """The present work of a work's id (also an earlier one), or of one of its records."""
    found = works.resolve(db, works.record_named(db, name) or name)
    if found is None:
        raise NotFound(
            f"there is no work or record '{name}': 'slr export works.csv --set works' lists the works' ids, 'slr "
            "export records.csv --set all' the records'"
        )
    return found


def _record(db: Connection, name: str) -> str:
    """The record of that name, or the one that founded the present work of that id."""
    return works.record_named(db, name) or works.founder(db, work_named(db, name))


def _member(db: Connection, name: str, work_id: str) -> str:
    """The record's id if it is one of the work's. Raises NotFound, UserError."""
    at, found = work_named(db, name), works.record_named(db, name)
    if at == work_id and found:
        return found
    if at == work_id:
        raise UserError(f"'{name}' is the work {work_id} itself: name records of it ('slr dedupe explain {work_id}')")
    raise UserError(
        f"'{name}' is not in {work_id} but in {at}: 'slr dedupe explain {work_id}' lists the records of a work"
    )
