"""Estimates of what a search or an unfinished screening has missed; each is indicative and printed with its caveat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FEWEST_SHARED = 7
"""Studies that two lists have to share before their estimate is worth printing without a warning."""

_Z95 = 1.96
"""The two-sided 95 % quantile of the normal distribution, as published tables of these intervals round it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Chapman's estimate from two lists of ``first`` and ``second`` studies that share ``shared``.

    ``total`` with its standard error and a log-normal 95 % interval; ``state`` says whether it means anything: nothing
    shared (``not estimable``), one list inside the other (``nested``: its error is 0 whatever was missed), few shared.
    """

    first: int
    second: int
    shared: int
    total: float
    error: float
    low: float
    high: float
    state: Literal["fair", "few shared", "nested", "not estimable"]

    @property
    def observed(self) -> int:
        """The different studies on the two lists."""
        return self.first + self.second - self.shared

    @property
    def completeness(self) -> float:
        """The share of the estimated total that was observed (0 to 1)."""
        return self.observed / self.total if self.total else 1.0


def chapman(first: int, second: int, shared: int) -> Estimate:
    """Chapman's estimator (1951) with Seber's variance (1970) and the log-normal interval of the unseen part.

    N = (n1 + 1)(n2 + 1)/(m + 1) − 1; var = (n1 + 1)(n2 + 1)(n1 − m)(n2 − m)/((m + 1)²(m + 2)). The interval takes
    N − observed as log-normal (Burnham et al. 1987). Raises ValueError if more are shared than a list has.
    """
    if not 0 <= shared <= min(first, second):
        raise ValueError(f"lists of {first} and {second} cannot share {shared}")
    total = (first + 1) * (second + 1) / (shared + 1) - 1
    variance = (first + 1) * (second + 1) * (first - shared) * (second - shared) / ((shared + 1) ** 2 * (shared + 2))
    observed = first + second - shared
    low, high = _interval(observed, total, variance)
    return Estimate(first, second, shared, total, math.sqrt(variance), low, high, _state(first, second, shared))


def _interval(observed: int, total: float, variance: float) -> tuple[float, float]:
    unseen = total - observed
    if variance == 0 or unseen <= 0:
        return total, total
    spread = math.exp(_Z95 * math.sqrt(math.log(1 + variance / unseen**2)))
    return observed + unseen / spread, observed + unseen * spread


def _state(first: int, second: int, shared: int) -> Literal["fair", "few shared", "nested", "not estimable"]:
    if shared == 0:
        return "not estimable"
    if shared in (first, second):
        return "nested"
    return "few shared" if shared < FEWEST_SHARED else "fair"


def chao(times_found: Sequence[int], lists: int) -> float | None:
    """A lower bound of the number of studies from how many of ``lists`` (≥ 2) found each of those observed.

    Chao (1987) in its bias-corrected form: S + (k − 1)/k · f1(f1 − 1)/(2(f2 + 1)), where f1 and f2 are the studies
    found by exactly one and two of the k lists. None with fewer than two lists or without any study.
    """
    if lists < 2 or not times_found:
        return None
    once, twice = times_found.count(1), times_found.count(2)
    return len(times_found) + (lists - 1) / lists * once * (once - 1) / (2 * (twice + 1))


def missed_too_many(relevant: Sequence[bool], total: int, target: float = 0.95) -> float:
    """The p-value of "fewer than ``target`` of all relevant works were found", when screening stops here.

    ``relevant`` are the decisions in the order of screening, ``total`` all works (screened or not). For every tail of
    the sequence with k relevant works among its i, if the target were missed at least K = ⌊r/target + 1 − (r − k)⌋
    relevant works would lie in the tail and the unscreened rest; p is the hypergeometric chance of at most k of them
    in the tail, and the smallest over all tails counts (Callaghan and Müller-Hansen 2020,
    doi:10.1186/s13643-020-01521-4). Of the tails with the same k the longest has the smallest chance, so only these
    are looked at. 1.0 if nothing relevant was found; raises ValueError if ``total`` is below the number screened.
    """
    screened, found = len(relevant), sum(relevant)
    if total < screened:
        raise ValueError(f"{screened} works were screened of {total}")
    places = [i for i, one in enumerate(relevant) if one]
    starts = [0, *(place + 1 for place in places)]
    if not found:
        return 1.0
    unscreened = total - screened
    tails = ((screened - start, found - passed) for passed, start in enumerate(starts))
    return min(_chance(drawn, within, found, unscreened, target) for drawn, within in tails)


def _chance(drawn: int, within: int, found: int, unscreened: int, target: float) -> float:
    """P(X ≤ within) for X relevant works among ``drawn`` of ``drawn + unscreened``, if the target were missed."""
    supposed = math.floor(found / target + 1 - (found - within))
    population = drawn + unscreened
    if supposed > population:
        return 0.0
    fewest = max(0, supposed - unscreened)
    terms = (_log_ways(drawn, x) + _log_ways(unscreened, supposed - x) for x in range(fewest, within + 1))
    whole = _log_ways(population, supposed)
    return min(1.0, math.fsum(math.exp(term - whole) for term in terms if term > -math.inf))


def _log_ways(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose k of n."""
    if not 0 <= k <= n:
        return -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def run_to_stop(found: int, total: int, target: float = 0.95, confidence: float = 0.95) -> int | None:
    """After ``found`` relevant works in a row: how many irrelevant ones in a row would let screening stop.

    None if not even all of ``total`` would do.
    """
    low, high = 0, total - found
    if high < 0 or _after(found, high, total, target) >= 1 - confidence:
        return None
    while low < high:
        middle = (low + high) // 2
        enough = _after(found, middle, total, target) < 1 - confidence
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def _after(found: int, irrelevant: int, total: int, target: float) -> float:
    return missed_too_many([True] * found + [False] * irrelevant, total, target)
