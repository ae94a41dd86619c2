"""What is told of a work: its records and rules, whose each value is, what people said, all that happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.dedup.explained import explain, meaning
from slr.dedup.judging import SPLIT, By, judge, merge, split
from slr.dedup.rules import PERSON, RULES
from slr.errors import NotFound
from slr.store import enrichment
from slr.store.enrichment import Told
from tests.dedup.known import knowing, paper, work_of

ANNA = By("Anna", "merge")
BOTH = (
    paper("a:1", doi="10.1/x", abstract="We …", year=2004),
    paper("b:1", doi="10.1/y", abstract="We argue that clusters learn.", volume="28", year=2004),
)


def test_each_value_names_the_record_that_gave_it_and_how_many_say_otherwise(tmp_path: Path) -> None:
    with knowing(tmp_path, *BOTH) as review:
        merge(review, "a:1", "b:1", ANNA)
        values = {v.field: v for v in explain(review, "a:1").fields}
    assert (values["abstract"].came_from, values["abstract"].others) == ("b:1", 1)
    assert (values["volume"].value, values["volume"].came_from, values["volume"].others) == ("28", "b:1", 0)
    assert values["year"].others == 0 and "pages" not in values
    assert "longest" in values["abstract"].rule


def test_a_value_that_no_record_states_names_the_source_that_told_it(tmp_path: Path) -> None:
    with knowing(tmp_path, BOTH[0]) as review:
        with review.store.writing() as db:
            enrichment.begin(db, "enrich-1", "2026")
            enrichment.add(db, "enrich-1", [Told(work_of(review, "a:1"), "references", ("W1",), "crossref", "x", "1")])
        (value,) = (v for v in explain(review, "a:1").fields if v.field == "references")
    assert (value.came_from, value.rule) == ("crossref", "no record states it")


def test_everything_that_happened_to_a_work_is_told_under_every_id_it_had(tmp_path: Path) -> None:
    with knowing(tmp_path, *BOTH, paper("c:1", "Another title altogether")) as review:
        old = {name: work_of(review, name) for name in ("a:1", "b:1", "c:1")}
        merge(review, "a:1", "b:1", ANNA)
        merge(review, "a:1", "c:1", ANNA)
        split(review, "a:1", ["c:1"], ANNA)
        found = explain(review, old["b:1"])
        assert found == explain(review, "b:1") == explain(review, old["a:1"])
        assert (found.work_id, found.earlier) == (old["a:1"], (old["b:1"],))
        assert {line["record_id"]: (line["rule"], line["partner"], line["who"]) for line in found.lines} == {
            "a:1": ("first", None, "slr"),
            "b:1": (PERSON, "a:1", "Anna"),
        }
        assert [(e["record_id"], e["work_id"]) for e in found.history] == [
            ("a:1", old["a:1"]), ("b:1", old["b:1"]), ("b:1", old["a:1"]), ("c:1", old["a:1"]),
        ]  # fmt: skip
        assert {(s.a, s.b, s.verdict) for s in found.verdicts} == {
            ("a:1", "b:1", "duplicate"), ("a:1", "c:1", "duplicate"), ("a:1", "c:1", "distinct"),
            ("b:1", "c:1", "distinct"),
        }  # fmt: skip
        gone = explain(review, "c:1")
        assert gone.work_id == old["c:1"] and gone.lines[0]["rule"] == SPLIT


def test_what_is_still_asked_of_a_work_is_told(tmp_path: Path) -> None:
    with knowing(tmp_path, *BOTH) as review:
        judge(review, "a:1", "b:1", "unsure", ANNA)
        assert [(q.a, q.b) for q in explain(review, "b:1").questions] == [("a:1", "b:1")]


def test_every_rule_has_a_meaning_also_one_that_is_gone() -> None:
    assert all(meaning(rule.name) == rule.sentence for rule in RULES)
    assert meaning("a-rule-of-1998") == "a rule of an earlier slr"


def test_an_unknown_name_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with knowing(tmp_path, *BOTH) as review, pytest.raises(NotFound, match=r"no work or record 'W1': 'slr export"):
        explain(review, "W1")
