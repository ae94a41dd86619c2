"""The forms in which titles and names are compared."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]{1,40}>")
_NOT_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Lower-case words of ``text`` with single blanks: no marks, diacritics, HTML; ``&`` reads "and"."""
    text = _TAG.sub("", html.unescape(text)).replace("&", " and ")
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def family(author: str) -> str:
    """The comparable family name of ``Family, Given`` (of a name without a comma: its last word)."""
    name = author.split(",", 1)[0] if "," in author else (author.split() or [""])[-1]
    return plain(name).replace(" ", "")


def first_page(pages: str | None) -> str | None:
    """The first page of ``507-520``, or None."""
    found = re.match(r"\s*([A-Za-z]?\d+)", pages or "")
    return found.group(1).lower() if found else None
