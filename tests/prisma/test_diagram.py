"""The drawing of the flow diagram: its words, and its geometry read back from the SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from slr.prisma.diagram import draw
from slr.prisma.lettering import width
from slr.prisma.numbers import BOXES, Numbers
from tests.prisma.examples import (
    BALANCED,
    NEW,
    TOOLS,
    UNFINISHED,
    UPDATE,
    UPDATE_LEFT_ONLY,
    WITH_CITATIONS,
    any_numbers,
)

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Shape:
    name: str
    x: float
    y: float
    right: float
    bottom: float
    texts: tuple[ElementTree.Element, ...]

    def meets(self, other: Shape) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def has_on_edge(self, x: float, y: float) -> bool:
        across, down = self.x <= x <= self.right, self.y <= y <= self.bottom
        upright = down and (_near(x, self.x) or _near(x, self.right))
        return upright or (across and (_near(y, self.y) or _near(y, self.bottom)))

    def holds(self, x: float, y: float) -> bool:
        return self.x < x < self.right and self.y < y < self.bottom


def _near(a: float, b: float) -> bool:
    return abs(a - b) < 0.02


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def shapes(root: ElementTree.Element) -> list[Shape]:
    found = []
    for group in root.findall(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if rect is not None:
            x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
            texts = tuple(group.findall(f"{SVG}text"))
            found.append(Shape(group.get("id", group.attrib["class"]), x, y, x + w, y + h, texts))
    return found


def arrow_corners(group: ElementTree.Element) -> list[tuple[float, float]]:
    """The corners of an arrow; the last is the tip of its head, not the end of its line."""
    path, head = group.find(f"{SVG}path"), group.find(f"{SVG}polygon")
    assert path is not None and head is not None
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", path.attrib["d"])
    tip = head.attrib["points"].split()[0].split(",")
    return [(float(x), float(y)) for x, y in [*points[:-1], tip]]


def text_extent(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, right, top (ascender) and bottom (descender) of an upright text."""
    size, bold = float(text.get("font-size", "12")), text.get("font-weight") == "bold"
    long = width(text.text or "", size, bold=bold)
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    left = x - long / 2 if text.get("text-anchor") == "middle" else x
    return left, left + long, y - 0.73 * size, y + 0.21 * size


def assert_well_drawn(svg: str) -> None:
    root = parse(svg)
    drawn = shapes(root)
    for one, other in combinations(drawn, 2):
        assert not one.meets(other), (one.name, other.name)
    for shape in drawn:
        for text in shape.texts:
            assert_inside(text, shape)
    paper = Shape("paper", 0, 0, float(root.attrib["width"]), float(root.attrib["height"]), ())
    for text in root.findall(f"{SVG}text"):
        assert_inside(text, paper)
        assert not any(shape.holds(float(text.attrib["x"]) + 1, float(text.attrib["y"])) for shape in drawn)
    boxes = {shape.name: shape for shape in drawn}
    for arrow in root.findall(f"{SVG}g[@class='arrow']"):
        assert_joins(arrow_corners(arrow), boxes[arrow.attrib["data-from"]], boxes[arrow.attrib["data-to"]], drawn)


def assert_inside(text: ElementTree.Element, shape: Shape) -> None:
    left, right, top, bottom = text_extent(text)
    if text.get("transform"):
        x, y, half = float(text.attrib["x"]), float(text.attrib["y"]), (right - left) / 2
        left, right, top, bottom = x - 9, x + 3, y - half, y + half
    assert shape.x + 2 <= left and right <= shape.right - 2, (shape.name, text.text)
    assert shape.y + 2 <= top and bottom <= shape.bottom - 2, (shape.name, text.text)


def assert_joins(corners: list[tuple[float, float]], start: Shape, end: Shape, drawn: list[Shape]) -> None:
    assert start.has_on_edge(*corners[0]), (start.name, end.name)
    assert end.has_on_edge(*corners[-1]), (start.name, end.name)
    for (x0, y0), (x1, y1) in pairwise(corners):
        assert _near(x0, x1) or _near(y0, y1), "an arrow runs level or upright"
        for i in range(1, 60):
            x, y = x0 + (x1 - x0) * i / 60, y0 + (y1 - y0) * i / 60
            assert not any(shape.holds(x, y) for shape in drawn), (start.name, end.name, "crosses a box")


@pytest.mark.parametrize("numbers", BALANCED.values(), ids=BALANCED)
def test_no_box_overlaps_no_text_leaves_its_box_and_arrows_end_on_edges(numbers: Numbers) -> None:
    assert_well_drawn(draw(numbers, title="A review", footnotes=["One more remark."]))


@settings(deadline=None, max_examples=60)
@given(any_numbers())
def test_any_numbers_are_drawn_without_overlap(numbers: Numbers) -> None:
    title, footnotes = "A title as long as titles of reviews are " * 4, ["Remark " * 60]
    assert_well_drawn(draw(numbers, title=title, footnotes=footnotes))
    assert_well_drawn(draw(numbers, title=title, footnotes=footnotes, extended=True))


@settings(deadline=None, max_examples=30)
@given(any_numbers())
def test_every_number_that_applies_stands_under_its_own_key(numbers: Numbers) -> None:
    root = parse(draw(numbers))
    for key in BOXES:
        spoken = "".join(f" {text.text}" for text in root.iter(f"{SVG}text") if text.get("data-box") == key)
        value = getattr(numbers, key)
        column = ("previous" in key or "total" in key) and not numbers.is_update
        column = column or (key.startswith("other_") and not numbers.has_other_methods)
        shown = [] if value is None or column else value.values() if isinstance(value, dict) else [value]
        for n in shown:
            assert f"(n = {n:,})" in spoken, key


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert draw(UPDATE, title="A review") == draw(replace(UPDATE), title="A review")


def words(numbers: Numbers) -> str:
    return " ".join(text.text or "" for text in parse(draw(numbers)).iter(f"{SVG}text"))


def box_words(numbers: Numbers, key: str) -> str:
    group = parse(draw(numbers)).find(f"{SVG}g[@id='{key}']")
    assert group is not None
    return " ".join(text.text or "" for text in group.findall(f"{SVG}text"))


def box_keys(numbers: Numbers) -> list[str]:
    return [group.attrib["data-box"] for group in parse(draw(numbers)).findall(f"{SVG}g[@class='box']")]


LEFT = ["database_results", "duplicates", "records_screened", "records_excluded", "dbr_sought_reports"]
LEFT += ["dbr_notretrieved_reports", "dbr_assessed", "dbr_excluded"]
RIGHT = ["website_results", "other_sought_reports", "other_notretrieved_reports", "other_assessed", "other_excluded"]


@pytest.mark.parametrize(
    ("numbers", "keys"),
    [
        (NEW, [*LEFT, "new_studies"]),
        (WITH_CITATIONS, [*LEFT, *RIGHT, "new_studies"]),
        (UPDATE_LEFT_ONLY, ["previous_studies", *LEFT, "new_studies", "total_studies"]),
        (UPDATE, ["previous_studies", *LEFT, *RIGHT, "new_studies", "total_studies"]),
    ],
    ids=["new", "new with others", "update", "update with others"],
)
def test_the_numbers_choose_among_the_four_templates(numbers: Numbers, keys: list[str]) -> None:
    assert box_keys(numbers) == keys


@pytest.mark.parametrize(
    ("numbers", "key", "said"),
    [
        (UPDATE, "previous_studies", "Studies included in previous version of review (n = 12) Reports of studies"
         " included in previous version of review (n = 14)"),
        (replace(NEW, database_specific_results={}), "database_results",
         "Records identified from*: Databases (n = 1,842) Registers (n = 0)"),
        (replace(NEW, automatic_by_rule={}), "duplicates",
         "Records removed before screening: Duplicate records removed (n = 402) Records marked as ineligible by"
         " automation tools (n = 12) Records removed for other reasons (n = 3)"),
        (NEW, "records_screened", "Records screened (n = 1,425)"),
        (NEW, "records_excluded", "Records excluded** (n = 1,288)"),
        (NEW, "dbr_sought_reports", "Reports sought for retrieval (n = 137)"),
        (NEW, "dbr_notretrieved_reports", "Reports not retrieved (n = 4)"),
        (NEW, "dbr_assessed", "Reports assessed for eligibility (n = 133)"),
        (NEW, "dbr_excluded", "Reports excluded: Wrong focus (n = 70) Not peer reviewed (n = 20)"),
        (Numbers(), "dbr_excluded", "Reports excluded (n = 0)"),
        (UPDATE, "website_results",
         "Records identified from: Websites (n = 3) Organisations (n = 2) Citation searching (n = 311)"),
        (NEW, "new_studies", "Studies included in review (n = 41) Reports of included studies (n = 43)"),
        (UPDATE, "new_studies", "New studies included in review (n = 50) Reports of new included studies (n = 52)"),
        (UPDATE, "total_studies",
         "Total studies included in review (n = 61) Reports of total included studies (n = 66)"),
    ],
)  # fmt: skip
def test_boxes_speak_the_words_of_the_template(numbers: Numbers, key: str, said: str) -> None:
    assert box_words(numbers, key) == said


def test_columns_and_phases_have_the_titles_of_the_template() -> None:
    assert "Identification of studies via databases and registers" in words(NEW)
    for title in (
        "Previous studies",
        "Identification of new studies via databases and registers",
        "Identification of new studies via other methods",
        *("Identification", "Screening", "Included"),
    ):
        assert title in words(UPDATE)


def test_each_database_stands_with_its_number() -> None:
    assert "Scopus (n = 900) Web of Science (n = 742)" in box_words(NEW, "database_results")


def test_several_automation_rules_are_listed_and_a_single_one_is_not() -> None:
    assert "published before 1990 (n = 2)" in box_words(NEW, "duplicates")
    assert "only rule" not in box_words(replace(NEW, automatic_by_rule={"only rule": 12}), "duplicates")


def test_the_footnotes_name_what_is_pending_and_who_excluded() -> None:
    assert "Not finished: 100 records" in words(UNFINISHED)
    assert "** Excluded by people; what automation tools removed is counted before screening." in words(NEW)
    assert "** By automation tools: no person decided on these records." in words(TOOLS)
    assert "(n = 1,288) by people (n = 1,200) by automation tools (n = 88)" in box_words(TOOLS, "records_excluded")


def test_the_extended_diagram_adds_the_screening_of_other_methods_and_says_so() -> None:
    svg = draw(WITH_CITATIONS, extended=True)
    assert_well_drawn(svg)
    drawn = {group.attrib["data-box"] for group in parse(svg).findall(f"{SVG}g[@class='box']")}
    added = {"other_duplicates", "other_records_screened", "other_records_excluded"}
    assert drawn - set(box_keys(WITH_CITATIONS)) == added
    assert "are added to the template" in svg and "are added to the template" not in draw(WITH_CITATIONS)
    assert draw(NEW, extended=True) == draw(NEW)


def test_a_part_of_a_number_carries_its_own_name() -> None:
    parts = {(text.get("data-box"), text.get("data-part")) for text in parse(draw(NEW)).iter(f"{SVG}text")}
    assert {("database_specific_results", "Scopus"), ("dbr_excluded", "Wrong focus")} <= parts


def test_a_reader_who_cannot_see_it_hears_title_and_numbers() -> None:
    root = parse(draw(UPDATE, title="Clusters & <networks>"))
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "Clusters & <networks>"
    assert desc is not None and "1,425 screened" in (desc.text or "")
    assert root.attrib["aria-labelledby"].split() == [title.get("id"), desc.get("id")]
