"""Requests and replies as values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from slr.errors import ReplyError, SlrError
from slr.model import Exchange

Weight = Literal["search", "broad", "probe", "list", "single"]
"""What a request costs and how often it may be asked: a ``search`` page; a ``broad`` search page (more than five
operators); a ``probe`` that only counts (grouped, cheap to ask but as hard to answer as a broad search); a ``list``
page by exact values; a ``single`` entity."""


class Retry(Exception):
    """Raised by a ``check``: the reply is broken in a way that asking again may mend.

    ``error`` is raised after the last attempt; without it the client raises ``SourceDown(why)``.
    """

    def __init__(self, why: str, error: SlrError | None = None) -> None:
        self.why = why
        self.error = error
        super().__init__(why)


class CutOffReply(ReplyError):
    """A reply whose end is missing; the client asks again before it lets this out."""


@dataclass(frozen=True)
class Request:
    """One request to a source, without any secret (the client adds the key).

    ``url`` is complete and encoded. ``json`` is sent as a JSON body, ``body`` (an encoded form) as it is; give at
    most one of them. With ``may_be_missing`` the service's "not found" (HTTP 404, 410) is a complete reply
    (``Reply.is_missing``).
    """

    source: str
    url: str
    method: Literal["GET", "POST"] = "GET"
    body: bytes | None = None
    json: Mapping[str, Any] | None = None
    weight: Weight = "search"
    accept: str = "application/json"
    may_be_missing: bool = False

    @property
    def payload(self) -> bytes | None:
        """The body as sent; JSON with sorted keys, so that equal requests are equal bytes."""
        if self.json is None:
            return self.body
        return json.dumps(self.json, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Reply:
    """A reply as archived: ``body`` is the plain text of it, secrets replaced."""

    exchange: Exchange
    body: bytes
    from_archive: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether the service says that it has no such thing (HTTP 404, 410)."""
        return self.exchange.status in (404, 410)

    def json(self) -> Any:
        """The body as JSON (parsed once).

        Raises ReplyError if it is an HTML page or otherwise not JSON, CutOffReply if its end is missing.
        """
        return self._json

    @cached_property
    def _json(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise self._not_json(error) from None

    def _not_json(self, error: Exception) -> ReplyError:
        start = self.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        mend = f"check `base_url` of {self.exchange.source} in config/review.yaml"
        told = f"{origin(self.exchange.url)} answered"
        asked = f"to {short(self.exchange.url)}"
        if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
            return ReplyError(f"{told} with an HTML page instead of JSON {asked}: {mend}, or a proxy in between")
        if not start:
            return CutOffReply(f"{told} with an empty body {asked}: run the command again, or {mend}")
        if start[:1] in b"{[" and _ends_early(error, self.body):
            size = len(self.body)
            return CutOffReply(f"{told} with JSON cut off after {size} bytes {asked}: run the command again, or {mend}")
        return ReplyError(f"{told} with something that is not JSON {asked}: {mend}")


def _ends_early(error: Exception, body: bytes) -> bool:
    """Whether the parser ran out of text rather than into nonsense."""
    if isinstance(error, UnicodeDecodeError):
        return error.end >= len(body) - 3
    if not isinstance(error, json.JSONDecodeError):
        return False
    if error.msg.startswith(("Unterminated string", "Extra data")):
        return error.msg.startswith("Unterminated")
    # What is left may be the beginning of `true`, of a number or of an escape.
    return re.fullmatch(r"[\\\w+.-]{0,8}", error.doc[error.pos :].strip()) is not None


def origin(url: str) -> str:
    """Scheme, host and port of an address: what ``base_url`` in config/review.yaml sets."""
    return "/".join(url.split("/", 3)[:3]).partition("?")[0]


def short(url: str, most: int = 240) -> str:
    """An address for a message: a long one without its middle (the cursor stands at the end)."""
    return url if len(url) <= most else f"{url[: most - 90]} … {url[-80:]}"
