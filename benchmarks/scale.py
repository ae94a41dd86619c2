"""From the archive to prisma.svg: 'slr search --replay' and 'slr run' on 10,000 and 100,000 records.

Goals: 100,000 records in under 5 minutes and 2 GB on two cores; time a record constant from 10,000 on.

Run: python benchmarks/scale.py [sizes…]
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import requests
from tests.support.openalex_server import OpenAlexServer

from corpus import works
from slr.config import write_starter
from slr.review import Review, open_review
from slr.search.stage import search


def archived(folder: Path, n: int) -> None:
    """A review whose archive holds a search with ``n`` hits, and no store."""
    write_starter(folder, "report")
    with OpenAlexServer(works(n), daily_credits=10**9) as server:
        config = folder / "config/review.yaml"
        text = config.read_text("utf-8").replace("https://api.openalex.org", server.url)
        config.write_text(text.replace("max_records: 100000", f"max_records: {n}"), "utf-8")
        (folder / "config/known.yaml").unlink()
        review = open_review(folder, environ={"OPENALEX_API_KEY": "benchmark"}, sleep=lambda _s: None)
        warm(review)
        report = search(review, variants=True)
        assert not report.problems, report.problems
        review.store.close()
    for name in ("review.sqlite", "review.sqlite-wal", "review.sqlite-shm"):
        (folder / "outputs" / name).unlink(missing_ok=True)


def warm(review: Review) -> None:
    """Let the local server work the search out once: over 100,000 works that takes longer than a client waits."""
    query = review.source("openalex", review.http("warm")).plan(review.request(True)).queries[0]
    requests.get(query.url, timeout=900).raise_for_status()


def timed(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([shutil.which("slr") or "slr", *arguments, "-q"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    print(f"{'records':>9}{'replay':>10}{'run':>10}{'together':>10}{'ms a record':>13}{'peak MB':>9}")
    for n in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            archived(folder, n)
            replay = timed("search", "--replay", "--review", name)
            run = timed("run", "--review", name)
            assert (folder / "outputs/prisma.svg").stat().st_size > 1000
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"{n:>9,}{replay:>9.1f}s{run:>9.1f}s{replay + run:>9.1f}s"
                f"{(replay + run) / n * 1000:>13.3f}{peak:>9,.0f}"
            )
    print("goals: 100,000 records under 300 s and 2,048 MB; ms a record constant")


if __name__ == "__main__":
    main()
