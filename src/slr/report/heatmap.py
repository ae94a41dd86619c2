"""The heat map of the search matrix: how many records lie in each cell of two axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slr.report.pictures import chart

_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_ROW = 16
_DIGIT = 5.2
"""Width of a digit at the type size of the cells (9), with a little air."""

# From light to dark in one direction of lightness (ColorBrewer's sequential blues without its palest steps), so that it
# reads the same in greyscale and with any colour blindness; no step is near the white of an empty cell.
_COLOURS = ["#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"]
_DARK_FROM = 0.63
"""Where on the scale (0 to 1) numbers turn white, where black and white contrast equally with the colour (4.5 to 1)."""

Axis = tuple[str, Sequence[str]]


def heatmap(matrix_axes: Sequence[Axis], counts: Mapping[tuple[int, int], int], title: str) -> str:
    """The records per cell of a matrix of two axes, as an SVG document.

    ``matrix_axes`` are two ``(name, labels)``; ``counts[i, j]`` is the number of records in the cell of label *i* on
    the first axis and label *j* on the second (a missing cell has none). The longer axis runs down. Colour follows
    the logarithm of the number, since a few broad cells hold most records; the number stands in the cell, and a cell
    without records is left white. There are no totals: a record lies in every cell that it matches, so sums over cells
    would count it more than once.

    Raises ValueError unless there are two axes and every cell of ``counts`` lies on them.
    """
    if len(matrix_axes) != 2:
        raise ValueError(f"A heat map needs two axes, and the matrix has {len(matrix_axes)}.")
    first, second = matrix_axes
    outside = [cell for cell in counts if not (0 <= cell[0] < len(first[1]) and 0 <= cell[1] < len(second[1]))]
    if outside:
        raise ValueError(f"The cell {outside[0]} lies outside a matrix of {len(first[1])} × {len(second[1])}.")
    filled = {cell: n for cell, n in counts.items() if n > 0}
    if len(second[1]) > len(first[1]):
        return chart(_spec(second, first, {(j, i): n for (i, j), n in filled.items()}, title))
    return chart(_spec(first, second, filled, title))


def _spec(down: Axis, across: Axis, filled: Mapping[tuple[int, int], int], title: str) -> dict[str, Any]:
    """The Vega-Lite specification; cells are placed by index, so that equal labels stay apart and keep their order."""
    most = max(filled.values(), default=1)
    wide = max(18.0, len(f"{most:,}") * _DIGIT + 6)
    values = [{"row": i, "column": j, "n": n} for (i, j), n in sorted(filled.items())]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": title, "anchor": "start", "frame": "bounds", "fontSize": 15, "offset": 14},
        "description": f"{title}: records per cell, {len(down[1])} × {len(across[1])} cells, {len(filled)} not empty.",
        "background": "#ffffff",
        "padding": 12,
        "width": {"step": wide},
        "height": {"step": _ROW},
        "params": [{"name": "down", "value": list(down[1])}, {"name": "across", "value": list(across[1])}],
        "data": {"values": values},
        "encoding": {
            "y": _place("row", "down", down),
            "x": _place("column", "across", across) | {"axis": _axis("across", across[0], top=True)},
        },
        "layer": [_cells(most), _figures(most)],
        "config": _CONFIG,
    }


_CONFIG = {
    "font": _FONT,
    "aria": False,
    "view": {"stroke": "#8c8c8c"},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 12,
        "labelLimit": 0,
        "labelOverlap": False,
        "ticks": False,
        "maxExtent": 5000,
    }
    | {"domain": False, "grid": True, "gridColor": "#dcdcdc", "tickBand": "extent", "labelPadding": 5}
    | {"labelColor": "#000000", "titleColor": "#000000"},
    "legend": {"labelFontSize": 11, "titleFontSize": 12},
}


def _place(field: str, names: str, axis: Axis) -> dict[str, Any]:
    """The encoding of one axis: every label has its place, also one without any record."""
    return {
        "field": field,
        "type": "ordinal",
        "scale": {"domain": list(range(len(axis[1])))},
        "axis": _axis(names, axis[0], top=False),
    }


def _axis(names: str, title: str, *, top: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"title": title, "labelExpr": f"{names}[datum.value]"}
    turned = {"orient": "top", "labelAngle": -90, "labelAlign": "left", "labelBaseline": "middle"}
    return shown | turned if top else shown


def _cells(most: int) -> dict[str, Any]:
    """The coloured cells and their legend, which starts at 1 and has a mark at each power of ten."""
    top = max(most, 10)
    marks = [10**k for k in range(len(str(top)))]
    return {
        "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 0.5},
        "encoding": {
            "color": {
                "field": "n",
                "type": "quantitative",
                "scale": {"type": "log", "domain": [1, top], "range": _COLOURS, "interpolate": "lab"},
                "legend": {"title": "records", "format": ",d", "values": marks, "gradientLength": 160},
            }
        },
    }


def _figures(most: int) -> dict[str, Any]:
    """The numbers in the cells, white where the cell is dark."""
    dark = max(most, 10) ** _DARK_FROM
    return {
        "mark": {"type": "text", "fontSize": 9},
        "encoding": {
            "text": {"field": "n", "type": "quantitative", "format": ",d"},
            "color": {"condition": {"test": f"datum.n >= {dark!r}", "value": "#ffffff"}, "value": "#000000"},
        },
    }
