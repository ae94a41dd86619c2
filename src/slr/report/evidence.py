"""Everything the search report says, read once from the store; a work is held as a few small numbers, never as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from slr.matrix.terms import Matrix
from slr.merged import merge
from slr.report.contribution import Axes, Signature, Weight, weights
from slr.report.overlap import Held, Sources
from slr.report.standing import INCLUDED, MARKED, UNDECIDED, Standing
from slr.review import Review
from slr.store import enrichment, pages, records, runs, works
from slr.store.pages import Fetched
from slr.store.runs import Finding, QueryState, Run

CITATION = "citation"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The review as the report sees it.

    ``origin_of`` gives each source's origin in PRISMA's words, ``records`` the different records of each origin,
    ``status`` each work's standing; ``holdings`` the works
    by the sources that hold them; ``phrases`` the works by what the matrix finds in the records that were not found by
    citation searching; ``years`` and ``venues`` count works (all, included) by their merged description.
    ``screened_in_order`` says of each work decided at the first stage whether it went on, in the order of decisions;
    ``reasons`` counts the works excluded after the first stage by their primary reason (empty: none was given).
    """

    review: Review
    matrix: Matrix
    variants: bool
    runs: tuple[Run, ...]
    queries: tuple[QueryState, ...]
    fetched: Mapping[tuple[str, str], Fetched]
    findings: tuple[Finding, ...]
    origin_of: Mapping[str, str]
    records: Mapping[str, int]
    status: Mapping[str, str]
    holdings: Mapping[Sources, Held]
    phrases: Mapping[Signature, Weight]
    years: Mapping[int | None, tuple[int, int]]
    venues: Mapping[str, tuple[int, int]]
    screened_in_order: tuple[bool, ...]
    marked_by: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, int]
    unattributed: int
    rules_used: Mapping[str, int]
    slr_version: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source with a record, those of citation searching last, each group by name."""
        return tuple(sorted(self.origin_of, key=lambda s: (self.origin_of[s] == CITATION, s)))

    @property
    def searched(self) -> tuple[str, ...]:
        """The sources of searches and imports: those found by citation searching depend on what others found."""
        return tuple(source for source in self.sources if self.origin_of[source] != CITATION)

    def works(self, *statuses: str) -> int:
        """How many works stand so (all, if no status is given)."""
        return sum(1 for status in self.status.values() if not statuses or status in statuses)

    @property
    def first_stage(self) -> str:
        """The name of the first screening stage."""
        return self.review.config.stages[0].name

    @property
    def undecided(self) -> int:
        """Works that wait for a vote, or whose reviewers disagree."""
        return self.works(*UNDECIDED)

    @property
    def included(self) -> int:
        """Works included at the last stage."""
        return self.works(INCLUDED)

    @property
    def excluded_late(self) -> int:
        """Works excluded after the first stage."""
        return sum(self.reasons.values())

    @property
    def marked(self) -> int:
        """Works that a criterion marks."""
        return self.works(MARKED)

    def of_run(self, kind: str) -> list[Run]:
        """The runs of a kind (search, import, citation), oldest first."""
        return [run for run in self.runs if run.kind == kind]


def gather(review: Review) -> Evidence:
    """Read the review. Memory: about 0.5 kB a record; the text of works passes by one at a time."""
    db = review.store.db
    standing = Standing(review)
    origins = records.origins(db)
    members: dict[str, list[str]] = defaultdict(list)
    for record_id, work in works.memberships(db).items():
        members[work].append(record_id)
    status = {work: standing.status(work) for work in members}
    variants = review.variants_in_force()
    years, venues = _described(review, status)
    every = tuple(runs.every(db))
    return Evidence(
        review=review,
        matrix=review.matrix(variants),
        variants=variants,
        runs=every,
        queries=tuple(runs.queries(db)),
        fetched=pages.fetched(db),
        findings=tuple(runs.findings(db)),
        origin_of=dict(sorted(set(origins.values()))),
        records=Counter(origin for _, origin in origins.values()),
        status=status,
        holdings=_holdings(members, origins, status),
        phrases=weights(_matched(members, origins, records.matches(db), status)),
        years=years,
        venues=venues,
        screened_in_order=standing.in_order(status),
        marked_by={work: tuple(rule for rule, _ in marks) for work, marks in standing.marked.items()},
        reasons=Counter(standing.reason(work) for work in status if standing.excluded_late(work)),
        unattributed=records.unattributed(db),
        rules_used=works.rules_used(db),
        slr_version=listed_versions(every),
    )


def listed_versions(every: Iterable[Run]) -> str:
    """The versions of slr that the runs were made with, oldest first."""
    return ", ".join(dict.fromkeys(run.slr_version for run in every))


def _holdings(
    members: Mapping[str, list[str]], origins: Mapping[str, tuple[str, str]], status: Mapping[str, str]
) -> dict[Sources, Held]:
    every: Counter[Sources] = Counter()
    decided: Counter[Sources] = Counter()
    included: Counter[Sources] = Counter()
    for work, ids in members.items():
        names = frozenset(origins[record_id][0] for record_id in ids)
        every[names] += 1
        decided[names] += status[work] not in UNDECIDED
        included[names] += status[work] == INCLUDED
    return {names: Held(n, decided[names], included[names]) for names, n in every.items()}


def _matched(
    members: Mapping[str, list[str]],
    origins: Mapping[str, tuple[str, str]],
    matches: Mapping[str, Axes],
    status: Mapping[str, str],
) -> Iterator[tuple[list[Axes], bool]]:
    """The matches of each work's records, less those that citation searching brought: no phrase found them."""
    for work, ids in members.items():
        searched = [record_id for record_id in ids if origins[record_id][1] != CITATION]
        if searched:
            yield [matches.get(record_id, ()) for record_id in searched], status[work] == INCLUDED


Counts = dict[int | None, tuple[int, int]]


def _described(review: Review, status: Mapping[str, str]) -> tuple[Counts, dict[str, tuple[int, int]]]:
    """Works, and included ones, by year and by venue of their merged description, as works.csv has them."""
    filled = enrichment.filled(review.store.db)
    years: Counter[tuple[int | None, bool]] = Counter()
    venues: Counter[tuple[str, bool]] = Counter()
    for work, of_work in records.by_work(review.store.db):
        record = merge(of_work, filled.get(work)).record
        years[record.year, status[work] == INCLUDED] += 1
        venues[record.venue or "", status[work] == INCLUDED] += 1
    return (
        {year: (years[year, True] + years[year, False], years[year, True]) for year, _ in years},
        {venue: (venues[venue, True] + venues[venue, False], venues[venue, True]) for venue, _ in venues},
    )
