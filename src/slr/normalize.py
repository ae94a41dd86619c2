"""The forms in which titles and names are compared."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_NOT_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Latin letters that Unicode does not take apart into a letter and a mark."""


def plain(text: str) -> str:
    """Lower-case words of ``text`` with single blanks: no marks, diacritics, HTML; ``&`` reads "and"."""
    text = _TAG.sub("", html.unescape(text)).replace("&", " and ")
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text).strip()


def family(author: str) -> str:
    """The comparable family name of ``Family, Given``, ``Given Family`` or ``Family GM`` (initials last, no comma)."""
    if "," in author:
        return plain(author.split(",", 1)[0]).replace(" ", "")
    words = author.split()
    while len(words) > 1 and not author.isupper() and words[-1].isupper() and _INITIALS.fullmatch(words[-1]):
        words.pop()
    return plain(words[-1]).replace(" ", "") if words else ""


def first_page(pages: str | None) -> str | None:
    """The first page of ``507-520`` or ``pp. 507-520``, or None."""
    found = re.match(r"\s*(?:pp?\.?\s*)?([A-Za-z]?\d+)", pages or "")
    return found.group(1).lower() if found else None
