"""Citation searching on five screened reviews: what half of the included works lead to, and how many requests it takes.

Each review's works are served by a local server that behaves like OpenAlex, and lie as snapshot files. Half of the
included works (seeded) are taken as found and included; rounds follow them both ways; what the review's labels include
of the returned works is included, everything else excluded. Goals: every citation inside the data is found; requests at
most 1.1 x the lower bound. The lower bound counts, per round: a page for every 100 works that were not known and have
to be described, and per 100 seeds the pages of the works that cite them, at least one.

To compare: from 3 random included works, both ways through the review's own records to the end, the part of the
included works that is reached, mean of 20 draws. Last: 500 seeds with 40 references each, own work and memory.

Run: python benchmarks/snowball.py [--only NAME] [--draws N] [--seeds N]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.citing import labels, numbers, screen, take_in
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import REVIEW, lay_out, reviewing
from tests.support.works import REVIEWS, made_work, works_of

from slr.cli.citations import take_in as match_and_group
from slr.cli.citations import write_citations
from slr.review import Review
from slr.snowball.graph import graph
from slr.snowball.stage import Terms, snowball
from slr.store import citations, records, works

SEED = 20261123
TERMS = Terms(max_new=None)


@dataclass
class Found:
    """What the rounds of one review gave."""

    seeds: int
    others: int
    reached: tuple[int, ...]
    inside: int
    inside_found: int
    requests: int
    bound: int
    seconds: float


def _references(work: Mapping[str, Any]) -> set[str]:
    return {url.rpartition("/")[2] for url in work.get("referenced_works") or ()}


def follow(review: Review, data: Mapping[str, Any], kept: Mapping[str, bool], server: OpenAlexServer | None) -> Found:
    """Two rounds from half of the included works."""
    included = sorted(number for number, yes in kept.items() if yes and number in data)
    seeds = random.Random(SEED).sample(included, len(included) // 2)
    take_in(review, [data[number] for number in seeds])
    screen(review, [f"openalex:{number}" for number in seeds])
    there, reached, asked, bound, start = set(seeds), [], list(seeds), 0, time.perf_counter()
    inside: set[tuple[str, str]] = set()
    sent = len(server.requests) if server else 0
    looked_up: set[str] = set()
    for _round in range(2):
        bound += _bound(data, asked, there, looked_up)
        snowball(review, TERMS).whole()
        match_and_group(review)
        for seed in asked:
            inside |= {(seed, other) for other in _references(data[seed]) if other in data}
            inside |= {(other, seed) for other in data if seed in _references(data[other])}
        now = numbers(review) | set(seeds)
        fresh = [number for number in included if number in now and number not in there]
        screen(review, _works(review, fresh), _works(review, now - set(included) - there))
        there |= now
        asked = fresh
        reached.append(sum(number in there for number in included) - len(seeds))
    told = {(link.citing, link.cited) for link in citations.links(review.store.db)}
    requests = len(server.requests) - sent if server else 0
    return Found(len(seeds), len(included) - len(seeds), tuple(reached), len(inside), len(inside & told),
                 requests, bound, time.perf_counter() - start)  # fmt: skip


def _bound(data: Mapping[str, Any], asked: Sequence[str], there: set[str], looked_up: set[str]) -> int:
    """The fewest requests that a round can do with, of 100 works each."""
    if not asked:
        return 0
    cited = set().union(*(_references(data[number]) for number in asked)) - there - looked_up
    looked_up |= cited
    batches = [sorted(asked)[i : i + 100] for i in range(0, len(asked), 100)]
    citing = [sum(bool(_references(work) & set(some)) for work in data.values()) for some in batches]
    return -(-len(cited) // 100) + sum(max(1, -(-n // 100)) for n in citing)


def _works(review: Review, found: Sequence[str] | set[str]) -> list[str]:
    wanted, work_of = set(found), works.memberships(review.store.db)
    return sorted({
        work_of[r.record_id] for r in records.bibliography(review.store.db)
        if r.ids.get("openalex") in wanted and r.record_id in work_of
    })  # fmt: skip


def draws(review: Review, data: Mapping[str, Any], kept: Mapping[str, bool], n: int) -> tuple[float, float]:
    """The mean part of the included works reached from 3 of them: through all records, through included ones only."""
    take_in(review, data.values(), "rest")
    match_and_group(review)
    work_of = works.memberships(review.store.db)
    called = {r.ids["openalex"]: work_of[r.record_id] for r in records.bibliography(review.store.db)}
    included = sorted({called[number] for number, yes in kept.items() if yes and number in called})
    near: dict[str, set[str]] = {}
    for citing, cited in graph(review).edges():
        near.setdefault(citing, set()).add(cited)
        near.setdefault(cited, set()).add(citing)
    rng, whole, inside = random.Random(SEED), 0.0, 0.0
    for _ in range(n):
        seeds = rng.sample(included, 3)
        whole += len(_reached(near, seeds, None) & set(included)) / len(included)
        inside += len(_reached(near, seeds, set(included)) & set(included)) / len(included)
    return whole / n, inside / n


def _reached(near: Mapping[str, set[str]], seeds: Sequence[str], only: set[str] | None) -> set[str]:
    reached, left = set(seeds), list(seeds)
    while left:
        one = left.pop()
        if only is None or one in only:
            fresh = near.get(one, set()) - reached
            reached |= fresh
            left += fresh
    return reached


def large(seeds: int, references: int) -> None:
    """Own work of one round: ``seeds`` included works with ``references`` distinct references each."""
    made = [made_work(i, f"Seed study number {i} of skill transfer") for i in range(1, seeds + 1)]
    rest = []
    for i, work in enumerate(made):
        first = 100_000 + i * references
        work["referenced_works"] = [f"https://openalex.org/W{first + j}" for j in range(references)]
        rest += [made_work(first + j, f"Reference {first + j} about firms and clusters {j}", "Some words " * 60)
                 for j in range(references)]  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        OpenAlexServer(made + rest, strict=False) as server,
        reviewing(lay_out(Path(folder), server.url)) as review,
    ):
        take_in(review, made)
        screen(review, [f"openalex:W{i}" for i in range(1, seeds + 1)])
        start, begun = time.thread_time(), time.perf_counter()
        report = snowball(review, TERMS).whole()
        asked = time.thread_time()
        match_and_group(review)
        grouped = time.thread_time()
        write_citations(review)
        drawn, ended = time.thread_time(), time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seeds} x {references} references: {report.new_records:,} records, {report.requests} requests, "
          f"{drawn - start:.1f} s of own work (CPU: asking and keeping {asked - start:.1f} s, matching and grouping "
          f"{grouped - asked:.1f} s, report and picture {drawn - grouped:.1f} s), {ended - begun:.1f} s with the "
          f"server, {memory:,.0f} MB with the server in the same process")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description="Citation searching on five screened reviews.")
    asked.add_argument("--only", action="append")
    asked.add_argument("--draws", type=int, default=20)
    asked.add_argument("--seeds", type=int, default=500)
    given = asked.parse_args()
    print("review         works  included  seeds  others | round 1  round 2 | citations inside  found | requests  bound"
          " | snapshot the same | 20 draws: all records, included only")  # fmt: skip
    for name in given.only or REVIEWS:
        kept, data = labels(name), {work["id"].rpartition("/")[2]: work for work in works_of(name)}
        with tempfile.TemporaryDirectory() as served, tempfile.TemporaryDirectory() as files:
            with (
                OpenAlexServer(data.values(), strict=False) as server,
                reviewing(lay_out(Path(served), server.url)) as review,
            ):
                found = follow(review, data, kept, server)
                served_works = numbers(review)
            with reviewing(lay_out(Path(files), files=list(data.values()), review=REVIEW)) as review:
                follow(review, data, kept, None)
                same = numbers(review) == served_works
        with tempfile.TemporaryDirectory() as empty, reviewing(lay_out(Path(empty))) as review:
            part, inside = draws(review, data, kept, given.draws)
        included = found.seeds + found.others
        print(f"{name:<14} {len(data):5,}  {included:8}  {found.seeds:5}  {found.others:6} | {found.reached[0]:7}  "
              f"{found.reached[1]:7} | {found.inside:16,}  {found.inside_found / found.inside:5.0%} | "
              f"{found.requests:8}  {found.bound:5} | {'yes' if same else 'NO':<17} | {part:.2f}, {inside:.2f}"
              f"   ({found.seconds:.0f} s)", flush=True)  # fmt: skip
    if given.seeds:
        large(given.seeds, 40)


if __name__ == "__main__":
    main()
