"""Keeps keys and mail addresses out of everything that is written: archive, events, errors.

Three nets, each on its own sufficient for the usual case: parameters that carry secrets are cut out of an address by
their name, only a list of harmless reply headers is kept, and the *values* of known secrets are replaced by
``REDACTED`` wherever a service echoes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit, urlunsplit

REDACTED = "REDACTED"

SECRET_PARAMETERS = frozenset(
    {
        # keys
        "api_key",
        "api-key",
        "apikey",
        "key",
        "x-api-key",
        # tokens and passwords
        "token",
        "access_token",
        "auth",
        "authorization",
        "client_secret",
        "password",
        "secret",
        # a person's address, wanted by "polite pools"
        "email",
        "mail",
        "mailto",
    }
)
"""Query parameters that are cut out of an address (compared in lower case) before it is kept or shown."""

KEPT_HEADERS = frozenset(
    {
        "content-type",
        "date",
        "retry-after",
        "x-api-pool",  # Crossref: which pool answered
        "x-concurrency-limit",
        "x-ratelimitremaining",  # CORE: tokens left
        "x-openalex-edge-reject",  # OpenAlex: why a request was turned away before the search server
    }
)
KEPT_PREFIXES = ("x-ratelimit-", "x-rate-limit-", "ratelimit-")
"""Reply headers that are kept, by name and by prefix (in lower case); every other header is dropped."""

SHORTEST_SECRET = 8
"""Values of fewer characters are not searched for in replies: they would be found in ordinary words."""


def redact(url: str, headers: Mapping[str, str], public: Iterable[str] = ()) -> tuple[str, dict[str, str]]:
    """The address without secrets, and the headers worth keeping (names in lower case, sorted).

    ``public`` names parameters that look secret and are not (Semantic Scholar pages with ``token``). What stays of the
    address stays byte for byte: no order or encoding is changed.
    """
    parts = _split(url)
    hidden = SECRET_PARAMETERS - {name.lower() for name in public}
    query = "&".join(piece for piece in parts.query.split("&") if _name(piece) not in hidden)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, query, "")), kept_headers(headers)


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those reply headers that say something about the reply or the limits, and nothing about the person."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {n: lower[n] for n in sorted(lower) if n in KEPT_HEADERS or n.startswith(KEPT_PREFIXES)}


def secrets_of(url: str, public: Iterable[str] = ()) -> set[str]:
    """The values of an address's secret parameters and its password: what must not be echoed either."""
    parts = _split(url)
    hidden = SECRET_PARAMETERS - {name.lower() for name in public}
    values = {value for name, value in parse_qsl(parts.query) if name.lower() in hidden}
    return values | ({parts.password} if parts.password else set())


def _split(url: str) -> SplitResult:
    """The parts of an address; of what is none, its query at least (no secret gets by in a misspelt address)."""
    try:
        return urlsplit(url)
    except ValueError:
        path, _, query = url.partition("?")
        return SplitResult("", "", path.rpartition("@")[2], query.partition("#")[0], "")


def _name(piece: str) -> str:
    return unquote_plus(piece.partition("=")[0]).lower()


@dataclass(frozen=True)
class Secrets:
    """The secret values known to a client; ``hide`` replaces each of them, however it was encoded, by ``REDACTED``.

    Found in any mixture of plain, percent-encoded, JSON-escaped and HTML-escaped characters, and in either case.
    """

    values: frozenset[str] = frozenset()

    def also(self, values: Iterable[str]) -> Secrets:
        """These secrets and ``values``."""
        more = self.values.union(values)
        return self if more == self.values else Secrets(more)

    def hide(self, text: str) -> str:
        """``text`` without secrets."""
        return self.hide_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def hide_bytes(self, body: bytes) -> bytes:
        """``body`` without secrets; the same object if there were none."""
        low = body.lower()
        for probe, pattern in self._patterns:
            # The probe is a plain substring that every encoding leaves alone: a fast way to say "not here".
            if probe in low:
                body = pattern.sub(REDACTED.encode(), body)
        return body

    @cached_property
    def _patterns(self) -> list[tuple[bytes, re.Pattern[bytes]]]:
        known = sorted((v for v in self.values if len(v) >= SHORTEST_SECRET), key=len, reverse=True)
        return [(_probe(v), re.compile(b"".join(map(_encodings, v)), re.IGNORECASE)) for v in known]


def _probe(value: str) -> bytes:
    return max(re.findall(rb"[a-z0-9]+", value.lower().encode()), key=len, default=b"")


def _encodings(char: str) -> bytes:
    """A pattern for one character as it is and as addresses, JSON and HTML may write it."""
    plain = re.escape(char.encode("utf-8", "surrogatepass"))
    if char.isascii() and char.isalnum():
        return plain
    percent = "".join(f"%{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    code = ord(char)
    others = [percent, rf"\\u{code:04x}", rf"&#{code};", rf"&#x0*{code:x};"]
    others += {'"': ["&quot;"], "&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], " ": [r"\+"]}.get(char, [])
    longer_first = [option.encode() for option in sorted(others, key=len, reverse=True)]
    return b"(?:" + b"|".join([*longer_first, rb"\\?" + plain]) + b")"
