"""Freezing: what was is kept, checksummed and never changed; a crash or a full disk leaves nothing half frozen."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from slr.cli.versioning import count
from slr.errors import NotFound, ReviewError, UserError
from slr.store import versions
from slr.update.freeze import freeze, named, problems, version_folder
from tests.support.reviews import lay_out, reviewing
from tests.update.reviewed import HITS, INCLUDED, begun, days_after, every_version, frozen, small, vote, work_of

FILES = ("boxes.json", "config/review.yaml", "decisions.json", "included.json", "numbers.json", "records.jsonl",
         "search_terms.yaml")  # fmt: skip


def test_a_version_holds_what_the_review_was(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        version = named(review, "v1").version
        assert version.frozen_at == "2026-11-02T12:00:00Z"
        assert [one.records[0] for one in version.included] == sorted(INCLUDED, key=lambda r: work_of(review, r))
        assert version.decisions == 8 and version.heads["Anna"].decisions == 8
        assert version.numbers["boxes"]["new_studies"] == 2
        assert len(named(review, "v1").records) == HITS == versions.record_count(review.store.db, "v1")
        assert named(review, "v1").files == review.loaded.files


def test_its_folder_has_every_list_and_its_manifest_every_checksum(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        there = version_folder(review, "v1")
        manifest = (there / "manifest.json").read_bytes()
        assert hashlib.sha256(manifest).hexdigest() == named(review, "v1").version.checksum
        listed = json.loads(manifest)["files"]
        assert tuple(sorted(listed)) == FILES
        for name, one in listed.items():
            assert hashlib.sha256((there / name).read_bytes()).hexdigest() == one["sha256"]
        lines = [json.loads(line) for line in (there / "records.jsonl").read_bytes().splitlines()]
        assert len(lines) == HITS and all("abstract" not in line for line in lines)
        assert (there / "config/review.yaml").read_bytes() == (folder / "config/review.yaml").read_bytes()
        assert problems(review, named(review, "v1").version) == []


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_changed_or_missing_file_of_a_version_is_named(tmp_path: Path, name: str) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        version, path = named(review, "v1").version, version_folder(review, "v1") / name
        path.write_bytes(path.read_bytes() + b" ")
        assert problems(review, version) == [f"outputs/versions/v1/{name} was changed: restore it from git or a copy"]
        path.unlink()
        assert problems(review, version) == [f"outputs/versions/v1/{name} is missing: restore it from git or a copy"]


def test_a_file_that_is_not_of_the_version_is_named(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        (version_folder(review, "v1") / "notes.txt").write_text("mine")
        (told,) = problems(review, named(review, "v1").version)
        assert told == "outputs/versions/v1/notes.txt is not of this version: move it away"


def test_a_name_is_given_once_whatever_its_case(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        for name in ("v1", "V1"):
            with pytest.raises(UserError, match="there is a version 'v1' already"):
                frozen(review, name)
        assert every_version(review) == ["v1"]


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "../x", ".hidden", "ends.", "ünï", "a b", "now", "x" * 65, "a\\b", "a\n"]
)
def test_what_cannot_be_a_folders_name_everywhere_cannot_be_a_versions(tmp_path: Path, name: str) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        with pytest.raises(UserError, match="cannot be a version's name"):
            frozen(review, name)
        assert every_version(review) == ["v1"]


def test_an_empty_review_is_not_frozen(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, files=small())) as review, pytest.raises(UserError, match="no records to freeze"):
        frozen(review)


def test_an_unknown_version_is_answered_with_those_there_are(tmp_path: Path) -> None:
    there_are = pytest.raises(NotFound, match="there is no version 'v2': there are v1")
    with begun(tmp_path) as folder, days_after(folder, 1) as review, there_are:
        named(review, "v2")
    none = pytest.raises(NotFound, match="none was frozen yet")
    with reviewing(lay_out(tmp_path / "other", files=small())) as review, none:
        named(review, "v2")


def test_a_version_whose_folder_a_crash_left_unwritten_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        there = version_folder(review, "v1")
        before = {path.name: path.read_bytes() for path in there.rglob("*") if path.is_file()}
        shutil.rmtree(there)
        vote(review, ["openalex:W1007"], "include", "title-abstract")
        (told,) = problems(review, named(review, "v1").version)
        assert "'slr freeze v1' writes it again" in told
        assert frozen(review, "v1") == named(review, "v1").version
        assert {path.name: path.read_bytes() for path in there.rglob("*") if path.is_file()} == before
        assert not list(there.parent.glob(".*"))


def test_where_the_folder_cannot_be_written_nothing_is_frozen(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        shutil.move(folder / "outputs/versions", folder / "elsewhere")
        (folder / "outputs/versions").write_text("a file, where a folder should be")
        with pytest.raises(ReviewError, match=r"outputs/versions/v2/ cannot be written .*nothing was frozen"):
            frozen(review, "v2")
        assert every_version(review) == ["v1"]


def test_a_folder_that_the_store_does_not_know_is_left_alone(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        (folder / "outputs/versions/v2").mkdir()
        with pytest.raises(ReviewError, match="the store has no such version"):
            frozen(review, "v2")


def test_unfinished_work_is_kept_with_the_version(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 1) as review:
        version = freeze(review, "v2", count(review, unfinished=True))
        assert any(line.startswith("title-abstract: ") for line in version.warnings)
        assert named(review, "v2").version.warnings == version.warnings
