"""Laws of the groups."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup.blocking import KEYS, candidates
from slr.dedup.group import Grouped, Verdicts, group, in_order
from slr.dedup.rules import EARLIER, FIRST, PERSON, RULES, judge, side
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


@settings(deadline=None)
@given(alike(), st.randoms())
def test_the_groups_do_not_depend_on_the_order_of_the_records(found: list[Record], rng: random.Random) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert group(shuffled, {}) == group(found, {})


@settings(deadline=None)
@given(alike(), st.randoms())
def test_grouping_again_with_the_result_changes_nothing(found: list[Record], rng: random.Random) -> None:
    once = founders(group(found, {}))
    rng.shuffle(found)
    assert founders(group(found, once)) == once


@settings(deadline=None)
@given(alike())
def test_no_group_holds_two_records_that_a_rule_holds_distinct(found: list[Record]) -> None:
    founder_of = founders(group(found, {}))
    for a, b in itertools.combinations(found, 2):
        assert founder_of[a.record_id] != founder_of[b.record_id] or not distinct(a, b)


@settings(deadline=None)
@given(alike())
def test_two_records_that_a_rule_holds_the_same_are_parted_only_by_a_contradiction(found: list[Record]) -> None:
    founder_of = founders(group(found, {}))
    members = {founder: [r for r in found if founder_of[r.record_id] == founder] for founder in founder_of.values()}
    for a, b in itertools.combinations(found, 2):
        rule = judge(side(a), side(b))
        one, other = founder_of[a.record_id], founder_of[b.record_id]
        if rule is not None and rule.verdict == "duplicate" and one != other:
            assert any(distinct(x, y) for x in members[one] for y in members[other])


@settings(deadline=None)
@given(alike(), st.integers(0, 9))
def test_what_was_together_stays_together_under_an_id_it_had(found: list[Record], cut: int) -> None:
    """Works grow and merge as records arrive; a work id either stays or goes over into another earlier one."""
    before = founders(group(found[:cut], {}))
    after = founders(group(found, before))
    for old in set(before.values()):
        now = {after[record_id] for record_id, founder in before.items() if founder == old}
        assert len(now) == 1 and now <= set(before.values())
    assert all(founder in before.values() or founder == min(m) for m in partition(after) for founder in {after[min(m)]})


@settings(deadline=None)
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


def test_a_journals_doi_on_many_articles_merges_none_of_them_and_no_record_without_a_title() -> None:
    titles = ("Trade fairs of the Ruhr valley", "Ceramic tiles in Castellón", "The surgical cluster of Sialkot")
    found = [paper(f"a:{n}", title, doi="10.1/journal", year=2000 + n) for n, title in enumerate(titles)]
    assert len(partition(founders(group(found, {})))) == 3
    assert len(partition(founders(group([*found, paper("a:9", "", doi="10.1/journal")], {})))) == 4


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
    longer = "Local buzz and global pipelines: a review of the evidence"
    old = [paper("b:1", doi="10.1/x"), paper("b:2", doi="10.1/x"), paper("c:1", longer, ids={"pmid": "7"}, authors=())]
    before = founders(group(old, {}))
    assert len(partition(before)) == 2
    placed = {
        p.record_id: p for p in group([*old, paper("a:9", longer, doi="10.1/x", ids={"pmid": "7"})], before).placed
    }
    assert {p.founder for p in placed.values()} == {"b:1"}
    assert (placed["c:1"].rule, placed["c:1"].partner) == ("same-identifier", "a:9")
    assert (placed["b:1"].rule, placed["b:2"].rule) == (FIRST, EARLIER)


def test_pairs_compared_grow_as_the_number_of_records_whatever_they_share() -> None:
    """5,000 records with one DOI, 5,000 called "Editorial", 5,000 of one author and year."""
    most = 5_000 * 2 * sum(keys.window for keys in KEYS)
    one_doi = [paper(f"a:{n:04}", f"Trade fairs of the valley number {n}", doi="10.1000/journal") for n in range(5_000)]
    editorials = [paper(f"a:{n:04}", "Editorial") for n in range(5_000)]
    for found in (one_doi, editorials):
        i, _ = candidates(in_order(map(side, found)))
        assert len(i) <= most
        assert len(partition(founders(group(found, {})))) == 5_000


def test_many_copies_of_one_record_are_one_work() -> None:
    found = [paper(f"a:{n:04}", volume="28", pages="31-56") for n in range(1_000)]
    assert len(partition(founders(group(found, {})))) == 1


@settings(max_examples=10, deadline=None)
@given(st.integers(40, 200), st.randoms())
def test_duplicates_far_apart_in_a_large_block_are_found(n: int, rng: random.Random) -> None:
    """One DOI on many articles, two records of each: sorting by title brings the two together."""
    names = rng.sample(range(10**9), n)
    titles = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12)) + f" {name:x}" for name in names]
    found = [Record(f"{s}:{i:04}", s, title, doi="10.1000/j") for s in "ab" for i, title in enumerate(titles)]
    founder_of = founders(group(found, {}))
    assert all(founder_of[f"a:{i:04}"] == founder_of[f"b:{i:04}"] for i in range(n))


@settings(deadline=None)
@given(alike(), st.data())
def test_a_persons_verdicts_outrank_all_rules(found: list[Record], data: st.DataObject) -> None:
    """Distinct always; duplicate unless a person also holds two records of the groups distinct."""
    pairs = [frozenset((a.record_id, b.record_id)) for a, b in itertools.combinations(found, 2)]
    said: Verdicts = {
        pair: data.draw(st.sampled_from(["duplicate", "distinct"]))
        for pair in (data.draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)) if pairs else [])
    }
    result = group(found, {}, said)
    founder_of = founders(result)
    apart = [pair for pair, verdict in said.items() if verdict == "distinct"]
    assert all(len({founder_of[r] for r in pair}) == 2 for pair in apart)
    if not apart:
        assert all(len({founder_of[r] for r in pair}) == 1 for pair in said)
    assert not {frozenset((d.a, d.b)) for d in result.unsure} & set(said)


def test_what_a_person_held_apart_no_third_record_joins() -> None:
    found = [paper("a:1"), paper("b:1"), paper("c:1"), paper("d:1")]
    groups = partition(founders(group(found, {}, {frozenset(("a:1", "c:1")): "distinct"})))
    assert len(groups) == 2 and not any({"a:1", "c:1"} <= g for g in groups)


def test_what_a_person_joined_says_so() -> None:
    found = [paper("a:1"), paper("b:1", "Trade fairs of the Ruhr valley", year=1999)]
    placed = group(found, {}, {frozenset(("a:1", "b:1")): "duplicate"}).placed
    assert [(p.rule, p.partner) for p in placed] == [(FIRST, None), (PERSON, "a:1")]


@settings(deadline=None)
@given(alike(), st.integers(0, 9))
def test_a_doubt_stands_between_two_groups_that_no_rule_holds_apart(found: list[Record], cut: int) -> None:
    before = founders(group(found[:cut], {}))
    result = group(found, before)
    founder_of, of = founders(result), {record.record_id: record for record in found}
    seen = set()
    for doubt in result.unsure:
        groups = frozenset((founder_of[doubt.a], founder_of[doubt.b]))
        assert doubt.a < doubt.b and len(groups) == 2 and groups not in seen
        seen.add(groups)
        rule = judge(side(of[doubt.a]), side(of[doubt.b]))
        assert rule is not None and rule.name == doubt.rule and rule.verdict == "unsure"
        one, other = ([r for r in found if founder_of[r.record_id] == g] for g in groups)
        assert not any(distinct(x, y) for x in one for y in other)


@settings(deadline=None)
@given(alike())
def test_a_contradiction_that_is_added_only_parts(found: list[Record]) -> None:
    """Giving each record a DOI of its own (two publications, then) leaves no group but those of one place."""
    told = [replace(r, doi=f"10.1000/{n}", ids={}, pages=None) for n, r in enumerate(found)]
    groups = partition(founders(group(told, {})))
    of = {r.record_id: r for r in told}
    for a, b in itertools.chain.from_iterable(itertools.combinations(sorted(g), 2) for g in groups):
        assert of[a].volume == of[b].volume is not None and of[a].issue == of[b].issue


def test_the_order_of_the_rules_is_part_of_their_meaning() -> None:
    """What tells records apart comes before what joins them, but for an identifier that both carry."""
    names = [rule.name for rule in RULES]
    assert names[0] == "same-identifier"
    last_distinct = max(n for n, rule in enumerate(RULES) if rule.verdict == "distinct")
    first_unsure = min(n for n, rule in enumerate(RULES) if rule.verdict == "unsure")
    before = [rule.name for rule in RULES[:last_distinct] if rule.verdict == "duplicate"]
    assert before == ["same-identifier", "same-doi"]
    assert first_unsure == last_distinct + 1 and RULES[first_unsure].apart
    asked = [rule.verdict == "unsure" for rule in RULES if not rule.apart]
    assert asked == sorted(asked), "what joins comes before what is asked, but for what would tell apart"


def test_what_waits_for_a_person_is_not_brought_together_by_a_third_record_and_a_person_can_join_it() -> None:
    """Two DOIs at one place, and a record of that place without one, which goes with one of the two."""
    at = Record("", "s", "Local buzz and global pipelines", ("Bathelt, H.",), 2004, volume="28", pages="31-56")
    three = [
        replace(at, record_id="a", doi="10.1/a"),
        replace(at, record_id="b", doi="10.1/b"),
        replace(at, record_id="c"),
    ]
    found = group(three, {})
    assert len(set(founders(found).values())) == 2
    assert [(d.a, d.b, d.rule) for d in found.unsure] == [("a", "b", "two-dois")]
    joined = group(three, {}, {frozenset(("a", "b")): "duplicate"})
    assert len(set(founders(joined).values())) == 1 and joined.unsure == []
