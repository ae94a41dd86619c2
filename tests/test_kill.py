"""A process killed (SIGKILL) at any moment loses nothing that was acknowledged, and running it again completes it."""

from __future__ import annotations

import random
from pathlib import Path

from tests.support.kills import driving, survive
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, lay_out

KILLS = 12
HITS, PAGE = 400, 20


def test_a_search_of_an_api_killed_at_random_moments_ends_as_an_undisturbed_one_and_repeats_a_request_a_kill_at_most(
    tmp_path: Path,
) -> None:
    with OpenAlexServer(corpus(HITS), most_per_page=PAGE) as server, driving() as driver:
        pristine = lay_out(tmp_path / "pristine", server.url)
        toll = survive(driver, pristine, tmp_path, KILLS, random.Random(1), "search")
        repeated = len(server.requests) - (toll.reviews + 1) * HITS // PAGE
    assert toll.differences == ()
    assert toll.kills >= KILLS
    assert repeated <= toll.kills


def test_a_search_of_snapshot_files_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    with driving() as driver:
        pristine = lay_out(tmp_path / "pristine", files=corpus(1_500))
        toll = survive(driver, pristine, tmp_path, KILLS, random.Random(2), "search")
    assert toll.differences == ()
    assert toll.kills >= KILLS


def test_a_whole_run_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    with OpenAlexServer(corpus(HITS), most_per_page=PAGE) as server, driving() as driver:
        pristine = lay_out(tmp_path / "pristine", server.url, files=corpus(HITS))
        toll = survive(driver, pristine, tmp_path, KILLS, random.Random(3))
    assert toll.differences == ()
    assert toll.kills >= KILLS
