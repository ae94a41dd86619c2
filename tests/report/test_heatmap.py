"""The heat map of the search matrix."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from slr.report.heatmap import heatmap
from slr.report.pictures import png

SVG = "{http://www.w3.org/2000/svg}"
TERMS = [f"{noun} transfer number {i}" for i, noun in enumerate(["knowledge", "skill", "technology"] * 20)]
LONG = "regional strategic network to regional strategic network"
CONCEPTS = ["cluster", LONG, *(f"between industrial districts {i}" for i in range(20))]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def cells(svg: str) -> dict[str, tuple[float, float, float]]:
    """Colour (as red, green, blue) of each cell of the heat map by the number in it."""
    root = ElementTree.fromstring(svg)
    (marks,) = [g for g in root.iter(f"{SVG}g") if "mark-rect role-mark" in g.get("class", "")]
    (figures,) = [g for g in root.iter(f"{SVG}g") if "mark-text role-mark" in g.get("class", "")]
    colours = [tuple(map(float, re.findall(r"\d+", path.attrib["fill"]))) for path in marks]
    return {text.text or "": (c[0], c[1], c[2]) for text, c in zip(figures, colours, strict=True)}


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance (WCAG 2): what a colour is worth in greyscale, from 0 to 1."""
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_label_is_whole_and_every_number_above_zero_stands_in_its_cell() -> None:
    counts = {(0, 0): 12345, (59, 21): 1, (3, 1): 0, (7, 7): 88}
    found = texts(heatmap([("terms", TERMS), ("concepts", CONCEPTS)], counts, "Records"))
    assert set(TERMS) | set(CONCEPTS) | {"terms", "concepts", "records", "Records"} <= set(found)
    assert {"12,345", "88"} <= set(found) and "0" not in found


def test_the_longer_axis_runs_down_whichever_comes_first() -> None:
    one = heatmap([("terms", TERMS), ("concepts", CONCEPTS)], {(5, 2): 7}, "Records")
    other = heatmap([("concepts", CONCEPTS), ("terms", TERMS)], {(2, 5): 7}, "Records")
    assert one == other
    width, height = re.findall(r'(?:width|height)="(\d+)"', one)[:2]
    assert int(height) > int(width)


def test_equal_labels_keep_their_own_places() -> None:
    svg = heatmap([("terms", ["export", "export"]), ("concepts", ["cluster"])], {(0, 0): 3, (1, 0): 4}, "Records")
    assert set(cells(svg)) == {"3", "4"} and texts(svg).count("export") == 2


def test_colour_darkens_with_the_number_in_greyscale_and_one_record_is_not_white() -> None:
    numbers = [1, 2, 5, 20, 100, 1000, 30000]
    svg = heatmap([("terms", TERMS[:7]), ("concepts", ["cluster"])], {(i, 0): n for i, n in enumerate(numbers)}, "R")
    light = [luminance(cells(svg)[f"{n:,}"]) for n in numbers]
    assert light == sorted(light, reverse=True) and len(set(light)) == len(light)
    assert light[0] < 0.8


def test_figures_contrast_with_their_cell() -> None:
    svg = heatmap([("n", [str(i) for i in range(100)]), ("c", ["x"])], {(i, 0): (i + 1) ** 2 for i in range(100)}, "R")
    (figures,) = [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if "mark-text role-mark" in g.get("class", "")]
    for text in figures:
        paper = luminance(cells(svg)[text.text or ""])
        ratio = 1.05 / (paper + 0.05) if text.get("fill") == "#ffffff" else (paper + 0.05) / 0.05
        assert ratio > 4.2, text.text


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (60, 22)])
@pytest.mark.parametrize("n", [0, 1, 9_999_999])
def test_any_shape_and_size_can_be_drawn(shape: tuple[int, int], n: int) -> None:
    axes = [("terms", TERMS[: shape[0]]), ("concepts", CONCEPTS[: shape[1]])]
    svg = heatmap(axes, {(0, 0): n}, "Records")
    assert ElementTree.fromstring(svg).get("role") == "img"
    assert png(svg, 0.5).startswith(b"\x89PNG")
    assert (f"{n:,}" in texts(svg)) == (n > 0)


def test_a_large_matrix_has_all_its_labels() -> None:
    axes = [("terms", [f"term {i}" for i in range(200)]), ("concepts", [f"concept {i}" for i in range(50)])]
    found = texts(heatmap(axes, {(i, i % 50): i + 1 for i in range(200)}, "Records"))
    assert {"term 199", "concept 49", "200"} <= set(found)


def test_a_matrix_that_is_not_flat_is_refused_and_so_is_a_cell_outside() -> None:
    with pytest.raises(ValueError, match="needs two axes, and the matrix has 1"):
        heatmap([("terms", TERMS)], {}, "Records")
    with pytest.raises(ValueError, match="outside a matrix of 1 × 1"):
        heatmap([("terms", ["a"]), ("concepts", ["b"])], {(0, 1): 3}, "Records")
