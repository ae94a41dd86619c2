"""Laws of OpenAlex's syntax: what is written means what the expression means."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.dialects.openalex import LIMITS, filter_value, oql
from slr.matrix.query import And, Or, PhraseQ, absorb, expression, matches, split
from slr.matrix.terms import Matrix
from tests.matrix.report import report_matrix
from tests.matrix.strategies import fields, matrices, naive_cells


def query(*sides: list[str]) -> And:
    return And(tuple(Or(tuple(map(PhraseQ, side))) for side in sides))


def read_back(value: str) -> And:
    """The expression that a filter value says, for a value of quoted phrases, OR, AND and one level of parentheses."""
    phrase = r'"[^"()]+"'
    side = rf"\({phrase}(?: OR {phrase})*\)"
    assert re.fullmatch(rf"{side}(?: AND {side})*", value), value
    return query(*(re.findall(r'"([^"]+)"', part) for part in re.findall(side, value)))


def encoded(expr: And) -> int:
    return len(quote_plus(filter_value(expr)))


@given(matrices(), fields, st.sampled_from([STEMMED, EXACT]), st.integers(120, 400))
def test_what_is_sent_finds_exactly_the_union_of_the_cells(
    matrix: Matrix, record: list[str], analyzer: Analyzer, limit: int
) -> None:
    def size(expr: And) -> int:
        return len(filter_value(expr, analyzer))

    whole, _ = absorb(expression(matrix), analyzer)
    sent = [filter_value(part, analyzer) for part in split(whole, size, limit, most=5_000)]
    assert all(len(value) <= limit for value in sent)
    found = any(matches(read_back(value), record, analyzer) for value in sent)
    assert found == all(naive_cells(matrix, record, analyzer))


def test_the_report_is_one_query_of_known_form() -> None:
    reduced, _ = absorb(expression(report_matrix(use_variants=False)), STEMMED)
    value = filter_value(reduced)
    assert value.startswith('("capability transfer" OR "capability transmission" OR ')
    assert value.endswith(
        ' OR "skill spill-over") AND ("cluster" OR "industrial district" OR "regional strategic network")'
    )
    assert split(reduced, encoded, LIMITS.url_bytes.value - 500) == [reduced]


def test_with_variants_the_report_is_still_one_query() -> None:
    reduced, _ = absorb(expression(report_matrix(use_variants=True)), STEMMED)
    assert split(reduced, encoded, LIMITS.url_bytes.value - 500) == [reduced]


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("and/or cluster", "and or cluster"),
        ("a, b", "a b"),
        ("cluster: x", "cluster x"),
        ("(x) | y", "x y"),
        ("x–y", "x y"),
        ("R&D", "R D"),
        ("C++", "C"),
    ],
)
def test_a_character_with_a_meaning_becomes_a_blank(phrase: str, written: str) -> None:
    assert filter_value(query([phrase])) == f'("{written}")'


@pytest.mark.parametrize("phrase", ["a:b", "1,320 firms", "1;2"])
def test_a_character_whose_loss_changes_the_search_is_an_error(phrase: str) -> None:
    with pytest.raises(QueryError, match=re.escape(repr(phrase))):
        filter_value(query([phrase]))


def test_a_phrase_of_stop_words_only_is_an_error_unless_the_search_is_exact() -> None:
    with pytest.raises(QueryError, match="'of the'"):
        filter_value(query(["cluster"], ["of the"]))
    assert filter_value(query(["of the"]), EXACT) == '("of the")'


def test_more_than_three_long_phrases_are_an_error() -> None:
    long = [f"{'x' * 80} {i}" for i in range(4)]
    assert filter_value(query(long[:3]))
    with pytest.raises(QueryError, match="more than 3 phrases of over 80"):
        filter_value(query(long))


def test_oql_says_for_each_phrase_whether_it_is_stemmed() -> None:
    expr = query(["knowledge flow", "skill flow"], ["cluster"])
    assert oql(expr, exact=False) == (
        'works where title/abstract has ((stemmed "knowledge flow" OR stemmed "skill flow") AND (stemmed "cluster"))'
    )
    assert (
        oql(expr, exact=True) == 'works where title/abstract has (("knowledge flow" OR "skill flow") AND ("cluster"))'
    )


def test_every_limit_says_where_it_is_from_and_when_it_was_read() -> None:
    for name in LIMITS.__slots__:
        limit = getattr(LIMITS, name)
        assert limit.value > 0
        assert limit.unit
        assert limit.source
        assert limit.checked.year >= 2026
