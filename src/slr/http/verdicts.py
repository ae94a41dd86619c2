"""What to do after a reply: take it, ask again, or stop; and the readings of a reply that this rests on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slr.errors import SlrError
from slr.http.budget import number
from slr.http.messages import Reply

LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Accept:
    """The service served the request."""


@dataclass(frozen=True, slots=True)
class Again:
    """Asking again can succeed; not before ``after`` seconds if the service said so.

    ``error`` is what is raised after the last attempt (None: ``SourceDown`` with ``why``).
    """

    why: str
    after: float | None = None
    error: SlrError | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Asking again cannot succeed."""

    error: SlrError


Verdict = Accept | Again | Stop


def fields_of(reply: Reply) -> dict[str, Any]:
    """The body as a JSON object; empty if it is not one."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def words_of(reply: Reply) -> str:
    """The service's own words in an error reply: one line of at most 300 characters, '' if it has none."""
    found = fields_of(reply)
    told = [*(found.get(name) for name in ("error", "message", "detail")), *_listed(found.get("message"))]
    said = [word for word in told if isinstance(word, str)]
    text = ": ".join(dict.fromkeys(word.rstrip(" .:") for word in said))
    if not found:
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", reply.body[:20_000].decode("utf-8", "replace"))
    # Only what can be printed: a reply must not be able to steer the terminal it is shown on.
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + "…"


def _listed(messages: object) -> list[object]:
    """Crossref's way: a list of objects, each with a message and the value it is about."""
    entries = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    return [one.get(name) for one in entries for name in ("message", "value")]


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Seconds that the reply asks to wait, or None: Retry-After as seconds or date, else ``retryAfter`` of the body.

    RFC 9110, section 10.2.3. A date is compared with the reply's own ``Date``, so that no clock has to be right.
    """
    headers = reply.exchange.headers
    seconds = number(headers, "retry-after")
    if seconds is not None:
        return seconds
    until, sent = _date(headers.get("retry-after")), _date(headers.get("date"))
    if until is not None:
        return max(0.0, (until - (sent or now)).total_seconds())
    told = fields_of(reply).get("retryAfter")
    return float(told) if isinstance(told, int | float) and 0 <= told < float("inf") else None


def span(seconds: float) -> str:
    """A length of time in words: ``45 s``, ``12 min``, ``3 h 12 min``, ``2 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{round(minutes / 1440)} days"


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
