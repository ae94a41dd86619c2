"""Versions of the criteria: what changed since a decision was made, and what is therefore to be looked at again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slr.config.schema import ReviewConfig
from slr.review import Review
from slr.store import decisions as log
from slr.store.decisions import Verdict


def text_of(config: ReviewConfig) -> str:
    """The criteria as the text whose SHA-256 is ``criteria_hash``: JSON with sorted keys, defaults included."""
    settings = config.model_dump(mode="json", by_alias=True, exclude_none=True)["criteria"]
    return json.dumps(settings, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Again:
    """A vote that was made under criteria that have changed since in a way that touches it, and why."""

    vote: Verdict
    why: str


def to_look_at_again(review: Review) -> list[Again]:
    """The standing votes that a change of the criteria touches, by stage, work and reviewer.

    A vote under criteria whose text is not known (made before slr kept it, on another machine) is listed too.
    """
    db = review.store.db
    present = review.loaded.criteria_hash
    if log.criteria_used(db) <= {present}:
        return []
    known = {hash_: json.loads(text) for hash_, text in log.criteria_versions(db).items()}
    now = json.loads(text_of(review.config))
    votes = sorted(log.verdicts(db), key=lambda v: (v.stage, v.work_id, v.reviewer))
    found = ((v, _why(v, known.get(v.criteria), now)) for v in votes if v.criteria != present)
    return [Again(vote, why) for vote, why in found if why]


def _why(vote: Verdict, then: Mapping[str, Any] | None, now: Mapping[str, Any]) -> str | None:
    if then is None:
        return "made under criteria whose text is not known here"
    return touched(vote.verdict, vote.reason, _applying(then, vote.stage), _applying(now, vote.stage))


def _applying(criteria: Mapping[str, Any], stage: str) -> list[tuple[str, str]]:
    """(id, text) of the reasons that people can give at a stage, in order."""
    return [(r["id"], r["text"]) for r in criteria["exclusion"] if "stages" not in r or stage in r["stages"]]


def touched(
    verdict: str, reason: str | None, then: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]
) -> str | None:
    """Why a vote is to be looked at again after the criteria, (id, text) in order, changed; None if it is not.

    An exclusion is touched if its criterion changed or is gone, or if one that changed, is new or stood behind it now
    stands before it: the first that fails is the primary reason. One without a reason is touched by every change but
    an addition. An inclusion, or a "maybe", is touched by a criterion that changed or is new.
    """
    old, new = dict(then), dict(now)
    fresh = [id_ for id_, text in now if old.get(id_) != text]
    gone = [id_ for id_, text in then if new.get(id_) != text]
    if verdict == "not-retrieved":
        return None
    if verdict != "exclude":
        return f"{_listed(fresh)} changed or new" if fresh else None
    if reason is None:
        return f"{_listed(gone)} changed or gone, and the exclusion names no reason" if gone else None
    if reason in gone:
        return f"its reason {reason} changed or is gone"
    order = [id_ for id_, _ in now]
    before = order[: order.index(reason)] if reason in order else []
    ahead = {id_ for id_, _ in then[: [id_ for id_, _ in then].index(reason)]} if reason in old else set()
    moved = [id_ for id_ in before if id_ in fresh or id_ not in ahead]
    return f"{_listed(moved)} now comes before its reason {reason}" if moved else None


def _listed(ids: Sequence[str]) -> str:
    return "criterion " + ", ".join(ids)
