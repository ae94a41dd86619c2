"""One file per platform: how an expression is written there, and the limits it sets, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a platform sets: what is counted, who says so, and when that was last read."""

    value: int
    unit: str
    source: str
    checked: date
