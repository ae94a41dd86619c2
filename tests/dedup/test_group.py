"""Laws of the groups."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup.group import NEIGHBOURS, Grouped, _candidates, group
from slr.dedup.rules import EARLIER, FIRST, RULES, judge, side
from slr.model import Record
from tests.dedup.records import alike


def founders(grouped: Grouped) -> dict[str, str]:
    return {p.record_id: p.founder for p in grouped.placed}


def partition(founder_of: Mapping[str, str]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for record_id, founder in founder_of.items():
        members[founder].add(record_id)
    return {frozenset(group) for group in members.values()}


def distinct(a: Record, b: Record) -> bool:
    rule = judge(side(a), side(b))
    return rule is not None and rule.verdict == "distinct"


@given(alike(), st.randoms())
def test_the_groups_do_not_depend_on_the_order_of_the_records(found: list[Record], rng: random.Random) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert group(shuffled, {}) == group(found, {})


@given(alike(), st.randoms())
def test_grouping_again_with_the_result_changes_nothing(found: list[Record], rng: random.Random) -> None:
    once = founders(group(found, {}))
    rng.shuffle(found)
    assert founders(group(found, once)) == once


@given(alike())
def test_no_group_holds_two_records_that_a_rule_holds_distinct(found: list[Record]) -> None:
    founder_of = founders(group(found, {}))
    for a, b in itertools.combinations(found, 2):
        assert founder_of[a.record_id] != founder_of[b.record_id] or not distinct(a, b)


@given(alike())
def test_two_records_that_a_rule_holds_the_same_are_parted_only_by_a_contradiction(found: list[Record]) -> None:
    founder_of = founders(group(found, {}))
    members = {founder: [r for r in found if founder_of[r.record_id] == founder] for founder in founder_of.values()}
    for a, b in itertools.combinations(found, 2):
        rule = judge(side(a), side(b))
        one, other = founder_of[a.record_id], founder_of[b.record_id]
        if rule is not None and rule.verdict == "duplicate" and one != other:
            assert any(distinct(x, y) for x in members[one] for y in members[other])


@given(alike(), st.integers(0, 9))
def test_what_was_together_stays_together_under_an_id_it_had(found: list[Record], cut: int) -> None:
    """Works grow and merge as records arrive; a work id either stays or goes over into another earlier one."""
    before = founders(group(found[:cut], {}))
    after = founders(group(found, before))
    for old in set(before.values()):
        now = {after[record_id] for record_id, founder in before.items() if founder == old}
        assert len(now) == 1 and now <= set(before.values())
    assert all(founder in before.values() or founder == min(m) for m in partition(after) for founder in {after[min(m)]})


@given(alike(), st.integers(0, 9))
def test_each_record_is_explained_by_a_chain_of_pairs_that_ends_at_the_founder(found: list[Record], cut: int) -> None:
    before = founders(group(found[:cut], {}))
    placed = {p.record_id: p for p in group(found, before).placed}
    sides = {record.record_id: side(record) for record in found}
    for record_id, one in placed.items():
        assert (one.rule == FIRST) == (one.partner is None) == (record_id == one.founder)
        if one.partner is None:
            continue
        rule = judge(sides[record_id], sides[one.partner])
        if one.rule == EARLIER:
            assert before[record_id] == before[one.partner]
        else:
            assert rule is not None and rule.name == one.rule
        steps, at = 0, one
        while at.partner is not None:
            steps, at = steps + 1, placed[at.partner]
            assert steps <= len(placed)
        assert at.record_id == one.founder


def paper(record_id: str, title: str = "Local buzz and global pipelines", **fields: object) -> Record:
    given: dict[str, object] = {"authors": ("Bathelt, H.",), "year": 2004} | fields
    return Record(record_id, record_id[0], title, **given)  # type: ignore[arg-type]


def test_a_journals_doi_on_many_articles_merges_none_of_them_not_even_through_one_without_a_title() -> None:
    titles = ("Trade fairs of the Ruhr valley", "Ceramic tiles in Castellón", "The surgical cluster of Sialkot")
    found = [paper(f"a:{n}", title, doi="10.1/journal", year=2000 + n) for n, title in enumerate(titles)]
    assert len(partition(founders(group(found, {})))) == 3
    assert len(partition(founders(group([*found, paper("a:9", "", doi="10.1/journal")], {})))) == 3


def test_an_untyped_record_does_not_join_an_article_with_its_working_paper() -> None:
    found = [paper("a:1", type="article"), paper("b:1"), paper("c:1", type="report")]
    assert partition(founders(group(found, {}))) == {frozenset({"a:1", "b:1"}), frozenset({"c:1"})}


def test_the_strongest_rule_joins_first() -> None:
    """The record without a DOI could go to either; the DOI that two records share is settled before."""
    found = [paper("a:1"), paper("b:1", doi="10.1/a"), paper("c:1", doi="10.1/b"), paper("d:1", doi="10.1/b")]
    placed = {p.record_id: p for p in group(found, {}).placed}
    assert (placed["d:1"].rule, placed["d:1"].partner) == ("same-doi", "c:1")
    assert (placed["b:1"].rule, placed["b:1"].partner) == ("same-title", "a:1")


def test_two_works_that_a_new_record_joins_are_explained_through_it() -> None:
    old = [paper("b:1", doi="10.1/x", year=2003), paper("b:2", doi="10.1/x", year=2002), paper("c:1")]
    before = founders(group(old, {}))
    assert len(partition(before)) == 2
    placed = {p.record_id: p for p in group([*old, paper("a:9", doi="10.1/x")], before).placed}
    assert {p.founder for p in placed.values()} == {"b:1"}
    assert (placed["c:1"].rule, placed["c:1"].partner) == ("same-title", "a:9")
    assert (placed["b:1"].rule, placed["b:2"].rule) == (FIRST, EARLIER)


def test_a_thousand_alike_are_one_work_and_the_pairs_compared_grow_as_their_number() -> None:
    found = [paper(f"a:{n:04}", pages=str(n), type="article" if n % 3 else None) for n in range(1000)]
    assert len(partition(founders(group(found, {})))) == 1
    assert sum(1 for _ in _candidates(map(side, found))) <= 1000 * NEIGHBOURS
    editorials = [paper(f"a:{n:04}", "Editorial") for n in range(1000)]
    assert len(partition(founders(group(editorials, {})))) == 1000


@settings(max_examples=20)
@given(st.integers(NEIGHBOURS, NEIGHBOURS * 3), st.randoms())
def test_duplicates_far_apart_in_a_large_block_are_found(n: int, rng: random.Random) -> None:
    """One DOI on many articles, two records of each: sorting by title brings the two together."""
    names = rng.sample(range(10**9), n)
    titles = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12)) + f" {name:x}" for name in names]
    found = [Record(f"{s}:{i:04}", s, title, doi="10.1/j") for s in "ab" for i, title in enumerate(titles)]
    founder_of = founders(group(found, {}))
    assert all(founder_of[f"a:{i:04}"] == founder_of[f"b:{i:04}"] for i in range(n))


def test_the_order_of_the_rules_is_part_of_their_meaning() -> None:
    assert [rule.name for rule in RULES] == [
        "same-identifier",
        "same-doi",
        "foreign-identifier",
        "different-doi",
        "different-kind",
        "different-place",
        "same-title",
    ]
