"""Which works a round begins from: the included ones that were not asked about yet, or those the user names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slr.errors import NotFound, UserError
from slr.review import Review
from slr.snowball.indexes import DIRECTIONS, tells
from slr.sources.base import Direction
from slr.sources.openalex_works import bare_doi
from slr.store import citations, decisions, records, works
from slr.verdicts import outcome

INCLUDED = "included"
_COMMENT = re.compile(r"(?:^|\s)#.*")
"""A DOI may hold the mark itself: 10.1002/(SICI)1097-0266(199701)18:1<1::AID-SMJ1>3.0.CO;2-#."""
_LONG = 60
"""Characters of a name that is not there which are shown."""
Wanted = dict[tuple[str, Direction], list[str]]
"""(index, direction) → the works to ask it about, by id."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The works that a round may begin from, and where they are from, in words (``included``: TARCiS's own rule)."""

    works: tuple[str, ...]
    origin: str = INCLUDED


def included(review: Review) -> list[str]:
    """The works that full-text screening included, by id."""
    last = review.config.stages[-1]
    votes = decisions.votes(review.store.db, review.config.maybe)
    return sorted(
        work
        for (work, stage), cast in votes.items()
        if stage == last.name and outcome(cast, last.reviewers) == "include"
    )


def choose(review: Review, names: Sequence[str] = (INCLUDED,)) -> Chosen:
    """The seeds that ``names`` stand for: ``included``, or works (ids, DOIs) and files with one of these a line.

    Raises NotFound naming every work that the review does not hold, UserError if the names stand for nothing at all.
    """
    if tuple(names) in ((), (INCLUDED,)):
        return Chosen(tuple(included(review)))
    found: dict[str, None] = {}
    missing: list[str] = []
    by_name = _by_name(review)
    named = [one for word in names for one in _read(word)]
    if not named:
        raise UserError(f"--seeds {', '.join(names)} names no work: give works or DOIs, or a file with one a line")
    for name in named:
        if name == INCLUDED:
            found |= dict.fromkeys(included(review))
        elif work := _resolve(review, by_name, name):
            found[work] = None
        else:
            missing.append(name)
    if missing:
        raise NotFound(_not_there(missing))
    return Chosen(tuple(sorted(found)), f"named by the user ({', '.join(names)})")


def wanted(
    review: Review, chosen: Chosen, indexes: Sequence[str], directions: Sequence[Direction], again: bool
) -> Wanted:
    """Whom to ask about which works: an index is asked about a work once each way, unless ``again``."""
    asked = {} if again else citations.asked(review.store.db)
    pairs = [(index, way) for index in indexes for way in directions if tells(index, way)]
    found = {pair: [work for work in chosen.works if work not in asked.get(pair, ())] for pair in pairs}
    return {pair: left for pair, left in found.items() if left}


def waiting_seeds(review: Review) -> list[str]:
    """The included works that no round began from yet, by id."""
    used = {work for of_pair in citations.asked(review.store.db).values() for work in of_pair}
    return [work for work in included(review) if work not in used]


def unasked(review: Review) -> Wanted:
    """The included works that an index used so far was not asked about, each way."""
    used = {index for round_ in citations.rounds(review.store.db) for index in round_.indexes}
    return wanted(review, Chosen(tuple(included(review))), sorted(used), DIRECTIONS, again=False)


def _read(word: str) -> list[str]:
    """The lines of the file of that name, without comments; else the word itself."""
    path = Path(word)
    if not path.is_file():
        return [word]
    try:
        lines = (_COMMENT.sub("", line).strip() for line in path.read_text("utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UserError(
            f"the file of seeds {path} cannot be read ({why}): give one with a work or DOI a line"
        ) from error
    return [line for line in lines if line]


def _by_name(review: Review) -> dict[str, str]:
    """DOIs and OpenAlex ids → works."""
    work_of = works.memberships(review.store.db)
    named: dict[str, str] = {}
    for record in records.bibliography(review.store.db):
        for name in filter(None, (record.doi, record.ids.get("openalex"))):
            if record.record_id in work_of:
                named.setdefault(name, work_of[record.record_id])
    return named


def _resolve(review: Review, by_name: dict[str, str], name: str) -> str | None:
    bare = name.removeprefix("https://openalex.org/")
    return works.resolve(review.store.db, name) or by_name.get(bare) or by_name.get(bare_doi(name) or "")


def _not_there(missing: Sequence[str]) -> str:
    more = f" and {len(missing) - 5} more" if missing[5:] else ""
    shown = ", ".join(f"'{_short(name)}'" for name in missing[:5]) + more
    what = "is no file and no work" if len(missing) == 1 else "are no files and no works"
    return (
        f"{shown} {what} of this review: give --seeds works' or records' ids (outputs/works.csv lists them), DOIs of "
        "records that are there, or a file with one a line; 'slr import' takes in others"
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONG else name[:_LONG] + "…"
