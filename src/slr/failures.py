"""Several failures as one: of sources that do not stop each other. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from slr.errors import SlrError, Unfinished, UserError


def together(failures: Sequence[SlrError]) -> SlrError | None:
    """One error for all (None: nothing failed): Unfinished only if running again is all that is needed."""
    if len(failures) < 2:
        return failures[0] if failures else None
    text = "; ".join(str(error) for error in failures)
    helps = all(isinstance(error, Unfinished) for error in failures)
    return Unfinished(text) if helps else UserError(text)
