"""Freezing a version: the configuration, records, decisions and numbers of a review as they are, checksummed.

The store is written in one transaction; ``outputs/versions/<name>/`` follows from it. The folder's ``manifest.json``
names the SHA-256 of each of its files, and the store keeps that of the manifest: a changed byte anywhere is found.
(PRISMA-LSR asks that each version of a living review has a number that can be cited; Akl et al. 2024.)
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from slr import __version__
from slr.errors import NotFound, ReviewError, UserError
from slr.model import Record
from slr.review import Review
from slr.store import decisions, records, runs, versions
from slr.store.connection import Connection
from slr.store.versions import Frozen, Head, Included, Version

NOW = "now"
"""What the present state is called where versions are compared; no version may have this name."""
FOLDER = "versions"
ALL = "all"
MANIFEST = "manifest.json"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")


@dataclass(frozen=True, slots=True)
class Counted:
    """What the review counts now: ``numbers`` as in prisma.json, the ids behind each box, report → study of what is
    included, and ``unfinished``: a sentence for each thing that waits.

    The diagram of an update counts what came since the last version. Then ``numbers`` have under ``all`` the numbers of
    the whole review beside it, and ``boxes`` their lists under ``all/<box>``: these are what versions are compared by.
    """

    numbers: Mapping[str, Any]
    boxes: Mapping[str, tuple[str, ...]]
    included: Mapping[str, str]
    unfinished: tuple[str, ...] = ()


def freeze(review: Review, name: str, counted: Counted) -> Version:
    """Freeze the review as it stands under a name that no version has.

    A version that a crash left without its folder is completed by freezing it again. Raises UserError for a name that
    is taken or cannot be one, or where there is nothing to freeze; ReviewError if the folder cannot be written.
    """
    check_name(name)
    there = versions.versions(review.store.db)
    if taken := next((v for v in there if v.name.casefold() == name.casefold()), None):
        return _completed(review, taken, name)
    folder = version_folder(review, name)
    if folder.exists():
        raise ReviewError(
            f"outputs/{FOLDER}/{name}/ is there, but the store has no such version: move that folder away, or freeze "
            "under another name"
        )
    frozen = present(review, counted, name)
    if not frozen.records:
        raise UserError("there are no records to freeze yet: run 'slr search' or 'slr import', then 'slr dedupe'")
    files = rendered(review.store.db, frozen)
    frozen = replace(frozen, version=replace(frozen.version, checksum=sha256(files[MANIFEST])))
    part = _write_part(folder, files)
    with review.store.writing() as db:
        versions.add(db, frozen)
    part.replace(folder)
    return frozen.version


def check_name(name: str) -> None:
    """Raises UserError if a version cannot have this name: it is a folder's name, on every system."""
    if name == NOW or not _NAME.fullmatch(name):
        shown = f"{name[:64]!r}" + ("…" if len(name) > 64 else "")
        raise UserError(
            f"{shown} cannot be a version's name, as it is the name of a folder too: write 1 to 64 letters (a-z), "
            "digits, dots, hyphens or underscores, a letter or digit first, like 2026-11 or v1.0 ('now' is taken)"
        )


def named(review: Review, name: str) -> Frozen:
    """The version of that name. Raises NotFound, saying which there are."""
    found = versions.thawed(review.store.db, name)
    if found is None:
        there = ", ".join(v.name for v in versions.versions(review.store.db))
        raise NotFound(
            f"there is no version '{name}': "
            + (f"there are {there}" if there else "none was frozen yet, 'slr freeze NAME' makes one")
        )
    return found


def _completed(review: Review, taken: Version, name: str) -> Version:
    folder = version_folder(review, taken.name)
    if taken.name != name or folder.exists():
        raise UserError(
            f"there is a version '{taken.name}' already (frozen {taken.frozen_at}), and a version is never changed: "
            "give another name; 'slr versions' lists those there are"
        )
    frozen = named(review, name)
    files = rendered(review.store.db, frozen)
    if sha256(files[MANIFEST]) != taken.checksum:
        raise ReviewError(
            f"outputs/{FOLDER}/{name}/ is missing, and this slr ({__version__}) would write it otherwise than slr "
            f"{taken.slr_version} did: restore the folder from git or a copy"
        )
    _write_part(folder, files).replace(folder)
    return taken


def version_folder(review: Review, name: str) -> Path:
    """Where the files of a version lie."""
    return review.outputs / FOLDER / name


def whole(frozen: Frozen) -> dict[str, tuple[str, ...]]:
    """The ids behind each box, counted over the whole review even if the version is one of an update."""
    plain = {box: ids for box, ids in frozen.boxes.items() if not box.startswith(f"{ALL}/")}
    over_all = {box.removeprefix(f"{ALL}/"): ids for box, ids in frozen.boxes.items() if box not in plain}
    return plain | over_all


def sha256(content: bytes) -> str:
    """SHA-256 (hex)."""
    return hashlib.sha256(content).hexdigest()


# what is frozen


def present(review: Review, counted: Counted, name: str = NOW) -> Frozen:
    """The review as it stands, in the form of a version without a checksum."""
    db = review.store.db
    latest = runs.latest(db, "search")
    variants = review.variants_in_force()
    version = Version(
        name=name,
        frozen_at=review.now(),
        config_hash=review.loaded.hash,
        matrix_hash=review.matrix_hash(variants),
        criteria_hash=review.loaded.criteria_hash,
        variants=variants,
        slr_version=__version__,
        run_id=latest.run_id if latest else None,
        numbers=json.loads(json.dumps(counted.numbers)),
        included=tuple(_included(db, work, study) for work, study in sorted(counted.included.items())),
        heads=heads(db),
        warnings=counted.unfinished,
        checksum="",
    )
    boxes = {key: tuple(ids) for key, ids in counted.boxes.items()}
    return Frozen(version, versions.present_records(db), boxes, dict(review.loaded.files))


def heads(db: Connection) -> dict[str, Head]:
    """reviewer → how many decisions there are and the hash of the last."""
    return {name: Head(sum(1 for _ in decisions.log(db, name)), decisions.head(db, name))
            for name in decisions.reviewers(db)}  # fmt: skip


def _included(db: Connection, work: str, study: str) -> Included:
    members = records.of_work(db, work)
    return Included(
        work_id=work,
        study=study,
        title=next((r.title for r in members if r.title), ""),
        year=next((r.year for r in members if r.year is not None), None),
        records=tuple(r.record_id for r in members),
        dois=tuple(sorted({r.doi for r in members if r.doi})),
        ids=tuple(sorted({f"{key}:{value}" for r in members for key, value in _own_ids(r)})),
    )


def _own_ids(record: Record) -> list[tuple[str, str]]:
    """What identifies the publication itself, not the journal that it stands in."""
    return [(key, value) for key, value in record.ids.items() if key in ("openalex", "pmid", "pmcid", "arxiv")]


# the files


def rendered(db: Connection, frozen: Frozen) -> dict[str, bytes]:
    """path → content of each file of a version's folder, ``manifest.json`` last; the same for the same version."""
    v = frozen.version
    files = dict(sorted(frozen.files.items()))
    files |= {
        "records.jsonl": b"".join(_lines(db, frozen)),
        "included.json": _json([asdict(one) for one in v.included]),
        "decisions.json": _json({name: asdict(head) for name, head in v.heads.items()}),
        "numbers.json": _json(v.numbers),
        "boxes.json": _json({box: frozen.boxes[box] for box in sorted(frozen.boxes)}),
    }
    facts = ("name", "frozen_at", "slr_version", "run_id", "config_hash", "matrix_hash", "criteria_hash", "variants",
             "warnings")  # fmt: skip
    manifest = {fact: getattr(v, fact) for fact in facts} | {
        "records": len(frozen.records),
        "included": len(v.included),
        "decisions": v.decisions,
        "files": {name: {"sha256": sha256(content), "bytes": len(content)} for name, content in files.items()},
    }
    return files | {MANIFEST: _json(manifest)}


def _lines(db: Connection, frozen: Frozen) -> Sequence[bytes]:
    """A line for each record, by id: its metadata without the abstract, its work, the hash of its whole description."""
    described = {(r, h): (s, o, d, y, t) for r, h, s, o, d, y, t in versions.descriptions(db)}
    lines = []
    for name, record in frozen.records.items():
        source, origin, doi, year, title = described[name, record.content_hash]
        lines.append(json.dumps({
            "record_id": name, "work_id": record.work_id, "source": source, "origin": origin, "doi": doi, "year": year,
            "title": title, "in_a_cell": record.attributed, "content_hash": record.content_hash,
        }, ensure_ascii=False).encode() + b"\n")  # fmt: skip
    return lines


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write_part(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write the files beside where they will be, so that the folder appears whole or not at all."""
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        for name, content in files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(content)
    except OSError as error:
        raise ReviewError(
            f"outputs/{FOLDER}/{folder.name}/ cannot be written ({error.strerror}): make outputs/{FOLDER}/ writable or "
            "free some space, and run the command again; nothing was frozen"
        ) from error
    return part


# checking


def problems(review: Review, version: Version) -> list[str]:
    """What is not as it was frozen in a version's folder, a sentence each: which file, and how to mend it."""
    folder = version_folder(review, version.name)
    where = f"outputs/{FOLDER}/{version.name}"
    mend = "restore it from git or a copy"
    if not folder.is_dir():
        return [f"{where}/ is missing: 'slr freeze {version.name}' writes it again from the store"]
    manifest = _read(folder / MANIFEST)
    if manifest is None or sha256(manifest) != version.checksum:
        return [f"{where}/{MANIFEST} {'is missing' if manifest is None else 'was changed'}: {mend}"]
    listed = json.loads(manifest)["files"]
    found = [f"{where}/{name} {what}: {mend}" for name, one in listed.items() if (what := _wrong(folder / name, one))]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return found + [f"{where}/{name} is not of this version: move it away"
                    for name in sorted(there - set(listed) - {MANIFEST})]  # fmt: skip


def _wrong(path: Path, listed: Mapping[str, Any]) -> str | None:
    content = _read(path)
    if content is None:
        return "is missing"
    return None if sha256(content) == listed["sha256"] else "was changed"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
