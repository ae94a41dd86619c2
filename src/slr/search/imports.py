"""Importing the export of a database that is searched by hand: a run like any other, with a receipt."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from slr import __version__
from slr.errors import ImportFileError
from slr.formats.base import Entry, Parsed, decode
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


def import_file(review: Review, request: ImportRequest) -> Receipt:
    """Keep a file's records as hits of one query; a file imported twice for a source changes nothing.

    Raises ImportFileError, before anything is kept, if the file is missing, empty or in no known format.
    """
    data = _bytes(request.path)
    sha256 = hashlib.sha256(data).hexdigest()
    text, encoding = decode(data, request.path.name)
    format_ = recognize(text, request.path.name)
    parsed = format_.read(text, request.source)
    if not parsed.entries:
        raise ImportFileError(f"{request.path.name} holds no record that can be read as {format_.name}")
    found = tuple(replace(r, origin=request.origin) for r in _identified(parsed.entries, request.source))
    earlier = runs.imported(review.store.db, sha256, request.source)
    new = 0 if earlier else _keep(review, request, data, sha256, found, (format_.name, encoding), parsed)
    attribute(review)
    return _receipt(request, sha256, parsed, (format_.name, encoding), new, earlier is not None)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}") from error


def _identified(entries: tuple[Entry, ...], source: str) -> Iterator[Record]:
    """Each record with its id: a hash of its content, and the count of equal ones before it in the file.

    Two equal entries of one file are two records: the database listed them twice.
    """
    seen: Counter[str] = Counter()
    for entry in entries:
        digest = entry.record.content_hash()[:16]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        yield replace(entry.record, record_id=f"{source}:{digest}{suffix}")


def _keep(
    review: Review,
    request: ImportRequest,
    data: bytes,
    sha256: str,
    found: tuple[Record, ...],
    kind: tuple[str, str],
    parsed: Parsed,
) -> int:
    exchange = review.archive.put_file(sha256, data, name=request.path.name, source=request.source, at=review.now())
    run = _run(review, f"import-{sha256[:12]}-{_slug(request.source)}")
    query = CompiledQuery(request.source, 1, 1, request.query, url="", url_bytes=0)
    with review.store.writing() as db:
        runs.begin(db, run)
        runs.add_exchange(db, replace(exchange, run_id=run.run_id))
        asked = request.date or review.now()[:10]
        runs.add_queries(db, run.run_id, [query], origin=request.origin, platform=request.platform, asked_on=asked)
        state = runs.queries(db, run.run_id)[0]
        lines = [entry.line for entry in parsed.entries]
        new = records.add(
            db, state.query_id, found, positions=lines, first_rank=1, exchange_id=exchange.exchange_id
        )
        runs.advance(db, state.query_id, total=request.hits, next_cursor=None, asked_on=asked, notes=())
        receipt = _receipt(request, sha256, parsed, kind, new, False)
        for warning in receipt.warnings:
            runs.add_note(db, state.query_id, warning)
        runs.add_import(
            db, run.run_id, sha256=sha256, source=request.source, name=request.path.name, format=kind[0],
            encoding=kind[1], receipt=asdict(receipt),
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


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in text.lower()).strip("-")[:40]


FIELDS = ("title", "authors", "year", "venue", "doi", "abstract")


def _receipt(
    request: ImportRequest, sha256: str, parsed: Parsed, kind: tuple[str, str], new: int, known: bool
) -> Receipt:
    kept = [entry.record for entry in parsed.entries]
    return Receipt(
        file=request.path.name,
        sha256=sha256,
        source=request.source,
        format=kind[0],
        encoding=kind[1],
        read=len(kept) + len(parsed.rejected),
        kept=len(kept),
        new=new,
        rejected=tuple((r.line, r.why) for r in parsed.rejected),
        empty={name: n for name in FIELDS if (n := sum(1 for r in kept if not getattr(r, name)))},
        declared=request.hits,
        known_file=known,
        warnings=tuple(_warnings(request, len(kept), len(parsed.rejected))),
    )


def _warnings(request: ImportRequest, kept: int, rejected: int) -> Iterator[str]:
    if rejected:
        yield f"{request.path.name}: {rejected} of {kept + rejected} records could not be read"
    if request.hits is not None and request.hits != kept + rejected:
        yield (
            f"{request.source} stated {request.hits:,} hits, {request.path.name} holds {kept + rejected:,}: "
            "exports are often cut at a round number; export the rest and import that file too"
        )
