"""The picture of who cites whom: works by year from left to right, citations as arrows, drawn as SVG.

What was decided about a work shows in its shape and its shade, so that the picture is read in greyscale too: included
works are dark discs, excluded ones pale crosses, those not screened yet hollow diamonds; a ring marks the known set.
Included and known works stand above the line, what was followed from them below it. The layout is the same for the
same works, in whatever order they are given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

State = Literal["included", "excluded", "unscreened"]
Edge = tuple[str, str]
"""(citing, cited), by the ids of works."""

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
LABELLED = 45
"""Works above the line up to which each has its label; of more, only the best connected have one."""

LABELS = 24
"""How many have one then."""

MOST_OTHERS = 220
"""Works below the line that are drawn; the best connected to those above are."""

COLUMNS, DENSE_COLUMNS = 22, 34
"""Columns of years at most, with and without a label at each work; the earliest years share one."""

WIDTH = 1180
"""Width that the columns are fitted to, in SVG units."""

LANES, DENSE_LANES = 16, 44
"""Rows above the line that works are spread over: where each has its label, and where there are more."""

GOLDEN = (5**0.5 - 1) / 2

_LEFT, _TOP, _BAND = 28.0, 74.0, 44.0


@dataclass(frozen=True, slots=True)
class Work:
    """A work as it is drawn: ``label`` is short ("Bathelt et al."), ``about`` the lines shown when it is looked at."""

    work_id: str
    label: str
    year: int | None
    state: State
    known: bool = False
    about: tuple[str, ...] = ()

    @property
    def above(self) -> bool:
        """Whether it stands above the line."""
        return self.known or self.state == "included"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a work stands, how large it is (radius), and whether its label is written."""

    work: Work
    x: float
    y: float
    r: float
    labelled: bool


@dataclass(frozen=True)
class Layout:
    """Everything that is drawn: places by work, edges, years with their columns, and the size."""

    places: Mapping[str, Place]
    edges: tuple[Edge, ...]
    columns: tuple[tuple[str, float, float], ...]
    line: float
    width: float
    height: float
    left_out: int


@dataclass(frozen=True, slots=True)
class _Cells:
    """Width and height of the cell of one work, and its radius."""

    wide: float
    high: float
    r: float


def choose(
    works: Iterable[Work], edges: Collection[Edge], most: int = MOST_OTHERS
) -> tuple[list[Work], list[Edge], int]:
    """The works that are drawn, the citations between them, and how many linked works are left out.

    All that stand above the line, and of the others those that cite one of them or are cited by one, at most ``most``.
    """
    ordered = sorted(works, key=lambda work: work.work_id)
    above = {work.work_id for work in ordered if work.above}
    ties = Counter(
        end for citing, cited in edges for end, other in ((citing, cited), (cited, citing)) if other in above
    )
    linked = sorted(
        (w for w in ordered if not w.above and ties[w.work_id]), key=lambda w: (-ties[w.work_id], w.work_id)
    )
    shown = [work for work in ordered if work.above] + linked[:most]
    there = {work.work_id for work in shown}
    inside = sorted((a, b) for a, b in edges if a in there and b in there and (a in above or b in above) and a != b)
    return shown, inside, len(linked) - len(shown) + len(above)


def lay_out(works: Sequence[Work], edges: Sequence[Edge], left_out: int = 0) -> Layout:
    """Place the works; those of one year stand near what they are linked to."""
    above = [work for work in works if work.above]
    small = len(above) <= LABELLED
    cells = {True: _Cells(86, 31, 6.5) if small else _Cells(15, 15, 4.0), False: _Cells(12, 12, 3.6)}
    columns = _columns(works, COLUMNS if small else DENSE_COLUMNS)
    rows = _rows(columns, cells)
    fullest = max((sum(work.above for work in members) for _, members in columns), default=0)
    rows[True] = max(rows[True], min(len(above), LANES) if small else min(fullest, DENSE_LANES))
    labelled = _labelled(above, edges, small)
    near = _neighbours(edges)
    places: dict[str, Place] = {}
    x, drawn, line = _LEFT, list[tuple[str, float, float]](), _TOP + rows[True] * cells[True].high + _BAND / 2
    turn = 0
    for name, members in columns:
        wide = _width(name, members, cells, rows)
        drawn.append((name, x, wide))
        for band in (True, False):
            mine = _near_order([w for w in members if w.above is band], near, places)
            top = _TOP if band else line + _BAND / 2
            spread = band and len(mine) <= rows[True]
            lanes = _lanes(len(mine), turn, rows[True]) if spread else []
            turn += len(lanes)
            for n, work in enumerate(mine):
                column, row = (0, lanes[n]) if spread else divmod(n, rows[band])
                cx = x + 9 + column * cells[band].wide + cells[band].r
                cy = top + (row + 0.5) * cells[band].high
                places[work.work_id] = Place(work, cx, cy, cells[band].r, work.work_id in labelled)
        x += wide
    height = line + _BAND / 2 + rows[False] * cells[False].high + 78
    return Layout(places, tuple(edges), tuple(drawn), line, max(x + 20, 640), height, left_out)


def _columns(works: Sequence[Work], most: int) -> list[tuple[str, list[Work]]]:
    """Years (or spans of the earliest ones) with their works, oldest first; works without a year come last."""
    by_year: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        if work.year is not None:
            by_year[work.year].append(work)
    years = sorted(by_year)
    first = years[: len(years) - most + 1] if len(years) > most else []
    spans = [first] if first else []
    spans += [[year] for year in years[len(first) :]]
    found = [(_span(span), [work for year in span for work in by_year[year]]) for span in spans]
    undated = [work for work in works if work.year is None]
    return found + ([("no year", undated)] if undated else [])


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _rows(columns: Sequence[tuple[str, list[Work]]], cells: Mapping[bool, _Cells]) -> dict[bool, int]:
    """The fewest rows of each band with which all columns fit the width."""
    most = {
        band: max((sum(w.above is band for w in works) for _, works in columns), default=0) for band in (True, False)
    }
    rows = {band: min(most[band], 4) or 1 for band in (True, False)}
    while sum(_width(name, works, cells, rows) for name, works in columns) > WIDTH:
        wider = [band for band in (True, False) if rows[band] < most[band]]
        if not wider:
            break
        grown = min(wider, key=lambda band: rows[band] * cells[band].high)
        rows[grown] += 1
    return rows


def _lanes(n: int, turn: int, rows: int) -> list[int]:
    """Rows for the ``n`` works of a column, the ``turn``-th of all from the left, from top to bottom.

    Multiples of the golden section leave the largest gaps between whatever comes next to each other, so that arrows
    seldom run along a row of labels.
    """
    wanted = sorted(((turn + i) * GOLDEN) % 1.0 for i in range(n))
    lanes: list[int] = []
    for i, place in enumerate(wanted):
        lowest = lanes[-1] + 1 if lanes else 0
        lanes.append(min(max(int(place * rows), lowest), rows - n + i))
    return lanes


def _width(name: str, works: Sequence[Work], cells: Mapping[bool, _Cells], rows: Mapping[bool, int]) -> float:
    needed = [-(-sum(w.above is band for w in works) // rows[band]) * cells[band].wide for band in (True, False)]
    return max(58.0 if len(name) > 4 else 34.0, *(n + 12 for n in needed))


def _labelled(above: Sequence[Work], edges: Sequence[Edge], every: bool) -> set[str]:
    if every:
        return {work.work_id for work in above}
    ends = Counter(end for edge in edges for end in edge)
    return {w.work_id for w in sorted(above, key=lambda w: (-ends[w.work_id], w.work_id))[:LABELS]}


def _neighbours(edges: Iterable[Edge]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for citing, cited in edges:
        near[citing].append(cited)
        near[cited].append(citing)
    return near


def _near_order(works: Sequence[Work], near: Mapping[str, Sequence[str]], places: Mapping[str, Place]) -> list[Work]:
    """By the mean height of what is placed already and linked; what is not linked to that comes last."""

    def height(work: Work) -> tuple[float, int, str]:
        linked = [places[other].y for other in near.get(work.work_id, ()) if other in places]
        mean = sum(linked) / len(linked) if linked else 1e9
        return mean, -len(near.get(work.work_id, ())), work.work_id

    return sorted(works, key=height)


# drawing


def svg(layout: Layout, title: str) -> str:
    """The picture as an SVG document."""
    body = [*_frame(layout), *_arrows(layout), *_marks(layout), *_legend(layout)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width:.0f}" height="{layout.height:.0f}" '
            f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" role="img" font-family="{FONT}">',
            f"<title>{escape(title)}</title>",
            _STYLE,
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            f'<text x="{_LEFT}" y="28" font-size="17" font-weight="bold">{escape(title)}</text>',
            *body,
            "</svg>",
        )
    )


_STYLE = """<defs>
<marker id="dark" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0.8L7.5,4L0,7.2z" fill="#333333"/></marker>
<marker id="pale" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path d="M0,1L7.5,4L0,7z" fill="#a8a8a8"/></marker>
</defs>"""  # noqa: E501 - one element a line


def _frame(layout: Layout) -> Iterable[str]:
    """The years, alternately shaded, and the line between the two bands."""
    bottom = layout.height - 70
    for n, (name, x, wide) in enumerate(layout.columns):
        if n % 2 == 0:
            yield f'<rect x="{x:.1f}" y="58" width="{wide:.1f}" height="{bottom - 58:.1f}" fill="#f6f6f6"/>'
        size = 11 if len(name) == 4 or wide > 66 else 9
        yield (
            f'<text x="{x + wide / 2:.1f}" y="52" font-size="{size}" text-anchor="middle" fill="#333333">'
            f"{escape(name)}</text>"
        )
    end = layout.columns[-1][1] + layout.columns[-1][2] if layout.columns else layout.width
    yield f'<line x1="{_LEFT}" y1="{layout.line:.1f}" x2="{end:.1f}" y2="{layout.line:.1f}" stroke="#8c8c8c"/>'
    for y, words in ((layout.line - 6, "included and known"), (layout.line + 13, "followed from them")):
        yield f'<text x="{_LEFT + 2}" y="{y:.1f}" font-size="10" fill="#555555" font-style="italic">{words}</text>'


def _arrows(layout: Layout) -> Iterable[str]:
    """Pale ones first, so that those between works above the line stay on top."""
    drawn = [(layout.places[a], layout.places[b]) for a, b in layout.edges]
    ink = min(1.0, 180 / max(1, sum(a.work.above and b.work.above for a, b in drawn)))
    faint = min(1.0, 250 / max(1, len(drawn)))
    for citing, cited in sorted(drawn, key=lambda ends: ends[0].work.above and ends[1].work.above):
        dark = citing.work.above and cited.work.above
        stroke, wide = ("#333333", 0.45 + 0.65 * ink) if dark else ("#a8a8a8", 0.3 + 0.25 * faint)
        opacity = 0.25 + 0.6 * ink if dark else 0.25 + 0.35 * faint
        yield (
            f'<path class="edge" data-from="{citing.work.work_id}" data-to="{cited.work.work_id}" '
            f'd="{_curve(citing, cited)}" fill="none" stroke="{stroke}" stroke-width="{wide:.2f}" '
            f'opacity="{opacity:.2f}" '
            f'marker-end="url(#{"dark" if dark else "pale"})"/>'
        )


def _curve(citing: Place, cited: Place) -> str:
    """From rim to rim, bent a little so that arrows along a row are seen."""
    dx, dy = cited.x - citing.x, cited.y - citing.y
    far = max((dx * dx + dy * dy) ** 0.5, 1.0)
    bend = min(26.0, far * 0.16)
    mx, my = (citing.x + cited.x) / 2 + dy / far * bend, (citing.y + cited.y) / 2 - dx / far * bend
    x1, y1 = _rim(citing, mx, my, 1.5)
    x2, y2 = _rim(cited, mx, my, 2.5)
    return f"M{x1:.1f},{y1:.1f}Q{mx:.1f},{my:.1f} {x2:.1f},{y2:.1f}"


def _rim(place: Place, x: float, y: float, air: float) -> tuple[float, float]:
    """The point on the rim of a mark towards (x, y)."""
    dx, dy = x - place.x, y - place.y
    far = max((dx * dx + dy * dy) ** 0.5, 1.0)
    reach = place.r + air + (3 if place.work.known else 0)
    return place.x + dx / far * reach, place.y + dy / far * reach


def _marks(layout: Layout) -> Iterable[str]:
    """The works, then the labels on top of everything."""
    for place in layout.places.values():
        yield f'<g class="work" data-id="{place.work.work_id}"><title>{escape(chr(10).join(place.work.about))}</title>'
        yield from mark(place.work.state, place.work.known, place.x, place.y, place.r)
        yield "</g>"
    for place in (place for place in layout.places.values() if place.labelled):
        up = place.r + (6 if place.work.known else 3.5)
        yield (
            f'<text x="{place.x - place.r:.1f}" y="{place.y - up:.1f}" font-size="{10.5 if place.r > 5 else 9}" '
            'paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" pointer-events="none">'
            f"{escape(place.work.label)}</text>"
        )


def mark(state: State, known: bool, x: float, y: float, r: float) -> Iterable[str]:
    """The mark of a work."""
    if known:
        yield from _ring(x, y, r + 2.8)
    if state == "included":
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="#1c4e80"/>'
    elif state == "excluded":
        a = r * 0.72
        left, right, top, low = x - a, x + a, y - a, y + a
        yield (
            f'<path d="M{left:.1f},{top:.1f}L{right:.1f},{low:.1f}M{left:.1f},{low:.1f}L{right:.1f},{top:.1f}" '
            'stroke="#8a8a8a" stroke-width="1.5" fill="none"/>'
        )
    else:
        a = r * 1.05
        yield (
            f'<path d="M{x:.1f},{y - a:.1f}l{a:.1f},{a:.1f}l{-a:.1f},{a:.1f}l{-a:.1f},{-a:.1f}z" fill="#ffffff" '
            'stroke="#b35900" stroke-width="1.3"/>'
        )


def _ring(x: float, y: float, r: float) -> Iterable[str]:
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="#ffffff" stroke="#000000" stroke-width="1.1"/>'


def _legend(layout: Layout) -> Iterable[str]:
    n = Counter(place.work.state for place in layout.places.values())
    known = sum(place.work.known for place in layout.places.values())
    entries: list[tuple[State, bool, str]] = [
        ("included", False, f"included ({n['included']:,})"),
        ("unscreened", False, f"not screened yet ({n['unscreened']:,})"),
        ("excluded", False, f"excluded ({n['excluded']:,})"),
    ]
    y, x = layout.height - 46, _LEFT + 8
    for state, ring, words in (entry for entry in entries if n[entry[0]]):
        yield from mark(state, ring, x, y, 5.5)
        yield f'<text x="{x + 12:.1f}" y="{y + 4:.1f}" font-size="12">{words}</text>'
        x += 34 + len(words) * 6.1
    if known:
        yield from _ring(x, y, 8)
        words = f"ring: known set ({known:,})"
        yield f'<text x="{x + 13:.1f}" y="{y + 4:.1f}" font-size="12">{words}</text>'
    more = f" {layout.left_out:,} less connected works are not drawn." if layout.left_out else ""
    words = (
        f"An arrow leads from a work to one that it cites; {len(layout.edges):,} citations between these works.{more}"
    )
    yield f'<text x="{_LEFT}" y="{layout.height - 18:.1f}" font-size="11" fill="#333333">{words}</text>'


def caption(layout: Layout) -> str:
    """What the picture shows, for those who cannot see it."""
    states = Counter(place.work.state for place in layout.places.values())
    told = ", ".join(f"{states[state]:,} {state}" for state in ("included", "unscreened", "excluded") if states[state])
    return f"{len(layout.places):,} works ({told}) and {len(layout.edges):,} citations between them."
