"""The overlap plot and the years plot: every number and name is in them, once, and they fit."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.report.overlap import Held, Holdings
from slr.report.pictures import png
from slr.report.timeline import timeline
from slr.report.upset import MOST_COLUMNS, upset

SVG = "{http://www.w3.org/2000/svg}"
LONG = "EBSCO: Academic Search Premier and Business Source Complete, searched on EBSCOhost, number {}"


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def made(sources: int, combinations: int, works: int = 5) -> tuple[Holdings, list[tuple[str, str]]]:
    """``combinations`` different ones: the bits of 1, 2, 3 … say which sources."""
    names = [(f"s{i}", LONG.format(i)) for i in range(sources)]
    chosen = (frozenset(f"s{i}" for i in range(sources) if number >> i & 1) for number in range(1, combinations + 1))
    return {one: Held(works + n, works, n % 3) for n, one in enumerate(chosen)}, names


def test_every_combination_has_its_number_and_every_source_its_name_and_works() -> None:
    holdings = {frozenset({"a"}): Held(1234, 9, 7), frozenset({"a", "b"}): Held(56, 9, 0)}
    plot = upset(holdings, [("a", "Index A"), ("b", "Index B")], "Works by source")
    found = texts(plot.svg)
    assert {"1,234", "56", "7", "0", "Index A (1,290)", "Index B (56)", "included", "Works by source"} <= set(found)
    assert "Index A 1,234 (included 7); Index A and Index B 56 (included 0)" in plot.description


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 12), st.integers(1, 40))
def test_the_columns_and_what_is_left_out_sum_to_the_works(sources: int, combinations: int) -> None:
    holdings, names = made(sources, min(combinations, 2**sources - 1))
    plot = upset(holdings, names, "T")
    shown = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) \(included", plot.description)]
    assert len(shown) == min(len(holdings), MOST_COLUMNS)
    assert sum(shown) + sum(h.works for h in plot.left_out) == sum(h.works for h in holdings.values())


@pytest.mark.parametrize("sources", [2, 8, 12])
@pytest.mark.parametrize("works", [1, 9_999_999])
def test_long_names_stand_whole_inside_the_picture(sources: int, works: int) -> None:
    holdings, names = made(sources, 3, works)
    svg = upset(holdings, names, "T").svg
    assert sum(1 for text in texts(svg) if text.startswith("EBSCO: ") and text.endswith(")")) == sources
    width = float(re.search(r'<svg [^>]*\bwidth="([\d.]+)"', svg)[1])  # type: ignore[index]
    assert width > 6 * len(LONG) and png(svg, 0.5).startswith(b"\x89PNG")


def test_the_same_works_give_the_same_bytes_in_whatever_order() -> None:
    holdings, names = made(5, 9)
    assert upset(holdings, names, "T") == upset(dict(reversed(holdings.items())), names, "T")


@pytest.mark.parametrize("years", [{2004: (3, 1)}, {1700: (1, 0), 2026: (1_000_000, 3)}, {2010: (2, 2), 2011: (0, 0)}])
def test_years_have_their_place_from_the_first_to_the_last(years: dict[int, tuple[int, int]]) -> None:
    svg = timeline(years, "Works by year")
    assert ElementTree.fromstring(svg).get("role") == "img"
    assert {"works", "included", "year of publication"} <= set(texts(svg))
    assert svg == timeline(dict(reversed(years.items())), "Works by year")
    assert png(svg, 0.5).startswith(b"\x89PNG")
