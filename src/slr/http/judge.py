"""The verdict on a reply by its status: which failures can be mended by asking again, and by whom the others."""

from __future__ import annotations

from datetime import datetime

from slr.errors import KeyRefused, ReplyError, RequestRefused, SourceDown
from slr.http.manners import Manners
from slr.http.messages import CutOffReply, Reply, origin, short
from slr.http.verdicts import Accept, Again, Stop, Verdict, retry_after, words_of
from slr.http.wire import Trouble

MENDABLE = frozenset({408, 425})
"""Client errors that are about the moment, not the request: time-out and too early."""

HOPELESS = frozenset({501, 505})
"""Server errors that no waiting mends: not implemented, HTTP version not supported."""


def judge(reply: Reply, manners: Manners, keyed: bool, now: datetime) -> Verdict:
    """The verdict on a reply that came to its end."""
    status = reply.exchange.status
    if 200 <= status < 300:
        return Accept()
    if status in (401, 403):
        return Stop(_key_refused(reply, manners, keyed))
    if status == 429:
        reads = manners.reads_429 or _throttled
        return reads(reply, manners, now)
    if status in MENDABLE or (status >= 500 and status not in HOPELESS):
        return Again(_said(reply), retry_after(reply, now))
    if 300 <= status < 400:
        return Stop(_moved(reply))
    where = short(reply.exchange.url)
    return Stop(RequestRefused(f"{manners.title} refuses the request {where} ({_said(reply)}): mend what it names"))


def judge_trouble(reply: Reply, trouble: Trouble, manners: Manners) -> Verdict:
    """The verdict on a request without a reply, or with one that broke off."""
    url, size = reply.exchange.url, reply.exchange.body_bytes
    if not trouble.again:
        mend = f"check `base_url` of {reply.exchange.source} in config/review.yaml and the network"
        error = f"{short(url)} cannot be used, {trouble.why}: {mend}"
        if trouble.no_address:
            return Stop(RequestRefused(error))
        return Stop(ReplyError(error) if reply.exchange.status else SourceDown(error))
    if reply.exchange.status == 0:
        return Again(trouble.why)
    text = f"the reply of {manners.title} to {short(url)} is cut off after {size} bytes: run the command again"
    return Again(trouble.why, error=CutOffReply(text))


def gives_up(manners: Manners, url: str, verdict: Again, attempts: int) -> SourceDown:
    """The error after the last attempt, or when the service asks for a longer wait than ``longest_wait``."""
    tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    text = f"{manners.title} does not serve {short(url)} after {tries} ({verdict.why})"
    return SourceDown(f"{text}: run the same command again later; everything received so far is kept")


def _throttled(reply: Reply, manners: Manners, now: datetime) -> Verdict:
    del manners
    return Again(_said(reply), retry_after(reply, now))


def _said(reply: Reply) -> str:
    words = words_of(reply)
    return f"HTTP {reply.exchange.status}: {words}" if words else f"HTTP {reply.exchange.status}"


def _key_refused(reply: Reply, manners: Manners, keyed: bool) -> KeyRefused | RequestRefused:
    said, where = _said(reply), f" (see {manners.key_page})" if manners.key_page else ""
    if manners.key_env is None:
        where = short(reply.exchange.url)
        return RequestRefused(f"{manners.title} refuses {where} ({said}): it may bar this network")
    if keyed:
        return KeyRefused(f"{manners.title} refuses the key in {manners.key_env} ({said}): correct or unset it{where}")
    return KeyRefused(f"{manners.title} wants a key ({said}): put one in the variable {manners.key_env}{where}")


def _moved(reply: Reply) -> ReplyError:
    told = f"{origin(reply.exchange.url)} answered {short(reply.exchange.url)} with a redirect that is not followed"
    mend = f"check `base_url` of {reply.exchange.source} in config/review.yaml"
    return ReplyError(f"{told} (HTTP {reply.exchange.status}; another host, or too many in a row): {mend}")
