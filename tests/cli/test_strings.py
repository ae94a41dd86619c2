"""Searching by hand from the command line: strings, the filled-in log, and exports of what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import Terminal, terminal
from tests.support.imported import entry, lay_out

__all__ = ["terminal"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def log_with(folder: Path, platform: str, **cells: str) -> Path:
    """The log with cells of a platform's first row filled in, as the file is."""
    import csv
    import io

    path = folder / "outputs/strings/search_log.csv"
    table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    row = next(row for row in table if row[0] == platform)
    for name, value in cells.items():
        row[table[0].index(name)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def test_strings_then_import_then_export(terminal: Terminal, folder: Path) -> None:
    said = terminal("strings", "--review", folder)
    assert said.code == 0 and "Google Scholar" in said.out and "full text is searched" in said.err
    (folder / "outputs/strings/s.ris").write_text(entry("Knowledge transfer in a cluster"), "utf-8")
    log = log_with(folder, "Scopus", date="2026-11-20", hits="2", file="s.ris")
    taken = terminal("import", "--log", log, "--review", folder)
    assert taken.code == 0, taken
    assert "Scopus 1/1: hits 2, records 1, files 1" in taken.out
    assert "2 hits are stated, its files hold 1 records" in taken.out
    assert terminal("dedupe", "--review", folder).code == 0
    out = folder / "works.bib"
    assert terminal("export", out, "--review", folder).out == f"wrote 1 works to {out}\n"
    assert "Knowledge transfer in a cluster" in out.read_text("utf-8")


def test_one_platform_and_json(terminal: Terminal, folder: Path) -> None:
    said = terminal("strings", "--platform", "scopus", "--platform", "ebsco", "--json", "-q", "--review", folder)
    document = json.loads(said.out)
    assert said.err == "" and list(document["platforms"]) == ["scopus", "ebsco"]
    (query,) = document["platforms"]["scopus"]["queries"]
    assert query["text"] == 'TITLE-ABS-KEY(("knowledge transfer") AND ("cluster"))' and query["characters"] == len(
        query["text"]
    )


def test_the_log_s_report_is_a_json_document(terminal: Terminal, folder: Path) -> None:
    terminal("strings", "--review", folder)
    (folder / "outputs/strings/s.ris").write_text(entry("Skill transfer"), "utf-8")
    log = log_with(folder, "ProQuest", hits="1", file="s.ris")
    log_with(folder, "Scopus", note="not run")
    assert (
        "1 row taken in; 1 lacking hits or a file; 5 not filled in yet"
        in terminal("import", "--log", log, "--review", folder).out
    )
    document = json.loads(terminal("import", "--log", log, "--json", "-q", "--review", folder).out)
    assert next(row for row in document["taken"] if row["receipts"])["receipts"][0]["kept"] == 1


def test_variants_are_switched_by_the_option(terminal: Terminal, folder: Path) -> None:
    (folder / "search_terms.yaml").write_text(
        "axes:\n  terms: [skill spill-over]\n  concepts: [cluster]\nvariants:\n  spill-over: [spillover]\n", "utf-8"
    )
    for option, there in (("--variants", True), ("--no-variants", False)):
        text = terminal("strings", "--platform", "scopus", option, "--json", "--review", folder).out
        assert ("skill spillover" in text) is there


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (("strings", "--platform", "imp"), "--platform"),
        (("import", "--log", "x.csv", "--source", "E"), "--log"),
        (("import", "a.ris", "--log", "x.csv"), "--log"),
        (("import", "a.ris"), "--source"),
        (("import", "--source", "E"), "FILE"),
        (("export", "x.ris", "--for", "endnote"), "--for"),
    ],
)
def test_a_wrong_use_is_exit_2_and_names_the_option(argv: tuple[str, ...], named: str, terminal: Terminal) -> None:
    said = terminal(*argv)
    assert said.code == 2 and said.out == "" and named in said.err


def test_what_cannot_be_done_is_one_sentence(terminal: Terminal, folder: Path) -> None:
    assert "there is no file" in terminal.sentence("import", "--log", folder / "none.csv", "--review", folder)
    assert "give it one of these endings" in terminal.sentence("export", folder / "works.docx", "--review", folder)
    (folder / "search_terms.yaml").write_text("axes:\n  terms: [to be]\n  concepts: [cluster]\n", "utf-8")
    refused = terminal("strings", "--review", folder)
    assert refused.code == 1 and refused.err.count("may ignore every word of the phrase 'to be'") == 1
    assert "Scopus" in refused.err and ".;" not in refused.err, "a reason is told once, with its platforms"


def test_search_histories_are_named_beside_the_file(terminal: Terminal, folder: Path) -> None:
    (folder / "s.ris").write_text(entry("Skill transfer"), "utf-8")
    terminal("import", folder / "s.ris", "--source", "EBSCO", "--query", "TI (x)", "--review", folder)
    said = terminal("export", folder / "h.json", "--for", "search-query", "--review", folder)
    assert said.out == f"wrote 1 queries to 1 files beside {folder / 'h.json'}\n"
    assert (folder / "h-01-ebsco_search_history.json").exists()
