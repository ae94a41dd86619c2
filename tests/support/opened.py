"""Sources that need nothing but an address, opened for tests with an environment of the test's choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slr.http.archive import Archive
from slr.http.client import Http
from slr.sources.registry import open_source
from tests.support.fake_time import FakeTime


@dataclass(frozen=True)
class Settings:
    base_url: str
    ranked: bool = False
    ranked_records: int = 1_000


def http(
    folder: Path, environ: Mapping[str, str] | None = None, *, offline: bool = False, time: FakeTime | None = None
) -> Http:
    """A client with an archive under ``folder`` that never sleeps."""
    time = time or FakeTime()
    return Http(
        Archive(folder / "archive"), run_id="run", environ=environ or {}, clock=time.clock, monotonic=time.monotonic,
        sleep=time.sleep, offline=offline,
    )  # fmt: skip


def opened(name: str, url: str, folder: Path, environ: Mapping[str, str] | None = None, **more: Any) -> Any:
    """A source by its name; ``more`` are settings and what ``http`` takes."""
    given = {key: more.pop(key) for key in ("offline", "time") if key in more}
    return open_source(name, Settings(url, **more), http(folder, environ, **given), folder)
