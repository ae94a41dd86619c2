"""Frozen versions of the review: the only writer of version, version_record, version_box and version_file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from slr.model import Record
from slr.store.connection import Connection, Row
from slr.store.records import read


@dataclass(frozen=True, slots=True)
class Included:
    """A report that a version includes: its work then, the study it belongs to, and how to know it again.

    ``records`` are the ids of the records that the work held (the first founded it: ``works.resolve`` finds the present
    work of any of them); ``dois`` bare and in lower case; ``ids`` other identifiers, as ``"pmid:123"``.
    """

    work_id: str
    study: str
    title: str
    year: int | None
    records: tuple[str, ...]
    dois: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a reviewer's log stood: how many decisions, and the hash of the last one."""

    decisions: int
    head: str


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen version of the review.

    ``included`` are its included reports by work id, ``heads`` the end of each reviewer's chain of decisions,
    ``numbers`` the document of ``prisma.json``, ``run_id`` the latest search that it rests on (None: none),
    ``warnings`` what was unfinished when it was frozen. ``checksum`` is the SHA-256 (hex) of its ``manifest.json``,
    which names the SHA-256 of every other file of ``outputs/versions/<name>/``.
    """

    name: str
    frozen_at: str
    config_hash: str
    matrix_hash: str
    criteria_hash: str
    variants: bool
    slr_version: str
    run_id: str | None
    numbers: Mapping[str, Any]
    included: tuple[Included, ...]
    heads: Mapping[str, Head]
    warnings: tuple[str, ...]
    checksum: str

    @property
    def decisions(self) -> int:
        """How many decisions had been made."""
        return sum(head.decisions for head in self.heads.values())


@dataclass(frozen=True, slots=True)
class FrozenRecord:
    """A record as a version holds it: the description's hash, its work, and if it lay in a cell (None: not matched)."""

    content_hash: str
    work_id: str
    attributed: bool | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """All of a version: what ``Version`` holds and the lists behind it.

    ``records`` by record id; ``boxes`` the ids behind each box of the diagram; ``files`` the configuration's bytes.
    """

    version: Version
    records: Mapping[str, FrozenRecord]
    boxes: Mapping[str, tuple[str, ...]]
    files: Mapping[str, bytes] = field(repr=False)


def versions(db: Connection) -> list[Version]:
    """All versions, the oldest first."""
    return [_version(row) for row in db.execute("SELECT * FROM version ORDER BY seq")]


def latest(db: Connection) -> Version | None:
    """The version that was frozen last, or None."""
    found = versions(db)
    return found[-1] if found else None


def get(db: Connection, name: str) -> Version | None:
    """The version of that name, or None."""
    row = db.execute("SELECT * FROM version WHERE name = ?", (name,)).fetchone()
    return _version(row) if row else None


def _version(row: Row) -> Version:
    content = {key: row[key] for key in row.keys() if key != "seq"}  # noqa: SIM118  a Row iterates over its values
    included = tuple(Included(**_tuples(one)) for one in json.loads(row["included"]))
    return Version(
        **content
        | {
            "variants": bool(row["variants"]),
            "numbers": json.loads(row["numbers"]),
            "included": included,
            "heads": {name: Head(**head) for name, head in json.loads(row["heads"]).items()},
            "warnings": tuple(json.loads(row["warnings"])),
        }
    )


def _tuples(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}


def thawed(db: Connection, name: str) -> Frozen | None:
    """All of a version, or None if there is none of that name."""
    version = get(db, name)
    if version is None:
        return None
    return Frozen(version, frozen_records(db, name), frozen_boxes(db, name), frozen_files(db, name))


def frozen_records(db: Connection, name: str) -> dict[str, FrozenRecord]:
    """record_id → the record as the version holds it, by record id."""
    rows = db.execute(
        "SELECT r.record_id, v.content_hash, r.work_id, r.attributed FROM version_record AS r "
        "JOIN version AS f USING (seq) JOIN record_version AS v ON v.version_id = r.version_id "
        "WHERE f.name = ? ORDER BY r.record_id",
        (name,),
    )
    return {row[0]: FrozenRecord(row[1], row[2], None if row[3] is None else bool(row[3])) for row in rows}


def record_count(db: Connection, name: str) -> int:
    """How many records a version holds."""
    sql = "SELECT count(*) FROM version_record AS r JOIN version AS f USING (seq) WHERE f.name = ?"
    return int(db.execute(sql, (name,)).fetchone()[0])


def present_records(db: Connection) -> dict[str, FrozenRecord]:
    """The same of the review as it stands; records that are in no work yet are left out."""
    rows = db.execute(
        "SELECT h.record_id, v.content_hash, p.work_id, m.attributed FROM record_head AS h "
        "JOIN membership AS p USING (record_id) JOIN record_version AS v ON v.version_id = h.version_id "
        "LEFT JOIN match AS m ON m.record_id = h.record_id AND m.version_id = h.version_id ORDER BY h.record_id"
    )
    return {row[0]: FrozenRecord(row[1], row[2], None if row[3] is None else bool(row[3])) for row in rows}


def descriptions(db: Connection) -> Iterator[tuple[str, str, str, str, str | None, int | None, str]]:
    """(record_id, content_hash, source, origin, doi, year, title) of every description there ever was."""
    rows = db.execute("SELECT record_id, content_hash, source, origin, doi, year, title FROM record_version")
    return (tuple(row) for row in rows)


def retracted(db: Connection) -> set[tuple[str, str]]:
    """(record_id, content_hash) of every description that calls the publication retracted."""
    return {
        (row[0], row[1]) for row in db.execute("SELECT record_id, content_hash FROM record_version WHERE retracted")
    }


def described(db: Connection, record_id: str, content_hash: str) -> Record | None:
    """A record as it was described then, or None."""
    row = db.execute(
        "SELECT * FROM record_version WHERE record_id = ? AND content_hash = ?", (record_id, content_hash)
    ).fetchone()
    return read(row) if row else None


def frozen_boxes(db: Connection, name: str) -> dict[str, tuple[str, ...]]:
    """box → the ids behind it."""
    rows = db.execute(
        "SELECT b.box, b.ids FROM version_box AS b JOIN version AS f USING (seq) WHERE f.name = ?", (name,)
    )
    return {row["box"]: tuple(json.loads(row["ids"])) for row in rows}


def frozen_files(db: Connection, name: str) -> dict[str, bytes]:
    """name → the bytes of each file of the configuration."""
    rows = db.execute(
        "SELECT c.name, c.content FROM version_file AS c JOIN version AS f USING (seq) WHERE f.name = ?", (name,)
    )
    return {row["name"]: bytes(row["content"]) for row in rows}


def add(db: Connection, frozen: Frozen) -> None:
    """Keep a version; one of its name that exists is refused by the table."""
    v = frozen.version
    included, heads = [asdict(one) for one in v.included], {name: asdict(head) for name, head in v.heads.items()}
    row = db.execute(
        "INSERT INTO version (name, frozen_at, config_hash, matrix_hash, criteria_hash, variants, slr_version, run_id, "
        "numbers, included, heads, warnings, checksum) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING seq",
        (v.name, v.frozen_at, v.config_hash, v.matrix_hash, v.criteria_hash, v.variants, v.slr_version, v.run_id,
         _json(v.numbers), _json(included), _json(heads), _json(v.warnings), v.checksum),
    ).fetchone()  # fmt: skip
    _add_lists(db, int(row["seq"]), frozen)


def _add_lists(db: Connection, seq: int, frozen: Frozen) -> None:
    db.executemany(
        "INSERT INTO version_record (seq, record_id, version_id, work_id, attributed) "
        "SELECT ?1, ?2, version_id, ?4, ?5 FROM record_version WHERE record_id = ?2 AND content_hash = ?3",
        ((seq, name, r.content_hash, r.work_id, r.attributed) for name, r in frozen.records.items()),
    )
    db.executemany(
        "INSERT INTO version_box (seq, box, ids) VALUES (?, ?, ?)",
        ((seq, box, _json(ids)) for box, ids in frozen.boxes.items()),
    )
    db.executemany(
        "INSERT INTO version_file (seq, name, content) VALUES (?, ?, ?)",
        ((seq, name, content) for name, content in frozen.files.items()),
    )


def _json(value: Mapping[str, Any] | Sequence[Any] | Iterable[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
