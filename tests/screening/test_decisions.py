"""Decisions: appended, chained, kept through every crash, and never silently changed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup.stage import dedupe
from slr.errors import NotFound, ReviewError, UserError
from slr.review import Review
from slr.screening.decisions import (
    as_line,
    chain_hash,
    decide,
    log_path,
    read_log,
    read_logs,
    write_log,
    write_logs,
)
from slr.store import decisions as log
from slr.verdicts import COMMON, Event, Vote, outcome
from tests.support.imported import REVIEW, entry, opened, settle, take, work_ids

BUZZ = "Local buzz and global pipelines"
TWO = entry(BUZZ) + entry(BUZZ, year=2003, DO="10.1000/buzz")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with opened(tmp_path) as found:
        take(found, TWO + entry("Trade fairs of the Ruhr valley"), "EBSCO")
        settle(found)
        yield found


def first(review: Review, verdict: str = "include", reviewer: str = "Anna", **given: Any) -> Event:
    return decide(review, work_ids(review)[0], verdict, stage="title-abstract", reviewer=reviewer, **given)


def lines(review: Review, reviewer: str = "Anna") -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_path(review, reviewer).read_bytes().split(b"\n")[:-1]]


def stored(review: Review, reviewer: str = "Anna") -> list[dict[str, Any]]:
    return [decision.content() for decision in log.log(review.store.db, reviewer)]


def following(review: Review, reviewer: str = "Anna", **changed: Any) -> Event:
    """A decision that would follow the reviewer's last, made but not kept."""
    made = Event(work_ids(review)[1], "title-abstract", reviewer, "exclude", None, None, "now", "",
                 log.head(review.store.db, reviewer), "")  # fmt: skip
    made = replace(made, **changed)
    return replace(made, hash=chain_hash(made.content()))


# the chain


@given(st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5), max_size=5), st.randoms())
def test_the_hash_does_not_depend_on_the_order_of_the_fields_nor_on_itself(
    fields: dict[str, str | None], rng: random.Random
) -> None:
    keys = list(fields)
    rng.shuffle(keys)
    assert chain_hash({key: fields[key] for key in keys} | {"hash": "x"}) == chain_hash({**fields, "hash": "y"})


@pytest.mark.parametrize("field", [f for f in COMMON if f != "hash"])
def test_the_hash_depends_on_every_other_field(field: str) -> None:
    made = Event("w", "s", "r", "include", None, None, "t", "c", "p", "h")
    assert chain_hash(made.content()) != chain_hash(made.content() | {field: "other"})


def test_each_decision_follows_the_reviewers_one_before_and_file_and_store_are_the_same(review: Review) -> None:
    made = [first(review), first(review, "exclude"), first(review, reviewer="Ben"), first(review, "maybe")]
    anna = [d for d in made if d.reviewer == "Anna"]
    assert anna[0].prev == made[2].prev == "0" * 64
    assert [d.prev for d in anna[1:]] == [d.hash for d in anna[:-1]]
    assert lines(review) == stored(review) == [d.content() for d in anna]
    assert all(chain_hash(line) == line["hash"] for line in lines(review))
    assert lines(review, "Ben") == stored(review, "Ben") == [made[2].content()]


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_note_is_one_line_of_the_file_and_comes_back(tmp_path_factory: pytest.TempPathFactory, note: str) -> None:
    with opened(tmp_path_factory.mktemp("review")) as review:
        take(review, TWO, "EBSCO")
        dedupe(review)
        made = first(review, reviewer="Žofie Nováková-Łuk", note=note)
        assert lines(review, "Žofie Nováková-Łuk") == [made.content()] and made.note == note
        assert read_logs(review) == 0


def test_notes_with_every_kind_of_line_end_are_kept(review: Review) -> None:
    first(review, note="one\ntwo\r\nthree\u2028four\x85five\x0bsix")
    first(review, "exclude")
    assert lines(review) == stored(review) and read_logs(review) == 0


# what is refused


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "", " ", ".hidden", "x" * 65, "Anna\n", "An:na", "*", "Zoe\u0308", "a\ud800"]
)
def test_a_name_that_is_no_plain_file_name_is_refused_and_nothing_is_written(review: Review, name: str) -> None:
    with pytest.raises(UserError, match=r"cannot be a reviewer's name"):
        first(review, reviewer=name)
    assert not (review.outputs / "decisions").exists() and log.reviewers(review.store.db) == []


def test_two_names_that_differ_in_case_only_are_refused(review: Review) -> None:
    first(review, reviewer="Anna")
    with pytest.raises(UserError, match=r"'anna' and 'Anna' would share one file"):
        first(review, reviewer="anna")


def test_only_configured_reviewers_decide_where_there_are_any(tmp_path: Path) -> None:
    with opened(tmp_path, REVIEW + "reviewers: [Anna, Ben]\n") as review:
        take(review, TWO, "EBSCO")
        dedupe(review)
        first(review)
        with pytest.raises(NotFound, match=r"'Carl' is not a reviewer .*has: Anna, Ben"):
            first(review, reviewer="Carl")


@pytest.mark.parametrize(
    ("verdict", "stage", "reason", "said"),
    [
        ("include", "abstract", None, r"no stage 'abstract' .*title-abstract, full-text"),
        ("yes", "full-text", None, r"'yes' is not a verdict: write one of include, exclude, maybe, not-retrieved"),
        ("not-retrieved", "title-abstract", None, "for reports sought in full text: use it with --stage full-text"),
        ("include", "full-text", "off-topic", "a reason goes with 'exclude' only, not with 'include'"),
        (
            "exclude",
            "full-text",
            "boring",
            r"'boring' is no exclusion reason of stage full-text .*off-topic, one-cluster",
        ),
        ("exclude", "title-abstract", "one-cluster", r"no exclusion reason of stage title-abstract .*off-topic\)"),
        ("exclude", "full-text", None, r"one primary reason .* add --reason \(off-topic, one-cluster\)"),
    ],
)
def test_what_the_method_forbids_is_refused_in_a_sentence(
    review: Review, verdict: str, stage: str, reason: str | None, said: str
) -> None:
    with pytest.raises(UserError, match=said) as caught:
        decide(review, work_ids(review)[0], verdict, stage=stage, reviewer="Anna", reason=reason)
    assert "\n" not in str(caught.value)
    assert stored(review) == []


def test_an_unknown_work_is_refused_with_the_remedy(review: Review) -> None:
    with pytest.raises(NotFound, match=r"no work 'W0': 'slr export works.csv"):
        decide(review, "W0", "include", stage="title-abstract", reviewer="Anna")


def test_a_note_of_broken_bytes_is_refused(review: Review) -> None:
    with pytest.raises(UserError, match=r"not UTF-8"):
        first(review, note="caf\udce9")
    assert stored(review) == []


def test_a_review_without_reasons_asks_for_none(tmp_path: Path) -> None:
    bare = REVIEW[: REVIEW.index("  exclusion:")] + REVIEW[REVIEW.index("stages:\n") :]
    with opened(tmp_path, bare) as review:
        take(review, TWO, "EBSCO")
        dedupe(review)
        work = work_ids(review)[0]
        assert decide(review, work, "exclude", stage="full-text", reviewer="Anna").reason is None
        with pytest.raises(NotFound, match=r"has none: criteria.exclusion"):
            decide(review, work, "exclude", stage="full-text", reviewer="Anna", reason="x")


# store and file


def test_a_crash_between_store_and_file_is_mended_by_the_next_decision(review: Review) -> None:
    first(review)
    with review.store.writing() as db:
        log.append(db, following(review))
    assert len(lines(review)) == 1
    first(review, "exclude")
    assert len(lines(review)) == 3 and lines(review) == stored(review)


@pytest.mark.parametrize("kept", [1, 40, 200])
def test_a_line_that_a_crash_left_half_written_is_written_whole_by_the_next_decision(review: Review, kept: int) -> None:
    first(review)
    first(review, "exclude")
    path = log_path(review, "Anna")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 1 + kept])
    first(review, "maybe")
    assert path.read_bytes().startswith(whole) and lines(review) == stored(review)


def test_what_stands_behind_the_last_line_is_cut_off_when_the_file_is_written(review: Review) -> None:
    first(review)
    path = log_path(review, "Anna")
    whole = path.read_bytes()
    path.write_bytes(whole + b"x" * 5000)
    with pytest.raises(ReviewError, match=r"Anna\.jsonl, line 2, is not a decision"):
        read_logs(review)
    write_log(review, "Anna")
    assert path.read_bytes() == whole


def test_a_file_that_was_lost_is_written_anew(review: Review) -> None:
    first(review)
    log_path(review, "Anna").unlink()
    assert write_logs(review) == [log_path(review, "Anna")]
    assert lines(review) == stored(review)


def test_a_file_with_the_line_ends_of_windows_is_the_same(review: Review) -> None:
    first(review)
    first(review, "exclude")
    path = log_path(review, "Anna")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    first(review, "maybe")
    assert read_logs(review) == 0 and len(path.read_bytes().splitlines()) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b'"include"', b'"exclude"'), "was changed after it was written"),
        (lambda text: b"{}\n" + text, "is not a decision"),
        (lambda text: b"garbage\n", "is not a decision"),
        (lambda text: b"\xff\xfe\n", "is not a decision"),
        (lambda text: b"[1]\n", "is not a decision"),
        (lambda text: text.replace(b'"note": null', b'"note": 5'), "is not a decision"),
    ],
)
def test_a_file_changed_by_hand_is_refused_with_its_line_before_anything_is_kept(
    review: Review, change: Any, said: str
) -> None:
    first(review)
    path = log_path(review, "Anna")
    path.write_bytes(change(path.read_bytes()))
    before = path.read_bytes()
    for use in (lambda: first(review, "exclude"), lambda: read_logs(review), lambda: write_logs(review)):
        with pytest.raises(ReviewError, match=r"outputs/decisions/Anna.jsonl, line 1, .*restore the file from git"):
            use()
    with pytest.raises(ReviewError, match=said):
        read_log(review, "Anna")
    assert path.read_bytes() == before and len(stored(review)) == 1


def test_a_colleagues_lines_are_taken_in_once(review: Review) -> None:
    first(review)
    mine = following(review)
    bens = following(review, reviewer="Ben")
    path = log_path(review, "Anna")
    path.write_bytes(path.read_bytes() + as_line(mine).encode())
    log_path(review, "Ben").write_bytes(as_line(bens).encode())
    assert read_logs(review) == 2 and read_logs(review) == 0
    assert stored(review)[1:] == [mine.content()] and stored(review, "Ben") == [bens.content()]


def test_the_next_decision_follows_a_colleagues_line(review: Review) -> None:
    first(review)
    theirs = following(review)
    path = log_path(review, "Anna")
    path.write_bytes(path.read_bytes() + as_line(theirs).encode())
    assert first(review, "maybe").prev == theirs.hash
    assert len(lines(review)) == 3 and lines(review) == stored(review)


def test_a_colleagues_last_line_without_its_end_is_taken_in_and_ended(review: Review) -> None:
    first(review)
    path = log_path(review, "Anna")
    path.write_bytes(path.read_bytes() + as_line(following(review)).encode().rstrip())
    assert read_logs(review) == 1
    write_log(review, "Anna")
    assert lines(review) == stored(review) and len(stored(review)) == 2


@pytest.mark.parametrize("changed", [{"prev": "0" * 64}, {"prev": "f" * 64}, {"reviewer": "Ben"}])
def test_a_line_that_does_not_follow_the_one_before_is_refused_and_of_its_file_nothing_is_taken(
    review: Review, changed: dict[str, str]
) -> None:
    first(review)
    good = following(review)
    bad = following(review, **({"prev": good.hash} | changed))
    path = log_path(review, "Anna")
    path.write_bytes(path.read_bytes() + as_line(good).encode() + as_line(bad).encode())
    with pytest.raises(ReviewError, match=r"Anna.jsonl, line 3, does not follow the decision before it"):
        read_logs(review)
    assert len(stored(review)) == 1


def test_a_reviewer_who_decided_in_two_places_is_told(review: Review) -> None:
    """Both lines are whole and follow the same decision: a fork, which no machine may settle."""
    first(review)
    fork = following(review)
    kept = log_path(review, "Anna").read_bytes()
    first(review, "exclude")
    log_path(review, "Anna").write_bytes(kept + as_line(fork).encode())
    with pytest.raises(
        ReviewError, match=r"line 2, is another decision than the store has there: one reviewer decided in two"
    ):
        read_logs(review)
    assert len(stored(review)) == 2


def test_a_line_about_a_work_that_is_not_here_is_kept_for_when_it_comes(review: Review) -> None:
    made = following(review, work_id="W0123456789ab")
    path = log_path(review, "Anna")
    path.parent.mkdir()
    path.write_bytes(as_line(made).encode())
    assert read_logs(review) == 1
    assert stored(review) == [made.content()] and log.verdicts(review.store.db) == []


# merges


def test_a_decision_on_a_work_that_was_merged_can_be_replaced_by_its_reviewer(review: Review) -> None:
    """Two works, two decisions; merged they are a conflict, and deciding anew settles it either way."""
    titled = "SELECT w.work_id FROM work AS w JOIN record AS r ON r.record_id = w.founder WHERE r.title = ?"
    mine = [row[0] for row in review.store.db.execute(titled, (BUZZ,))]
    for work, verdict in zip(mine, ("include", "exclude"), strict=True):
        for reviewer in ("Anna", "Ben"):
            decide(review, work, verdict, stage="title-abstract", reviewer=reviewer)
    take(review, entry(BUZZ, DO="10.1000/buzz"), "Scopus")
    dedupe(review)

    def standing() -> str:
        cast = [Vote(v.reviewer, v.verdict) for v in log.verdicts(review.store.db)]
        assert len({v.work_id for v in log.verdicts(review.store.db)}) == 1
        return outcome(cast, 2)

    assert standing() == "conflict"
    for verdict in ("exclude", "include", "exclude"):
        for reviewer in ("Anna", "Ben"):
            decide(review, mine[0], verdict, stage="title-abstract", reviewer=reviewer)
        assert standing() == verdict
    assert lines(review) == stored(review) and read_logs(review) == 0
