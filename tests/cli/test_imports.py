"""``slr import`` with several files: patterns, one bad among good, hits of all of them together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import Terminal, terminal
from tests.support.imported import entry, lay_out

__all__ = ["terminal"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_out(tmp_path)
    (tmp_path / "1.ris").write_text(entry("Local buzz"), "utf-8")
    (tmp_path / "2.ris").write_text(entry("Trade fairs"), "utf-8")
    (tmp_path / "bad.ris").write_bytes(b"%PDF-1.7")
    return tmp_path


def test_one_bad_file_is_named_and_the_good_ones_are_imported(folder: Path, terminal: Terminal) -> None:
    said = terminal(
        "import", folder / "1.ris", folder / "bad.ris", folder / "2.ris", "--source", "E", "--review", folder
    )
    assert said.code == 1 and said.out.count("records kept for E") == 2
    assert said.err == "slr: bad.ris is a PDF: export the records as RIS (2 other files imported)\n"


def test_a_pattern_that_the_shell_left_alone_names_its_files(folder: Path, terminal: Terminal) -> None:
    said = terminal(
        "import", folder / "[12].ris", folder / "1.ris", "--source", "E", "--json", "-q", "--review", folder
    )
    assert [receipt["file"] for receipt in json.loads(said.out)] == ["1.ris", "2.ris"]
    assert "there is no file" in terminal.sentence("import", folder / "*.bib", "--source", "E", "--review", folder)


@pytest.mark.parametrize(("hits", "missing"), [(2, False), (250, True)])
def test_hits_are_compared_with_all_files_together(folder: Path, terminal: Terminal, hits: int, missing: bool) -> None:
    said = terminal("import", folder / "1.ris", folder / "2.ris", "--source", "E", "--hits", hits, "--review", folder)
    note = f"note: E stated {hits:,} hits, the files hold 2 records: check that none is missing"
    assert said.code == 0 and (note in said.out) is missing
