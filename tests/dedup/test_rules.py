"""Each rule decides its own pair, and not its near miss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.dedup.rules import EARLIER, FIRST, PERSON, RULES, SENTENCES, Rule, judge, side
from slr.model import Record
from tests.dedup.records import alike

PAPER = Record("a:1", "a", "Local buzz and global pipelines", ("Bathelt, H.",), 2004)


def verdict(a: Record, b: Record) -> str | None:
    rule = judge(side(a), side(b))
    assert rule == judge(side(b), side(a))
    return rule and rule.name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_decides_its_pair_and_does_not_decide_its_near_miss(rule: Rule) -> None:
    assert verdict(*rule.decides) == rule.name
    assert verdict(*rule.near_miss) != rule.name


def test_every_rule_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert set(SENTENCES) == {rule.name for rule in RULES} | {FIRST, EARLIER, PERSON}


@given(alike(most=2).filter(lambda pair: len(pair) == 2))
def test_judging_is_symmetric_and_a_distinct_rule_needs_two_different_values(pair: list[Record]) -> None:
    verdict(*pair)
    a, b = map(side, pair)
    rule = judge(a, b)
    if rule is not None and rule.verdict == "distinct":
        assert rule.value(a) is not None and rule.value(b) is not None and rule.value(a) != rule.value(b)


@pytest.mark.parametrize(
    ("change", "decided_by"),
    [
        ({}, "same-title"),
        ({"title": "LOCAL BUZZ &amp; global pipelines."}, "same-title"),
        ({"authors": ("Harald Bathelt", "A. Malmberg")}, "same-title"),
        ({"authors": ("Maskell, P.",)}, None),
        ({"authors": ()}, None),
        ({"year": None}, None),
        ({"year": 2005}, None),
        ({"title": ""}, None),
        ({"type": "report"}, "same-title"),
    ],
)
def test_a_title_counts_only_with_the_same_year_and_first_author(
    change: dict[str, object], decided_by: str | None
) -> None:
    assert verdict(PAPER, replace(PAPER, record_id="b:1", **change)) == decided_by  # type: ignore[arg-type]


def test_records_without_titles_are_never_the_same_by_title() -> None:
    assert verdict(replace(PAPER, title=""), replace(PAPER, record_id="b:1", title="")) is None
    assert verdict(replace(PAPER, title="…"), replace(PAPER, record_id="b:1", title="!")) is None


@pytest.mark.parametrize("title", ["Editorial", "Book review", "知识转移与产业集群"])
def test_a_short_title_needs_the_same_volume_and_first_page(title: str) -> None:
    one = replace(PAPER, title=title, volume="28", pages="31-56", issue="1")
    assert verdict(one, replace(one, record_id="b:1", pages="31", issue=None)) == "same-title"
    assert verdict(one, replace(one, record_id="b:1", pages=None)) is None
    assert verdict(one, replace(one, record_id="b:1", volume=None)) is None
    assert verdict(one, replace(one, record_id="b:1", issue="2")) is None
    assert verdict(replace(PAPER, title=title), replace(PAPER, title=title, record_id="b:1")) is None


def test_a_meetings_abstract_and_the_paper_of_the_same_title_and_year_are_two() -> None:
    paper = replace(PAPER, volume="28", pages="31-56")
    assert verdict(paper, replace(paper, record_id="b:1", volume="12", pages="S5")) == "different-place"
    assert verdict(paper, replace(paper, record_id="b:1", pages="1-26")) == "same-title"


@given(
    st.sampled_from(["article", "review", "editorial", "letter", None]), st.sampled_from(["preprint", "dissertation"])
)
def test_a_working_paper_and_its_article_are_two_reports(kind: str | None, other: str) -> None:
    found = verdict(replace(PAPER, type=kind), replace(PAPER, record_id="b:1", type=other))
    assert found == ("different-kind" if kind else "same-title")
