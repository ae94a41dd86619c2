"""One index in one round: its seeds are named, their citations read, and the works these lead to described.

Every step is one transaction, and what is left to do is worked out from the store, so that an interrupted round goes on
with the requests that it would have sent. The cursor of a query says how far it is: ``links:<the index's cursor>``
while citations are read, ``describe`` while the works at their other ends are described.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property

from slr.errors import SlrError, Unfinished
from slr.events import Note, Progress
from slr.model import CompiledQuery, Page, Record
from slr.review import Review
from slr.snowball.indexes import DIRECTIONS, SUFFIX
from slr.snowball.known import Known, names_of
from slr.snowball.naming import Lists, is_seed, own_id, reference_list, stated
from slr.sources.base import Describer, Direction, Index, Linked
from slr.sources.batches import batches
from slr.sources.registry import title_of
from slr.store import citations, decisions, pages, records, runs
from slr.store.citations import ReferenceText, Round
from slr.store.connection import Connection
from slr.store.runs import QueryState

LINKS, DESCRIBE = "links:", "describe"
DESCRIBED = 100
"""Works described in one transaction: a request of most indexes."""

COPIED = 500
"""Works that are known already, noted in one transaction."""


@dataclass
class Room:
    """How many records that were not known before a call may still take in (``most`` None: any number)."""

    most: int | None
    taken: int = 0

    @property
    def full(self) -> bool:
        """Whether nothing more may be asked for."""
        return self.most is not None and self.taken >= self.most

    def check(self) -> None:
        """Raise Unfinished if it is full."""
        if self.full:
            raise Unfinished(
                f"stopped with {self.taken:,} new records, at --max-new {self.most:,}: run the command again to take "
                "in more, raise --max-new, or leave the round as it is with 'slr snowball --end-round'"
            )


@dataclass(frozen=True)
class Asking:
    """An index that is asked in a round; ``fuller`` describes works for an index that has no abstracts."""

    review: Review
    round_: Round
    index: Index
    room: Room
    fuller: Describer | None = None

    @property
    def name(self) -> str:
        """What the index is called in the store."""
        return self.index.info.name

    @cached_property
    def known(self) -> Known:
        """What the review knows by which identifier; records that come are added."""
        return Known(records.bibliography(self.review.store.db))

    def everything(self) -> None:
        """Ask all that is left of the round. Raises what the index does wrong, Unfinished when the room is full."""
        self._name_seeds()
        for query in runs.queries(self.review.store.db, self.round_.run_id):
            if query.source == self.name + SUFFIX and query.status != "complete":
                following = Following(self, query, query.retrieved)
                try:
                    following.to_the_end()
                except SlrError as error:
                    with self.review.store.writing() as db:
                        runs.fail(db, query.query_id, str(error))
                    raise

    # seeds

    def _name_seeds(self) -> None:
        """Note what the index calls the seeds; its reference lists that are known already need no asking."""
        mine = [s for s in citations.seeds(self.review.store.db, self.round_.run_id) if s.source == self.name]
        waiting = sorted({seed.work_id for seed in mine if seed.state == "waiting"})
        if not waiting:
            return
        names, lists = self._named(waiting)
        backward = {seed.work_id for seed in mine if seed.direction == "backward"}
        read = {str(names[work]): lists[work] for work in waiting if work in lists and work in backward}
        with self.review.store.writing() as db:
            citations.name_seeds(db, self.round_.run_id, self.name, names)
            self._add_lists(db, read)
            runs.add_queries(db, self.round_.run_id, self._queries(db), origin="citation")
        absent = decisions.titles(self.review.store.db, [work for work in waiting if names[work] is None])
        for work, title in absent.items():
            told = f"seed {work} ({title}) is not in {title_of(self.name)}: check its references by hand, or ask "
            self.review.listen(Note(told + "another index"))

    def _named(self, works: Sequence[str]) -> tuple[dict[str, str | None], dict[str, Lists]]:
        """What the index calls works (None: not there), and the reference lists that are known; asks for the rest."""
        found = stated(self.review, self.index.info, works, again=self.round_.again)
        names, lists, key = dict(found.names), dict(found.lists), self.index.info.own_id
        candidates = self.index.find(found.unknown) if found.unknown else {}
        for study in found.unknown:
            match = next((c for c in candidates.get(study.key, []) if own_id(c, key) and is_seed(study, c)), None)
            names[study.key] = own = own_id(match, key) if match else None
            listed = reference_list([match], own, self.index.info) if match and own else None
            lists |= {} if listed is None or own is None else {study.key: {own: listed}}
        return names, lists

    def _add_lists(self, db: Connection, read: Mapping[str, Lists]) -> None:
        """``read``: what the index calls a seed, all its names together → the list of each."""
        links = [(own, cited) for lists in read.values() for own, listed in lists.items() for cited in listed]
        at = self.review.now()
        citations.add_links(db, self.round_.run_id, self.name, "backward", links, exchange_id=None, at=at)
        citations.mark_read(db, self.round_.run_id, self.name, read)

    def _queries(self, db: Connection) -> list[CompiledQuery]:
        seeds = [s for s in citations.seeds(db, self.round_.run_id) if s.source == self.name and s.own_id]
        ways = [way for way in DIRECTIONS if any(seed.direction == way for seed in seeds)]
        ids = {way: sorted({own for s in seeds if s.direction == way for own in s.names}) for way in ways}
        return [
            CompiledQuery(self.name + SUFFIX, part, len(ways), f"{way}: {' '.join(ids[way])}", url="", url_bytes=0)
            for part, way in enumerate(ways, start=1)
        ]

    def as_citation(self, record: Record, own: str) -> Record:
        """The record as one that citation searching identified: PRISMA counts it beside the same record of a search."""
        name = self.name + SUFFIX
        return replace(record, record_id=f"{name}:{own}", source=name, origin="citation")


@dataclass
class Following:
    """One direction of one index; ``retrieved`` counts the records that it has returned."""

    asking: Asking
    query: QueryState
    retrieved: int

    @property
    def direction(self) -> Direction:
        """The direction asked."""
        return "forward" if self.query.text.startswith("forward: ") else "backward"

    def to_the_end(self) -> None:
        """Read the citations page by page, then describe what they lead to."""
        ids = self._ids()
        cursor = self.query.next_cursor or (LINKS if ids else DESCRIBE)
        while cursor != DESCRIBE:
            self.asking.room.check()
            page = self.asking.index.linked(ids, self.direction, cursor.removeprefix(LINKS) or None)
            cursor = LINKS + page.next_cursor if page.next_cursor else DESCRIBE
            self._keep_links(page, cursor)
        self._describe()
        with self._writing() as db:
            runs.advance(db, self.query.query_id, total=None, next_cursor=None, asked_on=self._now(), notes=())

    def _ids(self) -> list[str]:
        seeds = citations.seeds(self._db, self.asking.round_.run_id)
        mine = (s for s in seeds if (s.source, s.direction, s.state) == (self.asking.name, self.direction, "held"))
        return sorted({own for seed in mine for own in seed.names})

    def _keep_links(self, page: Linked, cursor: str) -> None:
        run_id, name = self.asking.round_.run_id, self.asking.name
        exchange = self.asking.review.archive.get(page.exchange_id)
        texts = [ReferenceText(name, r.citing, r.text, run_id, r.parts()) for r in page.references]
        with self._writing() as db:
            self._keep(db, replace(page, next_cursor=cursor), {r.record_id: _suffix(r) for r in page.records})
            citations.add_links(
                db, run_id, name, self.direction, page.links, exchange_id=page.exchange_id, at=exchange.fetched_at
            )
            citations.add_linked(db, name, page.ids)
            citations.add_texts(db, texts)
        self._tell(page.total)

    def _keep(self, db: Connection, page: Page, own: Mapping[str, str]) -> None:
        """Keep those records of a page that ``own`` names (record id → the index's own id)."""
        places = [i for i, record in enumerate(page.records) if record.record_id in own]
        kept = [self.asking.as_citation(page.records[i], own[page.records[i].record_id]) for i in places]
        self._count(kept)
        positions = tuple(page.positions[i] for i in places)
        found = Page(tuple(kept), positions, page.exchange_id, page.next_cursor, page.total, page.warnings)
        exchange = self.asking.review.archive.get(page.exchange_id)
        self.retrieved = pages.keep(db, self.query.query_id, found, exchange, self.retrieved)

    def _count(self, kept: Iterable[Record]) -> None:
        """Note how many of these were not known by any identifier before."""
        for record in kept:
            if self.asking.known.find(names_of(record)) is None:
                self.asking.room.taken += 1
            self.asking.known.add(record)

    # describing

    def _describe(self) -> None:
        """What is known already is noted without asking, what a look-up did not find once is not looked up again."""
        named = citations.linked(self._db, self.asking.name)
        key = self.asking.index.info.own_id
        there = runs.hit_by(self._db, self.query.query_id)
        prefix = f"{self.query.source}:"
        names = {
            own: {key: own, **named.get(own, ({}, None))[0]}
            for own in citations.others(self._db, self.asking.round_.run_id, self.asking.name, self.direction)
            if prefix + own not in there
        }
        known = {own: found for own, of_it in names.items() if (found := self._known(prefix + own, of_it))}
        for some in batches(known, COPIED):
            self._copy({own: known[own] for own in some})
        unknown = [own for own in names if own not in known and named.get(own, ({}, None))[1] is not False]
        for some in batches(unknown, DESCRIBED):
            self.asking.room.check()
            self._look_up({own: names[own] for own in some})
            self._tell(None)

    def _known(self, record_id: str, names: Mapping[str, str]) -> str | None:
        return record_id if records.get(self._db, record_id) else self.asking.known.find(names)

    def _copy(self, known: Mapping[str, str]) -> None:
        """Return works that the review knows, with the descriptions it has of them."""
        there = {own: records.get(self._db, record_id) for own, record_id in known.items()}
        copies = [self.asking.as_citation(record, own) for own, record in there.items() if record]
        with self._writing() as db:
            records.add(
                db, self.query.query_id, copies, positions=range(len(copies)), first_rank=self.retrieved + 1,
                exchange_id=None,
            )  # fmt: skip
        self.retrieved += len(copies)

    def _look_up(self, names: Mapping[str, Mapping[str, str]]) -> None:
        """Describe these works; which of them nobody describes is noted, so that none is looked up again."""
        called = {pair: own for own, of_it in names.items() for pair in of_it.items()}
        replies = list(self._descriptions(names, called))
        found: dict[str, bool] = dict.fromkeys(names, False)
        with self._writing() as db:
            for page in replies:
                own = {r.record_id: name for r in page.records if (name := _called(r, called))}
                found |= dict.fromkeys(own.values(), True)
                self._keep(db, replace(page, next_cursor=DESCRIBE, total=None), own)
            citations.looked_up(db, self.asking.name, found)

    def _descriptions(self, names: Iterable[str], called: Mapping[tuple[str, str], str]) -> Iterator[Page]:
        left = dict.fromkeys(names)
        if self.asking.index.info.describes_briefly and self.asking.fuller:
            for page in self.asking.fuller.described("doi", sorted(value for name, value in called if name == "doi")):
                yield page
                for record in page.records:
                    left.pop(_called(record, called) or "", None)
        if left:
            yield from self.asking.index.fetched(sorted(left))

    # the store

    @property
    def _db(self) -> Connection:
        return self.asking.review.store.db

    def _writing(self) -> AbstractContextManager[Connection]:
        return self.asking.review.store.writing()

    def _now(self) -> str:
        return self.asking.review.now()

    def _tell(self, total: int | None) -> None:
        task = f"{self.query.source} {self.direction}"
        self.asking.review.listen(Progress(task, self.retrieved, total, "records"))


def _suffix(record: Record) -> str:
    return record.record_id.partition(":")[2]


def _called(record: Record, called: Mapping[tuple[str, str], str]) -> str | None:
    """Which of the works that were looked up a record describes, by any identifier."""
    return next((called[pair] for pair in names_of(record).items() if pair in called), None)
