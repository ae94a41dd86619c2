"""``slr screen`` as people use it: the prompt over a pipe, working as a team, and every message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.cli.prompt import marked
from slr.screening.highlight import Span
from tests.cli.support import COMMAND, ROOT, Terminal, ended, process, terminal
from tests.support.imported import REVIEW, entry, lay_out, opened, settle, take
from tests.support.screened import LAST, STAGE, TITLES

__all__ = ["terminal"]

PEOPLE = REVIEW + "reviewers: [Anna, Ben, Carl]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Three works, nothing decided."""
    with opened(tmp_path, PEOPLE) as review:
        records = [entry(title, year=2000 + n) for n, title in enumerate(TITLES[:2])]
        records.append(entry("Knowledge transfer between clusters", AB="A cluster. Knowledge transfers.", N2="x"))
        take(review, "".join(records), "EBSCO")
        settle(review)
    yield tmp_path


def typed(folder: Path, keys: str, *more: str, who: str = "Anna") -> str:
    running = process("screen", "next", "--reviewer", who, "--review", folder, *more, stdin=-1)
    out, err = running.communicate(keys, timeout=60)
    assert running.returncode == 0 and "Traceback" not in err, err
    return out


def log_of(folder: Path, who: str = "Anna") -> list[dict[str, object]]:
    path = folder / "outputs/decisions" / f"{who}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def verdicts(folder: Path, who: str = "Anna") -> list[object]:
    return [line.get("kind") or line["verdict"] for line in log_of(folder, who)]


def test_keys_decide_one_work_after_the_other_and_the_next_sitting_goes_on(folder: Path) -> None:
    said = typed(folder, "i\n")
    assert "3 left" in said and "saved: include" in said and "1 decided, 2 left for Anna at title-abstract" in said
    said = typed(folder, "e1 m")
    assert "saved: exclude (off-topic)" in said and "2 decided, 0 left" in said
    assert verdicts(folder) == ["include", "exclude", "maybe"] and log_of(folder)[1]["reason"] == "off-topic"
    assert "0 decided, 0 left for Anna" in typed(folder, "i")


@pytest.mark.parametrize(
    ("keys", "kept", "said"),
    [
        ("e\nq", ["exclude"], "saved: exclude"),
        ("e0q", ["exclude"], "saved: exclude"),
        ("e7iq", ["include"], "not saved: a reason is one of 1 to 1"),
        ("siq", ["include"], "1 decided, 2 left"),
        ("xiq", ["include"], "'x' is no key here"),
        ("?q", [], "not retrieved (full text)"),
        ("rq", [], "is for reports sought in full text"),
        ("iuq", ["include", "undo"], "taken back"),
        ("uq", [], "nothing was decided in this sitting"),
        ("iuiq", ["include", "undo", "include"], "1 decided, 2 left"),
        ("IQ", ["include"], "saved: include"),
        ("", [], "0 decided, 3 left"),
    ],
)
def test_each_key_does_what_the_help_says(folder: Path, keys: str, kept: list[str], said: str) -> None:
    assert said in typed(folder, keys) and verdicts(folder) == kept


def test_a_note_goes_with_the_next_decision_alone(folder: Path) -> None:
    typed(folder, "n see page 3, über\ni i")
    assert [line["note"] for line in log_of(folder)] == ["see page 3, über", None]


def test_search_phrases_stand_out_and_are_named(folder: Path, terminal: Terminal) -> None:
    terminal("run", "--review", folder)
    said = typed(folder, "sss")
    assert "«Knowledge transfer» between «clusters»" in said
    assert "terms: knowledge transfer" in said and "concepts: cluster" in said


def test_marks_are_colours_on_a_terminal() -> None:
    assert marked("a b c", [Span(2, 3, 0)], colours=True) == "a \x1b[1;32mb\x1b[0m c"
    assert marked("a b c", [Span(2, 3, 0), Span(4, 5, 1)], colours=False) == "a «b» «c»"


def test_a_blind_reviewer_sees_no_vote_and_an_open_stage_shows_them(folder: Path) -> None:
    typed(folder, "iii")
    assert "Anna decided" not in typed(folder, "sss", who="Ben")
    lay_out(
        folder,
        PEOPLE.replace("title-abstract, reviewers: 2", "title-abstract, reviewers: 2, blind: false"),
    )
    assert "Anna decided: include" in typed(folder, "s", who="Ben")


def test_control_characters_of_a_title_do_not_reach_the_terminal(tmp_path: Path) -> None:
    with opened(tmp_path, PEOPLE) as review:
        take(review, entry("Evil \x1b[2J title"), "EBSCO")
        settle(review)
    assert "\x1b" not in typed(tmp_path, "s")


def test_json_tells_the_next_work_and_asks_nothing(folder: Path, terminal: Terminal) -> None:
    told = json.loads(terminal("screen", "next", "--reviewer", "Anna", "--json", "--review", folder).out)
    assert (told["stage"], told["waiting"]) == (STAGE, 3)
    assert told["work"]["title"] in (*TITLES, "Knowledge transfer between clusters")
    assert told["reasons"] == [{"id": "off-topic", "text": "Not about transfer"}] and log_of(folder) == []
    typed(folder, "iii")
    assert (
        json.loads(terminal("screen", "next", "--reviewer", "Anna", "--json", "--review", folder).out)["work"] is None
    )


def test_a_decision_shown_as_saved_survives_a_kill_at_once(folder: Path) -> None:
    import signal
    import subprocess

    command = [*COMMAND, "screen", "next", "--reviewer", "Anna", "--review", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stdin and running.stdout
        running.stdin.write("i")
        running.stdin.flush()
        while "saved: include" not in running.stdout.readline():
            pass
        running.send_signal(signal.SIGKILL)
    assert verdicts(folder) == ["include"]
    assert "2 left" in typed(folder, "q")


def test_two_reviewers_screen_disagree_and_a_third_ends_it(folder: Path, terminal: Terminal) -> None:
    typed(folder, "i e1 i")
    typed(folder, "i i e1", who="Ben")
    said = terminal("screen", "conflicts", "--review", folder)
    assert said.out.count(f"{STAGE}  W") == 2 and "    Anna: exclude (off-topic)\n    Ben: include" in said.out
    works = [one["work"] for one in json.loads(terminal("screen", "conflicts", "--json", "--review", folder).out)]
    argv = ["--stage", STAGE, "--review", folder]
    assert "is one of those who disagree (Anna and Ben)" in terminal.sentence(
        "screen", "resolve", works[0], "include", "--reviewer", "Anna", *argv
    )
    said = terminal("screen", "resolve", works[0], "include", "--reviewer", "Carl", *argv)
    assert said.out == f"saved: the conflict about {works[0]} at {STAGE} ends with 'include', third-person\n"
    terminal("screen", "resolve", works[1], "exclude", "--reviewer", "Anna", "--consensus", *argv)
    told = json.loads(terminal("screen", "status", "--json", "--review", folder).out)["stages"]
    assert [(t["works"], t["include"], t["exclude"], t["conflict"], t["resolved"]) for t in told] == [
        (3, 2, 1, 0, 2), (2, 0, 0, 0, 0)
    ]  # fmt: skip
    assert (
        "reports sought 2, not retrieved 0, to assess in full text 2"
        in terminal("screen", "status", "--review", folder).out
    )
    agreement = json.loads(terminal("screen", "agreement", "--json", "--review", folder).out)
    assert agreement[0]["pairs"][0]["counted"] == [[1, 1], [1, 0]]
    prisma = json.loads(terminal("prisma", "--json", "--review", folder).out)
    assert json.dumps(prisma).count("dbr_sought_reports") and terminal("audit", "verify", "--review", folder).code == 0


def test_full_text_wants_a_reason_and_takes_not_retrieved(folder: Path) -> None:
    for who in ("Anna", "Ben"):
        typed(folder, "i i e1", who=who)
    said = typed(folder, "e\n2 r")
    assert "2 left" in said and "full-text" in said and "saved: exclude (one-cluster)" in said
    assert "saved: not-retrieved" in said and [line["stage"] for line in log_of(folder)][-2:] == [LAST, LAST]


def test_works_are_shared_out_and_the_same_seed_shares_alike(folder: Path, terminal: Terminal) -> None:
    argv = ["screen", "assign", "--stage", STAGE, "--reviewer", "Anna", "--seed", "3", "--json", "--review", folder]
    shares = json.loads(terminal(*argv).out)
    assert sum(len(share["works"]) for share in shares) == 3 and all(len(share["to"]) == 2 for share in shares)
    mine = [w for share in shares if "Ben" in share["to"] for w in share["works"]]
    told = json.loads(terminal("screen", "queue", "--reviewer", "Ben", "--json", "--review", folder).out)
    assert told["works"] == sorted(mine)
    assert json.loads(terminal(*argv).out) == [], "what is assigned is not shared out again"


def test_a_pilot_is_drawn_comes_first_and_is_judged(folder: Path, terminal: Terminal) -> None:
    argv = ["screen", "pilot", "--stage", STAGE, "--review", folder]
    assert "there is no pilot at title-abstract yet" in terminal(*argv).out
    said = terminal(*argv, "--size", "1", "--seed", "5", "--reviewer", "Anna", "--to", "Anna,Ben").out
    assert "1 works of 3 drawn with seed 5" in said
    drawn = log_of(folder)[0]["works"]
    told = json.loads(terminal("screen", "next", "--reviewer", "Ben", "--json", "--review", folder).out)
    assert [told["work"]["work_id"]] == drawn
    typed(folder, "i q")
    typed(folder, "i q", who="Ben")
    assert "Anna and Ben 1.000: percent of 0.75 is reached, go on" in terminal(*argv).out
    typed(folder, "ii")
    assert "there is nothing to draw from" in terminal.sentence(*argv, "--size", "9", "--reviewer", "Anna")


def test_a_packet_and_a_table_go_to_a_colleague_and_come_back(folder: Path, tmp_path: Path, terminal: Terminal) -> None:
    typed(folder, "iii")
    packet, table = tmp_path / "anna.packet.jsonl", tmp_path / "ben.csv"
    assert (
        "3 lines of the log"
        in terminal("screen", "export-packet", "--reviewer", "Anna", "--file", packet, "--review", folder).out
    )
    said = terminal("screen", "import-decisions", packet, "--review", folder)
    assert said.out.startswith("0 decisions of Anna taken in from anna.packet.jsonl (slr)\n3 were known")
    argv = ["screen", "export-packet", "--table", "--reviewer", "Ben", "--file", table, "--review", folder]
    assert "3 works to decide" in terminal(*argv).out
    table.write_text(table.read_text("utf-8-sig").replace(",,,\n", ",no,,\n"), "utf-8")
    said = terminal("screen", "import-decisions", table, "--stage", STAGE, "--reviewer", "Ben", "--review", folder)
    assert (
        said.out.startswith("3 decisions of Ben taken in from ben.csv (table)")
        and verdicts(folder, "Ben") == ["exclude"] * 3
    )


def test_a_changed_criterion_lists_the_works_to_look_at_again_and_next_goes_through_them(
    folder: Path, terminal: Terminal
) -> None:
    typed(folder, "i e1 m")
    lay_out(folder, PEOPLE.replace("Not about transfer", "Not about any transfer"))
    assert "3 decisions are touched by later changes" in terminal("screen", "status", "--review", folder).out
    said = terminal("screen", "queue", "--again", "--review", folder).out
    assert said.count("criterion off-topic changed or new") == 2 and "its reason off-topic changed or is gone" in said
    assert "3 decided, 0 left" in typed(folder, "iii", "--again")
    assert json.loads(terminal("screen", "queue", "--again", "--json", "--review", folder).out) == []


def test_undo_from_the_command_line_names_what_it_took_back(folder: Path, terminal: Terminal) -> None:
    typed(folder, "i")
    said = terminal("screen", "undo", "--reviewer", "Anna", "--review", folder).out
    assert said.startswith("saved: Anna takes back the last decision on W") and verdicts(folder) == ["include", "undo"]
    assert "has no decision that could be taken back" in terminal.sentence(
        "screen", "undo", "--reviewer", "Anna", "--review", folder
    )


def test_the_reviewer_can_be_named_by_the_environment(folder: Path) -> None:
    running = process("screen", "next", "--review", folder, stdin=-1, env={"SLR_REVIEWER": "Ben"})
    out, _ = running.communicate("i", timeout=60)
    assert "saved: include" in out and verdicts(folder, "Ben") == ["include"]


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("next", "--reviewer", "Dora"), 1, "'Dora' is not a reviewer of this review"),
        (("next", "--reviewer", "Anna", "--stage", "x"), 1, "there is no stage 'x'"),
        (("queue", "--reviewer", "Dora"), 1, "'Dora' is not a reviewer"),
        (("conflicts", "--stage", "x"), 1, "there is no stage 'x'"),
        (("agreement", "--stage", "x"), 1, "there is no stage 'x'"),
        (("assign", "--stage", "x", "--reviewer", "Anna"), 1, "there is no stage 'x'"),
        (("assign", "--stage", STAGE, "--reviewer", "Anna", "--to", "Dora"), 1, "'Dora' is not a reviewer"),
        (("export-packet", "--reviewer", "Anna"), 1, "there is no log of 'Anna'"),
        (("import-decisions", "nowhere"), 1, "cannot be read"),
        (("import-decisions", "nowhere", "--verdict", "yes"), 1, "'yes' is not a verdict"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    folder: Path, terminal: Terminal, argv: tuple[str, ...], code: int, said: str
) -> None:
    assert said in terminal.sentence("screen", *argv, "--review", folder, code=code)


@pytest.mark.parametrize(
    "argv", [("queue",), ("pilot", "--stage", STAGE, "--size", "2"), ("import-decisions", "x", "--reason", "y")]
)
def test_a_wrong_use_ends_with_2(folder: Path, terminal: Terminal, argv: tuple[str, ...]) -> None:
    assert terminal("screen", *argv, "--review", folder).code == 2


def test_processes_that_decide_at_once_lose_nothing(folder: Path, terminal: Terminal) -> None:
    running = [
        process("screen", "next", "--reviewer", who, "--review", folder, stdin=-1) for who in ("Anna", "Ben", "Carl")
    ]
    for one in running:
        assert one.stdin
        one.stdin.write("iii")
        one.stdin.close()
        one.stdin = None
    said = sum(ended(one).out.count("saved: include") for one in running)
    assert said == sum(len(log_of(folder, who)) for who in ("Anna", "Ben", "Carl")) >= 6
    assert terminal("audit", "verify", "--review", folder).code == 0
