"""``slr snowball`` and ``slr known`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slr.review import open_review
from slr.store import records
from tests.cli.support import Terminal, terminal
from tests.snowball.test_stage import begun, linked
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing

__all__ = ["terminal"]

KNOWN = """\
studies:
  - {key: one, title: Skill transfer 1, year: 2001, doi: 10.5555/w1}
  - {key: eleven, title: Cited work number 11, year: 2011, doi: 10.5555/w11}
  - {key: never, title: Nowhere to be found at all, year: 1999}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9", known=KNOWN)) as review:
        begun(review, 1)
    return tmp_path


def serve(folder: Path, url: str) -> None:
    lay_out(folder, url, known=KNOWN)


def test_the_plan_asks_nobody(terminal: Terminal, folder: Path) -> None:
    said = terminal("snowball", "--plan", "--review", folder, "--json")
    assert said.code == 0
    costs = json.loads(said.out)["plan"]
    assert [(c["direction"], c["requests"], c["exact"]) for c in costs] == [
        ("backward", 1, True),
        ("forward", 1, False),
    ]
    assert "≥ 1" in terminal("snowball", "--plan", "--review", folder).out


def test_a_round_takes_in_what_comes_and_writes_its_outputs(terminal: Terminal, folder: Path) -> None:
    with OpenAlexServer(linked()) as server:
        serve(folder, server.url)
        said = terminal("snowball", "--review", folder)
    assert said.code == 0, said
    assert "round 1: 1 seed; returned 9 backward, 5 forward records, 14 of them taken in now; 2 requests" in said.out
    assert "they are 14 works: 0 known before, 14 new" in said.out
    assert "not saturated: 14 works found by citation searching wait for a decision" in said.out
    for name in ("citation_report.md", "citations.svg", "citations.html", "references_without_id.csv"):
        assert (folder / "outputs" / name).stat().st_size, name
    with reviewing(folder) as review:
        assert sum(r.origin == "citation" for r in records.every(review.store.db)) == 14


def test_run_twice_it_changes_nothing(terminal: Terminal, folder: Path) -> None:
    with OpenAlexServer(linked()) as server:
        serve(folder, server.url)
        terminal("snowball", "--review", folder)
        before = {p.name: p.read_bytes() for p in (folder / "outputs").glob("citation*")}
        asked = len(server.requests)
        said = terminal("snowball", "--review", folder)
        assert said.code == 0 and "every seed was asked about already" in said.out
        assert len(server.requests) == asked
    terminal("snowball", "report", "--review", folder)
    assert {p.name: p.read_bytes() for p in (folder / "outputs").glob("citation*")} == before


def test_stopped_at_the_limit_it_exits_4_keeps_what_came_and_goes_on_or_is_ended(
    terminal: Terminal, folder: Path
) -> None:
    with OpenAlexServer(linked(), most_per_page=3) as server:
        serve(folder, server.url)
        said = terminal("snowball", "--max-new", 2, "--direction", "forward", "--review", folder)
        assert said.code == 4 and "--max-new 2" in said.err and said.err.count("\n") == 1
        assert "3 works: 0 known before, 3 new" in said.out
        assert terminal("status", "--review", folder).code == 0
        assert "round 1 is ended" in terminal("snowball", "--end-round", "--review", folder).out
        assert "ended with work left" in terminal("snowball", "status", "--review", folder).out


def test_status_candidates_and_report_speak_json(terminal: Terminal, folder: Path) -> None:
    with OpenAlexServer(linked()) as server:
        serve(folder, server.url)
        done = json.loads(terminal("snowball", "--review", folder, "--json").out)
    assert done["rounds"][0]["returned"] == {"backward": 9, "forward": 5} and not done["saturated"]
    status = json.loads(terminal("snowball", "status", "--review", folder, "--json").out)
    assert status["status"][0]["whole"]["new"] == 14
    ranked = json.loads(terminal("snowball", "candidates", "--most", 3, "--review", folder, "--json").out)
    assert len(ranked["candidates"]) == 3 and ranked["linked"] == 14
    assert ranked["candidates"][0]["cites"] + ranked["candidates"][0]["cited_by"] == 1
    items = json.loads(terminal("snowball", "report", "--review", folder, "--json").out)["items"]
    assert len(items) == 11 and all(item["text"] for item in items)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--direction", "up"], 2, "not backward, forward or both"),
        (["--rounds", "0"], 2, "neither a number from 1 nor until-saturated"),
        (["--rounds", "many"], 2, "until-saturated"),
        (["--max-new", "0"], 2, "max-new"),
        (["--index", "gopher"], 1, "'gopher' is no citation index"),
        (["--seeds", "10.1/none,W5"], 1, "'10.1/none', 'W5' are no files and no works"),
    ],
)
def test_bad_words_are_told_in_a_sentence(
    words: list[str], code: int, said: str, terminal: Terminal, folder: Path
) -> None:
    heard = terminal("snowball", *words, "--review", folder)
    assert heard.code == code and said in heard.err


def test_nothing_included_is_said_with_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    lay_out(tmp_path, "http://127.0.0.1:9")
    said = terminal("snowball", "--review", tmp_path)
    assert said.code == 0 and "no work is included yet: screen first" in said.out
    assert "no work is included yet" in terminal("snowball", "--plan", "--review", tmp_path).out
    assert "'gopher' is no" in terminal.sentence("snowball", "--index", "gopher", "--review", tmp_path)
    assert "no round was run yet" in terminal("snowball", "status", "--review", tmp_path).out
    assert terminal("snowball", "candidates", "--review", tmp_path).code == 0
    assert terminal("snowball", "report", "--review", tmp_path).code == 0


def test_known_says_how_each_study_was_found_and_from_which_seed(terminal: Terminal, folder: Path) -> None:
    with OpenAlexServer(linked()) as server:
        serve(folder, server.url)
        terminal("snowball", "--review", folder)
    found = json.loads(terminal("known", "--review", folder, "--json").out)
    by = {one["key"]: one["by"] for one in found["studies"]}
    assert by == {"one": "search", "eleven": "citation", "never": "not found"}
    (way,) = found["studies"][1]["citations"]
    assert (way["round"], way["index"], way["direction"]) == (1, "openalex", "backward")
    assert way["seed"] == found["studies"][0]["work_id"]
    assert len(found["seeds"]["one_round"]["seeds"]) == 1 and found["seeds"]["one_round"]["exact"]
    said = terminal("known", "--review", folder).out
    assert "round 1, OpenAlex backward: from one 2001: Skill transfer 1, which cites it" in said
    assert "seeds that lead to the others in one round: 1 (the fewest), which lead to 1 more" in said


def test_known_without_studies_says_so(terminal: Terminal, tmp_path: Path) -> None:
    lay_out(tmp_path, "http://127.0.0.1:9")
    said = terminal("known", "--review", tmp_path)
    assert said.code == 0 and "names no study" in said.out


def test_the_demo_reports_and_draws_its_citations(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("demo", tmp_path / "demo").code == 0
    out = tmp_path / "demo/outputs"
    text = (out / "citation_report.md").read_text("utf-8")
    assert "It ended because every included work was followed both ways" in text
    assert (out / "citations.svg").read_text("utf-8").count('class="work"') > 50
    assert open_review(tmp_path / "demo").outputs == out
