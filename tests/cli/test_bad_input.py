"""Bad input: each is one sentence that names the file, the key or line and the remedy; exit 1; nothing is lost."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slr.search.stage import search
from slr.store import records
from tests.cli.support import Terminal, ended, process, terminal
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import HITS, REVIEW, TERMS, corpus, lay_out, reviewing

__all__ = ["terminal"]

NOWHERE = "http://127.0.0.1:9"


def with_review(old: str, new: str) -> str:
    assert old in REVIEW
    return REVIEW.replace(old, new)


# the files


def test_every_problem_of_both_files_is_told_at_once_with_its_line_and_the_nearest_known_key(
    terminal: Terminal, tmp_path: Path
) -> None:
    review = with_review("title:", "titel:").replace("max_records: {most}", "max_records: many")
    lay_out(tmp_path, NOWHERE, review=review, terms=TERMS.replace("axes:", "axis:").replace("combine:", "combin:"))
    said = terminal("validate", "--review", tmp_path)
    assert said.code == 1 and said.out == ""
    first, *problems = said.err.strip().split("\n")
    assert first == f"slr: {len(problems)} problems in the files of the review:"
    assert len(problems) >= 3
    text = said.err
    for words in ("search_terms.yaml, line 1", "axes", "config/review.yaml, line 1", "title", "line 3", "max_records"):
        assert words in text, words


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("axes: {}\n", ("search_terms.yaml", "line 1")),
        ("axes: {terms: [], concepts: [cluster]}\n", ("search_terms.yaml", "line 1", "terms")),
        ("axes:\n  terms: ['say \"yes\"']\n  concepts: [cluster]\n", ("search_terms.yaml", "line 2", '"')),
        ("axes:\n  terms: [trust OR faith]\n  concepts: [cluster]\n", ("search_terms.yaml", "line 2", "OR")),
        ("axes: [\n", ("search_terms.yaml", "line")),
        ("", ("search_terms.yaml",)),
    ],
)
def test_a_matrix_that_is_empty_or_holds_search_syntax_is_refused_with_its_line(
    terms: str, words: tuple[str, ...], terminal: Terminal, tmp_path: Path
) -> None:
    lay_out(tmp_path, NOWHERE, terms=terms)
    sentence = terminal.sentence("plan", "--review", tmp_path)
    assert all(word in sentence for word in words), sentence


@pytest.mark.parametrize(
    ("terms", "url", "words"),
    [
        (
            TERMS.replace("industrial district", "to the"),
            NOWHERE,
            "ignores every word of the phrase 'to the': remove it",
        ),
        (TERMS, f"{NOWHERE}/{'mirror' * 700}", "limit of 4,094: shorten"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "search"])
def test_a_matrix_that_a_platform_cannot_search_is_told_before_anything_is_asked(
    command: str, terms: str, url: str, words: str, terminal: Terminal, tmp_path: Path
) -> None:
    said = terminal(command, "--review", lay_out(tmp_path, url, terms=terms))
    assert said.code == 1 and said.err.count("\n") == 1
    assert words in said.err


def test_every_phrase_too_long_for_a_platform_is_told_with_its_line(terminal: Terminal, tmp_path: Path) -> None:
    lines = "".join(f"    - {letter}{' word' * 20}\n" for letter in "abc")
    said = terminal("plan", "--review", lay_out(tmp_path, terms=f"axes:\n  terms:\n{lines}  concepts: [cluster]\n"))
    assert said.code == 1
    assert [f"line {n}" in said.err for n in (3, 4, 5)] == [True] * 3 and "shorten it" in said.err


def test_thousands_of_phrases_become_more_queries_each_of_which_fits(terminal: Terminal, tmp_path: Path) -> None:
    listed = "".join(f"    - made up term number {n}\n" for n in range(800))
    lay_out(tmp_path, NOWHERE, terms=f"axes:\n  terms:\n{listed}  concepts: [cluster]\n")
    said = terminal("plan", "--review", tmp_path)
    told = re.search(r"OpenAlex: (\d+) queries instead of 800, longest address ([\d,]+) bytes", said.out)
    assert said.code == 0 and told
    assert 1 < int(told[1]) < 12 and int(told[2].replace(",", "")) <= 4_094


@pytest.mark.parametrize("argv", [("status",), ("plan",), ("run",), ()])
def test_a_folder_that_is_no_review_is_told_with_three_ways_on(
    argv: tuple[str, ...], terminal: Terminal, tmp_path: Path
) -> None:
    sentence = terminal.sentence(*argv, "--review", tmp_path)
    assert str(tmp_path) in sentence
    assert all(way in sentence for way in ("--review DIR", "slr init DIR", "slr demo"))
    assert not list(tmp_path.iterdir())


# the services


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("html", ("HTML page instead of JSON", "check `base_url` of openalex in config/review.yaml")),
        ("not-json", ("base_url",)),
        ("no-results", ("without a list `results`", "base_url")),
        ("no-meta", ("without `meta.count`", "base_url")),
        ("repeated-cursor", ("the same cursor again", "search again later")),
    ],
)
def test_a_reply_that_is_not_the_services_own_format_is_told_and_what_was_received_is_kept(
    fault: str, words: tuple[str, ...], terminal: Terminal, tmp_path: Path
) -> None:
    with OpenAlexServer(corpus(), most_per_page=40, faults=[None, fault]) as server:
        sentence = terminal.sentence("search", "--review", lay_out(tmp_path, server.url))
        assert all(word in sentence for word in words), sentence
        assert server.url in sentence
        with reviewing(tmp_path) as review:
            assert records.count(review.store.db) == 40
        assert terminal("search", "--review", tmp_path).code == 0


def test_a_key_that_is_refused_is_told_without_the_key(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(), key="the-only-key-0123456789") as server:
        sentence = terminal.sentence("run", "--review", lay_out(tmp_path, server.url))
    assert "refuses the key in OPENALEX_API_KEY" in sentence and "correct or unset it" in sentence
    assert os.environ["OPENALEX_API_KEY"] not in sentence


def test_a_budget_that_ends_is_exit_4_and_the_table_says_what_there_is(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(), most_per_page=40, daily_credits=10) as server:
        lay_out(tmp_path, server.url)
        said = terminal("run", "--review", tmp_path)
        assert said.code == 4
        assert "run the same command again in 10 h 14 min, when it resets" in said.err
        assert [line.split()[-3:] for line in said.out.splitlines() if "1/1" in line] == [["90", "40", "incomplete"]]
        server.daily_credits = 1_000
        assert terminal("run", "--review", tmp_path).code == 0


# store and archive


def test_a_store_of_a_newer_version_is_left_alone(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("dedupe", "--review", lay_out(tmp_path, NOWHERE)).code == 0
    with sqlite3.connect(tmp_path / "outputs/review.sqlite") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    for command in ("status", "run", "search"):
        sentence = terminal.sentence(command, "--review", tmp_path)
        assert "review.sqlite was written by a newer slr" in sentence and "install the newer slr" in sentence


@pytest.mark.parametrize("content", [b"not a database at all " * 300, b"SQLite format 3\0" + b"\xff" * 4_000])
def test_a_store_that_is_damaged_is_told_with_the_way_back(content: bytes, terminal: Terminal, tmp_path: Path) -> None:
    lay_out(tmp_path, NOWHERE)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs/review.sqlite").write_bytes(content)
    sentence = terminal.sentence("status", "--review", tmp_path)
    assert "review.sqlite" in sentence and "--replay" in sentence


def test_an_archived_reply_that_was_changed_is_told_by_its_file(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server:
        assert terminal("search", "--review", lay_out(tmp_path, server.url)).code == 0
    changed = next((tmp_path / "outputs/archive/objects").rglob("*.gz"))
    changed.write_bytes(b"\0" + changed.read_bytes())
    said = terminal("search", "--replay", "--review", tmp_path)
    assert said.code == 1 and said.err.count("\n") == 1
    assert f"outputs/archive/objects/{changed.parent.name}/{changed.name} was changed" in said.err


# two at once


def test_a_second_slr_says_who_is_working_on_the_review(terminal: Terminal, tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, NOWHERE)) as review, review.locked("run"):
        sentence = terminal.sentence("search", "--review", tmp_path)
        assert f"'slr run' (process {os.getpid()}, since 2026-11-02T12:00:00Z) is working on this review" in sentence
        assert "wait for it to end" in sentence
        assert terminal("status", "--review", tmp_path).code == 0, "looking is always allowed"


def test_a_decision_waits_for_the_other_slr_to_end(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server:
        assert terminal("run", "--review", lay_out(tmp_path, server.url)).code == 0
    with reviewing(tmp_path) as review:
        lock = review.locked("run")
        lock.__enter__()
        threading.Timer(0.3, lambda: lock.__exit__(None, None, None)).start()
        said = terminal(
            "screen", "decide", "openalex:W1001", "include", "--stage", "title-abstract", "--reviewer", "A",
            "--review", tmp_path,
        )  # fmt: skip
    assert said.code == 0 and said.out.startswith("saved: A decides 'include'")


def test_a_lock_that_a_killed_slr_left_behind_holds_nobody_up(terminal: Terminal, tmp_path: Path) -> None:
    lay_out(tmp_path, NOWHERE)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs/.lock").touch()
    (tmp_path / "outputs/.lock.json").write_text('{"pid": 1, "command": "run", "since": "2020"}', "utf-8")
    assert terminal("dedupe", "--review", tmp_path).code == 0


# the disk


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """A file system of that size; skips the test where it cannot be made (it takes root)."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_no_space_left_is_told_nothing_is_lost_and_the_run_goes_on_when_there_is_some(
    terminal: Terminal, tmp_path: Path
) -> None:
    with OpenAlexServer(corpus(400, others=1), most_per_page=40) as server:
        with mounted(tmp_path / "small", "800k") as folder:
            said = terminal("run", "--review", lay_out(folder, server.url))
            assert said.code == 1, said
            assert "no space left" in said.err and "run the command again" in said.err
            shutil.copytree(folder, tmp_path / "large")
        kept = len(server.requests)
        with reviewing(tmp_path / "large") as review:
            assert search(review).whole().queries[0].retrieved == 400
        assert kept > 1 and len(server.requests) <= 10 + 1


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))


def test_a_file_that_may_not_grow_further_is_told_and_nothing_is_lost(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(400, others=1), most_per_page=40) as server:
        lay_out(tmp_path, server.url)
        said = ended(process("run", "--review", tmp_path, preexec_fn=_limit))
        assert said.code == 1, said
        assert said.err.count("\n") == 1 and said.err.startswith("slr: ")
        assert terminal("search", "--review", tmp_path).code == 0
    with reviewing(tmp_path) as review:
        assert records.count(review.store.db) == 400


@pytest.mark.parametrize("command", ["run", "status", "search"])
def test_a_read_only_folder_is_told_with_what_to_do(command: str, terminal: Terminal, tmp_path: Path) -> None:
    with mounted(tmp_path / "shelf", "2m") as folder:
        lay_out(folder, NOWHERE)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        sentence = terminal.sentence(command, "--review", folder)
    assert "outputs" in sentence and "writable" in sentence


# interrupted


def _heeding() -> None:
    """A process started in the background of a shell ignores Ctrl-C from birth."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_with_130_and_a_sentence_and_the_next_run_goes_on(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus(), most_per_page=40, faults=[None, "slow"], slow_seconds=30) as server:
        running = process("run", "--review", lay_out(tmp_path, server.url), preexec_fn=_heeding)
        while len(server.requests) < 1 or server.faults:
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        said = ended(running)
        assert (said.code, said.err) == (
            130, "slr: interrupted; what was done is kept, run the command again to go on\n"
        )  # fmt: skip
        assert "it was interrupted" in terminal("status", "--review", tmp_path).out
        assert terminal("search", "--review", tmp_path).code == 0
        with reviewing(tmp_path) as review:
            assert records.count(review.store.db) == HITS


@pytest.mark.parametrize("lines", [0, 1])
def test_a_reader_who_goes_away_ends_the_command_quietly(lines: int, tmp_path: Path) -> None:
    """The first closes before anything is written, the second in the middle of more than a pipe holds."""
    listed = "".join(f"    - made up term number {n}\n" for n in range(1_200 * lines + 1))
    running = process(
        "plan", "--review", lay_out(tmp_path, NOWHERE, terms=f"axes:\n  terms:\n{listed}  concepts: [a b]\n")
    )
    assert running.stdout is not None and running.stderr is not None
    for _ in range(lines):
        running.stdout.readline()
    running.stdout.close()
    assert running.wait(timeout=60) == 130
    assert running.stderr.read() == ""
    running.stderr.close()


# our own mistakes


def test_a_bug_of_slr_is_exit_3_with_a_log_that_says_what_happened(terminal: Terminal, tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server:
        assert terminal("search", "--review", lay_out(tmp_path, server.url)).code == 0
    with sqlite3.connect(tmp_path / "outputs/review.sqlite") as db:
        db.execute("DROP TRIGGER record_version_keeps")
        db.execute("UPDATE record_version SET ids = 'no JSON'")
    db.close()
    sentence = terminal.sentence("dedupe", "--review", tmp_path, code=3)
    assert "this is a bug of slr (JSONDecodeError)" in sentence
    log = Path(sentence.rpartition(" ")[2])
    text = log.read_text("utf-8")
    log.unlink()
    assert f"command: slr dedupe --review {tmp_path}" in text and "Traceback" in text


def test_a_bug_whose_log_cannot_be_written_is_told_all_the_same(tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review)
        review.store.db.execute("DROP TRIGGER record_version_keeps")
        review.store.db.execute("UPDATE record_version SET ids = 'no JSON'")
    code = (
        "import sys, tempfile; tempfile.tempdir = '/nowhere/at/all'\n"
        f"from slr.cli.main import main; main(['dedupe', '--review', {str(tmp_path)!r}])"
    )
    done = subprocess.run([os.sys.executable, "-c", code], capture_output=True, text=True)  # type: ignore[attr-defined]
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert "its log could not be written" in done.stderr
