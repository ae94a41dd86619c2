"""Words of help shared by the readers of all files: the nearest key, and what to do with a secret in a file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from slr.config.document import Document, KeyPath, describe, shortened

_SECRET_WORDS = frozenset({"key", "apikey", "token", "secret", "password", "passwd", "mailto", "email", "mail", "auth"})
_MAIL_WORDS = frozenset({"mailto", "email", "mail"})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word`` (difflib's ratio, at least 0.6, upper and lower case alike), or None."""
    by_folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), list(by_folded), n=1)
    return by_folded[found[0]] if found else None


def unknown_key(path: KeyPath, known: Sequence[str]) -> str:
    """The sentence for a key that is not in the schema: the nearest known one, or all of them."""
    key = str(path[-1])
    if is_secret(key):
        return secret(path)
    near = nearest(key, known)
    if near and len(known) > 1:
        return f"unknown key (write {near}; the keys here are {', '.join(known)})"
    return f"unknown key (write {' or '.join(known)})"


def is_secret(key: str) -> bool:
    """True for the name of something that must not stand in a file: ``api_key``, ``token``, ``mailto`` …"""
    return not _SECRET_WORDS.isdisjoint(re.split(r"[\W_]+", key.casefold()))


def secret(path: KeyPath) -> str:
    """The sentence for a secret in a file; it never quotes the value."""
    return f"keys and mail addresses never stand in files (remove it and set {_variable(path)} in the environment)"


def secret_keys(value: object, path: KeyPath) -> list[KeyPath]:
    """The paths below ``path`` of keys that name a secret, for blocks whose keys are free."""
    if isinstance(value, list):
        return [found for position, item in enumerate(value) for found in secret_keys(item, (*path, position))]
    if not isinstance(value, Mapping):
        return []
    here = [(*path, key) for key, item in value.items() if is_secret(key) or _holds_login(item)]
    return here + [found for key, item in value.items() for found in secret_keys(item, (*path, key))]


def _holds_login(value: object) -> bool:
    return isinstance(value, str) and re.search(r"://[^/@\s]+@", value) is not None


def _variable(path: KeyPath) -> str:
    if "snapshot" in path:
        return "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    words = set(re.split(r"[\W_]+", str(path[-1]).casefold()))
    return "OPENALEX_API_KEY" if words.isdisjoint(_MAIL_WORDS) else "CROSSREF_MAILTO"


def wrong_type(expected: str, value: object) -> str:
    """The sentence for a value of another type than ``expected``, with what to write instead where it is plain."""
    remedy = ""
    if expected.startswith("a list") and value is not None and not isinstance(value, list | dict):
        item = f'"{shortened(str(value))}"' if "," in str(value) else shortened(str(value))
        remedy = f" (write [{item}])"
    elif expected in ("text", "a phrase") and isinstance(value, int | float):
        remedy = f' (write it in quotes: "{shortened(str(value).lower() if isinstance(value, bool) else str(value))}")'
    elif expected == "a whole number" and isinstance(value, str) and value.strip().isdecimal():
        remedy = " (write it without quotes)"
    elif value is None:
        remedy = " (fill it in or delete it)"
    return f"should be {expected}, is {describe(value)}{remedy}"


def check_keys(document: Document, path: KeyPath, value: dict[str, object], known: Sequence[str]) -> None:
    """Note each key of ``value`` that is not in ``known``."""
    for key in value:
        if key not in known:
            document.fault((*path, key), unknown_key((*path, key), known))


def check_repeats(document: Document, items: Iterable[tuple[KeyPath, object]]) -> None:
    """Note each text that stands a second time among ``items``, upper and lower case alike."""
    first: dict[str, KeyPath] = {}
    for path, value in items:
        if isinstance(value, str):
            text = " ".join(value.casefold().split())
            if text in first:
                line = document.line(first[text])
                document.fault(path, f'"{shortened(value)}" is given twice, first on line {line} (keep one)')
            first.setdefault(text, path)
