"""A report as one HTML page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from slr.report.document import (
    Block,
    Code,
    Heading,
    Items,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
    Verbatim,
    shown,
    slug,
)
from slr.report.webpage import webpage

VOID = {"meta", "rect", "br"}
SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><defs><clipPath id="clip0"/></defs>'
    '<g clip-path="url(#clip0)"/></svg>'
)


class Page(HTMLParser):
    """Checks that elements close in order; keeps ids, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.inside.append(tag)
        for name, value in attrs:
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name == "href" else []
            self.fetched += [value or ""] if name == "src" else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.inside.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(*blocks: Block) -> Page:
    return Page("".join(webpage(blocks, "A report")))


PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(PRINTED)
@example("<b>&amp;</i>")
def test_text_is_shown_as_it_is_whatever_it_holds_and_elements_close(text: str) -> None:
    spans = (text, Strong(text), Code(text))
    found = page(
        Heading(f"1{text}"), Paragraph(spans), Items((spans,), numbered=True), Verbatim(f"2{text}"),
        Table((f"3{text}",), ((spans,),), caption=f"4{text}"), Paragraph(f"5{text}", warning=True),
    )  # fmt: skip
    assert found.text.count(text * 3) >= 3
    assert all(f"{n}{text}" in found.text for n in range(1, 6))


def test_characters_that_html_forbids_are_left_out() -> None:
    assert "ab" in page(Paragraph("a\x00\x08b")).text


def test_every_heading_can_be_reached_and_the_contents_list_the_sections() -> None:
    found = page(Heading("The report", 1), Heading("One"), Heading("A part", 3), Heading("A part", 3), Heading("Two"))
    assert {"#one", "#two"} <= set(found.links) and "#a-part" not in found.links
    assert {"report", "one", "two"} <= set(found.ids) and len(found.ids) == len(set(found.ids)) == 6


def test_it_needs_nothing_beside_it_and_names_in_two_drawings_do_not_meet() -> None:
    found = page(Picture("a.svg", SVG, "One"), Picture("b.svg", SVG, "Two"))
    assert found.fetched == [] and "<link" not in "".join(webpage([], "x"))
    text = "".join(webpage([Picture("a.svg", SVG, "One"), Picture("b.svg", SVG, "Two")], "x"))
    names = re.findall(r'id="([^"]*clip0)"', text)
    assert len(set(names)) == 2 and all(f"url(#{name})" in text for name in names)
    assert "<?xml" not in text


def test_links_lead_to_headings_of_the_page_and_to_files() -> None:
    found = page(Heading("Years and venues"), Paragraph((Link("x", "Years and venues"), Link("y", "a&b.csv"))))
    assert found.links[-2:] == ["#years-and-venues", "a&b.csv"]


def test_an_anchor_is_that_of_a_markdown_page() -> None:
    assert slug("PRISMA 2020 checklist") == "prisma-2020-checklist"
    assert slug("A (b), c: d") == "a-b-c-d"


def test_numbers_are_printed_to_three_places_below_one_and_to_one_below_a_hundred() -> None:
    assert [shown(n) for n in (12345, 0.0714, 7.142, 1204.4, "x")] == ["12,345", "0.071", "7.1", "1,204", "x"]
