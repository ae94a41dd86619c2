"""EndNote's tagged files, and refer's."""

from __future__ import annotations

from slr.formats.enw import read
from slr.model import Record


def test_a_record_as_endnote_writes_it() -> None:
    text = """%0 Journal Article
%A 余敏
%A Kernighan, Brian W.
%T A study
%J Modern Information
%@ 1008-0821
%G chi
%D 2009
%N 2
%V 29
%P 94-98
%K clusters
firms
%X We ask.
%U http://x.org/1
%R 10.3969/j.issn.1008-0821
%W library
"""
    (entry,) = read(text, "X").entries
    assert entry.record == Record(
        "", "X", "A study", ("余敏", "Kernighan, Brian W."), 2009, "Modern Information", "29", "2", "94-98",
        "10.3969/j.issn.1008-0821",
        "article", "zh", "We ask.", ("clusters", "firms"), None, "http://x.org/1", {"issn": "1008-0821"},
    )  # fmt: skip


def test_refer_has_no_types_and_parts_records_by_empty_lines() -> None:
    text = "%T Corn\n%A W. H. Newman\n%D 1891\n\n\n%T Wheat\n%A Group of Farmers\n%J Crops\n"
    first, second = (entry.record for entry in read(text, "X").entries)
    assert (first.authors, first.year, first.type) == (("Newman, W. H.",), 1891, None)
    assert (second.authors, second.type) == (("Group of Farmers",), "article")


def test_a_title_before_the_type_and_records_without_an_empty_line_between_are_told_apart() -> None:
    parsed = read("%T One\n%0 Book\n%A A, B\n%T Two\n%0 Book\n%? odd\n", "X")
    assert [(entry.record.title, entry.record.type) for entry in parsed.entries] == [("One", "book"), ("Two", "book")]


def test_the_editors_stand_in_where_there_are_no_authors() -> None:
    assert read("%0 Edited Book\n%T x\n%E A, B\n", "X").entries[0].record.authors == ("A, B",)
