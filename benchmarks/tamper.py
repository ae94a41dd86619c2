"""Tampered logs that the audit finds, and honest ones that it leaves alone.

Goal: all found, the place named; no false alarm.

Run: python benchmarks/tamper.py [how many of each, default 1,000]

Every case is a real review folder: two or three logs that were merged in parts and in any order, sealed on the way. A
tampered one is a copy with one log changed in its file, in the store (by SQL, triggers taken off and put back) or both.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.tampering import WAYS, false_alarms, honest, judged, tamper

SEED = 20261123
COPIES = 6
"""Tamperings of one honest review before the next is made."""


def main(n: int) -> int:
    """Exit code 0 if the goal is met."""
    rng = random.Random(SEED)
    work = Path(tempfile.mkdtemp(prefix="tamper-"))
    begun = time.monotonic()
    made, found, named, alarms, events = Counter[str](), Counter[str](), Counter[str](), 0, 0
    missed: list[object] = []
    for number in range(n):
        review = honest(work / f"honest-{number}", rng)
        alarms += bool(false_alarms(review))
        events += review.store.db.execute("SELECT count(*) FROM decision").fetchone()[0]
        review.close()
        way_first = rng.randrange(len(WAYS))
        for copy in range(COPIES if made.total() < n else 0):
            if made.total() >= n:
                break
            way = WAYS[(way_first + copy) % len(WAYS)]
            folder = work / "tampered"
            done = tamper(work / f"honest-{number}", folder, rng, way)
            if done is not None:
                key = f"{done.way} ({done.where})"
                seen, place = judged(folder, done)
                made[key] += 1
                found[key] += seen
                named[key] += place
                if not (seen and place):
                    missed.append(done)
            shutil.rmtree(folder)
        shutil.rmtree(work / f"honest-{number}")
    print(f"{'tampering':<22}{'made':>6}{'found':>7}{'place named':>13}")
    for key in sorted(made):
        print(f"{key:<22}{made[key]:>6}{found[key]:>7}{named[key]:>13}")
    print(f"{'all':<22}{made.total():>6}{found.total():>7}{named.total():>13}")
    seconds = time.monotonic() - begun
    print(f"honest, merged: {n} reviews, {events} events, {alarms} false alarms; {seconds:.0f} s")
    for one in missed[:10]:
        print("missed:", one)
    return 1 if missed or alarms else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
