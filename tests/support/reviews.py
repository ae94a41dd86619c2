"""Real review folders for tests: on a local server that behaves like OpenAlex, or on snapshot files; no waiting.

with OpenAlexServer(corpus()) as server, reviewing(lay_out(tmp_path, server.url)) as review: ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slr.review import Review, open_review
from tests.support.fake_time import FakeTime
from tests.support.sources import KEY
from tests.support.works import made_work, write_jsonl

TERMS = """\
axes:
  terms:
    combine:
      noun: [knowledge, skill]
      transfer word: [transfer, spill-over]
  concepts: [cluster, industrial cluster, industrial district]
variants:
  spill-over: [spillover]
"""
"""2 × 2 terms × 3 concepts = 12 cells."""

REVIEW = """\
title: A review for tests
sources:
  openalex: {{enabled: {api}, base_url: "{url}", max_records: {most}}}
  snapshot: {{enabled: {files}, path: snapshot}}
criteria:
  automatic:
    - {{name: articles only, types: [article]}}
  exclusion:
    - {{id: off-topic, text: Not about transfer}}
stages:
  - {{name: title-abstract, reviewers: 1}}
  - {{name: full-text, reviewers: 1}}
"""

HITS = 90
"""How many works of the corpus the matrix finds without spelling variants."""

VARIANT_HITS = 10
"""How many more it finds with them."""

NOUNS, MOVES = ("Knowledge", "Skill"), ("transfer", "spill-over")
PLACES = ("clusters", "an industrial cluster", "industrial districts")


def corpus(hits: int = HITS, variant_hits: int = VARIANT_HITS, others: int = 20) -> list[dict[str, Any]]:
    """Works of which the matrix finds ``hits``, with variants ``variant_hits`` more; every ninth hit is a book."""
    works = []
    for i in range(hits):
        title = f"{NOUNS[i % 2]} {MOVES[i // 2 % 2]} study {i}"
        kind = "book" if i % 9 == 8 else "article"
        works.append(made_work(1001 + i, title, f"We look at {PLACES[i % 3]} and firms.", type=kind))
    works += [made_work(5001 + i, f"Skill spillover {i}", "Within a cluster.") for i in range(variant_hits)]
    works += [made_work(7001 + i, f"Galaxy clusters {i}", "Stars and dust.") for i in range(others)]
    for i, work in enumerate(works[:hits]):
        work["referenced_works"] = [f"https://openalex.org/W{7001 + i % max(1, others)}"]
    return works


def lay_out(
    folder: Path, url: str | None = None, *, files: Sequence[dict[str, Any]] | None = None, terms: str = TERMS,
    known: str = "", most: int = 100_000, review: str = REVIEW,
) -> Path:  # fmt: skip
    """A review folder that asks the server at ``url`` and, with ``files``, a snapshot of these works."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "search_terms.yaml").write_text(terms, "utf-8")
    text = review.format(
        api=str(url is not None).lower(),
        url=url or "https://api.openalex.org",
        files=str(files is not None).lower(),
        most=most,
    )
    (folder / "config/review.yaml").write_text(text, "utf-8")
    if known:
        (folder / "config/known.yaml").write_text(known, "utf-8")
    if files is not None:
        half = len(files) // 2
        write_jsonl(folder / "snapshot/works", files[:half], "2026-10-01")
        write_jsonl(folder / "snapshot/works", files[half:], "2026-11-01")
    return folder


@contextmanager
def reviewing(folder: Path, **given: Any) -> Iterator[Review]:
    """The opened review with a made-up key, on a clock that stands still but for pauses; closed at the end."""
    time = FakeTime()
    fixed = {
        "clock": time.clock,
        "monotonic": time.monotonic,
        "sleep": time.sleep,
        "environ": {"OPENALEX_API_KEY": KEY},
    }
    review = open_review(folder, **{**fixed, **given})
    try:
        yield review
    finally:
        review.close()
