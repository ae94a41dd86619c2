"""Criteria that mark works before anyone screens: reversible, cautious, and said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slr.config import AutomaticRule
from slr.dedup.stage import dedupe
from slr.model import Record
from slr.review import Review
from slr.screening.criteria import CriteriaReport, apply, fails
from slr.store import works
from slr.store.works import Assignment
from tests.support.imported import REVIEW, RULES, entry, opened, take, work_ids

FILE = (
    entry("An article of 2004 on clusters")
    + entry("A book of 2004 on clusters", kind="BOOK")
    + entry("An article of 1980 on clusters", year=1980)
    + entry("A book of 1980 on clusters", kind="BOOK", year=1980)
    + entry("Something of no year on clusters", kind="GEN", year=None)
)


def with_rules(rules: str) -> str:
    return REVIEW.replace(RULES, rules)


def titles(review: Review) -> dict[str, list[str]]:
    """title → the rules that mark it."""
    rows = review.store.db.execute("SELECT work_id, title FROM work JOIN record ON record_id = founder")
    title = {row[0]: row[1] for row in rows}
    return {title[work]: [rule for rule, _ in rules] for work, rules in works.ineligible(review.store.db).items()}


def marks(review: Review) -> int:
    return int(review.store.db.execute("SELECT count(*) FROM mark_event").fetchone()[0])


def grouped(folder: Path, review: str = REVIEW, file: str = FILE) -> CriteriaReport:
    with opened(folder, review) as found:
        if not found.store.db.execute("SELECT count(*) FROM record_head").fetchone()[0]:
            take(found, file, "EBSCO")
            dedupe(found)
        return apply(found)


def test_each_work_is_counted_under_the_first_rule_it_fails_and_marked_by_all(tmp_path: Path) -> None:
    report = grouped(tmp_path)
    assert report == CriteriaReport(works=5, ineligible=3, by_rule={"only articles": 2, "from 1990 on": 1}, changed=4)
    with opened(tmp_path) as review:
        assert titles(review) == {
            "A book of 2004 on clusters": ["only articles"],
            "An article of 1980 on clusters": ["from 1990 on"],
            "A book of 1980 on clusters": ["from 1990 on", "only articles"],
        }


def test_applying_twice_changes_nothing(tmp_path: Path) -> None:
    grouped(tmp_path)
    with opened(tmp_path) as review:
        before = marks(review)
        assert apply(review).changed == 0 and marks(review) == before


def test_a_rule_taken_out_frees_its_works_and_put_back_marks_them_again(tmp_path: Path) -> None:
    first = grouped(tmp_path)
    freed = grouped(tmp_path, with_rules("    - {name: from 1990 on, years: {from: 1990}}\n"))
    assert (freed.ineligible, freed.by_rule, freed.changed) == (2, {"from 1990 on": 2}, 2)
    none = grouped(tmp_path, with_rules("    []\n"))
    assert (none.ineligible, none.by_rule, none.changed) == (0, {}, 2)
    again = grouped(tmp_path)
    assert (again.ineligible, again.by_rule, again.changed) == (first.ineligible, first.by_rule, first.changed)


def test_a_rule_that_says_something_else_moves_its_marks(tmp_path: Path) -> None:
    grouped(tmp_path)
    moved = grouped(tmp_path, REVIEW.replace("types: [article, conference-paper]", "types: [book]"))
    assert moved.by_rule == {"only articles": 2, "from 1990 on": 1}
    with opened(tmp_path) as review:
        assert "A book of 2004 on clusters" not in titles(review)


def test_a_renamed_rule_marks_under_its_new_name_alone(tmp_path: Path) -> None:
    grouped(tmp_path)
    assert grouped(tmp_path, REVIEW.replace("only articles", "peer reviewed")).by_rule == {
        "peer reviewed": 2,
        "from 1990 on": 1,
    }


def test_a_work_that_was_merged_away_leaves_no_mark(tmp_path: Path) -> None:
    books = entry("A book of clusters", kind="BOOK") + entry("Another book, on pipelines", kind="BOOK", year=2003)
    grouped(tmp_path, file=books)
    with opened(tmp_path) as review:
        founders = works.founders(review.store.db)
        kept, gone = sorted(founders)
        with review.store.writing() as db:
            works.assign(db, [Assignment(founders[gone], kept, "by hand", 1.0)], who="test", at="now")
        assert apply(review).ineligible == 1
        assert list(works.ineligible(review.store.db)) == work_ids(review) == [kept]


def rule(**test: Any) -> AutomaticRule:
    return AutomaticRule.model_validate({"name": "x", **test})


def made(**fields: Any) -> Record:
    return Record("r", "s", "t", **fields)


@pytest.mark.parametrize(
    ("test", "members", "because"),
    [
        ({"types": ["article"]}, [{"type": "book"}], "book"),
        ({"types": ["article"]}, [{"type": "book"}, {"type": "report"}], "book, report"),
        ({"types": ["article"]}, [{"type": "book"}, {"type": "article"}], None),
        ({"types": ["article"]}, [{"type": "book"}, {}], "book"),
        ({"types": ["article"]}, [{}], None),
        ({"years": {"from": 1990, "to": 2010}}, [{"year": 1989}], "1989"),
        ({"years": {"from": 1990, "to": 2010}}, [{"year": 2011}, {"year": 1989}], "1989, 2011"),
        ({"years": {"from": 1990, "to": 2010}}, [{"year": 1990}], None),
        ({"years": {"from": 1990, "to": 2010}}, [{"year": 2010}], None),
        ({"years": {"to": 2010}}, [{"year": 1500}], None),
        ({"years": {"from": 1990}}, [{}], None),
        ({"languages": ["en", "de"]}, [{"language": "fr"}], "fr"),
        ({"languages": ["en", "de"]}, [{"language": "EN"}], None),
        ({"languages": ["en"]}, [{"language": "en-US"}], None),
        ({"languages": ["en-us"]}, [{"language": "en"}], "en"),
        ({"languages": ["en"]}, [{}], None),
        ({"retracted": "exclude"}, [{"retracted": False}, {"retracted": True}], "retracted"),
        ({"retracted": "exclude"}, [{"retracted": False}, {}], None),
    ],
)
def test_a_work_fails_only_by_what_all_that_state_it_agree_on_but_one_word_is_enough_for_a_retraction(
    test: dict[str, Any], members: list[dict[str, Any]], because: str | None
) -> None:
    assert fails(rule(**test), [made(**fields) for fields in members]) == because
