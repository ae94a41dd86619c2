"""``slr --help`` beside ``python -c "import typer"``: whole processes, in turn. Goal: at most 1.5 times.

Run: python benchmarks/startup.py
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time

RUNS = 25


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    slr = shutil.which("slr") or sys.exit("install slr first: pip install -e .")
    ours, peer = [slr, "--help"], [sys.executable, "-c", "import typer"]
    for command in (ours, peer):
        seconds(command)
    pairs = [(seconds(ours), seconds(peer)) for _ in range(RUNS)]
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"slr --help       {statistics.median(a for a, _ in pairs) * 1000:7.1f} ms (median of {RUNS})")
    print(f"import typer     {statistics.median(b for _, b in pairs) * 1000:7.1f} ms")
    print(f"ratio            {ratio:7.2f}    goal: at most 1.5")


if __name__ == "__main__":
    main()
