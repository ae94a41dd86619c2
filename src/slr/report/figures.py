"""The files of numbers and pictures in outputs/: matrix.*, and how a file is written whole."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from slr.matrix.terms import Axis, Matrix
from slr.report.contribution import Axes, Cell, Signature
from slr.report.heatmap import heatmap
from slr.report.tables import Row, write_csv
from slr.review import Review
from slr.store import records, works

WIDEST_MAP = 12_000
"""Cells a heat map is drawn for; a larger matrix has its table only."""


def write_text(path: Path, text: str | bytes) -> Path:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    part.replace(path)
    return path


def write_matrix(review: Review) -> list[Path]:
    """Write matrix.csv (records and works of each cell) and, for two axes, the heat map of records per cell."""
    matrix = review.matrix(review.variants_in_force())
    of_records, of_works = cell_counts(review)
    table = review.outputs / "matrix.csv"
    columns = [*(axis.name for axis in matrix.axes), "records", "works"]
    write_csv(_cell_rows(matrix.axes, of_records, of_works), columns, table)
    picture = _drawn(review, matrix, of_records)
    return [table, *([write_text(review.outputs / "matrix.svg", picture)] if picture else [])]


def heat_map(review: Review) -> str | None:
    """The picture of matrix.svg; None for a matrix that is not of two axes, or is too large to draw."""
    return _drawn(review, review.matrix(review.variants_in_force()), cell_counts(review)[0])


def _drawn(review: Review, matrix: Matrix, of_records: Counter[Cell]) -> str | None:
    if len(matrix.axes) != 2 or matrix.cells > WIDEST_MAP:
        return None
    axes = [(axis.name, [phrase.text for phrase in axis.phrases]) for axis in matrix.axes]
    return heatmap(axes, {(i, j): n for (i, j), n in of_records.items()}, f"Records per cell: {review.config.title}")


def cell_counts(review: Review) -> tuple[Counter[Cell], Counter[Cell]]:
    """How many records, and how many works, lie in each cell (a tuple of one phrase index per axis).

    Records with equal phrases lie in equal cells, so that these are worked out once for all of them.
    """
    work_of = works.memberships(review.store.db)
    found = {record_id: axes for record_id, axes in records.matches(review.store.db).items() if all(axes)}
    of_works: dict[str, set[Axes]] = {}
    for record_id, axes in found.items():
        of_works.setdefault(work_of.get(record_id, record_id), set()).add(axes)
    return _in_cells(Counter(frozenset([a]) for a in found.values())), _in_cells(
        Counter(map(frozenset, of_works.values()))
    )


def _in_cells(found: Mapping[Signature, int]) -> Counter[Cell]:
    total: Counter[Cell] = Counter()
    for signature, n in found.items():
        for cell in {cell for axes in signature for cell in itertools.product(*axes)}:
            total[cell] += n
    return total


def _cell_rows(axes: Sequence[Axis], of_records: Counter[Cell], of_works: Counter[Cell]) -> Iterator[Row]:
    """One row a cell, also where nothing lies in it."""
    for cell in itertools.product(*(range(len(axis.phrases)) for axis in axes)):
        phrases: Row = {axis.name: axis.phrases[n].text for axis, n in zip(axes, cell, strict=True)}
        yield phrases | {"records": of_records[cell], "works": of_works[cell]}
