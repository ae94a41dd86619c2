"""The known set: studies that the search has to find again, and for each miss where it was lost."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slr.matrix.match import Matcher
from slr.matrix.terms import Matrix
from slr.model import KnownStudy, Record
from slr.normalize import family, plain
from slr.review import Review
from slr.sources.base import Source
from slr.store import records, runs, works
from slr.store.runs import Finding

YEARS_APART = 2
"""Online-first and printed years differ; a working paper of the same title is usually further apart."""
ANOTHER_REPORT = ("preprint", "report", "dissertation", "book")
SUBTITLE_WORDS = 5
"""A shorter title may begin another one by chance; from here on it is taken as a title without its subtitle."""


def is_study(study: KnownStudy, record: Record) -> bool:
    """True if the record describes the known study: same DOI, or same first author and title, years at most two apart.

    Where both have a DOI only the DOI counts. A title may lack the other's subtitle. A working paper or thesis of the
    same title is another report than the one that appeared in a journal or a conference.
    """
    if study.doi and record.doi:
        return study.doi == record.doi
    if study.journal and record.type in ANOTHER_REPORT:
        return False
    if study.authors and record.authors and family(study.authors[0]) not in {family(a) for a in record.authors}:
        return False
    if study.year and record.year and abs(study.year - record.year) > YEARS_APART:
        return False
    return _same_title(plain(study.title), plain(record.title))


def _same_title(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if short == long:
        return bool(short)
    return len(short.split()) >= SUBTITLE_WORDS and (long + " ").startswith(short + " ")


def look_up(review: Review, run_id: str, source: Source) -> None:
    """Ask a source for the known studies that its hits of this run lack; keep what it holds of them, matched or not.

    It depends on this run and this source alone, so that a replay asks for the same.
    """
    if not source.info.lookup or not review.loaded.known:
        return
    db = review.store.db
    done = {f.study for f in runs.findings(db) if f.run_id == run_id and f.source == source.info.name}
    hits = records.hits_of(db, run_id, source.info.name)
    there = {study.key for study, found in _found(review.loaded.known, hits) if found}
    missing = [study for study in review.loaded.known if study.key not in there | done]
    if not missing:
        return
    candidates = source.find(missing)
    variants = review.variants_in_force()
    matcher = Matcher(review.matrix(variants), review.analyzer())
    with review.store.writing() as writing:
        for study in missing:
            found = next((r for r in candidates.get(study.key, []) if is_study(study, r)), None)
            runs.add_finding(writing, _finding(study, source.info.name, run_id, found, matcher))


def _finding(study: KnownStudy, source: str, run_id: str, record: Record | None, matcher: Matcher) -> Finding:
    if record is None:
        return Finding(study.key, source, run_id, None, None, None)
    match = matcher.match(record.title, record.abstract or "", record.keywords)
    return Finding(study.key, source, run_id, record.record_id, record.title, match.axes)


def _found(known: Sequence[KnownStudy], candidates: Iterable[Record]) -> list[tuple[KnownStudy, list[Record]]]:
    """Each known study with the records that describe it; one pass over the records."""
    dois = {study.doi: study for study in known if study.doi}
    starts: dict[str, list[KnownStudy]] = defaultdict(list)
    for study in known:
        starts[_start(study.title)].append(study)
    hits: dict[str, list[Record]] = defaultdict(list)
    for record in candidates:
        likely = starts.get(_start(record.title), [])
        if record.doi in dois and dois[record.doi] not in likely:
            likely = [*likely, dois[record.doi]]
        for study in likely:
            if is_study(study, record):
                hits[study.key].append(record)
    return [(study, hits[study.key]) for study in known]


def _start(title: str) -> str:
    return " ".join(plain(title[:80]).split()[:3])


@dataclass(frozen=True, slots=True)
class KnownStatus:
    """What became of a known study.

    ``state``: found (a hit of a search or an import), missed (the source holds it, the matrix does not match it),
    absent (no source that was asked holds it), unknown (no source was asked). ``cells`` are (term, concept, …) labels,
    at most the first five; ``missed_by`` the axes of the matrix that its record lacks a phrase of.
    """

    study: KnownStudy
    state: Literal["found", "missed", "absent", "unknown"]
    work_id: str | None
    sources: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    cell_count: int
    missed_by: tuple[str, ...]


def statuses(review: Review) -> list[KnownStatus]:
    """The state of every known study, in the order of ``config/known.yaml``."""
    db = review.store.db
    matrix = review.matrix(review.variants_in_force())
    matches, work_of = records.matches(db), works.memberships(db)
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in runs.findings(db):
        findings[finding.study].append(finding)
    return [
        _status(study, found, findings[study.key], matches, work_of, matrix)
        for study, found in _found(review.loaded.known, records.bibliography(db))
    ]


def _status(
    study: KnownStudy,
    found: list[Record],
    findings: list[Finding],
    matches: dict[str, tuple[tuple[int, ...], ...]],
    work_of: dict[str, str],
    matrix: Matrix,
) -> KnownStatus:
    if not found:
        return _not_found(study, findings, matrix)
    axes = [sorted(set().union(*(matches.get(r.record_id, ((),) * len(matrix.axes))[i] for r in found)))
            for i in range(len(matrix.axes))]  # fmt: skip
    labels = [tuple(matrix.axes[i].phrases[n].text for i, n in enumerate(cell)) for cell in _first_cells(axes, limit=5)]
    count = 1
    for axis in axes:
        count *= len(axis)
    work = next((work_of[r.record_id] for r in found if r.record_id in work_of), None)
    sources = tuple(sorted({r.source for r in found}))
    return KnownStatus(study, "found", work, sources, tuple(labels), count, ())


def _first_cells(axes: Sequence[Sequence[int]], limit: int) -> list[tuple[int, ...]]:
    return list(itertools.islice(itertools.product(*axes), limit))


def _not_found(study: KnownStudy, findings: list[Finding], matrix: Matrix) -> KnownStatus:
    holding = [f for f in findings if f.record_id]
    if not holding:
        return KnownStatus(study, "absent" if findings else "unknown", None, (), (), 0, ())
    missed = tuple(axis.name for i, axis in enumerate(matrix.axes) if not any(f.axes and f.axes[i] for f in holding))
    return KnownStatus(study, "missed", None, tuple(sorted({f.source for f in holding})), (), 0, missed)
