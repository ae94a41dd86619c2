"""The table of manners is complete, and OpenAlex's three kinds of 429 are told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import BudgetSpent, RequestRefused
from slr.http.archive import new_exchange
from slr.http.manners import DEFAULT, MANNERS, OPENALEX, classify, manners_of, search_weight
from slr.http.messages import Reply, Weight
from slr.http.verdicts import Again, Stop, Verdict, span

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("manners", MANNERS.values(), ids=MANNERS)
def test_every_row_has_a_rate_for_every_class_and_a_time_out(manners: Any) -> None:
    for weight in get_args(Weight):
        for keyed in (False, True):
            assert 0 < manners.rate(weight, keyed) <= 100
        assert manners.credits(weight) >= 0
        assert manners.rate(weight, keyed=True) >= manners.rate(weight, keyed=False)
    assert 0 < manners.connect_timeout <= manners.read_timeout <= 60
    assert manners.attempts >= 1
    assert manners.source == "default" or manners.terms.startswith("https://")


def test_openalex_is_asked_as_its_own_pages_say() -> None:
    rates = {weight: (OPENALEX.rate(weight, False), OPENALEX.rate(weight, True)) for weight in get_args(Weight)}
    assert rates["broad"] == rates["probe"] == (1, 5)
    prices = {weight: OPENALEX.usd(weight) for weight in get_args(Weight)}
    assert prices == {"search": 0.001, "broad": 0.001, "probe": 0.0001, "list": 0.0001, "single": 0}
    assert [OPENALEX.daily(keyed) for keyed in (False, True)] == [1_000, 10_000]
    assert [OPENALEX.backoff_seconds(n, 0) for n in (1, 2, 3, 4)] == [1, 2, 4, 4]
    assert (OPENALEX.read_timeout, OPENALEX.longest_wait, OPENALEX.attempts) == (30, 120, 5)


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_chance_lengthens_a_pause_by_at_most_its_jitter(attempt: int, chance: float) -> None:
    least = OPENALEX.backoff_seconds(attempt, 0)
    assert least <= OPENALEX.backoff_seconds(attempt, chance) <= least * (1 + OPENALEX.jitter)


def test_a_source_without_a_row_gets_the_default_under_its_name() -> None:
    assert manners_of("openalex") is OPENALEX
    assert (manners_of("dblp").title, manners_of("dblp").classes) == ("dblp", DEFAULT.classes)
    assert manners_of("dblp", {"default": OPENALEX}).daily(False) == 1_000


@pytest.mark.parametrize(
    ("query", "weight"),
    [
        ('"a" OR "b" OR c AND d OR e NOT f', "search"),
        ('"a" OR "b" OR c AND d OR e NOT f OR g', "broad"),
        ("a or b or c or d or e or f or g or h", "search"),
        ("ORDER ANDROID NOTE " * 9, "search"),
        ("(a)OR(b)OR(c)OR(d)OR(e)OR(f)OR(g)", "broad"),
    ],
)
def test_a_search_is_broad_above_five_upper_case_operators(query: str, weight: str) -> None:
    assert search_weight(query) == weight


def told(body: object = None, **headers: str) -> Verdict:
    data = b"" if body is None else json.dumps(body).encode()
    names = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    about = new_exchange(
        exchange_id="1", run_id="run", source="openalex", url="https://api.openalex.org/works?filter=x",
        body=data, fetched_at="2026-11-02T12:00:00Z", status=429, headers=names,
    )  # fmt: skip
    return classify(Reply(about, data), OPENALEX, NOW)


LIMITS = {"X_RateLimit_Limit": "10000", "X_RateLimit_Reset": "43200", "X_RateLimit_Credits_Required": "10"}


@pytest.mark.parametrize(
    ("body", "headers", "after"),
    [
        (None, {}, None),
        ({"error": "Rate limit exceeded"}, {"Retry_After": "1"}, 1),
        ({"error": "Rate limit exceeded", "reason": "broad_boolean_query", "retryAfter": 2}, {}, 2),
        ({"error": "Rate limit exceeded", "retryAfter": "soon"}, {}, None),
        (None, LIMITS | {"X_RateLimit_Remaining": "10", "Retry_After": "1"}, 1),
        # The day's budget is gone, but there is a prepaid one: this is a throttle.
        (None, LIMITS | {"X_RateLimit_Remaining": "0", "X_RateLimit_Onetime_Remaining": "10"}, None),
        (None, LIMITS | {"X_RateLimit_Remaining": "0", "X_RateLimit_Prepaid_Remaining_USD": "0.5"}, None),
        ({"creditsRequired": 10, "creditsRemaining": 5, "onetimeCreditsRemaining": 5}, {}, None),
    ],
)
def test_a_throttle_is_waited_for(body: object, headers: dict[str, str], after: float | None) -> None:
    verdict = told(body, **headers)
    assert isinstance(verdict, Again)
    assert verdict.after == after
    assert "429" in verdict.why


@pytest.mark.parametrize(
    ("body", "headers", "resets_in"),
    [
        (None, LIMITS | {"X_RateLimit_Remaining": "9", "Retry_After": "1"}, 43_200),
        ({"error": "Rate limit exceeded"}, LIMITS | {"X_RateLimit_Remaining": "0"}, 43_200),
        ({"creditsRequired": 10, "creditsRemaining": 5, "retryAfter": 80_000}, {}, 80_000),
        ({"message": "Insufficient credits. Resets at midnight UTC."}, {"Retry_After": "600"}, 600),
        ({"message": "Insufficient budget."}, {}, None),
    ],
)
def test_a_spent_budget_stops_the_run_and_says_when_it_resets(
    body: object, headers: dict[str, str], resets_in: float | None
) -> None:
    verdict = told(body, **headers)
    assert isinstance(verdict, Stop)
    assert isinstance(verdict.error, BudgetSpent)
    assert verdict.error.resets_in == resets_in
    assert "OpenAlex" in str(verdict.error)


def test_a_feature_of_another_plan_is_refused_for_good_even_with_a_spent_budget_beside_it() -> None:
    body = {"error": "Plan upgrade required", "message": "from_updated_date needs a plan", "retryAfter": 1}
    verdict = told(body, **LIMITS, X_RateLimit_Remaining="0")
    assert isinstance(verdict, Stop)
    assert isinstance(verdict.error, RequestRefused)
    assert "from_updated_date needs a plan" in str(verdict.error)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89, "89 s"), (600, "10 min"), (11_520, "3 h 12 min"), (86_400, "24 h 0 min"), (400_000, "5 days")],
)
def test_lengths_of_time_are_told_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words
