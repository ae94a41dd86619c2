"""What long work tells whoever listens; the command line draws it, nothing else depends on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` (None: not known) ``unit`` of a task."""

    task: str
    done: int
    total: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the user."""

    text: str


Listener = Callable[[object], None]
"""Takes any event (of this module or of the HTTP client); unknown kinds are ignored."""


def silence(event: object) -> None:
    """The listener that ignores everything."""
