"""No secret is written anywhere, however a service echoes it; what is no secret stays as it is."""

from __future__ import annotations

import html
import json
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.errors import SlrError
from slr.http.client import Request
from slr.http.manners import OPENALEX
from slr.http.redaction import REDACTED, SECRET_PARAMETERS, Secrets, redact, secrets_of
from tests.http.support import bench, every_byte
from tests.support.http_server import Answer, Asked, serving

# They begin as nothing else does, so that a key is never found where it was not put.
keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=40).map("Qz7".__add__)


def encodings(secret: str) -> list[str]:
    escaped = "".join(f"\\u{ord(char):04x}" if not char.isalnum() else char for char in secret)
    lower = quote(secret, safe="").replace("%2F", "%2f").replace("%3D", "%3d")
    dumped = json.dumps(secret)[1:-1]
    plain = [secret, secret.upper(), secret.lower(), quote(secret, safe=""), quote_plus(secret), quote(secret), lower]
    return [*plain, dumped, dumped.replace("/", "\\/"), escaped, html.escape(secret), html.escape(secret, quote=False)]


@settings(max_examples=200, deadline=None)
@given(keys, st.text(max_size=30), st.text(max_size=30))
def test_a_secret_is_found_in_every_encoding_and_its_surroundings_stay(secret: str, before: str, after: str) -> None:
    secrets = Secrets(frozenset({secret}))
    for written in encodings(secret):
        hidden = secrets.hide_bytes(f"{before}|{written}|{after}".encode())
        assert REDACTED.encode() in hidden
        assert written.encode() not in hidden or written in (before + after)
        assert secrets.hide(f"|{written}|") == f"|{REDACTED}|"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_a_body_without_the_secret_is_the_same_object(body: bytes) -> None:
    assert Secrets(frozenset({"k3y-that-is-nowhere-else"})).hide_bytes(body) is body


@pytest.mark.parametrize("short", ["", "a", "cluster"])
def test_what_is_too_short_for_a_secret_is_left_in_the_words_it_is_part_of(short: str) -> None:
    assert Secrets(frozenset({short})).hide("industrial clusters") == "industrial clusters"


def test_a_secret_within_another_does_not_leave_its_rest() -> None:
    assert Secrets(frozenset({"12345678", "0123456789"})).hide("0123456789 12345678") == f"{REDACTED} {REDACTED}"


@pytest.mark.parametrize("name", sorted(SECRET_PARAMETERS | {"API_KEY", "Mailto", "api%5Fkey"}))
def test_secret_parameters_are_cut_out_and_the_others_stay_byte_for_byte(name: str) -> None:
    url = f"https://me:pass-word@api.example.org:8443/works?b=%7e%7E&{name}=VALUE-1234&a=x+y%20z&flag#{name}=VALUE-1234"
    assert redact(url, {})[0] == "https://api.example.org:8443/works?b=%7e%7E&a=x+y%20z&flag"
    assert secrets_of(url) == {"VALUE-1234", "pass-word"}


def test_a_parameter_that_only_looks_secret_stays_where_the_manners_say_so() -> None:
    url = "https://api.example.org/paper/search/bulk?query=x&token=PAGE2&key=SECRET-12"
    assert redact(url, {}, public=["token"])[0] == "https://api.example.org/paper/search/bulk?query=x&token=PAGE2"
    assert secrets_of(url, public=["token"]) == {"SECRET-12"}


def test_only_headers_about_the_reply_and_the_limits_are_kept() -> None:
    given_headers = {
        "Content-Type": "application/json",
        "X-RateLimit-Remaining": "7",
        "Retry-After": "1",
        "Date": "today",
        "x-api-pool": "polite",
        "Set-Cookie": "session=1",
        "Authorization": "Bearer x",
        "X-Api-Key": "x",
        "Location": "https://example.org/?api_key=x",
    }
    kept = ["content-type", "date", "retry-after", "x-api-pool", "x-ratelimit-remaining"]
    assert list(redact("https://example.org", given_headers)[1]) == kept


def echo(asked: Asked) -> Answer:
    """A service that gives back everything it was told, in header and body, as an answer of the kind asked for."""
    told = asked.url + " ".join(f"{name}: {value}" for name, value in asked.headers.items()) + asked.body.decode()
    shown = told.encode("ascii", "replace").decode()[:2000]
    headers = {"X-RateLimit-Note": shown, "Content-Type": f"text/{shown}"}
    if asked.path == "/redirect":
        return Answer(status=302, headers=headers | {"Location": "/elsewhere?was=" + quote(shown)})
    status = int(asked.path.strip("/")) if asked.path.strip("/").isdigit() else 200
    body = {"error": told, "message": html.escape(told), "url": quote(told)}
    return Answer(json.dumps(body)[:-2] if asked.path == "/cut" else body, status, headers)


def refuse(reply: object) -> None:
    raise SlrError(f"refused: {reply}")


@settings(max_examples=25, deadline=None)
@given(
    key=keys,
    mail=st.from_regex(r"[a-z.]{3,12}@[a-z]{3,9}\.org", fullmatch=True),
    way=st.sampled_from(["bearer", "header", "query"]),
    path=st.sampled_from(["/200", "/400", "/401", "/404", "/429", "/500", "/redirect", "/cut"]),
    check=st.sampled_from([None, refuse]),
)
def test_no_secret_is_in_any_byte_of_the_archive_in_an_exchange_an_event_or_an_error(
    key: str, mail: str, way: str, path: str, check: object
) -> None:
    row = replace(OPENALEX, key_as=way, key_name="x-key" if way == "header" else "api_key", attempts=2)  # type: ignore[arg-type]
    texts: list[str] = []
    with tempfile.TemporaryDirectory() as name, serving(echo) as base:
        environ = {"OPENALEX_API_KEY": key}
        with bench(Path(name), environ=environ, manners={"openalex": row}) as b:
            body = {"who": mail, "with": key}
            url = f"{base}{path}?x=1&mailto={quote(mail)}&note={quote(key, safe='')}"
            for request in (Request("openalex", url), Request("openalex", f"{url}&post", "POST", json=body)):
                with suppress(SlrError):
                    try:
                        texts.append(repr(b.http.fetch(request, *([check] if check else []))))  # type: ignore[list-item]
                    except SlrError as error:
                        texts.append(f"{error} {error!r} {error.__cause__!r} {error.__context__!r}")
                        raise
        texts += [repr(event) for event in b.events] + [repr(kept) for kept in b.archive.exchanges("run")]
        assert len(b.archive.exchanges("run")) >= 2
        found = every_byte(Path(name)) + "\n".join(texts).encode()
    for secret in (key, mail):
        for written in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}:
            assert written.encode() not in found
