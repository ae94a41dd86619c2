"""freeze, versions, diff, archive and verify as a user meets them: what they say, and how they fail."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.support import Terminal, terminal
from tests.update.reviewed import DECIDED, begun, days_after, vote

__all__ = ["terminal"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with begun(tmp_path / "review") as made:
        return made


def test_a_frozen_version_is_said_listed_and_compared(terminal: Terminal, folder: Path) -> None:
    said = terminal("freeze", "v2", "--review", folder)
    assert said.code == 0 and "froze version v2: 40 records, 8 decisions, 2 included reports" in said.out
    assert "unfinished, and frozen as it is: title-abstract: " in said.err
    listed = json.loads(terminal("versions", "--review", folder, "--json").out)
    assert [(one["name"], one["records"], one["problems"]) for one in listed] == [("v1", 40, []), ("v2", 40, [])]
    with days_after(folder, 2) as review:
        vote(review, DECIDED[:1], "exclude", "full-text", "off-topic")
    said = terminal("diff", "v1", "--review", folder)
    assert said.code == 0 and "no longer included" in said.out and "Anna: 8 → 9" in said.out
    assert "nothing differs between v1 and v2" in terminal("diff", "v1", "v2", "--review", folder).out
    assert json.loads(terminal("diff", "v1", "--review", folder, "--json").out)["empty"] is False


def test_a_changed_file_of_a_version_ends_with_1_and_its_name(terminal: Terminal, folder: Path) -> None:
    assert terminal("versions", "--review", folder).code == 0
    (folder / "outputs/versions/v1/included.json").write_text("[]")
    said = terminal("versions", "--review", folder)
    assert said.code == 1 and "changed" in said.out and "outputs/versions/v1/included.json was changed" in said.err


def test_a_review_without_versions_says_how_to_make_one(terminal: Terminal, folder: Path) -> None:
    (folder / "outputs").rename(folder / "before")
    assert "'slr freeze NAME' freezes the review" in terminal("versions", "--review", folder).out
    assert "there are no records to freeze yet" in terminal.sentence("freeze", "v1", "--review", folder)
    assert "none was frozen yet" in terminal.sentence("diff", "v1", "--review", folder)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["freeze", "v1"], "there is a version 'v1' already"),
        (["freeze", "a/b"], "cannot be a version's name"),
        (["freeze", ""], "cannot be a version's name"),
        (["freeze", "x" * 300], "cannot be a version's name"),
        (["freeze", "überblick"], "cannot be a version's name"),
        (["diff", "v9"], "there is no version 'v9': there are v1"),
        (["archive", "none/x.zip"], "the folder none is not there"),
        (["archive", "x.tar"], "write one that ends with .zip"),
    ],
)
def test_bad_input_is_one_sentence(terminal: Terminal, folder: Path, argv: list[str], words: str) -> None:
    assert words in terminal.sentence(*argv, "--review", folder)


def test_an_archive_is_written_once_and_verified_anywhere(terminal: Terminal, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "published.zip"
    said = terminal("archive", file, "--review", folder)
    assert said.code == 0 and "every number was recomputed from the file alone" in said.out
    assert "is there already" in terminal.sentence("archive", file, "--review", folder)
    sha256 = next(line.split()[1] for line in said.out.splitlines() if line.startswith("SHA-256"))
    (folder / "outputs").rename(tmp_path / "no store")
    said = terminal("verify", file)
    assert said.code == 0 and "all the same" in said.out and sha256 in said.out
    told = json.loads(terminal("verify", file, "--json").out)
    assert told["ok"] and told["sha256"] == sha256 and told["numbers"]["boxes"]["new_studies"] == 2


def test_what_is_no_archive_or_was_changed_is_refused_in_a_sentence(
    terminal: Terminal, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "x.zip"
    assert "there is no file" in terminal.sentence("verify", file)
    file.write_bytes(b"no zip")
    assert "not a zip file" in terminal.sentence("verify", file)
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a", "b")
    assert "not an archive of slr" in terminal.sentence("verify", file)
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("../a", "b")
    assert "leads out of it" in terminal.sentence("verify", file)
    file.unlink()
    terminal("archive", file, "--review", folder)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "was cut off" in terminal.sentence("verify", file)
    file.write_bytes(whole.replace(whole[1000:1008], b"tampered"))
    assert "x.zip" in terminal.sentence("verify", file)
