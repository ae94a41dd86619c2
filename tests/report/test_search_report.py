"""The search report of a review: what it says is what the store holds."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from slr.cli.reporting import write_report
from slr.config import write_starter
from slr.dedup.stage import dedupe
from slr.prisma import boxes
from slr.report.evidence import gather
from slr.report.figures import cell_counts
from slr.report.sections.checklists import REVIEW_ITEMS, SEARCH_ITEMS
from slr.report.standing import INCLUDED, Standing
from slr.review import open_review
from slr.screening.decisions import decide
from slr.search.stage import search
from tests.report.reviews import KNOWN, REVIEW, SOURCES, WORKS, made, report, rows, section, title_of_works
from tests.support.imported import NOW, entry, settle, take, work_ids
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, reviewing
from tests.support.reviews import lay_out as served

SECTIONS = (
    "At a glance", "Methods paragraph", "Declared and done", "Search matrix", "Sources and queries", "Limits",
    "Citation searching", "Duplicates", "Overlap between sources", "Years and venues",
    "Known studies and relative recall", "Precision and number needed to read",
    "Capture and recapture between sources", "Stopping before all is screened", "Term contribution",
    "PRISMA-S checklist", "PRISMA 2020 checklist", "To be written by a person", "Where the rules are from",
)  # fmt: skip
FILES = ("search_report.md", "search_report.html", "term_contribution.csv", "overlap.svg", "years.svg", "matrix.svg")


def test_every_section_stands_there_in_order_and_the_page_has_the_same(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        text = report(review)
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(SECTIONS)
    page = (tmp_path / "outputs/search_report.html").read_text("utf-8")
    assert all(f"{title}</h2>" in page for title in SECTIONS) and page.count("<svg") == 3


def test_the_same_store_gives_the_same_bytes_whenever_it_is_written(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        report(review)
        before = {name: (review.outputs / name).read_bytes() for name in FILES}
        review.clock = lambda: NOW.replace(year=2031)
        report(review)
        assert {name: (review.outputs / name).read_bytes() for name in FILES} == before


def test_the_order_of_imports_changes_no_number(tmp_path: Path) -> None:
    with made(tmp_path / "a") as one, made(tmp_path / "b", order=tuple(reversed(SOURCES))) as other:
        first, second = report(one), report(other)
        for title in ("Duplicates", "Overlap between sources", "Precision and number needed to read",
                      "Term contribution", "Capture and recapture between sources", "Years and venues"):  # fmt: skip
            assert section(first, title) == section(second, title)


def test_precision_has_works_as_its_denominator_and_says_where_it_is_undefined(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        found = rows(report(review), "Precision and number needed to read")
    assert found["Index A"] == ["4", "2", "0.500", "2.0", "1.0", "1", "0"]
    assert found["Index \\| B"] == ["3", "2", "0.667", "1.5", "1.0", "1", "0"]
    assert found["all together"][:4] == ["5", "2", "0.400", "2.5"]


def test_before_screening_ratios_are_undefined_and_the_report_says_it_is_not_finished(tmp_path: Path) -> None:
    with made(tmp_path, decided=False) as review:
        text = report(review)
    assert rows(text, "Precision and number needed to read")["Index A"][1:4] == ["0", "0.000", "undefined"]
    for title in ("Precision and number needed to read", "Term contribution", "Capture and recapture between sources"):
        assert "Of 5 works, 4 are without a decision" in section(text, title)
    assert "0 of 4 works are decided" in section(text, "Stopping before all is screened")


def test_what_differs_from_the_configuration_is_named(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        found = rows(report(review), "Declared and done")
    assert found["source OpenAlex"] == ["enabled", "never searched", "**enabled, but not searched**"]
    assert found["reviewers"][-1] == "**nothing decided by Bo**"
    assert found["criterion only articles"][:2] == ["applied before screening", "marks 1 work"]


def test_a_stage_with_too_few_reviewers_is_named(tmp_path: Path) -> None:
    with made(tmp_path):
        more = REVIEW.replace("{name: title-abstract, reviewers: 1}", "{name: title-abstract, reviewers: 2}")
        (tmp_path / "config/review.yaml").write_text(more, "utf-8")
    again = open_review(tmp_path, clock=lambda: NOW, environ={})
    found = rows(report(again), "Declared and done")
    again.close()
    assert "4 works with fewer reviewers than declared" in found["stage title-abstract"][-1]


def test_each_query_stands_there_as_it_was_run_with_day_hits_and_what_is_missing(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        text = section(report(review), "Sources and queries")
    assert "```text\nquery of Index | B\n```" in text
    assert "The source stated 4 hits and 3 were retrieved: 1 hit not seen." in text
    found = rows("\n## x\n" + text, "x")
    assert found["Index A"][1:] == ["2026-11-01 (day only, as logged)", "1", "4", "4", "complete"]


def test_an_open_source_has_its_time_with_zone_its_replies_and_its_request_without_secrets(tmp_path: Path) -> None:
    known = KNOWN.replace("Knowledge transfer in clusters of place one", "Galaxy clusters 3")
    with OpenAlexServer(corpus()) as server, reviewing(served(tmp_path, server.url, known=known)) as review:
        search(review)
        dedupe(review)
        write_report(review)
        text = (review.outputs / "search_report.md").read_text("utf-8")
    sources = section(text, "Sources and queries")
    assert " UTC; identified as: database; state: complete" in sources
    assert "hits stated by the source: 90; records retrieved: 90" in sources and "kept in the archive" in sources
    assert "api_key" not in text
    assert rows(text, "Declared and done")["matrix"][-1].startswith("searched")


def test_relative_recall_counts_what_the_source_holds_and_says_why_a_study_was_missed(tmp_path: Path) -> None:
    known = """\
studies:
  - {key: hit, title: Knowledge transfer study 0}
  - {key: galaxy, title: Galaxy clusters 3}
  - {key: nowhere, title: A title that nobody has ever used anywhere}
"""
    with OpenAlexServer(corpus()) as server, reviewing(served(tmp_path, server.url, known=known)) as review:
        search(review)
        dedupe(review)
        write_report(review)
        text = (review.outputs / "search_report.md").read_text("utf-8")
    found = rows(text, "Known studies and relative recall")
    assert found["OpenAlex"] == ["1", "1", "1", "0", "0.500", "1 of 3"]
    assert "Galaxy clusters 3 | OpenAlex | its record has no phrase of: terms |" in text


def test_where_a_source_cannot_be_looked_in_its_recall_is_not_known(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        found = rows(report(review), "Known studies and relative recall")
    assert found["Index A"] == ["1", "0", "0", "1", "not known", "1 of 2"]


def test_records_of_citation_searching_are_no_finds_of_the_matrix(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        before = section(report(review), "Term contribution")
        take(review, entry("Knowledge transfer and skill flow in clusters", "Cited, C."), "Index citations", "citation")
        settle(review)
        after = section(report(review), "Term contribution")
        e = gather(review)
    assert "The matrix finds 4 of the 5 works, 2 of the 2 included ones." in before
    assert "The matrix finds 4 of the 6 works, 2 of the 2 included ones." in after
    assert e.sources[-1] == "Index citations" and "Index citations" not in e.searched


def test_the_included_works_are_those_of_the_prisma_numbers(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        standing, e = Standing(review), gather(review)
        mine = sorted(work for work in work_ids(review) if standing.status(work) == INCLUDED)
        state = boxes.state_of(review)
        assert mine == boxes.ids(state, "new_reports") and e.included == len(mine) == 2
        assert e.marked == len(boxes.ids(state, "excluded_automatic"))
        assert sum(held.works for held in e.holdings.values()) == len(work_ids(review)) == e.works()
        assert sum(n for n, _ in e.years.values()) == sum(n for n, _ in e.venues.values()) == e.works()


def test_works_are_in_the_order_of_their_last_vote_and_conflicts_are_not_decided(tmp_path: Path) -> None:
    with made(tmp_path, decided=False) as review:
        titles = title_of_works(review)
        unmarked = [work for work in work_ids(review) if "book" not in titles[work]]
        for minute, (work, verdict) in enumerate(zip(unmarked, ("exclude", "include", "include"), strict=False)):
            at = NOW.replace(minute=50 - minute)
            review.clock = lambda at=at: at  # type: ignore[misc]
            decide(review, work, verdict, stage="title-abstract", reviewer="Ann")
        assert Standing(review).in_order(titles) == (True, True, False)


def test_the_file_has_every_phrase_word_and_cell_with_a_work(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        report(review)
        with (review.outputs / "term_contribution.csv").open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
        of_works = cell_counts(review)[1]
    levels = [row["level"] for row in found]
    assert (levels.count("phrase"), levels.count("word")) == (4 + 2, 2 + 2)
    cells = {(row["terms"], row["concepts"]): int(row["works"]) for row in found if row["level"] == "cell"}
    assert cells == {
        ("knowledge transfer", "cluster"): 1, ("knowledge transfer", "industrial district"): 1,
        ("skill flow", "industrial district"): 1, ("skill transfer", "cluster"): 1,
        ("knowledge flow", "industrial district"): 1,
    } and sorted(cells.values()) == sorted(of_works.values())  # fmt: skip
    (flow,) = [row for row in found if row["level"] == "phrase" and row["phrase"] == "skill flow"]
    numbers = ("works", "included", "unique_works", "unique_included", "works_per_included")
    assert [flow[name] for name in numbers] == ["1", "1", "0", "0", "1.0"]
    (noun,) = [row for row in found if row["level"] == "word" and row["phrase"] == "knowledge"]
    assert (noun["part"], noun["works"], noun["unique_works"], noun["unique_included"]) == ("noun", "3", "2", "1")


def test_the_checklists_have_16_items_and_42_rows_and_leave_to_people_what_is_theirs(tmp_path: Path) -> None:
    assert [item.number for item in SEARCH_ITEMS] == [str(n) for n in range(1, 17)]
    assert len(REVIEW_ITEMS) == 42 and len({item.number for item in REVIEW_ITEMS}) == 42
    assert {int(item.number.rstrip("abcdef")) for item in REVIEW_ITEMS} == set(range(1, 28))
    with made(tmp_path) as review:
        text = report(review)
    states = {number: cells[1] for number, cells in rows(text, "PRISMA-S checklist").items()}
    assert all(states[n] == "to be written" for n in ("6", "7", "10", "11", "14"))
    assert all(states[n] == "filled" for n in ("1", "8", "13", "15", "16"))
    assert states["9"] == "partly"  # a limit without a reason
    left = section(text, "To be written by a person")
    assert "PRISMA-S 14" in left and "PRISMA 2020 23d" in left and "PRISMA-S 15" not in left


def test_every_link_of_the_report_leads_to_one_of_its_headings(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        report(review)
    page = (tmp_path / "outputs/search_report.html").read_text("utf-8")
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))


@pytest.mark.parametrize("kind", ["report", "empty"])
def test_a_review_without_a_record_has_a_report_that_says_so(tmp_path: Path, kind: str) -> None:
    write_starter(tmp_path, kind)
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    text = report(review)
    review.close()
    assert "Nothing was searched or imported yet." in text and "There are no records yet." in text
    assert "No source was searched, and no file imported yet." in text


def test_records_that_are_not_grouped_are_said_to_be_missing(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        take(review, entry(*WORKS[3][:1], "Late, L."), "Index A")
        assert "The PRISMA numbers could not be counted: 1 record is not grouped" in report(review)
