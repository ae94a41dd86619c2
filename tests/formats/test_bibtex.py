"""BibTeX as databases and people write it."""

from __future__ import annotations

import pytest

from slr.formats.bibtex import read
from slr.model import Record


def one(text: str) -> Record:
    parsed = read(text, "X")
    assert len(parsed.entries) == 1 and not parsed.rejected
    return parsed.entries[0].record


def test_an_entry_as_scopus_writes_it() -> None:
    found = read(
        """Scopus
EXPORT DATE: 23 September 2021

@ARTICLE{Gao2021,
author={Gao, X. and Ni, W.},
title={Per- and polyfluoroalkyl substances},
journal={Environmental Research},
year={2021}, volume={201}, art_number={111632},
doi={10.1016/j.envres.2021.111632},
url={https://www.scopus.com/inward/record.uri?eid=2-s2.0-85109454279&doi=10.1016%2fj.envres},
author_keywords={PFAS;  Review},
issn={00139351}, pubmed_id={32741292}, language={English}, document_type={Review}, source={Scopus},
funding_details={One}, funding_details={Two},
}
""",
        "Scopus",
    ).entries
    assert [entry.line for entry in found] == [4]
    assert found[0].record == Record(
        "", "Scopus", "Per- and polyfluoroalkyl substances", ("Gao, X.", "Ni, W."), 2021, "Environmental Research",
        "201", None, "111632",
        "10.1016/j.envres.2021.111632", "review", "en", None, ("PFAS", "Review"), None,
        "https://www.scopus.com/inward/record.uri?eid=2-s2.0-85109454279&doi=10.1016%2fj.envres",
        {"pmid": "32741292", "scopus": "2-s2.0-85109454279", "issn": "0013-9351"},
    )  # fmt: skip


def test_strings_are_resolved_and_joined_whatever_their_case() -> None:
    text = '@String{Stefan = "Stefan Smith"}\n@string(and = " and ")\n@Book{k, Author = stefan # And # "Anna Lee", yEAr = 1942, month = mar, title = {x}}'
    assert one(text).authors == ("Smith, Stefan", "Lee, Anna")


def test_keys_and_fields_that_come_twice_lose_nothing() -> None:
    parsed = read("@article{k, title={One}, doi={}, doi={10.1000/a}}\n@article{k, title={Two}}\n", "X")
    assert [(e.record.title, e.record.doi) for e in parsed.entries] == [("One", "10.1000/a"), ("Two", None)]


def test_what_a_cross_reference_says_is_taken_where_the_entry_is_silent() -> None:
    text = """@inproceedings{a, title={Paper}, crossref={Conf:06}, pages={330—331}}
@proceedings{conf:06, title={Proceedings of X}, year={2006}}"""
    first, second = (entry.record for entry in read(text, "X").entries)
    assert (first.venue, first.year, first.pages, first.type) == (
        "Proceedings of X",
        2006,
        "330-331",
        "conference-paper",
    )
    assert second.title == "Proceedings of X"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Smith, Anna and John van der Berg", ("Smith, Anna", "van der Berg, John")),
        ("{World Bank} and {Barnes and Noble} and others", ("World Bank", "Barnes and Noble")),
        ("Smith, Jr, John", ("Smith, John, Jr",)),
        ("Smith, Jr., J. and Lee, III, Al", ("Smith, J., Jr.", "Lee, Al, III")),
        ("Smith, John, Jr.", ("Smith, John, Jr.",)),
        ("sudhin jacob", ("jacob, sudhin",)),
        ('P\\"{a}ckert, M.', ("Päckert, M.",)),
        ("Broken, {A. and Lee, B.", ("Broken, A.", "Lee, B.")),
    ],
)
def test_names_are_parted_at_and_outside_of_braces(author: str, names: tuple[str, ...]) -> None:
    assert (
        one(f"@article{{k, title={{x}}, author = {{{author}}}}}".replace("{Broken, {A.", "{Broken, {A.}")).authors
        == names
    )


@pytest.mark.parametrize(
    ("entry", "type_"),
    [("article", "article"), ("inproceedings", "conference-paper"), ("incollection", "book-chapter"), ("phdthesis",
    "dissertation"),
     ("techreport", "report"), ("misc", None), ("misc, archiveprefix={arXiv}, eprint={2101.00001}", "preprint"),
     ("article, type={Editorial Material}", "editorial")],
)  # fmt: skip
def test_the_type_is_the_entrys_or_the_databases_word(entry: str, type_: str | None) -> None:
    name, _, more = entry.partition(",")
    found = one(f"@{name}{{k, title={{x}}{',' if more else ''}{more}}}")
    assert found.type == type_ and ("arxiv" in found.ids) == ("arXiv" in entry)


def test_an_entry_in_round_brackets_and_a_missing_comma_are_mended() -> None:
    assert one("@article(k,\n title = {One}\n year = {2004}\n)\n").year == 2004


def test_a_broken_entry_is_rejected_with_its_line_and_the_next_is_read() -> None:
    parsed = read("@article{a, title={One}}\n\n@article{b, title={Two,\n\n@article{c, title={Three}}\n", "X")
    assert [entry.record.title for entry in parsed.entries] == ["One", "Three"]
    assert [r.line for r in parsed.rejected] == [3]
