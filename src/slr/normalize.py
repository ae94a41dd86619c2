"""The forms in which titles, names, journals, pages, years and DOIs are compared."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_NOT_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")
_LATEX_STYLE = re.compile(r"\\(?:math|text)[a-z]+|\\emph|\\ensuremath|\\[,;!:]")
_LATEX_ACCENT = re.compile(r"\\(?:[\"'`^~=.]|[uvHtcdbkr](?=[{\s]))\s*\{?([A-Za-z])\}?")
_LATEX_SIGNS = re.compile(r"[{}$]")


_LOST_LETTER = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])")
"""A letter that a conversion of character sets lost, in the middle of a word ("N?rv?g")."""


class _Letters(dict[int, str]):
    """How each character is written in plain Latin letters, found out when it is first met.

    Greek letters are spelled ("α" in "TNF-α" is "alpha"), other scripts transliterated, diacritics dropped. Writings
    without blanks or short alphabets (Chinese, Japanese, Korean) stay: a transliteration makes different words one.
    """

    def __missing__(self, code: int) -> str:
        self[code] = made = _latin(chr(code))
        return made


_OWN_WRITING = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def _latin(char: str) -> str:
    name = unicodedata.name(char, "")
    if name.startswith("GREEK"):
        base = unicodedata.name(unicodedata.normalize("NFD", char)[0], "")
        return base.split()[3].lower() if " LETTER " in base and len(base.split()) == 4 else anyascii(char)
    if name.startswith(_OWN_WRITING) or unicodedata.combining(char) or not char.isalnum():
        return "" if unicodedata.combining(char) else char
    return anyascii(char) or char


_LETTERS = _Letters()
_ASCII = str.maketrans({chr(c): " " if not chr(c).isalnum() else chr(c).lower() for c in range(128)})


def bare(text: str) -> str:
    """``text`` without HTML: entities are read, tags dropped, ``&`` reads "and"."""
    return _TAG.sub("", html.unescape(text)).replace("&", " and ")


def plain(text: str) -> str:
    """Lower-case Latin words of ``text`` with single blanks: no marks, diacritics, HTML, LaTeX; ``&`` reads "and"."""
    if "&" in text or "<" in text:
        text = bare(text)
    if "\\" in text or "$" in text or "{" in text:
        text = _LATEX_SIGNS.sub("", _LATEX_ACCENT.sub(r"\1", _LATEX_STYLE.sub("", text)))
    if "?" in text or "\ufffd" in text:
        text = _LOST_LETTER.sub("", text)
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFC", text.translate(_LETTERS))
    return _NOT_WORD.sub(" ", text.lower()).strip()


_SUFFIXES = frozenset({"jr", "sr", "ii", "iii"})


@lru_cache(maxsize=1 << 17)
def family(author: str) -> str:
    """The comparable family name of ``Family, Given``, ``Given Family`` or ``Family GM`` (initials last, no comma)."""
    if "," in author:
        return plain(author.split(",", 1)[0]).replace(" ", "")
    words = [w for w in author.split() if w.strip(".").lower() not in _SUFFIXES] or author.split()
    while len(words) > 1 and not author.isupper() and words[-1].isupper() and _INITIALS.fullmatch(words[-1]):
        words.pop()
    return plain(words[-1]).replace(" ", "") if words else ""


@lru_cache(maxsize=1 << 17)
def name_words(author: str) -> str:
    """The words of a person's name without initials, in the order printed: ``Benson RBJ`` is "benson"."""
    words = author.replace(",", " ").split()
    if not author.isupper():
        words = [w for w in words if not (w.isupper() and _INITIALS.fullmatch(w))] or words
    return " ".join(w for w in plain(" ".join(words)).split() if len(w) > 1 or not w.isascii())


_PAGES = re.compile(
    r"\s*(?:pp?\.?\s*)?(?:suppl?\.?\s*)?([A-Za-z]{0,2}\d+[A-Za-z]?)(?:\s*[-\u2010-\u2015\u2212]+\s*([A-Za-z]{0,2}\d+))?"
)


def first_page(pages: str | None) -> str | None:
    """The first page of ``507-520`` or ``pp. 507-520``, or None."""
    return page_range(pages)[0]


def page_range(pages: str | None) -> tuple[str | None, str | None]:
    """First and last page, lower-case without leading zeros: ``1234-45`` is ("1234", "1245"), ``S31`` ("s31", None)."""
    found = _PAGES.match(pages or "")
    if found is None:
        return None, None
    first, last = _page(found.group(1)), found.group(2) and _page(found.group(2))
    if last and last.isdigit() and first.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last or None


def _page(text: str) -> str:
    if "0" not in text:
        return text.lower()
    return re.sub(r"^([a-z]*)0+(?=\d)", r"\1", text.lower())


_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")


def year_of(text: object) -> int | None:
    """The year in ``2004``, "2004.0", "c2004" or "2004 Mar 3"; None for "in press" and what is not a year."""
    found = _YEAR.search(str(text))
    return int(found.group(1)) if found else None


_DOI = re.compile(r"10\.\d{1,9}(?:\.\d+)*/\S+", re.I)
_DOI_TAIL = re.compile(r"(?:/(?:full|pdf|abstract|epdf|meta|html)|\.?(?<=[\d.])v\d{1,2}|[.,;:)\]}>\"'\s])+$")


def doi_of(text: object) -> str | None:
    """The bare DOI in a DOI, URL or ``doi:`` text: lower-case, without a version (``.v2``) or trailing marks."""
    found = _DOI.search(html.unescape(str(text)).replace("%2F", "/").replace("%2f", "/"))
    return _DOI_TAIL.sub("", found.group(0).lower().split("?")[0]) or None if found else None
