"""Review folders for tests, made of real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.config import Loaded, load_review
from slr.errors import ConfigError

TERMS = "axes:\n  terms: [knowledge flow]\n  concepts: [cluster]\n"
REVIEW = "title: A review\n"


def write(
    folder: Path, terms: str | bytes = TERMS, review: str | bytes = REVIEW, known: str | bytes | None = None
) -> Path:
    """A review folder with these files; text is written as UTF-8."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    files = {"search_terms.yaml": terms, "config/review.yaml": review, "config/known.yaml": known}
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load(
    folder: Path, terms: str | bytes = TERMS, review: str | bytes = REVIEW, known: str | bytes | None = None
) -> Loaded:
    """What is loaded from a folder with these files."""
    return load_review(write(folder, terms, review, known))


def problems(
    folder: Path, terms: str | bytes = TERMS, review: str | bytes = REVIEW, known: str | bytes | None = None
) -> list[str]:
    """The problems of a folder with these files; fails if there are none."""
    with pytest.raises(ConfigError) as caught:
        load(folder, terms, review, known)
    assert caught.value.problems and all("\n" not in line for line in caught.value.problems)
    return caught.value.problems
