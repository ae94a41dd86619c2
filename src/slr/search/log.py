"""Importing what people did by hand, from the search log that they filled in (``outputs/strings/search_log.csv``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast, get_args

from slr.errors import ImportFileError, UserError
from slr.formats import search_log
from slr.formats.search_log import LogRow
from slr.model import CompiledQuery, Origin
from slr.review import Review
from slr.search.imports import ImportRequest, Receipt, import_file, import_run
from slr.store import runs

_DAY = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d")
"""How spreadsheet programs write days that can be read in one way only."""


@dataclass(frozen=True, slots=True)
class Searched:
    """One row that somebody filled in, checked: the day (ISO 8601), the hits stated, the exported files."""

    row: LogRow
    date: str | None
    hits: int | None
    files: tuple[Path, ...]
    origin: Origin

    @property
    def name(self) -> str:
        """The sub-query as people call it."""
        return f"{self.row['platform']} {self.row['sub_query'] or '?'}/{self.row['of'] or '?'}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one row: the receipts of its files, and what a reader of its numbers has to know."""

    name: str
    hits: int | None
    records: int
    receipts: tuple[Receipt, ...]
    warnings: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether anything of the row is in the store: its files, or that its search found nothing."""
        return bool(self.receipts) or self.hits == 0


@dataclass(frozen=True, slots=True)
class LogReport:
    """What became of the rows that are filled in, and how many nobody filled in yet."""

    taken: tuple[Taken, ...]
    open: int


def import_log(review: Review, path: Path) -> LogReport:
    """Import the files of every row that was filled in, with its query, date, hits and platform.

    Every row is checked before the first file is read. Rows and files that were imported before change nothing.
    Raises UserError, naming row and remedy, for a date, number, origin or file that is not right.
    """
    try:
        rows = search_log.read(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise ImportFileError(f"there is no file {path}: 'slr strings' writes a log to fill in") from None
    filled = [_checked(row, path, review.folder) for row in rows if row.filled]
    taken = tuple(_take(review, one) for one in filled)
    return LogReport(taken, sum(1 for row in rows if not row.filled))


def _checked(row: LogRow, log: Path, folder: Path) -> Searched:
    where = f"{log.name}, line {row.line} ({row['platform']} {row['sub_query']})"
    files = [name.strip() for name in re.split(r"[;\n]", row["file"]) if name.strip()]
    return Searched(
        row=row,
        date=_day(row["date"], where),
        hits=_number(row["hits"], where),
        files=tuple(_found(name, (log.parent, folder), where) for name in files),
        origin=_origin(row["origin"], where),
    )


def _day(text: str, where: str) -> str | None:
    for form in _DAY if text else ():
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    if text:
        raise UserError(f"{where}: '{text}' is not a day: write it like {date(2026, 11, 23)}")
    return None


def _number(text: str, where: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+|\d+(?:\.0)?", text):
        raise UserError(f"{where}: '{text}' is not a number of hits: write it in digits")
    return int(re.sub(r"\D", "", text.removesuffix(".0")))


def _origin(text: str, where: str) -> Origin:
    if text and text not in get_args(Origin):
        raise UserError(f"{where}: '{text}' is no origin: write one of {', '.join(get_args(Origin))}")
    return cast(Origin, text or "database")


def _found(name: str, folders: Sequence[Path], where: str) -> Path:
    """A file named from the log's folder, from the review's, or in full."""
    for path in (folder / name for folder in folders):
        if path.is_file():
            return path
    raise UserError(f"{where}: there is no file {name} beside the log or in the review's folder: correct its name")


def _take(review: Review, one: Searched) -> Taken:
    """Import the files of a row; with several, the hits are compared with all of them together."""
    single = len(one.files) == 1
    receipts = tuple(import_file(review, _request(one, path, one.hits if single else None)) for path in one.files)
    records = sum(receipt.read for receipt in receipts)
    warnings = tuple(_row_warnings(one, records))
    if one.hits == 0 and not one.files:
        _keep_empty(review, one, warnings)
    for receipt in receipts:
        _note(review, receipt, warnings)
    return Taken(one.name, one.hits, records, receipts, warnings)


def _keep_empty(review: Review, one: Searched, warnings: Sequence[str]) -> None:
    """Keep the strategy of a search that found nothing: every one is reported (PRISMA-S 8).

    A row that was kept before, with the same string, day and databases, changes nothing.
    """
    known = "\n".join((one.row["platform"], one.row["string"], one.row["databases"], one.date or ""))
    run = import_run(review, f"searched-{hashlib.sha256(known.encode()).hexdigest()[:12]}")
    asked = one.date or review.now()[:10]
    with review.store.writing() as db:
        runs.begin(db, run)
        query = CompiledQuery(one.row["platform"], 1, 1, one.row["string"], url="", url_bytes=0)
        runs.add_queries(db, run.run_id, [query], origin=one.origin, platform=_platform(one), asked_on=asked)
        (state,) = runs.queries(db, run.run_id)
        if state.status != "complete":
            runs.advance(db, state.query_id, total=0, next_cursor=None, asked_on=asked, notes=warnings)
            runs.end(db, run.run_id, "complete", review.now())


def _platform(one: Searched) -> str:
    """The platform, with the databases that were searched on it."""
    platform, databases = one.row["platform"], one.row["databases"]
    return f"{platform}: {databases}" if databases and databases != platform else platform


def _request(one: Searched, path: Path, hits: int | None) -> ImportRequest:
    return ImportRequest(path, one.row["platform"], _platform(one), one.origin, one.date, one.row["string"], hits)


def _row_warnings(one: Searched, records: int) -> list[str]:
    if not one.files and one.hits is None:
        return [f"{one.name}: neither hits nor a file are filled in: nothing was taken in"]
    if not one.files and one.hits:
        return [f"{one.name}: {one.hits:,} hits are stated, and no file is named: export and name it"]
    found = []
    if one.hits is None:
        found.append(f"{one.name}: no number of hits is filled in, so that a file cut short cannot be seen")
    elif one.hits != records:
        found.append(
            f"{one.name}: {one.hits:,} hits are stated, its files hold {records:,} records: check that none is missing"
        )
    if one.date is None:
        found.append(f"{one.name}: no date of the search is filled in; the day of the import stands for it")
    if not one.row["databases"]:
        found.append(f"{one.name}: no database is named beside the platform (PRISMA-S 1)")
    return found


def _note(review: Review, receipt: Receipt, warnings: Sequence[str]) -> None:
    """Keep the row's warnings beside the query of each of its files."""
    run_id = runs.imported(review.store.db, receipt.sha256, receipt.source)
    if run_id is None or not warnings:
        return
    with review.store.writing() as db:
        query_id = runs.queries(db, run_id)[0].query_id
        for warning in warnings:
            runs.add_note(db, query_id, warning)
