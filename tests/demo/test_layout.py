"""The laws of the folder that the packaged example is laid out in."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest

from slr.config import load_review
from slr.demo.layout import PARTITIONS, lay_out
from slr.errors import ReviewError

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = files("slr.demo") / "data"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "demo"
    lay_out(folder)
    return folder


def test_the_snapshot_has_two_partitions_that_hold_all_works_once(demo: Path) -> None:
    parts = sorted((demo / "snapshot" / "works").glob("updated_date=*/part_*.gz"))
    assert [part.parent.name for part in parts] == sorted(PARTITIONS)
    contents = [gzip.decompress(part.read_bytes()) for part in parts]
    assert b"".join(contents) == (DATA / "works.jsonl").read_bytes()
    assert all(contents)


def test_the_same_example_is_laid_out_byte_for_byte(demo: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "again")
    for file in (path for path in demo.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / file.relative_to(demo)).read_bytes() == file.read_bytes()


def test_the_matrix_and_the_known_studies_are_those_of_the_repositorys_own_review(demo: Path) -> None:
    for name in ("search_terms.yaml", "config/known.yaml"):
        assert (demo / name).read_bytes() == (REPOSITORY / name).read_bytes()


def test_the_settings_are_the_reports_but_for_source_reviewers_and_retracted_articles(demo: Path) -> None:
    report, example = load_review(REPOSITORY).review.model_dump(), load_review(demo).review.model_dump()
    assert not example["sources"]["openalex"].pop("enabled")
    assert example["sources"]["snapshot"].pop("enabled")
    assert example["criteria"]["automatic"][-1]["retracted"] == "exclude"
    example["criteria"]["automatic"] = example["criteria"]["automatic"][:-1]
    assert example.pop("reviewers") == ("A", "B")
    del report["reviewers"], report["sources"]["openalex"]["enabled"], report["sources"]["snapshot"]["enabled"]
    assert example == report


def test_the_readme_says_what_is_real_and_what_is_example(demo: Path) -> None:
    text = (demo / "README.txt").read_text(encoding="utf-8")
    headings = ("What is real", "What was made for the example")
    for word in (*headings, "[Example summary]", "(example)", "W90", "imports/", "decisions"):
        assert word in text


def test_a_complete_example_is_left_as_it_is_with_its_edits_and_results(tmp_path: Path) -> None:
    lay_out(tmp_path / "demo")
    terms = tmp_path / "demo" / "search_terms.yaml"
    terms.write_text("edited", encoding="utf-8")
    (tmp_path / "demo" / "outputs").mkdir()
    lay_out(tmp_path / "demo")
    assert terms.read_text(encoding="utf-8") == "edited"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert (tmp_path / "config" / "review.yaml").is_file()


def test_a_folder_that_holds_something_else_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReviewError, match=re.escape(str(tmp_path)) + " is not empty.*give the name of a new"):
        lay_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "lost",
    [
        "README.txt",
        "search_terms.yaml",
        "config/known.yaml",
        "imports/imp.ris",
        f"snapshot/works/{PARTITIONS[1]}/part_0000.gz",
    ],
)
def test_an_example_that_lacks_a_file_is_refused(tmp_path: Path, lost: str) -> None:
    lay_out(tmp_path / "demo")
    (tmp_path / "demo" / lost).unlink()
    with pytest.raises(ReviewError, match="holds no complete example"):
        lay_out(tmp_path / "demo")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine", encoding="utf-8")
    with pytest.raises(ReviewError, match="is a file"):
        lay_out(tmp_path / "demo")


def test_a_place_that_cannot_be_written_is_a_review_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ReviewError, match="cannot be written"):
        lay_out(tmp_path / "file" / "demo")
