"""``slr audit`` as people use it: its findings, its exit codes, its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import Terminal, terminal
from tests.support.screened import STAGE, says, screening

__all__ = ["terminal"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with screening(tmp_path) as (review, works):
        for who, verdict in (("Anna", "include"), ("Ben", "exclude")):
            for work in works:
                says(review, who, work, verdict)
    return tmp_path


def test_an_honest_log_is_whole(folder: Path, terminal: Terminal) -> None:
    said = terminal("audit", "verify", "--review", folder)
    assert (said.code, said.out) == (
        0, "8 events in 2 logs\nwhole: nothing was changed, removed, inserted, moved or cut off\n"
    )  # fmt: skip


def test_a_removed_line_is_named_and_ends_with_1(folder: Path, terminal: Terminal) -> None:
    path = folder / "outputs/decisions/Anna.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*kept[:1], *kept[2:]]))
    said = terminal("audit", "verify", "--review", folder)
    assert said.code == 1 and said.err.count("\n") == 1 and "(1 finding)" in said.err
    assert "  outputs/decisions/Anna.jsonl, line 2: removed: line 2 of the store is missing\n" in said.out
    told = json.loads(terminal("audit", "verify", "--json", "--review", folder).out)
    assert not told["whole"] and [(one["kind"], one["line"]) for one in told["found"]] == [("removed", 2)]


def test_a_seal_is_printed_kept_and_compared_with(folder: Path, terminal: Terminal) -> None:
    said = terminal("audit", "seal", "--review", folder)
    assert said.code == 0 and said.out.startswith("slr seal 20") and "[Anna 4, Ben 4] sha256:" in said.out
    assert "compared with the seal of" in terminal("audit", "verify", "--review", folder).out
    assert terminal("audit", "verify", "--against", said.out.strip(), "--review", folder).code == 0
    other = said.out.strip()[:-4] + "0000"
    said = terminal("audit", "verify", "--against", other, "--review", folder)
    assert said.code == 1 and "do not begin as they did when they were sealed" in said.out


def test_a_signed_seal_needs_its_key(folder: Path, tmp_path: Path, terminal: Terminal) -> None:
    key, other, short = tmp_path / "key", tmp_path / "other", tmp_path / "short"
    key.write_bytes(b"k" * 32)
    other.write_bytes(b"o" * 32)
    short.write_bytes(b"k")
    assert terminal("audit", "sign", "--key", key, "--review", folder).code == 0
    assert terminal("audit", "verify", "--key", key, "--review", folder).code == 0
    assert "is not signed with this key" in terminal.sentence("audit", "verify", "--key", other, "--review", folder)
    assert "has 1 bytes: a key needs 16" in terminal.sentence("audit", "sign", "--key", short, "--review", folder)
    assert "cannot be read" in terminal.sentence("audit", "seal", "--key", tmp_path / "no", "--review", folder)


def test_history_and_report_tell_what_was_done(folder: Path, terminal: Terminal) -> None:
    lines = terminal("audit", "history", "Anna", "--review", folder).out.splitlines()
    assert len(lines) == 4 and all(f"Anna  {STAGE}: decides 'include' on W" in line for line in lines)
    work = json.loads(terminal("audit", "history", "Anna", "--json", "--review", folder).out)[0]["work_id"]
    assert len(terminal("audit", "history", work, "--review", folder).out.splitlines()) == 2
    assert "there is no work and no reviewer 'Zoe'" in terminal.sentence("audit", "history", "Zoe", "--review", folder)
    said = terminal("audit", "report", "--review", folder).out
    assert "title-abstract, Anna: include 4" in said and "title-abstract, Ben: exclude 4" in said


def test_a_review_without_decisions_says_so(tmp_path: Path, terminal: Terminal) -> None:
    with screening(tmp_path):
        pass
    assert "0 events in 0 logs" in terminal("audit", "verify", "--review", tmp_path).out
    assert "nobody has decided anything yet" in terminal("audit", "report", "--review", tmp_path).out
    assert "no decision to seal yet" in terminal.sentence("audit", "seal", "--review", tmp_path)
    assert "no file or folder nowhere" in terminal.sentence(
        "audit", "verify", "--against", "nowhere", "--review", tmp_path
    )
