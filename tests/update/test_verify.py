"""Verifying: an archive's numbers follow from its own lists, and whoever changed one is told where."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from slr.cli.archive import verified
from slr.cli.prisma import count_and_draw
from slr.cli.versioning import count
from slr.errors import ArchiveError
from slr.store import dump
from slr.update import container
from slr.update.archive import archive
from slr.update.verify import check_numbers, opened, rebuilt
from tests.update.reviewed import QUIET, begun, days_after, vote

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a review with decisions, a version and a vote after it."""
    folder = tmp_path_factory.mktemp("review")
    with begun(folder), days_after(folder, 3) as review:
        vote(review, ["openalex:W1007"], "include", "title-abstract")
        count_and_draw(QUIET, review)
        return archive(review, folder / "whole.zip", count(review), check=verified).path


def changed(whole: Path, folder: Path, change: Callable[[Files], None], *, checksums: bool = True) -> Path:
    """The archive with changed contents, sealed anew: what somebody would make who knows how it is made."""
    files = container.read(whole)
    change(files)
    if checksums:
        sums = (f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in sorted(files.items()) if n != "checksums.sha256")
        files["checksums.sha256"] = "".join(sums).encode()
    path = folder / "changed.zip"
    container.write(path, files)
    return path


def row(files: Files, name: str, number: int, **values: object) -> None:
    """Change values in a line (from 1) of a list."""
    lines = files[name].splitlines(keepends=True)
    lines[number - 1] = (json.dumps({**json.loads(lines[number - 1]), **values}, ensure_ascii=False) + "\n").encode()
    files[name] = b"".join(lines)


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveError) as refused:
        verified(path)
    return str(refused.value)


def test_every_number_is_recomputed_without_the_review(whole: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.zip"
    alone.write_bytes(whole.read_bytes())
    found = opened(alone)
    assert found.sha256 == hashlib.sha256(whole.read_bytes()).hexdigest() and found.made_by
    with rebuilt(found) as review:
        folder = review.folder
        counted = count(review)
        assert check_numbers(found, counted) > 20
        assert counted.numbers["boxes"]["new_studies"] == 2
    assert not folder.exists()


def test_the_tables_come_back_as_they_were(whole: Path) -> None:
    found = opened(whole)
    with rebuilt(found) as review:
        for table in dump.tables(review.store.db):
            rows = [json.loads(line) for line in found.files[f"data/{table}.jsonl"].splitlines()]
            assert list(dump.rows(review.store.db, table)) == rows


def test_a_changed_byte_anywhere_in_the_file_is_found(whole: Path, tmp_path: Path) -> None:
    content, rng = whole.read_bytes(), random.Random(5)
    for _ in range(60):
        place = rng.randrange(len(content))
        path = tmp_path / "changed.zip"
        path.write_bytes(content[:place] + bytes([content[place] ^ rng.randrange(1, 256)]) + content[place + 1 :])
        with pytest.raises(ArchiveError):
            opened(path)


def test_a_changed_file_is_named_by_its_checksum(whole: Path, tmp_path: Path) -> None:
    path = changed(whole, tmp_path, lambda f: row(f, "data/work.jsonl", 1, created_at="1999"), checksums=False)
    assert "data/work.jsonl was changed (its checksum is not the one in checksums.sha256, line" in refusal(path)


def test_a_missing_and_an_added_file_are_named(whole: Path, tmp_path: Path) -> None:
    def swap(files: Files) -> None:
        del files["data/hit.jsonl"]
        files["extra.txt"] = b"x"

    said = refusal(changed(whole, tmp_path, swap, checksums=False))
    assert "names 'data/hit.jsonl', which is not there" in said and "extra.txt is not in checksums.sha256" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: row(f, "decisions/Anna.jsonl", 3, verdict="exclude"),
         "decisions/Anna.jsonl, line 3, was changed: its hash does not fit"),
        (lambda f: f.update({"decisions/Anna.jsonl": b"".join(f["decisions/Anna.jsonl"].splitlines(True)[1:])}),
         "decisions/Anna.jsonl, line 1, does not follow the line before it"),
        (lambda f: f.update({"decisions/Anna.jsonl": b"".join(f["decisions/Anna.jsonl"].splitlines(True)[:-1])}),
         "decisions/Anna.jsonl is not what data/decision.jsonl says"),
        (lambda f: f.update({"decisions/Anna.jsonl": b"[]\n"}), "decisions/Anna.jsonl, line 1, was changed"),
        (lambda f: row(f, "data/decision.jsonl", 3, verdict="exclude"),
         "decisions/Anna.jsonl is not what data/decision.jsonl says"),
        (lambda f: f.update({"versions/v1/manifest.json": f["versions/v1/manifest.json"] + b"\n"}),
         "versions/v1/manifest.json is not the one that data/version.jsonl names"),
        (lambda f: f.update({"versions/v1/boxes.json": b"{}\n"}),
         "versions/v1/boxes.json is not the one that its manifest.json names"),
        (lambda f: f.update({"data/version_box.jsonl": b""}),
         "versions/v1/boxes.json is not what data/version_box.jsonl says"),
        (lambda f: row(f, "data/version_record.jsonl", 2, attributed=0),
         "versions/v1/records.jsonl is not what data/version_record.jsonl says"),
        (lambda f: f.update({"data/version_file.jsonl": b""}),
         "versions/v1/config/review.yaml is not what data/version_file.jsonl says"),
        (lambda f: f.update({"outputs/prisma.json": b'{"boxes": {}}'}), "outputs/prisma.json: boxes."),
        (lambda f: row(f, "data/membership.jsonl", 2, work_id="W000000000000"),
         "data/membership.jsonl, line 2, does not follow from the other lists"),
        (lambda f: f.update({"data/standing.jsonl": b""}), "data/standing.jsonl, line 1, is missing"),
        (lambda f: f.update({"data/work.jsonl": b"no JSON\n"}), "data/work.jsonl, line 1, is not a JSON object"),
        (lambda f: row(f, "data/membership_event.jsonl", 2, work_id="W000000000000"),
         "its lists do not fit each other"),
        (lambda f: row(f, "data/work.jsonl", 2, no_such_column=1), "the table work, row 2"),
        (lambda f: row(f, "data/record_version.jsonl", 2, origin="citation"), "boxes.json: database_results has"),
        (lambda f: row(f, "data/mark_event.jsonl", 1, verdict="eligible"), "data/mark.jsonl, line "),
        (lambda f: f.update({"boxes.json": f["boxes.json"].replace(b"openalex:W1001", b"openalex:W1xxx")}),
         "boxes.json: "),
        (lambda f: f.update({"numbers.json": f["numbers.json"].replace(b'"new_studies": 2', b'"new_studies": 3')}),
         "numbers.json: boxes.new_studies is 3, its lists give 2"),
    ],
)  # fmt: skip
def test_whoever_changes_a_list_and_all_checksums_with_it_is_told_where(
    whole: Path, tmp_path: Path, change: Callable[[Files], None], words: str
) -> None:
    said = refusal(changed(whole, tmp_path, change))
    assert words in said and said.startswith("changed.zip"), said


def test_one_of_a_newer_slr_is_not_guessed_at(whole: Path, tmp_path: Path) -> None:
    def newer(files: Files) -> None:
        about = json.loads(files["software.json"])
        files["software.json"] = json.dumps({**about, "store": 999, "slr": "9.0"}).encode()

    assert "was written by a newer slr (9.0)" in refusal(changed(whole, tmp_path, newer))


def test_a_configuration_that_cannot_be_read_is_said(whole: Path, tmp_path: Path) -> None:
    def broken(files: Files) -> None:
        files["config/review.yaml"] += b"from_the_future: 1\n"

    assert "this slr cannot read its configuration" in refusal(changed(whole, tmp_path, broken))


def test_another_zip_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    container.write(tmp_path / "other.zip", {"a.txt": b"x"})
    assert "not an archive of slr (it has no ro-crate-metadata.json)" in refusal(tmp_path / "other.zip")
