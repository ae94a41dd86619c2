"""Linking reports to studies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slr.errors import NotFound, UserError
from slr.prisma import studies
from slr.review import Review
from slr.store.studies import events
from tests.support.imported import entry, opened, settle, take, work_ids


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with opened(tmp_path) as found:
        take(found, "".join(entry(f"Knowledge transfer of cluster number {n}") for n in range(5)), "EBSCO")
        settle(found)
        yield found


def test_linked_reports_are_one_study_and_bring_those_linked_before(review: Review) -> None:
    a, b, c, d, e = work_ids(review)
    first = studies.link(review, [a, b], who="Anna", name="Emilia")
    joined = studies.link(review, [c, b], who="Ben")
    assert (joined.study_id, joined.name, joined.reports) == (first.study_id, "Emilia", tuple(sorted((a, b, c))))
    other = studies.link(review, [d, e], who="Ben")
    assert studies.listed(review) == sorted((joined, other), key=lambda one: one.study_id)
    assert studies.link(review, [e, a], who="Ben").reports == tuple(sorted((a, b, c, d, e)))


def test_saying_it_again_appends_nothing_and_a_name_can_be_given_later(review: Review) -> None:
    a, b, *_ = work_ids(review)
    studies.link(review, [a, b], who="Anna")
    before = events(review.store.db)
    studies.link(review, [b, a], who="Ben")
    assert events(review.store.db) == before
    assert studies.link(review, [a], who="Ben", name="Emilia").name == "Emilia"


def test_a_report_taken_out_is_a_study_of_its_own_and_linked_anew_meets_no_old_study(review: Review) -> None:
    a, b, c, *_ = work_ids(review)
    old = studies.link(review, [a, b], who="Anna")
    assert studies.unlink(review, [a], who="Anna") == [a]
    new = studies.link(review, [a, c], who="Anna")
    assert new.study_id != old.study_id and new.reports == tuple(sorted((a, c)))
    assert [one.reports for one in studies.listed(review) if one.study_id == old.study_id] == [(b,)]


def test_a_work_is_named_by_its_id_or_by_a_record(review: Review) -> None:
    record = review.store.db.execute("SELECT record_id FROM membership WHERE work_id = ?", (work_ids(review)[0],))
    assert studies.link(review, [record.fetchone()[0], work_ids(review)[1]], who="Anna").reports == tuple(
        work_ids(review)[:2]
    )


def test_what_cannot_be_linked_is_refused_with_the_remedy_and_nothing_is_kept(review: Review) -> None:
    a, *_ = work_ids(review)
    with pytest.raises(UserError, match="a link needs two reports and '" + a):
        studies.link(review, [a, a], who="Anna")
    with pytest.raises(NotFound, match="there is no work 'W0': 'slr export"):
        studies.link(review, [a, "W0"], who="Anna")
    with pytest.raises(UserError, match="is not linked to a study: 'slr study list'"):
        studies.unlink(review, [a], who="Anna")
    assert events(review.store.db) == 0
