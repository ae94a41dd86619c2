"""Updating: what is new, changed, retracted or gone since the frozen version, and nothing else, waits for a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slr.cli.versioning import count
from slr.errors import SlrError, SourceDown, UserError
from slr.model import CompiledQuery
from slr.screening.decisions import read_logs
from slr.search.attribution import attribute
from slr.search.stage import search
from slr.store import decisions, records, runs, updates
from slr.store.versions import get
from slr.update import retractions
from slr.update.report import update_report
from slr.update.update import begin, expected, finish, own_search, unfinished
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import TERMS, lay_out, reviewing
from tests.support.works import inverted, made_work
from tests.update.reviewed import (
    DECIDED,
    HITS,
    INCLUDED,
    PAGE,
    begun,
    days_after,
    frozen,
    group,
    new_works,
    pointed_at,
    screened,
    server,
    small,
    subjects,
    updated,
    vote,
    work_of,
)

PAGES = HITS // PAGE
NO_KINDS = ("new-record", "new-work", "changed", "retracted", "vanished", "newly-matching", "no-longer-matching",
            "queued", "look-again", "not-asked")  # fmt: skip


def found(report: object) -> dict[str, int]:
    return {kind: len(lines) for kind, lines in report.found.items() if lines}  # type: ignore[attr-defined]


# nothing new


def test_with_nothing_new_it_asks_for_the_search_pages_only_and_finds_and_queues_nothing(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there, days_after(pointed_at(folder, there), 30) as review:
        report = updated(review)
        assert len(there.requests) == PAGES
        assert found(report) == {}
        assert set(report.found) == set(NO_KINDS)
        assert not report.diff.new and not report.diff.changed and not report.diff.newly_included
        assert [(a.source, a.hits, a.before) for a in report.asked] == [("openalex", HITS, HITS)]


def test_without_a_frozen_version_it_says_what_to_do_and_asks_nothing(tmp_path: Path) -> None:
    with server(small()) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        with pytest.raises(UserError, match="run 'slr freeze NAME' first"):
            updated(review)
        assert there.requests == []


def test_an_update_right_after_freezing_is_later_than_the_version_to_the_second(tmp_path: Path) -> None:
    with server(small()) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        screened(review)
        version = frozen(review)
        report = updated(review)
        assert report.update.began_at > version.frozen_at
        assert count(review).numbers["boxes"]["previous_studies"] == 2, "so the diagram is that of an update"


def test_what_it_will_cost_is_worked_out_from_the_last_search_without_asking(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there, days_after(pointed_at(folder, there), 30) as review:
        (one,) = expected(review)
        assert (one.hits, one.queries, one.requests, one.usd) == (HITS, 1, 1, 0.001)
        assert there.requests == []


# what is found


def test_of_new_works_exactly_these_are_queued_and_known_ones_keep_their_decisions(tmp_path: Path) -> None:
    with (
        begun(tmp_path) as folder,
        server(small() + new_works(7)) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        before = list(decisions.log(review.store.db, "Anna"))
        report = updated(review)
        new = sorted(work_of(review, f"openalex:W{20_001 + i}") for i in range(7))
        assert subjects(report, "new-work") == subjects(report, "queued") == new
        assert len(report.found["new-record"]) == 7 and found(report).keys() == {"new-record", "new-work", "queued"}
        assert list(decisions.log(review.store.db, "Anna")) == before
        assert {one.detail["because"] for one in report.found["queued"]} == {"new"}


def test_a_new_record_of_a_known_work_is_told_and_queues_nothing(tmp_path: Path) -> None:
    again = {**small()[0], "id": "https://openalex.org/W30001", "ids": {"openalex": "https://openalex.org/W30001"}}
    with (
        begun(tmp_path) as folder,
        server([*small(), again]) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        report = updated(review)
        (record,) = report.found["new-record"]
        assert record.detail["known_work"] and record.detail["work"] == work_of(review, INCLUDED[0])
        assert found(report) == {"new-record": 1}


def test_a_changed_abstract_of_a_decided_work_is_to_look_at_again_and_its_decision_stands(tmp_path: Path) -> None:
    works = small()
    works[0] = {**works[0], "abstract_inverted_index": inverted("We look at clusters and firms, and at a third thing.")}
    works[9] = {**works[9], "title": works[9]["title"] + " again"}  # undecided: changed, but in the queue anyhow
    works[3] = {**works[3], "biblio": {**works[3]["biblio"], "volume": "9"}}  # nothing that a decision rests on
    with begun(tmp_path) as folder, server(works) as there, days_after(pointed_at(folder, there), 30) as review:
        report = updated(review)
        changed = {one.subject: one.detail["fields"] for one in report.found["changed"]}
        assert changed == {"openalex:W1001": ["abstract"], "openalex:W1010": ["title"], "openalex:W1004": ["volume"]}
        (look,) = report.found["look-again"]
        assert look.subject == work_of(review, "openalex:W1001") and look.detail["because"] == ["abstract changed"]
        assert look.detail["included"] and "queued" not in found(report)
        assert "third thing" not in str(report.found), "abstracts are not copied into what is found"
        assert [one.subject for one in updates.to_look_at(review.store.db)] == [look.subject]
    with days_after(folder, 31) as review:
        vote(review, ["openalex:W1001"], "include", "full-text")
        assert updates.to_look_at(review.store.db) == []


def test_what_was_looked_at_again_is_not_asked_for_again_until_it_changes_once_more(tmp_path: Path) -> None:
    works = small()
    with begun(tmp_path) as folder:
        for day, words, wanted in ((30, "Clusters once.", 1), (40, "Clusters once.", 0), (50, "Clusters twice.", 1)):
            works[0] = {**works[0], "abstract_inverted_index": inverted(words)}
            with server(works) as there, days_after(pointed_at(folder, there), day) as review:
                assert len(updated(review).found["look-again"]) == wanted, day
            with days_after(folder, day + 1) as review:
                vote(review, ["openalex:W1001"], "include", "full-text")


def test_a_newly_retracted_work_is_told_with_whether_it_is_included(tmp_path: Path) -> None:
    works = small()
    for i in (0, 2):
        works[i] = {**works[i], "is_retracted": True}
    with begun(tmp_path) as folder, server(works) as there, days_after(pointed_at(folder, there), 30) as review:
        report = updated(review)
        told = {one.subject: one.detail["included"] for one in report.found["retracted"]}
        assert told == {work_of(review, "openalex:W1001"): True, work_of(review, "openalex:W1003"): False}
        assert {one.subject: one.detail["because"] for one in report.found["look-again"]} == {
            key: ["retracted"] for key in told
        }
        frozen(review, "v2")
        assert "retracted" not in found(updated(review)), "told once, against the version that did not know it"


def test_a_hit_that_is_gone_is_kept_and_flagged_until_a_version_was_frozen_without_it(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()[:-8]) as there, days_after(pointed_at(folder, there), 30) as review:
        assert "vanished" not in found(updated(review))
    with server(small()[1:]) as there, days_after(pointed_at(folder, there), 40) as review:
        for _ in range(2):
            report = updated(review)
            (gone,) = report.found["vanished"]
            assert (gone.subject, gone.detail["because"]) == ("openalex:W1001", "source")
            assert work_of(review, "openalex:W1001") in count(review).included
            assert subjects(report, "not-asked") == [work_of(review, "openalex:W1001")]
        frozen(review, "v2")
        assert "vanished" not in found(updated(review))


def test_what_a_changed_matrix_adds_alone_is_told_apart_from_what_is_new(tmp_path: Path) -> None:
    both = [
        made_work(20_001, "Skill transfer anew", "In a cluster."),
        made_work(20_002, "Skill leasing", "In a cluster."),
    ]
    with begun(tmp_path) as folder, server(small() + both) as there:
        pointed_at(folder, there)
        (folder / "search_terms.yaml").write_text(
            TERMS.replace("spill-over]\n  c", "spill-over, leasing]\n  c"), "utf-8"
        )
        with days_after(folder, 30) as review:
            report = updated(review)
            by = {one.detail["doi"]: one.detail["only_by"] for one in report.found["new-work"]}
            assert by == {"10.5555/w20001": [], "10.5555/w20002": ["matrix"]}
            assert report.diff.settings.matrix == (
                "terms: the phrase 'knowledge leasing' was added", "terms: the phrase 'skill leasing' was added",
            )  # fmt: skip


def test_a_narrower_matrix_says_what_it_no_longer_asks_for(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there:
        pointed_at(folder, there)
        narrow = TERMS.replace(", industrial district", "")
        (folder / "search_terms.yaml").write_text(narrow, "utf-8")
        with days_after(folder, 30) as review:
            report = updated(review)
            assert {one.detail["because"] for one in report.found["vanished"]} == {"matrix"}
            assert len(report.found["vanished"]) == HITS // 3
            gone = {one.detail["work"] for one in report.found["vanished"]}
            assert gone >= set(subjects(report, "no-longer-matching")) != set(), "but not works with another record"
            assert {one.detail["because"] for one in report.found["no-longer-matching"]} == {"matrix"}
            assert "queued" not in found(report)


def test_a_known_work_that_lies_in_a_cell_since_its_description_changed_is_newly_matching(tmp_path: Path) -> None:
    citing = made_work(30_001, "Skill spillover beside", "Of firms.")  # stays a hit of nothing until it says 'cluster'
    before = [*small(), citing]
    after = [*small(), {**citing, "title": "Skill transfer beside", "abstract_inverted_index": inverted("A cluster.")}]
    with server(before) as there, days_after(lay_out(tmp_path, there.url), 0) as review:
        screened(review)
        known = next(iter(review.source("openalex", review.http("known")).described("openalex", ["W30001"])))
        keep_as_citation(review, known.records[0])
        group(review)
        attribute(review)
        frozen(review)
    with server(after) as there, days_after(pointed_at(tmp_path, there), 30) as review:
        report = updated(review)
        (one,) = report.found["newly-matching"]
        assert one.subject == work_of(review, "openalex:W30001") and one.detail["because"] == "description"


def keep_as_citation(review: object, record: object) -> None:
    """Put a record into the store that no search returned."""
    run = runs.Run("citation-1", "citation", "2026-11-02T12:00:00Z", None, "complete", "", "", False, "0")
    with review.store.writing() as db:  # type: ignore[attr-defined]
        runs.begin(db, run)
        runs.add_queries(db, run.run_id, [CompiledQuery("openalex citations", 1, 1, "", "", 0)], origin="citation")
        query = runs.queries(db, run.run_id)[0]
        records.add(db, query.query_id, [record], positions=[0], first_rank=1, exchange_id=None)  # type: ignore[list-item]


def test_a_criterion_taken_out_queues_the_works_that_it_marked(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there:
        path = pointed_at(folder, there) / "config/review.yaml"
        path.write_text(path.read_text("utf-8").replace("types: [article]", "types: [article, book]"), "utf-8")
        with days_after(folder, 30) as review:
            report = updated(review)
            assert {one.detail["because"] for one in report.found["queued"]} == {"criteria"}
            assert len(report.found["queued"]) == HITS // 9
            assert report.diff.settings.criteria == (
                "criteria.automatic.articles only.types: article became article, book",
            )


# interruptions


def test_a_source_that_is_down_leaves_an_update_that_goes_on_and_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    works = small() + new_works(3)
    reports = []
    for name, faults in (("broken", [None, *["503"] * 40]), ("whole", [])):
        with begun(tmp_path / name) as folder, server(works, faults=faults) as there:
            pointed_at(folder, there)
            with days_after(folder, 30) as review:
                if faults:
                    with pytest.raises(SourceDown):
                        updated(review)
                    assert unfinished(review)
                    there.faults.clear()
                reports.append(updated(review))
                assert unfinished(review) is None
                assert len(runs.every(review.store.db, "search")) == 2
    assert reports[0].found == reports[1].found and reports[0].update == reports[1].update


def test_an_update_interrupted_after_its_search_is_finished_without_asking_again(tmp_path: Path) -> None:
    with (
        begun(tmp_path) as folder,
        server(small() + new_works(3)) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        update = begin(review, get(review.store.db, "v1"))  # type: ignore[arg-type]
        search(review, again=True).whole()
        asked = len(there.requests)
        with days_after(folder, 31) as review:
            report = updated(review)
            assert report.update.update_id == update.update_id and len(report.found["queued"]) == 3
            assert len(there.requests) == asked


def test_finishing_twice_keeps_what_was_found_once(tmp_path: Path) -> None:
    with (
        begun(tmp_path) as folder,
        server(small() + new_works(3)) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        report = updated(review)
        again = finish(review, report.update, count(review))
        assert again.found == report.found
        kept = updates.findings(review.store.db, report.update.update_id)
        assert len(kept) == sum(map(len, report.found.values()))


def test_an_update_that_could_not_be_told_is_not_done(tmp_path: Path) -> None:
    def full(_report: object) -> None:
        raise OSError("no space left")

    with begun(tmp_path) as folder, server(small() + new_works(3)) as there:
        pointed_at(folder, there)
        with days_after(folder, 30) as review:
            update = begin(review, get(review.store.db, "v1"))  # type: ignore[arg-type]
            search(review, again=True).whole()
            group(review)
            with pytest.raises(OSError, match="no space"):
                finish(review, update, count(review), full)
            assert unfinished(review) == update and updates.findings(review.store.db, update.update_id) == []
            assert len(updated(review).found["queued"]) == 3 and unfinished(review) is None


def test_an_update_cannot_be_finished_before_it_searched(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 30) as review:
        update = begin(review, get(review.store.db, "v1"))  # type: ignore[arg-type]
        assert own_search(review, update) is None
        with pytest.raises(SlrError, match="has not searched yet"):
            finish(review, update, count(review))


def test_an_update_replayed_from_the_archive_finds_the_same(tmp_path: Path) -> None:
    works = small() + new_works(3)
    works[0] = {**works[0], "title": "Knowledge transfer study 0, corrected"}
    with begun(tmp_path) as folder:
        config = folder / "config/review.yaml"
        before = config.read_bytes()
    with server(works) as there, days_after(pointed_at(folder, there), 30) as review:
        after = config.read_bytes()
        first = runs.every(review.store.db, "search")[0].run_id
        once = updated(review)
    for path in (folder / "outputs").glob("review.sqlite*"):
        path.unlink()
    (folder / "outputs/versions").rename(folder / "outputs/versions before")
    config.write_bytes(before)
    with days_after(folder, 0, environ={}) as review:
        search(review, replay=first).whole()
        group(review)
        assert read_logs(review) == 2 * len(DECIDED)
        frozen(review)
    config.write_bytes(after)
    with days_after(folder, 30, environ={}) as review:
        again = updated(review, replay=once.update.run_id)
    assert again.found == once.found and again.asked == once.asked
    assert again.update == once.update and again.diff == once.diff


# retractions of what the search does not return


def test_included_works_that_the_search_does_not_return_are_asked_for_when_wanted(tmp_path: Path) -> None:
    retracted = {
        **small()[0],
        "is_retracted": True,
        "title": "No phrase of the matrix",
        "abstract_inverted_index": None,
    }
    with (
        begun(tmp_path) as folder,
        server([retracted, *small()[1:]]) as there,
        days_after(pointed_at(folder, there), 30) as review,
    ):
        retractions.check_askable(review)
        update = begin(review, get(review.store.db, "v1"))  # type: ignore[arg-type]
        run = search(review, again=True).whole().run
        about = retractions.not_returned(review, get(review.store.db, "v1"), run.run_id)  # type: ignore[arg-type]
        work = work_of(review, "openalex:W1001")
        assert list(about) == [work]
        asked = len(there.requests)
        assert retractions.ask(review, update, about) == {"openalex": 1}
        assert retractions.ask(review, update, about) == {"openalex": 1}
        assert len(there.requests) == asked + 1, "what was told is not asked for again"
        group(review)
        report = finish(review, update, count(review))
        assert subjects(report, "retracted") == [work] and not report.found["not-asked"]


def test_where_no_source_can_be_asked_for_single_works_that_is_said(tmp_path: Path) -> None:
    with (
        reviewing(lay_out(tmp_path, files=small())) as review,
        pytest.raises(UserError, match="leave --retractions out"),
    ):
        retractions.check_askable(review)


def test_hits_are_told_by_source_and_run(tmp_path: Path) -> None:
    with OpenAlexServer(small()) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        run = search(review).whole().run
        assert {source: len(found) for source, found in updates.hits(review.store.db, run.run_id).items()} == {
            "openalex": HITS
        }
        assert updates.hits(review.store.db, "no such run") == {}
        assert replace(run, run_id="x").run_id == "x"


def test_what_others_wrote_is_text_in_the_written_report_and_sources_have_their_names(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there:
        pointed_at(folder, there)
        config = folder / "config/review.yaml"
        config.write_text(config.read_text("utf-8").replace("Not about transfer", "Not <b>*about*</b> `it`"), "utf-8")
        with days_after(folder, 30) as review:
            told = update_report(updated(review), "A <title>")
    prose = told.partition("```text")[0]
    assert "<b>" not in prose and "<title>" not in prose and "\\<b\\>\\*about\\*" in prose
    assert "| OpenAlex | 1 | 40 | 40 |" in prose
