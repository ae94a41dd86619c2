"""Filling gaps from other sources: what is told never takes the place of what a record states."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slr.dedup.stage import dedupe
from slr.enrich.gaps import FIELDS
from slr.enrich.stage import EnrichReport, enrich
from slr.errors import ArchiveError, SourceDown, UserError
from slr.merged import merge
from slr.report.tables import work_rows
from slr.review import Review
from slr.screening.criteria import apply
from slr.search.stage import search
from slr.store import enrichment, records, works
from tests.support.crossref_server import CrossrefServer
from tests.support.econbiz_server import econbiz
from tests.support.http_server import serving
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import TERMS, reviewing
from tests.support.works import made_work

CONFIG = """\
title: A review for tests
sources:
  openalex: {{enabled: {openalex}, base_url: "{at_openalex}"}}
  econbiz: {{enabled: true, base_url: "{at_econbiz}"}}
  crossref: {{enabled: true, base_url: "{at_crossref}"}}
criteria:
  automatic:
    - {{name: no retracted work, retracted: exclude}}
stages:
  - {{name: full-text, reviewers: 1}}
"""
"""EconBiz is searched, Crossref and OpenAlex (if enabled) are asked by identifier."""

BARE = {"abstract_inverted_index": None}
NUMBERS = range(1, 121)
HITS = len(NUMBERS)
NOTICE = {"updated-by": [{"DOI": "10.5555/notice", "type": "retraction", "source": "retraction-watch"}]}


def found_in_econbiz() -> list[dict[str, Any]]:
    """Works with titles of the matrix, without abstracts and references; every tenth has no DOI."""
    works = [made_work(i, f"Knowledge transfer between clusters {i}", **BARE) for i in NUMBERS]
    for work in works[::10]:
        work["doi"] = None
    return works


def known_to_crossref() -> list[dict[str, Any]]:
    """The same works but the last ten: with abstracts if odd, references, and number 7 retracted."""
    works = [
        made_work(i, f"Knowledge transfer between clusters {i}", "An abstract." if i % 2 else "",
                  referenced_works=[f"https://openalex.org/W{900 + i}"])
        for i in NUMBERS
        if i <= HITS - 10
    ]  # fmt: skip
    works[6]["crossref"] = NOTICE
    return works


@contextmanager
def review_of(
    folder: Path, there: CrossrefServer | None = None, openalex: OpenAlexServer | None = None
) -> Iterator[tuple[Review, CrossrefServer]]:
    """A review whose EconBiz search is done and grouped, with Crossref (and OpenAlex) to be asked."""
    there = there or CrossrefServer(known_to_crossref())
    with econbiz(found_in_econbiz()) as (at_econbiz, _), serving(there) as at_crossref:
        (folder / "config").mkdir(parents=True, exist_ok=True)
        (folder / "search_terms.yaml").write_text(TERMS, "utf-8")
        config = CONFIG.format(
            openalex="false", at_openalex="http://127.0.0.1:9", at_econbiz=at_econbiz, at_crossref=at_crossref
        )
        (folder / "config/review.yaml").write_text(config, "utf-8")
        with reviewing(folder) as review:
            search(review, only=("econbiz",)).whole()
            dedupe(review)
        if openalex:
            off, on = 'false, base_url: "http://127.0.0.1:9"', f'true, base_url: "{openalex.url}"'
            config = config.replace(off, on)
            (folder / "config/review.yaml").write_text(config, "utf-8")
        there.asked.clear()
        with reviewing(folder) as review:
            yield review, there


def by_field(report: EnrichReport) -> dict[str, tuple[int, dict[str, int], int]]:
    return {one.field: (one.missing, one.filled, one.still_missing) for one in report.fields}


def rows(review: Review) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in review.store.db.execute("SELECT * FROM enrichment ORDER BY seq")]


def told(review: Review) -> list[tuple[Any, ...]]:
    """The rows without the reply that each stands in: one that follows a failed reply has another number."""
    return [row[:6] for row in rows(review)]


def work_by_doi(review: Review, doi: str) -> str:
    return next(works.memberships(review.store.db)[r.record_id] for r in records.every(review.store.db) if r.doi == doi)


def test_what_is_missing_is_filled_by_doi_and_what_is_still_missing_is_counted_per_field(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, there):
        report = enrich(review).whole()
        with_doi = [i for i in NUMBERS if i % 10 != 1]
        known = [i for i in with_doi if i <= HITS - 10]
        by_crossref = {"crossref": len(known)}
        assert by_field(report) == {
            "doi": (12, {}, 12),
            "abstract": (HITS, {"crossref": len([i for i in known if i % 2])}, HITS - len([i for i in known if i % 2])),
            "references": (HITS, by_crossref, HITS - len(known)),
            "retracted": (HITS, by_crossref, HITS - len(known)),
        }
        assert (report.works, report.status) == (HITS, "complete")
        assert len(there.asked) == report.requests["crossref"] == 2 * -(-len(with_doi) // 50)


def test_every_value_names_its_source_its_reply_and_the_date_of_that(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        report = enrich(review).whole()
        for _, run_id, work, field, _, source, exchange_id, at in rows(review):
            exchange = review.archive.get(exchange_id)
            assert (run_id, source) == (report.run_id, "crossref")
            assert (exchange.run_id, exchange.fetched_at) == (run_id, at)
            assert field in FIELDS and work.startswith("W")
            if field == "abstract":
                (doi,) = {r.doi for r in records.of_work(review.store.db, work)}
                assert str(doi).encode() in review.archive.body(exchange)


def test_a_value_counts_only_where_no_record_states_one_and_never_changes_a_record(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        before = list(records.every(review.store.db))
        enrich(review).whole()
        assert list(records.every(review.store.db)) == before
        work = work_by_doi(review, "10.5555/w3")
        members = records.of_work(review.store.db, work)
        filled = enrichment.filled(review.store.db)[work]
        merged = merge(members, filled)
        assert (merged.record.abstract, merged.came_from["abstract"]) == ("An abstract.", "crossref")
        assert merged.record.title == members[0].title and merged.came_from["title"] == members[0].record_id
        stated = [replace(members[0], abstract="Its own.")]
        assert merge(stated, filled).record.abstract == "Its own."
        row = next(row for row in work_rows(review) if row["work_id"] == work)
        assert row["abstract"] == "An abstract."
        filled_in = [f"{name}: crossref, 2026-11-02" for name in ("abstract", "references", "retracted")]
        assert row["filled_in"] == "; ".join(filled_in)


def test_that_a_work_is_retracted_counts_whoever_says_it_and_marks_it(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        apply(review)
        assert works.ineligible(review.store.db) == {}
        enrich(review).whole()
        apply(review)
        work = work_by_doi(review, "10.5555/w7")
        assert works.ineligible(review.store.db) == {work: [("no retracted work", "retracted")]}
        assert {row["work_id"]: row for row in work_rows(review)}[work]["retracted"] == "yes"


def test_a_second_source_is_asked_only_for_what_the_first_left_open(tmp_path: Path) -> None:
    others = [made_work(i, f"Knowledge transfer between clusters {i}", "From OpenAlex.") for i in NUMBERS]
    with OpenAlexServer(others) as openalex, review_of(tmp_path, openalex=openalex) as (review, there):
        report = enrich(review).whole()
        fields = by_field(report)
        with_doi = len([i for i in NUMBERS if i % 10 != 1])
        assert fields["abstract"] == (HITS, {"openalex": with_doi}, HITS - with_doi)
        assert fields["retracted"][1] == {"openalex": with_doi}
        assert set(fields["references"][1]) == {"crossref"}
        asked_for = {doi for asked in there.asked for doi in asked.query["filter"].split(",")}
        assert "doi:10.5555/w2" in asked_for
        sources = [source for _, _, _, field, _, source, _, _ in rows(review) if field == "retracted"]
        assert set(sources) == {"openalex"}


def test_running_it_again_asks_only_for_what_is_still_missing(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, there):
        first = enrich(review).whole()
        before, asked = rows(review), len(there.asked)
        second = enrich(review).whole()
        assert second.run_id != first.run_id
        assert rows(review) == before
        assert 0 < len(there.asked) - asked <= asked
        assert all(not one.filled and one.missing == one.still_missing for one in second.fields)


def test_an_interrupted_run_goes_on_without_asking_twice_and_ends_with_the_same_rows(tmp_path: Path) -> None:
    with review_of(tmp_path / "smooth") as (review, there):
        enrich(review).whole()
        expected, requests = told(review), len(there.asked)
    broken = CrossrefServer(known_to_crossref())
    with review_of(tmp_path / "rough", broken) as (review, there):
        there.faults = [None, None, None, None, *["500"] * 5]
        report = enrich(review)
        assert isinstance(report.failure, SourceDown) and report.status == "incomplete"
        assert report.failure.exit_code == 4
        again = enrich(review).whole()
        assert (again.run_id, again.status) == (report.run_id, "complete")
        assert told(review) == expected
        assert len(there.asked) == requests + 5


def test_a_source_that_is_down_does_not_stop_the_other(tmp_path: Path) -> None:
    others = [made_work(i, f"Knowledge transfer between clusters {i}", "From OpenAlex.") for i in NUMBERS]
    with OpenAlexServer(others, faults=["503"] * 9) as openalex, review_of(tmp_path, openalex=openalex) as (review, _):
        report = enrich(review)
        assert report.failure is not None and report.failure.exit_code == 4
        assert set(by_field(report)["abstract"][1]) == {"crossref"}
        openalex.faults.clear()
        assert enrich(review).whole().status == "complete"
        assert set(by_field(enrich(review))["abstract"][1]) == set()


def test_a_replay_into_an_empty_store_gives_the_same_rows_without_a_network(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        enrich(review).whole()
        before = rows(review)
    for file in (tmp_path / "outputs").glob("review.sqlite*"):
        file.unlink()
    with reviewing(tmp_path) as review:
        search(review, only=("econbiz",), replay="latest").whole()
        dedupe(review)
        report = enrich(review, replay=True).whole()
        assert sum(report.requests.values()) == 0
        assert rows(review) == before
        ended = enrichment.latest(review.store.db)
        enrich(review, replay=True)
        assert enrichment.latest(review.store.db) == ended, "a replay of a complete run changes nothing"
        assert rows(review) == before
        assert enrichment.latest(review.store.db).status == "complete"  # type: ignore[union-attr]


def test_a_replay_of_nothing_and_a_source_that_cannot_be_asked_are_refused(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, there):
        with pytest.raises(ArchiveError, match="slr enrich"):
            enrich(review, replay=True)
        with pytest.raises(UserError, match=r"'econbiz' is not .* \(those are: crossref\)"):
            enrich(review, only=("econbiz",))
        assert not there.asked
        assert enrichment.latest(review.store.db) is None, "no run is begun that could not be asked"


def test_without_works_it_says_what_to_run_first(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        for file in (tmp_path / "outputs").glob("review.sqlite*"):
            file.unlink()
    with reviewing(tmp_path) as review, pytest.raises(UserError, match="slr dedupe"):
        enrich(review)


def test_what_was_told_is_never_changed_or_deleted(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        enrich(review).whole()
        for statement in (
            "UPDATE enrichment SET value = '1'",
            "DELETE FROM enrichment",
            "INSERT OR REPLACE INTO enrichment SELECT * FROM enrichment",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"), review.store.writing() as db:
                db.execute(statement)


def test_what_was_told_follows_the_record_that_founded_the_work(tmp_path: Path) -> None:
    with review_of(tmp_path) as (review, _):
        enrich(review).whole()
        one, other = (work_by_doi(review, f"10.5555/{name}") for name in ("w3", "w4"))
        (record,) = records.of_work(review.store.db, one)
        with review.store.writing() as db:
            works.assign(db, [works.Assignment(record.record_id, other, "manual", 1.0)], who="me", at=review.now())
        filled = enrichment.filled(review.store.db)
        assert one not in filled and filled[other]["abstract"].value == "An abstract."
