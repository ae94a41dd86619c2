"""One line of a reviewer's log: how it is written, hashed and read. The format is specified in docs/decision_log.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from slr.store.decisions import FIRST, as_line
from slr.verdicts import COMMON, Event

__all__ = ["FIRST", "VERDICTS", "as_line", "bare", "chain_hash", "chained", "is_text", "parse"]

VERDICTS = ("include", "exclude", "maybe", "not-retrieved")
_OPTIONAL = {"reason", "note"}
_EXTRAS: Mapping[str, Mapping[str, type]] = {
    "vote": {"seen": list, "via": str, "along": str},
    "resolution": {"settles": list, "how": str},
    "undo": {"undoes": list, "seen": list},
    "assignment": {"works": list, "to": list},
    "pilot": {"works": list, "to": list, "seed": str, "threshold": str},
}
_MUST = {"resolution": {"settles", "how"}, "undo": {"undoes"}, "assignment": {"works", "to"}, "pilot": {"works", "to"}}
_HOLLOW = {"undo": {"verdict"}, "assignment": {"work_id", "verdict"}, "pilot": {"work_id", "verdict"}}
"""The keys that have no value in lines of a kind."""


def chain_hash(fields: Mapping[str, object]) -> str:
    """The hash of a line: SHA-256 (hex) over its JSON without ``hash``: sorted keys, no blanks, UTF-8."""
    content = {key: value for key, value in fields.items() if key != "hash"}
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def chained(event: Event) -> Event:
    """The same event with its hash."""
    return replace(event, hash=chain_hash(event.content()))


def bare(line: bytes) -> bytes:
    """A line without its end, which git on Windows writes as two characters."""
    return line.rstrip(b"\r\n")


def parse(line: bytes) -> Event:
    """The event of a line. Raises ValueError, saying what is wrong with it, if it is none or was changed."""
    try:
        found = json.loads(line)
    except ValueError:
        raise ValueError("is not a decision") from None
    if not isinstance(found, dict) or not _well_formed(found):
        raise ValueError("is not a decision")
    if chain_hash(found) != found["hash"]:
        raise ValueError("was changed after it was written: its hash does not fit")
    event = _event(found)
    if as_line(event).encode().rstrip() != bare(line):
        raise ValueError("was changed after it was written: its layout is not that of a log")
    return event


def _event(found: Mapping[str, object]) -> Event:
    kind = str(found.get("kind", "vote"))
    more = {key: tuple(v) if isinstance(v := found[key], list) else v for key in _EXTRAS[kind] if key in found}
    return Event(**{name: found[name] for name in COMMON}, kind=kind, more=more)  # type: ignore[arg-type]


def _well_formed(found: Mapping[str, object]) -> bool:
    kind = found.get("kind", "vote")
    if not isinstance(kind, str) or kind not in _EXTRAS or found.get("kind") == "vote":
        return False
    extras = found.keys() - set(COMMON) - {"kind"}
    return (
        set(COMMON) <= found.keys()
        and _MUST.get(kind, set()) <= extras <= _EXTRAS[kind].keys()
        and all(_fits_common(kind, name, found[name]) for name in COMMON)
        and all(_fits(_EXTRAS[kind][key], found[key]) for key in extras)
    )


def _fits_common(kind: str, name: str, value: object) -> bool:
    if name in _HOLLOW.get(kind, ()):
        return value is None
    if name == "verdict":
        return value in (VERDICTS if kind == "vote" else ("include", "exclude", "not-retrieved"))
    return _fits(str, value) or (value is None and name in _OPTIONAL)


def _fits(type_: type, value: object) -> bool:
    if type_ is list:
        return isinstance(value, list) and bool(value) and all(_fits(str, one) for one in value)
    return isinstance(value, str) and is_text(value)


def is_text(text: str) -> bool:
    """Whether a text can be written as UTF-8: half of a pair of surrogates cannot."""
    return not any("\ud800" <= c <= "\udfff" for c in text)
