"""What a service lets us spend in a day, as its replies say, and what this process has spent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of a source as its latest reply put it, in credits and US dollars.

    ``remaining`` is the day's, ``prepaid`` what was bought beyond it and is drawn on afterwards; ``resets_at`` is when
    the day's budget is full again (None: the service did not say).
    """

    limit: int
    remaining: int
    prepaid: int
    limit_usd: float
    remaining_usd: float
    seen_at: datetime
    resets_at: datetime | None

    def covers(self, credits: int) -> bool:
        """Whether a request of so many credits will be served."""
        return self.remaining + self.prepaid >= credits

    def resets_in(self, now: datetime) -> float | None:
        """Seconds until the day's budget is full again; 0 if it should be by now, None if unknown."""
        return None if self.resets_at is None else max(0.0, (self.resets_at - now).total_seconds())


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process has asked of a source: requests sent (retries among them), and what they cost."""

    requests: int = 0
    retries: int = 0
    from_archive: int = 0
    credits: int = 0
    usd: float = 0.0

    def plus(self, requests: int = 0, retries: int = 0, from_archive: int = 0, credits: int = 0) -> Usage:
        """This usage and some more of it; what it cost in money is added with ``costing``."""
        return replace(
            self,
            requests=self.requests + requests,
            retries=self.retries + retries,
            from_archive=self.from_archive + from_archive,
            credits=self.credits + credits,
        )

    def costing(self, usd: float) -> Usage:
        """This usage and so many US dollars more, rounded to a millionth so that sums stay readable."""
        return replace(self, usd=round(self.usd + usd, 6))


def read_budget(headers: Mapping[str, str], now: datetime, usd_per_credit: float) -> Budget | None:
    """The budget that reply headers (names in lower case) tell of, or None if they tell of none.

    OpenAlex: ``X-RateLimit-Limit``, ``-Remaining``, ``-Reset`` (seconds), the same in USD, and what was prepaid
    (``-Onetime-Remaining`` in credits, ``-Prepaid-Remaining-USD``). https://help.openalex.org/access/pricing
    """
    limit, remaining = number(headers, "x-ratelimit-limit"), number(headers, "x-ratelimit-remaining")
    if limit is None or remaining is None:
        return None
    prepaid = (number(headers, "x-ratelimit-prepaid-remaining-usd") or 0.0) / usd_per_credit
    reset = number(headers, "x-ratelimit-reset")
    return Budget(
        limit=int(limit),
        remaining=int(remaining),
        prepaid=round(max(prepaid, number(headers, "x-ratelimit-onetime-remaining") or 0.0)),
        limit_usd=_first(number(headers, "x-ratelimit-limit-usd"), limit * usd_per_credit),
        remaining_usd=_first(number(headers, "x-ratelimit-remaining-usd"), remaining * usd_per_credit),
        seen_at=now,
        resets_at=None if reset is None else now + timedelta(seconds=min(reset, 7 * 86_400)),
    )


def number(headers: Mapping[str, str], name: str) -> float | None:
    """A header as a finite number not below 0, or None if it is absent or something else."""
    try:
        value = float(headers.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _first(value: float | None, otherwise: float) -> float:
    return round(otherwise, 6) if value is None else value
