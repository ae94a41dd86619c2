"""The matrix in numbers: records and works per cell."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

from slr.report.figures import cell_counts, heat_map, write_matrix
from slr.search.attribution import attribute
from slr.store import records, works
from tests.report.reviews import WORKS, made
from tests.support.imported import entry, settle, take


def test_a_cell_has_the_records_that_lie_in_it_and_their_works_each_once(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        of_records, of_works = cell_counts(review)
        work_of = works.memberships(review.store.db)
        matches = records.matches(review.store.db)
        for cell in itertools.product(range(4), range(2)):
            here = [r for r, axes in matches.items() if all(n in axis for n, axis in zip(cell, axes, strict=True))]
            assert of_records[cell] == len(here)
            assert of_works[cell] == len({work_of[r] for r in here})
        assert of_records[0, 0] == 3 and of_works[0, 0] == 1


def test_a_work_whose_records_share_a_cell_counts_once_there(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        told = entry(*WORKS[0], AB="Skill transfer, too.", JO="Journal of *Stars*")
        take(review, told, "Another index")
        settle(review)
        attribute(review)
        of_records, of_works = cell_counts(review)
        assert of_records[0, 0] == 4 and of_works[0, 0] == 1
        assert of_works[2, 0] == 2


def test_the_table_has_every_cell_and_the_report_shows_the_same_picture(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        table, picture = write_matrix(review)
        assert picture.read_text("utf-8") == heat_map(review)
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 4 * 2
