"""What waits for whom at a stage, fast and slow alike."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.errors import UserError
from slr.screening.decisions import plan, resolve, undo
from slr.screening.desk import desk, desks, sample, shared_out, tally, waiting
from slr.screening.logs import write_logs
from slr.store import works as store_works
from slr.store.works import Assignment
from tests.support.imported import REVIEW, entry, take
from tests.support.screened import LAST, STAGE, says, screening


def test_a_work_waits_for_as_many_as_the_stage_asks_for_and_for_nobody_twice(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        assert waiting(review, STAGE, "Anna") == sorted(works)
        says(review, "Anna", works[0], "include")
        assert works[0] not in waiting(review, STAGE, "Anna") and works[0] in waiting(review, STAGE, "Ben")
        says(review, "Ben", works[0], "exclude")
        assert works[0] not in waiting(review, STAGE, "Carl")
        assert desk(review, STAGE).conflicts() == [works[0]]


def test_only_what_the_stage_before_includes_reaches_full_text(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        for who in ("Anna", "Ben"):
            says(review, who, works[0], "include")
            says(review, who, works[1], "exclude")
        says(review, "Anna", works[2], "include")
        says(review, "Ben", works[2], "exclude")
        assert waiting(review, LAST, "Anna") == [works[0]]
        resolve(review, works[2], "include", stage=STAGE, reviewer="Carl")
        assert waiting(review, LAST, "Anna") == sorted([works[0], works[2]])


def test_works_that_were_assigned_wait_for_those_alone_and_a_later_plan_of_the_same_planner_counts(
    tmp_path: Path,
) -> None:
    with screening(tmp_path) as (review, works):
        plan(review, "assignment", stage=STAGE, reviewer="Anna", work_ids=works[:2], to=("Ben",))
        assert waiting(review, STAGE, "Carl") == works[2:] and waiting(review, STAGE, "Ben") == works
        plan(review, "assignment", stage=STAGE, reviewer="Anna", work_ids=works[:1], to=("Carl",))
        assert waiting(review, STAGE, "Carl") == sorted([works[0], *works[2:]])
        plan(review, "assignment", stage=STAGE, reviewer="Ben", work_ids=works[:1], to=("Ben",))
        assert works[0] in waiting(review, STAGE, "Ben") and works[0] in waiting(review, STAGE, "Carl")


def test_a_pilots_works_come_first_and_wait_for_everyone_in_it(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        plan(review, "pilot", stage=STAGE, reviewer="Anna", work_ids=[works[-1]], to=("Anna", "Ben", "Carl"), seed="1")
        assert waiting(review, STAGE, "Carl")[0] == works[-1]
        says(review, "Anna", works[-1], "include")
        says(review, "Ben", works[-1], "include")
        assert waiting(review, STAGE, "Carl")[0] == works[-1] and works[-1] not in waiting(review, STAGE, "Dora")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["include", "exclude", "maybe", "undo", "resolve", "assign", "pilot", "merge"]),
        st.sampled_from(["Anna", "Ben", "Carl"]),
        st.integers(0, 5),
        st.sampled_from([STAGE, LAST]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_the_fast_queue_is_the_slow_one_whatever_was_done(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int, str]]
) -> None:
    with screening(tmp_path_factory.mktemp("review"), 6) as (review, works):
        for act, who, n, stage in acts:
            try:
                if act == "undo":
                    undo(review, reviewer=who)
                elif act == "resolve":
                    resolve(review, works[n], "include", stage=stage, reviewer=who, consensus=True)
                elif act in ("assign", "pilot"):
                    kind = {"assign": "assignment", "pilot": "pilot"}[act]
                    plan(review, kind, stage=stage, reviewer=who, work_ids=works[n : n + 2], to=("Ben", "Carl"))
                elif act == "merge":
                    founder = store_works.founders(review.store.db)[works[n]]
                    moved = Assignment(founder, works[(n + 1) % 6] if who != "Anna" else works[n], "x", 1.0)
                    with review.store.writing() as db:
                        store_works.assign(db, [moved], who="test", at="now")
                else:
                    reason = "off-topic" if act == "exclude" else None
                    says(review, who, works[n], act, stage, reason=reason)
            except UserError:
                pass
        for stage in (STAGE, LAST):
            slow = desk(review, stage)
            for who in ("Anna", "Ben", "Carl", "Dora"):
                assert waiting(review, stage, who) == slow.queue(who)
        write_logs(review)


def test_a_tally_counts_every_work_once(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        for who in ("Anna", "Ben"):
            says(review, who, works[0], "include")
            says(review, who, works[1], "exclude" if who == "Ben" else "include")
        first, last = (tally(review, one) for one in desks(review))
        assert (first.works, first.include, first.conflict, first.waiting, first.resolved) == (4, 1, 1, 2, 0)
        assert first.works == first.include + first.exclude + first.not_retrieved + first.conflict + first.waiting
        assert first.given == {"Anna": 2, "Ben": 2} and first.to_give == {"Anna": 2, "Ben": 2}
        assert last.works == 1


def test_before_grouping_there_is_no_desk(tmp_path: Path) -> None:
    with screening(tmp_path, 1) as (review, _):
        take(review, entry("Another"), "Scopus")
        for ask in (lambda: desk(review, STAGE), lambda: waiting(review, STAGE, "Anna"), lambda: desks(review)):
            with pytest.raises(UserError, match="1 record is not grouped into works yet: run 'slr dedupe'"):
                ask()


def test_a_review_of_one_stage_has_one_desk(tmp_path: Path) -> None:
    text = REVIEW.replace("  - {name: full-text, reviewers: 2}\n", "").replace(", stages: [full-text]", "")
    with screening(tmp_path, review=text) as (review, works):
        assert [one.stage.name for one in desks(review)] == [STAGE] and waiting(review, STAGE, "A") == works


# sampling and sharing out


@given(
    st.sets(st.text("abc", min_size=1, max_size=4), min_size=1), st.integers(1, 10), st.text(max_size=3), st.randoms()
)
def test_a_sample_depends_on_works_size_and_seed_alone(
    works: set[str], size: int, seed: str, rng: random.Random
) -> None:
    shuffled = list(works)
    rng.shuffle(shuffled)
    drawn = sample(shuffled, size, seed)
    assert drawn == sample(sorted(works), size, seed)
    assert len(set(drawn)) == len(drawn) == min(size, len(works)) and set(drawn) <= works


def test_another_seed_draws_another_sample() -> None:
    population = [str(n) for n in range(100)]
    assert len({tuple(sample(population, 10, str(seed))) for seed in range(20)}) == 20


@given(st.integers(0, 60), st.integers(1, 5), st.integers(1, 5), st.text(max_size=3))
def test_everyone_gets_equally_many_and_every_work_its_reviewers(n: int, people: int, each: int, seed: str) -> None:
    names, each = [f"R{i}" for i in range(people)], min(each, people)
    shares = shared_out([f"W{i}" for i in range(n)], names, each, seed)
    works = [work for share in shares.values() for work in share]
    assert sorted(works) == sorted(f"W{i}" for i in range(n))
    assert all(len(set(group)) == each for group in shares)
    load = [sum(len(share) for group, share in shares.items() if name in group) for name in names]
    assert max(load) - min(load) <= 1
