"""The UpSet plot (Lex et al. 2014): how many works each combination of sources found, for 2 to a dozen sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slr.report.overlap import Held, Holdings, largest_first
from slr.report.pictures import chart

MOST_COLUMNS = 24
"""Combinations with a column of their own; the smaller ones are told in words (``Upset.left_out``)."""

_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_STEP, _ROW, _BARS = 26, 22, 170
_ALL, _INCLUDED, _OFF, _STRIPE = "#9ecae1", "#08306b", "#d4d4d4", "#f3f5f7"
_DIGIT = 6.2
"""Width of a digit at the type size of the numbers (11)."""


@dataclass(frozen=True, slots=True)
class Upset:
    """The plot as SVG, what it shows in words, and the combinations that have no column."""

    svg: str
    description: str
    left_out: tuple[Held, ...]


def upset(holdings: Holdings, names: Sequence[tuple[str, str]], title: str) -> Upset:
    """The plot of ``holdings`` (combination of sources → works); ``names`` are (source, how it is shown), top first.

    A column is a combination: its dots say which sources, its bar how many works exactly these and no others hold
    (dark, and the number under it: included ones). Each work stands in one column, so that the bars sum to the works,
    unless smaller combinations are left out. Beside a source's name stand its works.
    """
    ordered = largest_first(holdings)
    columns, rest = ordered[:MOST_COLUMNS], ordered[MOST_COLUMNS:]
    shown = dict(names)
    tell = (
        f"{' and '.join(shown[s] for s, _ in names if s in sources)} {held.works:,} (included {held.included:,})"
        for sources, held in columns
    )
    description = f"{title}. Works found by exactly these sources: {'; '.join(tell)}."
    held_by = {s: sum(h.works for sources, h in ordered if s in sources) for s, _ in names}
    labels = [f"{label} ({held_by[source]:,})" for source, label in names]
    rows = {source: row for row, (source, _) in enumerate(names)}
    spec = _spec([({rows[s] for s in sources}, held) for sources, held in columns], labels, title)
    return Upset(chart(spec | {"description": description}), description, tuple(held for _, held in rest))


Column = tuple[set[int], Held]


def _spec(columns: Sequence[Column], labels: Sequence[str], title: str) -> dict[str, Any]:
    most = max((held.works for _, held in columns), default=1)
    step = max(_STEP, len(f"{most:,}") * _DIGIT + 6)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": title, "anchor": "start", "frame": "bounds", "fontSize": 15, "offset": 14},
        "background": "#ffffff",
        "padding": 12,
        "spacing": 26,
        "params": [{"name": "sources", "value": list(labels)}],
        "vconcat": [_bars(columns, step), _dots(columns, len(labels), step)],
        "config": {
            "font": _FONT,
            "aria": False,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 11, "titleFontSize": 11, "labelLimit": 0, "maxExtent": 5000, "domain": False}
            | {"ticks": False, "gridColor": "#e2e2e2", "labelColor": "#000000", "titleColor": "#000000"},
            "legend": {"labelFontSize": 11, "title": None, "orient": "top", "symbolType": "square"},
        },
    }


def _bars(columns: Sequence[Column], step: float) -> dict[str, Any]:
    """The number of works of each combination, the included ones dark within them."""
    values = [{"column": i, "works": held.works, "included": held.included} for i, (_, held) in enumerate(columns)]
    kinds = {"scale": {"domain": ["works", "included"], "range": [_ALL, _INCLUDED]}}
    length = {"type": "quantitative", "axis": {"title": "works", "format": ",d", "tickMinStep": 1, "tickCount": 5}}
    bar = {"type": "bar", "width": 16}
    return {
        "width": {"step": step},
        "height": _BARS,
        "data": {"values": values},
        "encoding": {"x": _place("column", len(columns))},
        "layer": [
            {"mark": bar, "encoding": {"y": {"field": "works"} | length, "color": {"datum": "works"} | kinds}},
            {"mark": bar, "encoding": {"y": {"field": "included"} | length, "color": {"datum": "included"} | kinds}},
            {
                "mark": {"type": "text", "dy": -7, "fontSize": 11},
                "encoding": {
                    "y": {"field": "works"} | length,
                    "text": {"field": "works", "type": "quantitative", "format": ",d"},
                },
            },
            *_numbers_below(),
        ],
    }


def _numbers_below() -> list[dict[str, Any]]:
    """The number of included works under each bar: a bar among thousands may be too low to be seen."""
    low = {"y": {"value": _BARS + 14}}
    style = {"type": "text", "fontSize": 11, "color": _INCLUDED}
    number = {"field": "included", "type": "quantitative", "format": ",d"}
    name = {"type": "text", "fontSize": 11, "color": _INCLUDED, "align": "right", "text": "included"}
    return [
        {"mark": style | {"fontWeight": "bold"}, "encoding": low | {"text": number}},
        {"data": {"values": [{}]}, "mark": name, "encoding": low | {"x": {"value": -8}}},
    ]


def _dots(columns: Sequence[Column], sources: int, step: float) -> dict[str, Any]:
    """Which sources each combination is of: filled dots, joined by a line."""
    every = [
        {"column": i, "row": row, "in": row in members}
        for i, (members, _) in enumerate(columns)
        for row in range(sources)
    ]
    spans = [{"column": i, "first": min(rows), "last": max(rows)} for i, (rows, _) in enumerate(columns) if rows]
    axis = {"labelExpr": "sources[datum.value]", "title": None, "labelPadding": 8, "labelOverlap": False}
    down = {"type": "ordinal", "scale": {"domain": list(range(sources))}, "axis": axis}
    stripes = [{"row": row} for row in range(0, sources, 2)]
    shade = {"condition": {"test": "datum.in", "value": _INCLUDED}, "value": _OFF}
    return {
        "width": {"step": step},
        "height": {"step": _ROW},
        "layer": [
            {
                "data": {"values": stripes},
                "mark": {"type": "rect", "color": _STRIPE},
                "encoding": {"y": {"field": "row"} | down},
            },
            {
                "data": {"values": spans},
                "mark": {"type": "rule", "color": _INCLUDED, "strokeWidth": 2.5},
                "encoding": {
                    "x": _place("column", len(columns)),
                    "y": {"field": "first"} | down,
                    "y2": {"field": "last"},
                },
            },
            {
                "data": {"values": every},
                "mark": {"type": "circle", "size": 110, "opacity": 1},
                "encoding": {"x": _place("column", len(columns)), "y": {"field": "row"} | down, "color": shade},
            },
        ],
    }


def _place(field: str, columns: int) -> dict[str, Any]:
    return {"field": field, "type": "ordinal", "scale": {"domain": list(range(columns))}, "axis": None}
