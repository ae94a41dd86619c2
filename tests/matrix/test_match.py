"""Laws of local matching: the fast matcher agrees with the plain reading of the rules."""

from __future__ import annotations

import json
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.match import Matcher
from slr.matrix.terms import Axis, Matrix, Phrase
from slr.model import Match
from tests.matrix.report import CONCEPTS, report_matrix
from tests.matrix.strategies import matrices, naive_cells, texts
from tests.support.data import shared


@given(matrices(), texts(), texts(), st.lists(texts(), max_size=2), st.sampled_from([STEMMED, EXACT]))
def test_the_matcher_finds_what_the_plain_reading_of_the_rules_finds(
    matrix: Matrix, title: str, abstract: str, keywords: list[str], analyzer: Analyzer
) -> None:
    expected = naive_cells(matrix, [title, abstract, *keywords], analyzer)
    assert Matcher(matrix, analyzer).match(title, abstract, keywords).axes == expected


@given(st.text(), st.text(), st.sampled_from([STEMMED, EXACT]))
def test_any_text_at_all_is_cut_as_the_analyzer_cuts_it(title: str, phrase: str, analyzer: Analyzer) -> None:
    """Holds for whatever characters a title has: a phrase taken from the analyzer's own words is found."""
    matrix = Matrix((Axis("words", tuple(Phrase(word) for word in analyzer.words(title + " " + phrase))),))
    assert Matcher(matrix, analyzer).match(title, phrase, ()).axes == naive_cells(matrix, [title, phrase], analyzer)


def test_every_spelling_counts_for_its_phrase() -> None:
    matrix = report_matrix(use_variants=True)
    spill_over = 3 * 12 + 11
    for text in ("knowledge spill-over", "Knowledge Spillovers", "knowledge spill over"):
        assert Matcher(matrix, STEMMED).match(text, None, ()) == Match(((spill_over,), ()))


def test_a_concept_that_the_query_absorbs_is_still_reported() -> None:
    match = Matcher(report_matrix(use_variants=False), STEMMED).match("Flows between industrial clusters", None, ())
    assert [CONCEPTS[i] for i in match.axes[1]] == ["cluster", "industrial cluster", "between industrial clusters"]


def test_a_phrase_lies_in_one_field() -> None:
    matcher = Matcher(report_matrix(use_variants=False), STEMMED)
    assert not any(matcher.match("On knowledge", "Transfer of it", ["skill", "transfer"]).axes)
    assert matcher.match("", None, ["skill transfer"]).axes == ((4 * 12,), ())


def test_a_gap_is_one_word_and_not_the_end_of_a_field() -> None:
    matrix = Matrix((Axis("concepts", (Phrase("cluster to cluster"),)),))
    matcher = Matcher(matrix, STEMMED)
    assert matcher.match("cluster by cluster", None, ()).attributed
    assert not matcher.match("cluster", "cluster", ()).attributed
    assert not matcher.match("cluster", None, ["to", "cluster"]).attributed
    assert not matcher.match("cluster cluster", None, ()).attributed


def test_a_record_without_words_has_no_cell() -> None:
    assert Matcher(report_matrix(use_variants=True), STEMMED).match("", None, ()) == Match(((), ()))


def test_many_different_words_are_forgotten_and_found_again() -> None:
    matcher = Matcher(report_matrix(use_variants=False), STEMMED, remembered=3)
    for _ in range(2):
        found = matcher.match("alpha beta gamma knowledge transfer delta epsilon between clusters", None, ()).axes
        assert found == ((36,), (0, 9))


def test_on_real_records_the_matcher_agrees_with_the_plain_reading() -> None:
    matrix = report_matrix(use_variants=True)
    matcher = Matcher(matrix, STEMMED)
    lines = shared("topic/topic_records.jsonl").read_text(encoding="utf-8").splitlines()
    records = [(each["title"], each["abstract"] or "") for each in map(json.loads, lines)]
    for title, abstract in records + _works(60):
        assert matcher.match(title, abstract, ()).axes == naive_cells(matrix, [title, abstract], STEMMED)


def _works(count: int) -> list[tuple[str, str]]:
    with zipfile.ZipFile(shared("works/Nelson_2002/works_1.zip")) as archive:
        works = [work for name in archive.namelist() for work in json.loads(archive.read(name))]
    return [(work["title"] or "", " ".join(work["abstract_inverted_index"] or {})) for work in works[:count]]
