"""What the tests of the HTTP door share: a client with fake time, and an archive in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from slr.http.archive import Archive
from slr.http.client import Http, Request
from slr.http.events import Event
from slr.http.manners import MANNERS, Manners
from slr.http.messages import Weight
from tests.support.fake_time import FakeTime

KEY = "k3y-Of/9+characters=and&more"


@dataclass
class Bench:
    """A client ``http`` on ``archive`` with a clock that only sleeping moves; ``events`` is what it told."""

    http: Http
    archive: Archive
    time: FakeTime
    events: list[Event] = field(default_factory=list)

    def told(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@contextmanager
def bench(
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    run_id: str = "run",
    offline: bool = False,
    manners: Mapping[str, Manners] = MANNERS,
    time: FakeTime | None = None,
) -> Iterator[Bench]:
    events: list[Event] = []
    archive, time = Archive(folder / "outputs" / "archive"), time or FakeTime()
    with Http(
        archive,
        manners,
        run_id=run_id,
        environ=environ or {},
        clock=time.clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        random=lambda: 0.5,
        listen=events.append,
        offline=offline,
    ) as http:
        yield Bench(http, archive, time, events)


def ask(url: str, weight: Weight = "list") -> Request:
    return Request("openalex", url, weight=weight)


def every_byte(folder: Path) -> bytes:
    """All files under a folder, their names, and what the compressed ones hold."""
    import gzip

    parts = []
    for path in sorted(folder.rglob("*")):
        parts.append(str(path.relative_to(folder)).encode())
        if path.is_file():
            parts.append(path.read_bytes())
            if path.suffix == ".gz":
                parts.append(gzip.decompress(path.read_bytes()))
    return b"\n".join(parts)
