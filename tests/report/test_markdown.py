"""A report as Markdown, read back by a parser of CommonMark."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from slr.report.document import Block, Code, Heading, Items, Link, Paragraph, Picture, Strong, Table, Verbatim
from slr.report.markdown import markdown

PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
"""Any run of visible characters, search syntax and Markdown's own included."""


class Text(HTMLParser):
    """The words of a page by the element they stand in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.inside: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((self.inside[-1] if self.inside else "", data))

    def of(self, tag: str) -> str:
        return "".join(text for inside, text in self.found if inside == tag)


def read(*blocks: Block) -> Text:
    return Text(MarkdownIt("commonmark").enable("table").render("".join(markdown(blocks))))


@given(PRINTED)
def test_running_text_is_shown_as_it_is_whatever_it_holds(text: str) -> None:
    assert read(Paragraph(("x ", text, " y"))).of("p") == f"x {text} y"
    assert read(Items((f"x {text}",))).of("li") == f"x {text}"
    assert read(Heading(f"x {text} y")).of("h2") == f"x {text} y"


@given(PRINTED, PRINTED)
def test_a_cell_stays_a_cell_whatever_it_holds(one: str, other: str) -> None:
    page = read(Table(("a", f"b{one}b"), ((f"x{one}x", Strong(f"y{other}y")),)))
    assert page.of("td") == f"x{one}x" and page.of("strong") == f"y{other}y"
    assert page.of("th") == f"ab{one}b"


@given(PRINTED)
def test_a_query_stands_there_character_for_character(query: str) -> None:
    assert read(Verbatim(f"a\n{query}\n```\nb")).of("code") == f"a\n{query}\n```\nb\n"


def test_links_lead_to_headings_and_files() -> None:
    page = read(Paragraph((Link("there", "Declared and done"), Link("a file", "works.csv"), Code("slr run"))))
    assert page.links == ["#declared-and-done", "works.csv"] and page.of("code") == "slr run"


def test_a_picture_names_its_file_and_says_what_it_shows() -> None:
    (text,) = markdown([Picture("overlap.svg", "<svg/>", "Works by source")])
    assert text == "![Works by source](overlap.svg)\n\n"


def test_columns_of_numbers_are_set_to_the_right_and_thousands_are_parted() -> None:
    (text,) = markdown([Table(("what", "n"), (("a", 12345), ("b", "undefined")))])
    assert text == "| what | n |\n|---|---:|\n| a | 12,345 |\n| b | undefined |\n\n"
