"""Killed (SIGKILL) at any moment, freezing, updating and archiving lose nothing and end the same when run again."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

from slr.store import updates
from tests.cli.support import ended, process
from tests.support.openalex_server import OpenAlexServer
from tests.update.reviewed import begun, days_after, new_works, pointed_at, small


def killed(rng: random.Random, longest: float, *argv: object) -> bool:
    """Start the command and kill it; False if it was done before."""
    running = process(*argv)
    try:
        running.wait(timeout=rng.uniform(0.3, longest))
    except subprocess.TimeoutExpired:
        running.kill()
    running.communicate()
    return running.returncode < 0


def found(folder: Path) -> list[tuple[str, str, Any]]:
    """What the first update of a review found."""
    with days_after(folder, 99) as review:
        update = updates.every(review.store.db)[0]
        assert update.finished_at
        vague = ("search",)  # names a search by its time
        return [(f.kind, f.subject, {k: v for k, v in f.detail.items() if k not in vague})
                for f in updates.findings(review.store.db, update.update_id)]  # fmt: skip


def test_an_update_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    rng, kills = random.Random(3), 0
    works = small()[1:] + new_works(3)
    with begun(tmp_path / "pristine") as pristine, OpenAlexServer(works, most_per_page=4) as there:
        pointed_at(pristine, there)
        whole = Path(shutil.copytree(pristine, tmp_path / "whole"))
        assert ended(process("update", "--review", whole, "-q")).code == 0
        folder = Path(shutil.copytree(pristine, tmp_path / "killed"))
        kills += sum(killed(rng, 1.6, "update", "--review", folder, "-q") for _ in range(4))
        said = ended(process("update", "--review", folder, "-q"))
        assert said.code == 0, said
        assert found(folder) == found(whole)
        assert (folder / "outputs/update_report.md").exists()
    assert kills >= 2


def test_freezing_and_archiving_killed_at_random_moments_leave_all_or_nothing(tmp_path: Path) -> None:
    rng, kills = random.Random(4), 0
    with begun(tmp_path / "review") as folder:
        for n in range(2):
            kills += killed(rng, 1.0, "freeze", f"k{n}", "--review", folder)
            kills += killed(rng, 2.0, "archive", tmp_path / f"{n}.zip", "--review", folder)
            if (tmp_path / f"{n}.zip").exists():
                assert ended(process("verify", tmp_path / f"{n}.zip")).code == 0
        for n in range(2):
            said = ended(process("freeze", f"k{n}", "--review", folder))
            assert said.code == 0 or "already" in said.err
        listed = json.loads(ended(process("versions", "--json", "--review", folder)).out)
        assert [one["problems"] for one in listed] == [[]] * 3
    assert kills >= 2
