"""A reply that is not JSON says in which way it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import ReplyError
from slr.http.archive import new_exchange
from slr.http.messages import CutOffReply, Reply, Request, origin, short

json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def reply(body: bytes) -> Reply:
    url = "https://mirror.example.org/openalex/works?filter=x"
    about = new_exchange(exchange_id="1", run_id="run", source="openalex", url=url, body=body, fetched_at="2026-11-02")
    return Reply(about, body)


@given(st.dictionaries(st.text(max_size=5), json_values, min_size=1, max_size=4), st.booleans(), st.data())
def test_json_cut_off_anywhere_is_told_as_cut_off(value: dict[str, object], plain: bool, data: st.DataObject) -> None:
    whole = json.dumps(value, ensure_ascii=plain).encode("utf-8", "replace")
    assert json.loads(whole) == reply(whole).json()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(CutOffReply, match=r"cut off after|empty body"):
        reply(cut).json()


@pytest.mark.parametrize(
    "body", [b"{'meta': 1}", b"Rate exceeded.", b"{]}", b"{} {}", b'{"a": 1} extra', b"\x89PNG", b"[" * 9999]
)
def test_nonsense_is_not_told_as_cut_off(body: bytes) -> None:
    with pytest.raises(
        ReplyError, match=r"not JSON to https://mirror.*`base_url` of openalex in config/review\.yaml"
    ) as e:
        reply(body).json()
    assert not isinstance(e.value, CutOffReply)


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "<html lang=en>", "\n \ufeff<HTML>", "<head>"])
def test_a_web_page_is_told_as_one_with_the_place_to_mend_it(start: str) -> None:
    with pytest.raises(
        ReplyError, match=r"^https://mirror\.example\.org answered with an HTML page.*config/review\.yaml"
    ):
        reply((start + "<body>Welcome").encode()).json()


@pytest.mark.parametrize(("body", "value"), [(b"{}", {}), (b"\xef\xbb\xbf[1]", [1]), (b' "x" ', "x")])
def test_any_json_value_is_taken_also_with_a_byte_order_mark(body: bytes, value: object) -> None:
    assert reply(body).json() == value


@given(st.dictionaries(st.text(max_size=8), st.integers(), max_size=5))
def test_equal_json_bodies_are_equal_bytes_in_any_order(value: dict[str, int]) -> None:
    reverse = dict(reversed(list(value.items())))
    assert Request("s", "u", json=value).payload == Request("s", "u", json=reverse).payload
    assert json.loads(Request("s", "u", json=value).payload or b"") == value


def test_a_request_without_a_body_has_none() -> None:
    assert Request("s", "u").payload is None
    assert Request("s", "u", body=b"x").payload == b"x"


@given(st.text(max_size=600))
def test_a_long_address_is_shortened_in_its_middle(url: str) -> None:
    shown = short(url)
    assert len(shown) <= 240
    assert shown == url if len(url) <= 240 else (shown[:100] == url[:100] and shown[-80:] == url[-80:])


@pytest.mark.parametrize("url", ["http://h:80", "http://h:80/", "http://h:80/a/b?c=/", "http://h:80?x=/"])
def test_the_origin_is_what_base_url_begins_with(url: str) -> None:
    assert origin(url) == "http://h:80"
