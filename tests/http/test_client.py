"""The client asks once, politely, keeps what it gets, and answers the same request from what it kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from slr import __version__
from slr.errors import ArchiveError, ReplyError, RequestRefused
from slr.http.budget import Usage
from slr.http.client import Http, Reply, Request
from slr.http.events import Fetched, Waiting
from slr.http.manners import MANNERS, OPENALEX
from slr.http.messages import Weight
from tests.http.support import KEY, ask, bench
from tests.support.fake_time import FakeTime
from tests.support.http_server import Answer, Asked, Script, serving


def test_a_reply_is_archived_as_received_and_handed_over(tmp_path: Path) -> None:
    with (
        serving(Script(Answer('{"results": ["Zürich"]}', headers={"X-Api-Pool": "polite"}))) as base,
        bench(tmp_path) as b,
    ):
        reply = b.http.fetch(ask(f"{base}/works?page=1"))
        assert reply.json() == {"results": ["Zürich"]}
        assert b.archive.body(reply.exchange) == reply.body == '{"results": ["Zürich"]}'.encode()
        assert (reply.exchange.status, reply.exchange.outcome, reply.exchange.run_id) == (200, "complete", "run")
        assert reply.exchange.url == f"{base}/works?page=1"
        assert reply.exchange.headers["x-api-pool"] == "polite"
        assert reply.exchange.fetched_at == "2026-11-02T12:00:00Z"
        assert b.archive.exchanges("run") == [reply.exchange]


def test_a_compressed_reply_is_archived_as_its_plain_text(tmp_path: Path) -> None:
    import gzip

    body = gzip.compress(b'{"results": []}')
    with serving(Script(Answer(body, headers={"Content-Encoding": "gzip"}))) as base, bench(tmp_path) as b:
        assert b.http.fetch(ask(base)).body == b'{"results": []}'


def test_the_same_request_of_the_same_run_is_never_sent_twice_also_not_by_a_later_client(tmp_path: Path) -> None:
    app = Script({"n": 1}, {"n": 2})
    with serving(app) as base:
        for _ in range(2):
            with bench(tmp_path) as b:
                assert [b.http.fetch(ask(f"{base}/works")).json() for _ in range(2)] == [{"n": 1}] * 2
        assert len(app) == 1
        assert b.http.usage("openalex") == Usage(from_archive=2)
        assert b.events == []
        with bench(tmp_path, run_id="later") as b:
            assert b.http.fetch(ask(f"{base}/works")).json() == {"n": 2}


@pytest.mark.parametrize(
    "other",
    [
        Request("openalex", "{base}/works?page=2"),
        Request("openalex", "{base}/works", method="POST", json={"oql": "works"}),
        Request("openalex", "{base}/works", method="POST", body=b"x"),
    ],
    ids=["url", "json", "body"],
)
def test_requests_that_differ_in_address_method_or_body_are_different(tmp_path: Path, other: Request) -> None:
    with serving(Script({"n": 1}, {"n": 2})) as base, bench(tmp_path) as b:
        assert b.http.fetch(ask(f"{base}/works")).json() == {"n": 1}
        assert b.http.fetch(replace(other, url=other.url.format(base=base))).json() == {"n": 2}


def test_a_finished_run_is_replayed_offline_byte_for_byte(tmp_path: Path) -> None:
    with serving(lambda asked: {"page": asked.query["page"]}) as base, bench(tmp_path) as b:
        live = [b.http.fetch(ask(f"{base}/works?page={page}")) for page in range(5)]
    with bench(tmp_path, offline=True) as b:  # the server is gone
        again = [b.http.fetch(ask(f"{base}/works?page={page}")) for page in range(5)]
    assert [(r.exchange, r.body) for r in again] == [(r.exchange, r.body) for r in live]
    assert all(reply.from_archive for reply in again)


def test_offline_names_the_address_that_the_archive_lacks(tmp_path: Path) -> None:
    url = "https://api.example.org/works?filter=" + "x" * 3000 + "&cursor=IlsxNjA"
    with bench(tmp_path, offline=True) as b, pytest.raises(ArchiveError) as error:
        b.http.fetch(ask(url + f"&api_key={KEY}"))
    assert "GET https://api.example.org/works?filter=xxx" in str(error.value)
    assert "cursor=IlsxNjA" in str(error.value)
    assert "--replay" in str(error.value)
    assert len(str(error.value)) < 500
    assert "run run" in str(error.value)


def test_offline_does_not_take_a_partial_reply_for_an_answer(tmp_path: Path) -> None:
    with serving(Script(Answer("{", cut_at=1, headers={"Content-Length": "9"}))) as base:
        with bench(tmp_path) as b, pytest.raises(ReplyError):
            b.http.fetch(ask(base))
        with bench(tmp_path, offline=True) as b, pytest.raises(ArchiveError, match="no complete reply"):
            b.http.fetch(ask(base))


def test_a_changed_archive_file_stops_the_resume(tmp_path: Path) -> None:
    app = Script({"n": 1})
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(base))
        next(tmp_path.rglob("*.gz")).write_bytes(b"changed")
        with pytest.raises(ArchiveError, match=r"outputs/archive/objects/.*\.gz was changed"):
            b.http.fetch(ask(base))
        assert len(app) == 1


def test_requests_say_who_asks_and_what_they_take(tmp_path: Path) -> None:
    app = Script(b"<xml/>")
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(Request("arxiv", base, accept="application/atom+xml"))
        b.http.fetch(Request("openalex", base, method="POST", json={"b": 1, "a": "ü"}))
    first, second = app.asked
    assert first.headers["user-agent"].startswith(f"slr/{__version__} (+https://")
    assert first.headers["accept"] == "application/atom+xml"
    assert "authorization" not in first.headers
    assert (second.method, second.body) == ("POST", '{"a":"ü","b":1}'.encode())
    assert second.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("way", "name", "header", "query"),
    [("bearer", "", ("authorization", f"Bearer {KEY}"), None), ("header", "x-api-key", ("x-api-key", KEY), None),
     ("query", "mailto", None, ("mailto", KEY))],
)  # fmt: skip
def test_the_key_is_sent_as_the_manners_say(
    tmp_path: Path, way: str, name: str, header: tuple[str, str] | None, query: tuple[str, str] | None
) -> None:
    row = replace(OPENALEX, key_as=way, key_name=name)  # type: ignore[arg-type]
    app = Script({})
    with serving(app) as base, bench(tmp_path, environ={"OPENALEX_API_KEY": KEY}, manners={"openalex": row}) as b:
        b.http.fetch(ask(f"{base}/a"))
        b.http.fetch(ask(f"{base}/b?x=1"))
    for asked in app.asked:
        assert header is None or asked.headers[header[0]] == header[1]
        assert query is None or asked.query[query[0]] == query[1]
    assert app.asked[1].query["x"] == "1"


@pytest.mark.parametrize("environ", [{}, {"OPENALEX_API_KEY": ""}, {"OPENALEX_API_KEY": "  \n"}])
def test_an_empty_key_is_no_key(tmp_path: Path, environ: dict[str, str]) -> None:
    app = Script({})
    with serving(app) as base, bench(tmp_path, environ=environ) as b:
        b.http.fetch(ask(base))
        assert not b.http.has_key("openalex")
    assert "authorization" not in app.asked[0].headers
    assert "api_key" not in app.asked[0].url


def test_passwords_of_netrc_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))  # the environment of requests itself, not a function
    app = Script({})
    with serving(app) as base, bench(tmp_path, environ={"OPENALEX_API_KEY": KEY}) as b:
        b.http.fetch(ask(base))
        b.http.fetch(Request("arxiv", base + "/x"))
    assert app.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in app.asked[1].headers


def test_cookies_are_not_kept(tmp_path: Path) -> None:
    app = Script(Answer({}, headers={"Set-Cookie": "session=1; Path=/"}))
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/a"))
        b.http.fetch(ask(f"{base}/b"))
    assert "cookie" not in app.asked[1].headers


def test_the_environments_proxy_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Script({"via": "proxy"})
    with serving(app) as proxy, bench(tmp_path) as b:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        assert b.http.fetch(ask("http://api.example.org/works")).json() == {"via": "proxy"}
    assert app.asked[0].url == "http://api.example.org/works"


PACES: list[tuple[Weight, bool, float]] = [
    ("broad", False, 1.0),
    ("broad", True, 0.2),
    ("probe", False, 1.0),
    ("search", False, 0.1),
    ("list", True, 1 / 30),
]


@pytest.mark.parametrize(("weight", "keyed", "gap"), PACES)
def test_requests_of_a_class_keep_their_distance(tmp_path: Path, weight: Weight, keyed: bool, gap: float) -> None:
    times: list[float] = []
    clock = FakeTime()

    def app(asked: Asked) -> Answer:
        times.append(clock.monotonic())
        return Answer({})

    with serving(app) as base, bench(tmp_path, environ={"OPENALEX_API_KEY": KEY} if keyed else {}, time=clock) as b:
        for page in range(4):
            b.http.fetch(ask(f"{base}/?page={page}", weight))
    assert [late - early for early, late in pairwise(times)] == pytest.approx([gap] * 3)
    assert [event.why for event in b.told(Waiting)] == ["politeness"] * 3


def test_no_pause_is_made_that_has_passed_already_and_classes_and_sources_do_not_wait_for_each_other(
    tmp_path: Path,
) -> None:
    with serving(Script({})) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/1", "broad"))
        b.http.fetch(ask(f"{base}/2", "single"))
        b.http.fetch(Request("arxiv", f"{base}/3"))
        assert b.time.slept == []
        b.time.passed += 5
        b.http.fetch(ask(f"{base}/4", "broad"))
        assert b.time.slept == []


def test_what_the_archive_answers_waits_for_nobody(tmp_path: Path) -> None:
    with serving(Script({})) as base, bench(tmp_path) as b:
        for _ in range(5):
            b.http.fetch(ask(base, "broad"))
        assert b.time.slept == []


def test_every_reply_is_told_with_its_address_and_status(tmp_path: Path) -> None:
    with serving(Script({})) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/works?mailto=somebody@example.org&page=1"))
    assert b.events == [Fetched("openalex", f"{base}/works?page=1", 200, 0.0)]


def test_a_check_sees_the_reply_as_it_will_be_kept_and_json_is_parsed_once(tmp_path: Path) -> None:
    seen: list[Reply] = []
    with serving(Script({"n": 1})) as base, bench(tmp_path) as b:
        reply = b.http.fetch(ask(base), seen.append)
    assert seen == [reply]
    assert seen[0].json() is reply.json()


def test_an_error_in_a_check_is_not_hidden_and_the_reply_is_kept_as_failed(tmp_path: Path) -> None:
    def broken(reply: Reply) -> None:
        raise ZeroDivisionError

    with serving(Script({"n": 1})) as base, bench(tmp_path) as b:
        with pytest.raises(ZeroDivisionError):
            b.http.fetch(ask(base), broken)
        assert [kept.outcome for kept in b.archive.exchanges("run")] == ["failed"]


def test_a_redirect_on_the_same_host_is_followed_and_kept_under_the_request(tmp_path: Path) -> None:
    def app(asked: Asked) -> Answer:
        moved = Answer(status=301, headers={"Location": "/works/W2?select=id"})
        return Answer({"id": "W2"}) if asked.path == "/works/W2" else moved

    with serving(app) as base, bench(tmp_path, environ={"OPENALEX_API_KEY": KEY}) as b:
        reply = b.http.fetch(ask(f"{base}/works/W1", "single"))
        assert reply.json() == {"id": "W2"}
        assert reply.exchange.url == f"{base}/works/W1"
        assert b.http.usage("openalex").requests == 2
        assert b.http.fetch(ask(f"{base}/works/W1", "single")).from_archive


def test_a_redirect_to_another_host_is_not_followed_and_the_key_stays_here(tmp_path: Path) -> None:
    elsewhere = Script({})
    with (
        serving(elsewhere) as other,
        serving(Script(Answer(status=302, headers={"Location": f"{other}/x"}))) as base,
        bench(tmp_path, environ={"OPENALEX_API_KEY": KEY}) as b,
        pytest.raises(ReplyError, match="base_url"),
    ):
        b.http.fetch(ask(base))
    assert len(elsewhere) == 0


def test_a_circle_of_redirects_ends_after_three(tmp_path: Path) -> None:
    app = Script(Answer(status=302, headers={"Location": "/again"}))
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(ReplyError, match="redirect"):
        b.http.fetch(ask(base))
    assert len(app) == 4


def test_a_posted_request_is_never_redirected(tmp_path: Path) -> None:
    app = Script(Answer(status=307, headers={"Location": "/again"}))
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(ReplyError, match="redirect"):
        b.http.fetch(Request("openalex", base, method="POST", json={}))
    assert len(app) == 1


def test_sources_without_a_row_are_asked_by_the_default_manners(tmp_path: Path) -> None:
    with serving(Script({})) as base, bench(tmp_path) as b:
        b.http.fetch(Request("unheard-of", f"{base}/1"))
        b.http.fetch(Request("unheard-of", f"{base}/2"))
        assert b.time.slept == [1 / MANNERS["default"].rate("search", keyed=False)]
        assert b.http.usage("unheard-of") == Usage(requests=2)


def test_by_default_the_real_clock_and_chance_are_used(tmp_path: Path) -> None:
    from slr.http.archive import Archive

    with serving(Script({})) as base, Http(Archive(tmp_path), run_id="run", environ={}) as http:
        reply = http.fetch(ask(base))
    assert reply.exchange.fetched_at.endswith("Z")
    assert reply.exchange.fetched_at >= "2024"


def test_what_was_read_from_files_is_kept_like_a_reply_and_read_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def produce() -> bytes:
        calls.append(1)
        return b"rows"

    with bench(tmp_path) as b:
        for _ in range(2):
            assert b.http.keep("snapshot", "snapshot:works?q=x", produce).body == b"rows"
        assert len(calls) == 1
    with bench(tmp_path, offline=True) as b:
        assert b.http.keep("snapshot", "snapshot:works?q=x", produce).from_archive
        with pytest.raises(ArchiveError, match="snapshot:works"):
            b.http.keep("snapshot", "snapshot:works?q=y", produce)
    assert len(calls) == 1


def test_not_found_is_an_answer_where_the_request_says_so_and_an_error_elsewhere(tmp_path: Path) -> None:
    missing = Answer('{"error": "not found"}', status=404)
    with serving(Script(missing, missing)) as base, bench(tmp_path) as b:
        checked: list[Reply] = []
        reply = b.http.fetch(replace(ask(f"{base}/works/1"), may_be_missing=True), checked.append)
        assert reply.is_missing and reply.exchange.outcome == "complete"
        assert checked == [], "a check of the reply's shape does not see it"
        assert b.http.fetch(replace(ask(f"{base}/works/1"), may_be_missing=True)).is_missing, "from the archive"
        with pytest.raises(RequestRefused, match="not found"):
            b.http.fetch(ask(f"{base}/works/2"))
