"""The archive: every exchange with a service, as received, so that a search can be resumed, replayed and shown.

``objects/ab/<sha256 of the plain body>.gz`` holds the bodies, ``exchanges.jsonl`` one line for each exchange and
``runs.jsonl`` one for each run that was described, appended and never changed. A body is on the disk before the line
that names it, so a crash at any moment leaves at most a body that no line names, or half a line, which is ignored and
cut off before the next one is written. One process writes at a time (the review's lock sees to that); others may read.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Literal, get_args

from slr.errors import ArchiveError, ReviewError
from slr.http.lines import Lines, make_folder, sync_folder
from slr.http.redaction import redact
from slr.model import Exchange

__all__ = ["Archive", "Outcome", "new_exchange", "redact", "request_key"]

Outcome = Literal["complete", "partial", "failed"]

IMPORTS = "import"
"""The run under which imported files are kept."""

_FIELDS = frozenset(field.name for field in fields(Exchange))
_NO_SPACE = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def request_key(method: str, url: str, body: bytes | None = None) -> str:
    """The identity of a request: SHA-256 (hex) of its method, its address and its body, all without secrets."""
    return hashlib.sha256(f"{method}\n{url}\n".encode() + (body or b"")).hexdigest()


def new_exchange(
    *,
    exchange_id: str,
    run_id: str,
    source: str,
    url: str,
    body: bytes,
    fetched_at: str,
    method: str = "GET",
    request_body: bytes | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    outcome: Outcome = "complete",
) -> Exchange:
    """An exchange of these facts, with the key and the checksum worked out; nothing may hold secrets."""
    return Exchange(
        exchange_id=exchange_id,
        key=request_key(method, url, request_body),
        run_id=run_id,
        source=source,
        method=method,
        url=url,
        status=status,
        headers=dict(headers or {}),
        body_sha256=hashlib.sha256(body).hexdigest(),
        body_bytes=len(body),
        fetched_at=fetched_at,
        outcome=outcome,
    )


class Archive:
    """The exchanges under one folder (``outputs/archive`` of a review), which is made when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._exchanges = Lines(root / "exchanges.jsonl")
        self._runs = Lines(root / "runs.jsonl")
        self._by_run: dict[str, list[Exchange]] = {}
        self._by_id: dict[str, Exchange] = {}
        self._complete: dict[tuple[str, str], Exchange] = {}
        self._described: dict[str, dict[str, Any]] = {}
        self._damage: ArchiveError | None = None

    # reading

    def runs(self) -> list[str]:
        """The runs that asked anything, in the order of their first exchange."""
        self._refresh()
        return list(self._by_run)

    def exchanges(self, run_id: str) -> list[Exchange]:
        """All exchanges of a run, in the order they were made; none for a run that asked nothing."""
        self._refresh()
        return list(self._by_run.get(run_id, ()))

    def find(self, run_id: str, key: str) -> Exchange | None:
        """The latest complete reply to a request in a run, or None."""
        self._refresh()
        return self._complete.get((run_id, key))

    def get(self, exchange_id: str) -> Exchange:
        """The exchange of that id. Raises ArchiveError if there is none."""
        self._refresh()
        if exchange_id not in self._by_id:
            where = self._name(self._exchanges.path)
            raise ArchiveError(f"{where} has no exchange '{exchange_id}': put the file back from a backup")
        return self._by_id[exchange_id]

    def next_id(self, run_id: str) -> str:
        """The identifier for the next exchange of a run: ``<run>-000001`` and so on."""
        self._refresh()
        return f"{run_id}-{len(self._by_run.get(run_id, ())) + 1:06d}"

    def described(self) -> dict[str, dict[str, Any]]:
        """What ``describe`` was told of each run, in the order of the first telling."""
        self._refresh()
        return {run_id: dict(about) for run_id, about in self._described.items()}

    def body(self, exchange: Exchange) -> bytes:
        """The body of an exchange, as received (secrets replaced).

        Raises ArchiveError if its file is missing, cannot be unpacked, or is not what was stored (SHA-256).
        """
        path = self._object(exchange.body_sha256)
        body = self._unpack(path)
        if hashlib.sha256(body).hexdigest() != exchange.body_sha256:
            raise self._damaged(path, "was changed (its checksum is wrong)")
        return body

    # writing

    def put(self, exchange: Exchange, body: bytes) -> Exchange:
        """Keep an exchange and its body; when this returns, both survive a crash.

        Raises ReviewError if the disk is full or the folder cannot be written to.
        """
        if hashlib.sha256(body).hexdigest() != exchange.body_sha256:
            raise ValueError(f"exchange {exchange.exchange_id} describes another body")
        self._refresh()
        if exchange.exchange_id in self._by_id:
            raise ValueError(f"there is an exchange {exchange.exchange_id} already")
        with self._writing():
            self._store(exchange.body_sha256, body)
            self._exchanges.append(_line(asdict(exchange)))
        self._refresh()
        return exchange

    def put_file(self, sha256: str, data: bytes, *, name: str, source: str, at: str) -> Exchange:
        """Keep an imported file as the "reply" it stands for; keeping the same file again changes nothing.

        ``sha256`` is the file's checksum (hex), ``name`` its name, ``at`` when it was imported (ISO 8601).
        """
        exchange_id = f"file-{sha256[:16]}-{source}"
        self._refresh()
        if exchange_id in self._by_id:
            return self._by_id[exchange_id]
        about = new_exchange(
            exchange_id=exchange_id, run_id=IMPORTS, source=source, method="FILE", url=name, body=data, fetched_at=at
        )
        if about.body_sha256 != sha256:
            raise ValueError(f"the checksum given for {name} is not the file's")
        return self.put(about, data)

    def describe(self, run_id: str, about: Mapping[str, Any]) -> None:
        """Keep what a replay has to know of a run (JSON values); told again, the later word counts."""
        self._refresh()
        with self._writing():
            make_folder(self.root)
            self._runs.append(_line({"run_id": run_id, "about": dict(about)}))
        self._refresh()

    # the lines

    def _refresh(self) -> None:
        """Take in the lines that have come since the last look, by this process or another."""
        if self._damage:
            raise self._damage
        for lines, take in ((self._exchanges, self._take_exchange), (self._runs, self._take_run)):
            try:
                fresh = lines.fresh()
            except OSError as error:
                raise ReviewError(f"{self._name(lines.path)} cannot be read: {error.strerror}") from error
            for number, line in enumerate(fresh, lines.count - len(fresh) + 1):
                if not take(line):
                    where = f"{self._name(lines.path)}, line {number},"
                    self._damage = ArchiveError(f"{where} was changed and cannot be read: put back a backup of it")
                    raise self._damage

    def _take_exchange(self, line: bytes) -> bool:
        found = _object_of(line)
        if set(found) != _FIELDS or found["outcome"] not in get_args(Outcome):
            return False
        if not all(isinstance(found[name], str) for name in ("exchange_id", "run_id", "key", "body_sha256")):
            return False
        exchange = Exchange(**found)
        self._by_run.setdefault(exchange.run_id, []).append(exchange)
        self._by_id[exchange.exchange_id] = exchange
        if exchange.outcome == "complete":
            self._complete[exchange.run_id, exchange.key] = exchange
        return True

    def _take_run(self, line: bytes) -> bool:
        found = _object_of(line)
        if not isinstance(found.get("about"), dict) or not isinstance(found.get("run_id"), str):
            return False
        self._described[found["run_id"]] = found["about"]
        return True

    # the bodies

    def _unpack(self, path: Path) -> bytes:
        try:
            return gzip.decompress(path.read_bytes())
        except FileNotFoundError:
            error = self._damaged(path, "is missing")
        except (OSError, EOFError, zlib.error):
            error = self._damaged(path, "was changed (it cannot be unpacked)")
        raise error

    def _damaged(self, path: Path, what: str) -> ArchiveError:
        mend = "put the file back from a backup, or ask the source again in a new run (slr search --again)"
        return ArchiveError(f"the archived reply {self._name(path)} {what}: {mend}")

    def _object(self, sha256: str) -> Path:
        return self.root / "objects" / sha256[:2] / f"{sha256}.gz"

    def _name(self, path: Path) -> str:
        """The path as seen from the review folder, in which the archive lies as ``outputs/archive``."""
        return Path(*self.root.parts[-2:], path.relative_to(self.root)).as_posix()

    def _store(self, sha256: str, body: bytes) -> None:
        """Write a body under its checksum, even if it is there: that mends a file which was damaged."""
        path = self._object(sha256)
        make_folder(path.parent)
        new = self.root / "objects" / f".new-{os.getpid()}"
        try:
            with new.open("wb") as file:
                file.write(gzip.compress(body, 6, mtime=0))  # without a time, equal bodies are equal files
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise
        sync_folder(path.parent)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        where = Path(*self.root.parts[-2:]).as_posix()
        try:
            yield
        except OSError as error:
            if error.errno in _NO_SPACE:
                said = f"no space left for the archive in {where}: free some and run the command again"
            elif error.errno in _READ_ONLY:
                said = f"{where} is read-only: allow writing to it, or copy the review folder to where you may write"
            else:
                said = f"the archive in {where} cannot be written: {error.strerror}"
            raise ReviewError(said) from error


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _object_of(line: bytes) -> dict[str, Any]:
    """A line as a JSON object; empty if it is not one."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
