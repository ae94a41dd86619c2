"""Pictures from SVG and charts from specifications."""

from __future__ import annotations

import struct
import zlib

import pytest

from slr.errors import OurBug
from slr.report.pictures import chart, pdf, png

WORD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="30" font-family="{}"><rect width="80" height="30" '
    'fill="#fff"/><text x="5" y="20" font-size="14">{}</text></svg>'
)


def size(picture: bytes) -> tuple[int, int]:
    return struct.unpack(">II", picture[16:24])


def has_ink(picture: bytes) -> bool:
    """True if some pixel is dark: the image data, filtered row by row, differs from that of blank paper."""
    return len(zlib.compress(_data(picture))) > len(zlib.compress(_data(png(WORD.format("Arial", "")))))


def _data(picture: bytes) -> bytes:
    """The uncompressed image data of a PNG."""
    data, at = b"", 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        data += picture[at + 8 : at + 8 + length] if picture[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    return zlib.decompress(data)


def test_scale_is_pixels_to_the_unit() -> None:
    svg = WORD.format("Arial", "n = 12")
    assert png(svg).startswith(b"\x89PNG\r\n\x1a\n")
    assert (size(png(svg)), size(png(svg, 1))) == ((160, 60), (80, 30))


def test_text_is_drawn_whatever_typeface_is_asked_for_and_always_in_the_same_one() -> None:
    assert has_ink(png(WORD.format("Arial", "n = 12")))
    assert png(WORD.format("Arial, 'No Such Face'", "n = 12")) == png(WORD.format("Courier", "n = 12"))


def test_pdf_is_a_pdf() -> None:
    assert pdf(WORD.format("Arial", "n = 12")).startswith(b"%PDF-")


def test_what_is_not_svg_is_refused() -> None:
    with pytest.raises(OurBug, match="refuses an SVG drawing"):
        png("no picture")


SPEC = {
    "description": 'Two "points"',
    "data": {"values": [{"a": 1}, {"a": 5}]},
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}, "color": {"field": "a", "type": "quantitative"}},
}


def test_a_chart_is_the_same_each_time_and_says_what_it_shows() -> None:
    svg = chart(SPEC)
    assert svg == chart(SPEC)
    assert "gradient_0" in svg
    assert 'role="img" aria-label=\'Two "points"\'' in svg


def test_a_chart_fetches_nothing() -> None:
    with pytest.raises(OurBug, match="refuses a Vega-Lite chart"):
        chart(SPEC | {"data": {"url": "http://localhost:9/data.json"}})


def test_a_specification_that_is_none_is_refused() -> None:
    with pytest.raises(OurBug, match="refuses a Vega-Lite chart"):
        chart({"mark": "no such mark"})


def test_a_pdf_carries_its_typeface_and_its_words() -> None:
    """The typeface is embedded and maps its glyphs back to letters, so that words can be selected and searched."""
    document = pdf(WORD.format("Arial", "n = 12"))
    assert b"LiberationSans" in document and b"/FontFile2" in document and b"/ToUnicode" in document
    assert document.count(b"/Type /Page\n") == 1
