"""New records into a review that knows many: 'slr dedupe' after an import of 1,000, split into its parts.

Goal: 1,000 new records into 100,000 known in under 5 seconds.

Run: python benchmarks/dedupe_update.py [known [new]]
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.dedup.known import bring
from tests.support.imported import opened

from corpus import FAMILIES, FILLER
from slr.dedup.stage import dedupe
from slr.merged import merge
from slr.model import Record
from slr.screening import criteria
from slr.store import records

SYLLABLES = "ba co di fu ga ho in ka le mo nu or pa qui re so ta un va wen xi yo zu ter ment ing tion al"
DEFAULTS = ["100000", "1000"]
SOURCES = ("openalex", "scopus", "ebsco", "emerald")


def made(n: int, seed: int = 7) -> Iterator[Record]:
    """``n`` records of four sources; a third describes a publication that another source describes too."""
    rng, words = random.Random(seed), vocabulary()
    shares = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
    earlier: list[Record] = []
    for number in range(n):
        source = SOURCES[number % len(SOURCES)]
        if earlier and rng.random() < 1 / 3:
            one = rng.choice(earlier)
            doi = one.doi if rng.random() < 0.7 else None
            yield replace(one, record_id=f"{source}:{seed}-{number}", source=source, doi=doi, title=one.title.upper())
            continue
        title = " ".join(rng.choices(words, cum_weights=shares, k=9)).capitalize()
        one = _fresh(number, source, title, rng)
        earlier.append(one)
        yield one


def vocabulary(n: int = 30_000) -> list[str]:
    """Words as frequent as Zipf's law has it, as in real titles: few words are in many, most in few."""
    rng = random.Random(1)
    made = ("".join(rng.choices(SYLLABLES.split(), k=rng.randint(2, 5))) for _ in range(n))
    return [*FILLER, *dict.fromkeys(made)]


def _fresh(number: int, source: str, title: str, rng: random.Random) -> Record:
    return Record(
        f"{source}:{rng.getrandbits(48):x}",
        source,
        title,
        tuple(f"{rng.choice(FAMILIES)}{number % 977}, {rng.choice('ABCDE')}." for _ in range(3)),
        rng.randint(1990, 2025),
        f"Journal {rng.randint(1, 300)}",
        str(rng.randint(1, 60)),
        "1",
        f"{number % 900 + 1}-{number % 900 + 20}",
        f"10.5555/slr.{rng.getrandbits(48):x}",
        "article",
        "en",
        " ".join(rng.choices(FILLER, k=150)),
    )


def main() -> None:
    known, new = (int(word) for word in (sys.argv[1:] + DEFAULTS[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name, opened(Path(name)) as review:
        bring(review, list(made(known)), "known")
        print(f"{known:>9,} records grouped at first in {timed(lambda: dedupe(review)):6.1f} s")
        print(f"{'':9} criteria applied in       {timed(lambda: criteria.apply(review)):6.1f} s")
        print(f"{'':9} nothing new, dedupe in    {timed(lambda: dedupe(review)):6.1f} s")
        bring(review, list(made(new, seed=8)), "new")
        print(f"{new:>9,} new ones, dedupe in       {timed(lambda: dedupe(review)):6.1f} s  (goal: under 5 s)")
        print(f"{'':9} all works merged in       {timed(lambda: merge_all(review.store.db)):6.1f} s")


def merge_all(db: object) -> None:
    for _work, members in records.by_work(db):  # type: ignore[arg-type]
        merge(members)


def timed(do: object) -> float:
    """Wall-clock seconds."""
    begun = time.perf_counter()
    do()  # type: ignore[operator]
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
