"""The files that `slr init` writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slr.config import load_review, write_starter
from slr.config.starter import Template
from slr.errors import ReviewError
from slr.matrix.terms import expand

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["search_terms.yaml", "config/review.yaml", "config/known.yaml"]


@pytest.mark.parametrize(("template", "cells", "known"), [("empty", 12, 0), ("report", 1320, 12)])
def test_starter_files_load_without_problems_or_warnings(
    tmp_path: Path, template: Template, cells: int, known: int
) -> None:
    paths = write_starter(tmp_path / "new" / "review", template)
    assert paths == [tmp_path / "new" / "review" / name for name in NAMES]
    loaded = load_review(tmp_path / "new" / "review")
    assert loaded.warnings == () and len(loaded.known) == known
    for variants in (False, True):
        assert expand(loaded.terms.axes, loaded.terms.variants, use_variants=variants).cells == cells


def test_the_packaged_report_is_the_repository_s_own_review(tmp_path: Path) -> None:
    write_starter(tmp_path, "report")
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes(), name


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_overwritten_and_then_nothing_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / name).write_text("mine")
    with pytest.raises(ReviewError, match=f"{name} exists already and is not overwritten"):
        write_starter(tmp_path, "empty")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReviewError, match="cannot be written: Not a directory"):
        write_starter(tmp_path / "file" / "review", "empty")


def test_the_examples_in_the_comments_of_the_starter_are_right(tmp_path: Path) -> None:
    """Taking the comment signs away gives files that load."""
    write_starter(tmp_path, "empty")
    review, known = tmp_path / "config/review.yaml", tmp_path / "config/known.yaml"
    review.write_text(re.sub(r"(?m)^    # ", "    ", review.read_text()))
    example = known.read_text().split("An example:\n#\n")[1].split("\n\n")[0]
    known.write_text("".join(line.removeprefix("# ") + "\n" for line in example.splitlines()))
    loaded = load_review(tmp_path)
    assert [rule.name for rule in loaded.review.criteria.automatic] == [
        "articles and conference papers only", "published from 1990 on", "in a language that we read", "not retracted",
    ]  # fmt: skip
    assert [study.doi for study in loaded.known] == ["10.1191/0309132504ph469oa"]
