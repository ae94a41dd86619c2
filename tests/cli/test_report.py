"""``slr report``: the report alone, from what is there."""

from __future__ import annotations

import json
from pathlib import Path

from slr.config import write_starter
from tests.cli.support import Terminal, terminal
from tests.report.reviews import made

__all__ = ["terminal"]


def test_it_writes_the_report_and_names_every_file(terminal: Terminal, tmp_path: Path) -> None:
    with made(tmp_path):
        pass
    said = terminal("report", "--review", tmp_path, "--json")
    assert said.code == 0
    files = json.loads(said.out)["files"]
    assert {"outputs/search_report.md", "outputs/search_report.html", "outputs/term_contribution.csv"} <= set(files)
    assert all((tmp_path / name).is_file() for name in files)


def test_running_it_again_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    with made(tmp_path):
        pass
    files = json.loads(terminal("report", "--review", tmp_path, "--json").out)["files"]
    before = [(tmp_path / name).read_bytes() for name in files]
    assert terminal("report", "--review", tmp_path).code == 0
    assert [(tmp_path / name).read_bytes() for name in files] == before


def test_it_says_what_is_missing_in_a_new_review(terminal: Terminal, tmp_path: Path) -> None:
    write_starter(tmp_path, "report")
    assert terminal("report", "--review", tmp_path).code == 0
    assert "Nothing was searched or imported yet." in (tmp_path / "outputs/search_report.md").read_text("utf-8")


def test_where_there_is_no_review_it_says_so(terminal: Terminal, tmp_path: Path) -> None:
    assert "is not a review" in terminal.sentence("report", "--review", tmp_path)
