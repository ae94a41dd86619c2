"""``slr snowball`` killed at random moments and run again ends as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path

from slr.snowball.rounds import rounds
from slr.store import citations
from tests.cli.support import ended, process
from tests.snowball.test_stage import address
from tests.support.citing import numbers, screen, take_in
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing
from tests.support.works import made_work

SEEDS, EACH = 30, 40


def test_killed_again_and_again_a_round_ends_the_same_and_asks_nothing_twice_whose_reply_was_kept(
    tmp_path: Path,
) -> None:
    seeds = [
        made_work(i, f"Seed number {i} of many", referenced_works=address(*range(100 * i, 100 * i + EACH)))
        for i in range(1, SEEDS + 1)
    ]
    rest = [
        made_work(100 * i + j, f"Reference {100 * i + j} of a seed") for i in range(1, SEEDS + 1) for j in range(EACH)
    ]
    citing = [made_work(90_000 + i, f"Citing number {i}", referenced_works=address(1 + i % SEEDS)) for i in range(600)]
    rng = random.Random(5)
    with OpenAlexServer([*seeds, *rest, *citing], strict=False, most_per_page=25) as server:
        folder = lay_out(tmp_path, server.url)
        with reviewing(folder) as review:
            take_in(review, seeds)
            screen(review, [f"openalex:W{i}" for i in range(1, SEEDS + 1)])
        kills = 0
        for _ in range(12):
            running = process("snowball", "-q", "--review", folder)
            try:
                running.wait(timeout=rng.uniform(0.5, 1.6))
            except subprocess.TimeoutExpired:
                running.kill()
                kills += 1
            running.communicate()
            if running.returncode == 0:
                break
        assert kills
        assert ended(process("snowball", "-q", "--review", folder)).code == 0
        asked = Counter(a.target for a in server.requests if a.status == 200)
    with reviewing(folder) as review:
        assert len(numbers(review)) == SEEDS * EACH + 600
        assert len(list(citations.links(review.store.db))) == SEEDS * EACH + 600
        assert len(rounds(review)) == 1 and rounds(review)[0].run.status == "complete"
        kept = len(review.archive.exchanges(rounds(review)[0].round.run_id))
    assert kept == len(asked), "no reply was kept twice"
    assert asked.total() - len(asked) <= kills, "asked twice is at most what was under way when it was killed"
