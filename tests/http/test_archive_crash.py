"""kill -9 at any moment loses no acknowledged exchange and leaves no line without its body."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from slr.http.archive import Archive

KILLS = 20

WRITER = """
import random, sys
from pathlib import Path
from slr.http.archive import Archive, new_exchange
archive, chance = Archive(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
known = random.Random(0).randbytes(400_000)  # a body that every writer puts again over what is there
while True:
    body = chance.choice([known, known, chance.randbytes(chance.choice([0, 10, 1_000, 60_000, 400_000]))])
    number = archive.next_id("run")
    about = new_exchange(exchange_id=number, run_id="run", source="openalex", url=f"https://example.org/{number}",
                         body=body, fetched_at="2026-11-02T12:00:00Z")
    archive.put(about, body)
    sys.stdout.write(number + "\\n")
    sys.stdout.flush()
"""


def kill_at_random(root: Path, seed: int) -> list[str]:
    """Start a writer, kill it some thousandths of a second after it began, and give what it acknowledged."""
    chance = random.Random(seed)
    command = [sys.executable, "-c", WRITER, str(root), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        told = os.read(writer.stdout.fileno(), 65_536)  # it has begun
        moment = chance.uniform(0, 0.02)
        while moment > 0 and select.select([writer.stdout], [], [], moment)[0]:
            told += os.read(writer.stdout.fileno(), 65_536)
            moment -= 0.004
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.stdout.read()
    return told.decode().splitlines()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and select on pipes are POSIX's")
def test_killed_writers_lose_nothing_they_acknowledged_and_leave_no_line_without_its_body(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for seed in range(KILLS):
        acknowledged += kill_at_random(tmp_path, seed)
        archive = Archive(tmp_path)
        kept = archive.exchanges("run")
        for one in kept[-60:]:
            archive.body(one)  # raises unless it is there and whole
        # The last one may have been written and not yet acknowledged.
        assert [one.exchange_id for one in kept if one.exchange_id in set(acknowledged)] == acknowledged
        assert len(kept) <= len(acknowledged) + seed + 1
    assert len(acknowledged) >= KILLS
    assert [one.exchange_id for one in kept] == [f"run-{n:06d}" for n in range(1, len(kept) + 1)]
