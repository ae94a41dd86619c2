"""Plain text of the LaTeX in BibTeX fields; what databases write without escaping it stays what it is."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_BARE = re.compile(r"(?<!\\)([%&#])|(?<!\\)_(?![{\\])")
_DOLLAR = re.compile(r"(?<!\\)\$([^$]{1,200}?)(?<!\\)\$")
_MATHS = re.compile(r"[\\^_]|^[\w+=<>*/. -]{1,12}$")
_ESCAPED = re.compile(r"(?<!\\)\\([&%#_])")
_SYMBOLS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textquotesingle": "'", "textasciigrave": "`", "euro": "€",
    "LaTeX": "LaTeX", "TeX": "TeX", "textbraceleft": "\ue000", "textbraceright": "\ue001", "textasciicircum": "\ue002",
}  # fmt: skip
_SYMBOL = re.compile(rf"\\({'|'.join(_SYMBOLS)})(?:\{{\}}|(?![A-Za-z])\s?)")
"""Commands that pylatexenc leaves out or reads as another sign; what is syntax is set aside until it is done."""
_SET_ASIDE = str.maketrans({"\ue000": "{", "\ue001": "}", "\ue002": "^"})
_DOUBLED = re.compile(r"\\\\(?=[\"'`^~=.a-zA-Z])")
"""A backslash that a program escaped once more: no field breaks its line before a letter or an accent."""
_MARKS = re.compile(r"[\^_]\s*(?=[\w{\\+*-])")


def plain(value: str) -> str:
    """Text of a field: accents and symbols as Unicode, braces gone, superscripts and subscripts in line (``H2O``)."""
    if not any(sign in value for sign in "\\{}$~`'-"):
        return value
    value = _ESCAPED.sub(r"\1", value)
    if "\\" not in value and "$" not in value:
        return _dashes(re.sub(r"[{}]", "", value).replace("~", " "))
    named = _SYMBOL.sub(lambda found: _SYMBOLS[found[1]], value)
    return _converted(_DOUBLED.sub(r"\\", named)).translate(_SET_ASIDE)


def _converted(value: str) -> str:
    prepared = _BARE.sub(lambda found: "\\" + found[0], _DOLLAR.sub(_maths, value))
    prepared = re.sub(r"(?<!\\)\$(?!\x00)", r"\\$", prepared).replace("$\x00", "$")
    try:
        return str(_converter().latex_to_text(prepared)).replace("\x00", "")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # broken LaTeX: what can be read of it
        return re.sub(r"\\[A-Za-z]+\s?|[\\{}$]", "", value)


def _maths(found: re.Match[str]) -> str:
    """A formula without the marks of raising and lowering; ``$5 and $6`` is money."""
    inner = found[1]
    if not _MATHS.search(inner) or re.match(r"\d[\d.,]*\s+\w", inner):
        return found[0]
    return f"$\x00{_MARKS.sub('', inner)}$\x00"


def _dashes(value: str) -> str:
    return value.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text")
