"""Decisions that were acknowledged survive ``kill -9`` of the real process."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from slr.screening.decisions import chain_hash, read_logs, write_logs
from tests.screening.test_decisions import TWO, lines, stored
from tests.support.imported import opened, settle, take

LOOP = """
import sys
from pathlib import Path
from slr.screening.decisions import decide
from tests.support.imported import opened, work_ids
with opened(Path(sys.argv[1])) as review:
    works = work_ids(review)
    n = 0
    while True:
        n += 1
        made = decide(review, works[n % len(works)], ("include", "exclude")[n // 3 % 2], stage="title-abstract",
                      reviewer=("Anna", "Žofie")[n % 2], note="x" * (n % 7) * 500)
        print(made.hash, flush=True)
"""


def test_every_decision_that_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    rng = random.Random(20261123)
    with opened(tmp_path) as review:
        take(review, TWO, "EBSCO")
        settle(review)
    acknowledged: list[str] = []
    for _ in range(15):
        command = [sys.executable, "-c", LOOP, str(tmp_path)]
        root = Path(__file__).resolve().parents[2]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout and process.stderr
            said = [process.stdout.readline() for _ in range(rng.randrange(1, 12))]
            for _ in range(rng.randrange(100_000)):
                pass  # to meet it at another moment of its work
            process.send_signal(signal.SIGKILL)
            said += process.stdout.readlines()
            assert process.stderr.read() == ""
        acknowledged += [line.strip() for line in said if len(line) == 65]
        db = sqlite3.connect(tmp_path / "outputs/review.sqlite")
        assert set(acknowledged) <= {row[0] for row in db.execute("SELECT hash FROM decision")}
        db.close()
    assert len(acknowledged) >= 30
    with opened(tmp_path) as review:
        assert read_logs(review) == 0
        write_logs(review)
        for reviewer in ("Anna", "Žofie"):
            found = lines(review, reviewer)
            assert found == stored(review, reviewer)
            assert [line["prev"] for line in found] == ["0" * 64, *(line["hash"] for line in found[:-1])]
            assert all(chain_hash(line) == line["hash"] for line in found)
        assert set(acknowledged) <= {line["hash"] for r in ("Anna", "Žofie") for line in lines(review, r)}
