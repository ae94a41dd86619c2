"""The methods paragraph and the checklists: each sentence is true of the review as it stands, whatever that is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from slr.cli.versioning import count
from slr.config import write_starter
from slr.prisma import boxes
from slr.review import Review, open_review
from slr.screening.decisions import decide
from slr.update.freeze import freeze
from tests.report.reviews import REVIEW, lay_out, made, report, rows, section, title_of_works
from tests.support.imported import NOW, entry, settle, take
from tests.update.reviewed import begun, days_after, new_works, pointed_at, server, small, updated


def methods(review: Review) -> str:
    return section(report(review), "Methods paragraph")


def test_a_screened_review_is_told_from_records_to_studies_in_reports(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        told = methods(review)
    assert "We searched Index A (2026-11-01; 4 records), Index \\| B (2026-11-01; 3 records) and Web search" in told
    assert "Of 7 records from databases, 2 duplicates were merged" in told
    assert "and 1 was removed that a criterion speaks against (only articles); 4 records entered screening." in told
    assert "Each record was decided at title-abstract by 1 reviewer and full-text by 1 reviewer" in told
    assert "Other methods returned 2 records, of which 2 are duplicates" in told
    assert "2 studies in 2 reports were included." in told and "update" not in told


def test_before_screening_nothing_is_said_to_be_decided_sought_or_included(tmp_path: Path) -> None:
    with made(tmp_path, decided=False) as review:
        told = methods(review)
    assert "Each record is to be decided" in told and "was decided" not in told and "were sought, 0 not" in told
    assert "Of the records that entered screening" not in told
    assert "No studies were included so far; 4 works wait for a decision." in told
    assert "Not finished: 4 records from databases and registers waiting" in told


def test_without_an_open_source_no_claim_is_made_on_limits_and_variants(tmp_path: Path) -> None:
    with made(tmp_path):
        pass
    (tmp_path / "config/review.yaml").write_text(REVIEW.replace("search: {years: {from: 1990}}", ""), "utf-8")
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    text = report(review)
    review.close()
    told = section(text, "Methods paragraph")
    assert "limits that were set by hand" in told and "spelling variants were" not in told
    assert rows(text, "PRISMA-S checklist")["9"][1] == "to be written"


def test_an_update_names_the_previous_studies_and_counts_what_came_since(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        freeze(review, "v1", count(review))
        review.clock = lambda: NOW + timedelta(days=90)
        late = entry("Knowledge flow in a late cluster", "Late, L.", 2026) + entry(
            "Knowledge transfer in clusters of place one", "First, A.", 2001
        )
        take(review, late, "Index A", query="query of A", date="2027-02-20")
        settle(review)
        text = report(review)
        told = section(text, "Methods paragraph")
    assert "update of version v1 of the review (frozen 2026-11-23), which included 2 studies in 2 reports." in told
    assert "Since then we searched Index A (2027-02-20; 2 records)." in told and "Index | B" not in told
    assert "Of 2 records from databases, 1 duplicate was merged" in told
    assert "(of all duplicates, 1 of works that version v1 had settled)" in told
    assert "The update added no studies to the 2 previous studies" in told
    assert "the review now includes 2 studies in 2 reports; 1 work waits for a decision." in told
    glance = rows(text, "At a glance")
    assert glance["previous studies (version v1)"] == ["2"] and glance["studies included"] == ["2"]
    assert glance["studies that the update added"] == ["0"]


def test_a_study_that_an_update_takes_out_is_named_between_previous_and_total(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        freeze(review, "v1", count(review))
        review.clock = lambda: NOW + timedelta(days=90)
        take(review, entry("Knowledge flow in a late cluster", "Late, L.", 2026), "Index A", date="2027-02-20")
        settle(review)
        out = boxes.ids(boxes.state_of(review), "previous_reports")[0]
        decide(review, out, "exclude", stage="full-text", reviewer="Ann", reason="off-topic")
        told = methods(review)
    assert "to the 2 previous studies; 1 study and 1 report of these are no longer included; the review now" in told
    assert "includes 1 study in 1 report; 1 work waits" in told


def test_searching_a_source_again_does_not_count_its_records_twice(tmp_path: Path) -> None:
    with (
        begun(tmp_path) as folder,
        server(small() + new_works(3)) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        first = methods(review)
        updated(review)
        text = report(review)
    assert "We searched OpenAlex (2026-11-02; 40 records)." in first and "update of" not in first
    assert "Since then we searched OpenAlex (2026-12-02; 43 records)." in section(text, "Methods paragraph")
    assert "open sources were searched 2 times" in rows(text, "PRISMA-S checklist")["12"][2]
    assert "versions frozen: v1" in rows(text, "PRISMA-S checklist")["12"][2]


def test_citation_searching_done_elsewhere_stands_among_the_sources(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        take(review, entry("A cited work", "Cited, C."), "Index citations", "citation", date="2026-11-02")
        settle(review)
        text = report(review)
    assert "Index citations (2026-11-02; 1 record)" in section(text, "Methods paragraph")
    assert rows(text, "Sources and queries")["Index citations"][0] == "citation"
    assert rows(text, "PRISMA-S checklist")["5"][1] == "partly"
    assert "Index citations" not in rows(text, "PRISMA-S checklist")["1"][2]


def test_a_search_string_that_was_not_logged_is_missed_by_the_checklist(tmp_path: Path) -> None:
    with made(tmp_path) as review:
        take(review, entry("Knowledge flow in a cluster, again", "Late, L."), "Index C", date="2026-11-02")
        settle(review)
        item = rows(report(review), "PRISMA-S checklist")["8"]
    assert item[1] == "partly" and "Index C was not logged" in item[2]


def test_of_an_empty_review_no_item_is_filled_but_what_people_declare(tmp_path: Path) -> None:
    write_starter(tmp_path, "report")
    review = open_review(tmp_path, clock=lambda: NOW, environ={})
    text = report(review)
    review.close()
    for title in ("PRISMA-S checklist", "PRISMA 2020 checklist"):
        assert [number for number, cells in rows(text, title).items() if cells[1] == "filled"] == []
    assert "We searched" not in text


def test_unseen_records_of_a_stopped_screening_are_not_told_as_decided(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    with made(tmp_path, decided=False) as review:
        assert title_of_works(review)
    stopped = REVIEW + "prisma: {tail: automatic, stopping_rule: a rule of ours}\n"
    (folder / "config/review.yaml").write_text(stopped, "utf-8")
    review = open_review(folder, clock=lambda: NOW, environ={})
    text = report(review)
    told = section(text, "Methods paragraph")
    review.close()
    assert "or no person had seen when screening was stopped; no records entered screening" in told
    assert "Each record that a person saw was decided" in told and "a rule of ours" in told
    assert "No studies were included." in told and "wait" not in told
    assert "Screening was stopped: 4 works that no person has seen are counted as marked" in text
    assert "Screening is not finished" not in text


def test_a_review_of_citation_searching_alone_says_nothing_of_databases(tmp_path: Path) -> None:
    review = open_review(lay_out(tmp_path), clock=lambda: NOW, environ={})
    take(review, entry("A cited work", "Cited, C."), "Index citations", "citation", date="2026-11-02")
    settle(review)
    told = methods(review)
    review.close()
    assert "databases" not in told.partition("What stands")[0] and "Other methods returned 1 record" in told
