"""The entry point: finds the command, and turns every error into one message and an exit code."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from slr import __version__
from slr.cli.commands import COMMANDS, overview
from slr.errors import ConfigError, SlrError

if TYPE_CHECKING:
    import typer

INTERRUPTED = 130
USAGE = 2
BUG = 3


def main(argv: list[str] | None = None) -> None:
    """Run ``slr`` with these arguments (default: the process's) and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal that cannot show a letter of a title shows a question mark
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: list[str]) -> int:
    """Run one command; returns the exit code. Nothing escapes: a failure is a sentence, never a traceback."""
    try:
        code = _dispatch(argv)
        sys.stdout.flush()  # now, so that a reader who went away is noticed here and not at the interpreter's end
        return code
    except ConfigError as error:
        _complain(_all_problems(error.problems))
        return error.exit_code
    except SlrError as error:
        _complain(f"slr: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        _complain("slr: interrupted; what was done is kept, run the command again to go on")
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        return _system_refuses(error)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        return _store_refuses(error) or _our_bug(error, argv)


def _dispatch(argv: list[str]) -> int:
    if argv and argv[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview(__version__))
        return 0
    if argv and argv[0] == "--version":
        sys.stdout.write(f"slr {__version__}\n")
        return 0
    if not argv or argv[0].startswith("-"):
        argv = ["status", *argv]
    if argv[0] not in COMMANDS and "_SLR_COMPLETE" not in os.environ:
        _complain(_unknown(argv[0]))
        return USAGE
    names = COMMANDS if "_SLR_COMPLETE" in os.environ else [argv[0]]
    try:
        build(names)(argv, prog_name="slr")
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            raise KeyboardInterrupt from None
        if isinstance(leaving.__context__, BrokenPipeError):
            raise BrokenPipeError from None
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def build(names: object) -> typer.Typer:
    """A Typer application of the named commands only, so that no command pays for another's imports."""
    from importlib import import_module

    import typer

    app = typer.Typer(name="slr", add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(_keep_names)
    for name in names:  # type: ignore[attr-defined]
        import_module(f"slr.cli.{COMMANDS[name].module}").register(app)
    return app


def _keep_names() -> None:
    """Systematic literature reviews from the command line."""


def _all_problems(problems: list[str]) -> str:
    if len(problems) == 1:
        return f"slr: {problems[0]}"
    return "\n  ".join([f"slr: {len(problems)} problems in the files of the review:", *problems])


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean 'slr {near[0]}'?" if near else "'slr --help' lists the commands"
    return f"slr: there is no command '{name}'; {hint}"


def _system_refuses(error: OSError) -> int:
    import errno

    where = f" {error.filename}" if error.filename else ""
    if error.errno == errno.ENOSPC:
        _complain("slr: no space left on the disk: free some and run the command again; nothing that was saved is lost")
    else:
        _complain(f"slr:{where} {error.strerror or error}: mend that (permissions? a missing folder?) and run again")
    return 1


def _store_refuses(error: Exception) -> int | None:
    """The exit code if it is SQLite that failed in reading, for a cause that the user can mend."""
    from slr.store.connection import explained

    told = explained(error)
    if told is None:
        return None
    _complain(f"slr: {told}")
    return told.exit_code


def _reader_left() -> int:
    """Whoever read the output (``| head``) has enough; what was not yet done is left, so it counts as interrupted."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be written goes nowhere
    return INTERRUPTED


def _our_bug(error: Exception, argv: list[str]) -> int:
    try:
        where = f"please report it with {_logged(error, argv)}"
    except OSError as trouble:
        where = f"and its log could not be written ({trouble.strerror}): please report what you did"
    _complain(f"slr: this is a bug of slr ({type(error).__name__}); what was saved before is kept; {where}")
    return BUG


def _logged(error: Exception, argv: list[str]) -> Path:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="slr-bug-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"slr {__version__}\ncommand: slr {' '.join(argv)}\n\n")
        log.write("".join(traceback.format_exception(error)))
    return Path(log.name)


def _complain(text: str) -> None:
    sys.stderr.write(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
