"""Records as received, and the hits that brought them: the only writer of record_version, record_head and hit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from slr.model import Record
from slr.store.connection import Connection, Row

_FIELDS = (
    "record_id, content_hash, source, origin, title, authors, year, venue, volume, issue, pages, doi, type, language, "
    "abstract, keywords, retracted, url, ids, cites"
)
_BRIEF = (
    _FIELDS.replace("abstract", "NULL AS abstract")
    .replace("keywords", "'[]' AS keywords")
    .replace("cites", "'[]' AS cites")
)
_PRESENT = "FROM record_version WHERE version_id IN (SELECT version_id FROM record_head"
"""Some of the present records: asked for by the view ``record``, SQLite reads every one to find a few."""
_INSERT = f"INSERT INTO record_version ({_FIELDS}) VALUES ({', '.join('?' * 20)})"


def add(
    db: Connection,
    query_id: int,
    records: Sequence[Record],
    *,
    positions: Sequence[int],
    first_rank: int,
    exchange_id: str | None,
) -> int:
    """Keep one page of hits of a query; returns how many of its records were not known before.

    A record already hit by this query keeps its first rank. A record seen before with the same content adds no version.
    """
    new = 0
    for offset, (record, position) in enumerate(zip(records, positions, strict=True)):
        version_id, is_new = _version_of(db, record)
        new += is_new
        db.execute(
            "INSERT INTO hit (query_id, record_id, version_id, rank, exchange_id, position) VALUES (?,?,?,?,?,?) "
            "ON CONFLICT DO NOTHING",
            (query_id, record.record_id, version_id, first_rank + offset, exchange_id, position),
        )
    return new


def _version_of(db: Connection, record: Record) -> tuple[int, bool]:
    content_hash = record.content_hash()
    head = db.execute(
        "SELECT v.version_id, v.content_hash FROM record_head AS h JOIN record_version AS v USING (version_id) "
        "WHERE h.record_id = ?",
        (record.record_id,),
    ).fetchone()
    if head and head["content_hash"] == content_hash:
        return head["version_id"], False
    version_id = _earlier(db, record.record_id, content_hash)
    if version_id is None:
        db.execute(_INSERT, _as_row(record, content_hash))
        version_id = int(db.execute("SELECT last_insert_rowid()").fetchone()[0])
    db.execute(
        "INSERT INTO record_head (record_id, version_id) VALUES (?, ?) "
        "ON CONFLICT (record_id) DO UPDATE SET version_id = excluded.version_id",
        (record.record_id, version_id),
    )
    return version_id, head is None


def _earlier(db: Connection, record_id: str, content_hash: str) -> int | None:
    row = db.execute(
        "SELECT version_id FROM record_version WHERE record_id = ? AND content_hash = ?", (record_id, content_hash)
    ).fetchone()
    return row["version_id"] if row else None


def _as_row(record: Record, content_hash: str) -> tuple[object, ...]:
    return (
        record.record_id, content_hash, record.source, record.origin, record.title, _json(record.authors), record.year,
        record.venue, record.volume, record.issue, record.pages, record.doi, record.type, record.language,
        record.abstract, _json(record.keywords), record.retracted, record.url, _json(dict(record.ids)),
        _json(record.references),
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read(row: Row) -> Record:
    """The Record of a row of the view ``record``."""
    return Record(
        record_id=row["record_id"],
        source=row["source"],
        origin=row["origin"],
        title=row["title"],
        authors=tuple(json.loads(row["authors"])),
        year=row["year"],
        venue=row["venue"],
        volume=row["volume"],
        issue=row["issue"],
        pages=row["pages"],
        doi=row["doi"],
        type=row["type"],
        language=row["language"],
        abstract=row["abstract"],
        keywords=tuple(json.loads(row["keywords"])),
        retracted=None if row["retracted"] is None else bool(row["retracted"]),
        url=row["url"],
        ids=json.loads(row["ids"]),
        references=tuple(json.loads(row["cites"])),
    )


def get(db: Connection, record_id: str) -> Record | None:
    """The record as last seen, or None."""
    row = db.execute(f"SELECT * {_PRESENT} WHERE record_id = ?)", (record_id,)).fetchone()
    return read(row) if row else None


def every(db: Connection) -> Iterator[Record]:
    """All records as last seen, ordered by id (so that no output depends on the order of sources)."""
    return map(read, db.execute("SELECT * FROM record ORDER BY record_id"))


def bibliography(db: Connection) -> Iterator[Record]:
    """All records as last seen, by id, without abstracts, keywords and references (for grouping, tables)."""
    return map(read, db.execute(f"SELECT {_BRIEF} FROM record ORDER BY record_id"))


def bibliography_of(db: Connection, record_ids: Iterable[str]) -> Iterator[Record]:
    """The same of these records only."""
    rows = db.execute(
        f"SELECT {_BRIEF} {_PRESENT} WHERE record_id IN (SELECT value FROM json_each(?))) ORDER BY record_id",
        (json.dumps(list(record_ids)),),
    )
    return map(read, rows)


def hits_of(db: Connection, run_id: str, source: str) -> Iterator[Record]:
    """What a source returned in a run, as it was then, by record id, without abstracts, keywords and references."""
    rows = db.execute(
        f"SELECT {_BRIEF} FROM record_version WHERE version_id IN (SELECT h.version_id FROM hit AS h JOIN query AS q "
        "USING (query_id) WHERE q.run_id = ? AND q.source = ?) ORDER BY record_id",
        (run_id, source),
    )
    return map(read, rows)


def count(db: Connection) -> int:
    """How many records there are."""
    return int(db.execute("SELECT count(*) FROM record_head").fetchone()[0])


def sources(db: Connection) -> dict[str, str]:
    """record_id → source."""
    return dict(db.execute("SELECT record_id, source FROM record ORDER BY record_id").fetchall())


def origins(db: Connection) -> dict[str, tuple[str, str]]:
    """record_id → (source, origin)."""
    rows = db.execute("SELECT record_id, source, origin FROM record ORDER BY record_id")
    return {row[0]: (row[1], row[2]) for row in rows}


def first_hits(db: Connection) -> dict[str, dict[str, object]]:
    """record_id → the run, query part, rank, reply and position (line of a file) of its first hit."""
    rows = db.execute(
        "SELECT h.record_id, q.run_id AS run, q.part, h.rank, coalesce(h.exchange_id, '') AS exchange, h.position "
        "FROM hit AS h JOIN query AS q USING (query_id) JOIN run AS r USING (run_id) "
        "ORDER BY r.started_at DESC, q.query_id DESC"
    )
    return {
        row["record_id"]: {key: row[key] for key in ("run", "part", "rank", "exchange", "position")} for row in rows
    }


def by_work(db: Connection) -> Iterator[tuple[str, list[Record]]]:
    """Each work with its records (by id), in the order of work ids; one work is held at a time."""
    rows = db.execute(
        "SELECT m.work_id, v.* FROM membership AS m JOIN record_head AS h ON h.record_id = m.record_id "
        "JOIN record_version AS v ON v.version_id = h.version_id ORDER BY m.work_id, m.record_id"
    )
    for work_id, members in itertools.groupby(rows, key=lambda row: str(row["work_id"])):
        yield work_id, [read(row) for row in members]


def of_work(db: Connection, work_id: str) -> list[Record]:
    """The records merged into a work, ordered by id."""
    rows = db.execute(
        f"SELECT * {_PRESENT} WHERE record_id IN (SELECT record_id FROM membership WHERE work_id = ?)) "
        "ORDER BY record_id",
        (work_id,),
    )
    return [read(row) for row in rows]


_TO_MATCH = (
    "FROM record_head AS h JOIN record_version AS v ON v.version_id = h.version_id "
    "LEFT JOIN membership AS w ON w.record_id = h.record_id AND v.abstract IS NULL "
    "LEFT JOIN (SELECT work_id, min(seq) AS seq FROM enriched WHERE field = 'abstract' GROUP BY work_id) AS f "
    "ON f.work_id = w.work_id "
    "LEFT JOIN match AS m ON m.record_id = h.record_id AND m.version_id = h.version_id "
    "AND m.matrix_hash = ? || coalesce('+' || f.seq, '') "
    "WHERE m.record_id IS NULL "
)
"""The records without a match, or with a stale one: of another version of the record, of another matrix, or of a time
when no abstract was told that the record itself lacks. ``match.matrix_hash`` is the matrix's hash, and behind a "+" the
row of ``enrichment`` whose abstract was read.
"""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A record to match, with the abstract it is matched by, and what the match then rests on."""

    record: Record
    version_id: int
    basis: str


def unmatched(db: Connection, matrix_hash: str, after: str, most: int) -> list[Unmatched]:
    """Up to ``most`` records with an id above ``after`` that have no match, or a stale one.

    A record without an abstract is matched by the one that another source told of its work (``slr enrich``), if any.
    """
    rows = db.execute(
        "SELECT v.*, f.seq AS told, (SELECT value FROM enrichment WHERE seq = f.seq) AS told_abstract "
        f"{_TO_MATCH}AND h.record_id > ? ORDER BY h.record_id LIMIT ?",
        (matrix_hash, after, most),
    )
    return [_unmatched(row, matrix_hash) for row in rows]


def _unmatched(row: Row, matrix_hash: str) -> Unmatched:
    record = read(row)
    if row["told"] is None:
        return Unmatched(record, row["version_id"], matrix_hash)
    told = replace(record, abstract=json.loads(row["told_abstract"]))
    return Unmatched(told, row["version_id"], f"{matrix_hash}+{row['told']}")


def set_matches(db: Connection, matches: Iterable[tuple[str, int, str, bool, Sequence[Sequence[int]]]]) -> None:
    """Keep (record_id, version_id, basis, attributed, phrase indexes per axis) as the present match of each record."""
    db.executemany(
        "INSERT INTO match (record_id, version_id, matrix_hash, attributed, axes) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (record_id) DO UPDATE SET version_id = excluded.version_id, matrix_hash = excluded.matrix_hash, "
        "attributed = excluded.attributed, axes = excluded.axes",
        ((r, v, basis, a, json.dumps(axes)) for r, v, basis, a, axes in matches),
    )


def matches(db: Connection) -> dict[str, tuple[tuple[int, ...], ...]]:
    """record_id → phrase indexes (from 0) per axis, of every matched record."""
    return {
        row["record_id"]: tuple(tuple(axis) for axis in json.loads(row["axes"]))
        for row in db.execute("SELECT record_id, axes FROM match ORDER BY record_id")
    }


def unattributed(db: Connection) -> int:
    """How many hits of database searches lie in no cell by the local rules."""
    return int(
        db.execute(
            "SELECT count(*) FROM match AS m WHERE NOT m.attributed AND m.record_id IN (SELECT h.record_id "
            "FROM hit AS h JOIN query AS q USING (query_id) JOIN run AS r USING (run_id) WHERE r.kind = 'search')"
        ).fetchone()[0]
    )


def stale_matches(db: Connection, matrix_hash: str) -> int:
    """How many records have no match, or a stale one."""
    return int(db.execute(f"SELECT count(*) {_TO_MATCH}", (matrix_hash,)).fetchone()[0])
