"""Ovid's tagged files of many databases."""

from __future__ import annotations

import pytest

from slr.formats.ovid import read
from slr.model import Record

FILE = """<3. >
VN  - Ovid Technologies
DB  - Journals@Ovid
AN  - 00135124-201001000-00018.
AU  - Peterson, James A. Ph.D., FACSM
AU  - Zhang, Weijia 1,2,+
TI  - Take Ten: Need-to-Know Facts.  [Miscellaneous]
SO  - ACSM'S Health & Fitness Journal January/February 2010;14(1):56
KW  - facts; cancer

LG  - English.
IS  - 1091-5397
DI  - 10.1249/FIT.0b013e3181c6723d

<7807. >
VN  - Ovid Technologies
AU  - Gaertner, Alfred L. [Author, Reprint Author; E-mail: agaertner@genecor.com]
TI  - Increasing throughput.
SO  - Kamp, Roza Maria [Editor], Calvete, Juan J. [Editor]. Methods in proteome analysis.:371-397, 2004.
PT  - Book Chapter
IB  - 3540202226
"""


def test_a_record_as_ovid_writes_it() -> None:
    parsed = read(FILE, "Ovid")
    assert parsed.entries[0].record == Record(
        "", "Ovid", "Take Ten: Need-to-Know Facts", ("Peterson, James A.", "Zhang, Weijia"), 2010,
        "ACSM'S Health & Fitness Journal",
        "14", "1", "56", "10.1249/fit.0b013e3181c6723d", None, "en", None, ("facts", "cancer"), None, None,
        {"accession": "00135124-201001000-00018", "issn": "1091-5397"},
    )  # fmt: skip
    book = parsed.entries[1].record
    assert (book.authors, book.venue, book.pages, book.year, book.type) == (
        ("Gaertner, Alfred L.",), "Methods in proteome analysis", "371-397", 2004, "book-chapter",
    )  # fmt: skip
    assert [entry.line for entry in parsed.entries] == [1, 15]


def test_the_highest_number_says_how_many_the_search_had_at_least() -> None:
    assert read(FILE, "Ovid").declared == 7807


def test_a_number_of_pubmed_is_told_from_other_numbers() -> None:
    assert read("<1>\nUI  - 12345678\nTI  - x\n", "X").entries[0].record.ids == {"pmid": "12345678"}
    assert read("<1>\nUI  - 2012-1\nTI  - x\n", "X").entries[0].record.ids == {}


def test_the_older_layout_with_words_for_tags_is_read_too() -> None:
    text = "<1>\nUnique Identifier\n  12345678\nAuthors\n  Mulla ZD.  Plewa MC.\nTitle\n  Clusters of\n  cases.\nSource\n  Ann Emerg Med. 12(3):1-9, 2001 Feb.\n"
    found = read(text, "X").entries[0].record
    assert (found.title, found.year, found.volume, found.venue) == ("Clusters of cases", 2001, "12", "Ann Emerg Med")


@pytest.mark.parametrize(
    ("printed", "name"),
    [("Gazic, Barbara MD, PhD *", "Gazic, Barbara"), ("Simon, Ph. 1", "Simon, Ph."),
    ("Walsdorf, Neill B. [Inventor]", "Walsdorf, Neill B."),
     ("Shedko, MB", "Shedko, MB"), ("Sudler, Eric L", "Sudler, Eric L"), ("Do, Anna", "Do, Anna")],
)  # fmt: skip
def test_marks_degrees_and_roles_are_no_part_of_a_name(printed: str, name: str) -> None:
    assert read(f"<1. >\nTI  - x\nAU  - {printed}\n", "X").entries[0].record.authors == (name,)
