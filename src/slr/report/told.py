"""What other stages tell the report, which reads the store itself but never another stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KnownLine:
    """One known study as the report prints it; ``sources`` returned it, ``key`` is its name in config/known.yaml."""

    study: str
    state: str
    where: str
    key: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """Records per source before and after duplicates are removed."""

    source: str
    raw: int
    within: int
    shared: int
    unique: int


@dataclass(frozen=True, slots=True)
class Told:
    """Counts and rules of duplicates, the known studies, the document of prisma.json, and what citation searching adds.

    ``citations`` are (item, text) of what TARCiS 2024 asks to report of citation searching.
    ``prisma`` is None, and ``not_counted`` says why, where the PRISMA numbers cannot be counted yet.
    """

    duplicates: Sequence[SourceCounts] = ()
    rules: Sequence[str] = ()
    known: Sequence[KnownLine] = ()
    prisma: Mapping[str, Any] | None = None
    not_counted: str = ""
    citations: Sequence[tuple[str, str]] = ()
    boxes: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "boxes", dict(self.prisma["boxes"]) if self.prisma else {})

    def n(self, box: str) -> int | None:
        """The number of a PRISMA box, reasons summed; None where it is not applicable or not counted."""
        value = self.boxes.get(box)
        return sum(value.values()) if isinstance(value, Mapping) else value
