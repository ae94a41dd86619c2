"""Searching: every page kept, resumed without repeating, replayed to the same bytes, and every failure told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slr.cli.common import Voice
from slr.cli.run import settle
from slr.errors import ArchiveError, BudgetSpent, KeyRefused, PartialReply, ReplyError, SlrError, SourceDown, UserError
from slr.review import Review
from slr.search.stage import SearchReport, search
from slr.store import records, runs
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import HITS, VARIANT_HITS, corpus, lay_out, reviewing

LATER = datetime(2027, 1, 1, tzinfo=UTC)
PAGE = 20
PAGES = -(-HITS // PAGE)
OUTPUTS = ("records.csv", "works.csv", "matrix.csv", "prisma.json", "prisma.csv", "search_report.md")


def server(**more: Any) -> OpenAlexServer:
    return OpenAlexServer(more.pop("works", None) or corpus(), most_per_page=PAGE, **more)


def rows(review: Review, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in review.store.db.execute(sql)]


def outputs(review: Review) -> dict[str, bytes]:
    settle(Voice(as_json=True, quiet=True), review)
    return {name: (review.outputs / name).read_bytes() for name in OUTPUTS}


def searched(folder: Path, **more: Any) -> SearchReport:
    with reviewing(folder) as review:
        return search(review, **more)


def forget_store(folder: Path) -> None:
    for path in (folder / "outputs").glob("review.sqlite*"):
        path.unlink()


# what is kept


def test_every_hit_is_kept_with_its_rank_its_reply_and_its_place_there(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url)) as review:
        report = search(review).whole()
        hits = rows(review, "SELECT rank, exchange_id, position, record_id FROM hit ORDER BY rank")
        assert [rank for rank, *_ in hits] == list(range(1, HITS + 1))
        assert [position for _, _, position, _ in hits] == [i % PAGE for i in range(HITS)]
        for rank, exchange_id, position, record_id in hits:
            body = review.archive.body(review.archive.get(exchange_id))
            assert record_id.split(":")[1] in body.decode().split('"id"')[position + 1], rank
        assert report.new_records == HITS and report.run.status == "complete"
        assert [u.requests for u in report.usage] == [PAGES]


def test_the_servers_total_that_differs_from_what_came_is_noted_with_both_numbers(tmp_path: Path) -> None:
    class Lying(OpenAlexServer):
        def answer(self, *asked: Any) -> Any:
            answer = super().answer(*asked)
            if isinstance(answer.body, dict) and "count" in answer.body.get("meta", {}):
                answer.body["meta"]["count"] += 7
            return answer

    with Lying(corpus(), most_per_page=PAGE) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        (query,) = search(review).whole().queries
        assert (query.server_total, query.retrieved) == (HITS + 7, HITS)
        assert f"openalex states {HITS + 7} hits, {HITS} distinct records were retrieved (query 1 of 1)" in query.notes


def test_a_total_that_agrees_is_not_remarked_upon_but_the_corpus_is_said(tmp_path: Path) -> None:
    with server() as there:
        (query,) = searched(lay_out(tmp_path, there.url)).queries
    assert query.notes == ("The corpus is OpenAlex's 'core'.",)


def test_variants_are_part_of_the_run_and_never_of_the_number_of_cells(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url)) as review:
        plain, wide = search(review), search(review, variants=True)
        assert (plain.run.variants, wide.run.variants) == (False, True)
        assert [r.queries[0].retrieved for r in (plain, wide)] == [HITS, HITS + VARIANT_HITS]
        assert review.matrix(False).cells == review.matrix(True).cells == 12
        assert review.variants_in_force()


def test_what_the_local_rules_find_in_no_cell_is_kept_and_counted(tmp_path: Path) -> None:
    class Generous(OpenAlexServer):
        """Returns every work, whatever is asked for."""

        def _matching(self, key: str, test: Any) -> Any:
            return list(self.works.values())

    with Generous(corpus()) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        assert search(review).whole().unattributed == 20 + VARIANT_HITS
        assert records.count(review.store.db) == HITS + 20 + VARIANT_HITS


def test_a_record_that_a_query_returns_twice_keeps_its_first_rank_and_ranks_have_no_gap(tmp_path: Path) -> None:
    class Repeating(OpenAlexServer):
        """Every page begins with the first work again, as when works move while a list is read."""

        def _paged(self, found: Any, *asked: Any) -> Any:
            answer = super()._paged(found, *asked)
            if answer.body["results"] and answer.body["results"][0]["id"] != found[0].work["id"]:
                answer.body["results"].insert(0, {k: found[0].work.get(k) for k in answer.body["results"][0]})
            return answer

    with Repeating(corpus(), most_per_page=PAGE, faults=[None, None, "html"]) as there:
        while searched(lay_out(tmp_path, there.url)).failure:
            pass
    with reviewing(tmp_path) as review:
        ranks = rows(review, "SELECT rank, record_id FROM hit ORDER BY rank")
        assert [rank for rank, _ in ranks] == list(range(1, HITS + 1))
        assert len({record for _, record in ranks}) == HITS


# failing and going on

ONCE: dict[str, tuple[type[SlrError], int, str]] = {
    "html": (ReplyError, 1, "HTML page instead of JSON"),
    "not-json": (ReplyError, 1, "not JSON|cut off"),
    "no-results": (ReplyError, 1, "without a list `results`"),
    "no-meta": (ReplyError, 1, "without `meta.count`"),
    "repeated-cursor": (ReplyError, 1, "the same cursor again"),
    "upgrade": (SlrError, 1, "Plan upgrade required"),
}
TO_EXHAUSTION: dict[str, tuple[type[SlrError], int, str]] = {
    "500": (SourceDown, 4, "HTTP 500"),
    "503": (SourceDown, 4, "HTTP 503"),
    "504": (SourceDown, 4, "HTTP 504"),
    "reset": (SourceDown, 4, "no connection|broke off"),
    "throttle": (SourceDown, 4, "HTTP 429"),
    "cut-off": (ReplyError, 1, "cut off"),
    "timed-out": (PartialReply, 4, "meta.timed_out"),
}
FAULTS = {**{name: (1, *told) for name, told in ONCE.items()}, **{n: (9, *told) for n, told in TO_EXHAUSTION.items()}}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_that_fails_half_way_says_why_keeps_what_it_has_and_is_completed_without_asking_twice(
    fault: str, tmp_path: Path
) -> None:
    times, kind, code, words = FAULTS[fault]
    good_pages = 2
    with server(faults=[None] * good_pages + [fault] * times) as there:
        with reviewing(lay_out(tmp_path, there.url)) as review:
            report = search(review)
            assert isinstance(report.failure, kind) and report.failure.exit_code == code
            with pytest.raises(kind, match=words):
                report.whole()
            assert report.run.status == "incomplete"
            (query,) = report.queries
            assert (query.status, query.retrieved) == ("incomplete", good_pages * PAGE)
            assert query.problem == str(report.failure)
        there.faults.clear()
        with reviewing(tmp_path) as review:
            again = search(review).whole()
        assert (again.run.run_id, again.run.status) == (report.run.run_id, "complete")
        assert [q.retrieved for q in again.queries] == [HITS] and again.queries[0].problem is None
        assert again.usage[0].requests == PAGES - good_pages


def test_a_run_that_failed_and_went_on_leaves_the_same_records_as_one_that_did_not(tmp_path: Path) -> None:
    with server() as there:
        for name, faults in (("smooth", []), ("rough", [None, "html"])):
            there.faults = list(faults)
            lay_out(tmp_path / name, there.url)
            while searched(tmp_path / name).failure:
                pass
    smooth, rough = (tmp_path / name for name in ("smooth", "rough"))
    columns = "SELECT record_id, rank, position FROM hit ORDER BY rank"
    with reviewing(smooth) as one, reviewing(rough) as other:
        assert rows(one, columns) == rows(other, columns)
        assert list(records.every(one.store.db)) == list(records.every(other.store.db))


def test_no_page_that_was_archived_is_asked_for_again_whatever_the_store_lost(tmp_path: Path) -> None:
    """The archive is written before the store: what a crash in between leaves is taken from the archive."""
    with server() as there:
        with reviewing(lay_out(tmp_path, there.url)) as review:
            search(review)
            run = runs.latest(review.store.db, "search")
        forget_store(tmp_path)
        with reviewing(tmp_path) as review:
            assert run is not None
            with review.store.writing() as db:
                runs.begin(db, run)
                runs.end(db, run.run_id, "incomplete", run.started_at)
            report = search(review).whole()
        assert report.new_records == HITS
        assert len(there.requests) == PAGES and report.usage[0].from_archive == PAGES


def test_a_budget_that_ends_stops_with_what_there_is_says_when_it_resets_and_goes_on_afterwards(tmp_path: Path) -> None:
    with server(daily_credits=30) as there:
        folder = lay_out(tmp_path, there.url)
        report = searched(folder)
        assert isinstance(report.failure, BudgetSpent) and report.failure.exit_code == 4
        assert "in 10 h 14 min, when it resets" in str(report.failure)
        assert report.failure.resets_in == 36_860
        assert report.queries[0].retrieved == 3 * PAGE
        assert len(there.requests) == 3, "a request that will not be served is not sent"
        there.used = 0
        assert searched(folder).whole().queries[0].retrieved == HITS
        assert len(there.requests) == PAGES


def test_a_key_that_is_refused_is_the_users_to_mend_and_no_key_is_told_apart(tmp_path: Path) -> None:
    with server(key="another-key-than-ours-0123") as there:
        report = searched(lay_out(tmp_path, there.url))
    assert isinstance(report.failure, KeyRefused) and report.failure.exit_code == 1
    assert "OPENALEX_API_KEY" in str(report.failure)


def test_more_hits_than_max_records_stop_before_anything_is_kept_and_raising_the_limit_goes_on(tmp_path: Path) -> None:
    with server() as there:
        folder = lay_out(tmp_path, there.url, most=50)
        report = searched(folder)
        assert isinstance(report.failure, UserError) and report.failure.exit_code == 1
        assert f"openalex states {HITS} hits, more than sources.openalex.max_records = 50" in str(report.failure)
        assert report.queries[0].retrieved == 0
        again = searched(lay_out(folder, there.url, most=100)).whole()
        assert again.run.run_id == report.run.run_id
        assert len(there.requests) == PAGES


def test_one_source_down_does_not_stop_the_other_and_the_run_stays_unfinished(tmp_path: Path) -> None:
    with server(faults=["503"] * 9) as there:
        folder = lay_out(tmp_path, there.url, files=corpus())
        report = searched(folder)
        assert isinstance(report.failure, SourceDown) and report.failure.exit_code == 4
        assert {q.source: (q.status, q.retrieved) for q in report.queries} == {
            "openalex": ("incomplete", 0),
            "snapshot": ("complete", HITS),
        }
        assert report.run.status == "incomplete"
        assert len(report.problems) == 1
        there.faults.clear()
        assert searched(folder).whole().run.status == "complete"


def test_a_failure_that_must_be_mended_beside_one_that_passes_is_not_called_safe_to_repeat(tmp_path: Path) -> None:
    with server(faults=["503"] * 9) as there:
        folder = lay_out(tmp_path, there.url, files=corpus())
        next((folder / "snapshot").rglob("part_*")).write_bytes(b"no gzip")
        failure = searched(folder).failure
    assert failure is not None and failure.exit_code == 1
    assert "HTTP 503" in str(failure) and "snapshot" in str(failure)


def test_a_run_of_one_source_only_is_finished_by_asking_the_others(tmp_path: Path) -> None:
    with server() as there:
        folder = lay_out(tmp_path, there.url, files=corpus())
        report = searched(folder, only=("snapshot",)).whole()
        assert report.run.status == "incomplete" and not there.requests
        assert searched(folder).whole().run.status == "complete"


@pytest.mark.parametrize("only", [("snapshot",), ("crossref",)])
def test_a_source_that_is_not_enabled_is_refused_before_a_run_begins(only: tuple[str, ...], tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        with pytest.raises(UserError, match=rf"'{only[0]}' is not enabled in config/review.yaml \(enabled: openalex\)"):
            search(review, only=only)
        assert not runs.every(review.store.db)


# searching again


def test_a_search_after_a_complete_one_is_a_new_run_that_asks_again_and_adds_no_version(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url)) as review:
        first = search(review)
        second = search(review)
        assert first.run.run_id != second.run.run_id
        assert len(there.requests) == 2 * PAGES
        assert second.new_records == 0
        assert rows(review, "SELECT count(*) FROM record_version") == [(HITS,)]
        assert rows(review, "SELECT count(*) FROM hit") == [(2 * HITS,)]


def test_a_record_that_changed_at_the_source_is_a_new_version_of_the_same_record(tmp_path: Path) -> None:
    works = corpus()
    with server(works=works) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        search(review)
    works[0] = {**works[0], "is_retracted": True}
    with server(works=works) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        assert search(review, again=True).new_records == 0
        versions = rows(review, "SELECT retracted FROM record_version WHERE record_id = 'openalex:W1001' ORDER BY 1")
        assert versions == [(0,), (1,)]
        now = records.get(review.store.db, "openalex:W1001")
        assert now is not None and now.retracted


def test_again_begins_a_new_run_though_the_last_is_unfinished(tmp_path: Path) -> None:
    with server(faults=["html"]) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        first = search(review)
        assert search(review, again=True).whole().run.run_id != first.run.run_id


@pytest.mark.parametrize("change", ["a phrase", "the variants in the file"])
def test_an_unfinished_run_of_another_matrix_is_left_and_a_new_one_begun(change: str, tmp_path: Path) -> None:
    with server(faults=["html"]) as there:
        first = searched(lay_out(tmp_path, there.url))
        path = tmp_path / ("search_terms.yaml" if change == "a phrase" else "config/review.yaml")
        text = path.read_text("utf-8")
        new = text.replace("skill", "competence") if change == "a phrase" else f"search: {{variants: true}}\n{text}"
        path.write_text(new, "utf-8")
        second = searched(tmp_path).whole()
    assert first.run.run_id != second.run.run_id
    assert second.run.variants == (change != "a phrase")


# replaying


def test_a_replay_into_an_empty_store_gives_the_same_bytes_without_a_network(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url, files=corpus())) as review:
        search(review).whole()
        before = outputs(review)
    forget_store(tmp_path)
    (tmp_path / "snapshot").rename(tmp_path / "gone")
    with reviewing(tmp_path) as review:
        report = search(review, replay="latest").whole()
        assert report.run.status == "complete"
        assert sum(u.requests for u in report.usage) == 0
        assert outputs(review) == before


def test_a_replay_of_a_run_that_took_two_sittings_gives_the_same_bytes_too(tmp_path: Path) -> None:
    with server(faults=[None, "500", None, "html"]) as there:
        lay_out(tmp_path, there.url)
        assert searched(tmp_path).failure
        with reviewing(tmp_path) as review:
            search(review).whole()
            before = outputs(review)
    forget_store(tmp_path)
    with reviewing(tmp_path) as review:
        search(review, replay="latest").whole()
        assert outputs(review) == before


def test_a_replay_over_a_full_store_changes_nothing_and_proves_the_archive(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url)) as review:
        search(review)
        before = list(review.store.db.iterdump())
    with reviewing(tmp_path) as review:
        report = search(review, replay="latest").whole()
        assert report.usage[0].from_archive == PAGES
        assert list(review.store.db.iterdump()) == before


def archived_object(folder: Path) -> Path:
    with reviewing(folder) as review:
        second = review.archive.exchanges(review.archive.runs()[0])[1]
        sha = second.body_sha256
    return folder / f"outputs/archive/objects/{sha[:2]}/{sha}.gz"


@pytest.mark.parametrize(("damage", "words"), [("deleted", "is missing"), ("changed", "was changed")])
@pytest.mark.parametrize("store", ["lost", "kept"])
def test_a_replay_names_the_archived_file_that_is_missing_or_changed(
    damage: str, words: str, store: str, tmp_path: Path
) -> None:
    with server() as there:
        searched(lay_out(tmp_path, there.url)).whole()
    path = archived_object(tmp_path)
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(next(p for p in path.parent.parent.rglob("*.gz") if p != path).read_bytes())
    if store == "lost":
        forget_store(tmp_path)
    with reviewing(tmp_path) as review:
        report = search(review, replay="latest")
        assert isinstance(report.failure, ArchiveError) and report.failure.exit_code == 1
        assert path.name in str(report.failure) and words in str(report.failure)
        run = runs.latest(review.store.db, "search")
        assert run is not None
        expected = "incomplete" if store == "lost" else "complete"
        assert (run.status, report.queries[0].status) == (expected, expected), "a proof changes no state"


def test_a_replay_names_the_request_that_the_archive_has_no_reply_to(tmp_path: Path) -> None:
    with server() as there:
        searched(lay_out(tmp_path, there.url)).whole()
    lines = tmp_path / "outputs/archive/exchanges.jsonl"
    lines.write_bytes(b"".join(lines.read_bytes().splitlines(keepends=True)[:-1]))
    forget_store(tmp_path)
    report = searched(tmp_path, replay="latest")
    assert isinstance(report.failure, ArchiveError)
    assert "has no complete reply to GET http://127.0.0.1" in str(report.failure)
    assert report.queries[0].retrieved == (PAGES - 1) * PAGE


def test_a_replay_is_refused_in_one_sentence_when_the_matrix_is_another(tmp_path: Path) -> None:
    with server() as there:
        searched(lay_out(tmp_path, there.url)).whole()
    (tmp_path / "search_terms.yaml").write_text("axes: {terms: [trust], concepts: [cluster]}\n", "utf-8")
    with reviewing(tmp_path) as review:
        with pytest.raises(ArchiveError, match=r"another matrix.*restore the search_terms.yaml") as told:
            search(review, replay="latest")
        assert "\n" not in str(told.value)


def test_a_replay_takes_the_run_asked_for_and_names_those_there_are(tmp_path: Path) -> None:
    with server() as there, reviewing(lay_out(tmp_path, there.url)) as review:
        first, second = search(review), search(review, variants=True)
    forget_store(tmp_path)
    with reviewing(tmp_path) as review:
        assert search(review, replay=first.run.run_id).whole().new_records == HITS
        assert search(review, replay="latest").whole().run.run_id == second.run.run_id
        with pytest.raises(ArchiveError, match=rf"no search 'x': give --run one of {first.run.run_id}, "):
            search(review, replay="x")


def test_a_replay_never_puts_records_back_to_an_older_state(tmp_path: Path) -> None:
    with server() as there:
        first = searched(lay_out(tmp_path, there.url)).run
        with reviewing(tmp_path, clock=lambda: LATER) as review:
            second = search(review).run
    forget_store(tmp_path)
    with reviewing(tmp_path) as review:
        assert search(review, replay="latest").whole().run.run_id == second.run_id
        with pytest.raises(UserError, match=f"later search {second.run_id}.*move outputs/review.sqlite away"):
            search(review, replay=first.run_id)


def test_a_replay_of_nothing_says_so(tmp_path: Path) -> None:
    nothing = pytest.raises(ArchiveError, match="holds no search to replay: run 'slr search' first")
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review, nothing:
        search(review, replay="latest")
