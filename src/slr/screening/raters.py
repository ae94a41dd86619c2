"""Agreement of a review's reviewers, stage by stage, on the votes that they gave independently of each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from slr.config.schema import Stage
from slr.review import Review
from slr.screening.agreement import Agreement, compare, fleiss, in_words, krippendorff, on_prevalence, table_of
from slr.store import decisions as log
from slr.store import works
from slr.verdicts import Vote, independent

VERDICTS = ("include", "maybe", "exclude", "not-retrieved")
Cast = Mapping[str, Mapping[str, Vote]]
"""work → reviewer → the independent vote."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers: the table of their verdicts as cast, and their agreement on the verdicts as they count."""

    reviewers: tuple[str, str]
    cast_categories: tuple[str, ...]
    cast: tuple[tuple[int, ...], ...]
    categories: tuple[str, ...]
    counted: tuple[tuple[int, ...], ...]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class StageAgreement:
    """A stage: its pairs of reviewers, and all together (None: undefined, or two reviewers only).

    ``works`` have at least two independent votes; ``fleiss_works`` of them have the most votes that any has, which is
    what Fleiss' kappa is over. ``sentences`` are what a reader of the numbers has to know.
    """

    stage: str
    works: int
    pairs: tuple[Pair, ...]
    fleiss: float | None
    fleiss_works: int
    alpha: float | None
    sentences: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The same as a document."""
        return asdict(self)


def agreements(review: Review, stage: str | None = None, only: Collection[str] | None = None) -> list[StageAgreement]:
    """The agreement at each stage (or one) over all works, or ``only`` some."""
    cast = votes_of(review)
    return [
        at_stage(rule, {w: by for w, by in cast[rule.name].items() if only is None or w in only})
        for rule in review.config.stages
        if stage in (None, rule.name)
    ]


def votes_of(review: Review) -> dict[str, dict[str, dict[str, Vote]]]:
    """stage → present work → reviewer → independent vote.

    A reviewer who decided otherwise on two works that were since merged has no one vote on it, and is left out there.
    """
    db, maybe = review.store.db, review.config.maybe
    present, founders = works.memberships(db), works.founders(db)
    found: dict[str, dict[str, dict[str, Vote]]] = defaultdict(lambda: defaultdict(dict))
    torn: set[tuple[str, str, str]] = set()
    for reviewer in log.reviewers(db):
        for event in independent(list(log.log(db, reviewer))):
            work = present.get(founders.get(event.work_id or "", ""))
            if work is None or event.verdict is None:
                continue
            vote = Vote(reviewer, event.verdict, event.reason, maybe.get(event.stage, "include"), event.hash)
            before = found[event.stage][work].setdefault(reviewer, vote)
            if before.verdict != vote.verdict:
                torn.add((event.stage, work, reviewer))
    for stage, work, reviewer in torn:
        del found[stage][work][reviewer]
    return found


def at_stage(rule: Stage, cast: Cast) -> StageAgreement:
    """The agreement of everyone who voted at a stage."""
    both = {work: by for work, by in cast.items() if len(by) > 1}
    people = sorted({reviewer for by in both.values() for reviewer in by})
    pairs = tuple(found for a, b in combinations(people, 2) if (found := _pair(a, b, both)) is not None)
    most = max(map(len, both.values()), default=0)
    full = [[vote.counted for vote in by.values()] for by in both.values() if len(by) == most]
    votes = [[vote.counted for vote in by.values()] for by in both.values()]
    return StageAgreement(
        stage=rule.name,
        works=len(both),
        pairs=pairs,
        fleiss=fleiss([[row.count(c) for c in VERDICTS] for row in full]) if len(people) > 2 else None,
        fleiss_works=len(full) if len(people) > 2 else 0,
        alpha=krippendorff(votes) if len(people) > 2 else None,
        sentences=tuple(_sentences(rule, both, pairs, len(cast) - len(both))),
    )


def _pair(a: str, b: str, cast: Cast) -> Pair | None:
    both = [(by[a], by[b]) for by in cast.values() if a in by and b in by]
    if not both:
        return None
    as_cast, counted = ([(x.verdict, y.verdict) for x, y in both], [(x.counted, y.counted) for x, y in both])
    cast_names, names = _categories(as_cast), _categories(counted)
    table = table_of(counted, names)
    return Pair(
        (a, b), cast_names, _frozen(table_of(as_cast, cast_names)), names, _frozen(table), compare(table)
    )  # fmt: skip


def _frozen(table: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, table))


def _categories(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Include and exclude always, the other verdicts where they were given; a "maybe" to talk over is its own."""
    given = {verdict for pair in pairs for verdict in pair} | {"include", "exclude"}
    return tuple(v for v in (*VERDICTS, "conflict") if v in given)


def _sentences(rule: Stage, cast: Cast, pairs: Sequence[Pair], single: int) -> list[str]:
    verdicts = Counter(vote.counted for by in cast.values() for vote in by.values())
    share = {verdict: n / verdicts.total() for verdict, n in verdicts.items()}
    found = []
    if any(vote.verdict == "maybe" for by in cast.values() for vote in by.values()):
        as_what = "a category of its own" if rule.maybe == "conflict" else f"'{rule.maybe or 'include'}'"
        found.append(f"In the coefficients 'maybe' counts as {as_what}.")
    found += [f"Kappa of {' and '.join(p.reviewers)}: {in_words(p.agreement.kappa)}." for p in pairs]
    if warning := on_prevalence(share):
        found.append(warning)
    if single:
        found.append(f"{single:,} works with one independent vote are not in the tables.")
    if not rule.is_blind:
        found.append("Reviewers were not blind to each other: only votes given before any other's was there count.")
    return found
