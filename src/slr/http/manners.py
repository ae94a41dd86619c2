"""How each service wants to be asked: rates, time-outs, prices and budgets, as data with their sources.

Rates are the lower of what a service documents and what its server enforces. A changed limit is a changed line here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from slr.errors import BudgetSpent, RequestRefused
from slr.http.budget import Budget, read_budget
from slr.http.messages import Reply, Weight, short
from slr.http.verdicts import Again, Stop, Verdict, fields_of, retry_after, span, words_of


@dataclass(frozen=True, slots=True)
class RequestClass:
    """Requests per second that a class of request is asked at, without and with a key, and its price in credits."""

    rate: float
    rate_with_key: float
    credits: int = 0


@dataclass(frozen=True)
class Manners:
    """How one service is asked.

    ``key_env`` is the environment variable of the key (None: the service takes none); ``key_as`` how it is sent: as
    ``Authorization: Bearer``, in the header ``key_name`` or as the query parameter ``key_name``. ``public_parameters``
    look like secrets and are not. Times are in seconds. ``daily_credits`` is None where there is no daily budget;
    ``reads_429`` tells the meanings of HTTP 429 apart where a service has more than one.
    """

    source: str
    title: str
    classes: Mapping[Weight, RequestClass]
    terms: str = ""
    key_env: str | None = None
    key_as: Literal["bearer", "header", "query"] = "bearer"
    key_name: str = ""
    key_page: str = ""
    public_parameters: tuple[str, ...] = ()
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    longest_wait: float = 120.0
    attempts: int = 5
    backoff: tuple[float, ...] = (1.0, 2.0, 4.0)
    jitter: float = 0.25
    daily_credits: int | None = None
    daily_credits_with_key: int | None = None
    usd_per_credit: float = 0.0
    reads_429: Callable[[Reply, Manners, datetime], Verdict] | None = field(default=None, repr=False)

    def rate(self, weight: Weight, keyed: bool) -> float:
        """Requests per second for this class of request."""
        found = self.classes[weight]
        return found.rate_with_key if keyed else found.rate

    def credits(self, weight: Weight) -> int:
        """What one request of this class costs, in credits."""
        return self.classes[weight].credits

    def usd(self, weight: Weight) -> float:
        """What one request of this class costs, in US dollars."""
        return self.credits(weight) * self.usd_per_credit

    def daily(self, keyed: bool) -> int | None:
        """Credits a day, or None where there is no daily budget."""
        return self.daily_credits_with_key if keyed else self.daily_credits

    def backoff_seconds(self, attempt: int, chance: float) -> float:
        """The pause after failed attempt ``attempt`` (from 1); ``chance`` in [0, 1) spreads it by ``jitter``."""
        base = self.backoff[min(attempt, len(self.backoff)) - 1]
        return base * (1 + self.jitter * chance)


MOST_OPERATORS = 5
"""A query with more upper-case AND, OR, NOT than this is ``broad`` on OpenAlex and has a rate of its own."""


def search_weight(query: str) -> Literal["search", "broad"]:
    """The class of a search by its (decoded) query: ``broad`` above five upper-case AND, OR, NOT."""
    return "broad" if len(re.findall(r"\b(?:AND|OR|NOT)\b", query)) > MOST_OPERATORS else "search"


def classify(reply: Reply, manners: Manners, now: datetime) -> Verdict:
    """Tell OpenAlex's three meanings of HTTP 429 apart.

    A feature of a paid plan (``Plan upgrade required``) is refused for good. A budget that does not cover the request
    is spent until its reset. Everything else is a throttle of some seconds.
    """
    found, words = fields_of(reply), words_of(reply)
    if str(found.get("error", "")).lower().startswith("plan upgrade required"):
        refused = f"{manners.title} refuses {short(reply.exchange.url)} on this plan ({words})"
        return Stop(RequestRefused(f"{refused}: ask without that filter or sort"))
    if _budget_gone(reply, manners, now):
        budget = read_budget(reply.exchange.headers, now, manners.usd_per_credit)
        return Stop(spent(manners, words, _reset(reply, budget, now), budget.limit if budget else None))
    return Again(f"HTTP 429: {words}" if words else "HTTP 429: asked too often", retry_after(reply, now))


def spent(manners: Manners, what: str, resets_in: float | None, limit: int | None) -> BudgetSpent:
    """The error for a day's budget that is used up.

    ``what`` says how it stands, ``resets_in`` is in seconds, ``limit`` the day's credits if known: where a key would
    give more of them, the error says so.
    """
    when = "tomorrow (it resets at 00:00 UTC)" if resets_in is None else f"in {span(resets_in)}, when it resets"
    text = f"the day's budget of {manners.title} is used up ({what}): run the same command again {when}"
    with_key = manners.daily(keyed=True)
    if manners.key_env and limit is not None and with_key is not None and limit < with_key:
        text += f", or now with a key in {manners.key_env} ({with_key:,} credits a day; see {manners.key_page})"
    return BudgetSpent(f"{text}; everything received so far is kept", resets_in)


def _budget_gone(reply: Reply, manners: Manners, now: datetime) -> bool:
    headers, found = reply.exchange.headers, fields_of(reply)
    budget = read_budget(headers, now, manners.usd_per_credit)
    required = _count(headers.get("x-ratelimit-credits-required", found.get("creditsRequired")))
    if budget is not None and required is not None:
        return not budget.covers(required)
    remaining = _count(found.get("creditsRemaining"))
    if remaining is not None and required is not None:
        return remaining + (_count(found.get("onetimeCreditsRemaining")) or 0) < required
    return "insufficient" in words_of(reply).lower()


def _reset(reply: Reply, budget: Budget | None, now: datetime) -> float | None:
    told = None if budget is None else budget.resets_in(now)
    return retry_after(reply, now) if told is None else told


def _count(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


OPENALEX = Manners(
    source="openalex",
    title="OpenAlex",
    terms="https://help.openalex.org/api/authentication",
    # https://help.openalex.org/api/authentication: one key, as a parameter or a bearer token; the header keeps it out
    # of addresses. A blank key is refused (HTTP 401), no key at all is served.
    key_env="OPENALEX_API_KEY",
    key_as="bearer",
    key_page="https://openalex.org/settings/api",
    # Rates as the server enforces them (the documented 100/s is higher): 10/s without a key, 30/s with a free one;
    # more than five AND/OR/NOT: 1/s and 5/s. Credits: https://help.openalex.org/access/example-costs; anything
    # grouped costs 1 credit, also over a search.
    classes=MappingProxyType(
        {
            "search": RequestClass(rate=10, rate_with_key=30, credits=10),
            "broad": RequestClass(rate=1, rate_with_key=5, credits=10),
            "probe": RequestClass(rate=1, rate_with_key=5, credits=1),
            "list": RequestClass(rate=10, rate_with_key=30, credits=1),
            "single": RequestClass(rate=10, rate_with_key=30, credits=0),
        }
    ),
    # https://help.openalex.org/access/pricing: $0.10 a day without a key, $1 with a free one; a credit is $0.0001.
    daily_credits=1_000,
    daily_credits_with_key=10_000,
    usd_per_credit=0.0001,
    # https://help.openalex.org/api/errors: 30 s time-out, pauses of 1, 2 and 4 s (the defaults above).
    reads_429=classify,
)


def one_rate(rate: float, with_key: float | None = None) -> Mapping[Weight, RequestClass]:
    """The classes of a service that has one rate (requests a second) for whatever is asked, and no prices."""
    one = RequestClass(rate, rate if with_key is None else with_key)
    return MappingProxyType({"search": one, "broad": one, "probe": one, "list": one, "single": one})


SEMANTICSCHOLAR = Manners(
    source="semanticscholar",
    title="Semantic Scholar",
    terms="https://www.semanticscholar.org/product/api",
    # https://www.semanticscholar.org/product/api/tutorial: the header x-api-key; keys are given out by a form. Without
    # one all the world shares a pool, and HTTP 429 is common: hence more attempts and longer pauses.
    key_env="S2_API_KEY",
    key_as="header",
    key_name="x-api-key",
    key_page="https://www.semanticscholar.org/product/api#api-key-form",
    # Pages of a bulk search are named by `token`, which is no secret.
    public_parameters=("token",),
    # One request a second over all endpoints together (allenai/s2-folks, README, 2026): every request of this source
    # goes out in one class, so that they keep their distance from each other.
    classes=one_rate(1),
    attempts=8,
    backoff=(2.0, 4.0, 8.0, 16.0, 32.0, 60.0),
    read_timeout=60.0,
)

EUROPEPMC = Manners(
    source="europepmc",
    title="Europe PMC",
    terms="https://europepmc.org/Copyright",
    # https://europepmc.org/RestfulWebService states no rate.
    classes=one_rate(1),
    read_timeout=60.0,
)

DOAJ = Manners(
    source="doaj",
    title="DOAJ",
    terms="https://doaj.org/terms",
    # https://doaj.org/docs/api/: two requests a second on average (unverified); one offends nobody.
    classes=one_rate(1),
)


def classify_core(reply: Reply, manners: Manners, now: datetime) -> Verdict:
    """Tell CORE's two meanings of HTTP 429 apart by how long it asks to wait.

    ``X-RateLimit-Retry-After`` (a date, or seconds; https://api.core.ac.uk/docs/v3) beyond ``longest_wait`` means that
    the day's tokens are spent; anything less, or nothing, is a throttle of a minute.
    """
    asked = _core_wait(reply, now)
    words = words_of(reply) or "asked too often"
    if asked is not None and asked > manners.longest_wait:
        return Stop(spent(manners, words, asked, None))
    hint = f"without a key CORE serves next to nothing: put one in {manners.key_env}, see {manners.key_page}"
    return Again(f"HTTP 429: {words}; {hint}", asked)


def _core_wait(reply: Reply, now: datetime) -> float | None:
    told = reply.exchange.headers.get("x-ratelimit-retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", told):
        return float(told)
    try:
        until = datetime.fromisoformat(re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", told))
    except ValueError:
        return retry_after(reply, now)
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


CORE = Manners(
    source="core",
    title="CORE",
    terms="https://core.ac.uk/terms",
    key_env="CORE_API_KEY",
    key_as="bearer",
    key_page="https://core.ac.uk/services/api",
    # https://core.ac.uk/services/api: tokens a day 100 without a key, 1,000 with one, 5,000 for universities; at most
    # 10 requests a minute (25 for persons). A page costs a token, so the slower rate loses nothing over a day.
    classes=one_rate(10 / 60),
    attempts=6,
    backoff=(5.0, 10.0, 30.0, 60.0),
    read_timeout=60.0,
    reads_429=classify_core,
)

ARXIV = Manners(
    source="arxiv",
    title="arXiv",
    terms="https://info.arxiv.org/help/api/tou.html",
    # One request every three seconds over one connection. It throttles with HTTP 429 or 503 and sends empty pages under
    # load: longer pauses between attempts.
    classes=one_rate(1 / 3),
    attempts=6,
    backoff=(5.0, 15.0, 30.0, 60.0),
    read_timeout=60.0,
)

ECONBIZ = Manners(
    source="econbiz",
    title="EconBiz",
    terms="https://api.econbiz.de/doc",
    # No rate is stated; one request a second offends nobody.
    classes=one_rate(1),
    read_timeout=60.0,
)

OPENAIRE = Manners(
    source="openaire",
    title="OpenAIRE",
    terms="https://graph.openaire.eu/docs/apis/terms",
    # A personal access token, good for one hour, as a bearer; without one all is served, but 60 requests an hour in
    # place of 7,200. (In October 2026 the server counted anonymous requests against 7,199 too; the terms say 60.)
    key_env="OPENAIRE_TOKEN",
    key_as="bearer",
    key_page="https://develop.openaire.eu/personal-token",
    classes=one_rate(60 / 3600, 7_200 / 3600),
    read_timeout=60.0,
)

# https://www.crossref.org/blog (5 November 2025), in force since 1 December 2025: single works 5/s, lists 1/s; with a
# mail address ("polite pool") 10/s and 3/s. The address is not secret to Crossref, but nobody else's business.
_CROSSREF_LIST = RequestClass(rate=1, rate_with_key=3)

CROSSREF = Manners(
    source="crossref",
    title="Crossref",
    terms="https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/",
    key_env="CROSSREF_MAILTO",
    key_as="query",
    key_name="mailto",
    key_page="https://www.crossref.org/documentation/retrieve-metadata/rest-api/tips-for-using-the-crossref-rest-api/",
    classes=MappingProxyType(
        {
            **dict.fromkeys(("search", "broad", "probe", "list"), _CROSSREF_LIST),
            "single": RequestClass(rate=5, rate_with_key=10),
        }
    ),
    read_timeout=60.0,
)

OPENCITATIONS = Manners(
    source="opencitations",
    title="OpenCitations",
    terms="https://api.opencitations.net/index/v2",
    # The token goes into the header as it is, without "Bearer"; a wrong one is refused (HTTP 403), none is served.
    key_env="OPENCITATIONS_TOKEN",
    key_as="header",
    key_name="authorization",
    key_page="https://opencitations.net/accesstoken",
    # 180 requests a minute and address.
    classes=one_rate(3),
    read_timeout=60.0,
)

_SLOW = RequestClass(rate=1, rate_with_key=1)

DEFAULT = Manners(
    source="default",
    title="the service",
    # For a service that states no limits: one request a second offends nobody.
    classes=MappingProxyType({"search": _SLOW, "broad": _SLOW, "probe": _SLOW, "list": _SLOW, "single": _SLOW}),
)

MANNERS: Mapping[str, Manners] = MappingProxyType(
    {
        "openalex": OPENALEX,
        "semanticscholar": SEMANTICSCHOLAR,
        "europepmc": EUROPEPMC,
        "doaj": DOAJ,
        "core": CORE,
        "arxiv": ARXIV,
        "econbiz": ECONBIZ,
        "openaire": OPENAIRE,
        "crossref": CROSSREF,
        "opencitations": OPENCITATIONS,
        "default": DEFAULT,
    }
)
"""One row a source; ``default`` stands in for the others."""


def manners_of(source: str, table: Mapping[str, Manners] = MANNERS) -> Manners:
    """The row of a source, or the default row under its name."""
    if source in table:
        return table[source]
    return replace(table.get("default", DEFAULT), source=source, title=source)
