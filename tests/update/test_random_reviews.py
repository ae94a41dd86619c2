"""Reviews made at random: an archive's numbers are the review's, and a version differs in nothing from itself."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from slr.cli.archive import verified
from slr.cli.versioning import count
from slr.review import Review
from slr.screening.decisions import Ruling, decide_all
from slr.search.stage import search
from slr.store import records, works
from slr.store.works import Assignment
from slr.update.archive import archive
from slr.update.diff import diff
from slr.update.freeze import named, present
from slr.update.verify import opened, rebuilt
from tests.support.reviews import corpus, lay_out
from tests.update.reviewed import days_after, frozen, group, new_works, pointed_at, server, updated

STAGES = (("title-abstract", ("include", "exclude", "maybe")), ("full-text", ("include", "exclude", "not-retrieved")))


def screen(review: Review, rng: random.Random) -> None:
    """Random votes of random reviewers on a random part of the works, at both stages; some vote twice."""
    everything = sorted(works.memberships(review.store.db))
    for stage, verdicts in STAGES:
        for reviewer in rng.sample(["Anna", "Ben", "Çelik"], rng.randint(1, 3)):
            some = rng.choices(everything, k=rng.randint(0, len(everything)))
            said = [(record, rng.choice(verdicts)) for record in some]
            rulings = [
                Ruling(record, verdict, "off-topic" if verdict == "exclude" else None) for record, verdict in said
            ]
            if rulings:
                decide_all(review, rulings, stage=stage, reviewer=reviewer)


def merge_and_split(review: Review, rng: random.Random) -> None:
    names = [record.record_id for record in records.every(review.store.db)]
    for _ in range(rng.randint(0, 4)):
        one, other = rng.sample(names, 2)
        present_works = works.memberships(review.store.db)
        with review.store.writing() as db:
            works.assign(db, [Assignment(one, present_works[other], "person", 1.0)], who="Anna", at=review.now())


def changed(corpus_: list[dict[str, object]], rng: random.Random) -> list[dict[str, object]]:
    kept = [one for one in corpus_ if rng.random() < 0.9]
    for n, one in enumerate(kept):
        if rng.random() < 0.2:
            kept[n] = {**one, "is_retracted": rng.random() < 0.5, "title": f"{one['title']} {rng.random():.3f}"}
    return kept + new_works(rng.randint(0, 5), first=rng.randint(20_000, 90_000))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_decided_merged_frozen_and_updated_the_archive_gives_the_same_numbers(
    tmp_path: Path, seed: int
) -> None:
    rng, folder, works_ = random.Random(seed), tmp_path, corpus(30, 2, 3)
    with server(works_) as there, days_after(lay_out(folder, there.url), 0) as review:
        search(review).whole()
        group(review)
        screen(review, rng)
        frozen(review, "v1")
    for turn in range(1, rng.randint(2, 3)):
        works_ = changed(works_, rng)
        with server(works_) as there, days_after(pointed_at(folder, there), 30 * turn) as review:
            merge_and_split(review, rng)
            updated(review)
            screen(review, rng)
            if rng.random() < 0.5:
                frozen(review, f"v{turn + 1}")
    with days_after(folder, 99) as review:
        counted, one = count(review), named(review, "v1")
        assert diff(review.store.db, one, one).empty
        now = present(review, counted)
        assert diff(review.store.db, now, now).empty
        found = opened(archive(review, folder / "x.zip", counted, check=verified).path)
        with rebuilt(found) as other:
            assert count(other) == counted
