"""Taking back, resolving, planning: appended, checked, and judged from the log alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup.stage import dedupe
from slr.errors import NotFound, UserError
from slr.review import Review
from slr.screening.decisions import plan, resolve, undo
from slr.screening.logs import read_logs, write_logs
from slr.store import decisions as log
from slr.verdicts import Judgement, independent, judged, standing
from tests.support.imported import REVIEW, entry, take
from tests.support.screened import LAST, STAGE, says, screening


def judgement(review: Review, work: str, stage: str = STAGE, needed: int = 2) -> Judgement:
    return judged(log.votes_on(review.store.db, work, stage, review.config.maybe[stage]), needed)


def test_a_decision_taken_back_leaves_what_was_before_it(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Anna", works[0], "exclude", reason="off-topic")
        undo(review, reviewer="Anna")
        assert [(v.verdict, v.reason) for v in log.verdicts(review.store.db)] == [("include", None)]
        undo(review, reviewer="Anna")
        assert log.verdicts(review.store.db) == []
        with pytest.raises(NotFound, match="'Anna' has no decision that could be taken back"):
            undo(review, reviewer="Anna")
        assert [e.kind for e in log.log(review.store.db, "Anna")] == ["vote", "vote", "undo", "undo"]
        assert read_logs(review) == 0


def test_taken_back_and_decided_again_is_as_if_nothing_had_been_taken_back(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Anna", works[1], "exclude")
        before = [(v.work_id, v.verdict, v.reason, v.note) for v in log.verdicts(review.store.db)]
        undo(review, reviewer="Anna", work=works[0])
        says(review, "Anna", works[0], "include")
        assert [(v.work_id, v.verdict, v.reason, v.note) for v in log.verdicts(review.store.db)] == before


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["include", "exclude", "maybe", "undo", "undo first"]), max_size=12))
def test_what_stands_in_the_store_is_what_the_log_alone_gives(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    with screening(tmp_path_factory.mktemp("review"), 2) as (review, works):
        for n, act in enumerate(acts):
            try:
                if act.startswith("undo"):
                    undo(review, reviewer="Anna", work=works[0] if act == "undo first" else None)
                else:
                    says(review, "Anna", works[n % 2], act)
            except NotFound:
                pass
        events = list(log.log(review.store.db, "Anna"))
        true = {(e.work_id, e.stage, e.reviewer, e.kind, e.hash) for e in standing(events)}
        assert log.heads(review.store.db) == true
        assert {(v.work_id, v.hash) for v in log.verdicts(review.store.db)} == {(w, h) for w, _, _, _, h in true}


def test_a_conflict_is_ended_by_a_third_person_and_the_votes_stay(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude", reason="off-topic")
        assert judgement(review, works[0]).how == "conflict"
        made = resolve(review, works[0], "exclude", stage=STAGE, reviewer="Carl", reason="off-topic")
        assert made.more["how"] == "third-person"
        found = judgement(review, works[0])
        assert (found.outcome, found.how, found.resolution and found.resolution.reviewer) == (
            "exclude",
            "resolved",
            "Carl",
        )
        assert len(log.verdicts(review.store.db)) == 2


def test_a_vote_that_changes_opens_a_resolved_conflict_again(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        resolve(review, works[0], "include", stage=STAGE, reviewer="Ben", consensus=True)
        assert judgement(review, works[0]).how == "resolved"
        says(review, "Ben", works[0], "maybe")
        assert judgement(review, works[0]) == Judgement("include", "agreed")
        says(review, "Ben", works[0], "exclude")
        assert judgement(review, works[0]).how == "conflict"
        undo(review, reviewer="Ben")
        undo(review, reviewer="Ben")
        assert judgement(review, works[0]).how == "resolved"


def test_a_resolution_can_be_taken_back(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        resolve(review, works[0], "include", stage=STAGE, reviewer="Carl")
        undo(review, reviewer="Carl")
        assert judgement(review, works[0]).how == "conflict"


def test_two_who_end_a_conflict_differently_leave_it_open_and_alike_end_it(tmp_path: Path) -> None:
    """Both resolved apart, and their logs came together."""
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        resolve(review, works[0], "include", stage=STAGE, reviewer="Carl")
        votes = list(log.votes_on(review.store.db, works[0], STAGE))
        carl = next(v for v in votes if v.settles)
        dora = carl.__class__("Dora", "exclude", None, "include", "d" * 64, carl.settles)
        assert judged([*votes, dora], 2).how == "conflict"
        alike = carl.__class__("Dora", "include", None, "include", "d" * 64, carl.settles)
        assert judged([*votes, alike], 2).outcome == "include"


@pytest.mark.parametrize(
    ("rule", "who", "consensus", "said"),
    [
        ("", "Anna", False, "is one of those who disagree"),
        (", conflicts: third-person", "Anna", True, "are ended by a third person"),
        (", conflicts: consensus", "Carl", False, "are ended by consensus"),
    ],
)
def test_a_conflict_is_ended_only_as_the_stage_says(
    tmp_path: Path, rule: str, who: str, consensus: bool, said: str
) -> None:
    text = REVIEW.replace("{name: title-abstract, reviewers: 2}", f"{{name: title-abstract, reviewers: 2{rule}}}")
    with screening(tmp_path, review=text) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        with pytest.raises(UserError, match=said):
            resolve(review, works[0], "include", stage=STAGE, reviewer=who, consensus=consensus)
        assert judgement(review, works[0]).how == "conflict"


def test_where_there_is_no_conflict_none_can_be_ended(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        with pytest.raises(UserError, match=r"there is no conflict about .* \(it is: waiting, waiting\)"):
            resolve(review, works[0], "include", stage=STAGE, reviewer="Carl")
        with pytest.raises(UserError, match="not with maybe"):
            resolve(review, works[0], "maybe", stage=STAGE, reviewer="Carl")


@pytest.mark.parametrize(
    ("maybe", "outcome"), [("include", "include"), ("exclude", "conflict"), ("conflict", "conflict")]
)
def test_maybe_counts_as_the_stage_says(tmp_path: Path, maybe: str, outcome: str) -> None:
    text = REVIEW.replace(
        "{name: title-abstract, reviewers: 2}", f"{{name: title-abstract, reviewers: 2, maybe: {maybe}}}"
    )
    with screening(tmp_path, review=text) as (review, works):
        says(review, "Anna", works[0], "maybe")
        says(review, "Ben", works[0], "include")
        assert judgement(review, works[0]).outcome == outcome


def test_two_maybes_that_are_to_be_talked_over_are_a_conflict(tmp_path: Path) -> None:
    text = REVIEW.replace(
        "{name: title-abstract, reviewers: 2}", "{name: title-abstract, reviewers: 2, maybe: conflict}"
    )
    with screening(tmp_path, review=text) as (review, works):
        says(review, "Anna", works[0], "maybe")
        assert judgement(review, works[0]).how == "waiting"
        says(review, "Ben", works[0], "maybe")
        assert judgement(review, works[0]).how == "conflict"


def test_a_merge_opens_a_resolved_conflict_again(tmp_path: Path) -> None:
    """The works that are merged hold other votes than the resolution settles: a person looks again."""
    title = "Local buzz and global pipelines of knowledge creation"
    with screening(tmp_path, 1) as (review, _):
        take(review, entry(title, year=2004), "EBSCO")
        take(review, entry(title, year=2003, DO="10.1000/buzz"), "Scopus")
        dedupe(review)
        mine = [w for w, t in log.titles(review.store.db, set(log.eligible(review.store.db))).items() if t == title]
        for who, verdict in (("Anna", "include"), ("Ben", "exclude")):
            says(review, who, mine[0], verdict)
        resolve(review, mine[0], "include", stage=STAGE, reviewer="Carl")
        says(review, "Anna", mine[1], "exclude")
        take(review, entry(title, DO="10.1000/buzz"), "ScienceDirect")
        dedupe(review)
        there = {v.work_id for v in log.verdicts(review.store.db)}
        assert len(there) == 1 and judgement(review, there.pop()).how == "conflict"


# who saw what


def test_votes_given_before_any_other_was_open_are_the_independent_ones(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "exclude")
        says(review, "Anna", works[0], "include")  # a slip mended before Ben has voted
        says(review, "Ben", works[0], "exclude")
        after = says(review, "Anna", works[0], "exclude")  # persuaded
        assert after.more == {"seen": ("Ben",)}
        anna = independent(list(log.log(review.store.db, "Anna")))
        assert [e.verdict for e in anna] == ["include"]


def test_taking_back_after_the_others_votes_were_open_does_not_undo_an_independent_vote(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        assert undo(review, reviewer="Anna").more["seen"] == ("Ben",)
        assert [e.verdict for e in independent(list(log.log(review.store.db, "Anna")))] == ["include"]


def test_a_third_reviewer_sees_nothing_before_voting(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        assert says(review, "Carl", works[0], "include").more == {}
        assert says(review, "Carl", works[0], "exclude").more == {"seen": ("Anna", "Ben")}


def test_where_reviewers_are_not_blind_the_second_has_seen_the_first(tmp_path: Path) -> None:
    text = REVIEW.replace("{name: title-abstract, reviewers: 2}", "{name: title-abstract, reviewers: 2, blind: false}")
    with screening(tmp_path, review=text) as (review, works):
        assert says(review, "Anna", works[0], "include").more == {}
        assert says(review, "Ben", works[0], "include").more == {"seen": ("Anna",)}
        assert independent(list(log.log(review.store.db, "Ben"))) == []


def test_a_decision_for_merged_works_is_taken_back_as_a_whole(tmp_path: Path) -> None:
    title = "Local buzz and global pipelines of knowledge creation"
    with screening(tmp_path, 1) as (review, _):
        take(review, entry(title, year=2004), "EBSCO")
        take(review, entry(title, year=2003, DO="10.1000/buzz"), "Scopus")
        dedupe(review)
        mine = [w for w, t in log.titles(review.store.db, set(log.eligible(review.store.db))).items() if t == title]
        says(review, "Anna", mine[0], "include")
        says(review, "Anna", mine[1], "exclude")
        take(review, entry(title, DO="10.1000/buzz"), "ScienceDirect")
        dedupe(review)
        before = {(v.decided_work, v.verdict) for v in log.verdicts(review.store.db)}
        assert {verdict for _, verdict in before} == {"include", "exclude"}
        for verdict in ("maybe", "include", "exclude"):
            says(review, "Anna", mine[0], verdict)
            undo(review, reviewer="Anna")
            assert {(v.decided_work, v.verdict) for v in log.verdicts(review.store.db)} == before
        assert read_logs(review) == 0


# plans


def test_a_plan_is_a_line_of_the_planners_log_and_survives_the_file(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        plan(review, "assignment", stage=STAGE, reviewer="Anna", work_ids=works[:2], to=("Ben",))
        says(review, "Anna", works[0], "include")
        assert [e.kind for e in log.log(review.store.db, "Anna")] == ["assignment", "vote"]
        write_logs(review)
        assert read_logs(review) == 0
        assert log.plans(review.store.db)[0].more == {"works": tuple(works[:2]), "to": ("Ben",)}


def test_nobody_plans_for_a_stage_that_is_not_there(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works), pytest.raises(NotFound, match="no stage 'abstract'"):
        plan(review, "assignment", stage="abstract", reviewer="Anna", work_ids=works, to=("Ben",))


def test_a_report_that_could_not_be_had_ends_a_conflict_in_full_text(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include", LAST)
        says(review, "Ben", works[0], "not-retrieved", LAST)
        resolve(review, works[0], "not-retrieved", stage=LAST, reviewer="Anna", consensus=True)
        assert judgement(review, works[0], LAST).outcome == "not-retrieved"
