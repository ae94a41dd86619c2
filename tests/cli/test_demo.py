"""The demo: the 12 studies of the report, offline, the same bytes whenever and however often it is run."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

from tests.cli.support import Terminal, ended, process, terminal

__all__ = ["terminal"]

STEADY = ("works.csv", "matrix.csv", "matrix.svg", "prisma.json", "prisma.csv", "prisma.svg", "prisma.png")
EVERY = (
    *STEADY, "records.csv", "search_report.md", "search_report.html", "term_contribution.csv", "overlap.svg",
    "years.svg", "citations.svg", "citations.html", "citation_report.md",
)  # fmt: skip


def outputs(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    return {name: (folder / "outputs" / name).read_bytes() for name in names}


def decisions(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "outputs/decisions").rglob("*") if p.is_file()}


def test_it_includes_the_12_studies_and_names_the_files_to_look_at(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    said = terminal("demo", folder)
    assert said.code == 0
    assert json.loads((folder / "outputs/prisma.json").read_text("utf-8"))["boxes"]["new_studies"] == 12
    assert said.out.count("\n  found   ") == 12
    named = [line.split()[0] for line in said.out.partition("Look at:")[2].splitlines() if line.startswith("  ")]
    assert len(named) >= 5 and all(Path(name).is_file() for name in named)


def test_running_it_again_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal("demo", tmp_path / "demo")
    before = outputs(tmp_path / "demo", EVERY)
    logs = decisions(tmp_path / "demo")
    said = terminal("demo", tmp_path / "demo")
    assert said.code == 0
    assert outputs(tmp_path / "demo", EVERY) == before
    assert decisions(tmp_path / "demo") == logs


def test_killed_at_random_moments_and_run_again_it_ends_the_same(tmp_path: Path) -> None:
    whole, rng = tmp_path / "whole", random.Random(4)
    assert ended(process("demo", whole, "-q")).code == 0
    kills = 0
    for n in range(3):
        folder = tmp_path / f"killed-{n}"
        for seconds in (rng.uniform(0.7, 2.5), rng.uniform(0.7, 2.0)):
            running = process("demo", folder, "-q")
            try:
                running.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                running.kill()
                kills += 1
            running.communicate()
        said = ended(process("demo", folder, "-q"))
        assert said.code == 0, said
        assert outputs(folder, STEADY) == outputs(whole, STEADY)
    assert kills >= 3
