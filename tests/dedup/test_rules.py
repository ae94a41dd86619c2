"""Each rule decides its own pair, and not its near miss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
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


@settings(deadline=None)
@given(alike(most=2).filter(lambda pair: len(pair) == 2))
def test_judging_is_symmetric_and_a_distinct_rule_needs_two_different_values(pair: list[Record]) -> None:
    verdict(*pair)
    a, b = map(side, pair)
    rule = judge(a, b)
    if rule is not None and rule.verdict == "distinct":
        assert rule.value(a) != rule.value(b)


@settings(deadline=None)
@given(alike(most=1).filter(bool))
def test_a_record_is_never_distinct_from_a_copy_of_itself(one: list[Record]) -> None:
    rule = judge(side(one[0]), side(replace(one[0], record_id="copy")))
    assert rule is None or rule.verdict != "distinct"


@pytest.mark.parametrize(
    ("change", "decided_by"),
    [
        ({}, "same-title"),
        ({"title": "LOCAL BUZZ &amp; global pipelines."}, "same-title"),
        ({"title": "Local buzz and global pipelines [Review] [23 refs]"}, "same-title"),
        ({"title": "Local buzz and global pipeline"}, "same-title"),
        ({"title": "Local buzz and global pipes"}, "longer-title"),
        ({"title": "Local buzz without global pipelines"}, "longer-title"),
        ({"title": "Reply to: Local buzz and global pipelines"}, "notice"),
        ({"title": "Local buzz and global pipelines (vol 28, pg 31, 2003)"}, "notice"),
        ({"authors": ("Harald Bathelt", "A. Malmberg")}, "same-title"),
        ({"authors": ("BATHELT H",)}, "same-title"),
        ({"authors": ("Maskell, P.",)}, "different-author"),
        ({"authors": ()}, "thin-record"),
        ({"year": None}, "thin-record"),
        ({"year": 2005}, None),
        ({"year": 2006}, "different-year"),
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


@pytest.mark.parametrize("change", [{}, {"doi": "10.1000/1"}, {"title": ""}])
def test_a_record_without_a_title_is_never_merged_by_its_place(change: dict[str, str]) -> None:
    """A record without a title once matched everything in its journal issue."""
    one = replace(PAPER, venue="Progress in Human Geography", volume="28", issue="1", pages="31-56")
    rule = judge(side(replace(one, **change)), side(replace(one, record_id="b:1", title="")))  # type: ignore[arg-type]
    assert rule is not None and rule.verdict == "unsure"


@pytest.mark.parametrize("title", ["Editorial", "Book review", "知识转移"])
def test_a_short_title_needs_the_same_volume_and_first_page(title: str) -> None:
    one = replace(PAPER, title=title, volume="28", pages="31-56", issue="1")
    assert verdict(one, replace(one, record_id="b:1", pages="31")) == "same-place"
    other = verdict(one, replace(one, record_id="b:1", pages="31", issue=None))
    assert other == ("same-place" if title == "知识转移" else "short-title")  # each issue has its editorial
    assert verdict(one, replace(one, record_id="b:1", pages=None, issue=None)) in (None, "short-title")
    assert verdict(one, replace(one, record_id="b:1", volume=None, pages="31")) in (None, "short-title")
    assert verdict(one, replace(one, record_id="b:1", issue="2", pages=None)) == "different-pages"


def test_a_meetings_abstract_and_the_paper_of_the_same_title_and_year_are_two() -> None:
    paper = replace(PAPER, venue="Progress in Human Geography", volume="28", pages="31-56")
    assert verdict(paper, replace(paper, record_id="b:1", volume="12", pages="105")) == "different-place"
    assert verdict(paper, replace(paper, record_id="b:1", volume="12", pages="S5", venue="Area")) == "different-place"
    assert verdict(paper, replace(paper, record_id="b:1", pages="1-26")) == "different-pages"
    assert verdict(paper, replace(paper, record_id="b:1", pages="31-6")) == "same-place"


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("10.1000/ABC", "https://doi.org/10.1000/abc.", "same-doi"),
        ("10.1000/abc.v2", "doi:10.1000/abc", "same-doi"),
        ("10.1000/abc", "10.1000/abd", "different-doi"),
    ],
)
def test_ways_of_writing_a_doi_are_one(one: str, other: str, rule: str) -> None:
    assert verdict(replace(PAPER, doi=one), replace(PAPER, record_id="b:1", doi=other)) == rule


def test_two_dois_of_one_place_are_for_a_person() -> None:
    """An article registered by its publisher and by an archive carries two; so do two articles and a slip of pages."""
    one = replace(PAPER, venue="MIS Quarterly", volume="36", issue="1", pages="21-42", doi="10.2307/41410404")
    assert verdict(one, replace(one, record_id="b:1", pages="21", doi="10.25300/MISQ/2012/36.1.02")) == "two-dois"


@given(
    st.sampled_from(["article", "review", "editorial", "letter", None]), st.sampled_from(["preprint", "dissertation"])
)
def test_a_working_paper_and_its_article_are_two_reports(kind: str | None, other: str) -> None:
    found = verdict(replace(PAPER, type=kind), replace(PAPER, record_id="b:1", type=other))
    assert found == ("different-kind" if kind else "same-title")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DRUID Working Papers", "Journal of Economic Geography"),
        ("Proceedings of the DRUID Winter Conference", "Research Policy Letters"),
        ("SSRN Electronic", "Regional Studies Quarterly"),
    ],
)
def test_the_journals_name_tells_the_kind_where_no_type_does(one: str, other: str) -> None:
    assert verdict(replace(PAPER, venue=one), replace(PAPER, record_id="b:1", venue=other)) == "different-kind"
