"""The same groups past one machine's memory: records, keys and pairs in DuckDB, which spills to disk.

The steps are those of ``group``: comparable forms, blocks, candidate pairs, rules, clusters. What is held in memory at
once is a batch of records or pairs, and 8 bytes a record for the components that the links make; a component (the
records that duplicate or doubtful pairs connect) is small and is clustered as a whole, by the code that clusters all.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from slr.dedup.blocking import KEYS
from slr.dedup.clusters import BATCH
from slr.dedup.columns import Columns, Ints
from slr.dedup.frame import COLUMNS, side_of
from slr.dedup.group import Grouped, Told, Verdicts, clustered, telling
from slr.dedup.sides import Side
from slr.errors import UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
RECORDS = 100_000
"""Records in memory at once."""
_TABLES = """
CREATE TABLE arrived (title VARCHAR, year INT, first VARCHAR, page VARCHAR, doi VARCHAR, record_id VARCHAR,
                      fresh BOOLEAN, side BLOB);
CREATE TABLE arrived_keys (record_id VARCHAR, block UTINYINT, key UBIGINT);
"""
_ORDERED = """
CREATE TABLE sides AS
    SELECT row_number() OVER (ORDER BY title, year, first, page, doi, record_id) - 1 AS n, record_id, fresh, side
    FROM arrived ORDER BY n;
CREATE TABLE keys AS SELECT n, fresh, block, key FROM arrived_keys JOIN sides USING (record_id);
DROP TABLE arrived;
DROP TABLE arrived_keys;
"""
_PAIRS = """
INSERT INTO found
    SELECT least(n, other), greatest(n, other) FROM (
        SELECT n, fresh, unnest([{ns}]) AS other, unnest([{fresh}]) AS other_fresh
        FROM keys WHERE block = {block} WINDOW w AS (PARTITION BY key ORDER BY n))
    WHERE other IS NOT NULL AND other <> n AND (fresh OR other_fresh)
"""


def group_out_of_core(
    sides: Iterable[Side],
    together: Mapping[str, str],
    verdicts: Verdicts,
    folder: Path,
    memory: str = "4GB",
    at_once: int = RECORDS,
) -> Iterator[Grouped]:
    """``grouped`` for any number of records: the same groups and doubts, some components at a time.

    ``folder`` (existing, on a disk with room for about 3 kB a record) takes the working files, which are removed in
    the end; ``memory`` bounds DuckDB's share, as "4GB"; ``at_once`` is how many records are held in memory.
    """
    import duckdb

    database = folder / "duplicates.duckdb"
    database.unlink(missing_ok=True)
    db = duckdb.connect(str(database), config={"memory_limit": memory, "temp_directory": str(folder / "spilled")})
    try:
        _store(db, sides, together, at_once)
        _candidates(db)
        _judge(db)
        yield from _clusters(db, together, verdicts, at_once)
    finally:
        db.close()
        database.unlink(missing_ok=True)


def group_in(folder: Path) -> Callable[[Iterable[Side], Mapping[str, str], Verdicts], Grouped]:
    """``group_out_of_core`` with its working files in ``folder``, all pieces put together, as ``grouped`` has them."""

    def group(sides: Iterable[Side], together: Mapping[str, str], verdicts: Verdicts) -> Grouped:
        pieces = list(group_out_of_core(sides, together, verdicts, folder))
        return Grouped(
            sorted(chain.from_iterable(p.placed for p in pieces), key=lambda one: one.record_id),
            sorted(chain.from_iterable(p.unsure for p in pieces), key=lambda d: (-d.score, d.a, d.b)),
        )

    return group


def find_duplicates_in(files: Sequence[Path], out: Path, folder: Path, memory: str = "4GB") -> int:
    """``find_duplicates`` from Parquet files to a Parquet file ``out`` (record_id, work_id); the number of works.

    The files have the column ``record_id``, unique over all of them, and any of the others. ``folder`` and ``memory``
    are as in ``group_out_of_core``.
    """
    import duckdb

    with duckdb.connect() as db:
        db.execute("CREATE TABLE placed (record_id VARCHAR, work_id VARCHAR)")
        for grouped in group_out_of_core(_sides_in(files), {}, {}, folder, memory):
            ids, founders = [p.record_id for p in grouped.placed], [p.founder for p in grouped.placed]
            db.execute("INSERT INTO placed SELECT unnest(?), unnest(?)", [ids, founders])
        db.execute("COPY (FROM placed ORDER BY record_id) TO ? (FORMAT parquet)", [str(out)])
        return _number(db, "SELECT count(DISTINCT work_id) FROM placed")


def _sides_in(files: Sequence[Path]) -> Iterator[Side]:
    import duckdb

    with duckdb.connect() as db:
        names = [str(f) for f in files]
        db.execute(f"CREATE VIEW records AS FROM read_parquet({_list(names)}, union_by_name=true)")
        there = {row[0] for row in db.execute("DESCRIBE records").fetchall()}
        if "record_id" not in there:
            raise UserError(f"{names[0]} has no column 'record_id': name the column that identifies a record so")
        wanted = [f"CAST({c} AS VARCHAR)" if c in there else "NULL" for c in ("record_id", *COLUMNS)]
        rows = db.execute(f"SELECT {', '.join(wanted)} FROM records")
        while batch := rows.fetchmany(RECORDS):
            yield from (side_of(*(cell or "" for cell in row)) for row in batch)


def _list(names: Sequence[str]) -> str:
    """File names as a list in SQL: a view takes no parameters."""
    return "[" + ", ".join("'" + name.replace("'", "''") + "'" for name in names) + "]"


def _store(db: DuckDBPyConnection, sides: Iterable[Side], together: Mapping[str, str], at_once: int) -> None:
    """Every record and its keys, numbered in the order in which alike ones stand near each other."""
    db.execute(_TABLES)
    for batch in _batches(sides, at_once):
        heads = [(s.title, s.year or 0, s.first, s.page or "", s.doi or "", s.record_id) for s in batch]
        columns = [*map(list, zip(*heads, strict=True)), [s.record_id not in together for s in batch]]
        blobs = [pickle.dumps(s) for s in batch]
        db.execute("INSERT INTO arrived SELECT " + ", ".join(["unnest(?)"] * 8), [*columns, blobs])
        keys = [(s.record_id, n, _hash(key)) for s in batch for n, b in enumerate(KEYS) for key in b.keys(s)]
        if keys:
            db.execute(
                "INSERT INTO arrived_keys SELECT unnest(?), unnest(?), unnest(?)",
                list(map(list, zip(*keys, strict=True))),
            )
    twice = db.execute("SELECT record_id FROM arrived GROUP BY record_id HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise UserError(f"the record_id '{twice[0]}' stands on several rows: give each record its own")
    db.execute(_ORDERED)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _hash(key: object) -> int:
    """8 bytes of a key: two keys that meet by chance are compared once too often, which changes nothing."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest())


def _candidates(db: DuckDBPyConnection) -> None:
    """Each record with the next ones of its blocks, by a window over each block: linear whatever the block's size."""
    db.execute("CREATE TABLE found (i BIGINT, j BIGINT)")
    for number, blocks in enumerate(KEYS):
        steps = range(1, blocks.window + 1)
        ns, fresh = (", ".join(f"lead({c}, {step}) OVER w" for step in steps) for c in ("n", "fresh"))
        db.execute(_PAIRS.format(ns=ns, fresh=fresh, block=number))
    db.execute("CREATE TABLE pairs AS SELECT DISTINCT i, j FROM found ORDER BY i, j")
    db.execute("DROP TABLE found; DROP TABLE keys")


def _judge(db: DuckDBPyConnection) -> None:
    """The pairs that a rule calls duplicates or doubtful; the batches follow the order of the titles."""
    db.execute("CREATE TABLE links (rule TINYINT, score SMALLINT, i BIGINT, j BIGINT)")
    with db.cursor() as reading:
        rows = reading.execute("SELECT i, j FROM pairs ORDER BY i, j")
        while pairs := rows.fetchmany(BATCH):
            i, j = np.array(pairs, np.int64).T
            wanted = np.unique(np.concatenate((i, j)))
            found = telling(Columns(_sides(db, wanted)), np.searchsorted(wanted, i), np.searchsorted(wanted, j))
            columns = [found.rule, found.score, wanted[found.i], wanted[found.j]]
            db.execute(
                "INSERT INTO links SELECT unnest(?), unnest(?), unnest(?), unnest(?)", [c.tolist() for c in columns]
            )


def _sides(db: DuckDBPyConnection, numbers: Ints) -> list[Side]:
    """The records of these numbers (ascending)."""
    found = db.execute(
        "SELECT side FROM sides SEMI JOIN (SELECT unnest(?) AS n) USING (n) ORDER BY n", [numbers.tolist()]
    )
    return [pickle.loads(blob) for (blob,) in found.fetchall()]  # our own file of this run


def _clusters(
    db: DuckDBPyConnection, together: Mapping[str, str], verdicts: Verdicts, at_once: int
) -> Iterator[Grouped]:
    """Whole components at a time, and then the records that no link and no group holds."""
    component = _components(db, together, verdicts)
    order = np.argsort(component, kind="stable")
    ends = [*(np.flatnonzero(np.diff(component[order])) + 1).tolist(), len(order)]
    begin = 0
    for end in ends:
        if end - begin >= at_once or end == len(order):
            yield _grouped(db, np.sort(order[begin:end]), together, verdicts)
            begin = end


def _components(db: DuckDBPyConnection, together: Mapping[str, str], verdicts: Verdicts) -> Ints:
    """Per record the smallest number of the records that links, earlier groups and people's verdicts connect it to."""
    parent = np.arange(_number(db, "SELECT count(*) FROM sides"))
    with db.cursor() as reading:
        rows = reading.execute("SELECT i, j FROM links")
        while links := rows.fetchmany(BATCH):
            for i, j in links:
                _unite(parent, i, j)
    for a, b in _given(db, together, verdicts):
        _unite(parent, a, b)
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            return parent
        parent = above


def _given(db: DuckDBPyConnection, together: Mapping[str, str], verdicts: Verdicts) -> Iterator[tuple[int, int]]:
    pairs = chain(together.items(), (tuple(pair) for pair in verdicts if len(pair) == 2))
    db.execute("CREATE TABLE given (a VARCHAR, b VARCHAR)")
    for batch in _batches(pairs, BATCH):
        db.execute("INSERT INTO given SELECT unnest(?), unnest(?)", [[a for a, *_ in batch], [b for *_, b in batch]])
    # A founder may be no record any more: members of its group are then tied by what they share, its name.
    named = """
        SELECT min(n) OVER (PARTITION BY b), n FROM given JOIN sides ON a = record_id
        UNION ALL SELECT x.n, y.n FROM given JOIN sides x ON a = x.record_id JOIN sides y ON b = y.record_id
    """
    yield from db.execute(named).fetchall()


def _unite(parent: Ints, a: int, b: int) -> None:
    one, other = _root(parent, a), _root(parent, b)
    parent[max(one, other)] = min(one, other)


def _root(parent: Ints, one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = int(parent[one])
    return one


def _grouped(db: DuckDBPyConnection, numbers: Ints, together: Mapping[str, str], verdicts: Verdicts) -> Grouped:
    sides = _sides(db, numbers)
    columns = Columns(sides)
    rows = db.execute(
        "SELECT rule, score, i, j FROM links SEMI JOIN (SELECT unnest(?) AS i) USING (i)", [numbers.tolist()]
    )
    links = np.array(rows.fetchall(), np.int64).reshape(-1, 4).T
    rule, score, i, j = links
    found = Told(rule, score, np.searchsorted(numbers, i), np.searchsorted(numbers, j))
    mine = {s.record_id for s in sides}
    return clustered(columns, found, together, {pair: said for pair, said in verdicts.items() if pair <= mine})


def _number(db: DuckDBPyConnection, query: str) -> int:
    row = db.execute(query).fetchone()
    return int(row[0]) if row else 0
