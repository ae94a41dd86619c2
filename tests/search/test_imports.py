"""Importing exports: receipts, ids, and nothing kept of what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.errors import ImportFileError, UserError
from slr.formats.base import NOTHING
from slr.review import Review
from slr.search.imports import UNDATED, ImportRequest, import_file
from slr.store import records, runs
from tests.support.imported import entry, opened, take

ONE = entry("Local buzz and global pipelines", DO="10.1000/buzz")
OTHER = entry("Trade fairs of the Ruhr valley")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with opened(tmp_path) as found:
        yield found


def ids(review: Review) -> list[str]:
    return [record.record_id for record in records.every(review.store.db)]


def everything(review: Review) -> list[list[tuple[object, ...]]]:
    tables = ("run", "query", "exchange", "import_file", "record_version", "record_head", "hit")
    return [[tuple(row) for row in review.store.db.execute(f"SELECT * FROM {table}")] for table in tables]


def test_the_receipt_says_what_was_read_and_is_kept(review: Review) -> None:
    receipt = take(
        review, ONE + "TY  - JOUR\nN1  - nothing else\nER  - \n" + OTHER, "EBSCO", platform="EBSCOhost", hits=3
    )
    assert (receipt.read, receipt.kept, receipt.new, receipt.encoding, receipt.format) == (3, 2, 2, "utf-8", "RIS")
    assert receipt.rejected == ((8, NOTHING),)
    assert receipt.empty["doi"] == 1 and receipt.empty["abstract"] == 2
    assert receipt.warnings == (f"{receipt.file}: 1 of 3 records could not be read",)
    (query,) = runs.queries(review.store.db)
    assert (query.source, query.platform, query.server_total, query.retrieved, query.status) == (
        "EBSCO", "EBSCOhost", 3, 2, "complete",
    )  # fmt: skip
    kept = json.loads(review.store.db.execute("SELECT receipt FROM import_file").fetchone()[0])
    assert kept["rejected"] == [[8, NOTHING]] and query.notes == (*receipt.warnings, UNDATED)


def test_the_day_of_the_search_is_the_persons_or_it_is_said_that_it_is_not(review: Review) -> None:
    take(review, ONE, "EBSCO", date="2026-11-01")
    take(review, OTHER, "Scopus")
    days = {query.source: (query.asked_on, query.notes) for query in runs.queries(review.store.db)}
    assert days == {"EBSCO": ("2026-11-01", ()), "Scopus": ("2026-11-23", (UNDATED,))}


def test_the_file_itself_is_archived(review: Review) -> None:
    take(review, ONE, "EBSCO")
    (row,) = review.store.db.execute("SELECT exchange_id FROM exchange").fetchall()
    assert review.archive.body(review.archive.get(row[0])) == ONE.encode()


def test_importing_a_file_again_changes_nothing(review: Review) -> None:
    assert not take(review, ONE + OTHER, "EBSCO").known_file
    before = everything(review)
    again = take(review, ONE + OTHER, "EBSCO")
    assert again.known_file and again.new == 0 and again.kept == 2
    assert everything(review) == before


def test_equal_records_of_one_file_count_twice_and_again_in_no_other_file(review: Review) -> None:
    first = take(review, ONE + ONE + OTHER, "EBSCO")
    assert (first.kept, first.new) == (3, 3) and len(ids(review)) == 3
    second = take(review, OTHER + ONE, "EBSCO")
    assert (second.kept, second.new) == (2, 0) and len(ids(review)) == 3
    assert take(review, ONE, "Scopus").new == 1


def test_ids_depend_on_source_origin_and_content_alone(tmp_path: Path) -> None:
    found = []
    for n, parts in enumerate(([ONE, OTHER], [OTHER, ONE])):
        with opened(tmp_path / str(n)) as review:
            for part in parts:
                take(review, part, "EBSCO")
            found.append(ids(review))
    assert found[0] == found[1] and all(name.startswith("EBSCO:") for name in found[0])


def test_a_record_from_a_database_and_from_a_website_of_one_name_is_two(review: Review) -> None:
    take(review, ONE, "Emerald")
    take(review, ONE + OTHER, "Emerald", origin="website")
    assert sorted(origin for _, origin in records.origins(review.store.db).values()) == [
        "database",
        "website",
        "website",
    ]


def test_the_same_file_of_sources_whose_names_are_alike_stays_apart(review: Review) -> None:
    for source in ("E-A", "E A", "e a", "万方"):
        assert take(review, ONE, source).new == 1
    assert {q.source: q.retrieved for q in runs.queries(review.store.db)} == {"E-A": 1, "E A": 1, "e a": 1, "万方": 1}


@pytest.mark.parametrize(
    ("hits", "said"),
    [(2, None), (None, None), (500, "exports are often cut at a round number"), (1, "check that it is of this search")],
)
def test_a_number_of_hits_that_differs_is_said(review: Review, hits: int | None, said: str | None) -> None:
    warnings = take(review, ONE + OTHER, "EBSCO", hits=hits).warnings
    assert len(warnings) == (said is not None) and (said is None or said in warnings[0])


def test_a_number_of_records_at_which_exports_are_cut_is_said_unless_the_hits_are_known(review: Review) -> None:
    hundred = "".join(entry(f"Study {n}") for n in range(100))
    assert (
        "exactly 100 records: exports are often cut at 100, 500 or 1,000 records"
        in take(review, hundred, "A").warnings[0]
    )
    assert take(review, hundred, "B", hits=100).warnings == ()
    assert take(review, hundred + ONE, "C").warnings == ()


def test_what_the_file_says_of_its_search_is_taken_where_the_person_says_nothing(review: Review) -> None:
    said = "Record #2 of 18\nSearch query: clusters AND transfer\n" + ONE
    receipt = take(review, said, "Cochrane")
    assert (receipt.stated, receipt.query, receipt.declared) == (18, "clusters AND transfer", None)
    assert "says that its search had 18 records or more, it holds 1" in receipt.warnings[0]
    assert runs.queries(review.store.db)[0].text == "clusters AND transfer"
    again = take(review, said, "Wiley", query="mine", hits=1)
    assert again.query == "mine" and again.warnings == ()


def test_what_is_not_understood_is_in_the_receipt_with_its_lines(review: Review) -> None:
    receipt = take(review, ONE.replace("ER  -", "ZZ  - ?\nER  -") + "stray\n", "EBSCO")
    assert receipt.not_understood == (("tag ZZ", (6,), 1), ("text outside of a record", (9,), 1))
    kept = json.loads(review.store.db.execute("SELECT receipt FROM import_file").fetchone()[0])
    assert kept["not_understood"] == [["tag ZZ", [6], 1], ["text outside of a record", [9], 1]]


def test_a_file_of_the_same_name_with_other_content_says_what_changed(review: Review) -> None:
    path = review.folder / "export.ris"
    receipts = []
    for content in (ONE + OTHER, ONE + entry("A third study"), ONE + OTHER):
        path.write_text(content, "utf-8")
        receipts.append(import_file(review, ImportRequest(path, "EBSCO")))
    assert receipts[0].changed is None and receipts[0].warnings == ()
    assert receipts[1].changed is not None and (receipts[1].changed.new, receipts[1].changed.gone) == (1, 1)
    assert receipts[1].warnings == (
        "export.ris: this file has changed since it was imported on 2026-11-23: 1 records new, 1 no longer in it",
    )
    path.write_text(entry("A fourth study"), "utf-8")
    (warning,) = import_file(review, ImportRequest(path, "EBSCO")).warnings
    assert warning.startswith("export.ris: another file of this name was imported on"), "they share no record"
    assert receipts[2].known_file and receipts[2].changed is None, "the first content again changes nothing"
    path.write_text(OTHER, "utf-8")
    assert import_file(review, ImportRequest(path, "Scopus")).changed is None, "of another source it is another file"


def test_a_file_of_any_format_is_taken(review: Review) -> None:
    assert (
        take(review, 'title,authors,included\nClusters,"Bathelt, H.",1\n', "ASReview").not_understood[0][0]
        == "column 'included'"
    )
    assert take(review, "@article{k, title={Clusters}}", "ACM").format == "BibTeX"


def test_blanks_in_a_sources_name_do_not_make_another_source(review: Review) -> None:
    take(review, ONE, " Web  of\nScience ")
    assert {record.source for record in records.every(review.store.db)} == {"Web of Science"}


@pytest.mark.parametrize("source", ["", "  "])
def test_a_source_without_a_name_is_refused(review: Review, source: str) -> None:
    with pytest.raises(UserError, match=r"name of the database is empty: write --source"):
        take(review, ONE, source)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"just some words\n", "in no format that slr reads"),
        (b"TY  - JOUR\nN1  - x\nER  - \n", r"no record that can be read as RIS \(line 1: no title"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(review: Review, content: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        take(review, content, "EBSCO")
    assert not any(everything(review))
    assert not list(review.archive.root.rglob("*.gz"))


def test_a_missing_file_and_a_folder_are_named(review: Review) -> None:
    with pytest.raises(ImportFileError, match=r"there is no file .*nowhere.ris: check its name"):
        import_file(review, ImportRequest(review.folder / "nowhere.ris", "EBSCO"))
    with pytest.raises(ImportFileError, match=r"cannot be read .*: name a file that the database exported"):
        import_file(review, ImportRequest(review.folder, "EBSCO"))


def test_a_name_of_bytes_that_are_no_text_is_kept_readable(review: Review) -> None:
    path = review.folder / "caf\udce9.ris"
    path.write_text(ONE)
    assert import_file(review, ImportRequest(path, "EBSCO")).file == "caf\ufffd.ris"


def test_positions_are_lines_of_the_file(review: Review) -> None:
    take(review, "A search\n\n" + ONE + OTHER, "EBSCO")
    lines = [row[0] for row in review.store.db.execute("SELECT position FROM hit ORDER BY rank")]
    assert lines == [3, 3 + ONE.count("\n")]
