"""The PRISMA numbers of real small reviews: each is the length of its list, and they balance."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from slr.errors import UserError
from slr.model import Origin
from slr.prisma import boxes
from slr.prisma.boxes import BOXES, ids, numbers, state_of
from slr.prisma.numbers import BOXES as TEMPLATE
from slr.prisma.numbers import Numbers, broken_identities
from slr.review import Review
from slr.screening.decisions import decide
from slr.store import records, works
from tests.support.imported import REVIEW, entry, opened, settle, take, work_ids

SOURCES: tuple[tuple[str, Origin], ...] = (
    ("EBSCO", "database"),
    ("Scopus", "database"),
    ("ClinicalTrials", "register"),
    ("Google Scholar", "website"),
    ("IMP", "organisation"),
    ("openalex citations", "citation"),
)
TITLES = [f"Knowledge transfer of cluster number {n}" for n in range(9)]


def fill(review: Review, rng: random.Random, sources: int) -> None:
    """Files of chosen origins with records from one small pool; grouped and marked between and at the end."""
    for source, origin in rng.sample(SOURCES, sources):
        found = rng.choices(TITLES, k=rng.randint(1, 7))
        kinds = [rng.choice(("JOUR", "JOUR", "JOUR", "BOOK", "GEN")) for _ in found]
        dois = [rng.choice(({}, {"DO": f"10.1000/{title[-1]}"})) for title in found]
        years = [rng.choice((2004, 2004, 1980, None)) for _ in found]
        lines = (entry(t, kind=k, year=y, **d) for t, k, y, d in zip(found, kinds, years, dois, strict=True))
        take(review, "".join(lines), source, origin=origin)
        if rng.random() < 0.5:
            settle(review)
            vote(review, rng)
    settle(review)


def vote(review: Review, rng: random.Random) -> None:
    for work in work_ids(review):
        for stage in ("title-abstract", "full-text"):
            for reviewer in ("Anna", "Ben", "Carl"):
                verdict = rng.choice((None, None, "include", "include", "include", "exclude", "maybe", "not-retrieved"))
                if verdict is None or (verdict == "not-retrieved" and stage == "title-abstract"):
                    continue
                reason = (
                    rng.choice(("off-topic", "one-cluster")) if (verdict, stage) == ("exclude", "full-text") else None
                )
                decide(review, work, verdict, stage=stage, reviewer=reviewer, reason=reason)


def counted(review: Review) -> Numbers:
    """The numbers, after checking each against its list and each list against the review."""
    state = state_of(review)
    found = numbers(state)
    real = {"records": {r.record_id for r in records.every(review.store.db)}, "works": set(work_ids(review))}
    for box in BOXES:
        listed = ids(state, box.key)
        assert len(set(listed)) == len(listed) == found.count(box.key), box.key
        assert set(listed) <= real["records" if box.unit == "records" else "works"], box.key
    assert broken_identities(found) == []
    return found


@pytest.mark.parametrize("seed", range(24))
def test_on_any_review_each_number_is_the_length_of_its_list_and_they_balance(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    reviewers = 1 + seed % 2
    with opened(tmp_path, REVIEW.replace("reviewers: 2", f"reviewers: {reviewers}")) as review:
        fill(review, rng, sources=1 + seed % len(SOURCES))
        vote(review, rng)
        found = counted(review)
        state = state_of(review)
        origins = [origin for _, origin in state.origin_of.values()]
        assert len(origins) == sum(
            found.count(f"{name}_results") for name in ("database", "register", "website", "organisation", "citations")
        )
        right = len([origin for origin in origins if origin not in boxes.LEFT])
        stopped = sum(
            found.count(f"other_{key}") for key in ("duplicates", "ineligible", "records_excluded", "pending")
        )
        assert found.count("other_sought_reports") == right - stopped
        assert found.has_other_methods == bool(right)


def test_each_box_of_a_worked_example(tmp_path: Path) -> None:
    """Works found twice, marked, excluded, not retrieved, excluded in full text, found by citation searching alone."""
    with opened(tmp_path, REVIEW.replace("reviewers: 2", "reviewers: 1")) as review:
        take(review, "".join(map(entry, TITLES[:5])) + entry(TITLES[5], kind="BOOK"), "EBSCO")
        take(review, entry(TITLES[0]), "Scopus")
        take(review, entry(TITLES[0]) + entry(TITLES[6]) + entry(TITLES[7]), "openalex citations", origin="citation")
        settle(review)
        work = {}
        for record in records.every(review.store.db):
            work[record.title] = works.memberships(review.store.db)[record.record_id]
        for n, verdict in enumerate(("include", "exclude", "include", "include", None, None, "include", "exclude")):
            if verdict:
                decide(review, work[TITLES[n]], verdict, stage="title-abstract", reviewer="Anna")
        for n, verdict, reason in ((0, "include", None), (2, "not-retrieved", None), (3, "exclude", "one-cluster"),
                                   (6, "include", None)):  # fmt: skip
            decide(review, work[TITLES[n]], verdict, stage="full-text", reviewer="Anna", reason=reason)
        found = counted(review)
    expected = {
        "database_results": 7, "register_results": 0, "citations_results": 3, "website_results": 0, "duplicates": 1,
        "excluded_automatic": 1, "excluded_other": 0, "records_screened": 5, "records_excluded": 1,
        "pending_screening": 1, "dbr_sought_reports": 3, "dbr_notretrieved_reports": 1, "dbr_assessed": 2,
        "dbr_excluded": 1, "pending_left": 0, "other_duplicates": 1, "other_ineligible": 0,
        "other_records_screened": 2, "other_records_excluded": 1, "other_pending": 0, "other_sought_reports": 1,
        "other_assessed": 1, "other_excluded": 0, "pending_right": 0, "new_studies": 2, "total_reports": 2,
    }  # fmt: skip
    assert {key: found.count(key) for key in expected} == expected
    assert found.database_specific_results == {"EBSCO": 6, "Scopus": 1}
    assert found.dbr_excluded == {"Within one cluster": 1} and found.automatic_by_rule == {"only articles": 1}
    assert found.website_results is None and found.register_results is None


def test_a_work_that_two_rules_mark_is_counted_under_the_first_of_the_configuration(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, entry(TITLES[0], kind="BOOK", year=1980), "EBSCO")
        settle(review)
        assert numbers(state_of(review)).automatic_by_rule == {"only articles": 1}


def test_the_order_of_columns_does_not_depend_on_which_source_came_first(tmp_path: Path) -> None:
    found = []
    for n, order in enumerate((SOURCES, SOURCES[::-1])):
        with opened(tmp_path / str(n)) as review:
            for source, origin in order:
                take(review, entry(TITLES[0]), source, origin=origin)
                settle(review)
            found.append(counted(review))
    assert found[0] == found[1]
    assert (found[0].duplicates, found[0].other_duplicates, found[0].records_screened) == (2, 3, 1)


def test_without_other_methods_their_boxes_do_not_apply(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, entry(TITLES[0]), "EBSCO")
        settle(review)
        found = counted(review)
    assert not found.has_other_methods
    assert [key for key in TEMPLATE if key.startswith("other_") and getattr(found, key) not in (None, {})] == []


def test_an_empty_review_counts_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        assert all(counted(review).count(box.key) == 0 for box in BOXES)


def test_every_box_of_the_template_has_a_question_or_is_derived_from_one() -> None:
    derived = {"previous_studies", "previous_reports", "database_specific_results", "register_specific_results"}
    assert set(TEMPLATE) - derived <= set(boxes.BY_KEY)
    assert len(boxes.BY_KEY) == len(BOXES) and all(box.rule for box in BOXES)


def test_records_that_are_not_grouped_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, entry(TITLES[0]), "EBSCO")
        with pytest.raises(UserError, match=r"1 record is not grouped into works yet: run 'slr dedupe'"):
            state_of(review)


def test_stages_that_do_not_fit_prisma_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with (
        opened(tmp_path, "title: T\nstages: [{name: only}]\n") as review,
        pytest.raises(UserError, match=r"two screening stages: give config/review.yaml two"),
    ):
        state_of(review)
