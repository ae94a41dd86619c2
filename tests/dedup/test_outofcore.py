"""Out of core comes to the same as in memory."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup import find_duplicates
from slr.dedup.frame import sides_of
from slr.dedup.group import Grouped, Verdicts, grouped
from slr.dedup.outofcore import find_duplicates_in, group_out_of_core
from slr.dedup.sides import Side, side
from slr.errors import UserError
from slr.model import Record
from tests.dedup.records import alike
from tests.support.data import shared

TITLE = "Local buzz and global pipelines in the ceramic tile district"


def out_of_core(sides: list[Side], together: dict[str, str], verdicts: Verdicts, at_once: int = 2) -> Grouped:
    with TemporaryDirectory() as folder:
        parts = list(group_out_of_core(iter(sides), together, verdicts, Path(folder), "500MB", at_once))
        assert not list(Path(folder).iterdir())
    placed = sorted((p for part in parts for p in part.placed), key=lambda p: p.record_id)
    unsure = sorted((d for part in parts for d in part.unsure), key=lambda d: (-d.score, d.a, d.b))
    return Grouped(placed, unsure)


@settings(deadline=None, max_examples=15)
@given(alike(), st.integers(0, 9), st.data())
def test_groups_and_doubts_are_those_in_memory(found: list[Record], cut: int, data: st.DataObject) -> None:
    sides = list(map(side, found))
    together = {p.record_id: p.founder for p in grouped(sides[:cut], {}, {}).placed}
    pairs = [frozenset((a.record_id, b.record_id)) for a, b in combinations(found, 2)]
    said = data.draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)) if pairs else []
    verdicts: Verdicts = {pair: data.draw(st.sampled_from(["duplicate", "distinct"])) for pair in said}
    assert out_of_core(sides, together, verdicts) == grouped(sides, together, verdicts)


def test_a_group_whose_founder_is_no_record_any_more_stays_together() -> None:
    sides = [side(Record(f"a:{n}", "a", f"A title of its own, number {n}")) for n in range(3)]
    together = {"a:0": "gone", "a:2": "gone"}
    assert out_of_core(sides, together, {}) == grouped(sides, together, {})


def test_known_records_are_not_compared_again_and_a_persons_word_joins_what_no_rule_links() -> None:
    known = [side(Record(f"a:{n}", "a", TITLE, ("Li, Wei",), 2004)) for n in range(2)]
    others = [side(Record(f"b:{n}", "b", f"A title of its own, number {n}")) for n in range(4)]
    together = {"a:0": "a:0", "a:1": "a:1"}
    verdicts: Verdicts = {frozenset(("b:0", "b:3")): "duplicate"}
    found = out_of_core([*known, *others], together, verdicts)
    assert found == grouped([*known, *others], together, verdicts)
    founder_of = {p.record_id: p.founder for p in found.placed}
    assert founder_of["a:1"] == "a:1" and founder_of["b:3"] == "b:0"


@pytest.mark.parametrize("name", ["haematology", "dblp_acm"])
def test_a_labelled_set_comes_to_the_same(name: str) -> None:
    table = pd.read_csv(shared(f"dedup/{name}.csv"), dtype=str, keep_default_na=False)
    sides = sides_of(table)
    assert out_of_core(sides, {}, {}, at_once=500) == grouped(sides, {}, {})


def parquet(path: Path, query: str) -> Path:
    with duckdb.connect() as db:
        db.execute(f"COPY ({query}) TO ? (FORMAT parquet)", [str(path)])
    return path


def test_parquet_files_with_other_columns_and_types_are_read_as_one_table(tmp_path: Path) -> None:
    one = parquet(
        tmp_path / "it's one.parquet", f"SELECT 'a' record_id, '{TITLE}' title, 2004 AS year, 'Li, Wei' authors"
    )
    two = parquet(tmp_path / "two.parquet", f"SELECT 'b' record_id, upper('{TITLE}') title, '2004' AS year, NULL doi, "
                  "'Li W' authors UNION ALL SELECT 'c', NULL, NULL, NULL, NULL")  # fmt: skip
    assert find_duplicates_in([one, two], tmp_path / "out.parquet", tmp_path) == 2
    with duckdb.connect() as db:
        found = db.execute(f"FROM '{tmp_path / 'out.parquet'}'").fetchall()
    assert found == [("a", "a"), ("b", "a"), ("c", "c")]
    rows = [("a", TITLE, 2004, "Li, Wei"), ("b", TITLE.upper(), 2004, "Li W"), ("c", None, None, None)]
    table = pd.DataFrame(rows, columns=["record_id", "title", "year", "authors"])
    assert list(find_duplicates(table).itertuples(index=False, name=None)) == found


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT 'x' AS title", "has no column 'record_id'"),
        ("SELECT 'a' AS record_id UNION ALL SELECT 'a'", "the record_id 'a' stands on several rows"),
    ],
)
def test_files_without_ids_of_their_own_are_refused(tmp_path: Path, query: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        find_duplicates_in([parquet(tmp_path / "in.parquet", query)], tmp_path / "out.parquet", tmp_path)


def test_no_records_are_no_works(tmp_path: Path) -> None:
    empty = parquet(tmp_path / "in.parquet", "SELECT 'a' AS record_id WHERE false")
    assert find_duplicates_in([empty], tmp_path / "out.parquet", tmp_path) == 0
