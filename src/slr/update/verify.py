"""Checking an archive without the review: its bytes, its chains of decisions, and what its numbers are made of.

What this cannot know is whether an archive was written anew from changed lists by someone who had them: for that,
compare the SHA-256 of the file with the one that was published.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slr.errors import ArchiveError, ConfigError, StoreError
from slr.review import Review, open_review
from slr.store import decisions, dump, versions
from slr.store.connection import Connection
from slr.update import container, crate
from slr.update.archive import BOXES, CHECKSUMS, NUMBERS, SOFTWARE, line_of
from slr.update.freeze import ALL, FOLDER, MANIFEST, Counted, sha256

_MUST = (crate.METADATA, CHECKSUMS, SOFTWARE, NUMBERS, BOXES, "search_terms.yaml", "config/review.yaml")
DRAWN = "outputs/prisma.json"
"""The numbers that the figures were drawn from."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive whose bytes are as they were written: the SHA-256 of the file, and its files."""

    path: Path
    sha256: str
    files: Mapping[str, bytes]

    def files_of(self, folder: str) -> list[str]:
        """The files of the configuration in a version's folder, by their names there."""
        names = (name.removeprefix(folder) for name in self.files if name.startswith(folder))
        return [name for name in names if name == "search_terms.yaml" or name.startswith("config/")]

    @property
    def made_by(self) -> str:
        """The version of slr that wrote it."""
        return str(json.loads(self.files[SOFTWARE])["slr"])


def opened(path: Path) -> Opened:
    """Read an archive and check its bytes, its checksums and its chains of decisions.

    Raises ArchiveError for what is no archive of slr, or naming what was changed in it, and where.
    """
    files = container.read(path)
    if missing := [name for name in _MUST if name not in files]:
        raise ArchiveError(
            f"{path.name} is a zip file, but not an archive of slr (it has no {missing[0]}): name a file that "
            "'slr archive' wrote"
        )
    seal = container.sealed(path)
    problems = [*_checksums(files), *_chains(files), *_manifests(files)]
    if seal and not problems:
        problems = [f"the file {seal}"]
    _refuse(path, problems)
    return Opened(path, hashlib.sha256(path.read_bytes()).hexdigest(), files)


def _refuse(path: Path, problems: list[str]) -> None:
    if problems:
        more = f"; and {len(problems) - _SHOWN:,} more" if len(problems) > _SHOWN else ""
        raise ArchiveError(
            f"{path.name} is not as it was written: {'; '.join(problems[:_SHOWN])}{more}. Get it once more from "
            "where it came"
        )


def _checksums(files: Mapping[str, bytes]) -> Iterator[str]:
    listed: dict[str, str] = {}
    for number, line in enumerate(files[CHECKSUMS].decode("utf-8", "replace").splitlines(), 1):
        digest, _, name = line.partition("  ")
        listed[name] = digest
        if name not in files:
            yield f"{CHECKSUMS}, line {number}, names {name!r}, which is not there"
        elif sha256(files[name]) != digest:
            yield f"{name} was changed (its checksum is not the one in {CHECKSUMS}, line {number})"
    yield from (f"{name} is not in {CHECKSUMS}" for name in sorted(files) if name not in listed and name != CHECKSUMS)


def _chains(files: Mapping[str, bytes]) -> Iterator[str]:
    """Each line's hash is SHA-256 over its JSON without ``hash`` (docs/decision_log.md), ``prev`` the hash before."""
    for name in sorted(files):
        if name.startswith("decisions/"):
            before = decisions.FIRST
            for number, line in enumerate(files[name].splitlines(), 1):
                found = _object(line)
                if found is None or _hash(found) != found.get("hash"):
                    yield f"{name}, line {number}, was changed: its hash does not fit"
                    break
                if found.get("prev") != before:
                    yield f"{name}, line {number}, does not follow the line before it"
                    break
                before = str(found["hash"])


def _hash(found: Mapping[str, Any]) -> str:
    content = {key: value for key, value in found.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _manifests(files: Mapping[str, bytes]) -> Iterator[str]:
    """Every frozen version's manifest has the checksum that the table of versions gives it, every file the manifest's.

    A version whose folder was not there when the review was archived has no files at all.
    """
    for row in map(_object, files.get("data/version.jsonl", b"").splitlines()):
        folder = f"{FOLDER}/{(row or {}).get('name')}/"
        if not any(name.startswith(folder) for name in files):
            continue
        manifest = files.get(folder + MANIFEST, b"")
        if row is None or sha256(manifest) != row.get("checksum"):
            yield f"{folder}{MANIFEST} is not the one that data/version.jsonl names"
            continue
        for name, listed in ((_object(manifest) or {}).get("files") or {}).items():
            if sha256(files.get(folder + name, b"")) != listed.get("sha256"):
                yield f"{folder}{name} is not the one that its {MANIFEST} names"


# the review, rebuilt


@contextmanager
def rebuilt(archive: Opened) -> Iterator[Review]:
    """The review that an archive describes, in a folder of its own that is gone afterwards, without a network.

    Raises ArchiveError where its lists do not fit each other, or a newer slr wrote it.
    """
    with TemporaryDirectory(prefix="slr-verify-") as made:
        folder = Path(made)
        for name in ("search_terms.yaml", "config/review.yaml", "config/known.yaml"):
            if name in archive.files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(archive.files[name])
        try:
            review = open_review(folder, environ={})
        except ConfigError as error:
            raise ArchiveError(
                f"{archive.path.name}: this slr cannot read its configuration ({error.problems[0]}): install slr "
                f"{archive.made_by}, which wrote it"
            ) from error
        try:
            _fill(archive, review)
            yield review
        finally:
            review.close()


def _fill(archive: Opened, review: Review) -> None:
    db, name = review.store.db, archive.path.name
    if json.loads(archive.files[SOFTWARE])["store"] > review.store.version():
        raise ArchiveError(f"{name} was written by a newer slr ({archive.made_by}): install it and verify again")
    tables = dump.tables(db)
    try:
        with review.store.writing() as writing:
            dump.fill(writing, {table: _rows(archive, table) for table in tables})
    except (StoreError, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(f"{name}: its lists do not fit each other: {error}") from error
    differ = [place for table in tables for place in _differs(table, _rows(archive, table), dump.rows(db, table))]
    logs = [f"decisions/{who}.jsonl is not what data/decision.jsonl says" for who in _other_logs(archive, review)]
    _refuse(archive.path, [*differ, *logs, *_other_versions(archive, db)])


def _rows(archive: Opened, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table one by one: a review of 100,000 records has a million of them."""
    for number, line in enumerate(io.BytesIO(archive.files.get(f"data/{table}.jsonl", b"")), 1):
        row = _object(line)
        if row is None:
            where = f"{archive.path.name}: data/{table}.jsonl, line {number},"
            raise ArchiveError(f"{where} is not a JSON object: get the file once more from where it came")
        yield row


def _differs(table: str, archived: Iterable[dict[str, Any]], made: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Where a table does not follow from the others, or holds what a store would not have kept: the first place."""
    for number, (one, other) in enumerate(zip_longest(archived, made), 1):
        if one is None or other is None:
            yield f"data/{table}.jsonl, line {number}, {'is missing' if one is None else 'is one too many'}"
            return
        if line_of(one) != line_of({key: other.get(key) for key in one}):
            yield f"data/{table}.jsonl, line {number}, does not follow from the other lists"
            return


def _other_versions(archive: Opened, db: Connection) -> Iterator[str]:
    """Which lists of a frozen version are not what its tables hold: its folder and they say the same thing twice."""
    for version in versions.versions(db):
        folder = f"{FOLDER}/{version.name}/"
        if folder + MANIFEST not in archive.files:
            continue
        boxes = {box: list(ids) for box, ids in versions.frozen_boxes(db, version.name).items()}
        if _object(archive.files.get(folder + "boxes.json", b"")) != boxes:
            yield f"{folder}boxes.json is not what data/version_box.jsonl says"
        lines = (_object(line) or {} for line in archive.files.get(folder + "records.jsonl", b"").splitlines())
        told = {one.get("record_id"): tuple(map(one.get, ("content_hash", "work_id", "in_a_cell"))) for one in lines}
        kept = {name: (r.content_hash, r.work_id, r.attributed) for name, r in
                versions.frozen_records(db, version.name).items()}  # fmt: skip
        if told != kept:
            yield f"{folder}records.jsonl is not what data/version_record.jsonl says"
        files = versions.frozen_files(db, version.name)
        yield from (f"{folder}{name} is not what data/version_file.jsonl says"
                    for name in sorted({*files, *archive.files_of(folder)})
                    if files.get(name) != archive.files.get(folder + name))  # fmt: skip


def _other_logs(archive: Opened, review: Review) -> Iterator[str]:
    db = review.store.db
    logs = {name: "".join(map(decisions.as_line, decisions.log(db, name))).encode() for name in decisions.reviewers(db)}
    there = {n.removeprefix("decisions/").removesuffix(".jsonl"): c for n, c in archive.files.items()
             if n.startswith("decisions/")}  # fmt: skip
    yield from (name for name in sorted({*logs, *there}) if logs.get(name) != there.get(name))


# the numbers


def check_numbers(archive: Opened, counted: Counted) -> int:
    """How many numbers were recomputed. Raises ArchiveError, naming the box, if one is not what the archive says."""
    numbers, boxes = json.loads(archive.files[NUMBERS]), json.loads(archive.files[BOXES])
    problems = []
    for box in sorted({*boxes, *counted.boxes}):
        said, found = boxes.get(box), counted.boxes.get(box)
        if said is None or found is None or list(found) != said:
            lengths = tuple("not there" if ids is None else f"{len(ids):,}" for ids in (said, found))
            problems.append(f"{BOXES}: {box} has {lengths[0]} ids, its lists give {lengths[1]}")
    made = json.loads(json.dumps(counted.numbers))
    problems += [f"{NUMBERS}: {place}" for place in _numbers("", numbers, made)]
    if DRAWN in archive.files:
        drawn = {key: value for key, value in made.items() if key != ALL}
        problems += [f"{DRAWN}: {place}" for place in _numbers("", _object(archive.files[DRAWN]), drawn)]
    _refuse(archive.path, problems)
    return sum(1 for _ in _leaves(numbers))


def _numbers(path: str, said: Any, made: Any) -> Iterator[str]:
    if isinstance(said, dict) and isinstance(made, dict):
        for key in [*said, *(key for key in made if key not in said)]:
            yield from _numbers(f"{path}.{key}".lstrip("."), said.get(key), made.get(key))
    elif said != made:
        yield f"{path} is {said!r}, its lists give {made!r}"


def _leaves(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
