"""Reviews with works to screen, and short ways to decide on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slr.review import Review
from slr.screening.decisions import decide
from slr.verdicts import Event
from tests.support.imported import REVIEW, entry, opened, settle, take, work_ids

STAGE, LAST = "title-abstract", "full-text"
TITLES = (
    "Local buzz and global pipelines", "Trade fairs of the Ruhr valley", "Spinning wool in Prato",
    "A matter of distant ties", "Glass makers and their suppliers", "On leaving the district behind",
    "Venture money travels", "Boats, sails and rope",
)  # fmt: skip


@contextmanager
def screening(folder: Path, n: int = 4, review: str = REVIEW) -> Iterator[tuple[Review, list[str]]]:
    """A review with ``n`` works (at most eight) that nobody has decided yet, and their ids."""
    with opened(folder, review) as found:
        take(found, "".join(entry(title, year=2000 + i) for i, title in enumerate(TITLES[:n])), "EBSCO")
        settle(found)
        yield found, work_ids(found)


def says(review: Review, who: str, work: str, verdict: str, stage: str = STAGE, **more: Any) -> Event:
    return decide(review, work, verdict, stage=stage, reviewer=who, **more)
