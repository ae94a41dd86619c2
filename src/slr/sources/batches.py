"""Values a few at a time, for services that take so many identifiers a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice


def batches(values: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    """The distinct values in order, up to ``most`` at a time."""
    distinct = iter(dict.fromkeys(values))
    while some := tuple(islice(distinct, most)):
        yield some
