"""The real process killed (SIGKILL) at random moments, then run to its end, beside an undisturbed one.

Goal: no difference in any output, byte for byte; at most one request repeated a kill (the one that was under way).

Run: python benchmarks/kill.py [kills of each kind]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.kills import OUTPUTS, driving, survive
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, lay_out

HITS, PAGE, FILE_HITS = 400, 20, 1_500
KINDS = (
    ("search, API", True, False, "search"),
    ("search, files", False, True, "search"),
    ("slr run, both", True, True, "run"),
)


def killed(kind: str, api: bool, files: bool, what: str, kills: int) -> str:
    begun = time.perf_counter()
    server = OpenAlexServer(corpus(HITS), most_per_page=PAGE, daily_credits=10**9) if api else None
    with tempfile.TemporaryDirectory() as name, server or nullcontext(), driving() as driver:
        works = corpus(HITS if api else FILE_HITS) if files else None
        pristine = lay_out(Path(name, "pristine"), server.url if server else None, files=works)
        toll = survive(driver, pristine, Path(name), kills, random.Random(kind), what)
    repeated = str(len(server.requests) - (toll.reviews + 1) * HITS // PAGE) if server else "–"
    seconds = time.perf_counter() - begun
    return f"{kind:<15}{toll.kills:>7}{toll.reviews:>10}{len(toll.differences):>13}{repeated:>19}{seconds:>9.0f} s"


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"{'':<15}{'kills':>7}{'resumed':>10}{'differences':>13}{'requests repeated':>19}{'time':>11}")
    for kind in KINDS:
        print(killed(*kind, kills), flush=True)
    print(
        f"resumed: reviews that were then run to their end; differences: among {len(OUTPUTS)} outputs of each; goal 0"
    )


if __name__ == "__main__":
    main()
