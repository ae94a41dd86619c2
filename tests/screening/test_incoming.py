"""Decisions that come in from colleagues and other tools: any order, any number of times, the same state."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.errors import ImportFileError, NotFound, ReviewError, UserError
from slr.review import Review
from slr.screening import audit
from slr.screening.incoming import Incoming, import_decisions
from slr.screening.logs import log_path, write_logs
from slr.screening.outside import read
from slr.screening.packets import TABLE, export_packet, export_table
from slr.store import decisions as log
from tests.screening.test_audit import screening_again
from tests.support.data import shared
from tests.support.imported import REVIEW, opened
from tests.support.screened import LAST, STAGE, TITLES, says, screening
from tests.support.tampering import PEOPLE, grown, text

RAYYAN = (
    "key,title,year,notes\n"
    '1,{},2000,"RAYYAN-INCLUSION: {{""Anna""=>""Included"", ""Ben""=>""Excluded""}} | RAYYAN-LABELS: x '
    '| RAYYAN-EXCLUSION-REASONS: off-topic"\n'
    '2,{},2001,"RAYYAN-INCLUSION: {{""Anna""=>""Maybe""}}"\n3,{},2002,\n'
).format(*TITLES)
ASREVIEW_RIS = "".join(
    f"TY  - JOUR\nTI  - {title}\nPY  - {2000 + n}\nN1  - {label}\nER  - \n\n"
    for n, (title, label) in enumerate(
        zip(TITLES, ("ASReview_relevant", "ASReview_irrelevant", "ASReview_not_seen"), strict=False)
    )
)
ASREVIEW_CSV = "title,year,asreview_label,asreview_time,asreview_note\n" + "".join(
    f"{title},{2000 + n},{label},2026-11-01,\n"
    for n, (title, label) in enumerate(zip(TITLES, ("1", "0.0", ""), strict=False))
)
COVIDENCE = (
    "Title,Authors,Published Year,DOI,Covidence #,Study,Notes,Tags\n"
    "{},A,2000,,#1,A 2000,Exclusion reason: Not about transfer; ,\n"
    "{},B,2001,,#2,B 2001,Exclusion reason: Wrong land; ,\n"
).format(*TITLES)


def take(review: Review, content: str, **more: Any) -> Incoming:
    path = review.folder / "decisions.txt"
    path.write_text(content, "utf-8")
    return import_decisions(review, path, **{"stage": STAGE, **more})


def state(review: Review) -> dict[str, list[tuple[object, ...]]]:
    db = review.store.db
    return {who: [(e.hash,) for e in log.log(db, who)] for who in log.reviewers(db)}


def said(review: Review) -> set[tuple[str, str, str | None]]:
    """(reviewer, verdict, reason) by title."""
    db = review.store.db
    titles = log.titles(db, log.eligible(db))
    return {(v.reviewer, f"{TITLES.index(titles[v.work_id])} {v.verdict}", v.reason) for v in log.verdicts(db)}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 32))
def test_packets_in_any_order_any_number_of_times_give_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng, folder = random.Random(seed), tmp_path_factory.mktemp("review")
    logs = {who: grown(who, [], rng.randrange(1, 8), rng) for who in PEOPLE}
    parts = [(who, events[: rng.randrange(len(events)) + 1]) for who, events in logs.items() for _ in range(2)]
    parts += list(logs.items())
    states = []
    for n in range(2):
        rng.shuffle(parts)
        with opened(folder / str(n)) as review:
            for _, events in [*parts, *rng.choices(parts, k=3)]:
                path = folder / "packet.jsonl"
                path.write_bytes(text(events))
                import_decisions(review, path)
            states.append({who: (log_path(review, who).read_bytes(), log.heads(review.store.db)) for who in PEOPLE})
            assert audit.verify(review).found == ()
    assert states[0] == states[1] and all(states[0][who][0] == text(logs[who]) for who in PEOPLE)


def test_a_packet_brings_a_reviewers_log_to_another_machine(tmp_path: Path) -> None:
    with screening(tmp_path / "one") as (here, works), screening(tmp_path / "two") as (there, _):
        says(here, "Ben", works[0], "exclude", reason="off-topic", note="über")
        says(here, "Ben", works[1], "include")
        assert export_packet(here, "Ben", tmp_path / "b.jsonl") == 2
        assert import_decisions(there, tmp_path / "b.jsonl") == Incoming("slr", {"Ben": 2}, 0, 0, ())
        assert import_decisions(there, tmp_path / "b.jsonl") == Incoming("slr", {"Ben": 0}, 2, 0, ())
        assert state(here) == state(there)
        assert log_path(here, "Ben").read_bytes() == log_path(there, "Ben").read_bytes()


def test_a_packet_that_was_cut_off_or_changed_is_refused_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    with screening(tmp_path / "one") as (here, works), screening(tmp_path / "two") as (there, _):
        for work in works:
            says(here, "Ben", work, "include")
        path = tmp_path / "b.jsonl"
        export_packet(here, "Ben", path)
        whole = path.read_bytes()
        path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
        with pytest.raises(ImportFileError, match="has 3 lines of decisions and says that it has 4: it was cut off"):
            import_decisions(there, path)
        path.write_bytes(whole.replace(b'"verdict": "include"', b'"verdict": "exclude"', 1))
        with pytest.raises(ReviewError, match=r"b\.jsonl, line 1, was changed after it was written"):
            import_decisions(there, path)
        assert state(there) == {}


def test_a_reviewer_who_decided_on_two_machines_is_told(tmp_path: Path) -> None:
    with screening(tmp_path / "one") as (here, works), screening(tmp_path / "two") as (there, _):
        says(here, "Ben", works[0], "include")
        says(there, "Ben", works[0], "exclude")
        export_packet(here, "Ben", tmp_path / "b.jsonl")
        with pytest.raises(ReviewError, match="one reviewer decided in two places"):
            import_decisions(there, tmp_path / "b.jsonl")


def test_there_is_no_packet_of_nobody(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _), pytest.raises(NotFound, match=r"no log of 'Dora' \(nobody has\)"):
        export_packet(review, "Dora", tmp_path / "x")


# other tools


def test_rayyans_votes_are_taken_in_by_name_with_their_reasons(tmp_path: Path) -> None:
    with screening(tmp_path, review=REVIEW + "reviewers: [Anna, Ben]\n") as (review, _):
        found = take(review, RAYYAN)
        assert (found.tool, found.taken, found.undecided, found.troubles) == ("Rayyan", {"Anna": 2, "Ben": 1}, 1, ())
        assert said(review) == {
            ("Anna", "0 include", None),
            ("Ben", "0 exclude", "off-topic"),
            ("Anna", "1 maybe", None),
        }


def test_names_that_the_review_does_not_know_are_told_and_can_be_said(tmp_path: Path) -> None:
    with screening(tmp_path, review=REVIEW + "reviewers: [A, Ben]\n") as (review, _):
        with pytest.raises(NotFound, match=r"'Anna' of the file is no reviewer here: add --person 'Anna=NAME'"):
            take(review, RAYYAN)
        assert take(review, RAYYAN, people={"Anna": "A"}).taken == {"A": 2, "Ben": 1}


@pytest.mark.parametrize("content", [ASREVIEW_RIS, ASREVIEW_CSV])
def test_asreviews_labels_are_taken_in(tmp_path: Path, content: str) -> None:
    with screening(tmp_path) as (review, _):
        found = take(review, content, reviewer="Anna")
        assert (found.tool, found.taken, found.undecided) == ("ASReview", {"Anna": 2}, 1)
        assert said(review) == {("Anna", "0 include", None), ("Anna", "1 exclude", None)}


def test_covidences_list_gives_reasons_by_their_text_and_says_which_it_does_not_know(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _):
        found = take(review, COVIDENCE, reviewer="Anna", stage=LAST)
        assert found.taken == {"Anna": 1}
        assert [t.why for t in found.troubles] == [
            "its reason 'Wrong land' is none of full-text: add --reason 'Wrong land=ID'"
        ]
        again = take(review, COVIDENCE, reviewer="Anna", stage=LAST, reasons={"wrong land": "one-cluster"})
        assert (again.taken, again.known) == ({"Anna": 1}, 1)
        assert said(review) == {("Anna", "0 exclude", "off-topic"), ("Anna", "1 exclude", "one-cluster")}


def test_a_list_without_decisions_takes_the_one_that_is_said(tmp_path: Path) -> None:
    listed = "Title,Published Year,Covidence #\n" + f"{TITLES[0]},2000,#1\n"
    with screening(tmp_path) as (review, _):
        with pytest.raises(ImportFileError, match="tells no decision"):
            take(review, listed, reviewer="Anna")
        assert take(review, listed, reviewer="Anna", verdict="include").taken == {"Anna": 1}


def test_a_table_that_was_filled_in_comes_back(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        path = tmp_path / "anna.csv"
        assert export_table(review, "Anna", STAGE, path) == 4
        rows = path.read_text("utf-8-sig").splitlines()
        assert rows[0] == ",".join(TABLE) and rows[1].endswith(",,,")
        filled = [
            rows[0],
            rows[1][:-2] + "yes,,",
            rows[2][:-2] + "No,off-topic,far away",
            rows[3],
            rows[4][:-2] + "perhaps,,",
        ]
        path.write_text("\n".join(filled) + "\n", "utf-8-sig")
        found = import_decisions(review, path, stage=STAGE, reviewer="Anna")
        assert (found.tool, found.taken, found.undecided) == ("table", {"Anna": 2}, 1)
        assert [(t.line, t.why) for t in found.troubles] == [(5, "'perhaps' is no verdict that is known here")]
        assert {(v.work_id, v.verdict, v.note) for v in log.verdicts(review.store.db)} == {
            (sorted(works)[0], "include", None), (sorted(works)[1], "exclude", "far away")
        }  # fmt: skip


def test_the_same_export_twice_or_after_an_undo_changes_nothing(tmp_path: Path) -> None:
    from slr.screening.decisions import undo

    with screening(tmp_path) as (review, _):
        take(review, ASREVIEW_CSV, reviewer="Anna")
        before = state(review)
        assert take(review, ASREVIEW_CSV, reviewer="Anna").taken == {"Anna": 0} and state(review) == before
        assert take(review, ASREVIEW_CSV + "\n", reviewer="Anna").taken == {"Anna": 0} and state(review) == before
        undo(review, reviewer="Anna")
        assert take(review, ASREVIEW_CSV, reviewer="Anna").taken == {"Anna": 0}


def test_no_file_overrules_a_decision(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        for work in works:
            says(review, "Anna", work, "maybe")
        found = take(review, ASREVIEW_CSV, reviewer="Anna")
        assert found.taken == {"Anna": 0} and len(found.troubles) == 2
        assert "Anna decided 'maybe' on" in found.troubles[0].why and "the file says 'include'" in found.troubles[0].why
        assert {v.verdict for v in log.verdicts(review.store.db)} == {"maybe"}


def test_a_row_that_could_mean_two_works_or_none_is_left(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _):
        found = take(review, "title,year,decision\nUnheard of,1999,include\n", reviewer="Anna")
        assert [(t.line, t.work, t.why) for t in found.troubles] == [(2, "Unheard of", "no work of this review")]
        twice = f"title,year,decision\n{TITLES[0]},2000,include\n{TITLES[0]},2000,exclude\n"
        assert "line 2 says something else" in take(review, twice, reviewer="Anna").troubles[0].why


@pytest.mark.parametrize(
    ("content", "more", "error", "words"),
    [
        ("title,decision\nA,include\n", {}, UserError, "does not say who decided: add --reviewer"),
        (
            "title,decision\nA,include\n",
            {"stage": None},
            UserError,
            "does not say which stage it is about: add --stage",
        ),
        ("title,decision\nA,include\n", {"stage": "x", "reviewer": "A"}, NotFound, "no stage 'x'"),
        ("color,decision\nA,include\n", {"reviewer": "A"}, ImportFileError, "no column that names a work"),
        ("title,decision\n", {"reviewer": "A"}, ImportFileError, "has no record"),
        ("", {"reviewer": "A"}, ImportFileError, "is empty"),
        ('title,decision\n"A' + "x" * 200_000 + "\n", {"reviewer": "A"}, ImportFileError, "is no row of a table"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, content: str, more: dict[str, Any], error: type[Exception], words: str
) -> None:
    with screening(tmp_path) as (review, _):
        with pytest.raises(error, match=words) as caught:
            take(review, content, **more)
        assert "\n" not in str(caught.value) and state(review) == {}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _), pytest.raises(ImportFileError, match=r"cannot be read \(No such file"):
        import_decisions(review, tmp_path / "nowhere.csv", stage=STAGE)


def test_an_imported_decision_names_its_file_and_line(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _):
        take(review, ASREVIEW_CSV, reviewer="Anna")
        write_logs(review)
        vias = [str(e.more["via"]) for e in log.log(review.store.db, "Anna")]
        assert [via.split(":")[1] for via in vias] == ["2", "3"] and len({via.split(":")[0] for via in vias}) == 1


def test_asreviews_own_file_of_labelled_records_is_understood() -> None:
    """The tool's own example: relevant, irrelevant and not seen, with notes around the label."""
    found = read(shared("exports/asreview/baseline_tag-notes_labels.ris").read_bytes(), "x.ris")
    assert found.tool == "ASReview" and found.undecided > 0
    for row in found.rows:
        assert row.verdict == ("exclude" if '"irrelevant"' in row.title else "include"), row
    whole = found.undecided + len(found.rows)
    assert whole == shared("exports/asreview/baseline_tag-notes_labels.ris").read_text("utf-8-sig").count("TY  - ")


def test_what_was_decided_elsewhere_is_whole_for_the_audit(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, _):
        take(review, ASREVIEW_CSV, reviewer="Anna")
    with screening_again(tmp_path) as (review, _):
        assert audit.verify(review).found == ()
