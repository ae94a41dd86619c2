"""The budget that replies tell of is watched, and what is spent is counted as the service counts it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slr.errors import BudgetSpent
from slr.http.budget import Budget, Usage, read_budget
from slr.http.client import Request
from slr.http.events import BudgetSeen
from tests.http.support import KEY, ask, bench
from tests.support.data import shared
from tests.support.http_server import Answer, Asked, Script, serving

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def limits(remaining: int, reset: int | None = 43_200, **more: str) -> dict[str, str]:
    told = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": str(remaining)}
    return told | ({} if reset is None else {"X-RateLimit-Reset": str(reset)}) | more


def test_the_budget_is_known_from_the_latest_reply_and_told(tmp_path: Path) -> None:
    with (
        serving(Script(Answer({}, headers=limits(900)), Answer({}, headers=limits(890)), {})) as base,
        bench(tmp_path) as b,
    ):
        assert b.http.budget("openalex") is None
        for page in range(3):
            b.http.fetch(ask(f"{base}/{page}"))
        budget = b.http.budget("openalex")
        assert isinstance(budget, Budget)
        assert (budget.limit, budget.remaining, budget.prepaid) == (1000, 890, 0)
        assert (budget.limit_usd, budget.remaining_usd) == (0.1, 0.089)
        assert budget.resets_in(NOW) == pytest.approx(43_200, abs=1)
        assert b.told(BudgetSeen)[-1] == BudgetSeen("openalex", budget)
        assert b.http.budget("crossref") is None


def test_a_request_that_the_budget_does_not_cover_is_not_sent(tmp_path: Path) -> None:
    app = Script(Answer({}, headers=limits(9)))
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/1", "list"))
        with pytest.raises(BudgetSpent, match=r"9 of 1,000 credits left.* costs 10.* in 12 h 0 min") as error:
            b.http.fetch(ask(f"{base}/2", "search"))
        assert error.value.resets_in == pytest.approx(43_200)
        assert len(app) == 1
        b.http.fetch(ask(f"{base}/3", "list"))  # one credit is there
        b.http.fetch(ask(f"{base}/1", "list"))  # the archive costs nothing
        b.http.fetch(Request("other", f"{base}/4"))
        assert len(app) == 3


def test_after_the_reset_it_is_asked_again(tmp_path: Path) -> None:
    app = Script(Answer({}, headers=limits(0)), Answer({}, headers=limits(990)))
    with serving(app) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/1"))
        b.time.passed += 43_199
        with pytest.raises(BudgetSpent):
            b.http.fetch(ask(f"{base}/2"))
        b.time.passed += 1
        assert b.http.fetch(ask(f"{base}/2")).exchange.status == 200
    assert len(app) == 2


@pytest.mark.parametrize(
    "more", [{"X-RateLimit-Onetime-Remaining": "50"}, {"X-RateLimit-Prepaid-Remaining-USD": "0.005"}]
)
def test_a_prepaid_budget_is_drawn_on_after_the_days(tmp_path: Path, more: dict[str, str]) -> None:
    with serving(Script(Answer({}, headers=limits(0, **more)))) as base, bench(tmp_path) as b:
        for page in range(3):
            b.http.fetch(ask(f"{base}/{page}", "search"))
        budget = b.http.budget("openalex")
        assert budget is not None
        assert budget.prepaid == 50


def test_without_a_known_reset_the_service_is_asked_and_decides(tmp_path: Path) -> None:
    app = Script(Answer({}, headers=limits(0, reset=None)))
    with serving(app) as base, bench(tmp_path) as b:
        for page in range(2):
            b.http.fetch(ask(f"{base}/{page}", "search"))
    assert len(app) == 2


@pytest.mark.parametrize("value", ["", "many", "-1", "nan", "inf", "1e999"])
def test_headers_that_are_no_numbers_tell_of_no_budget(value: str) -> None:
    assert read_budget({"x-ratelimit-limit": value, "x-ratelimit-remaining": "1"}, NOW, 0.0001) is None
    assert read_budget({"x-ratelimit-limit": "10", "x-ratelimit-remaining": value}, NOW, 0.0001) is None


def test_the_recorded_headers_of_openalex_are_read() -> None:
    meta = json.loads(shared("replies/openalex/2026-03_error_400_bad_select.json.meta.json").read_text())
    budget = read_budget(meta["headers"], NOW, 0.0001)
    assert budget is not None
    assert (budget.limit, budget.remaining, budget.limit_usd, budget.remaining_usd) == (10_000, 9_650, 1.0, 0.965)
    assert budget.resets_in(NOW) == 36_860


def test_usage_counts_what_the_service_says_it_took_and_else_the_price_list(tmp_path: Path) -> None:
    def app(asked: Asked) -> Answer:
        said = {"X-RateLimit-Credits-Used": "7", "X-RateLimit-Cost-USD": "0.0009"}
        return Answer({}, headers={"/said": said, "/credits": {"X-RateLimit-Credits-Used": "2"}}.get(asked.path, {}))

    with serving(app) as base, bench(tmp_path, environ={"OPENALEX_API_KEY": KEY}) as b:
        b.http.fetch(ask(f"{base}/said", "search"))
        assert b.http.usage("openalex") == Usage(1, 0, 0, 7, 0.0009)
        b.http.fetch(ask(f"{base}/credits", "search"))
        assert b.http.usage("openalex") == Usage(2, 0, 0, 9, 0.0011)
        b.http.fetch(ask(f"{base}/silent", "search"))
        assert b.http.usage("openalex") == Usage(3, 0, 0, 19, 0.0021)
        b.http.fetch(ask(f"{base}/silent", "search"))
        assert b.http.usage("openalex") == Usage(3, 0, 1, 19, 0.0021)
    assert b.http.usage("crossref") == Usage()


def test_replies_that_are_errors_are_counted_as_requests_and_cost_nothing(tmp_path: Path) -> None:
    with serving(Script(Answer(status=503), Answer(status=503), {})) as base, bench(tmp_path) as b:
        b.http.fetch(ask(base, "search"))
    assert b.http.usage("openalex") == Usage(requests=3, retries=2, credits=10, usd=0.001)


@pytest.mark.parametrize(("limit", "advised"), [("1000", True), ("10000", False), ("200000", False)])
def test_a_spent_budget_names_the_key_only_to_those_without_one(tmp_path: Path, limit: str, advised: bool) -> None:
    low = limits(0) | {"X-RateLimit-Limit": limit}
    with serving(Script(Answer({}, headers=low))) as base, bench(tmp_path) as b:
        b.http.fetch(ask(f"{base}/1"))
        with pytest.raises(BudgetSpent) as before_asking:
            b.http.fetch(ask(f"{base}/2"))
    refusal = Answer({}, 429, low | {"X-RateLimit-Credits-Required": "1"})
    with serving(Script(refusal)) as base, bench(tmp_path) as b, pytest.raises(BudgetSpent) as when_asked:
        b.http.fetch(ask(f"{base}/3"))
    for error in (before_asking, when_asked):
        assert ("OPENALEX_API_KEY (10,000 credits a day" in str(error.value)) is advised
