"""Every error a user can meet, and the exit code it ends with.

SlrError
├── UserError (exit 1)          the user can mend it: what, where, what to do
│   ├── ConfigError             search_terms.yaml or config/*.yaml: all problems at once
│   ├── ReviewError             not a review folder; another slr works on it; read-only; disk full
│   ├── StoreError              the store is damaged or from a newer slr
│   ├── QueryError              a phrase or a matrix that a platform cannot search exactly
│   ├── KeyRefused              the service refuses the key, or wants one
│   ├── ReplyError              the service answered something that is not its own format
│   ├── RequestRefused          the service says the request is wrong (HTTP 4xx)
│   ├── ArchiveError            an archived reply is changed, or missing in a replay
│   ├── ImportFileError         a file that cannot be read as an export of records
│   └── NotFound                no such work, record, reviewer, stage, box
├── Unfinished (exit 4)         stopped with work left; safe to run again
│   ├── BudgetSpent             the day's budget of a source is used up
│   ├── SourceDown              a source does not answer, or answers with errors only
│   └── PartialReply            a reply that says itself that it is incomplete
└── OurBug (exit 3)             should not happen: a broken PRISMA identity, an impossible state
"""

from __future__ import annotations


class SlrError(Exception):
    """Base of all errors of slr; its text is shown to the user as it is.

    ``exit_code`` is the process's exit code: 1 the user can mend it, 3 a bug of slr, 4 stopped with work left.
    """

    exit_code = 1


class UserError(SlrError):
    """Something the user can mend: the text says what, where and what to do."""


class ConfigError(UserError):
    """One or more problems in the YAML files of a review; ``problems`` holds a line for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ReviewError(UserError):
    """The review folder cannot be worked on."""


class StoreError(UserError):
    """The store of the review cannot be used."""


class QueryError(UserError):
    """A phrase or a matrix that a platform cannot search exactly."""


class KeyRefused(UserError):
    """A service refuses the key, or wants one."""


class ReplyError(UserError):
    """A service answered something that is not its own format (HTML, cut off, without results …)."""


class RequestRefused(UserError):
    """A service says that the request itself is wrong (an HTTP 4xx that no waiting mends)."""


class ArchiveError(UserError):
    """An archived reply is changed, or the archive lacks one that a replay needs."""


class ImportFileError(UserError):
    """A file that cannot be read as an export of records."""


class NotFound(UserError):
    """No such work, record, reviewer, stage or box."""


class Unfinished(SlrError):
    """Stopped with work left; running the command again goes on from there."""

    exit_code = 4


class BudgetSpent(Unfinished):
    """The day's budget of a source is used up; ``resets_in`` is in seconds (None: unknown)."""

    def __init__(self, message: str, resets_in: float | None = None) -> None:
        self.resets_in = resets_in
        super().__init__(message)


class SourceDown(Unfinished):
    """A source does not answer, or only with errors of its own."""


class PartialReply(Unfinished):
    """A reply that says itself that it is incomplete (a soft time-out)."""


class OurBug(SlrError):
    """Something that should not happen: a broken identity between PRISMA boxes, an impossible state."""

    exit_code = 3
