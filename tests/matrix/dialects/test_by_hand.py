"""The platforms that are searched by hand: their syntax means the matrix, and no string is beyond a limit."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.dialects.by_hand import BY_NAME, PLATFORMS
from slr.matrix.dialects.platform import Platform, connectors, regular_singular
from slr.matrix.query import And, Or, PhraseQ, absorb, expression, matches
from slr.matrix.terms import Axis, Matrix, Phrase
from slr.report.strings import sheet
from tests.matrix.strategies import fields, matrices
from tests.support.pasted import found

WORDS = ["knowledge", "transfer", "cluster", "clusters", "spill-over", "to", "industrial", "district", "news"]
named = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join).filter(lambda t: t != "to")
axes = st.lists(st.lists(texts, min_size=1, max_size=12, unique=True), min_size=1, max_size=2)


def made(sides: list[list[str]]) -> Matrix:
    return Matrix(tuple(Axis(f"axis {n}", tuple(map(Phrase, side))) for n, side in enumerate(sides)))


def asked(expr: And) -> set[frozenset[str]]:
    sides = ([phrase.text for phrase in side.parts] for side in expr.parts)
    return set(map(frozenset, itertools.product(*sides)))


@named
@given(axes.filter(lambda sides: not any(t.replace("to", "").strip() == "" for side in sides for t in side)))
def test_the_strings_read_back_are_the_cells_and_keep_every_limit(platform: Platform, sides: list[list[str]]) -> None:
    matrix = made(sides)
    for absorbing in (True, False):
        made_sheet = sheet(matrix, platform, absorbing=absorbing)
        kept = absorb(expression(matrix), platform.analyzer)[0] if absorbing else expression(matrix)
        assert set().union(*(found(query.text) for query in made_sheet.queries)) == asked(kept)
        assert sum(len(asked(query.expr)) for query in made_sheet.queries) >= len(asked(kept))
        for query in made_sheet.queries:
            assert platform.characters is None or len(query.text) <= platform.characters.value
            assert platform.connectors is None or query.connectors <= platform.connectors.value
            assert query.text.isprintable() and "“" not in query.text


@named
@given(matrices(), fields)
def test_any_record_is_found_by_the_strings_as_by_the_whole_matrix(
    platform: Platform, matrix: Matrix, record: list[str]
) -> None:
    """Under the platform's own text rules, phrases left out included."""
    try:
        parts = [query.expr for query in sheet(matrix, platform).queries]
    except QueryError:
        return
    rules = platform.analyzer
    assert any(matches(part, record, rules) for part in parts) == matches(expression(matrix), record, rules)


@named
def test_the_lines_are_the_string(platform: Platform) -> None:
    terms = [f"term {n}" for n in range(120)]
    one = sheet(made([terms, ["cluster", "industrial district"]]), platform)
    if not platform.counts_unions:
        assert one.lines == ()
        return
    *lines, (_, whole) = one.lines
    for name, text in reversed(lines):
        whole = whole.replace(name, f"({text})")
        assert platform.advised is None or connectors(text) <= platform.advised.value
    assert found(whole) == found(one.queries[0].text)


@named
def test_every_rule_has_its_source_and_day(platform: Platform) -> None:
    limits = [limit for limit in (platform.connectors, platform.characters, platform.advised) if limit]
    for one in (*limits, *platform.rules):
        assert one.source.strip() and date(2026, 1, 1) <= one.checked
    assert platform.databases and platform.field and platform.cautions


def test_each_platform_writes_its_own_syntax() -> None:
    expr = And((Or((PhraseQ("a b"), PhraseQ("c"))), Or((PhraseQ("d"),))))
    assert {name: platform.write(expr) for name, platform in BY_NAME.items()} == {
        "ebsco": '(TI ("a b" OR "c") OR AB ("a b" OR "c") OR SU ("a b" OR "c") OR KW ("a b" OR "c")) '
        'AND (TI ("d") OR AB ("d") OR SU ("d") OR KW ("d"))',
        "sciencedirect": '("a b" OR c) AND (d)',
        "emerald": '("a b" OR "c") AND ("d")',
        "google_scholar": '("a b" OR "c") ("d")',
        "scopus": 'TITLE-ABS-KEY(("a b" OR "c") AND ("d"))',
        "web_of_science": 'TS=("a b" OR "c") AND TS=("d")',
        "proquest": 'NOFT(("a b" OR "c") AND ("d"))',
    }


def test_only_sciencedirect_leaves_plurals_out() -> None:
    matrix = made([["knowledge transfer"], ["cluster", "between clusters", "news", "new", "industrial cluster"]])
    for platform in PLATFORMS:
        gone = {one.phrase: one.inflected for one in sheet(matrix, platform).absorbed}
        plural = {"between clusters": True} if platform.name == "sciencedirect" else {}
        assert gone == {"industrial cluster": False, **plural}, platform.name


@pytest.mark.parametrize(
    ("word", "singular"),
    [("clusters", "cluster"), ("districts", "district"), ("news", "news"), ("basis", "basis"), ("access", "access"),
     ("campus", "campus"), ("gas", "gas"), ("b2bs", "b2bs"), ("cluster", "cluster")],
)  # fmt: skip
def test_only_plain_plurals_are_folded(word: str, singular: str) -> None:
    assert regular_singular(word) == singular


def test_where_the_meaning_changes_is_said_with_the_phrases() -> None:
    matrix = made([["knowledge spill-over"], ["district to district", "firm"]])
    said = {platform.name: " ".join(sheet(matrix, platform).warnings) for platform in PLATFORMS}
    for name in ("ebsco", "emerald", "google_scholar", "web_of_science"):
        assert "'knowledge spill-over'" in said[name], name
        assert "'district to district'" in said[name], name
    assert "'district to district'" not in said["proquest"]
    assert "full text is searched" in said["google_scholar"]
    assert "hyphen" not in said["sciencedirect"]


def test_many_sub_queries_are_said_and_few_are_not() -> None:
    few, many = ([f"term {n}" for n in range(count)] for count in (5, 60))
    platform = BY_NAME["sciencedirect"]
    assert not any("many to run" in w for w in sheet(made([few, ["cluster"]]), platform).warnings)
    assert any("many to run" in w for w in sheet(made([many, few]), platform).warnings)


def test_a_phrase_of_stop_words_is_refused() -> None:
    with pytest.raises(QueryError, match="may ignore every word of the phrase 'to be'"):
        sheet(made([["to be"], ["cluster"]]), BY_NAME["scopus"])
