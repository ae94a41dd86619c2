"""Screening at size: the time of a decision, the next work and the status; writing at once; kill -9 while writing.

Goals at 50,000 decisions: the next work in under 100 ms of own work, the status in under 1 s, a decision in a time that
does not grow with the log; 4 processes × 1,000 decisions at once: 4,000 kept, the chains whole; 200 × kill -9 while
writing: no acknowledged decision lost.

Run: python benchmarks/screening.py [decisions, default 50,000] [kills, default 200]
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.imported import REVIEW, lay_out, open_review

from slr.review import Review
from slr.screening import audit
from slr.screening.decisions import Ruling, decide, decide_all, write_logs
from slr.screening.desk import desks, tally, waiting
from slr.screening.logs import log_path
from slr.screening.sheet import Sheets
from slr.store import works
from slr.store.works import Assignment

ROOT = Path(__file__).resolve().parents[1]
STAGE = "title-abstract"
WRITER = """
import sys
from pathlib import Path
from slr.review import open_review
from slr.screening.decisions import decide
review = open_review(Path(sys.argv[1]))
works = [row[0] for row in review.store.db.execute("SELECT work_id FROM work ORDER BY work_id")]
for n in range(int(sys.argv[3])):
    made = decide(review, works[n % len(works)], ("include", "exclude")[n // len(works) % 2], stage="title-abstract",
                  reviewer=sys.argv[2], note="x" * (n % 7) * 100)
    print(made.hash, flush=True)
"""


def review_of(folder: Path, n: int) -> Review:
    """A review of ``n`` works with titles and abstracts, made in the store."""
    review = open_review(lay_out(folder, REVIEW))
    with review.store.writing() as db:
        db.execute("INSERT INTO run VALUES ('r', 'import', 'now', 'now', 'complete', '', '', 0, '0')")
        db.executemany(
            "INSERT INTO record_version (version_id, record_id, content_hash, source, origin, title, authors, year, "
            "abstract, keywords, ids, cites) VALUES (?, ?, '', 's', 'database', ?, '[]', 2004, ?, '[]', '{}', '[]')",
            ((i, f"s:{i}", f"Knowledge transfer {i} in a cluster", "A knowledge transfer between clusters. " * 30)
             for i in range(1, n + 1)),
        )  # fmt: skip
        names = [f"s:{i}" for i in range(1, n + 1)]
        db.executemany("INSERT INTO record_head VALUES (?, ?)", ((name, i) for i, name in enumerate(names, start=1)))
        matrix = review.matrix_hash(False)
        db.executemany("INSERT INTO match VALUES (?, ?, ?, 1, '[[0], [0]]')",
                       ((name, i, matrix) for i, name in enumerate(names, start=1)))  # fmt: skip
        works.found(db, names, "now")
        works.assign(db, (Assignment(r, works.work_id_of(r), "first", 1.0) for r in names), who="b", at="now")
    return review


def best(act: Callable[[], object], times: int = 5) -> float:
    """The shortest of several times of the processor, in milliseconds: own work, whoever else uses the machine."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        act()
        found.append(time.process_time() - begun)
    return min(found) * 1000


def at_size(folder: Path, decisions: int) -> bool:
    n = decisions // 2
    review = review_of(folder, n + 100)
    ids = [row[0] for row in review.store.db.execute("SELECT work_id FROM work ORDER BY work_id")]
    rng = random.Random(1)

    small = best(lambda: decide(review, ids[-1], rng.choice(("include", "exclude")), stage=STAGE, reviewer="Ben"), 20)
    for reviewer in ("Anna", "Ben"):
        rulings = [Ruling(w, "include" if rng.random() < 0.05 else "exclude") for w in ids[:n]]
        begun = time.perf_counter()
        decide_all(review, rulings, stage=STAGE, reviewer=reviewer)
        print(f"{n:,} decisions at once: {time.perf_counter() - begun:.1f} s")
    large = best(lambda: decide(review, ids[-1], rng.choice(("include", "exclude")), stage=STAGE, reviewer="Ben"), 20)
    size = log_path(review, "Ben").stat().st_size
    review.close()
    command = [sys.executable, __file__, "--times", str(folder)]
    first, after, status, whole = map(float, subprocess.check_output(command, text=True).split())
    print(f"one decision, empty log {small:8.1f} ms; log of {n:,} lines ({size / 1e6:.0f} MB) {large:8.1f} ms")
    print(f"next, first of a sitting{first:8.1f} ms; each one after it {after:8.1f} ms   (goal < 100)")
    print(f"status                  {status:8.1f} ms   (goal < 1,000)")
    print(f"audit verify            {whole:8.1f} ms")
    return max(first, after) < 100 and status < 1000 and large < max(4 * small, 20)


def times(folder: Path) -> None:
    """Prints, in a process of its own as commands are, the times of what they do beside starting."""
    review = open_review(folder)
    work = waiting(review, STAGE, "Anna")[0]
    sheets = Sheets(review, STAGE, "Anna")

    def following() -> None:
        sheets.still_waits(work)
        sheets.sheet(work)

    first = best(lambda: Sheets(review, STAGE, "Anna").sheet(waiting(review, STAGE, "Anna")[0]))
    status = best(lambda: [tally(review, one) for one in desks(review)])
    print(first, best(following, 20), status, best(lambda: audit.verify(review), 1))
    review.close()


def at_once(folder: Path, each: int = 1000) -> bool:
    review_of(folder, 300).close()
    names = ("Anna", "Anna", "Ben", "Carl")
    begun = time.perf_counter()
    running = [_writer(folder, name, each) for name in names]
    said = [line for process in running for line in process.communicate(timeout=1200)[0].split()]
    review = open_review(folder)
    kept = {row[0] for row in review.store.db.execute("SELECT hash FROM decision")}
    write_logs(review)
    found = audit.verify(review).found
    review.close()
    seconds = time.perf_counter() - begun
    print(f"4 processes × {each:,} at once, two for one reviewer: {len(said):,} said, {len(kept & set(said)):,} kept, "
          f"{len(found)} audit findings; {seconds:.0f} s")  # fmt: skip
    return len(said) == 4 * each and set(said) <= kept and not found


def _writer(folder: Path, name: str, n: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, str(n)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed(folder: Path, kills: int) -> bool:
    review_of(folder, 50).close()
    rng = random.Random(20261123)
    said: list[str] = []
    for _ in range(kills):
        process = _writer(folder, rng.choice(("Anna", "Žofie")), 10_000)
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(rng.randrange(1, 12))]
        for _ in range(rng.randrange(200_000)):
            pass  # to meet it at another moment of its work
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        said += [line.strip() for line in lines if len(line) == 65]
    review = open_review(folder)
    kept = {row[0] for row in review.store.db.execute("SELECT hash FROM decision")}
    write_logs(review)
    found = audit.verify(review).found
    review.close()
    print(f"{kills} × kill -9: {len(said):,} acknowledged, {len(set(said) - kept)} lost, {len(found)} audit findings")
    return set(said) <= kept and not found


def main() -> int:
    if sys.argv[1:2] == ["--times"]:
        times(Path(sys.argv[2]))
        return 0
    decisions = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        met = [at_size(Path(name, "size"), decisions), at_once(Path(name, "once")), killed(Path(name, "kill"), kills)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
