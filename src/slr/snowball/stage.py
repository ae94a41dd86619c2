"""One round of citation searching: what the seeds cite and what cites them (TARCiS 2024, Wohlin 2014).

Seeds are the included works that an index was not asked about yet. What comes back is kept with origin "citation", and
is grouped and screened like every other record; the works that screening then includes are the next round's seeds.
A round keeps the seeds, indexes and directions that it began with, so that an interrupted one goes on as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from slr import __version__
from slr.errors import OurBug, SlrError
from slr.events import Note
from slr.failures import together
from slr.http.client import Http
from slr.review import Review
from slr.snowball.indexes import DIRECTIONS, chosen, open_index
from slr.snowball.naming import retracted
from slr.snowball.round import Asking, Room
from slr.snowball.seeds import INCLUDED, choose, included, waiting_seeds, wanted
from slr.sources.base import Describer, Direction
from slr.sources.registry import title_of
from slr.store import citations, records, runs
from slr.store.citations import Round
from slr.store.runs import Run

__all__ = ["DIRECTIONS", "SnowballReport", "Terms", "included", "snowball", "unfinished", "waiting_seeds"]

MAX_NEW = 10_000
"""Records that were not known before, after which a call stops unless the user allows more: some weeks of screening."""


FULLER = "openalex"
"""Who describes works, with abstracts, for an index that has none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a round is asked for; an interrupted round keeps its own terms but for the limits.

    ``indexes`` () means every enabled source that knows citations. ``seeds`` is ``included``, or works and files.
    ``max_new`` stops after so many new records (None: never); ``rounds_limit`` allows no round after that number;
    ``again`` asks also about works that were asked about before.
    """

    directions: tuple[Direction, ...] = DIRECTIONS
    indexes: tuple[str, ...] = ()
    seeds: tuple[str, ...] = (INCLUDED,)
    max_new: int | None = MAX_NEW
    rounds_limit: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class SnowballReport:
    """What a round did, all that it has so far.

    ``run_id`` None: there was nothing to ask. ``seeds`` are works; ``not_in_index`` those that no index asked holds;
    ``returned`` records by direction; ``requests`` those sent by this call; ``failure`` why work is left.
    """

    run_id: str | None
    round: int
    seeds: tuple[str, ...]
    not_in_index: tuple[str, ...]
    returned: dict[str, int]
    new_records: int
    requests: int = 0
    from_archive: int = 0
    problems: tuple[str, ...] = ()
    failure: SlrError | None = field(default=None, compare=False)

    def whole(self) -> SnowballReport:
        """This report, if the round is complete; else why it is not is raised."""
        if self.failure:
            raise self.failure
        return self


def snowball(review: Review, terms: Terms = Terms()) -> SnowballReport:
    """Run the next round, or go on with an interrupted one; an index that fails does not stop the others.

    Raises UserError if no index can be asked, NotFound for named seeds that the review does not hold.
    """
    going_on = unfinished(review)
    round_ = _gone_on(review, terms) if going_on else _begun(review, terms)
    if round_ is None:
        return SnowballReport(None, len(citations.rounds(review.store.db)), (), (), {}, 0)
    _tell_retracted(review, round_)
    room, failures, before = Room(terms.max_new), list[SlrError](), records.count(review.store.db)
    with review.http(round_.run_id) as http:
        for name in round_.indexes:
            try:
                Asking(review, round_, open_index(review, name, http), room, _fuller(review, round_, http)).everything()
            except OurBug:
                raise
            except SlrError as error:
                failures.append(error)
                if room.full:
                    break
        usage = [http.usage(name) for name in round_.indexes]
    with review.store.writing() as db:
        runs.end(db, round_.run_id, "incomplete" if failures else "complete", review.now())
    sent = sum(u.requests for u in usage), sum(u.from_archive for u in usage)
    return _report(review, round_, records.count(review.store.db) - before, sent, failures)


def _tell_retracted(review: Review, round_: Round) -> None:
    """Once a round, however many indexes are asked about the seed."""
    waiting = {seed.work_id for seed in citations.seeds(review.store.db, round_.run_id) if seed.state == "waiting"}
    for work, title in retracted(review, sorted(waiting)).items():
        told = f"seed {work} ({title}) is retracted: its citations are followed, but look at its inclusion again"
        review.listen(Note(told))


def _fuller(review: Review, round_: Round, http: Http) -> Describer | None:
    """OpenAlex, where it is asked or enabled: it describes works with abstracts, up to 100 a request."""
    there = FULLER in round_.indexes or FULLER in review.enabled_sources()
    source = open_index(review, FULLER, http) if there else None
    return source if isinstance(source, Describer) else None


def unfinished(review: Review) -> Run | None:
    """The round that was interrupted, if there is one."""
    latest = runs.latest(review.store.db, "citation")
    return latest if latest and latest.status != "complete" else None


def end_round(review: Review) -> int | None:
    """End an interrupted round with work left; what it has stays. Returns its number, None if there is none."""
    run = unfinished(review)
    if run is None:
        return None
    with review.store.writing() as db:
        citations.end_early(db, run.run_id)
        runs.end(db, run.run_id, "complete", review.now())
    return next(r.number for r in citations.rounds(review.store.db) if r.run_id == run.run_id)


def _gone_on(review: Review, terms: Terms) -> Round | None:
    """The interrupted round; one that was interrupted before it was noted begins anew."""
    run = unfinished(review)
    found = next((r for r in citations.rounds(review.store.db) if run and r.run_id == run.run_id), None)
    if found is None:
        return None
    review.listen(
        Note(f"going on with round {found.number} as it was begun ({', '.join(map(title_of, found.indexes))})")
    )
    with review.store.writing() as db:
        citations.limit(db, found.run_id, rounds_limit=terms.rounds_limit, max_new=terms.max_new)
    return found


def _begun(review: Review, terms: Terms) -> Round | None:
    """The next round with its seeds, in one transaction; None if nothing is to be asked, or the limit is reached."""
    indexes = chosen(review, terms.indexes, terms.directions)
    seeds = choose(review, terms.seeds)
    if not seeds.works:
        return None
    whom = wanted(review, seeds, indexes, terms.directions, terms.again)
    number = len(citations.rounds(review.store.db)) + 1
    if not whom or (terms.rounds_limit is not None and number > terms.rounds_limit):
        return None
    run = _run(review, number)
    limits = terms.rounds_limit, terms.max_new, terms.again
    round_ = Round(run.run_id, number, seeds.origin, terms.directions, indexes, *limits)
    with review.store.writing() as db:
        runs.begin(db, run)
        citations.begin(db, round_)
        for (index, direction), work_ids in whom.items():
            citations.add_seeds(db, run.run_id, index, direction, work_ids)
    return round_


def _run(review: Review, number: int) -> Run:
    variants = review.variants_in_force()
    started = review.now()
    return Run(
        run_id=f"citation-{number}-{started.replace(':', '').replace('-', '')}",
        kind="citation",
        started_at=started,
        finished_at=None,
        status="running",
        config_hash=review.search_hash(variants),
        matrix_hash=review.matrix_hash(variants),
        variants=variants,
        slr_version=__version__,
    )


def _report(
    review: Review, round_: Round, new: int, sent: tuple[int, int], failures: Sequence[SlrError]
) -> SnowballReport:
    db = review.store.db
    queries = runs.queries(db, round_.run_id)
    returned = {str(d): sum(q.retrieved for q in queries if q.text.startswith(f"{d}: ")) for d in DIRECTIONS}
    seeds = citations.seeds(db, round_.run_id)
    everyone, held = {s.work_id for s in seeds}, {s.work_id for s in seeds if s.state != "absent"}
    return SnowballReport(
        round_.run_id, round_.number, tuple(sorted(everyone)), tuple(sorted(everyone - held)), returned, new, *sent,
        tuple(map(str, failures)), together(failures, len(round_.indexes)),
    )  # fmt: skip
