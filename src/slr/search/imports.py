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
from slr.formats.registry import parse
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
    """What an import did; kept in the store.

    ``rejected`` are (line, why), ``not_understood`` (what, the first lines of it, how many there are), ``empty`` counts
    records without that field. ``declared`` is how many hits the person says that the database stated, ``stated`` how
    many (at least) the file itself states. ``changed``: a file of this name was imported before with other content.
    """

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
    not_understood: tuple[tuple[str, tuple[int, ...], int], ...] = ()
    stated: int | None = None
    query: str = ""
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """How a file differs from the one of its name imported at ``since`` (ISO 8601): records that are new and gone."""

    since: str
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class _File:
    """A file as read; ``query`` is the search behind it, as the person or else the file says."""

    data: bytes
    sha256: str
    parsed: Parsed
    query: str


def import_file(review: Review, request: ImportRequest) -> Receipt:
    """Keep a file's records as hits of one query; a file imported twice for a source changes nothing.

    Raises ImportFileError, before anything is kept, if the file is missing, empty or in no known format; UserError if
    the source has no name.
    """
    if not request.source.strip():
        raise UserError("the name of the database is empty: write --source EBSCO, or whatever the report shall call it")
    request = replace(request, source=" ".join(request.source.split()))
    file = _read(request)
    if runs.imported(review.store.db, file.sha256, request.source) is not None:
        attribute(review)
        return _receipt(request, file, 0, True, None)
    receipt = _keep(review, request, file)
    attribute(review)
    return receipt


def _read(request: ImportRequest) -> _File:
    data = _bytes(request.path)
    parsed = parse(data, _name(request.path), request.source)
    return _File(data, hashlib.sha256(data).hexdigest(), parsed, request.query or parsed.query or "")


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
        record = entry.record if entry.record.origin == origin else replace(entry.record, origin=origin)
        digest = record.content_hash()[:16]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        yield replace(record, record_id=f"{source}:{digest}{suffix}")


def _changed(review: Review, name: str, source: str, found: Iterable[Record]) -> Changed | None:
    """Against the latest file of this name for this source; None if there is none."""
    earlier = runs.imported_as(review.store.db, name, source)
    if earlier is None:
        return None
    run_id, since = earlier
    before = {record.record_id for record in records.hits_of(review.store.db, run_id, source)}
    now = {record.record_id for record in found}
    return Changed(since, len(now - before), len(before - now))


def _keep(review: Review, request: ImportRequest, file: _File) -> Receipt:
    """Keep file, records and receipt in one transaction."""
    name, source = _name(request.path), request.source
    exchange = review.archive.put_file(file.sha256, file.data, name=name, source=source, at=review.now())
    run = import_run(review, f"import-{file.sha256[:12]}-{hashlib.sha256(source.encode()).hexdigest()[:6]}")
    asked = request.date or review.now()[:10]
    found = tuple(_identified(file.parsed.entries, source, request.origin))
    changed = _changed(review, name, source, found)
    with review.store.writing() as db:
        runs.begin(db, run)
        runs.add_exchange(db, replace(exchange, run_id=run.run_id))
        query = CompiledQuery(source, 1, 1, file.query, url="", url_bytes=0)
        runs.add_queries(db, run.run_id, [query], origin=request.origin, platform=request.platform, asked_on=asked)
        query_id = runs.queries(db, run.run_id)[0].query_id
        lines = [entry.line for entry in file.parsed.entries]
        new = records.add(db, query_id, found, positions=lines, first_rank=1, exchange_id=exchange.exchange_id)
        receipt = _receipt(request, file, new, False, changed)
        notes = receipt.warnings if request.date else (*receipt.warnings, UNDATED)
        runs.advance(db, query_id, total=request.hits, next_cursor=None, asked_on=asked, notes=notes)
        runs.add_import(
            db, run.run_id, sha256=file.sha256, source=source, name=name, format=file.parsed.format,
            encoding=file.parsed.encoding, receipt=asdict(receipt),
        )  # fmt: skip
        runs.end(db, run.run_id, "complete", review.now())
    return receipt


UNDATED = "the day of the search was not given: the day of the import stands for it"
"""What is noted beside a query, since PRISMA-S 13 asks for the day of the search."""


def import_run(review: Review, run_id: str) -> Run:
    """A run, just begun, of a search that a person made by hand."""
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
CUTS = (100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000)
"""Numbers of records at which databases cut an export (their help pages name them)."""


def _receipt(request: ImportRequest, file: _File, new: int, known: bool, changed: Changed | None) -> Receipt:
    parsed = file.parsed
    kept = [entry.record for entry in parsed.entries]
    return Receipt(
        file=_name(request.path),
        sha256=file.sha256,
        source=request.source,
        format=parsed.format,
        encoding=parsed.encoding,
        read=len(kept) + len(parsed.rejected),
        kept=len(kept),
        new=new,
        rejected=tuple((r.line, r.why) for r in parsed.rejected),
        empty={name: n for name in FIELDS if (n := sum(1 for r in kept if not getattr(r, name)))},
        declared=request.hits,
        known_file=known,
        warnings=tuple(_warnings(request, parsed, changed)),
        not_understood=tuple((one.what, one.lines, one.count) for one in parsed.not_understood),
        stated=parsed.declared,
        query=file.query,
        changed=changed,
    )


def _warnings(request: ImportRequest, parsed: Parsed, changed: Changed | None) -> Iterator[str]:
    name, rejected = _name(request.path), len(parsed.rejected)
    held = len(parsed.entries) + rejected
    if changed and not _share_records(parsed, changed):
        yield (
            f"{name}: another file of this name was imported on {changed.since[:10]}; both stay: give them names of "
            "their own, so that they can be told apart"
        )
    elif changed:
        yield (
            f"{name}: this file has changed since it was imported on {changed.since[:10]}: {changed.new:,} records "
            f"new, {changed.gone:,} no longer in it"
        )
    if rejected:
        yield f"{name}: {rejected:,} of {held:,} records could not be read"
    yield from (f"{name}: {note}" for note in parsed.notes)
    yield from _totals(request, name, held, parsed.declared)


def _share_records(parsed: Parsed, changed: Changed) -> bool:
    """Whether any record stands in both files of one name."""
    return changed.new < len(parsed.entries)


def _totals(request: ImportRequest, name: str, held: int, stated: int | None) -> Iterator[str]:
    """Whether the file holds what its search found, as far as the person, the file or its very number tell."""
    if request.hits is not None and request.hits > held:
        yield (
            f"{request.source} stated {request.hits:,} hits, {name} holds {held:,}: exports are often cut at a round "
            "number; export the rest and import that file too"
        )
    elif request.hits is not None and request.hits < held:
        yield f"{request.source} stated {request.hits:,} hits, {name} holds {held:,}: check that it is of this search"
    elif request.hits is None and stated is not None and stated > held:
        yield f"{name} says that its search had {stated:,} records or more, it holds {held:,}: is any missing?"
    elif request.hits is None and held in CUTS:
        yield (
            f"{name} holds exactly {held:,} records: exports are often cut at 100, 500 or 1,000 records; check the "
            "number of hits and give it with --hits"
        )
