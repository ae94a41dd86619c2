"""A real HTTP server on this machine that answers as a test says.

with serving(Script(Answer(status=503), {"results": []})) as base_url: ...

An app is any function from ``Asked`` to an ``Answer`` (or to a dict, text or bytes, which become one of status 200).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = bytes | str | dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Asked:
    """A request as it came in: ``url`` is path and query as sent, ``query`` decoded, header names in lower case."""

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server sends.

    ``cut_at`` sends only so many bytes of the body and hangs up; ``hang`` sends nothing until the server closes,
    ``hang_after`` does so after what ``cut_at`` lets through; ``hang_up`` closes the connection without an answer.
    ``declare`` False leaves Content-Length out.
    """

    body: Body = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    hang: bool = False
    hang_after: bool = False
    hang_up: bool = False
    declare: bool = True


App = Callable[[Asked], Answer | Body]


class Script:
    """An app that gives its answers in turn, the last one for ever, and keeps what it was ``asked``."""

    def __init__(self, *answers: Answer | Body) -> None:
        self.answers = answers
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Answer | Body:
        self.asked.append(asked)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    def __len__(self) -> int:
        return len(self.asked)


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine; gives its base URL (``http://127.0.0.1:PORT``).

    An exception in the app is raised here at the end, so that a wrong app cannot pass as a broken service.
    """
    closing, errors = threading.Event(), list[BaseException]()
    server = _Server(("127.0.0.1", 0), _handler(app, closing, errors))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
    if errors:
        raise errors[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        # HTTPServer asks the name service for the host's full name here, which can take seconds.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of many tests; errors of the app are raised by ``serving``."""


def _handler(app: App, closing: threading.Event, errors: list[BaseException]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # one packet an answer: header and body apart would wait for an acknowledgement
        timeout = 30

        def do_GET(self) -> None:
            try:
                answer = app(self._asked())
            except Exception as error:  # noqa: BLE001 (raised by serving)
                errors.append(error)
                answer = Answer(status=599)
            self._send(answer if isinstance(answer, Answer) else Answer(answer))

        do_POST = do_HEAD = do_PUT = do_GET

        def _asked(self) -> Asked:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            return Asked(self.command, self.path, parts.path, query, headers, body)

        def _send(self, answer: Answer) -> None:
            if answer.hang:
                closing.wait(10)
            if answer.hang or answer.hang_up:
                self.close_connection = True
                return
            body = as_bytes(answer.body)
            self.send_response_only(answer.status)
            names = {name.lower() for name in answer.headers}
            if "date" not in names:
                self.send_header("Date", self.date_time_string())
            if "content-type" not in names:
                kind = "application/json" if isinstance(answer.body, dict | list) else "text/plain; charset=utf-8"
                self.send_header("Content-Type", kind)
            if answer.declare and "content-length" not in names:
                self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.cut_at is not None or not answer.declare:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body if answer.cut_at is None else body[: answer.cut_at])
            if answer.hang_after:
                self.wfile.flush()
                closing.wait(10)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a test's output is its failures."""

    return Handler


def as_bytes(body: Body) -> bytes:
    if isinstance(body, dict | list):
        return json.dumps(body, ensure_ascii=False).encode()
    return body.encode() if isinstance(body, str) else body
