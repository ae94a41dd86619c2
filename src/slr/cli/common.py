"""What the commands share: the options on every command, the opened review, and how things are said."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from slr.events import Note, Progress
from slr.review import Review, open_review

ReviewDir = Annotated[
    Path, typer.Option("--review", metavar="DIR", help="The review folder.", show_default="current folder")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say only results and errors.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say each request too.")]
HERE = Path()


@dataclass
class Voice:
    """How a command speaks: results on standard output, everything else on standard error."""

    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    _bars: Any = None
    _tasks: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str = "") -> None:
        """A line of the human result (nothing with ``--json``)."""
        if not self.as_json:
            sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """A line beside the result, on standard error (nothing with ``-q``)."""
        if not self.quiet:
            sys.stderr.write(text + "\n")

    def result(self, document: object) -> None:
        """The one JSON document (only with ``--json``)."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A plain table; columns of numbers are set to the right."""
        for line in table_lines(head, rows):
            self.say(line)

    def hear(self, event: object) -> None:
        """Show an event of long work: a bar on a terminal, a line for a note."""
        if isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, Note):
            self.note(event.text)
        elif self.verbose or type(event).__name__ in ("Waiting", "Retrying"):
            self._exchange(event)

    def _exchange(self, event: object) -> None:
        name, seconds, why = (getattr(event, key, None) for key in ("source", "seconds", "why"))
        kind = type(event).__name__
        if kind == "Waiting" and isinstance(seconds, float | int) and seconds >= 2:
            self.note(f"{name}: waiting {seconds:.0f} s ({why})")
        elif kind == "Retrying":
            self.note(f"{name}: asking again ({why})")
        elif kind == "Fetched" and self.verbose:
            self.note(f"{name}: {getattr(event, 'status', '')} {getattr(event, 'url', '')}")

    def _progress(self, event: Progress) -> None:
        if self.quiet or not sys.stderr.isatty():
            return
        bars = self._opened_bars()
        if event.task not in self._tasks:
            self._tasks[event.task] = bars.add_task(event.task, total=event.total, unit=event.unit)
        bars.update(self._tasks[event.task], completed=event.done, total=event.total)

    def _opened_bars(self) -> Any:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bars

            count = (MofNCompleteColumn(), TextColumn("{task.fields[unit]}"), _rate_column(), TimeRemainingColumn())
            self._bars = Bars(TextColumn("{task.description}"), BarColumn(), *count, console=Console(stderr=True))
            self._bars.start()
        return self._bars

    def close(self) -> None:
        """Take the bars down."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
            self._tasks.clear()


def _rate_column() -> Any:
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    return Rate()


def table_lines(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The lines of a plain table with aligned columns."""
    shown = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(head), *shown]) for i in range(len(head))]
    right = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        fitted = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
        return "  ".join(fitted).rstrip()

    return [line(head), line(["-" * w for w in widths]), *map(line, shown)]


@contextmanager
def speaking(as_json: bool, quiet: bool, verbose: bool) -> Iterator[Voice]:
    """A voice for one command; its bars are taken down whatever happens."""
    voice = Voice(as_json, quiet, verbose)
    try:
        yield voice
    finally:
        voice.close()


@contextmanager
def working(folder: Path, voice: Voice, command: str, *, lock: bool = True, wait: float = 0.0) -> Iterator[Review]:
    """The opened review, with other slr processes kept off it while ``lock`` is held."""
    review = open_review(folder, listen=voice.hear)
    for warning in review.loaded.warnings:
        voice.note(f"note: {warning}")
    if not lock:
        yield from _handed_over(review, voice)
        return
    with review.locked(command, wait=wait):
        yield from _handed_over(review, voice)


def _handed_over(review: Review, voice: Voice) -> Iterator[Review]:
    try:
        yield review
    finally:
        voice.close()
        review.close()
