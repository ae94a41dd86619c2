"""The wire: one request sent and one reply read, whatever happens to it. The only module that knows ``requests``."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests
from requests import exceptions as broken

MOST_BYTES = 256 * 2**20
"""A reply longer than this is not one of a scholarly API (its pages are below 10 MB)."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a request got no reply, or not all of it; ``again`` if asking again can succeed.

    ``no_address``: the address itself is wrong, nothing was sent.
    """

    why: str
    again: bool
    no_address: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire; ``status`` is 0 if nothing did, ``body`` is what was read before any trouble."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    trouble: Trouble | None = None


class Wire:
    """A connection pool without memory: no cookies, no passwords from ``~/.netrc``, no redirects followed.

    Proxies and certificates are taken from the environment as ``requests`` does.
    """

    def __init__(self, user_agent: str) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeouts: tuple[float, float]
    ) -> Answer:
        """Send a request and read the reply to its end; never raises for what the network or the service does.

        ``timeouts`` are seconds for connecting and for every wait on the reply.
        """
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                timeout=timeouts,
                allow_redirects=False,
                stream=True,
                auth=_unchanged,
            ) as response:
                return _read(response)
        except (broken.RequestException, OSError, ValueError) as error:
            # The error's own text may hold the address with its key: only what kind it is goes on.
            return Answer(0, {}, b"", _trouble(error))


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as ``auth``, this keeps ``requests`` from putting a password of ~/.netrc in place of our key."""
    return request


def _read(response: requests.Response) -> Answer:
    body, trouble = bytearray(), None
    try:
        for chunk in response.iter_content(65_536):
            body += chunk
            if len(body) > MOST_BYTES:
                trouble = Trouble(f"the reply is longer than {MOST_BYTES // 2**20} MB", again=False)
                break
    except (broken.RequestException, OSError) as error:
        trouble = _trouble(error, len(body))
    return Answer(response.status_code, dict(response.headers), bytes(body), trouble)


_KINDS: tuple[tuple[type[Exception], str, bool], ...] = (
    (broken.ConnectTimeout, "no connection within the time-out", True),
    (broken.ReadTimeout, "no answer within the time-out", True),
    (broken.ContentDecodingError, "the reply's compression is broken", True),
    (broken.ProxyError, "the proxy set in the environment does not let it through", True),
    (broken.SSLError, "no secure connection (check the clock, REQUESTS_CA_BUNDLE and any proxy)", False),
    (broken.InvalidProxyURL, "the proxy set in the environment is not an address", False),
    (broken.ConnectionError, "no connection", True),
)


def _trouble(error: Exception, received: int | None = None) -> Trouble:
    if isinstance(error, broken.ChunkedEncodingError) or (received and isinstance(error, broken.ConnectionError)):
        return Trouble(f"the reply broke off after {received or 0} bytes", again=True)
    for kind, words, again in _KINDS:
        if isinstance(error, kind):
            return Trouble(_with_cause(words, error), again)
    if isinstance(error, broken.RequestException | ValueError):
        return Trouble("it is not an address that can be asked", again=False, no_address=True)
    return Trouble(_with_cause("no connection", error), again=True)


def _with_cause(words: str, error: Exception) -> str:
    """The system's own words for the innermost cause, if there is one; these never hold an address."""
    cause: BaseException | None = error
    for _ in range(10):
        if isinstance(cause, socket.gaierror):
            return f"{words}: the host's name cannot be looked up"
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
            return f"{words}: {os.strerror(cause.errno)}"
        cause = _inner(cause)
    return words


def _inner(error: BaseException | None) -> BaseException | None:
    """The error inside an error, as urllib3 (``reason``, first argument) or Python (``__context__``) keeps it."""
    held = (getattr(error, "reason", None), *getattr(error, "args", ())[:1], getattr(error, "__context__", None))
    return next((inner for inner in held if isinstance(inner, BaseException)), None)
