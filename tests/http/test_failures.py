"""What cannot succeed is asked once; what can is asked again, in time; every reply is kept as evidence."""

from __future__ import annotations

import gzip
import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from slr.errors import (
    BudgetSpent,
    KeyRefused,
    PartialReply,
    ReplyError,
    RequestRefused,
    SlrError,
    SourceDown,
)
from slr.http.client import Reply, Retry
from slr.http.events import Retrying
from slr.http.manners import OPENALEX
from tests.http.support import KEY, Bench, ask, bench
from tests.support.http_server import Answer, Script, serving

GOOD = {"results": []}
GOOD_LONG = json.dumps({"results": [str(n) for n in range(99)]}).encode()


def fails(tmp_path: Path, answer: Answer, kind: type[SlrError], keyed: bool = False) -> tuple[SlrError, Script, Bench]:
    """Fetch what always gets ``answer``; the error, what was asked, and the client."""
    app = Script(answer)
    environ = {"OPENALEX_API_KEY": KEY} if keyed else {}
    with serving(app) as base, bench(tmp_path, environ=environ) as b, pytest.raises(kind) as error:
        b.http.fetch(ask(f"{base}/works?filter=x"), parses)
    assert "\n" not in str(error.value)
    return error.value, app, b


def parses(reply: Reply) -> None:
    reply.json()


# mended by asking again

PASSING = {
    "500": Answer(status=500),
    "502": Answer("<html>bad gateway</html>", 502),
    "503": Answer(status=503),
    "504": Answer({"error": "Gateway Timeout", "reason": "query_timeout"}, 504),
    "408": Answer(status=408),
    "throttled": Answer({"error": "Rate limit exceeded", "reason": "broad_boolean_query", "retryAfter": 1}, 429),
    "throttled without words": Answer(status=429),
    "hang-up": Answer(hang_up=True),
    "cut off in transfer": Answer('{"results": []}', cut_at=6, headers={"Content-Length": "15"}),
    "cut off before": Answer('{"results": ['),
    "empty": Answer(""),
    "broken compression": Answer(b"\x1f\x8b nonsense", headers={"Content-Encoding": "gzip"}),
    "half compression": Answer(gzip.compress(GOOD_LONG)[:-30], headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("times", [1, 4])
def test_a_passing_failure_is_mended_by_asking_again(tmp_path: Path, answer: Answer, times: int) -> None:
    app = Script(*[answer] * times, Answer(GOOD))
    with serving(app) as base, bench(tmp_path) as b:
        assert b.http.fetch(ask(base), parses).json() == GOOD
        assert len(app) == times + 1
        assert b.http.usage("openalex").retries == times
        assert [event.attempt for event in b.told(Retrying)] == list(range(2, times + 2))
        outcomes = [kept.outcome for kept in b.archive.exchanges("run")]
        assert outcomes[-1] == "complete"
        assert "complete" not in outcomes[:-1]
        assert len(outcomes) == (1 if answer.hang_up else times + 1)
        assert b.http.fetch(ask(base)).from_archive


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
def test_after_the_last_attempt_the_source_is_given_up_with_the_last_reason(tmp_path: Path, answer: Answer) -> None:
    error, app, b = fails(tmp_path, answer, SlrError)
    assert len(app) == 5
    cut_off = answer.cut_at or (answer.status == 200 and not answer.headers and not answer.hang_up)
    garbled = "Content-Encoding" in answer.headers
    assert isinstance(error, ReplyError if cut_off or garbled else SourceDown)
    assert not [kept for kept in b.archive.exchanges("run") if kept.outcome == "complete"]
    assert "again" in str(error)


def test_pauses_grow_as_the_manners_say_and_chance_spreads_them(tmp_path: Path) -> None:
    _, _, b = fails(tmp_path, Answer(status=500), SourceDown)
    assert b.time.slept == pytest.approx([1 * 1.125, 2 * 1.125, 4 * 1.125, 4 * 1.125])


def test_nobody_there_is_tried_again_and_then_named_with_its_host_and_the_systems_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with bench(tmp_path) as b, pytest.raises(SourceDown, match="Connection refused") as error:
            b.http.fetch(ask(f"{base}/works"))
    assert f"{base}/works" in str(error.value)
    assert b.http.usage("openalex").requests == 5
    assert b.archive.runs() == []


def test_a_silent_server_is_left_after_the_read_time_out(tmp_path: Path) -> None:
    hasty = {"openalex": replace(OPENALEX, read_timeout=0.05, attempts=2)}
    app = Script(Answer(hang=True))
    with serving(app) as base, bench(tmp_path, manners=hasty) as b, pytest.raises(SourceDown, match="no answer within"):
        b.http.fetch(ask(base))
    assert len(app) == 2


def test_a_server_that_falls_silent_in_its_reply_is_left_after_the_read_time_out(tmp_path: Path) -> None:
    hasty = {"openalex": replace(OPENALEX, read_timeout=0.05, attempts=2)}
    app = Script(Answer('{"a": 1}', cut_at=4, hang_after=True), Answer(GOOD))
    with serving(app) as base, bench(tmp_path, manners=hasty) as b:
        assert b.http.fetch(ask(base)).json() == GOOD
        assert [kept.outcome for kept in b.archive.exchanges("run")] == ["partial", "complete"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 02 Nov 2026 12:00:42 GMT", "Date": "Mon, 02 Nov 2026 12:00:00 GMT"}, 42),
        ({"Retry-After": "Mon, 02 Nov 2026 11:00:42 GMT", "Date": "Mon, 02 Nov 2026 11:00:00 GMT"}, 42),
        ({"Retry-After": "Mon, 02 Nov 2026 11:00:00 GMT"}, 1.125),
        ({"Retry-After": "0"}, 1.125),
        ({"Retry-After": "soon"}, 1.125),
        ({"Retry-After": "-5"}, 1.125),
        ({"Retry-After": "nan"}, 1.125),
        ({"Retry-After": "120"}, 120),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_in_both_its_forms(
    tmp_path: Path, status: int, headers: dict[str, str], seconds: float
) -> None:
    app = Script(Answer(status=status, headers=headers), Answer(GOOD))
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(base))
    assert b.time.slept == pytest.approx([seconds])


def test_the_wait_that_the_body_names_is_obeyed(tmp_path: Path) -> None:
    app = Script(Answer({"error": "Rate limit exceeded", "retryAfter": 3.5}, 429), Answer(GOOD))
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(base))
    assert b.time.slept == [3.5]


@pytest.mark.parametrize("wait", ["121", "86400", "Tue, 03 Nov 2026 12:00:00 GMT", "1e9"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_day_long_retry_after_is_told_and_not_slept(tmp_path: Path, wait: str, status: int) -> None:
    headers = {"Retry-After": wait, "Date": "Mon, 02 Nov 2026 12:00:00 GMT"}
    error, app, b = fails(tmp_path, Answer(status=status, headers=headers), SourceDown)
    assert (len(app), b.time.slept) == (1, [])
    assert "it asks to wait" in str(error)
    assert wait != "86400" or "24 h 0 min" in str(error)


# never asked again

FINAL: dict[str, tuple[Answer, type[SlrError], str]] = {
    "400": (Answer({"error": "Invalid query parameters error.", "message": "X is not a valid field"}, 400),
            RequestRefused, r"Invalid query parameters error: X is not a valid field"),
    "401": (Answer({"error": "Invalid or missing API key", "message": "API key not found"}, 401),
            KeyRefused, r"OpenAlex (?=.*OPENALEX_API_KEY).*API key not found"),
    "403": (Answer(status=403), KeyRefused, "OPENALEX_API_KEY"),
    "404": (Answer("Resource not found.", 404), RequestRefused, r"HTTP 404: Resource not found\."),
    "410": (Answer(status=410), RequestRefused, "HTTP 410"),
    "414": (Answer("<html><title>Too long</title></html>", 414), RequestRefused, "HTTP 414: Too long"),
    "501": (Answer(status=501), RequestRefused, "HTTP 501"),
    "304": (Answer(status=304), ReplyError, "redirect"),
    "plan": (Answer({"error": "Plan upgrade required", "message": "from_created_date needs a paid plan"}, 429,
                    {"Retry-After": "1"}), RequestRefused, "from_created_date needs a paid plan"),
    "budget": (Answer({"error": "Rate limit exceeded", "message": "Insufficient credits."}, 429,
                      {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "4", "X-RateLimit-Credits-Required": "10",
                       "X-RateLimit-Reset": "11520", "Retry-After": "1"}), BudgetSpent, r"in 3 h 12 min"),
    "html": (Answer("\ufeff <!DOCTYPE html><p>Sign in to the hotel's network"), ReplyError, "an HTML page.*base_url"),
    "not json": (Answer("Rate exceeded."), ReplyError, r"not JSON.*base_url.*config/review\.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize(("answer", "kind", "words"), FINAL.values(), ids=FINAL)
def test_what_cannot_succeed_is_asked_once_and_told_in_the_services_words(
    tmp_path: Path, answer: Answer, kind: type[SlrError], words: str, keyed: bool
) -> None:
    error, app, b = fails(tmp_path, answer, kind, keyed)
    assert error.args
    assert re.search(words, str(error)), str(error)
    assert len(app) == 1
    assert b.time.slept == []
    assert [kept.outcome for kept in b.archive.exchanges("run")] == ["failed"]
    assert KEY not in str(error)


def test_the_refusal_of_a_key_and_the_want_of_one_are_told_apart(tmp_path: Path) -> None:
    refused, _, _ = fails(tmp_path / "1", Answer(status=401), KeyRefused, keyed=True)
    wanted, _, _ = fails(tmp_path / "2", Answer(status=401), KeyRefused, keyed=False)
    assert "refuses the key in OPENALEX_API_KEY" in str(refused)
    assert "wants a key" in str(wanted)


@pytest.mark.parametrize("key", ["short", "two words in it", "line\nbreak-in-it", "ключ-от-двери"])
def test_what_cannot_be_a_key_is_refused_before_anything_is_sent(tmp_path: Path, key: str) -> None:
    app = Script({})
    environ = {"OPENALEX_API_KEY": key}
    with serving(app) as base, bench(tmp_path, environ=environ) as b, pytest.raises(KeyRefused) as error:
        b.http.fetch(ask(base))
    assert "OPENALEX_API_KEY" in str(error.value)
    assert len(app) == 0
    assert key not in str(error.value)


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/x", "http://[::1/", "http://127.0.0.1:99999/"])
def test_what_is_no_address_is_an_error_that_names_base_url(tmp_path: Path, url: str) -> None:
    with bench(tmp_path) as b, pytest.raises(RequestRefused, match="base_url"):
        b.http.fetch(ask(f"{url}?api_key={KEY}"))
    assert b.http.usage("openalex").retries == 0


def test_a_service_without_a_key_that_bars_the_door_is_not_said_to_want_one(tmp_path: Path) -> None:
    keyless = {"openalex": replace(OPENALEX, key_env=None)}
    app = Script(Answer(status=403))
    with serving(app) as base, bench(tmp_path, manners=keyless) as b, pytest.raises(RequestRefused, match="may bar"):
        b.http.fetch(ask(base))


def test_a_long_message_is_shortened_and_cannot_steer_the_terminal(tmp_path: Path) -> None:
    error, _, _ = fails(tmp_path, Answer({"message": "\x1b[2J bad\r\n" + "field, " * 900}, 400), RequestRefused)
    assert "\x1b" not in str(error)
    assert "[2J bad field, field" in str(error)
    assert len(str(error)) < 500


# what a check says


def test_a_reply_that_says_it_is_partial_is_asked_again_and_kept_as_partial(tmp_path: Path) -> None:
    def check(reply: Reply) -> None:
        if reply.json()["meta"].get("timed_out"):
            raise PartialReply("OpenAlex stopped searching before it was done")

    slow, whole = {"meta": {"timed_out": True}}, {"meta": {}}
    with serving(Script(slow, slow, whole)) as base, bench(tmp_path) as b:
        assert b.http.fetch(ask(base), check).json() == whole
        assert [kept.outcome for kept in b.archive.exchanges("run")] == ["partial", "partial", "complete"]
    app = Script(slow)
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(PartialReply, match="before it was done"):
        b.http.fetch(ask(base), check)
    assert len(app) == 5


@pytest.mark.parametrize(("error", "kind"), [(None, SourceDown), (ReplyError("no results in it"), ReplyError)])
def test_a_check_can_ask_for_another_attempt_and_say_how_it_ends(
    tmp_path: Path, error: SlrError | None, kind: type[SlrError]
) -> None:
    def check(reply: Reply) -> None:
        raise Retry("nothing in it", error)

    app = Script({})
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(kind, match=r"no results in it|nothing in it"):
        b.http.fetch(ask(base), check)
    assert len(app) == 5
    assert {kept.outcome for kept in b.archive.exchanges("run")} == {"failed"}


def test_a_check_that_refuses_a_reply_ends_it_at_once(tmp_path: Path) -> None:
    def check(reply: Reply) -> None:
        raise ReplyError("it lacks `results`")

    app = Script({})
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(ReplyError, match="lacks `results`"):
        b.http.fetch(ask(base), check)
    assert len(app) == 1


def test_checks_are_spared_replies_that_are_errors(tmp_path: Path) -> None:
    seen: list[Reply] = []
    with serving(Script(Answer(GOOD, 500), Answer(GOOD))) as base, bench(tmp_path) as b:
        b.http.fetch(ask(base), seen.append)
    assert [reply.exchange.status for reply in seen] == [200]


def test_errors_carry_no_trace_of_the_library_beneath(tmp_path: Path) -> None:
    error, _, _ = fails(tmp_path, Answer(hang_up=True), SourceDown, keyed=True)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_no_secure_connection_is_not_tried_again_and_says_what_to_look_at(tmp_path: Path) -> None:
    app = Script({})
    with serving(app) as base, bench(tmp_path) as b, pytest.raises(SourceDown, match="REQUESTS_CA_BUNDLE"):
        b.http.fetch(ask(base.replace("http:", "https:")))
    assert b.http.usage("openalex").requests == 1


def test_a_dead_proxy_is_named_as_what_stands_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://user:pass-word@127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "")
        with bench(tmp_path) as b, pytest.raises(SourceDown, match="proxy set in the environment") as error:
            b.http.fetch(ask("http://api.example.org/works"))
    assert "pass-word" not in str(error.value)
