"""Term contribution and the whole search report on 10,000 and 100,000 works of a matrix of 60 × 22.

Goals: contribution of 100,000 works under 5 s; 'slr report' on 100,000 records under 60 s and 1 GB.

Run: python benchmarks/report.py [sizes…]
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from slr.config import write_starter
from slr.model import CompiledQuery, Record
from slr.report import contribution
from slr.report.contribution import Axes
from slr.review import Review, open_review
from slr.screening.decisions import Ruling, decide_all
from slr.search.attribution import attribute
from slr.store import records, runs, works
from slr.store.connection import Connection
from slr.store.runs import Run
from slr.store.works import Assignment

SIZES = (60, 22)
SOURCES = ("openalex", "EBSCO: Business Source Complete", "Scopus", "Web of Science")
AT = "2026-11-23T09:30:00Z"


def found(rng: random.Random) -> Axes:
    """Phrases of a made-up record: a few of each axis, the first ones the most often."""
    return tuple(
        tuple(sorted({min(size - 1, int(rng.expovariate(4 / size))) for _ in range(rng.randint(1, 5))}))
        for size in SIZES
    )


def contributed(n: int) -> float:
    """Processor seconds for every table of the section and the file, over ``n`` works of one to three records."""
    rng = random.Random(7)
    made = [([found(rng) for _ in range(rng.randint(1, 3))], rng.random() < 0.005) for _ in range(n)]
    begun = time.process_time()
    weights = contribution.weights(made)
    shares = contribution.by_phrase(weights, SIZES)
    contribution.by_group(weights, 0, [set(range(k, 60, 12)) for k in range(12)])
    contribution.by_cell(weights)
    contribution.kept(weights, contribution.smaller(weights, shares))
    return time.process_time() - begun


def filled(folder: Path, n: int) -> None:
    """A review whose store holds ``n`` records of four sources, each work in two of them, one in 200 included."""
    write_starter(folder, "report")
    review = open_review(folder, clock=lambda: datetime(2026, 11, 23, tzinfo=UTC), environ={})
    rng = random.Random(7)
    with review.store.writing() as db:
        for number, source in enumerate(SOURCES):
            run = Run(f"import-{number}", "import", AT, AT, "complete", "-", review.matrix_hash(False), False, "0.1.0")
            runs.begin(db, run)
            runs.add_queries(db, run.run_id, [CompiledQuery(source, 1, 1, "made up", url="", url_bytes=0)])
            query = runs.queries(db, run.run_id)[0].query_id
            mine = [record(i, source, texts(review, rng)) for i in range(n // 2) if source in held_by(i)]
            records.add(db, query, mine, positions=range(len(mine)), first_rank=1, exchange_id=None)
        together(db, n // 2)
    attribute(review)
    include(review, n // 2)
    review.store.close()


def held_by(i: int) -> tuple[str, str]:
    """The two sources of a work."""
    return SOURCES[i % 4], SOURCES[(i % 4 + 1 + i // 4 % 3) % 4]


def texts(review: Review, rng: random.Random) -> Sequence[str]:
    """The phrases of a made-up record, as its abstract has them."""
    axes = review.matrix(False).axes
    return [axis.phrases[n].text for axis, held in zip(axes, found(rng), strict=True) for n in held]


def record(i: int, source: str, phrases: Sequence[str]) -> Record:
    return Record(
        f"{source}:{i}", source, f"A study, part {i}", (f"Family{i % 977}, A.",), 1990 + i % 35,
        f"Journal {i % 300}", abstract=" and a word. ".join([*phrases, "and more words " * 60]), type="article",
    )  # fmt: skip


def together(db: Connection, n: int) -> None:
    of_work = {i: [f"{source}:{i}" for source in held_by(i)] for i in range(n)}
    works.found(db, (ids[0] for ids in of_work.values()), AT)
    placed = ((r, ids[0]) for ids in of_work.values() for r in ids)
    works.assign(db, (Assignment(r, works.work_id_of(f), "made", 1.0) for r, f in placed), who="benchmark", at=AT)


def include(review: Review, n: int) -> None:
    """Two reviewers include one work in 200 at both stages, and exclude the first tenth of the others."""
    named = [works.work_id_of(f"{held_by(i)[0]}:{i}") for i in range(n)]
    chosen = [Ruling(work, "include", None, None) for work in named[::200]]
    others = [Ruling(work, "exclude", None, None) for i, work in enumerate(named[: n // 10]) if i % 200]
    for reviewer in ("A", "B"):
        decide_all(review, [*chosen, *others], stage="title-abstract", reviewer=reviewer)
        decide_all(review, chosen, stage="full-text", reviewer=reviewer)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    print(f"{'works':>9}{'contribution':>14}{'records':>10}{'slr report':>12}{'peak MB':>9}{'page kB':>9}")
    for n in sizes:
        seconds = contributed(n)
        with tempfile.TemporaryDirectory() as name:
            filled(Path(name), n)
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-m", "slr.cli.main", "report", "--review", name, "-q"], check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
            whole = time.perf_counter() - begun
            page = (Path(name) / "outputs/search_report.html").stat().st_size / 1000
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{n:>9,}{seconds:>13.2f}s{n:>10,}{whole:>11.1f}s{peak:>9,.0f}{page:>9,.0f}")
    print("goals: contribution of 100,000 works under 5 s; the report on 100,000 records under 60 s and 1,024 MB")


if __name__ == "__main__":
    main()
