"""``slr dedupe`` on real review folders made of real files."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from slr.dedup.explained import explain
from slr.dedup.rules import EARLIER, FIRST
from slr.dedup.stage import DedupReport, dedupe
from slr.errors import NotFound
from slr.screening.decisions import decide
from slr.search.imports import ImportRequest, import_file
from slr.store import works
from tests.support.data import shared
from tests.support.imported import entry, opened, take, work_ids

BUZZ = "Local buzz and global pipelines"
EBSCO = (
    entry(BUZZ, DO="10.1000/buzz", AN="1")
    + entry(BUZZ, DO="10.1000/buzz", AN="2")
    + entry("Trade fairs of the Ruhr valley")
)
SCOPUS = entry(BUZZ + ": a review", DO="10.1000/buzz") + entry("Ceramic tiles in Castellón", "Meyer-Stamer, J.")


def balanced(found: DedupReport) -> bool:
    """Each record of a source stands for a work, shared or not, or is a duplicate within the source."""
    return all(s.raw == s.within + s.shared + s.unique for s in found.sources)


def test_records_are_counted_per_source(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, EBSCO, "EBSCO")
        take(review, SCOPUS, "Scopus")
        found = dedupe(review)
    assert (found.records, found.works, found.placed, found.merged) == (5, 3, 5, 0)
    assert [(s.source, s.raw, s.within, s.shared, s.unique) for s in found.sources] == [
        ("EBSCO", 3, 1, 1, 1),
        ("Scopus", 2, 0, 1, 1),
    ]
    assert found.rules == {"same-doi": 2} and balanced(found)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, EBSCO, "EBSCO")
        first = dedupe(review)
        events = review.store.db.execute("SELECT count(*) FROM membership_event").fetchone()[0]
        again = dedupe(review)
        assert again.placed == again.merged == 0
        assert (again.works, again.sources, again.rules) == (first.works, first.sources, first.rules)
        assert review.store.db.execute("SELECT count(*) FROM membership_event").fetchone()[0] == events


def test_works_keep_their_ids_as_records_arrive(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, EBSCO, "EBSCO")
        dedupe(review)
        before = works.memberships(review.store.db)
        take(review, SCOPUS, "Scopus")
        dedupe(review)
        after = works.memberships(review.store.db)
        assert after | before == after


def test_a_merge_of_two_works_is_explained_record_by_record(tmp_path: Path) -> None:
    """By title and by DOI there were two works; the new record has both the title and the DOI."""
    with opened(tmp_path) as review:
        take(
            review,
            entry(BUZZ) + entry(BUZZ, year=2003, DO="10.1000/buzz") + entry(BUZZ, year=2002, DO="10.1000/buzz"),
            "EBSCO",
        )
        assert dedupe(review).works == 2
        old = work_ids(review)
        take(review, entry(BUZZ, DO="10.1000/buzz"), "Scopus")
        report = dedupe(review)
        assert (report.works, report.merged) == (1, 1)
        (kept,) = work_ids(review)
        lines = {str(line["record_id"]): line for line in explain(review, kept).lines}
        assert len(lines) == 4 and sorted(str(line["rule"]) for line in lines.values()).count(FIRST) == 1
        assert {str(line["rule"]) for line in lines.values()} <= {FIRST, EARLIER, "same-doi", "same-title"}
        for line in lines.values():
            assert line["rule"] == FIRST or str(line["partner"]) in lines
        assert {explain(review, name).work_id for name in (*old, *lines)} == {kept}


def test_an_unknown_name_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with opened(tmp_path) as review, pytest.raises(NotFound, match=r"no work or record 'W1': 'slr export works.csv"):
        explain(review, "W1")


def test_a_decision_is_found_on_the_work_that_its_work_became(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        take(review, entry(BUZZ) + entry(BUZZ, year=2003, DO="10.1000/buzz"), "EBSCO")
        dedupe(review)
        for work in work_ids(review):
            decide(review, work, "include", stage="title-abstract", reviewer="Anna")
        take(review, entry(BUZZ, DO="10.1000/buzz"), "Scopus")
        dedupe(review)
        (kept,) = work_ids(review)
        standing = review.store.db.execute("SELECT work_id, verdict FROM verdict").fetchall()
        assert {tuple(row) for row in standing} == {(kept, "include")}


REAL = (
    ("Scopus", "exports/same_records/_baseline_scopus.ris"),
    ("Embase", "exports/same_records/_baseline_embase.ris"),
    ("CINAHL", "exports/same_records/_baseline_cinahl.ris"),
    ("Zotero", "exports/same_records/_baseline_zotero.ris"),
)


@pytest.mark.parametrize("between", [False, True], ids=["grouped at the end", "grouped after each import"])
def test_the_order_of_imports_changes_no_count(tmp_path: Path, between: bool) -> None:
    files = [(source, shared(path)) for source, path in REAL]
    found = set()
    for n, order in enumerate(itertools.permutations(files)):
        if n % 5:
            continue
        with opened(tmp_path / str(n)) as review:
            for source, path in order:
                import_file(review, ImportRequest(path, source))
                if between:
                    dedupe(review)
            report = dedupe(review)
            assert balanced(report)
            groups = sorted(
                tuple(sorted(record for record, work in works.memberships(review.store.db).items() if work == one))
                for one in work_ids(review)
            )
            found.add((report.records, report.works, report.sources, tuple(groups)))
    assert len(found) == 1
    assert next(iter(found))[1] < next(iter(found))[0]
