"""Works by year of publication as bars, the included ones dark within them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slr.report.pictures import chart

_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_WIDEST = 860
"""Width of the plot in pixels that years share; a year never gets more than 22."""


def timeline(years: Mapping[int, tuple[int, int]], title: str) -> str:
    """The SVG of works per year (year → all, included); years without a work between the first and last have a gap."""
    first, last = min(years), max(years)
    values = [{"year": year, "works": n, "included": included} for year, (n, included) in sorted(years.items())]
    total = sum(n for n, _ in years.values())
    return chart(_spec(values, first, last, title) | {
        "description": f"{title}: {total:,} works from {first} to {last}; the numbers stand in the table beside it."
    })  # fmt: skip


def _spec(values: list[dict[str, int]], first: int, last: int, title: str) -> dict[str, Any]:
    step = min(22.0, _WIDEST / (last - first + 1))
    kinds = {"scale": {"domain": ["works", "included"], "range": ["#9ecae1", "#08306b"]}}
    length = {"type": "quantitative", "axis": {"title": "works", "format": ",d", "tickMinStep": 1, "tickCount": 5}}
    across = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [first - 0.7, last + 0.7], "nice": False, "zero": False},
        "axis": {"title": "year of publication", "format": "d", "tickMinStep": 1, "grid": False, "labelOverlap": True},
    }
    bar = {"type": "bar", "width": max(0.8, step * 0.7)}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": title, "anchor": "start", "frame": "bounds", "fontSize": 15, "offset": 14},
        "background": "#ffffff",
        "padding": 12,
        "width": max(240.0, step * (last - first + 1.4)),
        "height": 180,
        "data": {"values": values},
        "encoding": {"x": across},
        "layer": [
            {"mark": bar, "encoding": {"y": {"field": "works"} | length, "color": {"datum": "works"} | kinds}},
            {"mark": bar, "encoding": {"y": {"field": "included"} | length, "color": {"datum": "included"} | kinds}},
        ],
        "config": {
            "font": _FONT,
            "aria": False,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 11, "titleFontSize": 12, "gridColor": "#e2e2e2", "labelColor": "#000000"}
            | {"titleColor": "#000000"},
            "legend": {"labelFontSize": 11, "title": None, "orient": "top", "symbolType": "square"},
        },
    }
