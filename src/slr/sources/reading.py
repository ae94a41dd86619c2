"""Reading what services answer, leniently: what is missing or of another kind is left empty, never guessed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slr.errors import ReplyError
from slr.http.messages import Reply, origin, short
from slr.model import Record

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

LANGUAGES = {
    **{"ara": "ar", "bul": "bg", "cat": "ca", "hrv": "hr", "dan": "da", "eng": "en", "est": "et", "fin": "fi"},
    **{"heb": "he", "hin": "hi", "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lav": "lv"},
    **{"lit": "lt", "nor": "no", "nob": "nb", "nno": "nn", "pol": "pl", "por": "pt", "rus": "ru", "slv": "sl"},
    **{"spa": "es", "srp": "sr", "swe": "sv", "tur": "tr", "ukr": "uk", "vie": "vi", "eus": "eu", "baq": "eu"},
    **{"ces": "cs", "cze": "cs", "deu": "de", "ger": "de", "ell": "el", "gre": "el", "fas": "fa", "per": "fa"},
    **{"fra": "fr", "fre": "fr", "isl": "is", "ice": "is", "nld": "nl", "dut": "nl", "ron": "ro", "rum": "ro"},
    **{"slk": "sk", "slo": "sk", "zho": "zh", "chi": "zh", "msa": "ms", "may": "ms", "afr": "af", "glg": "gl"},
}
"""ISO 639-2 (terminological and bibliographic) to ISO 639-1, the codes that records and criteria use."""


def text(value: object) -> str | None:
    """Text on one line without blanks around it; None for nothing and for what is no text."""
    return " ".join(value.split()) or None if isinstance(value, str) else None


def first(value: object) -> str | None:
    """The first text of a list, or the text itself."""
    return next(filter(None, map(text, value if isinstance(value, list) else [value])), None)


def texts(value: object) -> list[str]:
    """Every text of a list, or the text itself as a list of one."""
    return [one for one in map(text, value if isinstance(value, list) else [value]) if one]


def fields(value: object) -> Mapping[str, Any]:
    """A JSON object; empty for what is none."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    """A JSON list; empty for what is none."""
    return value if isinstance(value, list) else []


def unmarked(value: object) -> str | None:
    """Text without HTML, JATS or MathML tags and entities."""
    if not isinstance(value, str):
        return None
    return text(html.unescape(_TAG.sub(" ", re.sub(r"</?(?:[a-z]+:)?(?:i|b|em|sup|sub|scp|bold|italic)>", "", value))))


def year(value: object) -> int | None:
    """A year from a number, or from text that begins with one (``2007``, ``2007-05-01``)."""
    found = re.match(r"\s*(\d{4})(?!\d)", str(value)) if isinstance(value, str | int) else None
    return int(found[1]) if found and not isinstance(value, bool) else None


def pages(start: object, end: object) -> str | None:
    """``507-520``, or the one page there is."""
    a, b = text(start), text(end)
    return f"{a}-{b}" if a and b and a != b else a or b


def language(code: object) -> str | None:
    """ISO 639-1 for a two- or three-letter code, None for "undetermined" and what is no code."""
    found = (text(code) or "").lower()
    short_one = LANGUAGES.get(found, found)
    return short_one if re.fullmatch(r"[a-z]{2}(-[a-z]{2,4})?", short_one) else None


def each(
    entries: Iterable[Any], read: Callable[[Any], Record], where: str, name: Callable[[Any], str | None]
) -> tuple[tuple[Record, ...], tuple[int, ...], tuple[str, ...]]:
    """The records of a reply's entries, their places in it (from 0), and a sentence for each that cannot be read.

    ``read`` raises ValueError, TypeError, AttributeError or KeyError, whose text goes on "is left out: it …"; ``name``
    is what the service calls an entry.
    """
    records: list[Record] = []
    positions: list[int] = []
    warnings: list[str] = []
    for position, entry in enumerate(entries):
        try:
            records.append(read(entry))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            named = f"The entry {name(entry)}" if isinstance(entry, Mapping) and name(entry) else "An entry without id"
            warnings.append(f"{named} at place {position + 1} of {short(where)} is left out: it {error}.")
        else:
            positions.append(position)
    return tuple(records), tuple(positions), tuple(warnings)


def another_shape(reply: Reply, what: str) -> ReplyError:
    """The error for a reply that is not of the service's own shape; ``what`` goes on "answered …"."""
    mend = f"check `base_url` of {reply.exchange.source} in config/review.yaml ({short(reply.exchange.url)})"
    return ReplyError(f"{origin(reply.exchange.url)} answered {what}: {mend}")
