"""What each round of citation searching did, counted from the store, and whether the search is saturated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from slr.review import Review
from slr.snowball.indexes import SUFFIX
from slr.snowball.seeds import included, unasked
from slr.sources.registry import title_of
from slr.store import citations, decisions, runs, works
from slr.store.citations import Round
from slr.store.runs import Run
from slr.verdicts import Outcome, outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """What one direction of one index in a round gave, or a whole round (``index`` and ``direction`` None).

    ``edges`` citations told; ``distinct`` works at their other ends that are described; ``known`` of these were in the
    review before the round, ``new`` were not; of the new ones ``marked`` were excluded by criteria, ``screened`` are
    settled on title and abstract, ``sought`` went to full text, ``included`` were included, ``waiting`` are not
    settled. ``records`` are those returned, as PRISMA counts them; ``absent`` seeds that the index does not hold;
    ``unnamed`` references without an identifier, ``matched`` of them to a record; ``undescribed`` works that nobody
    describes.
    """

    index: str | None
    direction: str | None
    seeds: int
    edges: int
    records: int
    distinct: int
    known: int
    new: int
    marked: int
    screened: int
    sought: int
    included: int
    waiting: int
    absent: int
    unnamed: int = 0
    matched: int = 0
    undescribed: int = 0

    @property
    def efficiency(self) -> float | None:
        """Included works per candidate examined (Wohlin 2014); None before any was."""
        return self.included / self.screened if self.screened else None


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """A round, its run, its counts, and these by index and direction."""

    round: Round
    run: Run
    whole: Counts
    parts: tuple[Counts, ...]


@dataclass(frozen=True, slots=True)
class Saturation:
    """Whether citation searching is saturated; ``why`` are sentences: why not, or on what ground."""

    saturated: bool
    why: tuple[str, ...]


@dataclass(frozen=True)
class _State:
    """What the counts of all rounds share: the round's number in which each work came, and its outcomes."""

    review: Review
    first_query: Mapping[str, int]
    works_of: Mapping[int, frozenset[str]]
    marked: frozenset[str]
    outcomes: Mapping[tuple[str, str], Outcome]

    def outcome(self, work: str, stage: int) -> Outcome:
        """The outcome of a work at the first (0) or last (-1) stage."""
        return self.outcomes.get((work, self.review.config.stages[stage].name), "waiting")


def rounds(review: Review) -> list[RoundStatus]:
    """Every round with its counts, first to last."""
    state = _state(review)
    by_id = {run.run_id: run for run in runs.every(review.store.db, "citation")}
    return [_status(state, round_, by_id[round_.run_id]) for round_ in citations.rounds(review.store.db)]


def _state(review: Review) -> _State:
    db = review.store.db
    needed = {stage.name: stage.reviewers for stage in review.config.stages}
    votes = decisions.votes(db, review.config.maybe)
    works_of: dict[int, set[str]] = defaultdict(set)
    first: dict[str, int] = {}
    for query_id, work in citations.works_hit(db):
        works_of[query_id].add(work)
        first.setdefault(work, query_id)
    return _State(
        review,
        first,
        {query: frozenset(found) for query, found in works_of.items()},
        frozenset(works.ineligible(db)),
        {key: outcome(cast, needed[key[1]]) for key, cast in votes.items() if key[1] in needed},
    )


def _status(state: _State, round_: Round, run: Run) -> RoundStatus:
    db = state.review.store.db
    queries = {(q.source.removesuffix(SUFFIX), q.text.partition(":")[0]): q for q in runs.queries(db, run.run_id)}
    start = min((q.query_id for q in queries.values()), default=0)
    seeds, links = citations.seeds(db, run.run_id), list(citations.links(db, run.run_id))
    texts = [text for text in citations.texts(db) if text.run_id == run.run_id]
    lost = {index: len(citations.not_found(db, run.run_id, index)) for index in round_.indexes}

    def counts(index: str | None, direction: str | None) -> Counts:
        def mine(one: object) -> bool:
            here = (getattr(one, "source", None), getattr(one, "direction", "backward"))
            return index is None or here == (index, direction)

        asked = [q for key, q in queries.items() if index is None or key == (index, direction)]
        found: set[str] = set().union(*(state.works_of.get(q.query_id, ()) for q in asked))
        new = {work for work in found if state.first_query[work] >= start}
        of_seeds = [seed for seed in seeds if mine(seed)]
        everyone, held = {s.work_id for s in of_seeds}, {s.work_id for s in of_seeds if s.state != "absent"}
        unnamed = [text for text in texts if mine(text)]
        return Counts(
            index, direction,
            seeds=len(everyone),
            edges=len({(link.source, link.citing, link.cited) for link in links if mine(link)}),
            records=sum(q.retrieved for q in asked),
            distinct=len(found), known=len(found - new), new=len(new),
            **_screening(state, new),
            absent=len(everyone - held),
            unnamed=len(unnamed), matched=sum(text.record_id is not None for text in unnamed),
            undescribed=sum(n for name, n in lost.items() if index in (None, name)),
        )  # fmt: skip

    pairs = sorted({(seed.source, seed.direction) for seed in seeds}, key=lambda p: (round_.indexes.index(p[0]), p[1]))
    return RoundStatus(round_, run, counts(None, None), tuple(counts(*pair) for pair in pairs))


def _screening(state: _State, new: Iterable[str]) -> dict[str, int]:
    """How far the screening of these works is; a work that a criterion marks is not screened."""
    works_, eligible = list(new), [work for work in new if work not in state.marked]
    sought = [work for work in eligible if state.outcome(work, 0) == "include"]
    open_ = sum(state.outcome(work, 0) in ("waiting", "conflict") for work in eligible)
    ended = {work: state.outcome(work, -1) for work in sought}
    return {
        "marked": len(works_) - len(eligible),
        "screened": len(eligible) - open_,
        "sought": len(sought),
        "included": sum(end == "include" for end in ended.values()),
        "waiting": open_ + sum(end in ("waiting", "conflict") for end in ended.values()),
    }


def saturation(review: Review, found: Iterable[RoundStatus]) -> Saturation:
    """Saturated: no work that any round found waits for screening, and every included work was followed both ways.

    The rule is Wohlin's (2014): a complete round, backward and forward, that includes nothing new.
    """
    done = list(found)
    if not done:
        return Saturation(False, ("no round was run yet",))
    why = [
        f"round {one.round.number} was {'ended with work left' if one.round.ended_early else 'interrupted'}"
        for one in done
        if one.round.ended_early or one.run.status != "complete"
    ]
    if not included(review):
        why.append("no work is included yet")
    if waiting := sum(one.whole.waiting for one in done):
        why.append(f"{_n(waiting, 'work')} found by citation searching {_waits(waiting)} for a decision")
    for (index, direction), left in unasked(review).items():
        why.append(f"{_n(len(left), 'included work')} {_was(len(left))} not followed {direction} in {title_of(index)}")
    ways = {way for one in done for way in one.round.directions}
    why += [f"no index was asked {way}" for way in ("backward", "forward") if way not in ways]
    if why:
        return Saturation(False, tuple(why))
    return Saturation(True, ("every included work was followed both ways, and the last round included nothing new",))


def _n(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def _waits(n: int) -> str:
    return "waits" if n == 1 else "wait"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"
