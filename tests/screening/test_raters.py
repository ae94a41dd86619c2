"""Agreement of a review's reviewers: which votes are counted, and a published pair of reviewers to the digit."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from slr.screening.decisions import plan, resolve
from slr.screening.desk import desk
from slr.screening.incoming import import_decisions
from slr.screening.pilots import calibrations
from slr.screening.raters import agreements
from tests.support.data import shared
from tests.support.imported import REVIEW, entry, opened, settle, take
from tests.support.screened import LAST, STAGE, says, screening


def test_a_published_screening_imported_gives_its_kappa_margins_and_inclusions(tmp_path: Path) -> None:
    """Two reviewers, 244 records: kappa 0.374, 33 and 84 included, 211 and 160 excluded, 32 after consensus.

    The published data have no list of how each of the 59 conflicts ended, only that 32 works were included: here the
    first three end with include, which with the 29 that both included is 32.
    """
    folder = shared("screening/firilisinof_hpc")
    told = json.loads((folder / "published_stats.json").read_text("utf-8"))
    ids = [row["id"] for row in csv.DictReader((folder / "rater_a.csv").read_text("utf-8").splitlines())]
    with opened(tmp_path) as review:
        take(review, "".join(entry(f"Study number {n} of the published set", AN=n) for n in ids), "Scopus")
        settle(review)
        for who in ("a", "b"):
            found = import_decisions(review, folder / f"rater_{who}.csv", stage=STAGE, reviewer=who.upper())
            assert (sum(found.taken.values()), found.troubles) == (244, ())
        (stage, _) = agreements(review)
        (pair,) = stage.pairs
        (a, b), (c, d) = pair.counted
        assert (a, b, c, d) == (29, 4, 55, 156) and pair.reviewers == ("A", "B")
        assert {"include": a + b, "exclude": c + d} == told["rater_a"] == {"include": 33, "exclude": 211}
        assert {"include": a + c, "exclude": b + d} == told["rater_b"] == {"include": 84, "exclude": 160}
        assert pair.agreement.kappa == pytest.approx(told["recomputed"]["kappa"], abs=1e-12)
        assert round(pair.agreement.kappa or 0, 3) == told["cohen_kappa"] == 0.374
        disputed = desk(review, STAGE).conflicts()
        assert len(disputed) == 59
        for n, work in enumerate(disputed):
            resolve(review, work, "include" if n < 3 else "exclude", stage=STAGE, reviewer="A", consensus=True)
        assert len(desk(review, LAST).works) == told["after_consensus_included_of_244"] == 32
        after = agreements(review)[0].pairs[0]
        assert after.agreement == pair.agreement, "what ends conflicts is no independent vote"


def test_votes_changed_after_the_others_were_open_do_not_raise_the_agreement(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "exclude")
        says(review, "Ben", works[0], "include")
        assert agreements(review, STAGE)[0].pairs[0].counted == ((0, 1), (0, 0))


def test_maybe_is_shown_as_cast_and_counted_as_the_stage_says(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "maybe")
        says(review, "Ben", works[0], "include")
        (found,) = agreements(review, STAGE)
        assert found.pairs[0].cast_categories == ("include", "maybe", "exclude")
        assert found.pairs[0].counted == ((1, 0), (0, 0))
        assert "In the coefficients 'maybe' counts as 'include'." in found.sentences


def test_three_reviewers_have_three_pairs_and_coefficients_for_all(tmp_path: Path) -> None:
    text = REVIEW.replace("{name: title-abstract, reviewers: 2}", "{name: title-abstract, reviewers: 3}")
    with screening(tmp_path, review=text) as (review, works):
        for work, verdicts in zip(works, ("iii", "iie", "eee", "ee"), strict=True):
            for who, verdict in zip(("Anna", "Ben", "Carl"), verdicts, strict=False):
                says(review, who, work, {"i": "include", "e": "exclude"}[verdict])
        (found,) = agreements(review, STAGE)
        assert [pair.reviewers for pair in found.pairs] == [("Anna", "Ben"), ("Anna", "Carl"), ("Ben", "Carl")]
        assert (found.works, found.fleiss_works) == (4, 3)
        assert found.fleiss == pytest.approx((7 / 9 - 41 / 81) / (1 - 41 / 81)) and found.alpha is not None


def test_a_work_with_one_vote_is_in_no_table_and_told(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        says(review, "Anna", works[0], "include")
        (found,) = agreements(review, STAGE)
        assert (found.works, found.pairs) == (0, ()) and "1 works with one independent vote" in found.sentences[0]


def test_a_pilot_goes_on_only_when_all_its_works_have_their_votes_and_the_threshold_is_reached(tmp_path: Path) -> None:
    with screening(tmp_path) as (review, works):
        plan(review, "pilot", stage=STAGE, reviewer="Anna", work_ids=works[:2], to=("Anna", "Ben"), seed="7",
             threshold="percent 0.75")  # fmt: skip
        says(review, "Anna", works[0], "include")
        says(review, "Ben", works[0], "include")
        assert calibrations(review, STAGE)[0].reached is None
        says(review, "Anna", works[1], "include")
        says(review, "Ben", works[1], "exclude")
        (found,) = calibrations(review, STAGE)
        assert (found.reached, found.pairs) == (False, {"Anna and Ben": 0.5})
        assert "is not reached: talk the disagreements over" in found.sentence()
        says(review, "Anna", works[2], "include")
        assert calibrations(review, STAGE) == [found] and calibrations(review, LAST) == []
