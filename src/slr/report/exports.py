"""``slr export``: a set of works or records in the format that a file's ending names, or as another program asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from slr.errors import UserError
from slr.formats import write_bibtex, write_csl, write_ris, write_xlsx
from slr.formats.writing import Written, line, listed, whole
from slr.model import Record
from slr.report.tables import (
    RECORD_COLUMNS,
    Row,
    WorkRow,
    json_text,
    record_rows,
    work_columns,
    work_rows,
    works_in,
    write_csv,
)
from slr.review import Review
from slr.sources.registry import title_of
from slr.store import records, runs, works
from slr.store.runs import QueryState

BIBLIOGRAPHIC: Mapping[str, Callable[[Iterable[Written], IO[bytes]], int]] = {
    ".ris": write_ris.write,
    ".bib": write_bibtex.write,
    ".json": write_csl.write,
}
TABLES = (".csv", ".xlsx")
ENDINGS = (*BIBLIOGRAPHIC, *TABLES)
PURPOSES: Mapping[str, tuple[str, ...]] = {
    "asreview": (".csv", ".xlsx", ".ris"),
    "citesource": (".csv", ".ris"),
    "search-query": (".json",),
}
"""Other programs, and the endings of what they read."""

ASREVIEW_COLUMNS = ("work_id", "title", "abstract", "authors", "keywords", "year", "doi", "url", "included")
CITESOURCE_COLUMNS = (
    "cite_source", "cite_label", "cite_string", "duplicate_id", "record_ids", "title", "author", "year", "journal",
    "volume", "number", "pages", "doi", "abstract", "keywords",
)  # fmt: skip
_SYNTAXES = {"ebscohost": "ebscohost", "web of science": "wos", "pubmed": "pubmed"}
"""Platforms as search-query calls them; another platform keeps its own name."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: the files, how many of what (works, records, queries), and sentences to show."""

    files: tuple[Path, ...]
    count: int
    unit: str
    notes: tuple[str, ...] = ()


def export(review: Review, file: Path, subset: str, purpose: str | None = None) -> Export:
    """Write a set (``tables.SETS``; "all" are the records, the others works) to ``file``, whole or not at all.

    ``purpose`` is one of ``PURPOSES``. Raises UserError if the file's ending is none that can be written, or that the
    other program does not read.
    """
    ending = file.suffix.lower()
    _check(file, ending, subset, purpose)
    if purpose == "search-query":
        return _histories(review, file)
    unit = "records" if subset == "all" else "works"
    if purpose is None and ending in TABLES:
        rows, columns = _table(review, subset)
        return _write_table(rows, columns, file, unit)
    publications = _publications(review, subset, purpose)
    if ending in TABLES:
        columns = ASREVIEW_COLUMNS if purpose == "asreview" else CITESOURCE_COLUMNS
        return _write_table((one.beside for one in publications), columns, file, unit)
    with whole(file) as out:
        return Export((file,), BIBLIOGRAPHIC[ending](publications, out), unit)


def _check(file: Path, ending: str, subset: str, purpose: str | None) -> None:
    if ending not in ENDINGS:
        raise UserError(
            f"{file.name}: slr writes RIS (.ris), BibTeX (.bib), CSL-JSON (.json), .csv and .xlsx: give it one of "
            "these endings"
        )
    if purpose and ending not in PURPOSES[purpose]:
        wanted = " or ".join(PURPOSES[purpose])
        raise UserError(f"{file.name}: for {purpose} the file has to end in {wanted}: give it that ending")
    if purpose == "asreview" and subset == "all":
        raise UserError("ASReview screens works, each once: choose a set of works, such as --set works")


def _table(review: Review, subset: str) -> tuple[Iterator[Row], Sequence[str]]:
    if subset == "all":
        return record_rows(review), RECORD_COLUMNS
    return work_rows(review, subset), work_columns(review)


def _write_table(rows: Iterable[Mapping[str, object]], columns: Sequence[str], file: Path, unit: str) -> Export:
    if file.suffix.lower() == ".csv":
        return Export((file,), write_csv(map(dict, rows), columns, file), unit)
    with whole(file) as out:
        count, cut = write_xlsx.write(rows, columns, out)
    longest = write_xlsx.LONGEST_CELL
    note = f"{cut:,} cells were cut at {longest:,} characters, the most that Excel holds: .csv has them whole"
    return Export((file,), count, unit, (note,) if cut else ())


def _publications(review: Review, subset: str, purpose: str | None) -> Iterator[Written]:
    if purpose == "asreview":
        return _for_asreview(review, subset)
    if purpose == "citesource":
        return _for_citesource(review, subset)
    if subset == "all":
        return (Written(record.record_id, record) for record in records.every(review.store.db))
    return (Written(str(work.row["work_id"]), work.record) for work in works_in(review, subset))


def _for_asreview(review: Review, subset: str) -> Iterator[Written]:
    """Works that no criterion marks, with what title and abstract screening came to.

    Source: ASReview LAB's documentation, "Data format" and "Fully and partially labeled data": a column ``included``
    with 1, 0 or nothing; in RIS a note (N1) ASReview_relevant, ASReview_irrelevant or ASReview_not_seen.
    """
    first = review.config.stages[0].name
    for work in works_in(review, subset):
        if work.row["marked_by"]:
            continue
        label = {"include": "1", "exclude": "0"}.get(str(work.row[first]), "")
        note = {"1": "ASReview_relevant", "0": "ASReview_irrelevant", "": "ASReview_not_seen"}[label]
        key, found = str(work.row["work_id"]), work.record
        beside = {
            "work_id": key,
            "title": found.title,
            "abstract": line(found.abstract),
            "authors": "; ".join(found.authors),
            "keywords": listed(found.keywords),
            "year": "" if found.year is None else str(found.year),
            "doi": found.doi or "",
            "url": found.url or "",
            "included": label,
        }
        yield Written(key, found, beside, {"N1": note})


def _for_citesource(review: Review, subset: str) -> Iterator[Written]:
    """Works (or records, which CiteSource groups itself) with the tags of CiteSource.

    Source: the package's export_csv, export_ris and reimport_ris: several values are parted by a comma and a blank; in
    RIS cite_source is DB, cite_label C7, cite_string C8, duplicate_id C1, record_ids C2.
    """
    came = records.first_hits(review.store.db)
    stages = [stage.name for stage in review.config.stages]
    if subset != "all":
        for work in works_in(review, subset):
            yield _tagged(str(work.row["work_id"]), work.record, work.members, _labels(work, stages), came)
        return
    labels = {str(work.row["work_id"]): _labels(work, stages) for work in works_in(review)}
    work_of = works.memberships(review.store.db)
    for record in records.every(review.store.db):
        work_id = work_of.get(record.record_id, record.record_id)
        yield _tagged(work_id, record, [record], labels.get(work_id, ["search"]), came)


def _labels(work: WorkRow, stages: Sequence[str]) -> list[str]:
    """search; screened, if title and abstract screening let it pass; final, if it is included."""
    passed = not work.row["marked_by"] and work.row[stages[0]] == "include"
    return ["search", *(["screened"] if passed else []), *(["final"] if work.row["status"] == "included" else [])]


def _tagged(
    work_id: str,
    found: Record,
    members: Sequence[Record],
    labels: Sequence[str],
    came: Mapping[str, Mapping[str, object]],
) -> Written:
    strings = (came[record.record_id] for record in members if record.record_id in came)
    cite = {
        "cite_source": _joined(title_of(record.source) for record in members),
        "cite_label": _joined(labels),
        "cite_string": _joined(f"{hit['run']} query {hit['part']}" for hit in strings),
        "duplicate_id": work_id,
        "record_ids": _joined(record.record_id for record in members),
    }
    described = {
        "title": found.title,
        "author": " and ".join(found.authors),
        "year": "" if found.year is None else str(found.year),
        "journal": found.venue or "",
        "volume": found.volume or "",
        "number": found.issue or "",
        "pages": found.pages or "",
        "doi": found.doi or "",
        "abstract": line(found.abstract),
        "keywords": listed(found.keywords),
    }
    tags = dict(zip(("DB", "C7", "C8", "C1", "C2"), cite.values(), strict=True))
    key = work_id if len(members) > 1 else f"{work_id}-{members[0].record_id}"
    return Written(key, found, {**cite, **described}, tags)


def _joined(values: Iterable[str]) -> str:
    """Each value once; commas inside of one would part it."""
    return ", ".join(dict.fromkeys(value.replace(",", " /") for value in values))


def _histories(review: Review, file: Path) -> Export:
    """A search history a query: ``<stem>-<n>-<source>_search_history.json`` beside ``file``.

    Source of the keys: Haddaway et al. 2022 (doi 10.1002/cl2.1288) as the package search-query reads it.
    """
    kinds = {run.run_id: run.kind for run in runs.every(review.store.db)}
    names = runs.file_names(review.store.db)
    searches = [query for query in runs.queries(review.store.db) if kinds[query.run_id] in ("search", "import")]
    told = [query for query in searches if query.text]
    files = []
    for number, query in enumerate(told, start=1):
        source = re.sub(r"[^\w-]+", "_", query.source.lower())
        path = file.with_name(f"{file.stem}-{number:02}-{source}_search_history.json")
        with whole(path) as out:
            out.write(json_text(_history(query, review.now()[:10], names.get(query.run_id))).encode())
        files.append(path)
    without = len(searches) - len(told)
    note = f"{without} searches have no search string, and so no history: give it with --query when importing"
    return Export(tuple(files), len(files), "queries", (note,) if without else ())


def _history(query: QueryState, today: str, file: str | None) -> dict[str, object]:
    """``file`` is the export that holds the results; searches of open sources have none."""
    platform, _, databases = (query.platform or title_of(query.source)).partition(": ")
    return {
        "search_string": query.text,
        "platform": _SYNTAXES.get(platform.lower(), platform),
        "version": "1",
        "database": [name.strip() for name in re.split("[;,]", databases or title_of(query.source))],
        "authors": [],
        "date": {"data_entry": today, "search_conducted": (query.asked_on or "")[:10]},
        "record_info": {"run": query.run_id, "part": query.part, "parts": query.parts},
        "generic_query": query.oql or "",
        **({"search_results_path": file} if file else {}),
        "results_total": query.server_total,
        "results_retrieved": query.retrieved,
        "request": query.url or "",
        "notes": list(query.notes),
    }
