"""``slr import``: exports of databases that are searched by hand."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.dedupe_words import counted
from slr.errors import ImportFileError, UserError
from slr.model import Origin
from slr.search.imports import ImportRequest, Receipt, import_file


def imports(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE…", help="Files as the database exported them, of any format that slr reads."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="The database, as the report will name it: 'EBSCO'.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option("--platform", help="The platform it was searched on: 'EBSCOhost'.")
    ] = None,
    origin: Annotated[
        str, typer.Option("--origin", help="database, register, website, organisation or citation (PRISMA's boxes).")
    ] = "database",
    date: Annotated[str | None, typer.Option("--date", help="The day of the search, YYYY-MM-DD.")] = None,
    query: Annotated[str, typer.Option("--query", help="The search string exactly as run.")] = "",
    hits: Annotated[int | None, typer.Option("--hits", help="The number of hits that the database stated.")] = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="The search log that 'slr strings' wrote, filled in: takes in every file it names."),
    ] = None,
    review_dir: ReviewDir = HERE,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take in the export of a database searched by hand, with a receipt of what was read, kept and rejected.

    RIS, BibTeX, PubMed (nbib, XML), Web of Science, Ovid, RefWorks, EndNote (XML, enw), CSL-JSON, CSV, TSV and Excel
    are known by their content, whatever the file's name.

    The file itself is archived. Importing it again changes nothing. Of several files, those that cannot be read are
    named at the end and the others are imported; --hits is then compared with all of them together.

    With --log, query, date, hits and platform of each file are those of its row.
    """
    _check(origin, date)
    _check_use(files, source, log)
    if log is not None:
        _from_log(log, review_dir, (as_json, quiet, verbose))
        return
    paths = _expanded(files or [])
    stated = hits if len(paths) == 1 else None
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "import") as review:
        receipts: list[Receipt] = []
        refused: list[str] = []
        for path in paths:
            asked = ImportRequest(path, source or "", platform, origin, date, query, stated)  # type: ignore[arg-type]
            try:
                receipts.append(import_file(review, asked))
                show(voice, receipts[-1])
            except ImportFileError as error:
                refused.append(str(error))
        if len(paths) > 1 and hits is not None:
            _compare(voice, source or "", hits, sum(receipt.read for receipt in receipts))
        voice.result([asdict(receipt) for receipt in receipts])
        if refused:
            others = f" ({counted(len(receipts), 'other file')} imported)" if receipts else ""
            raise ImportFileError("; ".join(refused) + others)


def _expanded(files: list[Path]) -> list[Path]:
    """Patterns such as ``*.ris`` that the shell left alone, as the files that they name; each file once."""
    return list(dict.fromkeys(path for one in files for path in _named(one)))


def _named(path: Path) -> list[Path]:
    if path.exists() or not re.search(r"[*?\[]", str(path)):
        return [path]
    return sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor)))) or [path]


def _compare(voice: Voice, source: str, hits: int, read: int) -> None:
    """The number of hits is of the search: several files hold it together."""
    if hits != read:
        voice.say(f"note: {source} stated {hits:,} hits, the files hold {read:,} records: check that none is missing")


def _check_use(files: list[Path] | None, source: str | None, log: Path | None) -> None:
    """Either files and their source, or a log."""
    if log is not None and (files or source):
        raise typer.BadParameter("the log names files and databases: leave FILE and --source out", param_hint="--log")
    if log is None and source is None:
        raise typer.BadParameter("name the database that the files are from", param_hint="--source")
    if log is None and not files:
        raise typer.BadParameter("name at least one file, or a log with --log", param_hint="FILE")


def _from_log(log: Path, review_dir: Path, manner: tuple[bool, bool, bool]) -> None:
    from slr.search.log import import_log

    with speaking(*manner) as voice, working(review_dir, voice, "import") as review:
        report = import_log(review, log)
        for row in report.taken:
            stated = "not filled in" if row.hits is None else f"{row.hits:,}"
            voice.say(f"{row.name}: hits {stated}, records {row.records:,}, files {len(row.receipts)}")
            for receipt in row.receipts:
                show(voice, receipt)
            for warning in row.warnings:
                voice.say(f"  note: {warning}")
        kept = sum(row.kept for row in report.taken)
        wanting = f"{lacking:,} lacking hits or a file; " if (lacking := len(report.taken) - kept) else ""
        voice.say(f"{counted(kept, 'row')} taken in; {wanting}{report.open:,} not filled in yet")
        voice.result(asdict(report))


def _check(origin: str, date: str | None) -> None:
    from datetime import date as Day

    if origin not in get_args(Origin):
        raise typer.BadParameter(f"'{origin}' is not one of {', '.join(get_args(Origin))}", param_hint="--origin")
    try:
        Day.fromisoformat(date or "2000-01-01")
    except ValueError:
        raise UserError(f"--date {date} is not a day: write it like 2026-11-23") from None


SHOWN = 20
"""How many lines of one kind are said; the receipt holds all."""


def show(voice: Voice, receipt: Receipt) -> None:
    """Say what an import did."""
    if receipt.known_file:
        voice.say(f"{receipt.file}: imported for {receipt.source} before, nothing changed ({receipt.kept:,} records)")
        return
    voice.say(
        f"{receipt.file}: {receipt.kept:,} of {receipt.read:,} records kept for {receipt.source} "
        f"({receipt.format}, {receipt.encoding}), {receipt.new:,} of them new"
    )
    for line, why in receipt.rejected[:SHOWN]:
        voice.say(f"  line {line:,}: {why}")
    if len(receipt.rejected) > SHOWN:
        voice.say(f"  and {len(receipt.rejected) - SHOWN:,} more ('--json' lists all of them)")
    for what, lines, count in receipt.not_understood[:SHOWN]:
        shown = ", ".join(f"{line:,}" for line in lines[:5]) + (" …" if count > 5 else "")
        voice.say(f"  not understood: {what} ({'line' if count == 1 else f'{count:,} times, lines'} {shown})")
    if len(receipt.not_understood) > SHOWN:
        voice.say(f"  and {len(receipt.not_understood) - SHOWN:,} more kinds of lines")
    if receipt.empty:
        voice.say("  empty: " + ", ".join(f"{name} in {n:,}" for name, n in receipt.empty.items()))
    for warning in receipt.warnings:
        voice.say(f"  note: {warning}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(imports)
