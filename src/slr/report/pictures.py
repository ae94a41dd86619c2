"""The one door to vl-convert: SVG to PNG and PDF, and Vega-Lite charts to SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import quoteattr

from slr.errors import OurBug

# vl-convert carries this typeface with it; naming it alone makes the picture the same on every machine, whatever
# fonts are installed there. It has the widths of Arial and Helvetica, so what was measured for those fits.
_TYPEFACE = 'font-family="Liberation Sans"'
_REFERENCE = re.compile(r'(id="|url\(#)(gradient_|clip)(\d+)')
_ANY_TYPEFACE = re.compile(r"""font-family=(?:"[^"]*"|'[^']*')""")


def png(svg: str, scale: float = 2.0) -> bytes:
    """The drawing as PNG, ``scale`` pixels to the SVG user unit; raises OurBug if ``svg`` is not SVG."""
    import vl_convert

    with _refusals("an SVG drawing"):
        picture: bytes = vl_convert.svg_to_png(_ANY_TYPEFACE.sub(_TYPEFACE, svg), scale=scale)
    return picture


def pdf(svg: str) -> bytes:
    """The drawing as a PDF of one page, its text selectable and its typeface in it; raises OurBug for what is not SVG.

    The same drawing gives the same page, but not always the same bytes: the converter orders typefaces at random.
    """
    import vl_convert

    with _refusals("an SVG drawing"):
        document: bytes = vl_convert.svg_to_pdf(_ANY_TYPEFACE.sub(_TYPEFACE, svg))
    return document


def chart(vega_lite_spec: dict[str, Any]) -> str:
    """The chart as SVG, the same bytes for the same specification; its ``description`` is read to who cannot see it.

    Raises OurBug if Vega-Lite refuses the specification. Fetches nothing from a network.
    """
    import vl_convert

    with _refusals("a Vega-Lite chart"):
        svg: str = vl_convert.vegalite_to_svg(vega_lite_spec, allowed_base_urls=[])
    label = quoteattr(str(vega_lite_spec.get("description", "")))
    return _renumbered(svg).replace("<svg ", f'<svg role="img" aria-label={label} ', 1)


def _renumbered(svg: str) -> str:
    """``svg`` with its gradients and clips numbered from 0: Vega counts them on from chart to chart in one process."""
    found: dict[str, str] = {}
    return _REFERENCE.sub(lambda m: f"{m[1]}{m[2]}{found.setdefault(m[2] + m[3], str(len(found)))}", svg)


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Turns the converter's refusal into OurBug, since everything it is given was made here."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise OurBug(f"vl-convert refuses {what}: {reason}") from error
