"""What the rules see of a record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.dedup.sides import side
from slr.dedup.venues import same_journal
from slr.model import Record


def record(title: str = "", **fields: object) -> Record:
    return Record("a:1", "a", title, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("Erratum: Local buzz", "correction"),
        ("Correction to: Local buzz", "correction"),
        ("Publisher's correction: Local buzz", "correction"),
        ("Corrigendum to “Local buzz”", "correction"),
        ("Local buzz and pipelines (vol 28, pg 31, 2004)", "correction"),
        ("Local buzz and pipelines (Progress in Human Geography (2004) 28 (31-56))", "correction"),
        ("Retraction notice: Local buzz", "retraction"),
        ("Retraction: Local buzz", "retraction"),
        ("Expression of concern: Local buzz", "retraction"),
        ("Reply to Giuliani", "reply"),
        ("Authors' reply", "reply"),
        ("Local buzz and pipelines - Reply", "reply"),
        ("Local buzz: a rejoinder", "reply"),
        ("Comment on: Local buzz", "comment"),
        ("Re: Local buzz and global pipelines", "comment"),
        ("Local buzz and global pipelines: a comment", "comment"),
        ("RETRACTED: Local buzz and global pipelines", ""),
        ("Local buzz and global pipelines", ""),
        ("Re-reading the industrial district", ""),
        ("Immune response in volunteers", ""),
        ("Local buzz and pipelines (a study of 2004)", ""),
    ],
)
def test_a_notice_is_known_by_its_title(title: str, mark: str) -> None:
    assert side(record(title)).mark == mark


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Part II of the study", "Part 2 of the study"),
        ("Type I error", "Type 1 error"),
        ("Part two of the study", "Part II of the study"),
        ("1,000 firms", "1000 firms"),
        ("HPV-16 in women", "HPV 16 in women"),
        ("Local buzz. [Review] [133 refs]", "Local buzz"),
    ],
)
def test_numbers_agree_in_each_way_of_writing(one: str, other: str) -> None:
    assert side(record(one)).numbers == side(record(other)).numbers


@pytest.mark.parametrize("other", ["Part I of the study", "Part III of the study", "The study"])
def test_other_numbers_differ(other: str) -> None:
    assert side(record("Part II of the study")).numbers != side(record(other)).numbers


def test_what_databases_add_to_a_title_is_not_of_it() -> None:
    plain = side(record("Findings to date from the triage study"))
    for added in (
        "Findings to date from the triage study. [Review] [23 refs]",
        "Findings to date from the triage study.[Erratum appears in N Engl J Med. 2009 Jun 4;360(23):2487]",
        "Findings to date from the triage study [see comment]",
        "RETRACTED: Findings to date from the triage study",
        "Findings to date from the triage study (panel session)",
    ):
        assert side(record(added)).title == plain.title
    assert side(record("[A translated title in brackets]")).title == "a translated title in brackets"


@pytest.mark.parametrize(
    ("venue", "kind"),
    [
        ("Journal of Economic Geography", "journal"),
        ("ACM Trans. Database Syst.", "journal"),
        ("Proceedings of the 12th International Conference on e-Business", "conference"),
        ("DRUID Winter Conference", "conference"),
        ("Proceedings of the National Academy of Sciences", None),
        ("NBER Working Paper", "working paper"),
        ("PhD thesis, University of Southern Denmark", "dissertation"),
        ("Cancer", None),
        (None, None),
    ],
)
def test_the_kind_is_told_by_the_journals_name(venue: str | None, kind: str | None) -> None:
    assert side(record("t", venue=venue)).kind == kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Journal of Economic Geography", "J. Econ. Geogr.", 1),
        ("The Journal of Infectious Diseases", "Journal of Infectious Diseases", 1),
        ("International Journal of Cancer", "Int J Cancer", 1),
        ("New England Journal of Medicine", "N Engl J Med", 1),
        ("Obstetrics & Gynecology", "Obstetrics and Gynecology", 1),
        ("Proceedings of the National Academy of Sciences of the United States of America", "PNAS", 1),
        ("BMJ (Clinical research ed.)", "BMJ", 1),
        ("Cancer Causes & Control : CCC", "Cancer causes and control", 1),
        ("ACM SIGMOD Record", "SIGMOD Record", 1),
        ("Journal of the National Cancer Institute", "J Natl Cancer Inst", 1),
        ("Cancer", "Cancer Research", -1),
        ("Lancet", "Lancet Oncology", -1),
        ("Local Economy", "Research Policy", 0),
        ("Journal of Economic Geography", "Journal of Economic History", 0),
        ("", "Research Policy", -1),
    ],
)
def test_journals_are_known_by_their_abbreviations(one: str, other: str, same: int) -> None:
    a, b = side(record(venue=one)).venue, side(record(venue=other)).venue
    assert same_journal(a, b) == same_journal(b, a) == same


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_has_a_comparable_form(title: str, other: str) -> None:
    made = side(record(title, venue=other, volume=other, issue=other, pages=other, doi=other, authors=(other, title)))
    assert made.title == " ".join(made.title.split())
    assert made == side(record(title, venue=other, volume=other, issue=other, pages=other, doi=other,
                               authors=(other, title)))  # fmt: skip
