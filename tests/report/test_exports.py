"""Exports of a review: sets, other programs' files, search histories; files whole or as they were."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from slr.errors import UserError
from slr.formats.registry import parse
from slr.model import Record
from slr.report.exports import export
from slr.report.tables import SETS
from slr.review import Review
from slr.screening.decisions import decide
from slr.store import records
from tests.support.imported import entry, opened, settle, take

BUZZ = entry(
    "Local buzz", "Bathelt, H.", DO="10.1000/buzz", JF="Progress", VL="28", IS="1", SP="31", EP="56", AB="We, ask"
)
FAIRS = entry("Trade fairs", "Maskell, P.", KW="fairs, trade")
PIPES = entry("Global pipelines", "World Bank")
BOOK = entry("A book of clusters", kind="BOOK")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    """Four works of five records: one included, one excluded by title, one waiting, one marked by a criterion."""
    with opened(tmp_path, ONE_REVIEWER) as found:
        take(found, BUZZ + FAIRS + PIPES + BOOK, "EBSCO", platform="EBSCOhost", query='TI ("buzz")', hits=4)
        take(found, BUZZ, "Scopus")
        settle(found)
        decide_all(found)
        yield found


ONE_REVIEWER = """\
title: A review
sources: {openalex: {enabled: false}}
criteria:
  automatic: [{name: only articles, types: [article]}]
  exclusion: [{id: off-topic, text: Not about transfer}]
stages: [{name: title-abstract, reviewers: 1}, {name: full-text, reviewers: 1}]
"""


def decide_all(review: Review) -> None:
    of = {record.title: record.record_id for record in records.every(review.store.db)}
    for title, stage, verdict, reason in (
        ("Local buzz", "title-abstract", "include", None),
        ("Local buzz", "full-text", "include", None),
        ("Trade fairs", "title-abstract", "exclude", None),
    ):
        decide(review, of[title], verdict, stage=stage, reviewer="A", reason=reason)


def read_back(path: Path) -> list[Record]:
    return [one.record for one in parse(path.read_bytes(), path.name, "X").entries]


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.mark.parametrize("ending", [".ris", ".bib", ".json", ".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("subset", "titles"),
    [
        ("all", ["A book of clusters", "Global pipelines", "Local buzz", "Local buzz", "Trade fairs"]),
        ("works", ["A book of clusters", "Global pipelines", "Local buzz", "Trade fairs"]),
        ("included", ["Local buzz"]),
        ("excluded", ["A book of clusters", "Trade fairs"]),
        ("unscreened", ["Global pipelines"]),
    ],
)
def test_each_set_in_each_format_holds_its_publications(
    review: Review, ending: str, subset: str, titles: list[str]
) -> None:
    path = review.folder / f"out{ending}"
    done = export(review, path, subset)
    assert sorted(record.title for record in read_back(path)) == titles
    assert (done.count, done.unit, done.files) == (len(titles), "records" if subset == "all" else "works", (path,))


@pytest.mark.parametrize("ending", [".ris", ".bib", ".json", ".csv", ".xlsx"])
def test_a_work_comes_back_with_all_its_fields(review: Review, ending: str) -> None:
    path = review.folder / f"out{ending}"
    export(review, path, "included")
    (found,) = read_back(path)
    place = (found.venue, found.volume, found.issue, found.pages)
    assert (found.authors, found.year, *place, found.doi, found.abstract) == (
        ("Bathelt, H.",), 2004, "Progress", "28", "1", "31-56", "10.1000/buzz", "We, ask",
    )  # fmt: skip


def test_an_empty_set_is_a_file_without_publications(review: Review) -> None:
    assert export(review, review.folder / "out.ris", "conflict").count == 0
    assert (review.folder / "out.ris").read_bytes() == b""
    assert all(export(review, review.folder / "o.csv", subset).count >= 0 for subset in SETS)


def test_a_workbook_has_the_year_as_a_number(review: Review) -> None:
    path = review.folder / "out.xlsx"
    export(review, path, "works")
    sheet: Any = openpyxl.load_workbook(path).active
    head = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, head.index("year") + 1).value == 2004 and sheet.freeze_panes == "A2"


def test_asreview_gets_the_outcome_of_titles_and_abstracts_and_no_work_that_a_criterion_marks(review: Review) -> None:
    export(review, review.folder / "a.csv", "works", "asreview")
    table = rows(review.folder / "a.csv")
    assert {row["title"]: row["included"] for row in table} == {
        "Local buzz": "1",
        "Trade fairs": "0",
        "Global pipelines": "",
    }
    assert list(table[0])[1:4] == ["title", "abstract", "authors"]
    export(review, review.folder / "a.ris", "works", "asreview")
    notes = [line[6:] for line in (review.folder / "a.ris").read_text().splitlines() if line.startswith("N1  - ")]
    assert sorted(notes) == ["ASReview_irrelevant", "ASReview_not_seen", "ASReview_relevant"]


def test_citesource_gets_sources_labels_and_strings_of_each_work(review: Review) -> None:
    export(review, review.folder / "c.csv", "works", "citesource")
    found = {row["title"]: row for row in rows(review.folder / "c.csv")}
    assert (found["Local buzz"]["cite_source"], found["Local buzz"]["cite_label"]) == (
        "EBSCO, Scopus",
        "search, screened, final",
    )
    assert found["Trade fairs"]["cite_label"] == found["A book of clusters"]["cite_label"] == "search"
    assert (
        len(found["Local buzz"]["record_ids"].split(", ")) == len(found["Local buzz"]["cite_string"].split(", ")) == 2
    )
    export(review, review.folder / "c.ris", "included", "citesource")
    tags = dict(line.split("  - ", 1) for line in (review.folder / "c.ris").read_text().splitlines() if "  - " in line)
    assert (tags["DB"], tags["C7"]) == ("EBSCO, Scopus", "search, screened, final")
    assert (tags["C8"], tags["C1"], tags["C2"]) == tuple(
        found["Local buzz"][name] for name in ("cite_string", "duplicate_id", "record_ids")
    )


def test_citesource_can_group_the_records_itself(review: Review) -> None:
    export(review, review.folder / "c.csv", "all", "citesource")
    buzz = [row for row in rows(review.folder / "c.csv") if row["title"] == "Local buzz"]
    assert sorted(row["cite_source"] for row in buzz) == ["EBSCO", "Scopus"]
    assert len({row["duplicate_id"] for row in buzz}) == 1


def test_a_comma_in_the_name_of_a_source_does_not_part_it(tmp_path: Path) -> None:
    with opened(tmp_path, ONE_REVIEWER) as review:
        take(review, BUZZ, "Ovid, MEDLINE")
        settle(review)
        export(review, tmp_path / "c.csv", "works", "citesource")
        assert rows(tmp_path / "c.csv")[0]["cite_source"] == "Ovid / MEDLINE"


def test_a_search_history_a_query_with_the_keys_that_search_query_wants(review: Review) -> None:
    done = export(review, review.folder / "search.json", "works", "search-query")
    (path,) = done.files
    assert path.name == "search-01-ebsco_search_history.json"
    history = json.loads(path.read_text("utf-8"))
    assert (history["search_string"], history["platform"], history["version"]) == ('TI ("buzz")', "ebscohost", "1")
    assert history["database"] == ["EBSCO"] and history["date"]["search_conducted"] == "2026-11-23"
    assert (history["results_total"], history["results_retrieved"]) == (4, 4)
    assert (review.folder / history["search_results_path"]).is_file()
    assert done.notes == ("1 searches have no search string, and so no history: give it with --query when importing",)


@pytest.mark.parametrize(
    ("name", "subset", "purpose", "said"),
    [
        ("works.txt", "works", None, "slr writes RIS (.ris), BibTeX (.bib), CSL-JSON (.json), .csv and .xlsx"),
        ("works", "works", None, "give it one of these endings"),
        ("works.bib", "works", "asreview", "for asreview the file has to end in .csv or .xlsx or .ris"),
        ("works.csv", "works", "search-query", "for search-query the file has to end in .json"),
        ("works.csv", "all", "asreview", "ASReview screens works, each once"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    review: Review, name: str, subset: str, purpose: str | None, said: str
) -> None:
    with pytest.raises(UserError) as refused:
        export(review, review.folder / name, subset, purpose)
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert not (review.folder / name).exists()


def test_the_same_review_gives_the_same_bytes(review: Review) -> None:
    for ending in (".ris", ".bib", ".json", ".csv"):
        one, two = review.folder / f"1{ending}", review.folder / f"2{ending}"
        export(review, one, "works")
        export(review, two, "works")
        assert one.read_bytes() == two.read_bytes()
