"""Several failures as one: of sources that do not stop each other. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from slr.errors import SlrError, Unfinished, UserError


def together(failures: Sequence[SlrError], asked: int) -> SlrError | None:
    """One error for the failures among ``asked`` sources; None if nothing failed.

    Unfinished (exit code 4) where the run is left with what the other sources gave, or where running again is all that
    is needed; UserError (1) where no source got through before something is mended.
    """
    if not failures:
        return None
    helps = len(failures) < asked or all(isinstance(error, Unfinished) for error in failures)
    if len(failures) == 1 and isinstance(failures[0], Unfinished) == helps:
        return failures[0]
    text = "; ".join(str(error) for error in failures)
    return Unfinished(text) if helps else UserError(text)
