"""Step 1 lets everything through that step 2 finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.query import And, Or, PhraseQ, matches
from slr.matrix.stem import stem
from slr.sources.snapshot_search import coarse_sql, exact, shared_part
from tests.support.works import inverted

ENDINGS = ("", "s", "es", "ed", "ing", "y", "ies", "ied", "e", "er", "ss", "ings", "ying")
STEMS = ("cluster", "knowledg", "capabilit", "linkag", "stud", "transfer", "t", "ti", "di", "plan", "nn", "flow", "sk")
words = st.builds(lambda start, end: start + end, st.sampled_from(STEMS), st.sampled_from(ENDINGS))
odd = st.sampled_from(
    [
        "İstanbul",
        "ﬁrm",
        "K",
        "the",
        "of",
        "cluster's",
        "inter-cluster",
        "spill_over",
        "1,320",
        "集群",
        "naïve",
        "know\u00adledge",
        "ＡＢＣ",
        "CLUSTERS",
        "straße",
        'say "x"',
        "a\\b",
    ]
)
texts = st.lists(st.one_of(words, odd, st.text(max_size=4)), max_size=12).map(" ".join)
phrases = st.lists(
    st.one_of(words, st.sampled_from(["of", "İx", "集群", "spill_over", "naïve", "cluster's"])), min_size=1, max_size=3
).map(" ".join)
expressions = st.lists(st.lists(phrases, min_size=1, max_size=3), min_size=1, max_size=2).map(
    lambda axes: And(tuple(Or(tuple(map(PhraseQ, axis))) for axis in axes))
)


@given(st.one_of(words, st.text("abcdeginsty", min_size=1, max_size=9)))
@example("dying")
def test_a_word_begins_with_its_stem_or_with_it_less_a_last_y_or_e(word: str) -> None:
    """The law that step 1 rests on."""
    found = stem(word)
    assert word.startswith(found) or (found[-1] in "ye" and word.startswith(found[:-1]))


@given(st.one_of(words, odd, st.text(min_size=1, max_size=8)))
def test_a_word_holds_the_part_asked_for_its_stem(word: str) -> None:
    for analyzer in (STEMMED, EXACT):
        for lower in analyzer.words(word):
            assert shared_part(analyzer.stem(lower)) in lower


Passes = Callable[..., bool]


@pytest.fixture(scope="module")
def passes() -> Iterator[Passes]:
    """Whether a work with this title, abstract and year meets a condition."""
    row = "SELECT lower(concat_ws(' ', ?, ?::JSON->>'$')) AS text, ?::INTEGER AS publication_year"
    with duckdb.connect() as database:

        def ask(condition: str, title: str, abstract: str, year: int | None = None) -> bool:
            values = [title, json.dumps(inverted(abstract)), year]
            found = database.execute(f"SELECT coalesce({condition}, false) FROM ({row})", values).fetchone()
            return bool(found and found[0])

        yield ask


@pytest.mark.parametrize("analyzer", [STEMMED, EXACT], ids=lambda a: a.name)
@settings(max_examples=150, deadline=None)
@given(expression=expressions, title=texts, abstract=texts)
def test_what_matches_passes_step_1(
    analyzer: Analyzer, expression: And, title: str, abstract: str, passes: Passes
) -> None:
    title += " " + expression.parts[0].parts[0].text
    abstract += " " + expression.parts[-1].parts[-1].text
    if matches(expression, [title, " ".join(abstract.split())], analyzer):
        assert passes(coarse_sql(expression, analyzer), title, abstract)


@pytest.mark.parametrize("analyzer", [STEMMED, EXACT], ids=lambda a: a.name)
@given(expression=expressions, rows=st.lists(st.tuples(texts, st.one_of(st.none(), texts)), max_size=5))
def test_step_2_is_the_meaning_of_the_query(analyzer: Analyzer, expression: And, rows: list[Any]) -> None:
    numbered = [(i, title, abstract) for i, (title, abstract) in enumerate(rows)]
    expected = [i for i, title, abstract in numbered if matches(expression, [title, abstract or ""], analyzer)]
    assert list(exact(numbered, expression, analyzer)) == expected


def test_lower_case_agrees_with_python_on_the_letters_asked_for() -> None:
    """Over all of Unicode: an a-z that Python's lower() yields, DuckDB's yields too."""
    odd = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and any("a" <= x <= "z" for x in chr(c).lower())]
    with duckdb.connect() as database:
        for character in odd:
            [(lower,)] = database.execute("SELECT lower(?)", [character]).fetchall()
            assert [x for x in lower if "a" <= x <= "z"] == [x for x in character.lower() if "a" <= x <= "z"]


def test_step_1_leaves_out_what_shares_no_word(passes: Passes) -> None:
    condition = coarse_sql(
        And((Or((PhraseQ("knowledge transfer"), PhraseQ("skills"))), Or((PhraseQ("cluster"),)))), STEMMED
    )
    assert passes(condition, "Transferring knowledge", "between clusters")
    assert not passes(condition, "Transferring goods", "between clusters")
    assert not passes(condition, "Knowledge transfer", "between regions")


def test_step_1_keeps_to_the_years(passes: Passes) -> None:
    condition = coarse_sql(And((Or((PhraseQ("a1"),)),)), EXACT, 1990, 2011)
    years = (1989, 1990, 2011, 2012, None)
    assert [passes(condition, "a1", "", year) for year in years] == [False, True, True, False, False]
