"""The PRISMA numbers of many random reviews, and of 100,000 records.

Goals: in 1,000 random reviews (sources, duplicates, decisions, updates, retractions, studies of several reports) every
identity holds and every number is the length of its list; 'slr prisma' on 100,000 records takes under 10 seconds.

Run: python benchmarks/prisma.py [reviews] [records]
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.imported import REVIEW, entry, lay_out, settle, take, work_ids

from slr.cli.versioning import count
from slr.model import Origin
from slr.prisma import studies
from slr.prisma.boxes import BOXES, counted, lists, state_of
from slr.prisma.numbers import Numbers, broken_identities
from slr.review import Review, open_review
from slr.screening.decisions import Ruling, decide_all
from slr.store import records
from slr.update.freeze import freeze

SOURCES: tuple[tuple[str, Origin], ...] = (
    ("EBSCO", "database"), ("Scopus", "database"), ("ClinicalTrials", "register"), ("Google Scholar", "website"),
    ("IMP", "organisation"), ("index", "citation"),
)  # fmt: skip
RETRACTED = "    - {name: no retracted articles, retracted: exclude}\n"
RULES = "    - {name: only articles, types: [article, conference-paper]}\n"


class Clock:
    """A clock that goes on by a minute each time it is read, so that a later search is later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@contextmanager
def opened(folder: Path, reviewers: int) -> Iterator[Review]:
    config = REVIEW.replace("reviewers: 2", f"reviewers: {reviewers}").replace(RULES, RULES + RETRACTED)
    review = open_review(lay_out(folder, config), clock=Clock(), environ={})
    try:
        yield review
    finally:
        review.close()


def search(review: Review, rng: random.Random, size: int, sources: Sequence[tuple[str, Origin]]) -> None:
    """Files of some of the sources with records of one pool of titles; some are books, some old, some retracted."""
    for source, origin in rng.sample(sources, rng.randint(1, len(sources))):
        lines = []
        for n in rng.choices(range(size), k=rng.randint(1, size)):
            more = {"DO": f"10.1000/{n}"} if rng.random() < 0.7 else {}
            title = f"{'RETRACTED: ' if n % 7 == 3 and rng.random() < 0.5 else ''}Knowledge transfer in cluster {n}"
            kind, year = rng.choice(("JOUR", "JOUR", "JOUR", "BOOK")), rng.choice((2004, 2004, 1980, None))
            lines.append(entry(title, kind=kind, year=year, **more))
        take(review, "".join(lines), source, origin=origin)
    settle(review)


def screen(review: Review, rng: random.Random, reviewers: int) -> None:
    """Votes on some works; a reviewer can come back to a decision."""
    choices = {
        "title-abstract": ("include", "include", "maybe", "exclude", None),
        "full-text": ("include", "include", "exclude", "not-retrieved", None),
    }
    for stage, verdicts in choices.items():
        for reviewer in ("Anna", "Ben")[:reviewers]:
            said = ((work, rng.choice(verdicts)) for work in work_ids(review))
            rulings = [Ruling(work, verdict, _reason(rng, verdict, stage)) for work, verdict in said if verdict]
            decide_all(review, rulings, stage=stage, reviewer=reviewer)


def _reason(rng: random.Random, verdict: str, stage: str) -> str | None:
    return rng.choice(("off-topic", "one-cluster")) if (verdict, stage) == ("exclude", "full-text") else None


def link(review: Review, rng: random.Random) -> None:
    """Some works are reports of one study; some are taken out again."""
    works = work_ids(review)
    for _ in range(rng.randint(0, 2)):
        if len(works) > 3:
            chosen = rng.sample(works, rng.randint(2, 3))
            studies.link(review, chosen, who="Anna")
            if rng.random() < 0.3:
                studies.unlink(review, chosen[:1], who="Ben")


def check(review: Review) -> Numbers:
    """Every number is the length of its list, every list is of the review, every identity holds."""
    state = state_of(review)
    found = lists(state)
    numbers = counted(state, found)
    real = {"records": {r.record_id for r in records.every(review.store.db)}, "reports": set(work_ids(review))}
    real["studies"] = {state.study(work) for work in real["reports"]}
    for box in BOXES:
        assert len(found[box.key]) == len(set(found[box.key])) == numbers.count(box.key), box.key
        assert set(found[box.key]) <= real[box.unit], box.key
    assert broken_identities(numbers) == []
    return numbers


def random_review(seed: int) -> tuple[str, int]:
    """One review through up to three versions; returns which diagram it ended as, and how many states were checked."""
    rng, states = random.Random(seed), 0
    reviewers, sources = rng.randint(1, 2), rng.choice((SOURCES, SOURCES[:3]))
    with tempfile.TemporaryDirectory() as name, opened(Path(name), reviewers) as review:
        for version in range(rng.randint(1, 3)):
            search(review, rng, 6 + 4 * version, sources)
            screen(review, rng, reviewers)
            link(review, rng)
            numbers = check(review)
            freeze(review, f"v{version}", count(review))
            check(review)
            states += 2
    kind = ("updated" if numbers.is_update else "new") + (" with" if numbers.has_other_methods else " without")
    return f"{kind} other methods", states


def random_reviews(n: int) -> None:
    begun, kinds, states = time.perf_counter(), dict[str, int](), 0
    for seed in range(n):
        try:
            kind, more = random_review(seed)
        except Exception as error:
            raise SystemExit(f"review {seed}: {error!r}") from error
        kinds[kind], states = kinds.get(kind, 0) + 1, states + more
    print(f"{n:,} random reviews, {states:,} states: all balance ({time.perf_counter() - begun:.0f} s)")
    for kind in sorted(kinds):
        print(f"{kinds[kind]:>7,}  {kind}")


def large(n: int) -> None:
    """'slr prisma' on ``n`` records of 0.7 ``n`` works, a third decided."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with opened(folder, 1) as review:
            titles = [f"Study {i * 7919 % 999_983} of knowledge transfer in cluster {i % 977}" for i in range(n)]
            for source, part in (("EBSCO", titles[: n * 7 // 10]), ("Scopus", titles[: n * 3 // 10])):
                take(review, "".join(entry(t, DO=f"10.1000/{i}") for i, t in enumerate(part)), source)
            settle(review)
            works = work_ids(review)
            early = [Ruling(w, "include" if i % 10 == 0 else "exclude") for i, w in enumerate(works[: n // 4])]
            decide_all(review, early, stage="title-abstract", reviewer="Anna")
            late = [Ruling(w, "exclude" if i % 3 else "include", "off-topic" if i % 3 else None)
                    for i, w in enumerate(works[: n // 4 : 10])]  # fmt: skip
            decide_all(review, late, stage="full-text", reviewer="Anna")
        for attempt in ("first", "second"):
            begun = time.perf_counter()
            command = [sys.executable, "-m", "slr.cli.main", "prisma", "--review", name, "-q"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            print(f"slr prisma on {n:,} records, {len(works):,} works ({attempt}): {time.perf_counter() - begun:.1f} s")
        size = (folder / "outputs/prisma.html").stat().st_size / 1e6
        print(f"prisma.html: {size:.0f} MB; goal for 100,000 records: under 10 s")


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:]]
    random_reviews(numbers[0] if numbers else 1_000)
    large(numbers[1] if len(numbers) > 1 else 100_000)


if __name__ == "__main__":
    main()
