"""The account of a screening: who decided what, when, how fast, for which reasons, and under which criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

from slr.errors import NotFound
from slr.review import Review
from slr.screening.decisions import work_named
from slr.screening.versions import to_look_at_again
from slr.store import decisions as log
from slr.store import works
from slr.verdicts import Event, standing, taken_back

PAUSE = 30 * 60
"""Seconds: what lies longer between two decisions is a pause, and tells nothing of how fast somebody decides."""

QUICK = 2
"""Seconds: a decision that follows the one before so soon was hardly read."""


@dataclass(frozen=True, slots=True)
class Person:
    """One reviewer at one stage. Times are ISO 8601; ``median_seconds`` between decisions leaves pauses, imports out.

    ``verdicts`` and ``reasons`` count what stands; ``second_thoughts`` are works whose verdict the reviewer changed,
    ``taken_back`` decisions undone, ``quick`` decisions less than ``QUICK`` seconds after the one before.
    """

    reviewer: str
    stage: str
    first: str
    last: str
    decisions: int
    imported: int
    verdicts: dict[str, int]
    reasons: dict[str, int]
    second_thoughts: tuple[str, ...]
    taken_back: int
    resolutions: int
    median_seconds: float | None
    quick: int


@dataclass(frozen=True, slots=True)
class Account:
    """All of it: each reviewer at each stage, conflicts ended (by stage and how), and votes under changed criteria."""

    people: tuple[Person, ...]
    resolved: dict[str, dict[str, int]]
    criteria: dict[str, int]
    again: tuple[tuple[str, str, str, str], ...]


def account(review: Review) -> Account:
    """Read every log once."""
    db = review.store.db
    logs = {name: list(log.log(db, name)) for name in log.reviewers(db)}
    stages = [stage.name for stage in review.config.stages]
    others = {e.stage for events in logs.values() for e in events} - set(stages)
    people = [
        _person(name, stage, events)
        for stage in (*stages, *sorted(others))
        for name, events in logs.items()
        if any(e.stage == stage and e.kind in ("vote", "resolution") for e in events)
    ]
    resolutions = Counter((e.stage, str(e.more["how"])) for events in logs.values() for e in standing(events)
                          if e.kind == "resolution")  # fmt: skip
    resolved: dict[str, dict[str, int]] = {}
    for (stage, how), n in sorted(resolutions.items()):
        resolved.setdefault(stage, {})[how] = n
    votes = (e for events in logs.values() for e in events if e.kind == "vote")
    again = tuple((a.vote.stage, a.vote.work_id, a.vote.reviewer, a.why) for a in to_look_at_again(review))
    return Account(tuple(people), resolved, dict(Counter(e.criteria for e in votes)), again)


def _person(reviewer: str, stage: str, events: Sequence[Event]) -> Person:
    mine = [e for e in events if e.stage == stage]
    votes = [e for e in mine if e.kind == "vote"]
    counts = [e for e in standing(mine) if e.kind == "vote"]
    seconds = _between([e for e in votes if not e.more.get("via") and not e.more.get("along")])
    times = [e.decided_at for e in mine if e.kind in ("vote", "resolution")]
    return Person(
        reviewer=reviewer,
        stage=stage,
        first=min(times),
        last=max(times),
        decisions=len(votes),
        imported=sum(1 for e in votes if e.more.get("via")),
        verdicts=dict(sorted(Counter(str(e.verdict) for e in counts).items())),
        reasons=dict(Counter(e.reason for e in counts if e.reason).most_common()),
        second_thoughts=tuple(_changed_minds(votes)),
        taken_back=len(taken_back(mine)),
        resolutions=sum(1 for e in mine if e.kind == "resolution"),
        median_seconds=median(seconds) if seconds else None,
        quick=sum(1 for s in seconds if s < QUICK),
    )


def _changed_minds(votes: Sequence[Event]) -> list[str]:
    said: dict[str, set[str]] = {}
    for e in votes:
        said.setdefault(str(e.work_id), set()).add(f"{e.verdict} {e.reason}")
    return sorted(work for work, verdicts in said.items() if len(verdicts) > 1)


def _between(votes: Sequence[Event]) -> list[float]:
    """Seconds from each decision to the next of the same sitting; a time that is none is left out."""
    times = [t for e in votes if (t := _time(e.decided_at)) is not None]
    gaps = ((later - earlier).total_seconds() for earlier, later in pairwise(times))
    return [gap for gap in gaps if 0 <= gap <= PAUSE]


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def history(review: Review, name: str) -> list[Event]:
    """Every event about a work (named by its id or a record's), or of a reviewer, in order.

    Raises NotFound if there is neither.
    """
    db = review.store.db
    if name in log.reviewers(db):
        return list(log.log(db, name))
    if works.resolve(db, name) is None:
        raise NotFound(
            f"there is no work and no reviewer '{name}' ({', '.join(log.reviewers(db)) or 'nobody'} decided)"
        )
    return log.about(db, work_named(db, name))
