"""Several reports of one study: where a person says so (PRISMA 2020, box 1: study, report, record).

A preprint and its article, or a conference paper and the journal article that came of it, are two reports of one study:
no duplicates, but one study in the last boxes of the diagram. Nothing is guessed: a report is a study of its own until
someone links it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from slr.errors import NotFound, UserError
from slr.review import Review
from slr.store import studies, works
from slr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Study:
    """A study with its reports (present works, by id) and the name that was given last (None: none)."""

    study_id: str
    reports: tuple[str, ...]
    name: str | None


def listed(review: Review) -> list[Study]:
    """The studies that someone linked reports to, by id; a study of one report that nobody linked is not listed."""
    return _listed(review.store.db)


def _listed(db: Connection) -> list[Study]:
    reports: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    study_of = studies.study_of(db)
    for work, study in study_of.items():
        reports[study].append(work)
    for link in studies.links(db):
        if link.name:
            names[study_of[link.work_id]] = link.name
    return [Study(study, tuple(reports[study]), names.get(study)) for study in sorted(reports)]


def link(review: Review, named: Sequence[str], *, who: str, name: str | None = None, note: str | None = None) -> Study:
    """Say that these reports (works, each named by its id or by one of its records) are of one study.

    A report that already shares a study brings the study's other reports with it. Saying what holds already appends
    nothing, unless it gives a ``name``. Raises NotFound for an unknown work, UserError for fewer than two reports.
    """
    with review.store.writing() as db:
        chosen = _resolved(db, named)
        joined = _joined(db, chosen)
        if len(chosen) < 2 and not (joined and name):
            raise UserError(
                f"a link needs two reports and {_quoted(named)} is one: name the works of both, or give a study that "
                "has several reports a --name"
            )
        together = list(dict.fromkeys([*chosen, *(work for one in joined for work in one.reports)]))
        if name or len(joined) != 1 or len(together) > len(joined[0].reports):
            study = joined[0].study_id if joined else _new_id(db, together[0])
            kept = name or next((one.name for one in joined if one.name), None)
            studies.append(db, together, study, kept, note, who, review.now())
        return _joined(db, chosen)[0]


def unlink(review: Review, named: Sequence[str], *, who: str, note: str | None = None) -> list[str]:
    """Take these reports out of their study again: each is a study of its own; returns them.

    Raises NotFound for an unknown work, UserError for a report that nobody linked.
    """
    with review.store.writing() as db:
        chosen = _resolved(db, named)
        study_of = studies.study_of(db)
        for work in chosen:
            if work not in study_of:
                raise UserError(f"{work} is not linked to a study: 'slr study list' shows those that are")
        said_of = [link.linked_work for link in studies.links(db) if link.work_id in chosen]
        studies.append(db, said_of, None, None, note, who, review.now())
    return chosen


def _resolved(db: Connection, named: Sequence[str]) -> list[str]:
    """The present works of these names, each once, in the order given."""
    found = []
    for one in named:
        work = works.resolve(db, one)
        if work is None:
            raise NotFound(
                f"there is no work '{one}': 'slr export works.csv --set works' lists the works and their ids"
            )
        found.append(work)
    return list(dict.fromkeys(found))


def _joined(db: Connection, chosen: Sequence[str]) -> list[Study]:
    """The studies that these works are in, in the order of the works."""
    found = {one.study_id: one for one in _listed(db)}
    study_of = studies.study_of(db)
    return [found[study] for study in dict.fromkeys(study_of[work] for work in chosen if work in study_of)]


def _new_id(db: Connection, first: str) -> str:
    """An id that no study had before, the same on every machine for the same history."""
    return "S" + hashlib.sha256(f"{studies.events(db)} {first}".encode()).hexdigest()[:12]


def _quoted(named: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in named)
