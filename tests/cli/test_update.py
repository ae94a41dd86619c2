"""``slr update`` as a user meets it: before, after, interrupted, and with nothing to compare with."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.support import Terminal, terminal
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out
from tests.update.reviewed import begun, new_works, pointed_at, server, small

__all__ = ["terminal"]


def test_it_says_what_is_new_writes_a_report_and_every_output(terminal: Terminal, tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small() + new_works(4)) as there:
        said = terminal("update", "--review", pointed_at(folder, there))
        assert said.code == 0, said.err
        assert "compared with version v1:" in said.out and "4 new records: 4 new works" in said.out
        assert "4 works queued for a first decision; 0 decided works to look at again" in said.out
        report = (folder / "outputs/update_report.md").read_text("utf-8")
        assert "## New works (4)" in report and "Skill transfer, a later study 3" in report
        assert (folder / "outputs/prisma.svg").exists()
        again = json.loads(terminal("update", "--review", folder, "--json").out)
        assert again["counts"]["queued"] == 4 and len(again["found"]["new-work"]) == 4


def test_without_a_version_it_names_the_command_or_freezes_one_itself(terminal: Terminal, tmp_path: Path) -> None:
    with server(small()) as there:
        folder = lay_out(tmp_path, there.url)
        assert terminal("search", "--review", folder).code == 0
        assert terminal("dedupe", "--review", folder).code == 0
        asked = len(there.requests)
        for options in ([], ["--plan"]):
            assert "run 'slr freeze NAME' first" in terminal.sentence("update", *options, "--review", folder)
        assert len(there.requests) == asked
        said = terminal("update", "--freeze", "before", "--review", folder)
        assert said.code == 0 and "froze version before" in said.out and "compared with version before" in said.out


def test_the_plan_states_the_cost_and_asks_nothing(terminal: Terminal, tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small()) as there:
        pointed_at(folder, there)
        said = terminal("update", "--plan", "--review", folder)
        assert said.code == 0 and "compares with version v1" in said.out and "$0.0010" in said.out
        assert there.requests == []
        told = json.loads(terminal("update", "--plan", "--json", "--review", folder).out)
        assert told["version"] == "v1" and told["sources"][0]["hits"] == 40


def test_a_source_that_is_down_ends_with_4_and_running_it_again_completes_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    works = small() + new_works(4)
    with begun(tmp_path) as folder, OpenAlexServer(works, most_per_page=20, daily_credits=25) as there:
        said = terminal("update", "--review", pointed_at(folder, there))
        assert said.code == 4, said
        assert not (folder / "outputs/update_report.md").exists()
        assert "goes on with the unfinished update" in terminal("update", "--plan", "--review", folder).out
        there.daily_credits = 10_000
        said = terminal("update", "--freeze", "other", "--review", folder)
        assert said.code == 0 and "4 works queued" in said.out and "compared with version v1" in said.out
        assert len(there.requests) == 3, "no page was asked for twice"


def test_asking_about_retractions_without_a_source_for_it_is_said_before_anything_is_asked(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = lay_out(tmp_path, files=small())
    for argv in (["search"], ["dedupe"], ["freeze", "v1"]):
        assert terminal(*argv, "--review", folder).code == 0
    assert "leave --retractions out" in terminal.sentence("update", "--retractions", "--review", folder)
    assert "goes on" not in terminal("update", "--plan", "--review", folder).out


def test_freezing_first_under_a_taken_name_is_refused_unless_it_was_done_by_the_same_command(
    terminal: Terminal, tmp_path: Path
) -> None:
    with begun(tmp_path) as folder, server(small()) as there:
        pointed_at(folder, there)
        assert terminal("freeze", "v2", "--review", folder).code == 0
        assert "there is a version 'v1' already" in terminal.sentence(
            "update", "--freeze", "v1", "--review", folder, "-q"
        )
        assert there.requests == []
        said = terminal("update", "--freeze", "v2", "--review", folder)
        assert said.code == 0 and "the latest version is 'v2' already" in said.err
