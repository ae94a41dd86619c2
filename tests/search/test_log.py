"""Taking in a filled-in search log: every file with its query, day, hits and platform, and numbers compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.errors import ImportFileError, UserError
from slr.matrix.dialects.by_hand import PLATFORMS
from slr.report.strings import write_strings
from slr.review import Review
from slr.search.log import LogReport, import_log
from slr.store import records, runs
from tests.report.test_strings import fill, log_of, log_path
from tests.support.imported import entry, opened

ONE, TWO, THREE = entry("Local buzz"), entry("Global pipelines"), entry("Trade fairs")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with opened(tmp_path) as found:
        write_strings(found, PLATFORMS, False)
        yield found


def export(review: Review, name: str, text: str, beside: bool = True) -> str:
    folder = log_path(review).parent if beside else review.folder
    (folder / name).write_text(text, "utf-8")
    return name


def taken(review: Review) -> LogReport:
    return import_log(review, log_path(review))


def test_a_filled_in_row_is_imported_with_all_that_it_says(review: Review) -> None:
    fill(review, "Scopus", date="2026-11-20", hits="2", file=export(review, "s.ris", ONE + TWO), databases="Scopus")
    report = taken(review)
    (row,) = report.taken
    assert (row.name, row.hits, row.records, row.warnings) == ("Scopus 1/1", 2, 2, ())
    assert report.open == len(PLATFORMS) - 1
    (query,) = runs.queries(review.store.db)
    scopus = next(row for row in log_of(review) if row["platform"] == "Scopus")
    assert (query.source, query.platform, query.asked_on, query.server_total, query.retrieved, query.text) == (
        "Scopus", "Scopus", "2026-11-20", 2, 2, scopus["string"],
    )  # fmt: skip


def test_databases_searched_together_stand_beside_the_platform_and_google_scholar_is_a_website(review: Review) -> None:
    fill(review, "EBSCOhost", file=export(review, "e.ris", ONE), databases="Academic Search Premier; Business Source")
    fill(review, "Google Scholar", file=export(review, "g.ris", TWO))
    taken(review)
    queries = {query.source: query for query in runs.queries(review.store.db)}
    assert queries["EBSCOhost"].platform == "EBSCOhost: Academic Search Premier; Business Source"
    assert (queries["EBSCOhost"].origin, queries["Google Scholar"].origin) == ("database", "website")


def test_several_files_of_one_row_are_compared_together(review: Review) -> None:
    first, second = export(review, "1.ris", ONE + TWO), export(review, "2.ris", THREE, beside=False)
    fill(review, "ScienceDirect", date="2026-11-20", hits="3", file=f"{first}; {second}", databases="ScienceDirect")
    (row,) = taken(review).taken
    assert (row.records, len(row.receipts), row.warnings) == (3, 2, ())
    assert records.count(review.store.db) == 3


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"hits": "500"}, "Scopus 1/1: 500 hits are stated, its files hold 2 records"),
        ({"hits": ""}, "no number of hits is filled in"),
        ({"date": ""}, "no date of the search is filled in"),
        ({"databases": ""}, "no database is named beside the platform"),
        ({"file": ""}, "2 hits are stated, and no file is named"),
    ],
)
def test_what_is_missing_or_differs_is_said_and_kept_beside_the_query(
    review: Review, cells: dict[str, str], said: str
) -> None:
    full = {"date": "2026-11-20", "hits": "2", "databases": "Scopus", "file": export(review, "s.ris", ONE + TWO)}
    fill(review, "Scopus", **(full | cells))
    ((warning,),) = (row.warnings for row in taken(review).taken)
    assert said in warning
    notes = [note for query in runs.queries(review.store.db) for note in query.notes]
    assert (warning in notes) is bool(full["file"] and cells.get("file", "x"))


def test_taking_the_log_in_again_changes_nothing_and_new_rows_are_added(review: Review) -> None:
    fill(review, "Scopus", hits="1", file=export(review, "s.ris", ONE))
    taken(review)
    before = [tuple(row) for row in review.store.db.execute("SELECT * FROM query")]
    assert all(receipt.known_file for row in taken(review).taken for receipt in row.receipts)
    assert [tuple(row) for row in review.store.db.execute("SELECT * FROM query")] == before
    fill(review, "ProQuest", hits="1", file=export(review, "p.ris", TWO))
    taken(review)
    assert records.count(review.store.db) == 2


def test_a_search_without_hits_needs_no_file_and_its_strategy_is_kept_once(review: Review) -> None:
    fill(review, "ProQuest", date="2026-11-20", hits="0", databases="ABI/INFORM")
    (row,) = taken(review).taken
    assert (row.hits, row.records, row.warnings) == (0, 0, ())
    before = [tuple(row) for name in ("run", "query") for row in review.store.db.execute(f"SELECT * FROM {name}")]
    taken(review)
    assert before == [tuple(r) for name in ("run", "query") for r in review.store.db.execute(f"SELECT * FROM {name}")]
    (query,) = runs.queries(review.store.db)
    proquest = next(row for row in log_of(review) if row["platform"] == "ProQuest")
    assert (query.source, query.platform, query.text, query.asked_on) == (
        "ProQuest", "ProQuest: ABI/INFORM", proquest["string"], "2026-11-20",
    )  # fmt: skip
    assert (query.server_total, query.retrieved, query.status, query.notes) == (0, 0, "complete", ())


def test_a_search_without_hits_on_another_day_is_another_search(review: Review) -> None:
    for day in ("2026-11-20", "2027-05-20"):
        fill(review, "ProQuest", date=day, hits="0", databases="ABI/INFORM")
        taken(review)
    assert {query.asked_on for query in runs.queries(review.store.db)} == {"2026-11-20", "2027-05-20"}


def test_a_row_without_hits_and_file_is_named(review: Review) -> None:
    fill(review, "ProQuest", date="2026-11-20")
    (row,) = taken(review).taken
    assert row.warnings == ("ProQuest 1/1: neither hits nor a file are filled in: nothing was taken in",)
    assert runs.queries(review.store.db) == []


def test_the_same_record_of_two_sub_queries_is_one(review: Review) -> None:
    fill(review, "Scopus", file=f"{export(review, '1.ris', ONE + TWO)};{export(review, '2.ris', TWO + THREE)}")
    taken(review)
    assert records.count(review.store.db) == 3


@pytest.mark.parametrize("written", ["2026-11-20", "20.11.2026", "2026/11/20"])
def test_days_are_read_as_spreadsheets_write_them(review: Review, written: str) -> None:
    fill(review, "Scopus", date=written, hits="1,000", file=export(review, "s.ris", ONE))
    taken(review)
    (query,) = runs.queries(review.store.db)
    assert (query.asked_on, query.server_total) == ("2026-11-20", 1_000)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"date": "11/20/2026"}, "'11/20/2026' is not a day: write it like 2026-11-23"),
        ({"hits": "about 40"}, "'about 40' is not a number of hits: write it in digits"),
        ({"hits": "1,2"}, "'1,2' is not a number"),
        ({"file": "nowhere.ris"}, "there is no file nowhere.ris beside the log or in the review's folder"),
        ({"note": "x", "origin": "moon"}, "'moon' is no origin: write one of database"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_before_anything_is_imported(
    review: Review, cells: dict[str, str], said: str
) -> None:
    fill(review, "EBSCOhost", file=export(review, "e.ris", ONE))
    fill(review, "Scopus", **cells)
    with pytest.raises(UserError) as refused:
        taken(review)
    assert said in str(refused.value) and "search_log.csv, line 6 (Scopus 1)" in str(refused.value)
    assert records.count(review.store.db) == 0


def test_a_missing_log_is_one_sentence(review: Review) -> None:
    with pytest.raises(ImportFileError, match=r"there is no file .*none.csv: 'slr strings' writes a log"):
        import_log(review, review.folder / "none.csv")


def test_receipts_can_be_printed_as_json(review: Review) -> None:
    fill(review, "Scopus", file=export(review, "s.ris", ONE))
    from dataclasses import asdict

    assert json.loads(json.dumps(asdict(taken(review))))["taken"][0]["records"] == 1
