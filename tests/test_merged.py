"""The one description of a work."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.merged import LONGEST_ABSTRACT, RULES, Filled, merge
from slr.model import Record

POOR = Record("a:1", "a", "Local buzz", year=2004, doi="10.1/x")
RICH = Record("b:1", "b", "Local Buzz", ("Bathelt, H.",), 2005, abstract="We …", venue="Progress", retracted=False)
some = st.builds(
    Record,
    st.sampled_from(["a:1", "a:2", "b:1", "b:2", "c:1"]),
    st.just("a"),
    st.sampled_from(["", "Local buzz", "LOCAL BUZZ", "Buzz", "Buzz …"]),
    st.sampled_from([(), ("Bathelt, H.",), ("Bathelt, Harald", "et al."), ("Bathelt, H.", "Malmberg, A.")]),
    st.sampled_from([None, 2004, 2005]),
    st.sampled_from([None, "Progress in Human Geography", "Prog Hum Geogr"]),
    st.sampled_from([None, "28", "8"]),
    st.sampled_from([None, "1"]),
    st.sampled_from([None, "31-56", "31"]),
    st.sampled_from([None, "10.1/x", "10.1/y", "10.2139/ssrn.1"]),
    type=st.sampled_from([None, "article", "other"]),
    abstract=st.sampled_from([None, "We …", "We argue", "x" * (LONGEST_ABSTRACT + 1)]),
    keywords=st.sampled_from([(), ("buzz",), ("buzz", "cluster")]),
    retracted=st.none() | st.booleans(),
    ids=st.sampled_from([{}, {"pmid": "1"}, {"pmid": "2", "openalex": "W1"}]),
)


def test_every_field_of_a_record_has_its_rule_in_words() -> None:
    assert {rule.field for rule in RULES} == {f.name for f in fields(Record)} - {"record_id", "source", "origin"}
    assert all(rule.sentence for rule in RULES)


CHOICES = {
    "title": [
        ("Local buzz and global pipelines", ["Local buzz and glob…", "LOCAL BUZZ AND GLOBAL PIPELINES"]),
        ("Local buzz", ["Local buzz", "Local buzz: a page header that only one source has"]),
    ],
    "authors": [
        (("Bathelt, H.", "Malmberg, A."), [("Bathelt, Harald",)]),
        (("Bathelt, H.",), [("Bathelt, H.", "Malmberg, A.", "et al.")]),
        (("Bathelt, Harald",), [("Bathelt, H.",)]),
    ],
    "year": [(2004, [2004, 2003])],
    "venue": [("Progress in Human Geography", ["Prog Hum Geogr", "PROGRESS IN HUMAN GEOGRAPHY"])],
    "volume": [("28", ["28", "8"])],
    "issue": [("1", ["1", "2"])],
    "pages": [("31-56", ["31", "1-26"]), ("507-520", ["507-20"])],
    "doi": [
        ("10.1191/0309132504ph469oa", ["10.2139/ssrn.1", "10.2139/ssrn.1"]),
        ("10.1101/gr.1", ["10.1101/2020.01.02.3"]),
    ],
    "type": [("article", ["other", "other"])],
    "language": [("en", ["en", "de"])],
    "abstract": [
        ("We argue so.", ["We argue …", "We argue so (ABSTRACT TRUNCATED AT 250 WORDS)", "x" * (LONGEST_ABSTRACT + 1)]),
        ("We argue at length.", ["We argue."]),
    ],
    "keywords": [(("a", "b"), [("c",)])],
    "retracted": [(True, [False, False])],
    "references": [(("W1", "W2"), [("W3",)])],
}


@pytest.mark.parametrize(("name", "best", "others"), [(n, b, o) for n, cases in CHOICES.items() for b, o in cases])
def test_of_a_fields_values_the_best_by_its_rule_counts_and_its_record_is_named(
    name: str, best: object, others: list[object]
) -> None:
    """The records with the other values are fuller and come first: it is the rule that chooses."""
    fuller = [
        Record(f"a:{n}", "a", "x", ("A",), url="u", **{name: value})  # type: ignore[arg-type]
        if name not in ("title", "authors")
        else replace(Record(f"a:{n}", "a", "x", ("A",), url="u"), **{name: value})
        for n, value in enumerate(others)
    ]
    chosen = replace(Record("z:1", "z", "x"), **{name: best})
    found = merge([*fuller, chosen])
    assert getattr(found.record, name) == best
    assert getattr({r.record_id: r for r in [*fuller, chosen]}[found.came_from[name]], name) == best


def test_of_two_years_that_of_the_issue_counts() -> None:
    online, issue = Record("a:1", "a", "x", year=2003), Record("b:1", "b", "x", year=2004, volume="28", pages="31")
    assert merge([online, issue]).record.year == 2004


def test_every_sources_identifiers_are_kept_and_each_names_its_giver() -> None:
    found = merge([replace(POOR, ids={"openalex": "W1"}), replace(RICH, ids={"pmid": "12"})])
    assert found.record.ids == {"openalex": "W1", "pmid": "12"}
    assert (found.came_from["ids.openalex"], found.came_from["ids.pmid"]) == ("a:1", "b:1")


def test_who_gave_what_is_told_in_a_line() -> None:
    assert merge([POOR, RICH]).whose() == "a:1: doi; b:1: abstract, authors, retracted, title, venue, year"


def test_one_source_that_says_retracted_is_enough_and_is_named() -> None:
    found = merge([RICH, replace(POOR, retracted=True)])
    assert found.record.retracted is True and found.came_from["retracted"] == "a:1"


def test_a_record_alone_is_its_own_description() -> None:
    found = merge([RICH])
    assert found.record == RICH and set(found.came_from.values()) == {"b:1"}
    assert "pages" not in found.came_from


def test_what_another_source_told_counts_only_where_no_record_states_a_value() -> None:
    told = {name: Filled(value, "crossref", "x", "2026") for name, value in {"doi": "10.9/z", "language": "en"}.items()}
    found = merge([POOR, RICH], told)
    assert (found.record.doi, found.record.language) == ("10.1/x", "en")
    assert found.came_from["language"] == "crossref" and set(found.filled) == {"language"}


@given(st.lists(some, min_size=1, max_size=5, unique_by=lambda r: r.record_id), st.randoms())
def test_the_order_of_records_does_not_matter_and_each_value_is_its_givers(found: list[Record], rng: Random) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    one = merge(found)
    assert merge(shuffled) == one
    by_id = {record.record_id: record for record in found}
    for name, giver in one.came_from.items():
        kind, _, identifier = name.partition(".")
        value, given_ = getattr(one.record, kind), getattr(by_id[giver], kind)
        assert value[identifier] == given_[identifier] if identifier else value == given_
    for record in found:
        assert all(
            getattr(one.record, f.name) for f in fields(record) if getattr(record, f.name) and f.name != "origin"
        )
