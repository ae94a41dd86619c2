"""Laws of the stemmer: inflections fall together, headwords and everything that is not a plain word stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.matrix.stem import HEADWORDS, LONGEST, stem


@pytest.mark.parametrize(
    ("given", "stemmed"),
    [
        ("clusters clustered clustering", "cluster"),
        ("districts", "district"),
        ("networks networked networking", "network"),
        ("transfers transferred transferring", "transfer"),
        ("technologies", "technology"),
        ("competences", "competence"),
        ("skills", "skill"),
        ("linkages", "linkage"),
        ("exchanges exchanged exchanging", "exchange"),
        ("flows flowed flowing", "flow"),
        ("exports exported exporting", "export"),
        ("imports", "import"),
        ("acquisitions", "acquisition"),
        ("spillovers", "spillover"),
    ],
)
def test_the_words_of_the_report_fall_together_with_their_inflections(given: str, stemmed: str) -> None:
    assert {stem(word) for word in given.split()} == {stemmed} == {stem(stemmed)}


INFLECTED = """
studies>study movies>movie ties>tie processes>process approaches>approach boxes>box viruses>virus diseases>disease
caches>cache heroes>hero planned>plan controlled>control called>call added>add focused>focus identified>identify
used>use compared>compare created>create treated>treat agreed>agree reducing>reduce managing>manage defining>define
studying>study assessing>assess monitoring>monitor repeating>repeat changing>change handled>handle
"""

UNCHANGED = """
learning capabilities industrial being news analysis basis business series species process focus spring thing need
knowledge transmission between strategic speed unexpected is as us was rcs
"""


@pytest.mark.parametrize("pair", INFLECTED.split())
def test_an_ending_is_taken_off_and_the_stem_mended(pair: str) -> None:
    word, stemmed = pair.split(">")
    assert stem(word) == stemmed


@pytest.mark.parametrize("word", UNCHANGED.split())
def test_what_only_looks_inflected_stays(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("word", ["b2bs", "größen", "cluster's", "e.g", "1990s", "intérêts", "x" * LONGEST + "s"])
def test_what_is_not_a_plain_english_word_stays(word: str) -> None:
    assert stem(word) == word


@given(st.text() | st.text("abdeginrstuy", min_size=1, max_size=12))
def test_a_stem_is_never_empty_and_at_most_as_long_as_its_word(word: str) -> None:
    assert bool(stem(word)) == bool(word)
    assert len(stem(word)) <= len(word)


def test_headwords_are_their_own_stems() -> None:
    assert [stem(word) for word in HEADWORDS] == list(HEADWORDS)
