"""The queue: what is asked, what is not asked twice, and that it goes on where it was left."""

from __future__ import annotations

from pathlib import Path

from slr.dedup.asked import LEFT_OPEN, both, queue
from slr.dedup.judging import By, judge, merge, split
from slr.dedup.stage import dedupe
from slr.review import Review
from slr.store import pairs
from tests.dedup.known import groups, knowing, paper

ANNA, BEN = By("Anna", "review"), By("Ben", "review", overrule=True)
NAMES = ("One title of its own", "Another title altogether", "A third one, unlike them", "The fourth and last title")
FOUR = tuple(paper(f"{letter}:1", title) for letter, title in zip("abcd", NAMES, strict=True))


def doubt(review: Review, *found: tuple[str, str, float]) -> None:
    with review.store.writing() as db:
        pairs.doubt(db, [(a, b, "thin-record", score) for a, b, score in found], review.now())


def asked(review: Review) -> list[tuple[str, str]]:
    return [(q.a, q.b) for q in queue(review.store.db)]


def test_what_the_rules_are_unsure_of_is_asked_until_somebody_says(tmp_path: Path) -> None:
    one, other = paper("a:1"), paper("b:1", f"{paper('a:1').title}: the process of knowledge creation")
    with knowing(tmp_path, one, other) as review:
        (question,) = queue(review.store.db)
        assert (question.a, question.b, question.looked) == ("a:1", "b:1", None) and len(set(question.works)) == 2
        assert both(review, question) == (one, other)
        assert dedupe(review).unsure == 1
        judge(review, "a:1", "b:1", "distinct", ANNA)
        assert dedupe(review).unsure == dedupe(review, again=True).unsure == 0


def test_the_most_alike_come_first_and_what_somebody_left_open_comes_last(tmp_path: Path) -> None:
    with knowing(tmp_path, *FOUR) as review:
        doubt(review, ("a:1", "b:1", 80), ("a:1", "c:1", 95), ("c:1", "d:1", 90))
        assert asked(review) == [("a:1", "c:1"), ("c:1", "d:1"), ("a:1", "b:1")]
        judge(review, "a:1", "c:1", "unsure", ANNA)
        assert asked(review) == [("c:1", "d:1"), ("a:1", "b:1"), ("a:1", "c:1")]
        last = queue(review.store.db)[-1]
        assert last.looked is not None and last.looked.reviewer == "Anna"


def test_two_works_are_asked_about_once_and_not_after_a_person_held_any_of_their_records_distinct(
    tmp_path: Path,
) -> None:
    with knowing(tmp_path, *FOUR) as review:
        merge(review, "a:1", "b:1", ANNA)
        doubt(review, ("a:1", "c:1", 80), ("b:1", "c:1", 95), ("b:1", "d:1", 70))
        assert asked(review) == [("b:1", "c:1"), ("b:1", "d:1")]
        judge(review, "a:1", "c:1", "distinct", ANNA)
        assert asked(review) == [("b:1", "d:1")]
        merge(review, "b:1", "d:1", ANNA)
        assert asked(review) == []
        split(review, "a:1", ["d:1"], ANNA)
        assert asked(review) == []


def test_a_pair_whose_verdict_is_taken_back_is_asked_about_again(tmp_path: Path) -> None:
    with knowing(tmp_path, *FOUR) as review:
        merge(review, "a:1", "b:1", ANNA)
        judge(review, "a:1", "b:1", "unsure", BEN)
        assert len(groups(review)) == 4
        (question,) = queue(review.store.db)
        assert (question.a, question.b, question.rule) == ("a:1", "b:1", LEFT_OPEN)
