"""Rounds of citation searching, their seeds, the citations indexes told: the only writer of those tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slr.store.connection import Connection, Row

IMPORTED = "import"
"""The ``source`` of references that stand in imported files; ``citing`` is then a record."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: a run with its number, where its seeds are from and how it was asked for.

    ``seeds_from``: ``included``, or the user's words for the list; ``rounds_limit`` and ``max_new`` are the limits that
    were set (None: none); ``again``: works are asked about that were before;
    ``ended_early``: the user ended it with work left.
    """

    run_id: str
    number: int
    seeds_from: str
    directions: tuple[str, ...]
    indexes: tuple[str, ...]
    rounds_limit: int | None = None
    max_new: int | None = None
    again: bool = False
    ended_early: bool = False


@dataclass(frozen=True, slots=True)
class Seed:
    """A work that an index was asked about in a round; ``work_id`` is the present work.

    ``own_id`` is what the index calls it; an index that holds it several times has several names, with blanks between.
    """

    run_id: str
    source: str
    direction: str
    work_id: str
    own_id: str | None
    state: str

    @property
    def names(self) -> tuple[str, ...]:
        """What the index calls it."""
        return tuple((self.own_id or "").split())


@dataclass(frozen=True, slots=True)
class Link:
    """One citation as an index told it, in the index's own names of works."""

    run_id: str
    source: str
    direction: str
    citing: str
    cited: str

    @property
    def other(self) -> str:
        """The end that was not asked about."""
        return self.cited if self.direction == "backward" else self.citing


@dataclass(frozen=True, slots=True)
class ReferenceText:
    """A reference without an identifier: as text, with its parts where the index gives them, and what it matches."""

    source: str
    citing: str
    text: str
    run_id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    record_id: str | None = None
    rule: str | None = None


def naming(db: Connection) -> Iterator[tuple[str, str | None, dict[str, str], list[str]]]:
    """(record_id, DOI, other identifiers, references) of every record as last seen, by id."""
    rows = db.execute("SELECT record_id, doi, ids, cites FROM record ORDER BY record_id")
    return ((row[0], row[1], json.loads(row[2]), json.loads(row[3])) for row in rows)


# rounds


def begin(db: Connection, round_: Round) -> None:
    """Keep a new round; its run has to be there."""
    db.execute(
        "INSERT INTO citation_round (run_id, number, seeds_from, directions, indexes, rounds_limit, max_new, again) "
        "VALUES (?,?,?,?,?,?,?,?)",
        (round_.run_id, round_.number, round_.seeds_from, json.dumps(round_.directions), json.dumps(round_.indexes),
         round_.rounds_limit, round_.max_new, round_.again),
    )  # fmt: skip


def rounds(db: Connection) -> list[Round]:
    """Every round, first to last."""
    return [_round(row) for row in db.execute("SELECT * FROM citation_round ORDER BY number")]


def _round(row: Row) -> Round:
    lists = {name: tuple(json.loads(row[name])) for name in ("directions", "indexes")}
    switches = {name: bool(row[name]) for name in ("again", "ended_early")}
    return Round(**{**dict(row), **lists, **switches})


def limit(db: Connection, run_id: str, *, rounds_limit: int | None, max_new: int | None) -> None:
    """Note the limits that were set when a round was gone on with."""
    db.execute(
        "UPDATE citation_round SET rounds_limit = ?, max_new = ? WHERE run_id = ?", (rounds_limit, max_new, run_id)
    )


def end_early(db: Connection, run_id: str) -> None:
    """Note that a round was ended with work left."""
    db.execute("UPDATE citation_round SET ended_early = 1 WHERE run_id = ?", (run_id,))


# seeds


def add_seeds(db: Connection, run_id: str, source: str, direction: str, work_ids: Iterable[str]) -> None:
    """Keep the works that a round asks an index about; they wait to be looked up."""
    db.executemany(
        "INSERT INTO citation_seed (run_id, source, direction, work_id, state) VALUES (?,?,?,?,'waiting') "
        "ON CONFLICT DO NOTHING",
        ((run_id, source, direction, work_id) for work_id in work_ids),
    )


def name_seeds(db: Connection, run_id: str, source: str, names: Mapping[str, str | None]) -> None:
    """Keep what an index calls waiting seeds (None: it does not have the work)."""
    db.executemany(
        "UPDATE citation_seed SET own_id = ?, state = ? WHERE run_id = ? AND source = ? AND state = 'waiting' "
        "AND work_id IN (SELECT w.work_id FROM work AS w JOIN membership AS m ON m.record_id = w.founder "
        "WHERE m.work_id = ?)",
        ((own, "held" if own else "absent", run_id, source, work_id) for work_id, own in names.items()),
    )


def mark_read(db: Connection, run_id: str, source: str, own_ids: Iterable[str]) -> None:
    """Note that the reference lists of these seeds were known already."""
    db.executemany(
        "UPDATE citation_seed SET state = 'read' WHERE run_id = ? AND source = ? AND direction = 'backward' "
        "AND own_id = ? AND state = 'held'",
        ((run_id, source, own_id) for own_id in own_ids),
    )


_SEEDS = (
    "SELECT s.run_id, s.source, s.direction, m.work_id, s.own_id, s.state FROM citation_seed AS s "
    "JOIN work AS w USING (work_id) JOIN membership AS m ON m.record_id = w.founder "
)


def seeds(db: Connection, run_id: str | None = None) -> list[Seed]:
    """The seeds of a round (of all: None) under the works they are now, by index, direction and work."""
    rows = db.execute(
        _SEEDS + "WHERE ?1 IS NULL OR s.run_id = ?1 ORDER BY s.run_id, s.source, s.direction, m.work_id", (run_id,)
    )
    return list(dict.fromkeys(Seed(*row) for row in rows))


def asked(db: Connection) -> dict[tuple[str, str], set[str]]:
    """(index, direction) → the works that some round asked it about, or has noted to ask."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for seed in seeds(db):
        found[seed.source, seed.direction].add(seed.work_id)
    return found


def names(db: Connection, source: str) -> dict[str, str | None]:
    """work → what an index calls it (None: a look-up did not find it), of the seeds that were looked up."""
    rows = db.execute(_SEEDS + "WHERE s.source = ? AND s.state <> 'waiting' ORDER BY s.run_id", (source,))
    found: dict[str, str | None] = {}
    for row in rows:
        found[row["work_id"]] = row["own_id"] or found.get(row["work_id"])
    return found


# citations


def add_links(
    db: Connection,
    run_id: str,
    source: str,
    direction: str,
    links: Iterable[tuple[str, str]],
    *,
    exchange_id: str | None,
    at: str,
) -> None:
    """Keep (citing, cited) as an index told them; told again in the round, they stay as they are."""
    db.executemany(
        "INSERT INTO citation (run_id, source, direction, citing, cited, exchange_id, at) VALUES (?,?,?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        ((run_id, source, direction, citing, cited, exchange_id, at) for citing, cited in links),
    )


def links(db: Connection, run_id: str | None = None) -> Iterator[Link]:
    """The citations told in a round (in all: None), in order."""
    rows = db.execute(
        "SELECT run_id, source, direction, citing, cited FROM citation WHERE ?1 IS NULL OR run_id = ?1 "
        "ORDER BY run_id, source, direction, citing, cited",
        (run_id,),
    )
    return (Link(*row) for row in rows)


def others(db: Connection, run_id: str, source: str, direction: str) -> list[str]:
    """What an index calls the works at the other ends of the citations of one direction of a round, sorted."""
    other = "cited" if direction == "backward" else "citing"
    rows = db.execute(
        f"SELECT DISTINCT {other} FROM citation WHERE run_id = ? AND source = ? AND direction = ? ORDER BY 1",
        (run_id, source, direction),
    )
    return [row[0] for row in rows]


def add_linked(db: Connection, source: str, ids: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the other identifiers of works that an index named."""
    db.executemany(
        "INSERT INTO linked_work (source, own_id, ids) VALUES (?,?,?) ON CONFLICT DO NOTHING",
        ((source, own, json.dumps(dict(names), sort_keys=True)) for own, names in ids.items()),
    )


def looked_up(db: Connection, source: str, found: Mapping[str, bool]) -> None:
    """Note which works a look-up by the index's names found and which not: they are never looked up again."""
    db.executemany(
        "INSERT INTO linked_work (source, own_id, found) VALUES (?,?,?) "
        "ON CONFLICT (source, own_id) DO UPDATE SET found = excluded.found",
        ((source, own, there) for own, there in found.items()),
    )


def linked(db: Connection, source: str) -> dict[str, tuple[dict[str, str], bool | None]]:
    """own id → (other identifiers, whether a look-up found it; None: not looked up) of the works an index named."""
    rows = db.execute("SELECT own_id, ids, found FROM linked_work WHERE source = ?", (source,))
    return {row[0]: (json.loads(row[1]), None if row[2] is None else bool(row[2])) for row in rows}


def not_found(db: Connection, run_id: str, source: str) -> list[str]:
    """The names of works told in a round that no look-up found, sorted."""
    rows = db.execute(
        "SELECT DISTINCT l.own_id FROM linked_work AS l JOIN citation AS c ON c.source = l.source "
        "AND l.own_id = CASE c.direction WHEN 'backward' THEN c.cited ELSE c.citing END "
        "WHERE c.run_id = ? AND c.source = ? AND l.found = 0 ORDER BY 1",
        (run_id, source),
    )
    return [row[0] for row in rows]


def works_hit(db: Connection) -> list[tuple[int, str]]:
    """(query_id, present work) of every hit of any query, in the order of the queries."""
    rows = db.execute(
        "SELECT DISTINCT h.query_id, m.work_id FROM hit AS h JOIN membership AS m USING (record_id) ORDER BY 1, 2"
    )
    return [(row[0], row[1]) for row in rows]


# references as text


def add_texts(db: Connection, texts: Iterable[ReferenceText]) -> None:
    """Keep references without an identifier, each once."""
    db.executemany(
        "INSERT INTO reference_text (source, citing, text, run_id, fields) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
        ((t.source, t.citing, t.text, t.run_id, json.dumps(dict(t.fields), ensure_ascii=False)) for t in texts),
    )


def texts(db: Connection) -> list[ReferenceText]:
    """Every reference without an identifier, with the record it matches, by index, citing work and text."""
    rows = db.execute(
        "SELECT source, citing, text, run_id, fields, record_id, rule FROM reference_text ORDER BY source, citing, text"
    )
    return [ReferenceText(**{**dict(row), "fields": json.loads(row["fields"])}) for row in rows]


def match_texts(db: Connection, matched: Sequence[ReferenceText]) -> None:
    """Keep, or take back, what references match."""
    db.executemany(
        "UPDATE reference_text SET record_id = ?, rule = ? WHERE source = ? AND citing = ? AND text = ?",
        ((t.record_id, t.rule, t.source, t.citing, t.text) for t in matched),
    )
