"""Laws of phrases for platforms whose text rules are not known, and of the syntaxes made of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import QueryError
from slr.matrix.analysis import EXACT, STEMMED
from slr.matrix.dialects import core, doaj, europepmc, semanticscholar
from slr.matrix.dialects.literal import LITERAL, plain, searchable
from slr.matrix.parts import Part, cut, limited
from slr.matrix.query import And, Or, PhraseQ, absorb, expression, matches
from slr.matrix.terms import Matrix
from tests.matrix.report import report_matrix
from tests.matrix.strategies import fields, matrices


def query(*sides: list[str]) -> And:
    return And(tuple(Or(tuple(map(PhraseQ, side))) for side in sides))


EXAMPLE = query(["knowledge transfer", "spill-over"], ["cluster"])


@given(matrices(), fields, st.sampled_from([STEMMED, EXACT, LITERAL]))
def test_what_is_left_out_is_found_anyway_whatever_the_platform_makes_of_words(
    matrix: Matrix, record: list[str], analyzer: object
) -> None:
    whole = expression(matrix)
    reduced, absorbed = absorb(whole, LITERAL)
    assert matches(reduced, record, analyzer) == matches(whole, record, analyzer)  # type: ignore[arg-type]
    assert not any(one.inflected for one in absorbed)


def test_nothing_is_assumed_of_hyphens_and_endings() -> None:
    _, absorbed = absorb(query(["cluster", "inter-cluster", "between clusters", "industrial cluster"]), LITERAL)
    assert [(one.phrase, one.by) for one in absorbed] == [("industrial cluster", "cluster")]


def test_the_syntaxes_are_as_documented() -> None:
    assert semanticscholar.query_text(EXAMPLE) == '("knowledge transfer" | "spill-over") + ("cluster")'
    assert europepmc.query_text(EXAMPLE, 1990, None) == (
        '(TITLE:"knowledge transfer" OR ABSTRACT:"knowledge transfer" OR TITLE:"spill-over" OR ABSTRACT:"spill-over")'
        ' AND (TITLE:"cluster" OR ABSTRACT:"cluster") AND PUB_YEAR:[1990 TO 3000]'
    )
    assert doaj.query_text(limited(EXAMPLE, 1990, 2011)) == (
        '(bibjson.title:("knowledge transfer" OR "spill-over") OR '
        'bibjson.abstract:("knowledge transfer" OR "spill-over"))'
        ' AND (bibjson.title:("cluster") OR bibjson.abstract:("cluster")) AND bibjson.year:[1990 TO 2011]'
    )
    assert core.query_text(limited(query(["a1"]), None, 2011)) == (
        '(title:"a1" OR abstract:"a1") AND yearPublished>=1000 AND yearPublished<=2011'
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(1990, 2011, "1990-2011"), (1990, None, "1990-"), (None, 2011, "-2011"), (None, None, "")],
)
def test_the_years_of_semantic_scholar_are_one_parameter(first: int | None, last: int | None, said: str) -> None:
    assert semanticscholar.years(first, last) == said


@pytest.mark.parametrize("dialect", [doaj, core])
@given(
    matrices(), st.sampled_from([(None, None), (1990, None), (None, 2011), (1990, 2011)]), st.text("01", max_size=12)
)
def test_a_part_is_read_back_from_its_own_text(
    dialect: object, matrix: Matrix, years: tuple[int | None, int | None], path: str
) -> None:
    part = limited(And(tuple(Or(tuple(dict.fromkeys(s.parts))) for s in expression(matrix).parts)), *years)
    for child in path:
        part = cut(part)[int(child)] if cut(part) else part
    try:
        text = dialect.query_text(part)  # type: ignore[attr-defined]
    except QueryError:
        return
    read: Part = dialect.read(text)  # type: ignore[attr-defined]
    assert dialect.query_text(read) == text  # type: ignore[attr-defined]
    assert (read.years, read.undated) == (part.years, part.undated)
    assert [len(side.parts) for side in read.expr.parts] == [len(side.parts) for side in part.expr.parts]


def test_every_colon_of_a_doaj_query_but_the_first_follows_an_and_or_an_or() -> None:
    """Else its server escapes the colon (discovery.py, ``escape``), and the query means something else."""
    part = limited(query(["a1", "b1"], ["c1"]), None, None)
    for each in (part, *cut(part), *cut(cut(part)[0])):
        for piece in doaj.query_text(each).split(":")[1:-1]:
            assert " AND " in piece or " OR " in piece


@pytest.mark.parametrize("text", ["to be", "of the", "“ ”", "?"])
def test_a_phrase_that_a_platform_may_ignore_altogether_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="DOAJ"):
        plain(PhraseQ(text), "DOAJ")


@pytest.mark.parametrize("text", ['a "b" c', "a*b", "a|b + c", "(a) ~2", "title: a", "a\\b/c"])
def test_no_character_of_a_syntax_is_left_in_a_phrase(text: str) -> None:
    bare = plain(PhraseQ(text), "CORE")
    assert not re.search(r'["*|+()~:\\/?\[\]{}^]', bare)
    assert EXACT.pattern(bare) == EXACT.pattern(text)


def test_a_phrase_that_means_something_else_without_its_character_is_refused() -> None:
    with pytest.raises(QueryError, match="without that character"):
        plain(PhraseQ("1,320 cells"), "CORE")


def test_a_title_is_searched_for_by_its_words_alone() -> None:
    assert searchable('The "great" move: A|B tests, and co-op?') == "The great move A B tests and co-op"
    assert searchable("!?") == ""


def test_the_matrix_of_the_report_stays_within_the_limits_of_clauses() -> None:
    whole = expression(report_matrix(use_variants=True))
    assert europepmc.clauses(whole) == core.clauses(whole) <= europepmc.LIMITS.clauses.value
