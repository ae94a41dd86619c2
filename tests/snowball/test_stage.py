"""Citation searching: rounds from the included works, both ways, resumable, until no new work is included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slr.dedup.stage import dedupe
from slr.errors import SourceDown, UserError
from slr.review import Review
from slr.screening.decisions import decide
from slr.search.stage import search
from slr.snowball.stage import included, snowball, unfinished, waiting_seeds
from slr.store import records, runs
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing
from tests.support.works import made_work


def linked() -> list[dict[str, Any]]:
    """W1-W3 are hits. W1 cites W11-W19 and is cited by W21-W25; W11 cites W31."""
    works = [made_work(n, f"Skill transfer {n}", "In a cluster.") for n in (1, 2, 3)]
    works += [made_work(n, f"Cited work {n}") for n in range(11, 20)]
    works += [made_work(n, f"Citing work {n}", referenced_works=["https://openalex.org/W1"]) for n in range(21, 26)]
    works.append(made_work(31, "A work cited by a cited work"))
    works[0]["referenced_works"] = [f"https://openalex.org/W{n}" for n in range(11, 20)]
    works[3]["referenced_works"] = ["https://openalex.org/W31"]
    return works


def include(review: Review, *record_ids: str) -> None:
    dedupe(review)
    for record_id in record_ids:
        for stage in ("title-abstract", "full-text"):
            decide(review, record_id, "include", stage=stage, reviewer="A")


def numbers(review: Review) -> set[str]:
    return {r.record_id for r in records.every(review.store.db) if r.origin == "citation"}


def test_a_round_returns_what_the_included_works_cite_and_what_cites_them_as_records_of_their_own_kind(
    tmp_path: Path,
) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review).whole()
        include(review, "openalex:W1")
        report = snowball(review)
        assert (report.round, report.returned, report.new_records) == (1, {"backward": 9, "forward": 5}, 14)
        expected = {f"openalex citations:W{n}" for n in (*range(11, 20), *range(21, 26))}
        assert numbers(review) == expected
        assert report.not_in_index == ()
        asked = runs.queries(review.store.db, report.run_id)
        assert {(q.source, q.origin) for q in asked} == {("openalex citations", "citation")}


@pytest.mark.parametrize("direction", ["backward", "forward"])
def test_one_direction_alone_can_be_asked(direction: Any, tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review).whole()
        include(review, "openalex:W1")
        other = {"backward": "forward", "forward": "backward"}[direction]
        assert snowball(review, directions=[direction]).returned[other] == 0
        assert numbers(review)


def test_the_next_round_begins_from_what_was_included_since_and_none_without_new_ones(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review).whole()
        assert snowball(review).run_id is None, "nothing is included yet"
        include(review, "openalex:W1")
        first = snowball(review)
        assert snowball(review).run_id is None
        include(review, "openalex citations:W11")
        second = snowball(review)
        assert (first.round, second.round) == (1, 2)
        assert second.seeds != first.seeds and len(second.seeds) == 1
        assert "openalex citations:W31" in numbers(review)
        assert len(included(review)) == 2 and waiting_seeds(review) == []


def test_a_round_that_failed_goes_on_with_its_own_seeds_and_asks_nothing_twice(tmp_path: Path) -> None:
    with OpenAlexServer(linked(), most_per_page=3) as server:
        with reviewing(lay_out(tmp_path, server.url)) as review:
            search(review).whole()
            include(review, "openalex:W1")
            asked = len(server.requests)
            server.faults = [None, None, *["503"] * 9]
            with pytest.raises(SourceDown):
                snowball(review)
            assert unfinished(review) is not None and len(numbers(review)) == 6
            server.faults = []
        with reviewing(tmp_path) as review:
            report = snowball(review)
            assert unfinished(review) is None
            assert (report.round, len(report.seeds), report.returned) == (1, 1, {"backward": 9, "forward": 5})
            assert len(runs.every(review.store.db, "citation")) == 1
        good = [a.target for a in server.requests[asked:] if a.status == 200]
        assert len(good) == len(set(good)) == 3 + 2


def test_a_round_that_was_interrupted_before_it_noted_its_seeds_begins_with_those_of_now(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review).whole()
        include(review, "openalex:W1")
        snowball(review)
        with review.store.writing() as db:
            run = runs.latest(db, "citation")
            assert run is not None
            db.execute("DELETE FROM seed")
            db.execute("DELETE FROM hit WHERE query_id IN (SELECT query_id FROM query WHERE run_id = ?)", (run.run_id,))
            db.execute("DELETE FROM query WHERE run_id = ?", (run.run_id,))
            runs.end(db, run.run_id, "running", run.started_at)
        report = snowball(review)
        assert (report.round, report.returned) == (1, {"backward": 9, "forward": 5})


RIS = """\
TY  - JOUR
TI  - {title}
AU  - {author}
PY  - {year}
ER  -
"""


@pytest.mark.parametrize(
    ("title", "author", "year", "held"),
    [
        ("Citing work 21", "Lovelace, Ada", 2001, True),
        ("Citing work 21", "Babbage, Charles", 2001, False),
        ("Citing work", "Lovelace, Ada", 2001, False),
        ("Citing work 21", "Lovelace, Ada", 1950, False),
    ],
)
def test_a_seed_known_from_a_file_only_is_looked_up_and_never_taken_for_a_namesake(
    title: str, author: str, year: int, held: bool, tmp_path: Path
) -> None:
    from slr.search.imports import ImportRequest, import_file

    path = tmp_path / "one.ris"
    path.write_text(RIS.format(title=title, author=author, year=year), "utf-8")
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        import_file(review, ImportRequest(path, "EBSCO"))
        (record,) = records.every(review.store.db)
        include(review, record.record_id)
        report = snowball(review)
        assert (report.not_in_index == ()) is held
        assert numbers(review) == ({"openalex citations:W1"} if held else set())
        assert waiting_seeds(review) == [], "a seed that no index holds is not tried for ever"


def test_without_a_source_that_knows_citations_a_round_is_refused_before_it_begins(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review).whole()
        include(review, "openalex:W1")
    with reviewing(lay_out(tmp_path, None)) as review:
        with pytest.raises(UserError, match=r"sources\.openalex\.enabled: true"):
            snowball(review)
        assert runs.every(review.store.db, "citation") == []
