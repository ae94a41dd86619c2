"""Citation searching: rounds from the included works, both ways, resumable, until no new work is included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slr.cli.citations import take_in as match_and_group
from slr.errors import NotFound, SourceDown, Unfinished, UserError
from slr.events import Note
from slr.review import Review
from slr.snowball.rounds import rounds, saturation
from slr.snowball.stage import Terms, end_round, included, snowball, unfinished, waiting_seeds
from slr.store import citations, records, runs, works
from tests.support.citing import numbers, screen, take_in
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing
from tests.support.works import made_work


def address(*ids: int) -> list[str]:
    return [f"https://openalex.org/W{i}" for i in ids]


def linked() -> list[dict[str, Any]]:
    """W1 cites W11-W19 and is cited by W21-W25; W11 cites W31; W2 and W3 stand alone."""
    made = [made_work(n, f"Skill transfer {n}", "In a cluster.") for n in (1, 2, 3)]
    made += [made_work(n, f"Cited work number {n}") for n in range(11, 20)]
    made += [made_work(n, f"Citing work number {n}", referenced_works=address(1)) for n in range(21, 26)]
    made.append(made_work(31, "A work cited by a cited work"))
    made[0]["referenced_works"] = address(*range(11, 20))
    made[3]["referenced_works"] = address(31)
    return made


def begun(review: Review, *seeds: int, data: list[dict[str, Any]] | None = None) -> None:
    """These works (all of ``data`` below 10 if none is named) are known from a search and included."""
    known = [w for w in data or linked() if int(w["id"].rpartition("W")[2]) in (seeds or range(10))]
    take_in(review, known)
    screen(review, [f"openalex:W{n}" for n in seeds])


def edges(review: Review) -> set[tuple[str, str, str]]:
    return {(link.direction, link.citing, link.cited) for link in citations.links(review.store.db)}


EXPECTED = {f"W{n}" for n in (*range(11, 20), *range(21, 26))}


def test_a_round_returns_what_the_seeds_cite_and_what_cites_them_with_every_citation(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        report = snowball(review).whole()
        assert (report.round, report.returned, report.new_records) == (1, {"backward": 9, "forward": 5}, 14)
        assert numbers(review) == EXPECTED and report.not_in_index == ()
        assert edges(review) == {("backward", "W1", f"W{n}") for n in range(11, 20)} | {
            ("forward", f"W{n}", "W1") for n in range(21, 26)
        }
        asked = runs.queries(review.store.db, report.run_id)
        assert {(q.source, q.origin, q.status) for q in asked} == {("openalex citations", "citation", "complete")}


def test_snapshot_files_give_what_the_server_gives(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, files=linked())) as review:
        take_in(review, linked()[:1], "snapshot")
        screen(review, ["snapshot:W1"])
        snowball(review).whole()
        assert numbers(review) == EXPECTED


@pytest.mark.parametrize("direction", ["backward", "forward"])
def test_one_direction_alone_can_be_asked_and_the_other_later(direction: Any, tmp_path: Path) -> None:
    other = {"backward": "forward", "forward": "backward"}[direction]
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        assert snowball(review, Terms(directions=(direction,))).whole().returned[other] == 0
        found = rounds(review)
        assert not saturation(review, found).saturated
        second = snowball(review).whole()
        assert second.returned[direction] == 0 and second.round == 2
        assert numbers(review) == EXPECTED


def test_the_next_round_begins_from_what_was_included_since_and_none_without_new_ones(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        assert snowball(review).run_id is None, "nothing is included yet"
        begun(review, 1)
        first = snowball(review).whole()
        assert snowball(review).run_id is None
        screen(review, ["openalex citations:W11"])
        second = snowball(review).whole()
        assert (first.round, second.round) == (1, 2)
        assert second.seeds != first.seeds and len(second.seeds) == 1
        assert "W31" in numbers(review)
        assert len(included(review)) == 2 and waiting_seeds(review) == []


def test_what_is_known_is_not_asked_for_and_the_lists_of_known_works_are_not_read_again(tmp_path: Path) -> None:
    data = linked()
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [data[0], *data[3:11]])
        screen(review, ["openalex:W1"])
        report = snowball(review).whole()
        asked = [a.params["filter"] for a in server.requests]
        assert asked == ["openalex:W19", "cites:W1"], "W11-W18 are known, W1's list came with its record"
        assert report.returned == {"backward": 9, "forward": 5}


def test_a_work_that_nobody_describes_is_looked_up_once_for_all_rounds(tmp_path: Path) -> None:
    data = linked()
    data[0]["referenced_works"] += address(99)
    data[1]["referenced_works"] = address(99)
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1, data=data)
        snowball(review).whole()
        take_in(review, [data[1]])
        screen(review, ["openalex:W2"])
        snowball(review).whole()
        assert sum("W99" in a.params.get("filter", "") for a in server.requests) == 1
        assert ("backward", "W2", "W99") in edges(review), "the citation is known all the same"
        assert [status.whole.undescribed for status in rounds(review)] == [1, 1]


def test_requests_are_few_hundred_ids_each(tmp_path: Path) -> None:
    """250 seeds with 4 references each, known from files only: 3 look-ups, 3 + 10 backward, 3 forward."""
    seeds = [made_work(i, f"Seed number {i} of many", referenced_works=address(*range(1000 + 4 * i, 1004 + 4 * i)))
             for i in range(1, 251)]  # fmt: skip
    rest = [made_work(i, f"Reference {i} of a seed") for i in range(1004, 2004)]
    with OpenAlexServer(seeds + rest, strict=False) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, seeds)
        screen(review, [f"openalex:W{i}" for i in range(1, 251)])
        report = snowball(review).whole()
        assert len(server.requests) == report.requests == 10 + 3
        assert report.returned == {"backward": 1000, "forward": 0}


@pytest.mark.parametrize("fails_at", range(5))
def test_a_round_that_failed_anywhere_goes_on_and_asks_nothing_twice(fails_at: int, tmp_path: Path) -> None:
    with OpenAlexServer(linked(), most_per_page=3) as server:
        with reviewing(lay_out(tmp_path, server.url)) as review:
            begun(review, 1)
            server.faults = [*([None] * fails_at), *["503"] * 9]
            report = snowball(review)
            assert (unfinished(review) is None) is (report.failure is None)
            assert report.failure is None or isinstance(report.failure, SourceDown)
            server.faults = []
        with reviewing(tmp_path) as review:
            snowball(review).whole()
            assert unfinished(review) is None and len(runs.every(review.store.db, "citation")) == 1
            assert numbers(review) == EXPECTED
        good = [a.target for a in server.requests if a.status == 200]
        assert len(good) == len(set(good))


def test_an_index_that_answers_half_leaves_the_other_indexes_whole_and_goes_on_later(tmp_path: Path) -> None:
    from tests.snowball.test_indexes import two_indexes

    with two_indexes(linked(), tmp_path, faults=[None, "500", *["500"] * 9]) as (review, server):
        begun(review, 1)
        report = snowball(review, Terms(indexes=("openalex", "opencitations")))
        assert isinstance(report.failure, Unfinished) and numbers(review) == EXPECTED
        server.faults.clear()
        assert snowball(review).whole().round == 1
        told = {(s.index, s.direction): s.edges for s in rounds(review)[0].parts}
        assert told == {("openalex", "backward"): 9, ("openalex", "forward"): 5,
                        ("opencitations", "backward"): 9, ("opencitations", "forward"): 5}  # fmt: skip


def test_without_a_source_that_knows_citations_a_round_is_refused_before_it_begins(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, None)) as review:
        begun(review, 1)
        with pytest.raises(UserError, match=r"--index .*sources\.openalex\.enabled: true"):
            snowball(review)
        with pytest.raises(UserError, match=r"'gopher' is no citation index: .*openalex"):
            snowball(review, Terms(indexes=("gopher",)))
        assert runs.every(review.store.db, "citation") == []


# seeds that the user names


def test_named_seeds_are_works_records_dois_or_files_of_these(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review)
        screen(review, [])
        (work,) = {works.memberships(review.store.db)["openalex:W3"]}
        path = tmp_path / "seeds.txt"
        path.write_text(f"# two of them\nhttps://doi.org/10.5555/W2  # by DOI\n\n{work}\n", "utf-8")
        report = snowball(review, Terms(seeds=("openalex:W1", str(path)))).whole()
        assert len(report.seeds) == 3
        assert rounds(review)[0].round.seeds_from.startswith("named by the user (openalex:W1, ")


def test_seeds_that_are_not_there_are_all_named_at_once_with_what_to_do(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        begun(review)
        screen(review, [])
        with pytest.raises(NotFound, match=r"'10\.1/x', 'W404' are no files and no works .* 'slr import'"):
            snowball(review, Terms(seeds=("10.1/x", "openalex:W1", "W404")))
        assert runs.every(review.store.db, "citation") == []


def test_a_doi_in_a_file_of_seeds_may_hold_the_mark_of_a_comment(tmp_path: Path) -> None:
    data, doi = linked(), "10.1002/(sici)1097-0266(199701)18:1<1::aid-smj1>3.0.co;2-#"
    data[0]["doi"] = f"https://doi.org/{doi}"
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1, data=data)
        path = tmp_path / "seeds.txt"
        path.write_text(f"# chosen by hand\n{doi} # the first\n", "utf-8")
        assert len(snowball(review, Terms(seeds=(str(path),))).whole().seeds) == 1


def test_seeds_that_name_nothing_are_refused(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        begun(review, 1)
        path = tmp_path / "seeds.txt"
        path.write_text("# none yet\n", "utf-8")
        with pytest.raises(UserError, match="names no work"):
            snowball(review, Terms(seeds=(str(path),)))


def test_a_long_name_that_is_not_there_is_shortened(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        begun(review, 1)
        with pytest.raises(NotFound, match=r"'x{60}…' is no file"):
            snowball(review, Terms(seeds=("x" * 200,)))


def test_a_file_of_seeds_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "seeds.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xff")
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        begun(review)
        screen(review, [])
        with pytest.raises(UserError, match=r"seeds\.xls cannot be read \(it is not UTF-8 text\)"):
            snowball(review, Terms(seeds=(str(path),)))


def test_a_work_is_asked_about_once_each_way_unless_again(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        snowball(review).whole()
        before = len(server.requests)
        assert snowball(review, Terms(seeds=("openalex:W1",))).run_id is None
        assert len(server.requests) == before
        again = snowball(review, Terms(again=True)).whole()
        assert again.round == 2 and len(server.requests) > before and again.new_records == 0


def test_no_round_is_begun_beyond_the_limit(tmp_path: Path) -> None:
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        snowball(review, Terms(rounds_limit=1)).whole()
        screen(review, ["openalex citations:W11"])
        assert snowball(review, Terms(rounds_limit=1)).run_id is None
        assert snowball(review, Terms(rounds_limit=2)).whole().round == 2


# bad input


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
        ("Citing work number 21", "Lovelace, Ada", 2001, True),
        ("Citing work number 21", "Babbage, Charles", 2001, False),
        ("Citing work", "Lovelace, Ada", 2001, False),
        ("Citing work number 21", "Lovelace, Ada", 1950, False),
    ],
)
def test_a_seed_without_identifiers_is_looked_up_by_title_and_never_taken_for_a_namesake(
    title: str, author: str, year: int, held: bool, tmp_path: Path
) -> None:
    from slr.search.imports import ImportRequest, import_file

    path = tmp_path / "one.ris"
    path.write_text(RIS.format(title=title, author=author, year=year), "utf-8")
    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        import_file(review, ImportRequest(path, "EBSCO"))
        (record,) = records.every(review.store.db)
        screen(review, [record.record_id])
        report = snowball(review).whole()
        assert (report.not_in_index == ()) is held
        assert numbers(review) == ({"W1"} if held else set())
        assert waiting_seeds(review) == [], "a seed that no index holds is not tried for ever"
        assert rounds(review)[0].whole.absent == (0 if held else 1)


def test_a_work_that_cites_itself_and_a_cycle_end_like_any_other(tmp_path: Path) -> None:
    data = [made_work(1, "First of a circle", referenced_works=address(1, 2)),
            made_work(2, "Second of a circle", referenced_works=address(1))]  # fmt: skip
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, data[:1])
        screen(review, ["openalex:W1"])
        snowball(review).whole()
        match_and_group(review)
        whole = rounds(review)[0].whole
        assert (whole.new, whole.known) == (1, 1), "the seed leads to itself, which is no news"
        screen(review, ["openalex citations:W2"])
        snowball(review).whole()
        match_and_group(review)
        assert snowball(review).run_id is None
        assert saturation(review, rounds(review)).saturated


def test_ten_thousand_references_of_one_work_take_a_hundred_requests(tmp_path: Path) -> None:
    seed = made_work(1, "A bibliography", referenced_works=address(*range(10, 10_010)))
    rest = [made_work(i, f"Entry {i} of a bibliography") for i in range(10, 10_010)]
    with OpenAlexServer([seed, *rest], strict=False) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [seed])
        screen(review, ["openalex:W1"])
        report = snowball(review, Terms(max_new=None)).whole()
        assert report.returned == {"backward": 10_000, "forward": 0}
        assert len(server.requests) == 101


def test_a_forward_set_too_large_stops_at_the_limit_says_so_and_goes_on_when_run_again(tmp_path: Path) -> None:
    seed = made_work(1, "Cited by very many")
    rest = [made_work(i, f"Citing {i} of many", referenced_works=address(1)) for i in range(10, 1_010)]
    with OpenAlexServer([seed, *rest]) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [seed])
        screen(review, ["openalex:W1"])
        terms = Terms(directions=("forward",), max_new=250)
        report = snowball(review, terms)
        assert isinstance(report.failure, Unfinished) and report.failure.exit_code == 4
        assert "--max-new 250" in str(report.failure) and "--end-round" in str(report.failure)
        assert report.new_records == 300, "a page that was paid for is kept whole"
        assert len(server.requests) == 3
        assert snowball(review, terms).new_records == 300
        assert snowball(review, Terms(max_new=None)).whole().new_records == 400
        assert len(server.requests) == 10


def test_a_round_can_be_ended_with_what_it_has_and_is_never_called_saturated(tmp_path: Path) -> None:
    seed = made_work(1, "Cited by very many")
    rest = [made_work(i, f"Citing {i} of many", referenced_works=address(1)) for i in range(10, 310)]
    with OpenAlexServer([seed, *rest]) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [seed])
        screen(review, ["openalex:W1"])
        assert end_round(review) is None
        snowball(review, Terms(max_new=50))
        assert end_round(review) == 1 and unfinished(review) is None
        match_and_group(review)
        assert snowball(review).run_id is None
        assert "round 1 was ended with work left" in saturation(review, rounds(review)).why


def test_a_seed_that_the_index_holds_twice_is_followed_under_both_of_its_names(tmp_path: Path) -> None:
    data = linked()
    twin = made_work(4, "Skill transfer 1", "In a cluster.", referenced_works=address(31), publication_year=2001)
    twin["doi"] = data[0]["doi"]
    data += [twin, made_work(32, "Cites the twin only", referenced_works=address(4))]
    with OpenAlexServer(data) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [data[0], twin])
        screen(review, ["openalex:W1"])
        report = snowball(review).whole()
        assert len(report.seeds) == 1
        assert numbers(review) == EXPECTED | {"W31", "W32"}
        assert [a.params["filter"] for a in server.requests][-1] == "cites:W1|W4"


def test_a_retracted_seed_is_followed_and_named(tmp_path: Path) -> None:
    data = linked()
    data[0]["is_retracted"] = True
    heard: list[object] = []
    with (
        OpenAlexServer(data) as server,
        reviewing(lay_out(tmp_path, server.url), listen=heard.append) as review,
    ):
        begun(review, 1, data=data)
        assert snowball(review).whole().returned == {"backward": 9, "forward": 5}
    told = [event.text for event in heard if isinstance(event, Note) and "is retracted" in event.text]
    assert len(told) == 1 and "(Skill transfer 1)" in told[0]
