"""Small real review folders without a source: everything in them comes from imported RIS files and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slr.dedup.stage import dedupe
from slr.model import Origin
from slr.review import Review, open_review
from slr.screening import criteria
from slr.search.imports import ImportRequest, Receipt, import_file
from slr.store import works

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TERMS = "axes:\n  terms: [knowledge transfer]\n  concepts: [cluster]\n"
REVIEW = """\
title: A review for tests
sources: {openalex: {enabled: false}}
criteria:
  automatic:
    - {name: only articles, types: [article, conference-paper]}
    - {name: from 1990 on, years: {from: 1990}}
  exclusion:
    - {id: off-topic, text: Not about transfer}
    - {id: one-cluster, text: Within one cluster, stages: [full-text]}
stages:
  - {name: title-abstract, reviewers: 2}
  - {name: full-text, reviewers: 2}
"""
RULES = (
    "    - {name: only articles, types: [article, conference-paper]}\n    - {name: from 1990 on, years: {from: 1990}}\n"
)
"""The part of ``REVIEW`` with the automatic criteria, for tests that put others there."""


def lay_out(folder: Path, review: str = REVIEW) -> Path:
    """Write a review folder, or its ``review.yaml`` anew."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "search_terms.yaml").write_text(TERMS, "utf-8")
    (folder / "config/review.yaml").write_text(review, "utf-8")
    return folder


@contextmanager
def opened(folder: Path, review: str = REVIEW) -> Iterator[Review]:
    """The review in this folder, laid out anew, on a clock that stands still."""
    found = open_review(lay_out(folder, review), clock=lambda: NOW, environ={})
    try:
        yield found
    finally:
        found.close()


def entry(title: str, author: str = "Bathelt, H.", year: int | None = 2004, kind: str = "JOUR", **tags: Any) -> str:
    """One RIS record; ``tags`` are further tags with their values."""
    lines = [f"TY  - {kind}", f"TI  - {title}", f"AU  - {author}"]
    lines += [f"PY  - {year}"] if year else []
    lines += [f"{tag}  - {value}" for tag, value in tags.items()]
    return "\n".join([*lines, "ER  - ", "", ""])


def take(review: Review, text: str | bytes, source: str, origin: Origin = "database", **known: Any) -> Receipt:
    """Import a file of this content."""
    path = review.folder / f"{source.replace('/', '-')}-{abs(hash(text)):x}.ris"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_file(review, ImportRequest(path, source, origin=origin, **known))


def settle(review: Review) -> None:
    """Group the records and apply the criteria, as ``slr dedupe`` does."""
    dedupe(review)
    criteria.apply(review)


def work_ids(review: Review) -> list[str]:
    """The present works, by id."""
    return sorted(set(works.memberships(review.store.db).values()))
