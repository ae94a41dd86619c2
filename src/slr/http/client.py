"""The HTTP client: every request of slr goes through ``Http.fetch``."""

from __future__ import annotations

import random as chance
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import quote, urljoin, urlsplit

from slr import __version__
from slr.errors import ArchiveError, KeyRefused, PartialReply, SlrError
from slr.http.archive import Archive, Outcome, new_exchange
from slr.http.budget import Budget, Usage, number, read_budget
from slr.http.events import BudgetSeen, Event, Fetched, Retrying, Waiting
from slr.http.judge import gives_up, judge, judge_trouble
from slr.http.manners import MANNERS, Manners, manners_of, spent
from slr.http.messages import CutOffReply, Reply, Request, Retry, Weight, short
from slr.http.pace import Pace
from slr.http.redaction import SHORTEST_SECRET, Secrets, redact, secrets_of
from slr.http.verdicts import Accept, Again, Stop, Verdict, span
from slr.http.wire import Answer, Wire

__all__ = ["Http", "Reply", "Request", "Retry", "Weight"]

USER_AGENT = f"slr/{__version__} (+https://github.com/slr-reviews/slr)"
MOST_REDIRECTS = 3


def _now() -> datetime:
    return datetime.now(UTC)


def accept_all(reply: Reply) -> None:
    """The check that accepts every reply."""


def ignore(event: Event) -> None:
    """The listener that does nothing."""


class Http:
    """Asks services politely, within their budgets, and archives every exchange under ``run_id``.

    A request that this run already has a complete reply to is answered from the archive, so the same calls resume an
    interrupted run, and with ``offline`` replay a finished one. ``environ`` holds the keys, under the names that the
    manners give; ``now``, ``monotonic``, ``sleep`` and ``random`` are the clock (UTC), the stop-watch, the pause and
    the chance in [0, 1). ``listen`` is called with every event. Not for several threads at once.
    """

    def __init__(
        self,
        archive: Archive,
        manners: Mapping[str, Manners] = MANNERS,
        *,
        run_id: str,
        environ: Mapping[str, str],
        clock: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        listen: Callable[[Event], None] | None = None,
        offline: bool = False,
    ) -> None:
        self.archive, self.run_id, self.offline = archive, run_id, offline
        self._table, self._environ = manners, environ
        self._clock, self._monotonic, self._sleep, self._random = clock, monotonic, sleep, random
        self._listen = listen or ignore
        self._pace, self._wire = Pace(monotonic), Wire(USER_AGENT)
        self._budgets: dict[str, Budget] = {}
        self._usage: dict[str, Usage] = {}
        rows = [*manners.values(), *MANNERS.values()]
        self._secrets = Secrets(frozenset(environ.get(row.key_env, "").strip() for row in rows if row.key_env))

    def __enter__(self) -> Http:
        """Use as a context: connections are closed at its end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def usage(self, source: str) -> Usage:
        """What this client has asked of a source so far."""
        return self._usage.get(source, Usage())

    def budget(self, source: str) -> Budget | None:
        """The day's budget by the latest reply of a source to this client, or None if none told."""
        return self._budgets.get(source)

    def has_key(self, source: str) -> bool:
        """Whether the environment holds a key for a source; an empty one is none."""
        return bool(self._key(manners_of(source, self._table)))

    def fetch(self, request: Request, check: Callable[[Reply], None] = accept_all) -> Reply:
        """The reply to a request: from this run's archive if it is there, else asked for until it is complete.

        ``check`` may refuse a reply of status 2xx: PartialReply and Retry ask again, any other error ends it.

        Raises KeyRefused (401, 403), RequestRefused (other 4xx), ReplyError (not the service's format, or cut off in
        every attempt), PartialReply, SourceDown (the last attempt failed, or the service asks for a long pause),
        BudgetSpent (the day's budget does not cover the request), ArchiveError (offline and not archived, or
        damaged), ReviewError (the archive cannot be written).
        """
        found, url = self._archived(request)
        return found or self._ask(request, url, check)

    def keep(self, source: str, url: str, produce: Callable[[], bytes]) -> Reply:
        """What ``produce`` reads from files (nobody is asked), kept in the archive like a reply to ``url``.

        In the order of ``fetch``: what this run has kept already is handed back and ``produce`` is not called; offline,
        ArchiveError is raised for what is not there. Raises ReviewError if the archive cannot be written.
        """
        request = Request(source, url)
        found, _ = self._archived(request)
        if found is not None:
            return found
        reply = self._sketch(request, Answer(200, {}, produce()))
        exchange = replace(reply.exchange, outcome="complete")
        self.archive.put(exchange, reply.body)
        return replace(reply, exchange=exchange)

    def _archived(self, request: Request) -> tuple[Reply | None, str]:
        """This run's complete reply to a request, if any, and the request's address without secrets."""
        sketch = self._sketch(request, Answer(200, {}, b""))
        found, url = self.archive.find(self.run_id, sketch.exchange.key), sketch.exchange.url
        if found is not None:
            self._count(request.source, from_archive=1)
            return Reply(found, self.archive.body(found), from_archive=True), url
        if self.offline:
            asked = f"{request.method} {short(url)}"
            mend = "search again without --replay to ask for it"
            raise ArchiveError(f"the archive of run {self.run_id} has no complete reply to {asked}: {mend}")
        return None, url

    # asking

    def _ask(self, request: Request, url: str, check: Callable[[Reply], None]) -> Reply:
        manners = manners_of(request.source, self._table)
        attempt = 1
        while True:
            reply, verdict = self._attempt(request, manners, check)
            if isinstance(verdict, Accept):
                return reply
            if isinstance(verdict, Stop):
                raise verdict.error
            if attempt >= manners.attempts:
                raise verdict.error or gives_up(manners, url, verdict, attempt)
            self._pause(manners, url, verdict, attempt)
            self._count(request.source, retries=1)
            attempt += 1

    def _attempt(self, request: Request, manners: Manners, check: Callable[[Reply], None]) -> tuple[Reply, Verdict]:
        """Ask once, look at the reply, and archive it with its outcome, whatever that is."""
        answer = self._send(request, manners)
        reply = self._sketch(request, answer)
        outcome: Outcome = "failed"
        try:
            verdict = self._judge(request, reply, answer, manners)
            if isinstance(verdict, Accept):
                if not reply.is_missing:
                    check(reply)
                outcome = "complete"
        except (PartialReply, CutOffReply) as error:
            outcome, verdict = "partial", Again(str(error), error=error)
        except Retry as error:
            verdict = Again(error.why, error=error.error)
        except SlrError as error:
            verdict = Stop(error)
        finally:
            if answer.status:
                kept = "partial" if answer.trouble else outcome
                self.archive.put(replace(reply.exchange, outcome=kept), reply.body)
        return reply, verdict

    def _judge(self, request: Request, reply: Reply, answer: Answer, manners: Manners) -> Verdict:
        if answer.trouble and (answer.status == 0 or 200 <= answer.status < 300):
            return judge_trouble(reply, answer.trouble, manners)
        if request.may_be_missing and reply.is_missing:
            return Accept()
        return judge(reply, manners, bool(self._key(manners)), self._clock())

    def _pause(self, manners: Manners, url: str, verdict: Again, attempt: int) -> None:
        """Wait before the next attempt, as long as the service asks for, and at least the backoff."""
        seconds = max(verdict.after or 0.0, manners.backoff_seconds(attempt, self._random()))
        if seconds > manners.longest_wait:
            patience = replace(verdict, why=f"{verdict.why}; it asks to wait {span(seconds)}")
            raise gives_up(manners, url, patience, attempt)
        self._wait(manners.source, seconds, verdict.why)
        self._listen(Retrying(manners.source, attempt + 1, verdict.why))

    def _send(self, request: Request, manners: Manners) -> Answer:
        """Send a request and follow redirects that stay on its host; the key never leaves for another one."""
        url = request.url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send_once(replace(request, url=url), manners)
            target = _redirect(answer, request, url)
            if target is None:
                break
            url = target
        return answer

    def _send_once(self, request: Request, manners: Manners) -> Answer:
        key = self._key(manners)
        self._watch_budget(request, manners)
        lane = (request.source, request.weight)
        self._wait(request.source, self._pace.wait(lane), "politeness")
        self._pace.sent(lane, manners.rate(request.weight, bool(key)))
        url, headers = _with_key(request, manners, key)
        start = self._monotonic()
        times = (manners.connect_timeout, manners.read_timeout)
        answer = self._wire.send(request.method, url, headers, request.payload, times)
        self._note(request, manners, answer, self._monotonic() - start)
        return answer

    def _wait(self, source: str, seconds: float, why: str) -> None:
        if seconds > 0:
            self._listen(Waiting(source, seconds, why))
            self._sleep(seconds)

    # keys and secrets

    def _key(self, manners: Manners) -> str:
        key = self._environ.get(manners.key_env or "", "").strip()
        if key and not re.fullmatch(rf"[!-~]{{{SHORTEST_SECRET},}}", key):
            wanted = f"at least {SHORTEST_SECRET} letters, digits and signs without a space"
            raise KeyRefused(f"what is in {manners.key_env} cannot be a key of {manners.title}: it has {wanted}")
        return key

    def _sketch(self, request: Request, answer: Answer) -> Reply:
        """The reply as it will be archived if it proves complete: nothing in it holds a secret."""
        manners = manners_of(request.source, self._table)
        self._secrets = self._secrets.also(secrets_of(request.url, manners.public_parameters))
        url, headers = redact(request.url, answer.headers, manners.public_parameters)
        body, hide = self._secrets.hide_bytes(answer.body), self._secrets.hide
        exchange = new_exchange(
            exchange_id=self.archive.next_id(self.run_id),
            run_id=self.run_id,
            source=request.source,
            method=request.method,
            url=hide(url),
            request_body=self._secrets.hide_bytes(request.payload or b""),
            status=answer.status,
            headers={name: hide(value) for name, value in headers.items()},
            body=body,
            fetched_at=self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return Reply(exchange, body)

    # budget and usage

    def _watch_budget(self, request: Request, manners: Manners) -> None:
        """Refuse to ask what the latest reply says will not be served before the budget's reset."""
        budget, credits = self.budget(request.source), manners.credits(request.weight)
        if budget is None or budget.covers(credits):
            return
        resets_in = budget.resets_in(self._clock())
        if resets_in:
            left = f"{budget.remaining:,} of {budget.limit:,} credits left, the next request costs {credits}"
            raise spent(manners, left, resets_in, budget.limit)

    def _note(self, request: Request, manners: Manners, answer: Answer, seconds: float) -> None:
        """Count a request, its cost, and the budget that its reply tells of."""
        source, headers = request.source, {name.lower(): value for name, value in answer.headers.items()}
        served = 200 <= answer.status < 300
        credits = number(headers, "x-ratelimit-credits-used")
        usd = number(headers, "x-ratelimit-cost-usd")
        paid = int(credits) if credits is not None else manners.credits(request.weight) * served
        self._count(source, requests=1, credits=paid)
        self._usage[source] = self.usage(source).costing(paid * manners.usd_per_credit if usd is None else usd)
        if answer.status:
            url = self._secrets.hide(redact(request.url, {}, manners.public_parameters)[0])
            self._listen(Fetched(source, url, answer.status, seconds))
        budget = read_budget(headers, self._clock(), manners.usd_per_credit) if manners.daily_credits else None
        if budget is not None:
            self._budgets[source] = budget
            self._listen(BudgetSeen(source, budget))

    def _count(self, source: str, **more: int) -> None:
        self._usage[source] = self.usage(source).plus(**more)


def _with_key(request: Request, manners: Manners, key: str) -> tuple[str, dict[str, str]]:
    """The address and the headers as sent, with the key where the service wants it."""
    headers = {"Accept": request.accept}
    if request.json is not None:
        headers["Content-Type"] = "application/json"
    elif request.body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if key and manners.key_as == "query":
        joint = "&" if urlsplit(request.url).query else "?"
        return f"{request.url}{joint}{manners.key_name}={quote(key, safe='')}", headers
    if key and manners.key_as == "header":
        headers[manners.key_name] = key
    elif key:
        headers["Authorization"] = f"Bearer {key}"
    return request.url, headers


def _redirect(answer: Answer, request: Request, url: str) -> str | None:
    """Where a redirect leads, if it may be followed: for a GET, on the same host, never from https to http."""
    location = {name.lower(): value for name, value in answer.headers.items()}.get("location")
    if request.method != "GET" or not location or answer.status not in (301, 302, 303, 307, 308):
        return None
    target = urljoin(url, location)
    here, there = urlsplit(url), urlsplit(target)
    same = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)
    upgraded = (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname
    return target if same or (upgraded and here.port is there.port is None) else None
