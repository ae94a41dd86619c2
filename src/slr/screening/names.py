"""Which names reviewers may have: they are names of files too, on every system."""

from __future__ import annotations

import re
import unicodedata

from slr.errors import NotFound, UserError
from slr.review import Review
from slr.store import decisions as log

_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.])?")
"""The same as the configuration allows."""


def check_reviewer(review: Review, reviewer: str) -> None:
    """A reviewer must be one that is known; where none are configured, any name that is a file name of its own.

    Raises NotFound for one who is not configured, UserError for a name that cannot be one.
    """
    configured = review.config.reviewers
    if configured and reviewer not in configured:
        raise NotFound(
            f"'{reviewer}' is not a reviewer of this review (config/review.yaml has: {', '.join(configured)})"
        )
    check_name(review, reviewer)


def check_name(review: Review, reviewer: str) -> None:
    """A name must be a file name on every system, and no other's in another letter case. Raises UserError."""
    if not _NAME.fullmatch(reviewer) or unicodedata.normalize("NFC", reviewer) != reviewer:
        raise UserError(
            f"{reviewer!r} cannot be a reviewer's name, as it is the name of a file too: write letters, digits, "
            "spaces, hyphens or dots, at most 64"
        )
    for other in log.reviewers(review.store.db):
        if other != reviewer and other.casefold() == reviewer.casefold():
            raise UserError(
                f"'{reviewer}' and '{other}' would share one file on many systems: write '{other}' or another name"
            )
