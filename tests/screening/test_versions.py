"""Which decisions are to be looked at again when the criteria change."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from slr.screening.logs import read_logs
from slr.screening.versions import text_of, to_look_at_again, touched
from slr.store import decisions as log
from tests.support.imported import REVIEW, opened
from tests.support.screened import STAGE, says, screening

A, B, C = ("a", "first"), ("b", "second"), ("c", "third")


@pytest.mark.parametrize(
    ("verdict", "reason", "then", "now", "again"),
    [
        ("exclude", "a", [A, B], [A, B], None),
        ("exclude", "b", [A, B], [A, ("b", "other")], "its reason b changed or is gone"),
        ("exclude", "b", [A, B], [A], "its reason b changed or is gone"),
        ("exclude", "a", [A, B], [A, ("b", "other")], None),
        ("exclude", "b", [A, B], [("a", "other"), B], "criterion a now comes before its reason b"),
        ("exclude", "a", [A, B], [B, A], "criterion b now comes before its reason a"),
        ("exclude", "b", [A, B], [B, A], None),
        ("exclude", "a", [A], [A, C], None),
        ("exclude", "a", [A], [C, A], "criterion c now comes before its reason a"),
        ("exclude", None, [A, B], [A, B, C], None),
        ("exclude", None, [A, B], [A], "criterion b changed or gone, and the exclusion names no reason"),
        ("include", None, [A, B], [A], None),
        ("include", None, [A, B], [B, A], None),
        ("include", None, [A], [A, B], "criterion b changed or new"),
        ("maybe", None, [A], [("a", "other")], "criterion a changed or new"),
        ("not-retrieved", None, [A], [B], None),
    ],
)
def test_a_decision_is_touched_by_what_could_have_changed_it(
    verdict: str, reason: str | None, then: list[tuple[str, str]], now: list[tuple[str, str]], again: str | None
) -> None:
    assert touched(verdict, reason, then, now) == again


def test_the_text_of_the_criteria_has_the_hash_that_decisions_name(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        made = says(review, "Anna", works[0], "include")
        assert hashlib.sha256(text_of(review.config).encode()).hexdigest() == made.criteria
        path = review.outputs / "decisions/criteria" / f"{made.criteria}.json"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == made.criteria


def test_deciding_again_settles_it_and_what_is_untouched_is_not_asked(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Anna", works[1], "exclude", reason="off-topic")
        assert to_look_at_again(review) == []
    stricter = REVIEW.replace("stages:\n", "    - {id: no-data, text: No data}\nstages:\n", 1)
    with opened(tmp_path, stricter) as review:
        (again,) = to_look_at_again(review)
        assert (again.vote.work_id, again.why) == (works[0], "criterion no-data changed or new")
        says(review, "Anna", works[0], "include")
        assert to_look_at_again(review) == []


def test_the_criteria_a_colleague_decided_under_come_with_the_files(tmp_path: Path) -> None:
    with screening(tmp_path / "one") as (here, works):
        says(here, "Ben", works[0], "include")
    stricter = REVIEW.replace("Not about transfer", "Not about any transfer")
    with screening(tmp_path / "two", review=stricter) as (there, _):
        source, target = tmp_path / "one/outputs/decisions", there.outputs / "decisions"
        target.mkdir(parents=True)
        (target / "Ben.jsonl").write_bytes((source / "Ben.jsonl").read_bytes())
        read_logs(there)
        assert "is not known here" in to_look_at_again(there)[0].why
        (target / "criteria").mkdir()
        for path in (source / "criteria").iterdir():
            (target / "criteria" / path.name).write_bytes(path.read_bytes())
        (target / "criteria" / f"{'0' * 64}.json").write_text("{}", "utf-8")
        read_logs(there)
        assert to_look_at_again(there)[0].why == "criterion off-topic changed or new"
        assert "0" * 64 not in log.criteria_versions(there.store.db)
    assert STAGE
