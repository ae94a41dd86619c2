"""The home screen: what is done, stale or unfinished at each point of a review, and the command that comes next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slr.cli.doctor import findings
from slr.cli.status import steps
from slr.review import Review
from slr.screening.decisions import decide
from slr.store import pairs
from slr.update.update import base, begin
from tests.cli.support import Terminal, terminal
from tests.support import imported
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import HITS, corpus, lay_out, reviewing
from tests.support.works import made_work

__all__ = ["terminal"]

RIS = "TY  - JOUR\nTI  - Skill transfer in a cluster\nAU  - Lovelace, A.\nPY  - 2003\nER  - \n"


def states(terminal: Terminal, folder: Path) -> tuple[dict[str, str], str | None]:
    document = json.loads(terminal("status", "--json", "--review", folder).out)
    return {stage["name"]: stage["state"] for stage in document["stages"]}, document["next"]


def few() -> list[dict[str, Any]]:
    """Three hits and two works that they are linked with; the first cites the fourth, the fifth cites the first."""
    works = [made_work(n, f"Skill transfer {n}", "In a cluster.") for n in (1, 2, 3)]
    works += [made_work(4, "Galaxies"), made_work(5, "Stars", referenced_works=["https://openalex.org/W1"])]
    works[0]["referenced_works"] = ["https://openalex.org/W4"]
    return works


def test_the_next_command_is_right_from_the_first_day_to_the_last(terminal: Terminal, tmp_path: Path) -> None:
    """Each command that is named as next is run; the review comes to its end, and no command is named in vain."""
    seen: list[tuple[str, str]] = []
    verdicts = {f"openalex:W{n}": "include" if n == 1 else "exclude" for n in (1, 2, 3)}
    verdicts |= {f"openalex citations:W{n}": "exclude" for n in (4, 5)}
    with OpenAlexServer(few()) as server:
        lay_out(tmp_path, server.url)
        while True:
            state, following = states(terminal, tmp_path)
            if following is None:
                break
            words = following.split()
            seen.append((" ".join(words[1:3]) if words[1] == "screen" else words[1], next_state(state)))
            assert len(seen) < 12, seen
            if words[1] == "screen":
                decide_all(terminal, tmp_path, words[words.index("--stage") + 1], verdicts)
            else:
                assert terminal(*words[1:]).code == 0, following
    assert [command for command, _ in seen] == [
        "search", "dedupe", "screen next", "screen next", "snowball", "screen next", "run"
    ]  # fmt: skip
    assert state["outputs"] == "done" and state["citations"] == "done"
    assert "nothing is left to do" in terminal("status", "--review", tmp_path).out


def next_state(state: dict[str, str]) -> str:
    return next((value for value in state.values() if value not in ("done", "-")), "done")


def decide_all(terminal: Terminal, folder: Path, stage: str, verdicts: dict[str, str]) -> None:
    for record, verdict in verdicts.items():
        if stage == "full-text" and verdict == "exclude":
            continue
        argv = ["screen", "decide", record, verdict, "--stage", stage, "--reviewer", "A", "--review", folder]
        terminal(*argv)


@pytest.fixture
def searched(terminal: Terminal, tmp_path: Path) -> Any:
    with OpenAlexServer(corpus()) as server:
        assert terminal("run", "--review", lay_out(tmp_path, server.url)).code == 0
        yield tmp_path


def test_a_changed_matrix_makes_search_and_matching_stale(searched: Path, terminal: Terminal) -> None:
    terms = searched / "search_terms.yaml"
    terms.write_text(terms.read_text("utf-8").replace("industrial district]", "alliances]"), "utf-8")
    state, following = states(terminal, searched)
    assert (state["search"], state["matching"]) == ("stale", "stale")
    assert following == f"slr search --review {searched}"


def test_switching_variants_in_the_file_makes_the_search_stale_but_an_option_does_not(
    searched: Path, terminal: Terminal
) -> None:
    assert terminal("search", "--variants", "--review", searched).code == 0
    assert states(terminal, searched)[0]["search"] == "done"
    assert "is complete and nothing it depends on has changed" in terminal("run", "--review", searched).out
    review = searched / "config/review.yaml"
    review.write_text("search: {variants: true}\n" + review.read_text("utf-8"), "utf-8")
    assert states(terminal, searched)[0]["search"] == "stale"


def test_an_import_makes_grouping_to_do_and_then_the_outputs_stale(searched: Path, terminal: Terminal) -> None:
    (searched / "more.ris").write_text(RIS, "utf-8")
    assert terminal("import", searched / "more.ris", "--source", "EBSCO", "--review", searched).code == 0
    state, following = states(terminal, searched)
    assert (state["import"], state["duplicates"]) == ("done", "to do")
    assert following == f"slr dedupe --review {searched}"
    terminal("dedupe", "--review", searched)
    assert states(terminal, searched)[0]["outputs"] == "stale"


def test_a_decision_makes_the_outputs_stale_until_they_are_written_again(searched: Path, terminal: Terminal) -> None:
    assert states(terminal, searched)[0]["outputs"] == "done"
    argv = ["screen", "decide", "openalex:W1001", "exclude", "--stage", "title-abstract", "--reviewer", "A"]
    assert terminal(*argv, "--review", searched).code == 0
    assert states(terminal, searched)[0]["outputs"] == "stale"
    terminal("prisma", "--review", searched)
    assert states(terminal, searched)[0]["outputs"] == "done"


def test_an_unfinished_search_is_told_with_its_reason(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(), most_per_page=40, faults=[None, "html"]) as server:
        terminal("search", "--review", lay_out(tmp_path, server.url))
    said = terminal("status", "--review", tmp_path).out
    assert "unfinished" in said and "40 records from OpenAlex" in said and "HTML page instead of JSON" in said


def test_a_source_that_was_left_out_is_named(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server:
        lay_out(tmp_path, server.url, files=corpus())
        terminal("search", "--source", "openalex", "--review", tmp_path)
    with reviewing(tmp_path) as review:
        search = steps(review)[0]
    assert (search.state, search.words.rpartition("; ")[2]) == ("unfinished", "not asked yet: snapshot")


def test_a_review_without_an_open_source_is_not_told_to_search(terminal: Terminal, tmp_path: Path) -> None:
    with imported.opened(tmp_path) as review:
        assert steps(review)[0].command is None
        imported.take(review, imported.entry("Knowledge transfer in clusters"), "EBSCO")
        assert [step.command for step in steps(review) if step.command] == ["slr dedupe"]


def test_pairs_that_wait_for_a_person_come_before_screening(searched: Path, terminal: Terminal) -> None:
    with reviewing(searched) as review, review.store.writing() as db:
        pairs.doubt(db, [("openalex:W1001", "openalex:W1002", "thin-record", 80.0)], review.now())
    state, following = states(terminal, searched)
    assert state["duplicates"] == "to do"
    assert following == f"slr dedupe review --reviewer NAME --review {searched}"


def test_a_conflict_is_the_next_thing_where_nobody_has_a_vote_to_give(terminal: Terminal, tmp_path: Path) -> None:
    with imported.opened(tmp_path) as review:
        imported.take(review, imported.entry("Knowledge transfer in clusters"), "EBSCO")
        imported.settle(review)
        (work,) = imported.work_ids(review)
        for reviewer, verdict in (("A", "include"), ("B", "exclude")):
            decide(review, work, verdict, stage="title-abstract", reviewer=reviewer)
        found = {step.name: step for step in steps(review)}
    assert found["title-abstract"].words == "0 of 1 settled, 1 in conflict"
    assert found["title-abstract"].command == "slr screen conflicts --stage title-abstract"


def test_an_unfinished_update_goes_before_everything_else(searched: Path, terminal: Terminal) -> None:
    assert terminal("freeze", "v1", "--review", searched).code == 0
    assert states(terminal, searched)[0]["version"] == "done"
    with reviewing(searched) as review:
        begin(review, base(review))
    state, following = states(terminal, searched)
    assert (state["update"], following) == ("unfinished", f"slr update --review {searched}")


# doctor


def told(review: Review) -> dict[str, tuple[bool, str]]:
    return {one.check: (one.well, one.words) for one in findings(review)}


def test_doctor_finds_a_sound_review_sound_and_leaves_no_trace_in_the_archive(tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        found = told(review)
        assert all(well for well, _ in found.values()), found
        assert found["key"] == (True, "OPENALEX_API_KEY is set")
        assert "accepts the key; $1 of today's $1 are left" in found["OpenAlex"][1]
        assert review.archive.runs() == []


def test_doctor_says_what_the_lack_of_a_key_means(tmp_path: Path) -> None:
    works = [made_work(2741809807, "The work that is asked for free")]
    with OpenAlexServer(works) as server, reviewing(lay_out(tmp_path, server.url), environ={}) as review:
        found = told(review)
    assert found["key"][0] and "is not set: the smaller budget without a key applies" in found["key"][1]
    assert found["OpenAlex"][0]


def test_doctor_names_the_source_that_is_down_and_goes_on_with_the_others(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9", files=corpus())) as review:
        found = told(review)
    assert not found["OpenAlex"][0] and "http://127.0.0.1:9" in found["OpenAlex"][1]
    assert found["OpenAlex snapshot"][0]


def test_doctor_names_a_key_that_is_refused(tmp_path: Path) -> None:
    with (
        OpenAlexServer([], key="the-only-key-0123456789") as server,
        reviewing(lay_out(tmp_path, server.url)) as review,
    ):
        well, words = told(review)["OpenAlex"]
    assert not well and "refuses the key in OPENALEX_API_KEY" in words


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_doctor_names_a_damaged_reply_and_ends_with_1(damage: str, searched: Path, terminal: Terminal) -> None:
    path = next((searched / "outputs/archive/objects").rglob("*.gz"))
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"not gzip")
    said = terminal("doctor", "--review", searched)
    assert said.code == 1
    assert f"WRONG  archive: the archived reply outputs/archive/objects/{path.parent.name}/{path.name}" in said.out


def test_doctor_names_a_damaged_store(searched: Path, terminal: Terminal) -> None:
    store = searched / "outputs/review.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[:8192] + b"\x5a" * 8192 + whole[16384:])
    said = terminal("doctor", "--review", searched)
    assert said.code == 1 and "WRONG  store: review.sqlite" in said.out


def test_the_numbers_of_the_home_screen_are_those_of_the_review(searched: Path) -> None:
    with reviewing(searched) as review:
        words = {step.name: step.words for step in steps(review)}
    assert words["search"].startswith(f"{HITS} records from OpenAlex, 20")
    assert words["title-abstract"] == "0 of 80 settled", "every ninth of 90 is a book, which a criterion marks"
