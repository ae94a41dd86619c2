"""Two records beside each other: what differs is marked by signs and quotes, not by colour alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slr.cli.side_by_side import marked, shown, side_by_side, sign
from slr.model import Record

ONE = Record("a:1", "EBSCO", "Local buzz & global pipelines", ("Bathelt, H.",), 2004, "Progress", "28")
OTHER = replace(ONE, record_id="b:1", source="Scopus", title="Local Buzz and national pipelines")
OTHER = replace(OTHER, volume=None, year=2005)
LONG = replace(ONE, abstract="x" * 900)
SIGNS = (
    ("28", "28", "="), ("Local Buzz!", "local buzz", "="), ("28", "8", "≠"), ("28", "", "½"), ("", "", ""),
    ("?", "!", "≠"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other", "expected"), SIGNS)
def test_a_sign_says_whether_two_values_agree(one: str, other: str, expected: str) -> None:
    assert sign(one, other) == expected


def test_the_words_that_differ_are_marked_in_both() -> None:
    one, other = marked("Local buzz & global pipelines", "Local Buzz and national pipelines")
    assert [word for word, differs in one if differs] == ["global"]
    assert [word for word, differs in other if differs] == ["national"]
    assert [w for w, d in marked("28", "")[0] if d] == []


def test_the_table_has_a_row_a_field_with_its_sign_and_the_differences_quoted() -> None:
    lines = side_by_side(ONE, OTHER, 100)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 100 and "a:1" in text and "b:1" in text
    rows = {words[1]: words for words in (line.split() for line in lines) if len(words) > 1 and words[0] in "=≠½"}
    assert rows["title"][0] == "≠" and "«global»" in text and "«national»" in text
    assert rows["authors"][0] == "=" and rows["volume"][0] == "½" and rows["year"][2:] == ["«2004»", "«2005»"]
    assert "\x1b" not in text


def test_long_lists_and_abstracts_are_cut_and_say_so() -> None:
    many = replace(ONE, authors=tuple(f"Author, {n}" for n in range(500)))
    assert shown(many, "authors").endswith("Author, 7; and 492 more")
    assert len(shown(LONG, "abstract")) == 401 and shown(LONG, "abstract").endswith("…")


def test_a_title_with_brackets_is_shown_as_it_is() -> None:
    found = side_by_side(replace(ONE, title="[red]Über[/red] клaстеры 集群"), OTHER, 100)
    assert any("[red]Über[/red]" in line for line in found)
