"""Politeness: requests of one class to one source keep their distance in time."""

from __future__ import annotations

from collections.abc import Callable


class Pace:
    """Says how long to wait before the next request of a lane (a source and a class); no bursts.

    ``monotonic`` gives seconds on a clock that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._free_at: dict[tuple[str, str], float] = {}

    def wait(self, lane: tuple[str, str]) -> float:
        """Seconds until the lane is free, 0 if it is."""
        return max(0.0, self._free_at[lane] - self._monotonic()) if lane in self._free_at else 0.0

    def sent(self, lane: tuple[str, str], rate: float) -> None:
        """A request was sent just now in a lane of ``rate`` requests a second."""
        self._free_at[lane] = self._monotonic() + 1 / rate
