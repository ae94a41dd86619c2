"""Comparing versions: a version differs in nothing from itself, and each difference is named."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from slr.cli.versioning import count
from slr.review import Review
from slr.store import works
from slr.store.versions import Frozen, FrozenRecord
from slr.store.works import Assignment
from slr.update.diff import Diff, diff, regrouped
from slr.update.freeze import named, present
from slr.update.words import SHOWN, counted, diff_lines, some
from tests.update.reviewed import (
    EXCLUDED,
    INCLUDED,
    begun,
    days_after,
    frozen,
    new_works,
    pointed_at,
    server,
    small,
    updated,
    vote,
    work_of,
)

Records = dict[str, FrozenRecord]
names = st.sampled_from("abcdefgh")
sides = st.dictionaries(names, st.builds(FrozenRecord, st.sampled_from(["x", "y"]), st.sampled_from("1234"), st.none()))


def now(review: Review) -> Frozen:
    return present(review, count(review))


def compared(review: Review, a: str = "v1") -> Diff:
    return diff(review.store.db, named(review, a), now(review))


@given(sides)
def test_nothing_is_regrouped_between_a_version_and_itself(one: Records) -> None:
    assert regrouped(one, one) == ((), ())


@given(sides, sides)
def test_what_is_merged_one_way_is_split_the_other_way(one: Records, other: Records) -> None:
    merged, split = regrouped(one, other)
    assert regrouped(other, one) == (split, merged)
    for case in merged:
        assert {one[r].work_id for r in one.keys() & other.keys() if other[r].work_id == case.one} == set(case.several)


def test_a_version_differs_in_nothing_from_itself_nor_from_a_review_that_nobody_touched(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 9) as review:
        one = named(review, "v1")
        assert diff(review.store.db, one, one).empty
        assert compared(review).empty
        assert list(diff_lines(compared(review))) == ["nothing differs between v1 and now"]


def test_new_and_changed_records_are_told_with_the_fields_that_changed(tmp_path: Path) -> None:
    works_ = small()
    works_[0] = {**works_[0], "publication_year": 1999, "is_retracted": True}
    new = new_works(2)
    with begun(tmp_path) as folder, server(works_ + new) as there, days_after(pointed_at(folder, there), 30) as review:
        updated(review)
        found = compared(review)
        assert found.new == ("openalex:W20001", "openalex:W20002") and found.gone == ()
        (changed,) = found.changed
        assert [(f.field, f.before, f.after) for f in changed.fields] == [
                ("year", 2001, 1999), ("retracted", False, True)
            ]  # fmt: skip
        backwards = diff(review.store.db, now(review), named(review, "v1"))
        assert backwards.gone == found.new and backwards.new == ()
        (databases,) = [one for one in found.boxes if one.box == "database_results"]
        assert (databases.before, databases.after, databases.entered, databases.left) == (40, 42, found.new, ())
        assert databases.parts == (("OpenAlex", 40, 42),), "the whole review is counted, not the update alone"
        said = "\n".join(diff_lines(found))
        assert "2 new records, 0 gone, 1 changed" in said
        assert "openalex:W1001: year 2001 → 1999; retracted no → yes" in said


def test_decisions_boxes_and_inclusions_are_told_by_name(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 9) as review:
        vote(review, EXCLUDED[:1], "include", "full-text")
        vote(review, INCLUDED[:1], "exclude", "full-text", "off-topic")
        found = compared(review)
        (log,) = found.logs
        assert (log.reviewer, log.before, log.after, log.continued) == ("Anna", 8, 10, True)
        (box,) = [one for one in found.boxes if one.box == "total_reports"]
        assert box.entered == (work_of(review, EXCLUDED[0]),) and box.left == (work_of(review, INCLUDED[0]),)
        assert [one.records[0] for one in found.newly_included] == [EXCLUDED[0]]
        assert [one.records[0] for one in found.no_longer_included] == [INCLUDED[0]]
        said = "\n".join(diff_lines(found))
        assert "Anna: 8 → 10" in said and "newly included" in said and "no longer included" in said


def test_works_that_were_merged_and_split_are_told(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, days_after(folder, 9) as review:
        one, other = (work_of(review, name) for name in ("openalex:W1011", "openalex:W1012"))
        with review.store.writing() as db:
            works.assign(db, [Assignment("openalex:W1012", one, "person", 1.0)], who="Anna", at=review.now())
        found = compared(review)
        assert [asdict(case) for case in found.merged] == [{"one": one, "several": tuple(sorted((one, other)))}]
        assert f"{', '.join(sorted((one, other)))} became {one}" in "\n".join(diff_lines(found))
        frozen(review, "v2")
        with review.store.writing() as db:
            works.assign(db, [Assignment("openalex:W1012", other, "person", 1.0)], who="Anna", at=review.now())
        assert [case.one for case in compared(review, "v2").split] == [one]


def test_long_lists_are_cut_in_texts_and_say_how_many_more() -> None:
    lines = [str(n) for n in range(SHOWN + 5)]
    assert some(lines) == [*lines[:SHOWN], "… and 5 more"] and some(lines[:SHOWN]) == lines[:SHOWN]
    assert counted(1, "query") == "1 query" and counted(1_200, "record") == "1,200 records"
