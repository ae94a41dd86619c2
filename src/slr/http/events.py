"""What the client tells whoever listens (a progress bar, a log): frozen events, free of secrets."""

from __future__ import annotations

from dataclasses import dataclass

from slr.http.budget import Budget


@dataclass(frozen=True, slots=True)
class Waiting:
    """The client sleeps ``seconds`` before it asks, out of politeness or because it was told to."""

    source: str
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """Attempt number ``attempt`` (from 2) follows; ``why`` the one before it failed."""

    source: str
    attempt: int
    why: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply came, ``seconds`` after it was asked for."""

    source: str
    url: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class BudgetSeen:
    """A reply said how much of the day's budget is left."""

    source: str
    budget: Budget


Event = Waiting | Retrying | Fetched | BudgetSeen
