"""Importing the export of a database that is searched by hand: a run like any other, with a receipt."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from slr import __version__
from slr.errors import ImportFileError, UserError
from slr.formats.base import Entry, Parsed
from slr.formats.encoding import decode
from slr.formats.registry import recognize
from slr.model import CompiledQuery, Origin, Record
from slr.review import Review
from slr.search.attribution import attribute
from slr.store import records, runs
from slr.store.runs import Run


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file to import and what the person knows of the search behind it (``hits``: what the database stated)."""

    path: Path
    source: str
    platform: str | None = None
    origin: Origin = "database"
    date: str | None = None
    query: str = ""
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import did; kept in the store. ``empty`` counts records without that field; ``rejected`` (line, why)."""

    file: str
    sha256: str
    source: str
    format: str
    encoding: str
    read: int
    kept: int
    new: int
    rejected: tuple[tuple[int, str], ...]
    empty: dict[str, int]
    declared: int | None
    known_file: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as read."""

    data: bytes
    sha256: str
    format: str
    encoding: str
    parsed: Parsed


def import_file(review: Review, request: ImportRequest) -> Receipt:
    """Keep a file's records as hits of one query; a file imported twice for a source changes nothing.

    Raises ImportFileError, before anything is kept, if the file is missing, empty or in no known format; UserError if
    the source has no name.
    """
    if not request.source.strip():
        raise UserError("the name of the database is empty: write --source EBSCO, or whatever the report shall call it")
    request = replace(request, source=" ".join(request.source.split()))
    file = _read(request)
    known = runs.imported(review.store.db, file.sha256, request.source) is not None
    new = 0 if known else _keep(review, request, file)
    attribute(review)
    return _receipt(request, file, new, known)


def _read(request: ImportRequest) -> _File:
    name = _name(request.path)
    data = _bytes(request.path)
    text, encoding = decode(data, name)
    format_ = recognize(text, name)
    parsed = format_.read(text, request.source)
    if not parsed.entries:
        why = f" (line {parsed.rejected[0].line:,}: {parsed.rejected[0].why})" if parsed.rejected else ""
        raise ImportFileError(
            f"{name} holds no record that can be read as {format_.name}{why}: export the records again"
        )
    return _File(data, hashlib.sha256(data).hexdigest(), format_.name, encoding, parsed)


def _name(path: Path) -> str:
    """The file's name as text, whatever bytes the system allows in it."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ImportFileError(f"there is no file {path}: check its name and folder") from None
    except OSError as error:
        raise ImportFileError(
            f"{path} cannot be read ({error.strerror}): name a file that the database exported"
        ) from error


def _identified(entries: Iterable[Entry], source: str, origin: Origin) -> Iterator[Record]:
    """Each record with its id: a hash of its content, and the count of equal ones before it in the file.

    Two equal entries of one file are two records: the database listed them twice. The origin is content too: a record
    that a database and a website gave is counted in both columns of PRISMA.
    """
    seen: Counter[str] = Counter()
    for entry in entries:
        record = replace(entry.record, origin=origin)
        digest = record.content_hash()[:16]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        yield replace(record, record_id=f"{source}:{digest}{suffix}")


def _keep(review: Review, request: ImportRequest, file: _File) -> int:
    """Keep file, records and receipt in one transaction; returns how many records were not known before."""
    name, source = _name(request.path), request.source
    exchange = review.archive.put_file(file.sha256, file.data, name=name, source=source, at=review.now())
    run = _run(review, f"import-{file.sha256[:12]}-{hashlib.sha256(source.encode()).hexdigest()[:6]}")
    asked = request.date or review.now()[:10]
    found = tuple(_identified(file.parsed.entries, source, request.origin))
    with review.store.writing() as db:
        runs.begin(db, run)
        runs.add_exchange(db, replace(exchange, run_id=run.run_id))
        query = CompiledQuery(source, 1, 1, request.query, url="", url_bytes=0)
        runs.add_queries(db, run.run_id, [query], origin=request.origin, platform=request.platform, asked_on=asked)
        query_id = runs.queries(db, run.run_id)[0].query_id
        lines = [entry.line for entry in file.parsed.entries]
        new = records.add(db, query_id, found, positions=lines, first_rank=1, exchange_id=exchange.exchange_id)
        receipt = _receipt(request, file, new, False)
        runs.advance(db, query_id, total=request.hits, next_cursor=None, asked_on=asked, notes=receipt.warnings)
        runs.add_import(
            db, run.run_id, sha256=file.sha256, source=source, name=name, format=file.format, encoding=file.encoding,
            receipt=asdict(receipt),
        )  # fmt: skip
        runs.end(db, run.run_id, "complete", review.now())
    return new


def _run(review: Review, run_id: str) -> Run:
    variants = review.variants_in_force()
    return Run(
        run_id=run_id,
        kind="import",
        started_at=review.now(),
        finished_at=None,
        status="running",
        config_hash=review.loaded.hash,
        matrix_hash=review.matrix_hash(variants),
        variants=variants,
        slr_version=__version__,
    )


FIELDS = ("title", "authors", "year", "venue", "doi", "abstract")


def _receipt(request: ImportRequest, file: _File, new: int, known: bool) -> Receipt:
    kept = [entry.record for entry in file.parsed.entries]
    rejected = file.parsed.rejected
    return Receipt(
        file=_name(request.path),
        sha256=file.sha256,
        source=request.source,
        format=file.format,
        encoding=file.encoding,
        read=len(kept) + len(rejected),
        kept=len(kept),
        new=new,
        rejected=tuple((r.line, r.why) for r in rejected),
        empty={name: n for name in FIELDS if (n := sum(1 for r in kept if not getattr(r, name)))},
        declared=request.hits,
        known_file=known,
        warnings=tuple(_warnings(request, len(kept), len(rejected))),
    )


def _warnings(request: ImportRequest, kept: int, rejected: int) -> Iterator[str]:
    name, held = _name(request.path), kept + rejected
    if rejected:
        yield f"{name}: {rejected:,} of {held:,} records could not be read"
    if request.hits is not None and request.hits > held:
        yield (
            f"{request.source} stated {request.hits:,} hits, {name} holds {held:,}: exports are often cut at a round "
            "number; export the rest and import that file too"
        )
    if request.hits is not None and request.hits < held:
        yield f"{request.source} stated {request.hits:,} hits, {name} holds {held:,}: check that it is of this search"
