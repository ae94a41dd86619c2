"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeTime:
    """Give ``clock``, ``monotonic`` and ``sleep`` to whatever wants the time; ``slept`` lists the pauses made."""

    def __init__(self, start: datetime = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)) -> None:
        self._start = start
        self.passed = 0.0
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.passed += seconds
