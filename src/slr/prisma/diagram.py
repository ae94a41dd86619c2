"""Draws the PRISMA 2020 flow diagram as SVG: measures the text, sizes the boxes, places them, joins them by arrows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from slr.prisma.content import PHASES, Box, Heading, Row, arrows, boxes, description, headings, own_footnotes
from slr.prisma.lettering import FONT, clean, wrap
from slr.prisma.numbers import Numbers

# All lengths in SVG user units (CSS pixels).
_SIZE, _LEADING = 12.0, 15.0
_SMALL, _SMALL_LEADING = 10.0, 13.0
_TITLE, _TITLE_LEADING = 15.0, 20.0
_PADDING = 9.0
_INDENTS = (0.0, 10.0, 26.0)
_HANG = 8.0
_MARGIN = 16.0
_ROW_GAP = 28.0
_PHASE_GAP = 34.0
_BAR, _BAR_GAP = 26.0, 14.0
_HEAD = 7.0
_WIDTHS = {"previous": 172.0, "main": 208.0, "aside": 268.0, "other": 208.0, "other_aside": 268.0}
_GAP_BEFORE = {"aside": 38.0, "other": 30.0, "other_aside": 38.0, "main": 30.0}

_BLACK, _WHITE, _GREY, _LINE = "#000000", "#ffffff", "#ececec", "#404040"
_YELLOW, _HEADING_GREY, _BLUE = "#ffc000", "#d0d0d0", "#9dc3e6"


@dataclass(frozen=True, slots=True)
class _Text:
    """One line as it is drawn: where its baseline starts, or its middle if ``centred``."""

    text: str
    x: float
    y: float
    size: float = _SIZE
    key: str | None = None
    part: str | None = None
    bold: bool = False
    centred: bool = False
    turned: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """A rectangle with its lines; ``key`` names a box, ``kind`` is box, heading or phase."""

    kind: str
    key: str
    x: float
    y: float
    w: float
    h: float
    fill: str
    texts: tuple[_Text, ...]

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def centre(self) -> float:
        return self.x + self.w / 2

    @property
    def middle(self) -> float:
        return self.y + self.h / 2


def draw(numbers: Numbers, *, title: str | None = None, footnotes: Sequence[str] = (), extended: bool = False) -> str:
    """The flow diagram as an SVG document.

    Which of the four templates it is follows from ``numbers``: the column of previous studies, the one of other
    methods and the lines of registers, websites, organisations and citation searching are drawn if not None. ``title``
    stands above it, ``footnotes`` below the template's own two and the notes on what is not finished. Each box is a
    group whose ``id`` and ``data-box`` are its key in the R package's template, and each text with a number has its
    own key as ``data-box`` and, for a part of a number, its name as ``data-part``. ``extended`` draws the screening of
    other methods' records too, which the template leaves out. The same numbers give the same bytes.
    """
    columns = _columns(numbers)
    full = max(x + w for x, w in columns.values()) - _MARGIN
    above = [clean(title)] if title else []
    heading = list(_paragraphs(above, _MARGIN, full, _TITLE, _TITLE_LEADING, bold=True))
    top = _MARGIN + len(heading) * _TITLE_LEADING + (12 if heading else 0)
    titles = _heading_frames(headings(numbers), columns, top)
    found = boxes(numbers, extended=extended)
    frames, bars, bottom = _rows(found, columns, titles[0].bottom + 18)
    below = [*own_footnotes(numbers, extended=extended), *map(clean, footnotes)]
    foot = list(_paragraphs(below, bottom + 14, full, _SMALL, _SMALL_LEADING))
    height = bottom + 14 + len(foot) * _SMALL_LEADING + _MARGIN
    named = {frame.key: frame for frame in frames}
    body = [*map(_svg_text, heading), *map(_svg_frame, [*titles, *bars])]
    body += [
        _svg_arrow(start, end, _route(named[start], named[end])) for start, end in arrows(numbers, extended=extended)
    ]
    body += [*(_svg_frame(named[box.key]) for box in found), *map(_svg_text, foot)]
    return _document(title or "PRISMA 2020 flow diagram", description(numbers), full + 2 * _MARGIN, height, body)


def _columns(numbers: Numbers) -> dict[str, tuple[float, float]]:
    """Where each column that applies starts, and its width."""
    names = ["previous"] * numbers.is_update + ["main", "aside"]
    names += ["other", "other_aside"] * numbers.has_other_methods
    columns: dict[str, tuple[float, float]] = {}
    x = _MARGIN + _BAR + _BAR_GAP
    for name in names:
        x += _GAP_BEFORE[name] if columns else 0
        columns[name] = (x, _WIDTHS[name])
        x += _WIDTHS[name]
    return columns


def _paragraphs(
    texts: Iterable[str], top: float, room: float, size: float, leading: float, *, bold: bool = False
) -> Iterator[_Text]:
    """Lines from the left margin over the whole width, each text beginning a new one."""
    lines = [line for text in texts for line in wrap(text, room, size, bold=bold)]
    for i, line in enumerate(lines):
        yield _Text(line, _MARGIN, top + i * leading + size, size, bold=bold)


def _heading_frames(found: Sequence[Heading], columns: dict[str, tuple[float, float]], top: float) -> list[_Frame]:
    """The column titles, all as high as the one with the most lines."""
    spans = [(columns[h.columns[0]][0], sum(columns[h.columns[-1]])) for h in found]
    wrapped = [
        wrap(h.text, right - x - 2 * _PADDING, _SIZE, bold=True) for h, (x, right) in zip(found, spans, strict=True)
    ]
    height = max(map(len, wrapped)) * _LEADING + 2 * _PADDING
    frames = []
    for h, (x, right), lines in zip(found, spans, wrapped, strict=True):
        start = top + (height - len(lines) * _LEADING) / 2 + _SIZE
        texts = tuple(
            _Text(line, (x + right) / 2, start + i * _LEADING, bold=True, centred=True) for i, line in enumerate(lines)
        )
        frames.append(_Frame("heading", h.text, x, top, right - x, height, _HEADING_GREY if h.grey else _YELLOW, texts))
    return frames


def _rows(
    found: Sequence[Box], columns: dict[str, tuple[float, float]], top: float
) -> tuple[list[_Frame], list[_Frame], float]:
    """The boxes row by row, the side bar of each phase, and where the last one ends."""
    frames, bars = [], []
    for phase, rows in PHASES:
        placed: list[_Frame] = []
        start = top
        for row in _used(rows, found):
            inside = [_frame(box, *columns[box.column], top) for box in found if box.row == row]
            placed += inside
            top = max(frame.bottom for frame in inside) + _ROW_GAP
        end = top - _ROW_GAP
        bars.append(_bar(phase, start, end))
        frames += placed
        top = end + _PHASE_GAP
    return frames, bars, top - _PHASE_GAP


def _used(rows: tuple[Row, ...], found: Sequence[Box]) -> list[Row]:
    return [row for row in rows if any(box.row == row for box in found)]


def _frame(box: Box, x: float, w: float, y: float) -> _Frame:
    """The box at its place, as high as its lines; a line that goes on below hangs further in."""
    texts: list[_Text] = []
    for line in box.lines:
        left = x + _PADDING + _INDENTS[line.indent]
        hang = _HANG if line.indent else 0.0
        for i, piece in enumerate(wrap(line.text, x + w - _PADDING - left - hang, _SIZE)):
            at = y + _PADDING + len(texts) * _LEADING + _SIZE - 1
            texts.append(_Text(piece, left + (hang if i else 0), at, key=line.key, part=line.part))
    height = len(texts) * _LEADING + 2 * _PADDING
    return _Frame("box", box.key, x, y, w, height, _GREY if box.grey else _WHITE, tuple(texts))


def _bar(phase: str, top: float, bottom: float) -> _Frame:
    """The side bar of a phase, its name read from below."""
    text = _Text(phase, _MARGIN + _BAR / 2 + _SIZE * 0.35, (top + bottom) / 2, bold=True, centred=True, turned=True)
    return _Frame("phase", phase, _MARGIN, top, _BAR, bottom - top, _BLUE, (text,))


def _route(start: _Frame, end: _Frame) -> list[tuple[float, float]]:
    """The corners of the arrow from one box to another: straight if they share a column or a row, else one corner."""
    if start.x == end.x:
        return [(start.centre, start.bottom), (start.centre, end.y)]
    if start.y == end.y:
        level = start.y + min(start.h, end.h) / 2
        return [(start.right, level), (end.x, level)]
    side = end.x if start.x < end.x else end.right
    return [(start.centre, start.bottom), (start.centre, end.middle), (side, end.middle)]


def _svg_arrow(start: str, end: str, corners: Sequence[tuple[float, float]]) -> str:
    """The line and, as its own shape with the tip on the last corner, the head (markers print unevenly)."""
    (x0, y0), (x, y) = corners[-2:]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    neck = (x - dx * _HEAD, y - dy * _HEAD)
    path = " ".join(f"{'L' if i else 'M'}{_n(a)} {_n(b)}" for i, (a, b) in enumerate([*corners[:-1], neck]))
    half = _HEAD * 0.5
    head = [(x, y), (neck[0] + dy * half, neck[1] + dx * half), (neck[0] - dy * half, neck[1] - dx * half)]
    points = " ".join(f"{_n(a)},{_n(b)}" for a, b in head)
    return (
        f'<g class="arrow" data-from="{start}" data-to="{end}"><path d="{path}" fill="none" stroke="{_LINE}"/>'
        f'<polygon points="{points}" fill="{_LINE}"/></g>'
    )


def _svg_frame(frame: _Frame) -> str:
    names = {
        "box": f'id="{frame.key}" class="box" data-box="{frame.key}"',
        "heading": 'class="heading"',
        "phase": 'class="phase"',
    }
    round_by, line = (0, _BLACK) if frame.kind == "box" else (5, _LINE)
    rect = (
        f'<rect x="{_n(frame.x)}" y="{_n(frame.y)}" width="{_n(frame.w)}" height="{_n(frame.h)}" rx="{round_by}" '
        f'fill="{frame.fill}" stroke="{line}"/>'
    )
    return "\n".join([f"<g {names[frame.kind]}>{rect}", *map(_svg_text, frame.texts), "</g>"])


def _svg_text(text: _Text) -> str:
    place = f'x="{_n(text.x)}" y="{_n(text.y)}"'
    options = [f'font-size="{_n(text.size)}"'] if text.size != _SIZE else []
    options += ['font-weight="bold"'] if text.bold else []
    options += ['text-anchor="middle"'] if text.centred else []
    options += [f'transform="rotate(-90 {_n(text.x)} {_n(text.y)})"'] if text.turned else []
    options += [f'data-box="{text.key}"'] if text.key else []
    options += [f"data-part={quoteattr(clean(text.part))}"] if text.part is not None else []
    return f"<text {' '.join([place, *options])}>{escape(text.text.replace(chr(0xA0), ' '))}</text>"


def _document(title: str, desc: str, w: float, h: float, body: Sequence[str]) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(w)}" height="{_n(h)}" viewBox="0 0 {_n(w)} {_n(h)}" '
        f'role="img" aria-labelledby="prisma-title prisma-desc" font-family={quoteattr(FONT)} '
        f'font-size="{_n(_SIZE)}">'
    )
    words = f'<title id="prisma-title">{escape(clean(title))}</title>\n<desc id="prisma-desc">{escape(desc)}</desc>'
    paper = f'<rect width="100%" height="100%" fill="{_WHITE}"/>'
    return "\n".join([opening, words, paper, *body, "</svg>", ""])


def _n(value: float) -> str:
    """A length with at most two decimals and no needless zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
