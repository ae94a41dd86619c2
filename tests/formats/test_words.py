"""Types and languages in the words of the model."""

from __future__ import annotations

import pytest

from slr.formats.words import _TYPES, language, record_type, retracted
from slr.model import RECORD_TYPES


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["Journal Article"], "article"), (["journalArticle"], "article"), (["JOUR"], "article"),
        (["Journal, Article"], "article"),
        (["Journal Article", "Review", "Comparative Study"], "review"), (["Article; Proceedings Paper"], "article"),
        (["Proceedings Paper"], "conference-paper"), (["Book, Section"], "book-chapter"), (["bookSection"],
        "book-chapter"),
        (["Book", "Edited Book", "Chapter"], "book-chapter"), (["Reports - Research"], "report"),
        (["Journal Articles", "Reports - Research"], "article"), (["IEEE Conferences"], "conference-paper"),
        (["phdthesis"], "dissertation"),
        (["Published Erratum"], "erratum"), (["Retraction of Publication"], "retraction"), (["Letter", "Comment"],
        "letter"),
        (["Meeting Abstract"], "conference-paper"), (["Poetry"], "other"), (["Preprint"], "preprint"), (["xyz"],
        None), ([], None),
    ],
)  # fmt: skip
def test_the_most_telling_word_counts_and_an_unknown_one_is_no_guess(values: list[str], found: str | None) -> None:
    assert record_type(values) == found


def test_every_type_is_one_of_the_model_and_knows_its_own_name() -> None:
    assert set(_TYPES) == set(RECORD_TYPES)
    assert all(record_type([name]) == name for name in RECORD_TYPES)


def test_a_retracted_publication_is_told_from_its_notice() -> None:
    assert retracted(["Journal Article", "Retracted Publication"]) is True and retracted(["Retracted"]) is True
    assert retracted(["Retraction of Publication"]) is None and retracted([]) is None


@pytest.mark.parametrize(
    ("values", "code"),
    [(["English."], "en"), (["Spanish; Castilian"], "es"), (["isl"], "is"), (["pt-BR"], "pt"),
    (["Chinese (Simplified)"], "zh"),
     (["eng", "ger"], None), (["Language"], None), (["", " "], None)],
)  # fmt: skip
def test_a_language_is_a_code_or_unknown(values: list[str], code: str | None) -> None:
    assert language(values) == code
