"""``slr dedupe`` as a person uses it: the queue at a terminal or through a pipe, split, merge, verdict, explain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from slr.dedup.asked import queue
from slr.dedup.stage import dedupe
from slr.store import pairs, works
from tests.cli.support import COMMAND, Terminal, ended, process, terminal
from tests.dedup.known import bring, groups, knowing, paper, partition, work_of
from tests.support.imported import opened

__all__ = ["terminal"]

TITLES = ("Local buzz", "Global pipelines", "Weak ties")
UNSURE = tuple(
    paper(f"{source}:{n}", f"{title} and clusters of firms{more}")
    for n, title in enumerate(TITLES, start=1)
    for source, more in (("a", ""), ("b", f": a view on {title.lower()}"))
)
"""Three pairs that the rules leave to a person."""


@pytest.fixture
def asking(tmp_path: Path) -> Path:
    with knowing(tmp_path, *UNSURE) as review:
        assert len(queue(review.store.db)) == 3
    return tmp_path


def state(folder: Path) -> tuple[set[frozenset[str]], dict[tuple[str, str], tuple[str, str]], int]:
    """Groups, what was said of each pair and by whom, pairs in the queue."""
    with opened(folder) as review:
        said = {pair: (s.verdict, s.reviewer) for pair, s in pairs.standing(review.store.db).items()}
        return groups(review), said, len(queue(review.store.db))


def answered(folder: Path, text: str, *more: object) -> Any:
    """What ``slr dedupe review`` says when its input is this text."""
    running = process("dedupe", "review", "--review", folder, "--reviewer", "Anna", *more, stdin=subprocess.PIPE)
    assert running.stdin
    running.stdin.write(text)
    running.stdin.close()
    running.stdin = None
    return ended(running)


def test_verdicts_given_line_by_line_are_kept_and_the_queue_gets_shorter(asking: Path) -> None:
    said = answered(asking, "d\ns\nu\n")
    assert said.code == 0, said
    assert "3 pairs answered: 1 duplicate, 1 distinct, 1 left open; 1 pair in the queue" in said.out
    found, told, left = state(asking)
    assert sorted(verdict for verdict, _ in told.values()) == ["distinct", "duplicate", "unsure"] and left == 1
    assert len(found) == 5 and {who for _, who in told.values()} == {"Anna"}
    with opened(asking) as review:
        assert dedupe(review).placed == 0
    again = answered(asking, "d\n")
    assert "Anna was unsure on" in again.out and "0 pairs in the queue" in again.out


def test_back_shows_the_pair_before_and_its_new_verdict_counts(asking: Path) -> None:
    said = answered(asking, "d\nb\ns\nq\n")
    assert "you said: duplicate" in said.out and "1 pair answered: 0 duplicate, 1 distinct" in said.out
    found, told, left = state(asking)
    assert len(found) == 6 and [v for v, _ in told.values()] == ["distinct"] and left == 2


def test_other_keys_are_explained_and_the_end_of_the_input_quits(asking: Path) -> None:
    said = answered(asking, "b\nx\n\n")
    assert said.code == 0 and "this is the first pair" in said.out and "0 pairs answered" in said.out
    assert said.out.count("q quit") == 3
    assert state(asking)[1] == {}


def test_back_and_quit_leave_the_verdict_that_was_given(asking: Path) -> None:
    assert "1 pair answered: 1 duplicate" in answered(asking, "d\nb\nq\n").out
    assert len(state(asking)[0]) == 5


def test_a_review_killed_at_a_question_keeps_every_verdict_that_was_given(asking: Path) -> None:
    running = process("dedupe", "review", "--review", asking, "--reviewer", "Anna", stdin=subprocess.PIPE)
    assert running.stdin and running.stdout
    for key in ("d", "s"):
        running.stdin.write(f"{key}\n")
        running.stdin.flush()
        _until_asked(running.stdout)
    _until_asked(running.stdout)
    running.kill()
    running.communicate()
    _, told, left = state(asking)
    assert sorted(verdict for verdict, _ in told.values()) == ["distinct", "duplicate"] and left == 1


def _until_asked(out: Any) -> None:
    while "q quit" not in out.readline():
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_one_key_is_enough(asking: Path) -> None:
    import pty
    import termios

    mine, its = pty.openpty()
    argv = [*COMMAND, "dedupe", "review", "--review", str(asking), "--reviewer", "Anna"]
    running = subprocess.Popen(argv, stdin=its, stdout=its, stderr=its, env={**os.environ, "TERM": "xterm"})
    os.close(its)
    seen = b""
    for key, prompts in ((b"d", 1), (b"q", 2)):
        while seen.count(b"q quit") < prompts:
            seen += os.read(mine, 4096)
        while termios.tcgetattr(mine)[3] & termios.ICANON:  # it does not listen yet: keys typed ahead are no answers
            pass
        os.write(mine, key)
    try:
        while chunk := os.read(mine, 4096):
            seen += chunk
    except OSError:  # Linux says so when the other side is gone
        pass
    assert running.wait(60) == 0
    os.close(mine)
    assert b"1 pair answered: 1 duplicate" in seen and "«".encode() in seen
    assert len(state(asking)[0]) == 5


def test_the_queue_can_be_listed_for_a_program(asking: Path, terminal: Terminal) -> None:
    found = json.loads(terminal("dedupe", "review", "--json", "--review", asking).out)
    assert len(found) == 3
    assert found[0].keys() >= {"a", "b", "rule", "score", "works", "because", "records"}
    assert [record["record_id"] for record in found[0]["records"]] == [found[0]["a"], found[0]["b"]]
    assert state(asking)[1] == {}


def test_the_end_says_how_many_pairs_wait_and_the_next_command(asking: Path, terminal: Terminal) -> None:
    assert "3 pairs wait for a person; next: slr dedupe review" in terminal("dedupe", "--review", asking).out
    answered(asking, "s\ns\ns\n")
    document = json.loads(terminal("dedupe", "--json", "--review", asking).out)
    assert (document["duplicates"]["unsure"], document["next"]) == (0, "slr status")
    assert "no pair waits for a person" in answered(asking, "").out


def test_split_merge_and_verdict_need_no_terminal_and_are_explained(tmp_path: Path, terminal: Terminal) -> None:
    with knowing(tmp_path, paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/x")) as review:
        whole = work_of(review, "a:1")
    anna = ("--review", tmp_path, "--reviewer", "Anna")
    said = terminal("dedupe", "split", whole, "b:1", *anna)
    assert said.code == 0 and "kept; 1 record moved" in said.out
    assert state(tmp_path)[0] == partition("a:1", "b:1")
    assert terminal("dedupe", "--review", tmp_path, "--again").code == 0
    assert state(tmp_path)[0] == partition("a:1", "b:1")
    assert json.loads(terminal("dedupe", "merge", "a:1", "b:1", *anna, "--json").out)["works"] == [whole]
    assert "kept; no record had to move" in terminal("dedupe", "verdict", "a:1", "b:1", "duplicate", *anna).out
    told = terminal("dedupe", "explain", "b:1", "--review", tmp_path).out
    assert (f"{whole}: 2 records" in told and "Anna on 2026" in told) or "(split): a:1 and b:1 are distinct" in told
    assert "doi: 10.1/x  [a:1]" in told and "events, in order:" in told


def test_a_colleagues_verdict_is_not_overruled_by_accident(tmp_path: Path, terminal: Terminal) -> None:
    with knowing(tmp_path, paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/x")):
        pass
    terminal("dedupe", "split", "a:1", "b:1", "--review", tmp_path, "--reviewer", "Anna")
    ben = ("dedupe", "merge", "a:1", "b:1", "--review", tmp_path, "--reviewer", "Ben")
    assert "Anna found a:1 and b:1 to be two publications" in terminal.sentence(*ben)
    assert terminal(*ben, "--overrule").code == 0 and state(tmp_path)[0] == partition("a:1 b:1")


WRONG = (
    (("split", "W0", "a:1"), "no work or record 'W0'"),
    (("split", "a:1", "a:1"), "holds the record a:1 only"),
    (("split", "a:1", "b:1"), "'b:1' is not in W"),
    (("merge", "a:1", "a:1"), "are one work already"),
    (("merge", "a:1", "b:9"), "no work or record 'b:9'"),
    (("verdict", "a:1", "b:1", "maybe"), "'maybe' is not a verdict on two records: write one of duplicate, distinct"),
    (("verdict", "a:1", "a:1", "distinct"), "are the same record"),
)


@pytest.mark.parametrize(("argv", "words"), WRONG)
def test_what_cannot_be_done_is_said_in_a_sentence(
    asking: Path, terminal: Terminal, argv: tuple[str, ...], words: str
) -> None:
    assert words in terminal.sentence("dedupe", *argv, "--review", asking, "--reviewer", "Anna")
    assert state(asking)[1] == {}


def test_a_verdict_without_a_name_is_refused(asking: Path, terminal: Terminal) -> None:
    assert "add --reviewer NAME" in terminal.sentence("dedupe", "merge", "a:1", "b:1", "--review", asking)
    assert "add --reviewer NAME" in terminal.sentence("dedupe", "review", "--review", asking)


def test_while_another_slr_works_a_verdict_is_not_kept_and_the_review_goes_on(asking: Path) -> None:
    """A verdict waits for the other to end; here that one ends."""
    running = process("dedupe", "review", "--review", asking, "--reviewer", "Anna", stdin=subprocess.PIPE)
    assert running.stdin and running.stdout
    _until_asked(running.stdout)
    with opened(asking) as review, review.locked("dedupe"):
        running.stdin.write("d\n")
        running.stdin.flush()
        bring(review, [paper("z:1", "Something else")])
        dedupe(review)
    running.stdin.close()
    running.stdin = None
    assert ended(running).code == 0
    found, told, _ = state(asking)
    assert [verdict for verdict, _ in told.values()] == ["duplicate"] and frozenset({"z:1"}) in found


def test_a_record_can_be_named_by_the_end_of_its_id(tmp_path: Path, terminal: Terminal) -> None:
    long = paper("EBSCO: Business Source Complete:62f5", doi="10.1/x"), paper("Scopus:7514", doi="10.1/x")
    with knowing(tmp_path, *long):
        pass
    assert terminal("dedupe", "split", "62f5", "7514", "--review", tmp_path, "--reviewer", "Anna").code == 0
    with opened(tmp_path) as review:
        assert works.record_named(review.store.db, "62f5") == long[0].record_id
        assert len(groups(review)) == 2
