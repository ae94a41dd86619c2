"""What people say of records outranks the rules, holds for every later run, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slr.dedup.judging import By, judge, merge, reviewer_of, split
from slr.dedup.rules import EARLIER, PERSON
from slr.dedup.stage import dedupe
from slr.errors import NotFound, UserError
from slr.model import Record
from slr.review import Review
from slr.screening.decisions import decide
from slr.store import decisions, pairs, works
from slr.verdicts import outcome
from tests.dedup.known import bring, groups, knowing, paper, partition, work_of
from tests.dedup.records import alike
from tests.support.imported import REVIEW, opened

ANNA, BEN = (By(name, "verdict") for name in ("Anna", "Ben"))
SURE_BEN = By("Ben", "verdict", overrule=True)
THREE = (paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/x"), paper("c:1", doi="10.1/x"))
APART = (paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/y"))


def events(review: Review) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in review.store.db.execute("SELECT * FROM membership_event ORDER BY seq")]


def test_a_split_holds_for_every_later_run_and_a_merge_takes_it_back(tmp_path: Path) -> None:
    with knowing(tmp_path, *THREE) as review:
        assert groups(review) == partition("a:1 b:1 c:1")
        whole, before = work_of(review, "a:1"), events(review)
        change = split(review, whole, ["b:1"], ANNA)
        assert groups(review) == partition("a:1 c:1", "b:1")
        assert work_of(review, "a:1") == whole and change.works == tuple(sorted({whole, work_of(review, "b:1")}))
        assert dedupe(review).placed == 0
        assert events(review)[: len(before)] == before
        merge(review, "b:1", whole, ANNA)
        assert groups(review) == partition("a:1 b:1 c:1") and work_of(review, "b:1") == whole
        assert dedupe(review).placed == 0


def test_a_record_that_left_is_not_brought_back_through_another_member(tmp_path: Path) -> None:
    with knowing(tmp_path, *THREE) as review:
        split(review, "a:1", ["b:1"], ANNA)
        split(review, "c:1", ["a:1"], ANNA)
        bring(review, [paper("d:1", doi="10.1/x")])
        dedupe(review)
        assert len({work_of(review, name) for name in ("a:1", "b:1", "c:1")}) == 3


def test_a_merge_holds_against_a_rule_that_tells_the_works_apart_and_a_split_takes_it_back(tmp_path: Path) -> None:
    with knowing(tmp_path, *APART) as review:
        old = {name: work_of(review, name) for name in ("a:1", "b:1")}
        assert old["a:1"] != old["b:1"]
        merge(review, old["a:1"], old["b:1"], ANNA)
        assert groups(review) == partition("a:1 b:1") and dedupe(review).placed == 0
        last = events(review)[-1]
        assert last[1:7] == ("b:1", old["a:1"], PERSON, 1.0, "a:1", "Anna")
        assert {works.resolve(review.store.db, name) for name in (*old.values(), *old)} == {old["a:1"]}
        split(review, old["a:1"], ["b:1"], ANNA)
        assert {name: work_of(review, name) for name in old} == old and dedupe(review).placed == 0


def test_records_that_leave_together_stay_together_under_the_id_that_they_had(tmp_path: Path) -> None:
    """So a merge of two works of several records each is undone whole; the one is known by a record that came first."""
    with knowing(tmp_path, APART[0], paper("b:2", doi="10.1/y")) as review:
        bring(review, [APART[1], paper("a:2", doi="10.1/x")])
        dedupe(review)
        assert work_of(review, "b:1") == works.work_id_of("b:2")
        before = works.memberships(review.store.db)
        merge(review, "a:2", "b:2", ANNA)
        assert groups(review) == partition("a:1 a:2 b:1 b:2")
        assert {row[3] for row in events(review)[-2:]} == {PERSON, EARLIER}
        split(review, "a:1", ["b:1", "b:2"], ANNA)
        assert works.memberships(review.store.db) == before and dedupe(review).placed == 0


def test_a_work_and_its_decisions_stay_with_the_record_that_founded_it(tmp_path: Path) -> None:
    """Also where that record is the one to leave: then the others are the ones with a new id."""
    with knowing(tmp_path, *THREE) as review:
        whole = work_of(review, "a:1")
        decide(review, whole, "include", stage="title-abstract", reviewer="Anna")
        split(review, whole, ["a:1"], ANNA)
        assert work_of(review, "a:1") == whole and groups(review) == partition("a:1", "b:1 c:1")
        assert [v.work_id for v in decisions.verdicts(review.store.db)] == [whole]


def test_different_decisions_on_works_that_are_merged_are_a_conflict_for_people(tmp_path: Path) -> None:
    with knowing(tmp_path, *APART) as review:
        decide(review, "a:1", "include", stage="title-abstract", reviewer="Anna")
        decide(review, "b:1", "exclude", stage="title-abstract", reviewer="Anna")
        change = merge(review, "a:1", "b:1", ANNA)
        assert change.conflicts == ("title-abstract",)
        votes = decisions.votes_on(review.store.db, work_of(review, "a:1"), "title-abstract")
        assert sorted(v.verdict for v in votes) == ["exclude", "include"] and outcome(votes, 2) == "conflict"
        assert split(review, "a:1", ["b:1"], ANNA).conflicts == ()
        standing = {v.work_id: v.verdict for v in decisions.verdicts(review.store.db)}
        assert standing == {work_of(review, "a:1"): "include", work_of(review, "b:1"): "exclude"}


def test_two_records_said_to_be_distinct_are_never_one_work_and_the_rules_place_the_others(tmp_path: Path) -> None:
    found = (*THREE, paper("d:1", doi="10.1/x", title=THREE[0].title))
    with knowing(tmp_path, *found) as review:
        judge(review, "a:1", "d:1", "distinct", ANNA)
        assert groups(review) == partition("a:1 b:1 c:1", "d:1")
        assert dedupe(review).placed == 0


def test_a_verdict_that_is_taken_back_leaves_the_pair_to_the_rules_again(tmp_path: Path) -> None:
    with knowing(tmp_path, *THREE) as review:
        before = works.memberships(review.store.db)
        judge(review, "a:1", "b:1", "distinct", ANNA)
        assert work_of(review, "b:1") != work_of(review, "a:1")
        judge(review, "a:1", "b:1", "unsure", ANNA)
        assert works.memberships(review.store.db) == before
    with knowing(tmp_path / "other", *APART) as review:
        before = works.memberships(review.store.db)
        judge(review, "a:1", "b:1", "duplicate", ANNA)
        judge(review, "a:1", "b:1", "unsure", ANNA)
        assert works.memberships(review.store.db) == before


def test_a_verdict_that_would_tear_apart_what_people_hold_together_is_refused_whole(tmp_path: Path) -> None:
    found = (paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/y"), paper("c:1", doi="10.1/z"))
    with knowing(tmp_path, *found) as review:
        judge(review, "a:1", "b:1", "duplicate", ANNA)
        judge(review, "b:1", "c:1", "duplicate", ANNA)
        before = events(review)
        with pytest.raises(
            UserError, match=r"one work because Anna found b:1 and c:1 to be one publication .* unsure'"
        ):
            judge(review, "a:1", "c:1", "distinct", BEN)
        assert events(review) == before and groups(review) == partition("a:1 b:1 c:1")
        assert ("a:1", "c:1") not in pairs.standing(review.store.db)
        split(review, "a:1", ["c:1"], ANNA)
        assert groups(review) == partition("a:1 b:1", "c:1")


def test_another_persons_verdict_counts_until_it_is_overruled_in_so_many_words(tmp_path: Path) -> None:
    with knowing(tmp_path, *THREE) as review:
        split(review, "a:1", ["b:1"], ANNA)
        before = events(review)
        for do in (
            lambda by: merge(review, "a:1", "b:1", by),
            lambda by: judge(review, "b:1", "c:1", "duplicate", by),
            lambda by: judge(review, "a:1", "b:1", "unsure", by),
        ):
            with pytest.raises(UserError, match=r"Anna found .:1 and .:1 to be two .* \(2026-11-23\): give --overrule"):
                do(BEN)
        assert events(review) == before
        merge(review, "a:1", "b:1", SURE_BEN)
        assert groups(review) == partition("a:1 b:1 c:1")
        told = [(s.a, s.b, s.verdict, s.reviewer) for s in pairs.said_of(review.store.db, ["b:1"])]
        assert told[:2] == [("a:1", "b:1", "distinct", "Anna"), ("b:1", "c:1", "distinct", "Anna")]
        assert {t[2:] for t in told[2:]} == {("duplicate", "Ben")} and len(told) == 4


def test_saying_the_same_again_adds_nothing(tmp_path: Path) -> None:
    with knowing(tmp_path, *THREE) as review:
        for _ in range(2):
            judge(review, "a:1", "b:1", "distinct", ANNA)
        assert len(pairs.said_of(review.store.db, ["a:1"])) == 1


WRONG = (
    (lambda r: merge(r, "W0", "a:1", ANNA), NotFound, "no work or record 'W0': 'slr export"),
    (lambda r: split(r, "W0", ["a:1"], ANNA), NotFound, "no work or record 'W0'"),
    (lambda r: split(r, "a:1", ["zz"], ANNA), NotFound, "no work or record 'zz'"),
    (lambda r: judge(r, "a:1", "zz", "distinct", ANNA), NotFound, "no work or record 'zz'"),
    (lambda r: split(r, "a:1", ["x:1"], ANNA), UserError, "'x:1' is not in W.* but in W.*slr dedupe explain"),
    (lambda r: split(r, "a:1", [work_of(r, "a:1")], ANNA), UserError, "is the work W.* itself: name records of it"),
    (lambda r: split(r, "x:1", ["x:1"], ANNA), UserError, "holds the record x:1 only: there is nothing to split"),
    (lambda r: split(r, "a:1", ["a:1", "b:1", "c:1"], ANNA), UserError, "holds no other records than those 3"),
    (lambda r: merge(r, "a:1", "a:1", ANNA), UserError, "are one work already"),
    (lambda r: merge(r, "a:1", "b:1", ANNA), UserError, "are one work already"),
    (lambda r: judge(r, "a:1", "a:1", "distinct", ANNA), UserError, "are the same record: name two"),
)


@pytest.mark.parametrize(("wrong", "kind", "words"), WRONG)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    tmp_path: Path, wrong: Any, kind: type[Exception], words: str
) -> None:
    with knowing(tmp_path, *THREE, paper("x:1", "Trade fairs of the Ruhr valley")) as review:
        before = events(review)
        with pytest.raises(kind, match=words):
            wrong(review)
        assert events(review) == before and not pairs.standing(review.store.db)


def test_a_verdict_is_kept_with_a_name_that_the_review_knows(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        assert reviewer_of(review, "Anna B.") == "Anna B."
        with pytest.raises(UserError, match="add --reviewer NAME"):
            reviewer_of(review, None)
        with pytest.raises(UserError, match="cannot be a reviewer's name"):
            reviewer_of(review, "../x")
    with opened(tmp_path, REVIEW.replace("reviewers: 2", "reviewers: 1") + "reviewers: [Anna]\n") as review:
        assert reviewer_of(review, None) == "Anna"
        with pytest.raises(NotFound, match=r"'Ben' is not a reviewer of this review \(config/review.yaml has: Anna\)"):
            reviewer_of(review, "Ben")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(alike(8), st.data())
def test_whatever_people_say_holds_whatever_comes_after(found: list[Record], data: st.DataObject) -> None:
    """No work holds a pair that was last said to be distinct; a pair last said to be duplicate is one work; no event or
    decision goes away; every record is in one work.
    """
    with TemporaryDirectory() as name, opened(Path(name)) as review:
        late = data.draw(st.integers(0, len(found)))
        bring(review, found[late:])
        dedupe(review)
        for _ in range(data.draw(st.integers(0, 6))):
            here = sorted(works.memberships(review.store.db))
            before = events(review)
            if here:
                _say_something(review, here, data)
            if data.draw(st.booleans()):
                dedupe(review)
            assert events(review)[: len(before)] == before
            _hold(review)
        bring(review, found[:late])
        dedupe(review)
        _hold(review)
        assert set(works.memberships(review.store.db)) == {record.record_id for record in found}


def _say_something(review: Review, here: list[str], data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(here)), data.draw(st.sampled_from(here))
    by = data.draw(st.sampled_from([ANNA, BEN, SURE_BEN]))
    try:
        match data.draw(st.sampled_from(["duplicate", "distinct", "unsure", "merge", "split"])):
            case "merge":
                merge(review, one, other, by)
            case "split":
                split(review, one, [other], by)
            case verdict:
                judge(review, one, other, verdict, by)  # type: ignore[arg-type]
    except UserError:
        pass


def _hold(review: Review) -> None:
    work = works.memberships(review.store.db)
    for (a, b), said in pairs.standing(review.store.db).items():
        if said.verdict != "unsure":
            assert (work[a] == work[b]) == (said.verdict == "duplicate"), (a, b, said)
