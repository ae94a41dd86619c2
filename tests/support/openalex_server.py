"""A local HTTP server that behaves like OpenAlex over a list of works: its limits, its bookkeeping and its faults.

Written from facts/apis.md section 1 and recorded replies. Used by tests and benchmarks::

    with OpenAlexServer(works) as server:
        requests.get(server.url + "/works", params={"filter": 'title_and_abstract.search:"a"'})
"""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.openalex_search import BadFilter, Indexed, Test, Work, bare_doi, read_filter, read_oql, work_number

URL_LIMIT = 4094
RESETS_IN = 36_860
FAULTS = frozenset(
    """
    500 503 504 throttle upgrade html cut-off not-json no-results no-meta repeated-cursor timed-out reset slow
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it."""

    method: str
    target: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int
    credits: int


@dataclass(slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    credits: int = 0


class Refused(Exception):
    """An answer that ends the handling of a request."""

    def __init__(self, status: int, error: str, message: str, **more: Any) -> None:
        self.answer = Answer(status, {"error": error, "message": message, **more})


class OpenAlexServer:
    """Serves ``works`` on a free local port while it is entered.

    ``faults[i]`` is what request ``i`` (from 0) meets: a name from ``FAULTS`` or None. ``daily_credits`` is the budget
    of the day; ``key`` the only key accepted (None: keys are not looked at); ``merged`` old id -> surviving id;
    ``strict`` refuses URLs over 4,094 bytes; ``most_per_page`` makes pages shorter than was
    asked for. ``requests`` is the log.
    """

    def __init__(
        self,
        works: Iterable[Work],
        *,
        faults: Sequence[str | None] = (),
        daily_credits: int = 10_000,
        key: str | None = None,
        merged: Mapping[str, str] | None = None,
        strict: bool = True,
        retry_after: int = 1,
        slow_seconds: float = 0.0,
        most_per_page: int = 200,
    ) -> None:
        unknown = {fault for fault in faults if fault} - FAULTS
        if unknown:
            raise ValueError(f"unknown faults: {sorted(unknown)}")
        self.works = {one.number: one for one in map(Indexed, works)}
        self.faults = list(faults)
        self.daily_credits = daily_credits
        self.used = 0
        self.key = key
        self.merged = dict(merged or {})
        self.strict = strict
        self.retry_after = retry_after
        self.slow_seconds = slow_seconds
        self.most_per_page = most_per_page
        self.requests: list[Asked] = []
        self.lock = threading.Lock()
        self._found: dict[str, list[Indexed]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that was killed is no news
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def statuses(self) -> Counter[int]:
        return Counter(asked.status for asked in self.requests)

    @property
    def credits(self) -> int:
        return sum(asked.credits for asked in self.requests)

    def __enter__(self) -> OpenAlexServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def next_fault(self) -> str | None:
        with self.lock:
            return self.faults.pop(0) if self.faults else None

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to one request, budget headers included."""
        try:
            answer = self._routed(method, target, headers, body)
        except Refused as refused:
            answer = refused.answer
        except BadFilter as error:
            answer = Answer(400, {"error": "Invalid query parameters error.", "message": str(error)})
        answer.headers = {**self._budget_headers(answer.credits), **answer.headers}
        return answer

    def _routed(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self.strict and len(self.url) + len(target) > URL_LIMIT:
            raise Refused(400, "URL too long", f"The URL has more than {URL_LIMIT} bytes.")
        self._check_key(headers, target)
        split = urlsplit(target)
        params = {name: values[-1] for name, values in parse_qs(split.query, keep_blank_values=True).items()}
        if split.path == "/rate-limit":
            return self._rate_limit(headers)
        if method == "POST" and split.path == "/":
            return self._oql(json.loads(body))
        if split.path == "/works":
            return self._list({name.replace("-", "_"): value for name, value in params.items()})
        if split.path.startswith("/works/"):
            return self._single(unquote(split.path.removeprefix("/works/")))
        raise Refused(404, "Not found", f"{split.path} is not an endpoint.")

    def _check_key(self, headers: Mapping[str, str], target: str) -> None:
        given = headers.get("Authorization", "").removeprefix("Bearer ")
        if "api_key=" in target:
            given = parse_qs(urlsplit(target).query)["api_key"][0]
        if self.key is not None and given and given != self.key:
            raise Refused(401, "Invalid or missing API key", "API key not found")

    def _rate_limit(self, headers: Mapping[str, str]) -> Answer:
        if "Authorization" not in headers:
            raise Refused(401, "Invalid or missing API key", "API key not found")
        left = (self.daily_credits - self.used) / 10_000
        budget = {
            "daily_budget_usd": self.daily_credits / 10_000,
            "daily_used_usd": self.used / 10_000,
            "daily_remaining_usd": left,
            "prepaid_balance_usd": 0.0,
            "prepaid_remaining_usd": 0.0,
            "resets_at": "2026-03-03T00:00:00Z",
            "resets_in_seconds": RESETS_IN,
        }
        return Answer(200, {"api_key": "<api-key>", "rate_limit": budget})

    def _single(self, name: str) -> Answer:
        if name.startswith("doi:"):
            found = [one for one in self.works.values() if bare_doi(one.work.get("doi") or "") == bare_doi(name)]
            if not found:
                raise Refused(404, "Not found", f"{name} was not found.")
            return Answer(200, found[0].work)
        number = work_number(name)
        if number in self.merged:
            return Answer(301, {}, {"Location": f"{self.url}/works/{self.merged[number]}"})
        if number not in self.works:
            raise Refused(404, "Not found", f"{number} was not found.")
        return Answer(200, self.works[number].work)

    def _oql(self, asked: Mapping[str, Any]) -> Answer:
        """A minimal reading of ``works where title/abstract has (…) [and year …]``: the search runs as a filter."""
        text = str(asked.get("oql", ""))
        params = {name: str(value) for name, value in asked.items() if name != "oql"}
        return self._list(params, test=read_oql(text), cache_key=text, cost=1, x_query={"oql": text})

    def _list(
        self,
        params: Mapping[str, str],
        test: Test | None = None,
        cache_key: str = "",
        cost: int | None = None,
        **meta: Any,
    ) -> Answer:
        known = {"filter", "select", "sort", "per_page", "cursor", "page", "group_by", "corpus", "mailto", "api_key"}
        for name in params.keys() - known:
            raise BadFilter(f"{name} is not a valid parameter.")
        cost = cost or (1 if "group_by" in params or ".search" not in params.get("filter", "") else 10)
        self._charge(cost)
        found = self._matching(cache_key or params.get("filter", ""), test)
        if "group_by" in params:
            return self._grouped(found, params["group_by"], cost)
        return self._paged(found, params, cost, meta)

    def _charge(self, cost: int) -> None:
        with self.lock:
            if self.used + cost > self.daily_credits:
                raise _budget_gone(cost, self.daily_credits - self.used)
            self.used += cost

    def _matching(self, key: str, test: Test | None) -> list[Indexed]:
        if key not in self._found:
            test = test or (read_filter(key, self.works) if key else lambda _: True)
            self._found[key] = [one for one in self.works.values() if test(one)]
        return self._found[key]

    def _grouped(self, found: Sequence[Indexed], key: str, cost: int) -> Answer:
        counts = Counter(str(one.work.get(key)) for one in found)
        groups = [{"key": name, "key_display_name": name, "count": count} for name, count in counts.most_common(200)]
        meta = {"count": len(found), "page": 1, "per_page": 200, "groups_count": len(groups), "cost_usd": cost / 10_000}
        return Answer(200, {"meta": meta, "results": [], "group_by": groups}, credits=cost)

    def _paged(self, found: Sequence[Indexed], params: Mapping[str, str], cost: int, meta: Mapping[str, Any]) -> Answer:
        size = int(params.get("per_page", 25))
        if not 1 <= size <= 200:
            raise BadFilter("per_page parameter must be between 1 and 200.")
        ordered = _sorted(found, params.get("sort"))
        cursor = params.get("cursor")
        start = (int(params.get("page", 1)) - 1) * size if cursor is None else _position(cursor)
        if cursor is None and start + size > 10_000:
            raise BadFilter("Maximum results size of 10,000 records is exceeded.")
        page = ordered[start : start + min(size, self.most_per_page)]
        head: dict[str, Any] = {"count": len(found), "db_response_time_ms": 5, "page": None, "per_page": size, **meta}
        if cursor is not None:
            head["next_cursor"] = _cursor(start + len(page)) if page else None
        select = params.get("select")
        fields = select.split(",") if select else None
        results = [_selected(one.work, fields) for one in page]
        body = {"meta": {**head, "groups_count": None, "cost_usd": cost / 10_000}, "results": results, "group_by": []}
        return Answer(200, body, credits=cost)

    def _budget_headers(self, used: int) -> dict[str, str]:
        left = self.daily_credits - self.used
        return {
            "X-RateLimit-Limit": str(self.daily_credits),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Credits-Used": str(used),
            "X-RateLimit-Reset": str(RESETS_IN),
            "X-RateLimit-Onetime-Remaining": "0",
            "X-RateLimit-Limit-USD": str(self.daily_credits / 10_000),
            "X-RateLimit-Remaining-USD": str(left / 10_000),
            "X-RateLimit-Cost-USD": str(used / 10_000),
            "X-RateLimit-Prepaid-Remaining-USD": "0",
        }


def _budget_gone(cost: int, left: int) -> Refused:
    refused = Refused(
        429,
        "Rate limit exceeded",
        f"Insufficient budget. This request costs ${cost / 10_000} but you only have ${left / 10_000} remaining. "
        "Resets at midnight UTC.",
        retryAfter=RESETS_IN,
    )
    refused.answer.headers = {"Retry-After": str(RESETS_IN), "X-RateLimit-Credits-Required": str(cost)}
    return refused


def _cursor(position: int) -> str:
    """Opaque, URL-safe base64 of about 120 characters, as long as OpenAlex's own."""
    text = json.dumps([position, "https://openalex.org/W", "x" * 60])
    return base64.b64encode(text.encode()).decode()


def _position(cursor: str) -> int:
    if cursor == "*":
        return 0
    try:
        return int(json.loads(base64.b64decode(cursor, validate=True))[0])
    except (ValueError, TypeError, IndexError):
        raise BadFilter("Cursor value is not valid.") from None


def _sorted(found: Sequence[Indexed], sort: str | None) -> list[Indexed]:
    """By the sort keys, ties by id (a number); without a sort by id."""
    ordered = sorted(found, key=lambda one: int(one.number[1:]))
    for part in reversed(sort.split(",") if sort else []):
        name, _, direction = part.partition(":")
        if name not in ("publication_date", "publication_year", "cited_by_count", "id"):
            raise BadFilter(f"Cannot sort by {name}.")
        key = _sort_key(name)
        ordered.sort(key=key, reverse=direction == "desc")
    return ordered


def _sort_key(name: str) -> Callable[[Indexed], str]:
    return lambda one: str(one.work.get(name) or "")


def _selected(work: Work, fields: Sequence[str] | None) -> Work:
    if fields is None:
        return work
    for name in fields:
        if name not in SELECTABLE:
            raise BadFilter(f"{name} is not a valid select field. Valid fields for select are: {', '.join(SELECTABLE)}")
    return {name: work.get(name) for name in fields}


SELECTABLE = """
    id doi title display_name publication_year publication_date ids language primary_location type indexed_in
    open_access authorships cited_by_count biblio is_retracted is_paratext keywords locations best_oa_location
    referenced_works_count referenced_works related_works abstract_inverted_index updated_date created_date
""".split()  # noqa: SIM905


def _faulty(answer: Answer, fault: str, server: OpenAlexServer, cursor: str | None) -> Answer:
    if fault in ("500", "503", "504"):
        return Answer(int(fault), {"error": "Server error", "message": "An unexpected error."})
    if fault == "throttle":
        body = {"error": "Rate limit exceeded", "reason": "broad_boolean_query", "retryAfter": server.retry_after}
        return Answer(429, body, {**answer.headers, "Retry-After": str(server.retry_after)})
    if fault == "upgrade":
        return Answer(429, {"error": "Plan upgrade required", "message": "This filter needs a paid plan."})
    if fault == "html":
        return Answer(200, b"<!DOCTYPE html><html><body>Hotel network</body></html>", {"Content-Type": "text/html"})
    if fault == "not-json":
        return Answer(200, b"{'meta': ", answer.headers)
    body = dict(answer.body)
    if fault == "no-results":
        body.pop("results", None)
    elif fault == "no-meta":
        body.pop("meta", None)
    elif fault == "repeated-cursor":
        body["meta"] = {**body["meta"], "next_cursor": cursor}
    elif fault == "timed-out":
        body.update(meta={**body["meta"], "timed_out": True}, results=body["results"][: len(body["results"]) // 2])
    return Answer(answer.status, body, answer.headers, answer.credits)


def _handler(server: OpenAlexServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _serve(self, sent: bytes) -> None:
            fault = server.next_fault()
            if fault == "slow":
                time.sleep(server.slow_seconds)
            if fault == "reset":
                self._log(0, sent, 0)
                self.close_connection = True
                self.connection.close()
                return
            answer = server.answer(self.command, self.path, dict(self.headers), sent)
            params = parse_qs(urlsplit(self.path).query)
            if fault:
                answer = _faulty(answer, fault, server, params.get("cursor", ["*"])[0])
            self._log(answer.status, sent, answer.credits)
            self._send(answer, cut=fault == "cut-off")

        def _send(self, answer: Answer, cut: bool) -> None:
            raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            packed = "gzip" in self.headers.get("Accept-Encoding", "")
            raw = gzip.compress(raw, compresslevel=1, mtime=0) if packed else raw
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw[: len(raw) // 2] if cut else raw)
            self.close_connection = self.close_connection or cut

        def _log(self, status: int, sent: bytes, cost: int) -> None:
            split = urlsplit(self.path)
            params = {name: values[-1] for name, values in parse_qs(split.query).items()}
            asked = Asked(self.command, self.path, split.path, params, dict(self.headers), sent, status, cost)
            with server.lock:
                server.requests.append(asked)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen."""

    return Handler
