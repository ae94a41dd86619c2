"""The commands as the contract has them: documented, one JSON document each, quiet when asked, cheap to list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from slr.cli.commands import COMMANDS, overview
from slr.cli.main import build
from tests.cli.support import Terminal, terminal
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, lay_out

__all__ = ["terminal"]

RIS = "TY  - JOUR\nTI  - Skill transfer in a cluster\nAU  - Lovelace, A.\nPY  - 2003\nER  - \n"


def every_command() -> list[tuple[str, ...]]:
    import typer

    root: Any = typer.main.get_command(build(COMMANDS))
    found: list[tuple[str, ...]] = []
    for name, command in root.commands.items():
        found += [(name,), *((name, sub) for sub in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...], terminal: Terminal) -> None:
    said = terminal(*path, "--help")
    assert said.code == 0 and said.err == ""
    explained = said.out.split("Usage:")[1].splitlines()[1:]
    assert any(len(line.split()) > 4 for line in explained[:4]), said.out
    groups = (("screen",), ("audit",), ("study",))
    assert path in groups or all(option in said.out for option in ("--json", "--quiet", "--verbose"))


def test_the_overview_has_each_command_once_on_a_line_of_its_own_with_what_it_does(terminal: Terminal) -> None:
    said = terminal("--help")
    assert said.out == overview(terminal("--version").out.split()[1])
    for name, command in COMMANDS.items():
        assert said.out.count(f"\n  {name:<10}{command.line}\n") == 1
    assert {path[0] for path in every_command()} == set(COMMANDS)
    for code in "01234":
        assert f"{code} " in said.out.partition("Exit codes:")[2]


def test_listing_the_commands_imports_nothing_heavy() -> None:
    code = "import sys; from slr.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert loaded.isdisjoint({"typer", "rich", "pandas", "duckdb", "pydantic", "requests", "sqlite3", "vl_convert"})
    assert "slr.cli.commands" in loaded


@pytest.mark.parametrize("command", ["status", "validate", "init"])
def test_small_commands_do_not_pay_for_tables_and_files(command: str) -> None:
    code = (
        f"import sys; from slr.cli.main import run; run(['{command}', '--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()).isdisjoint({"pandas", "duckdb", "vl_convert"})


@pytest.fixture
def searched(terminal: Terminal, tmp_path: Path) -> Any:
    with OpenAlexServer(corpus()) as server:
        lay_out(tmp_path, server.url)
        assert terminal("run", "--review", tmp_path).code == 0
        (tmp_path / "more.ris").write_text(RIS, "utf-8")
        yield tmp_path


DOCUMENTS: tuple[tuple[str, ...], ...] = (
    ("status",),
    (),
    ("doctor",),
    ("validate",),
    ("plan",),
    ("plan", "--counts"),
    ("search",),
    ("search", "--replay"),
    ("strings",),
    ("import", "FOLDER/more.ris", "--source", "EBSCO"),
    ("snowball",),
    ("run",),
    ("run", "--again"),
    ("dedupe",),
    ("dedupe", "explain", "openalex:W1001"),
    ("screen", "decide", "openalex:W1001", "include", "--stage", "title-abstract", "--reviewer", "A"),
    ("screen", "log"),
    ("prisma",),
    ("prisma", "explain", "records_screened"),
    ("export", "FOLDER/works.csv"),
)


@pytest.mark.parametrize("argv", DOCUMENTS, ids=" ".join)
def test_json_is_one_document_on_standard_output_and_quiet_is_nothing_beside_it(
    argv: tuple[str, ...], searched: Path, terminal: Terminal
) -> None:
    words = [word.replace("FOLDER", str(searched)) for word in argv]
    said = terminal(*words, "--review", searched, "--json", "-q")
    assert said.code == 0, said
    assert isinstance(json.loads(said.out), dict | list)
    assert said.err == ""
    human = terminal(*words, "--review", searched)
    assert human.code == 0 and human.out.strip() and not human.out.startswith("{")


def test_init_and_demo_speak_json_too(terminal: Terminal, tmp_path: Path) -> None:
    assert len(json.loads(terminal("init", tmp_path / "new", "--json").out)["written"]) == 4
    document = json.loads(terminal("demo", tmp_path / "demo", "--json", "-q").out)
    assert document["prisma"]["boxes"]["new_studies"] == 12


def test_a_search_that_stops_still_prints_its_document(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(), daily_credits=10, most_per_page=40) as server:
        said = terminal("search", "--review", lay_out(tmp_path, server.url), "--json")
    document = json.loads(said.out)
    assert said.code == 4
    assert (document["status"], document["queries"][0]["retrieved"]) == ("incomplete", 40)
    assert document["problems"] == [said.err.strip().removeprefix("slr: ")]


def test_plan_has_the_numbers_that_scripts_rely_on(searched: Path, terminal: Terminal) -> None:
    document = json.loads(terminal("plan", "--counts", "--json", "--review", searched).out)
    assert (document["terms"], document["concepts"], document["cells"]) == (4, 3, 12)
    source = document["sources"]["openalex"]
    assert (source["hits"], source["requests"], source["cost_usd"]) == (90, 1, 0.001)
    (query,) = source["queries"]
    assert query.keys() >= {"text", "url", "url_bytes", "oql"} and query["url_bytes"] <= 4_094


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("plann",), "there is no command 'plann'; did you mean 'slr plan'?"),
        (("xyzzy",), "there is no command 'xyzzy'; 'slr --help' lists the commands"),
    ],
)
def test_an_unknown_command_is_told_with_the_nearest(argv: tuple[str, ...], words: str, terminal: Terminal) -> None:
    assert terminal.sentence(*argv, code=2) == f"slr: {words}"


@pytest.mark.parametrize(
    "argv",
    [
        ("plan", "--frobnicate"),
        ("search", "extra"),
        ("search", "--run", "x"),
        ("snowball", "--direction", "up"),
        ("export", "x.csv", "--set", "none"),
        ("import", "x.ris", "--source", "E", "--origin", "moon"),
        ("screen", "decide", "W1", "include"),
    ],
)
def test_a_wrong_use_is_exit_2_and_names_the_option(argv: tuple[str, ...], terminal: Terminal) -> None:
    said = terminal(*argv)
    assert said.code == 2 and said.out == ""
    assert any(
        word in said.err for word in ("--frobnicate", "extra", "--run", "--direction", "--set", "--origin", "--stage")
    )


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("import", "none.ris", "--source", "E"), ("none.ris",)),
        (("import", "none.ris", "--source", "E", "--date", "soon"), ("--date soon", "write it like 2026-11-23")),
        (("export", "works.txt"), ("works.txt", ".csv")),
        (("prisma", "explain", "boxx"), ("no box 'boxx'", "records_screened")),
        (("dedupe", "explain", "W0"), ("W0",)),
        (("search", "--source", "crossref"), ("'crossref' is not enabled", "config/review.yaml")),
        (("screen", "decide", "W0", "include", "--stage", "title-abstract", "--reviewer", "A"), ("no work 'W0'",)),
        (
            ("screen", "decide", "W0", "yes", "--stage", "title-abstract", "--reviewer", "A"),
            ("'yes' is not a verdict",),
        ),
        (("screen", "decide", "W0", "include", "--stage", "later", "--reviewer", "A"), ("no stage 'later'",)),
    ],
)
def test_what_does_not_exist_is_one_sentence_with_what_there_is(
    argv: tuple[str, ...], words: tuple[str, ...], searched: Path, terminal: Terminal
) -> None:
    sentence = terminal.sentence(*argv, "--review", searched)
    assert all(word in sentence for word in words), sentence
