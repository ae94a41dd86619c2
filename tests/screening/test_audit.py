"""The audit of a review: store, files, seals and earlier states; and the account of who did what."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slr.errors import NotFound, UserError
from slr.screening import account as accounts
from slr.screening import audit, seals
from slr.screening.decisions import resolve, undo
from slr.screening.logs import read_logs, write_logs
from slr.screening.packets import export_packet
from slr.store import decisions as log
from tests.support.imported import REVIEW
from tests.support.screened import STAGE, says, screening

ROOT = Path(__file__).resolve().parents[2]


def sql(folder: Path, *statements: str, guarded: bool = False) -> None:
    """Statements on the store behind slr's back, its triggers taken off and put on again."""
    db = sqlite3.connect(folder / "outputs/review.sqlite", isolation_level=None)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in [] if guarded else triggers:
        db.execute(f"DROP TRIGGER {name}")
    try:
        for statement in statements:
            db.execute(statement)
    finally:
        for _, text in [] if guarded else triggers:
            db.execute(text)
        db.close()


def found(folder: Path, *earlier: str) -> list[str]:
    with screening_again(folder) as (review, _):
        return [one.sentence() for one in audit.verify(review, earlier).found]


def screening_again(folder: Path):  # type: ignore[no-untyped-def]
    from contextlib import contextmanager

    from tests.support.imported import opened, work_ids

    @contextmanager
    def again():  # type: ignore[no-untyped-def]
        with opened(folder) as review:
            yield review, work_ids(review)

    return again()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three of Anna's decisions, two of Ben's, a conflict that Carl ended, one decision taken back."""
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include", note="über")
        says(review, "Anna", works[1], "exclude", reason="off-topic")
        says(review, "Ben", works[0], "exclude")
        says(review, "Ben", works[1], "exclude")
        resolve(review, works[0], "include", stage=STAGE, reviewer="Carl")
        says(review, "Anna", works[2], "maybe")
        undo(review, reviewer="Anna")
        assert audit.verify(review).found == () and audit.verify(review).events == 7
    return tmp_path


STATEMENTS = (
    "UPDATE decision SET verdict = 'include' WHERE seq = 2",
    "DELETE FROM decision WHERE seq = 2",
    "INSERT OR REPLACE INTO decision SELECT * FROM decision WHERE seq = 2",
    "REPLACE INTO decision (seq, work_id, stage, reviewer, verdict, decided_at, criteria, prev, hash) "
    "VALUES (2, 'W', 's', 'Anna', 'include', 'now', '', 'p', 'h')",
    "INSERT OR IGNORE INTO decision SELECT * FROM decision WHERE seq = 2",
    "UPDATE OR REPLACE decision SET hash = 'x'",
)


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_sql_that_would_change_a_decision_is_refused(folder: Path, statement: str, recursive: str) -> None:
    before = found(folder)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sql(folder, f"PRAGMA recursive_triggers = {recursive}", statement, guarded=True)
    assert found(folder) == before == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE decision SET verdict = 'include', reason = NULL WHERE seq = 2",
            r"store, line 2: changed: .*hash does not",
        ),
        ("UPDATE decision SET note = NULL WHERE seq = 1", r"the store, line 1: changed"),
        ("UPDATE decision SET decided_at = '2026-01-01T00:00:00Z' WHERE seq = 3", r"the store, line 1: changed"),
        ("DELETE FROM decision WHERE seq = 1", r"the store, line 1: removed"),
        ("UPDATE decision SET more = '{}' WHERE kind = 'undo'", r"the store, line 4: changed"),
        ("DELETE FROM standing WHERE reviewer = 'Ben'", r"vote of Ben on W\w+ at title-abstract that counts is not"),
        ("UPDATE standing SET verdict = 'include' WHERE reviewer = 'Ben'", r"vote of Ben on W\w+ at title-abstract"),
        ("DROP TRIGGER decision_keeps", r"the trigger decision_keeps is gone"),
        ("CREATE TRIGGER mine AFTER INSERT ON decision BEGIN SELECT 1; END", r"the trigger mine is not slr's"),
        ("DROP VIEW verdict", r"the view verdict is gone"),
    ],
)
def test_sql_behind_slrs_back_is_found(folder: Path, statement: str, said: str) -> None:
    sql(folder, statement, guarded="TRIGGER" in statement)
    assert re.search(said, "\n".join(found(folder)))


def test_a_store_that_lost_its_last_decisions_is_found_by_what_stands_and_by_a_seal(folder: Path) -> None:
    with screening_again(folder) as (review, _):
        seals.make(review)
    sql(folder, "DELETE FROM decision WHERE reviewer = 'Ben' AND seq = 4")
    told = "\n".join(found(folder))
    assert "the store, line 2: cut off: line 2 of the seal of 2026-11-23" in told and "vote of Ben" in told


def test_both_store_and_files_written_anew_are_found_by_a_printed_seal_alone(folder: Path) -> None:
    with screening_again(folder) as (review, _):
        printed = seals.make(review)[0].printed()
        assert audit.verify(review, [printed]).found == ()
    shutil.rmtree(folder / "outputs/seals")
    shutil.rmtree(folder / "outputs/decisions")
    sql(folder, "DELETE FROM decision WHERE reviewer = 'Carl'", "DELETE FROM standing WHERE reviewer = 'Carl'")
    with screening_again(folder) as (review, _):
        write_logs(review)
    assert found(folder) == []
    assert found(folder, printed) == [
        "the store: rewritten: the log of Carl had 1 lines when it was sealed and has 0 now"
    ]


def test_decisions_after_a_seal_are_no_finding(folder: Path) -> None:
    with screening_again(folder) as (review, works):
        printed = seals.make(review)[0].printed()
        says(review, "Anna", works[3], "include")
        says(review, "Dora", works[3], "include")
        told = audit.verify(review, [printed])
        assert told.found == () and "the seal of 2026-11-23" in told.compared_with[0]


def test_an_earlier_copy_of_the_logs_or_a_packet_names_the_line(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder / "outputs/decisions", copy)
    with screening_again(folder) as (review, _):
        export_packet(review, "Anna", tmp_path / "anna.packet.jsonl")
    sql(folder, "DELETE FROM decision WHERE reviewer = 'Anna' AND kind = 'undo'")
    path = folder / "outputs/decisions/Anna.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    for earlier in (str(copy), str(tmp_path / "anna.packet.jsonl"), str(copy / "Anna.jsonl")):
        told = "\n".join(found(folder, earlier))
        assert re.search(r"the store, line 4: cut off: line 4 of .* is missing", told), earlier
        assert re.search(r"Anna\.jsonl, line 4: cut off", told)


def test_lines_of_a_colleague_that_wait_are_told_and_are_no_finding(folder: Path) -> None:
    path = folder / "outputs/decisions/Ben.jsonl"
    with screening_again(folder) as (review, works):
        before = path.read_bytes()
        says(review, "Ben", works[3], "include")
        longer = path.read_bytes()
    with screening_again(folder) as (review, _):
        shutil.copy(folder / "outputs/review.sqlite", folder / "kept.sqlite")
    path.write_bytes(before)
    sql(folder, "DELETE FROM decision WHERE reviewer = 'Ben' AND seq = 8", "DELETE FROM standing WHERE seq = 8")
    path.write_bytes(longer)
    with screening_again(folder) as (review, _):
        told = audit.verify(review)
        assert told.found == () and "has 1 lines that the store has not" in told.notes[0]
        assert read_logs(review) == 1 and audit.verify(review).notes == ()


@pytest.mark.parametrize("what", ["nowhere.json", "nowhere"])
def test_what_is_not_there_cannot_be_compared_with(folder: Path, what: str) -> None:
    with screening_again(folder) as (review, _), pytest.raises(NotFound, match="there is no file or folder nowhere"):
        audit.verify(review, [what])


# seals


def test_a_digest_is_over_one_line_a_log_by_name(folder: Path) -> None:
    import hashlib

    with screening_again(folder) as (review, _):
        seal, path = seals.make(review)
        heads = {name: list(log.log(review.store.db, name)) for name in ("Anna", "Ben", "Carl")}
    text = "".join(f"{name}\t{len(events)}\t{events[-1].hash}\n" for name, events in heads.items())
    assert seal.digest == hashlib.sha256(text.encode()).hexdigest()
    assert seals.load(path) == seal
    assert seal.printed() == f"slr seal 2026-11-23T09:30:00Z [Anna 4, Ben 2, Carl 1] sha256:{seal.digest}"


def test_a_seal_that_was_changed_is_refused(folder: Path) -> None:
    with screening_again(folder) as (review, _):
        _, path = seals.make(review)
    told = json.loads(path.read_text("utf-8"))
    told["logs"]["Ben"].pop()
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(UserError, match=r"the seal .* was changed: its digest does not fit"):
        found(folder)


def test_a_signed_seal_wants_its_own_key(folder: Path) -> None:
    with screening_again(folder) as (review, _):
        seals.make(review, b"a secret of some length")
        assert audit.verify(review, key=b"a secret of some length").found == ()
        with pytest.raises(UserError, match="not signed with this key"):
            audit.verify(review, key=b"another of some length")


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"logs": 5, "digest": "", "sealed_at": ""}'])
def test_what_is_no_seal_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"x\.json is not a seal"):
        seals.load(tmp_path / "x.json")


def test_nothing_cannot_be_sealed(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _), pytest.raises(UserError, match="no decision to seal yet"):
        seals.make(review)


# the log's own specification


def verifier() -> str:
    """The code that docs/decision_log.md gives."""
    text = (ROOT / "docs/decision_log.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    return code[1]


def run_verifier(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", verifier(), str(folder / "outputs/decisions")],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_twenty_lines_of_the_specification_verify_a_log_and_give_the_digest_of_the_seal(folder: Path) -> None:
    assert sum(1 for line in verifier().splitlines() if line.strip()) <= 20
    with screening_again(folder) as (review, _):
        digest = seals.make(review)[0].digest
    assert run_verifier(folder) == (0, f"Anna: 4 lines\nBen: 2 lines\nCarl: 1 lines\nsha256:{digest}\n")


@pytest.mark.parametrize("line", [0, 1, 2])
def test_the_twenty_lines_find_what_was_changed_or_removed(folder: Path, line: int) -> None:
    path = folder / "outputs/decisions/Anna.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*kept[:line], *kept[line + 1 :]]))
    code, said = run_verifier(folder)
    assert code == 1 and f"Anna.jsonl, line {line + 1}" in said
    path.write_bytes(b"".join([*kept[:line], kept[line].replace(b"Anna", b"Anne"), *kept[line + 1 :]]))
    code, said = run_verifier(folder)
    assert code == 1 and f"Anna.jsonl, line {line + 1}" in said


def test_the_keys_that_the_specification_lists_are_those_of_the_lines() -> None:
    from slr.screening.lines import _EXTRAS
    from slr.verdicts import COMMON

    text = (ROOT / "docs/decision_log.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    assert told == {*COMMON, "kind", *(key for extras in _EXTRAS.values() for key in extras)}


# the account


def test_the_account_tells_who_decided_what_when_and_how_fast(tmp_path: Path) -> None:
    times = iter(datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(seconds=s) for s in (0, 20, 21, 61, 9_000, 9_040))
    with screening(tmp_path) as (review, works):
        review.clock = lambda: next(times)
        says(review, "Anna", works[0], "include")
        says(review, "Anna", works[1], "exclude", reason="off-topic")
        says(review, "Anna", works[2], "exclude", reason="off-topic")
        says(review, "Anna", works[2], "include")
        says(review, "Anna", works[3], "maybe")
        undo(review, reviewer="Anna")
        (anna,) = accounts.account(review).people
    assert (anna.decisions, anna.verdicts, anna.reasons) == (5, {"exclude": 1, "include": 2}, {"off-topic": 1})
    assert (anna.median_seconds, anna.quick, anna.taken_back) == (20, 1, 1)
    assert anna.second_thoughts == (works[2],)
    assert (anna.first, anna.last) == ("2026-11-23T09:00:00Z", "2026-11-23T11:30:00Z")


def test_a_history_is_of_a_work_or_of_a_reviewer(folder: Path) -> None:
    with screening_again(folder) as (review, works):
        assert [(e.reviewer, e.kind) for e in accounts.history(review, works[0])] == [
            ("Anna", "vote"), ("Ben", "vote"), ("Carl", "resolution")
        ]  # fmt: skip
        assert [e.kind for e in accounts.history(review, "Anna")] == ["vote", "vote", "vote", "undo"]
        with pytest.raises(NotFound, match=r"no work and no reviewer 'Dora' \(Anna, Ben, Carl decided\)"):
            accounts.history(review, "Dora")


def test_decisions_under_criteria_that_changed_are_in_the_account(folder: Path) -> None:
    from tests.support.imported import opened

    changed = REVIEW.replace("Not about transfer", "Not about the transfer of resources")
    with opened(folder, changed) as review:
        again = accounts.account(review).again
    assert {(stage, who) for stage, _, who, _ in again} == {(STAGE, "Anna"), (STAGE, "Ben")}
    assert any("its reason off-topic changed or is gone" in why for *_, why in again)
