"""An opened review folder: its configuration, store and archive; what every stage is given."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from slr.config import REVIEW_FILE, TERMS_FILE, Loaded, ReviewConfig, load_review
from slr.errors import ReviewError
from slr.events import Listener, silence
from slr.http.archive import Archive
from slr.http.client import Http
from slr.matrix.analysis import EXACT, STEMMED, Analyzer
from slr.matrix.terms import Matrix, expand
from slr.sources.base import SearchRequest, Source
from slr.sources.registry import open_source
from slr.store import runs
from slr.store.connection import Store

OUTPUTS = "outputs"


@dataclass
class Review:
    """A review folder with what is needed to work on it; clocks, pause and environment are given, for tests to set."""

    folder: Path
    loaded: Loaded
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    listen: Listener = silence
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    @property
    def config(self) -> ReviewConfig:
        """The parsed ``config/review.yaml``."""
        return self.loaded.review

    def close(self) -> None:
        """Close the store; nothing is lost without it."""
        if "store" in self.__dict__:
            self.store.close()

    @property
    def outputs(self) -> Path:
        """The folder that holds the store, the archive and everything people read."""
        return self.folder / OUTPUTS

    @cached_property
    def store(self) -> Store:
        """The review's store, made on first use."""
        return Store(self.outputs / "review.sqlite")

    @cached_property
    def archive(self) -> Archive:
        """Every reply a result rests on, as received."""
        return Archive(self.outputs / "archive")

    def now(self) -> str:
        """The time, ISO 8601 in UTC to the second."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def variants_in_force(self) -> bool:
        """Whether spelling variants are on: as the latest search had them, or (never searched) as configured."""
        latest = runs.latest(self.store.db, "search")
        return latest.variants if latest else bool(self.config.search.variants)

    def analyzer(self) -> Analyzer:
        """The text rules that the configured search means."""
        return STEMMED if self.config.search.stemming else EXACT

    def matrix(self, variants: bool) -> Matrix:
        """The expanded matrix, with or without spelling variants."""
        return expand(self.loaded.terms.axes, self.loaded.terms.variants, variants)

    def request(self, variants: bool) -> SearchRequest:
        """What the sources are asked for."""
        years = self.config.search.years
        return SearchRequest(self.matrix(variants), self.analyzer(), years.first, years.last)

    def matrix_hash(self, variants: bool) -> str:
        """Identifies what a record's match depends on: the matrix, the variants and the text rules."""
        return _hash([self.loaded.matrix_hash, variants, self.analyzer().name])

    def known_hash(self) -> str:
        """Identifies the known studies that a search looks up."""
        return _hash([asdict(study) for study in self.loaded.known])

    def search_hash(self, variants: bool) -> str:
        """Identifies what a search's result depends on: the matrix, its limits and the settings of the sources.

        The configured variants are part of it too, so that switching them in the file makes a search stale, while one
        that had them switched by an option stays good. ``max_records`` is not: it changes no result, it only stops.
        """
        settings = {
            name: one.model_dump(mode="json", exclude={"max_records"}) for name, one in self.enabled_sources().items()
        }
        search = self.config.search.model_dump(mode="json", include={"variants", "years"})
        return _hash([self.matrix_hash(variants), search, settings])

    def enabled_sources(self) -> dict[str, Any]:
        """name → settings of the sources that are switched on, in the order of the registry."""
        return {name: settings for name, settings in self.config.sources if settings and settings.enabled}

    def http(self, run_id: str, *, offline: bool = False, archive: Archive | None = None) -> Http:
        """The client for one run: replies of this run in the archive are used again, the network only for the rest.

        ``archive`` stands in for the review's own, for replies that no result rests on.
        """
        return Http(
            archive or self.archive,
            run_id=run_id,
            environ=self.environ,
            clock=self.clock,
            monotonic=self.monotonic,
            sleep=self.sleep,
            listen=self.listen,
            offline=offline,
        )

    def source(self, name: str, http: Http) -> Source:
        """An enabled source, ready to be asked."""
        return open_source(name, self.enabled_sources()[name], http, self.folder)

    @contextmanager
    def locked(self, command: str, *, wait: float = 0.0) -> Iterator[None]:
        """Keep other slr processes off this review; waits up to ``wait`` seconds. Raises ReviewError if it is taken."""
        holder = self.outputs / ".lock.json"
        lock = FileLock(self._made_outputs() / ".lock")
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise ReviewError(_taken(holder)) from None
        try:
            holder.write_text(json.dumps({"pid": os.getpid(), "command": command, "since": self.now()}), "utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def _made_outputs(self) -> Path:
        try:
            self.outputs.mkdir(parents=True, exist_ok=True)
            (self.outputs / ".lock").touch()
        except OSError as error:
            raise ReviewError(
                f"the folder {self.outputs} cannot be written ({error.strerror}): make it writable, or copy the review "
                "to where you may write, and run again"
            ) from error
        return self.outputs


def open_review(folder: Path, **given: Any) -> Review:
    """Open a review folder; ``given`` are fields of ``Review``: clock, environ, listen, sleep, monotonic.

    Raises ReviewError if the folder is no review at all, ConfigError with every problem of its files at once.
    """
    if not any((folder / name).exists() for name in (TERMS_FILE, REVIEW_FILE)):
        where = "the current folder" if folder == Path() else str(folder)
        raise ReviewError(
            f"{where} is not a review (it has neither {TERMS_FILE} nor {REVIEW_FILE}): name one with --review DIR, "
            "make one with 'slr init DIR', or see the example with 'slr demo'"
        )
    return Review(folder=folder, loaded=load_review(folder), **given)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _taken(holder: Path) -> str:
    try:
        by = json.loads(holder.read_text("utf-8"))
        who = f"'slr {by['command']}' (process {by['pid']}, since {by['since']})"
    except (OSError, ValueError, KeyError):
        who = "another slr"
    return f"{who} is working on this review: wait for it to end and run the command again"
