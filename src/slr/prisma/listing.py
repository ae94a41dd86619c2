"""The list behind a number in words: what each record, report or study is, and why it stands in the box."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from slr.merged import merge
from slr.model import Record
from slr.prisma.boxes import rule
from slr.prisma.numbers import TAIL_RULE
from slr.prisma.state import State
from slr.review import Review
from slr.store import enrichment, records
from slr.store.briefs import briefs
from slr.verdicts import Vote, primary_reason

FEW = 400
"""Up to so many records are read one by one; for more, all are read in one go."""


class Entry(NamedTuple):
    """One id of a list: what it describes, from which sources, why it is in the box, and who decided so.

    ``authors`` and ``source`` are joined by ``"; "``; ``url`` is the page at the source, where it has one. A named
    tuple, as ``Why`` is: a page of 100,000 records makes 400,000 of them, thrice as fast as frozen dataclasses.
    """

    id: str
    title: str
    authors: str
    year: int | None
    venue: str
    doi: str
    url: str
    source: str
    reason: str = ""
    decided_by: str = ""


COLUMNS = Entry._fields


class Why(NamedTuple):
    """Why an id is in a box, who decided so, and the part of the number (database, rule, reason) it is counted in."""

    reason: str = ""
    decided_by: str = ""
    part: str | None = None


def entries(review: Review, state: State, key: str, ids: Sequence[str]) -> list[Entry]:
    """The list of a box in words, in the given order."""
    told = describe(review, state, ids)
    because = ((one, why(state, key, one)) for one in ids)
    return [told[one]._replace(reason=its.reason, decided_by=its.decided_by) for one, its in because]


def describe(review: Review, state: State, ids: Collection[str]) -> dict[str, Entry]:
    """The entry of each id of a record, report or study, without why it is in a box."""
    named = _by_study(state)
    of_records = [one for one in ids if one in state.work_of]
    works = {one: named.get(one, [one]) for one in ids if one not in state.work_of}
    told = {**_records(review, state, of_records), **_reports(review, state, works)}
    return {one: told[one] for one in ids}


def _by_study(state: State) -> dict[str, list[str]]:
    """study → its works, of the studies that were linked."""
    found: dict[str, list[str]] = {}
    for work, study in state.study_of.items():
        found.setdefault(study, []).append(work)
    return found


def _records(review: Review, state: State, wanted: Sequence[str]) -> dict[str, Entry]:
    db, titles = review.store.db, state.titles
    if len(wanted) > FEW:
        return {b.record_id: Entry(*b[:-1], titles[b.source]) for b in briefs(db)}
    found = (record for one in wanted if (record := records.get(db, one)))
    return {record.record_id: _described(record.record_id, record, (record,), titles) for record in found}


def _reports(review: Review, state: State, works: Mapping[str, Sequence[str]]) -> dict[str, Entry]:
    """A report as the merged description of its work, a study as that of its first report."""
    db, filled = review.store.db, enrichment.filled(review.store.db)
    found = {}
    for one, its in works.items():
        members = [records.of_work(db, work) for work in its]
        merged = merge(members[0], filled.get(its[0])).record
        found[one] = _described(one, merged, [r for own in members for r in own], state.titles)
    return found


def _described(one: str, told: Record, own: Sequence[Record], titles: Mapping[str, str]) -> Entry:
    url = told.url or next((record.url for record in own if record.url), None) or ""
    sources = "; ".join(sorted({titles[record.source] for record in own}))
    return Entry(one, told.title, "; ".join(told.authors), told.year, told.venue or "", told.doi or "", url, sources)


# why an id is in a box

_EARLY = (
    "records_screened", "records_excluded", "excluded_by_people", "excluded_by_automation", "pending_screening",
    "unseen_records", "other_records_screened", "other_records_excluded", "other_pending", "dbr_sought_reports",
    "other_sought_reports",
)  # fmt: skip
_DUPLICATES = ("duplicates", "other_duplicates", "already_known")
_INELIGIBLE = ("excluded_automatic", "other_ineligible")
_BY_SOURCE = ("database_results", "register_results")
_BY_REASON = ("dbr_excluded", "other_excluded")
_IDENTIFIED = (*_BY_SOURCE, "website_results", "organisation_results", "citations_results")


def why(state: State, key: str, one: str) -> Why:
    """Why a record, report or study is in a box, and who decided so."""
    if key in _IDENTIFIED:
        return Why(part=state.title(one) if key in _BY_SOURCE else None)
    if key in _DUPLICATES:
        return Why(_duplicate(state, one))
    if key in _INELIGIBLE:
        return _criterion(state, state.work_of[one], rule(state, one))
    if key.endswith("studies") or key == "studies_removed":
        return _study(state, one)
    work = state.work_of.get(one, one)
    if work in state.tailed and key in _EARLY:
        return Why(state.stopping_rule or TAIL_RULE, "nobody")
    if work in state.marked:
        return _criterion(state, work, state.marked[work][0])
    early = key in _EARLY or state.first(work) != "include"
    return _decided(state, work, 0 if early else -1, state.reason(work) if key in _BY_REASON else None)


def _duplicate(state: State, record: str) -> str:
    work = state.work_of[record]
    if work in state.carried and state.previous:
        return f"version {state.previous.name} had settled {work}"
    return f"the same publication as {state.standing(work)}"


def _criterion(state: State, work: str, part: str) -> Why:
    marked = state.marked.get(work)
    if marked is None:
        return Why(state.stopping_rule or part, "nobody", part)
    return Why("; ".join(marked), "criteria of config/review.yaml", part)


def _study(state: State, study: str) -> Why:
    reports = [work for work, its in state.study_of.items() if its == study]
    return Why(f"reports: {', '.join(reports)}" if len(reports) > 1 else "")


def _decided(state: State, work: str, stage: int, part: str | None) -> Why:
    votes = state.votes_at(work, stage)
    if not votes:
        return Why(f"0 of {state.stages[stage][1]} have decided", "", part)
    came = state.outcomes.get((work, state.stages[stage][0]), "waiting")
    if came == "waiting":
        return Why(f"{len({v.reviewer for v in votes})} of {state.stages[stage][1]} have decided", _who(votes), part)
    if came == "conflict":
        return Why("reviewers disagree", _who(votes), part)
    reason = primary_reason(votes, state.reason_order) if any(vote.reason for vote in votes) else ""
    known = state.reason_texts.get(reason, reason) if came == "exclude" else ""
    return Why({"not-retrieved": "could not be obtained"}.get(came, part or known), _who(votes), part)


def _who(votes: Sequence[Vote]) -> str:
    """Who voted; with what each said where that differs."""
    alike = len({vote.counted for vote in votes}) == 1
    said = (f"{v.reviewer}{' (resolves)' if v.settles else ''}" + ("" if alike else f": {v.verdict}") for v in votes)
    return "; ".join(dict.fromkeys(said))


def rows(found: Sequence[Entry]) -> Iterator[Mapping[str, object]]:
    """The entries as rows of a table, in the order of ``COLUMNS``; nothing where a value is not known."""
    for entry in found:
        yield {name: "" if value is None else value for name, value in entry._asdict().items()}
