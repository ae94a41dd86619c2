"""Killing the real process at random moments, and running it again until it is done."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTPUTS = (
    "records.csv", "works.csv", "matrix.csv", "matrix.svg",
    "prisma.json", "prisma.csv", "prisma.svg", "prisma.html", "search_report.md", "search_report.html",
    "term_contribution.csv", "overlap.svg", "years.svg",
)  # fmt: skip


@dataclass
class Toll:
    """``reviews`` that were worked through, ``kills`` that met a working process, outputs that differed afterwards."""

    reviews: int = 0
    kills: int = 0
    differences: tuple[str, ...] = ()


class Driver:
    """Starts processes of ``tests.support.drive`` one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin and process.stdout
        self.ask, self.told = process.stdin, process.stdout

    def finish(self, folder: Path, what: str = "run") -> float:
        """Run to the end undisturbed; returns its seconds."""
        self._begin(folder, what)
        begun = time.monotonic()
        assert int(self.told.readline()) == 0
        return time.monotonic() - begun

    def kill(self, folder: Path, what: str, seconds: float) -> bool:
        """Kill the process after so many seconds; False if it was done before."""
        pid = self._begin(folder, what)
        if not select.select([self.told], [], [], seconds)[0]:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(pid, signal.SIGKILL)
        code = int(self.told.readline())
        assert code in (0, -signal.SIGKILL)
        return code != 0

    def _begin(self, folder: Path, what: str) -> int:
        self.ask.write(f"{folder}\t{what}\n")
        self.ask.flush()
        return int(self.told.readline())


@contextmanager
def driving() -> Iterator[Driver]:
    command = [sys.executable, "-m", "tests.support.drive"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        yield Driver(process)


def survive(
    driver: Driver, pristine: Path, work: Path, kills: int, rng: random.Random, what: str = "run", each: int = 4
) -> Toll:
    """Work through copies of ``pristine``, killed ``each`` times each, until ``kills`` kills have met their aim.

    Every copy is then run to its end, and what it wrote compared with what an undisturbed run wrote, byte for byte.
    """
    expected = work / "undisturbed"
    shutil.copytree(pristine, expected)
    longest = driver.finish(expected, what)
    driver.finish(expected)
    toll = Toll()
    while toll.kills < kills:
        folder = work / f"killed-{toll.reviews}"
        shutil.copytree(pristine, folder)
        times = [rng.uniform(0, longest * 0.8) for _ in range(min(each, kills - toll.kills))]
        toll.kills += sum(driver.kill(folder, what, seconds) for seconds in times)
        toll.reviews += 1
        driver.finish(folder)
        toll.differences += tuple(f"{folder.name}/{name}" for name in OUTPUTS if _differs(expected, folder, name))
    return toll


def _differs(one: Path, other: Path, name: str) -> bool:
    return _content(one / "outputs" / name) != _content(other / "outputs" / name)


def _content(path: Path) -> bytes | None:
    """None where a review has no such output: a single source overlaps with none."""
    return path.read_bytes() if path.exists() else None
