"""The files of search strings and their log: what is in them, and that nothing people wrote is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from slr.config import TERMS_FILE, write_starter
from slr.errors import UserError
from slr.formats import search_log
from slr.matrix.dialects.by_hand import BY_NAME, PLATFORMS
from slr.report.strings import Written, write_strings
from slr.review import Review, open_review
from tests.support.imported import NOW, opened

TERMS = "axes:\n  terms: [knowledge transfer, skill spill-over]\n  concepts: [cluster, industrial district]\n"


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with opened(tmp_path) as found:
        yield found


def strings(review: Review, *names: str, variants: bool = False) -> Written:
    return write_strings(review, [BY_NAME[name] for name in names] or PLATFORMS, variants)


def log_of(review: Review) -> list[dict[str, str]]:
    text = log_path(review).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=max(",;", key=text.split("\n")[0].count)))


def log_path(review: Review) -> Path:
    return review.outputs / "strings/search_log.csv"


def fill(review: Review, platform: str, number: int = 1, **cells: str) -> None:
    """Write into a row as a spreadsheet program would."""
    rows = log_of(review)
    row = next(row for row in rows if (row["platform"], row["sub_query"]) == (platform, str(number)))
    row.update(cells)
    with log_path(review).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for each in rows for name in each)), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_one_file_a_platform_and_one_row_a_sub_query(review: Review) -> None:
    written = strings(review)
    assert sorted(path.name for path in (review.outputs / "strings").iterdir()) == sorted(
        [*(f"{platform.name}.txt" for platform in PLATFORMS), "search_log.csv"]
    )
    queries = [(one.platform.title, query) for one in written.sheets for query in one.queries]
    assert [(row["platform"], row["sub_query"], row["of"], row["string"]) for row in log_of(review)] == [
        (title, str(query.number), str(query.of), query.text) for title, query in queries
    ]


def test_the_report_s_matrix_keeps_the_limits_and_takes_ten_sub_queries_on_sciencedirect(tmp_path: Path) -> None:
    write_starter(tmp_path, "report")
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    of = {one.platform.name: one for one in strings(review).sheets}
    review.close()
    assert review.matrix(False).cells == 1_320
    assert len(of["sciencedirect"].queries) == of["sciencedirect"].fewest_possible == 10
    assert all(len(query.text) <= 256 for query in of["google_scholar"].queries)
    assert all(query.connectors <= 8 for name in ("sciencedirect", "emerald") for query in of[name].queries)
    assert [len(of[name].queries) for name in ("ebsco", "scopus", "web_of_science", "proquest")] == [1] * 4


def test_a_file_says_platform_field_matrix_limits_rules_warnings_and_each_string(review: Review) -> None:
    (one,) = strings(review, "google_scholar").sheets
    text = (review.outputs / "strings/google_scholar.txt").read_text("utf-8")
    for part in (
        "platform:       Google Scholar", "written:        2026-11-23", f"hash {review.matrix_hash(False)[:12]}",
        "1 terms × 1 concepts = 1 cells; spelling variants off", "characters: at most 256",
        "liblog.port.ac.uk, 2026-11-23", "SUB-QUERY 1 of 1 (34 characters, 0 connectors)", one.queries[0].text,
        "slr import --log outputs/strings/search_log.csv", *one.warnings,
    ):  # fmt: skip
        assert part in text, part
    assert log_of(review)[0]["warnings"] == "; ".join(one.warnings)


def test_a_limit_on_years_is_to_be_set_in_the_interface(tmp_path: Path) -> None:
    text = (
        "title: T\nsearch: {years: {from: 1990, to: 2011}, justification: why}\nsources: {openalex: {enabled: false}}\n"
    )
    with opened(tmp_path, text) as review:
        strings(review, "scopus")
        assert log_of(review)[0]["limits"] == "publication years 1990 to 2011"
        assert "limits to set:  publication years 1990 to 2011" in (review.outputs / "strings/scopus.txt").read_text()


def test_the_same_matrix_leaves_every_byte_as_it_was_also_on_another_day(review: Review) -> None:
    strings(review)
    before = {path.name: path.read_bytes() for path in (review.outputs / "strings").iterdir()}
    strings(replace(review, clock=lambda: NOW + timedelta(days=30)))
    assert {path.name: path.read_bytes() for path in (review.outputs / "strings").iterdir()} == before


def test_what_people_filled_in_stays_whatever_program_saved_it(review: Review) -> None:
    strings(review)
    fill(review, "Scopus", date="2026-11-20", hits="412", file="scopus.ris", mine="looked at twice")
    strings(review)
    strings(review, "ebsco")
    row = next(row for row in log_of(review) if row["platform"] == "Scopus")
    assert (row["date"], row["hits"], row["file"], row["mine"]) == (
        "2026-11-20",
        "412",
        "scopus.ris",
        "looked at twice",
    )
    assert len(log_of(review)) == len(PLATFORMS)


def test_a_changed_matrix_keeps_filled_rows_as_of_an_earlier_one_and_drops_empty_ones(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        strings(review)
        fill(review, "Scopus", hits="412")
        old = {row["string"] for row in log_of(review)}
    (tmp_path / TERMS_FILE).write_text(TERMS, "utf-8")
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    strings(review)
    rows = log_of(review)
    review.close()
    assert [(row["platform"], row["hits"], row["state"]) for row in rows if row["string"] in old] == [
        ("Scopus", "412", "earlier matrix")
    ]
    assert len(rows) == len(PLATFORMS) + 1


def test_a_log_that_cannot_be_read_is_not_overwritten(review: Review) -> None:
    log_path(review).parent.mkdir(parents=True)
    log_path(review).write_text("my own notes\n", "utf-8")
    with pytest.raises(UserError, match=r"search_log.csv is no search log .*'slr strings' writes one"):
        strings(review)
    assert [path.name for path in log_path(review).parent.iterdir()] == ["search_log.csv"]
    assert log_path(review).read_text("utf-8") == "my own notes\n"


def test_a_platform_that_cannot_search_the_matrix_does_not_stop_the_others(tmp_path: Path) -> None:
    long = " ".join(["knowledge"] * 7)
    terms = "axes:\n" + "".join(f"  axis{n}: [{long} {n}]\n" for n in range(4))
    with opened(tmp_path) as review:
        pass
    (tmp_path / TERMS_FILE).write_text(terms, "utf-8")
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    written = strings(review)
    review.close()
    ((platform, why),) = written.refused
    assert platform.name == "google_scholar" and "single cell is longer" in why
    assert len(written.sheets) == len(PLATFORMS) - 1


def test_rows_are_known_by_platform_and_string() -> None:
    ids = {search_log.row_id(*of) for of in (("A", "x"), ("A", "y"), ("B", "x"))}
    assert len(ids) == 3 and all(not each[0].isdigit() for each in ids)
