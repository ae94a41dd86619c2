"""How wide a text is in the diagram's typeface, and how it is broken into lines.

Arial, Helvetica and Liberation Sans share their advance widths, so a box measured here fits whichever of them draws it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"

# Advance widths in thousandths of the type size (the hmtx tables of Liberation Sans 2 Regular and Bold). Letters with
# an accent are as wide as without, but for those listed.
_REGULAR = {
    191: "'",
    222: "ijl‘’ł",
    260: "|",
    278: " ,./:;I[\\]!ftıìíîïĩī\u00a0",
    333: "()-`r“”¡",
    334: "{}",
    350: "•",
    355: '"',
    375: "ľť",
    389: "*",
    400: "°",
    469: "^",
    500: "Jcksvxyz",
    549: "÷±≤≥",
    556: "#$0123456789?L_abdeghnopqu–€§ðþđ«»£¥",
    584: "+<=>~×−",
    611: "FTZßø¿",
    667: "&ABEKPSVXY",
    722: "CDHNRUwĐď",
    737: "©®",
    778: "GOQØ",
    833: "Mm",
    889: "%æ",
    944: "Wœ",
    1000: "—…™ÆŒ",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl‘’ıł\u00a0",
    280: "|",
    333: "!()-:;[]`ft¡",
    350: "•",
    389: "*r{}",
    400: "°",
    474: '"',
    479: "ľť",
    500: "z“”",
    549: "÷±≤≥",
    556: "#$0123456789J_aceksvxy–€§«»£¥",
    584: "+<=>^~×−",
    611: "?FLTZbdghnopqußøðþđ¿",
    667: "EPSVXY",
    722: "&ABCDHKNRUĐď",
    737: "©®",
    778: "GOQwØ",
    833: "M",
    889: "%mæ",
    944: "Wœ",
    975: "@",
    1000: "—…™ÆŒ",
}
_WIDTHS = {
    bold: {character: units for units, characters in table.items() for character in characters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_UNKNOWN = 1000
"""For a character without a known width: rather a line that ends early than one that leaves its box."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """``text`` on one line, with single spaces and without the characters that XML 1.0 forbids."""
    return " ".join(_ILLEGAL.sub("", text).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The advance width of ``text`` at type size ``size``, in the unit of ``size``."""
    return sum(_units(character, bold) for character in text) * size / 1000


def _units(character: str, bold: bool) -> int:
    """The width of one character in thousandths; an accented letter's is that of its base."""
    if unicodedata.combining(character):
        return 0
    base = unicodedata.normalize("NFD", character)[0]
    return _WIDTHS[bold].get(character) or _WIDTHS[bold].get(base, _UNKNOWN)


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """``text`` in lines no wider than ``room``, broken at spaces; only a word wider than a line is cut.

    A no-break space does not break a line. The lines joined hold every character but the spaces they broke at.
    """
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        *full, rest = _pieces(word, room, size, bold)
        lines += [line, *full] if line else full
        line = rest
    return [*lines, line]


def _pieces(word: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """``word`` in pieces that fit, cut behind a hyphen or slash if there is one; a piece has at least one character."""
    piece = ""
    for character in word:
        while piece and width(piece + character, size, bold=bold) > room:
            whole = max(piece.rfind("-"), piece.rfind("/")) + 1 or len(piece)
            yield piece[:whole]
            piece = piece[whole:]
        piece += character
    yield piece
