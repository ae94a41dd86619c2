"""Which reports are of one study, as people said it: the only writer of the table study_event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slr.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Link:
    """A present work, the study it was last put into, and the study's name as given then (None: not given).

    ``linked_work`` is the work's id when it was said; works merged since can have several links.
    """

    work_id: str
    study_id: str
    name: str | None
    who: str
    at: str
    linked_work: str


def append(
    db: Connection, works: Iterable[str], study_id: str | None, name: str | None, note: str | None, who: str, at: str
) -> None:
    """Append that these works are reports of a study from now on (None: each is taken out of its study)."""
    db.executemany(
        "INSERT INTO study_event (work_id, study_id, name, note, who, at) VALUES (?,?,?,?,?,?)",
        ((work, study_id, name, note, who, at) for work in works),
    )


def links(db: Connection) -> list[Link]:
    """What holds now, in the order it was said."""
    rows = db.execute("SELECT work_id, study_id, name, who, at, linked_work FROM study_link ORDER BY seq")
    return [Link(*row) for row in rows]


def events(db: Connection) -> int:
    """How many events there are: the next study's id is made from it, so that none is used twice."""
    return int(db.execute("SELECT count(*) FROM study_event").fetchone()[0])


def study_of(db: Connection) -> dict[str, str]:
    """Present work → study, of every report that someone linked; each other report is a study of its own.

    Works merged since bring their studies together: what is of one study with a report is so with its duplicate.
    The study then goes by the smaller id, so that the order in which things were said changes nothing.
    """
    held = links(db)
    same: dict[str, str] = {link.study_id: link.study_id for link in held}
    first: dict[str, str] = {}
    for link in held:
        one, other = _root(same, link.study_id), _root(same, first.setdefault(link.work_id, link.study_id))
        same[max(one, other)] = min(one, other)
    return {work: _root(same, study) for work, study in sorted(first.items())}


def _root(same: dict[str, str], study: str) -> str:
    while same[study] != study:
        study = same[study]
    return study
