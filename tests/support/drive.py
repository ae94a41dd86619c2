"""``slr run`` as processes that tests kill: each line ``DIR<tab>WHAT`` on standard input becomes a process of its own.

The process is forked once everything is imported, so that a kill meets the work and not Python's start. Its number is
printed when it begins, its exit code when it has ended. The clock stands still, so that outputs can be compared.
"""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas
import vl_convert

from slr.cli.common import Voice
from slr.cli.run import everything
from slr.review import open_review
from slr.search.stage import search
from slr.store import runs
from tests.support.sources import KEY

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PRELOADED = (duckdb, pandas, vl_convert)


def work(folder: str, what: str) -> None:
    environ = {"OPENALEX_API_KEY": KEY}
    review = open_review(Path(folder), clock=lambda: NOW, sleep=lambda _: None, environ=environ)
    with review.locked(what):
        if what == "run":
            everything(Voice(as_json=True, quiet=True), review)
        elif (latest := runs.latest(review.store.db, "search")) is None or latest.status != "complete":
            search(review).whole()
    review.close()


def child(folder: str, what: str) -> None:
    """Never returns: the child must not read the lines that are meant for its parent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its parent alone speaks to the test
    code = 1
    try:
        work(folder, what)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def main() -> None:
    while line := sys.stdin.readline():
        folder, what = line.rstrip("\n").split("\t")
        pid = os.fork()
        if not pid:
            child(folder, what)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
