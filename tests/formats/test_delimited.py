"""CSV, TSV and the like."""

from __future__ import annotations

import csv

import pytest

from slr.errors import ImportFileError
from slr.formats.delimited import read


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_a_header(mark: str) -> None:
    text = f'title{mark}authors{mark}year\n"One{mark} two"{mark}Smith A{mark}2001\n'
    assert [entry.record.title for entry in read(text, "X").entries] == [" ".join(f"One{mark} two".split())]


def test_a_hint_for_spreadsheets_and_empty_rows_are_no_records() -> None:
    parsed = read("sep=;\ntitle;authors;year\n;;\nOne;A, B;2001\n\nTwo;C, D;2002\ntitle;authors;year\n", "X")
    assert [(entry.record.title, entry.line) for entry in parsed.entries] == [("One", 4), ("Two", 6)]


def test_a_cell_may_have_lines_and_a_row_says_where_it_begins() -> None:
    parsed = read('title,abstract,year\nOne,"a\n\nb",2001\nTwo,c,2002\n', "X")
    assert [(entry.record.title, entry.record.abstract, entry.line) for entry in parsed.entries] == [
        ("One", "a b", 2),
        ("Two", "c", 5),
    ]


def test_a_cell_may_be_longer_than_the_csv_modules_limit_and_that_stays_as_it_was() -> None:
    before = csv.field_size_limit()
    parsed = read('title,references,year\nOne,"' + "r, " * 100_000 + '",2001\nTwo,x,2002\n', "X")
    assert len(parsed.entries) == 2 and csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ('"He said "no" twice",A,2001', 'He said no" twice"'),
        ("One,A,2001,,", "One"),
        ("One,A", "One"),
        ("One,A,2001,more", None),
        ('"One,A,2001', None),
    ],
)
def test_a_broken_row_is_mended_or_rejected_and_its_neighbours_are_read(row: str, kept: str | None) -> None:
    parsed = read(f"title,authors,year\nFirst,X,2000\n{row}\nLast,Y,2002\n", "X")
    titles = [entry.record.title for entry in parsed.entries]
    assert titles == (["First", "Last"] if kept is None else ["First", kept, "Last"])
    assert [rejected.line for rejected in parsed.rejected] == ([3] if kept is None else [])


def test_a_line_about_the_file_among_the_rows_is_no_record() -> None:
    parsed = read("title,authors,year,doi\nOne,A,2001,\n,,,\n,Exported by X,,\n", "X")
    assert len(parsed.entries) == 1 and [(one.what, one.lines) for one in parsed.not_understood] == [
        ("row with one cell only", (4,))
    ]


def test_a_header_of_one_title_is_enough() -> None:
    assert [entry.record.title for entry in read("Title\nOne, two\nThree\n", "X").entries] == ["One, two", "Three"]


def test_a_table_without_a_header_is_refused() -> None:
    with pytest.raises(ImportFileError, match="name its columns in its first row"):
        read("One,Smith,2001\nTwo,Lee,2002\n", "X")
