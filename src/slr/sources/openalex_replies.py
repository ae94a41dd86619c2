"""What a reply of OpenAlex must look like before anything is read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slr.errors import PartialReply, ReplyError
from slr.http.messages import Reply, Retry, origin, short
from slr.model import Record


def check_object(reply: Reply) -> None:
    """A check for ``Http.fetch``: raises ReplyError unless the reply is a JSON object."""
    if not isinstance(reply.json(), dict):
        raise ReplyError(f"{_told(reply)} with JSON that is no object: {_mend(reply)}")


def check_list(reply: Reply, cursor: str | None = None) -> None:
    """A check for ``Http.fetch``: the reply is a whole list of works, or of groups.

    Raises Retry (PartialReply in the end) if OpenAlex says that its search ran out of time, ReplyError if
    ``meta.count`` or ``results`` are not there, or if the next cursor is ``cursor``, the one that was asked with.
    """
    check_object(reply)
    answer = reply.json()
    meta = answer.get("meta")
    if not isinstance(meta, dict) or type(meta.get("count")) is not int:
        raise ReplyError(f"{_told(reply)} without `meta.count`: {_mend(reply)}")
    if meta.get("timed_out"):
        raise Retry("its search ran out of time", _ran_out(reply))
    if not isinstance(answer.get("results"), list) and not isinstance(answer.get("group_by"), list):
        raise ReplyError(f"{_told(reply)} without a list `results`: {_mend(reply)}")
    if cursor is not None:
        _check_page(reply, cursor)


def _check_page(reply: Reply, cursor: str) -> None:
    answer = reply.json()
    if not isinstance(answer.get("results"), list):
        raise ReplyError(f"{_told(reply)} without a list `results`: {_mend(reply)}")
    onward = answer["meta"].get("next_cursor")
    if onward == cursor:
        raise ReplyError(
            f"{_told(reply)} with the same cursor again, so that reading on would never end: "
            f"search again later, or {_mend(reply)}"
        )
    if onward is not None and not isinstance(onward, str):
        raise ReplyError(f"{_told(reply)} with a `meta.next_cursor` that is no text: {_mend(reply)}")


def works(
    results: Iterable[Any], read: Callable[[Any], Record], where: str
) -> tuple[tuple[Record, ...], tuple[int, ...], tuple[str, ...]]:
    """The records of a list of works, their places in it (from 0), and a sentence for each that cannot be read."""
    records: list[Record] = []
    positions: list[int] = []
    warnings: list[str] = []
    for position, work in enumerate(results):
        try:
            records.append(read(work))
        except (ValueError, TypeError, AttributeError) as error:
            warnings.append(f"{_named(work)} at place {position + 1} of {short(where)} is left out: it {error}.")
        else:
            positions.append(position)
    return tuple(records), tuple(positions), tuple(warnings)


def budget(reply: Reply) -> str:
    """A sentence on what ``/rate-limit`` says; raises ReplyError if it says nothing of a budget."""
    found = reply.json().get("rate_limit")
    try:
        left, whole, seconds = (
            float(found[name]) for name in ("daily_remaining_usd", "daily_budget_usd", "resets_in_seconds")
        )
    except (KeyError, TypeError, ValueError):
        raise ReplyError(f"{_told(reply)} without a budget in `rate_limit`: {_mend(reply)}") from None
    rest = f"${left:g} of today's ${whole:g} are left, reset in {_hours(seconds)}"
    return f"OpenAlex answers and accepts the key; {rest}."


def budget_headers(reply: Reply) -> str:
    """A sentence on the budget that the headers of a reply tell of."""
    headers: Mapping[str, str] = reply.exchange.headers
    left, whole = headers.get("x-ratelimit-remaining-usd"), headers.get("x-ratelimit-limit-usd")
    if left is None or whole is None:
        return "OpenAlex answers without a key; it does not say what budget is left."
    try:
        reset = f", reset in {_hours(float(headers['x-ratelimit-reset']))}"
    except (KeyError, ValueError):
        reset = ""
    return f"OpenAlex answers without a key; ${left} of today's ${whole} are left{reset}."


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def _named(work: object) -> str:
    found = work.get("id") if isinstance(work, Mapping) else None
    return f"The work {found}" if found else "A work without id"


def _ran_out(reply: Reply) -> PartialReply:
    return PartialReply(
        f"{_told(reply)} only in part to {short(reply.exchange.url)} (`meta.timed_out`): run the command again later; "
        "nothing of this page was used"
    )


def _told(reply: Reply) -> str:
    return f"{origin(reply.exchange.url)} answered"


def _mend(reply: Reply) -> str:
    return f"check `base_url` of {reply.exchange.source} in config/review.yaml ({short(reply.exchange.url)})"
