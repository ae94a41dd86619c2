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

    def count(self, box: str) -> int:
        """The same as a number: 0 for what is not applicable or not counted."""
        return self.n(box) or 0

    def detail(self, name: str) -> Any:
        """A number or word of the diagram that has no box of its own (``details``); 0 for what is not applicable."""
        return (self.prisma or {}).get("details", {}).get(name) or 0

    @property
    def previous_version(self) -> str:
        """The frozen version that the diagram counts as previous; empty for a new review."""
        return str(self.detail("previous_version") or "")

    @property
    def left_unseen(self) -> int:
        """Works that no person saw, as screening was stopped by a rule; 0 while it goes on."""
        return 0 if self.detail("tail") == "pending" else int(self.detail("unseen_records"))

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said beside the diagram."""
        return tuple((self.prisma or {}).get("notes", ()))
