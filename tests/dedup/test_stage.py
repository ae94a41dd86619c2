"""``slr dedupe`` on real review folders made of real files."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slr.dedup.again import group_anew
from slr.dedup.explained import explain
from slr.dedup.group import group
from slr.dedup.judging import By, merge, standing
from slr.dedup.rules import EARLIER, FIRST, PERSON
from slr.dedup.sides import side
from slr.dedup.stage import WORKING, DedupReport, dedupe
from slr.errors import NotFound
from slr.model import Record
from slr.screening.decisions import decide
from slr.search.imports import ImportRequest, import_file
from slr.store import pairs, works
from slr.store.works import Assignment
from tests.dedup.known import bring, groups, knowing, paper, partition, work_of
from tests.dedup.records import alike
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
    """By title and by DOI there were two works, doubtful ones; the new record has both the title and the DOI."""
    with opened(tmp_path) as review:
        take(
            review,
            entry(BUZZ) + entry(f"{BUZZ}: a review", DO="10.1000/buzz") + entry(f"{BUZZ}: views", DO="10.1000/buzz"),
            "EBSCO",
        )
        first = dedupe(review)
        assert (first.works, first.unsure) == (2, 1)
        old = work_ids(review)
        take(review, entry(BUZZ, DO="10.1000/buzz"), "Scopus")
        report = dedupe(review)
        assert (report.works, report.merged, report.unsure) == (1, 1, 0)
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


def test_a_record_whose_description_changed_is_compared_anew_and_stays_where_it_was(tmp_path: Path) -> None:
    """A first search gave no DOI; the second does, and it is the one of another work."""
    bare, other = paper("b:1", "Clusters, as they were first called"), paper("a:1", doi="10.1/x")
    with knowing(tmp_path, bare, other, paper("b:2", bare.title)) as review:
        assert groups(review) == partition("b:1 b:2", "a:1")
        kept = work_of(review, "b:1")
        bring(review, [replace(bare, doi="10.1/y")])
        assert dedupe(review).placed == 0
        bring(review, [replace(bare, title=other.title, doi="10.1/x"), paper("b:2", other.title)])
        assert dedupe(review).merged == 1
        assert groups(review) == partition("a:1 b:1 b:2")
        assert works.resolve(review.store.db, kept) == work_of(review, "a:1")
        assert dedupe(review).placed == dedupe(review, again=True).placed == 0


@given(alike(9), st.integers(0, 4), st.data())
def test_comparing_known_records_again_moves_none_and_leads_each_to_its_founder(
    found: list[Record], new: int, data: st.DataObject
) -> None:
    before = {p.record_id: p.founder for p in group(found[new:], {}).placed}
    anew = set(data.draw(st.lists(st.sampled_from(sorted(before)), unique=True))) if before else set()
    placed = {p.record_id: p for p in group_anew(map(side, found), before, anew, {}).placed}
    assert placed.keys() == {record.record_id for record in found}
    for founder, members in itertools.groupby(sorted(placed.values(), key=lambda p: p.founder), lambda p: p.founder):
        earlier = {before[p.record_id] for p in members if p.record_id in before}
        assert not earlier or founder == min(earlier)
    for record_id, earlier_founder in before.items():
        assert placed[record_id].founder == placed[earlier_founder].founder
    for record_id, one in placed.items():
        assert (one.partner is None) == (record_id == one.founder) == (one.rule == FIRST) and one.rule != PERSON
        seen = {record_id}
        while one.partner is not None:
            assert one.partner not in seen
            seen.add(one.partner)
            one = placed[one.partner]
        assert one.record_id == one.founder


def test_a_new_record_is_held_against_all_of_a_work_also_what_is_unlike_it(tmp_path: Path) -> None:
    """A person found the working paper to be the same publication; the article is not, whatever else it agrees with."""
    same = paper("a:1", doi="10.1/x")
    other = paper("b:1", "Wandering in districts", authors=("Marshall, A.",), year=1999, type="report")
    fillers = [paper(f"c:{n}", f"Filler {'abcdefgh'[n] * 9}", authors=(f"Filler{n}, F.",), year=1990) for n in range(8)]
    with knowing(tmp_path, same, other, *fillers) as review:
        merge(review, "a:1", "b:1", By("Anna", "merge"))
        founder_of = works.founders(review.store.db)
        together = {r: founder_of[w] for r, w in works.memberships(review.store.db).items()}
        article = paper("d:1", doi="10.1/x", type="article")
        bring(review, [article])
        dedupe(review)
        expected = group([same, other, *fillers, article], together, standing(review.store.db))
        assert {p.record_id: works.work_id_of(p.founder) for p in expected.placed} == works.memberships(review.store.db)
        assert work_of(review, "d:1") != work_of(review, "a:1")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(alike(12), st.integers(1, 2))
def test_few_new_records_are_grouped_as_if_they_were_compared_with_all(found: list[Record], new: int) -> None:
    with TemporaryDirectory() as name, opened(Path(name)) as review:
        bring(review, found[new:])
        dedupe(review)
        founder_of = works.founders(review.store.db)
        together = {r: founder_of[w] for r, w in works.memberships(review.store.db).items()}
        before = {(d.a, d.b) for d in pairs.doubted(review.store.db)}
        bring(review, found[:new])
        dedupe(review)
        expected = group(found, together)
        assert works.memberships(review.store.db) == {p.record_id: works.work_id_of(p.founder) for p in expected.placed}
        founder = {p.record_id: p.founder for p in expected.placed}
        told = {(d.a, d.b) for d in expected.unsure} | {(a, b) for a, b in before if founder[a] != founder[b]}
        assert {(d.a, d.b) for d in pairs.doubted(review.store.db)} == told


def test_what_other_rules_compared_is_compared_anew(tmp_path: Path) -> None:
    """As if an earlier slr, which told nothing alike, had grouped the records."""
    one, other = paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/x")
    with opened(tmp_path) as review:
        bring(review, [one, other])
        with review.store.writing() as db:
            works.found(db, ["a:1", "b:1"], "1998")
            works.assign(db, [Assignment(r, works.work_id_of(r), FIRST, 1.0) for r in ("a:1", "b:1")], who="s", at="1")
            works.set_compared(db, "the rules of 1998", [("a:1", b""), ("b:1", b"")])
        assert dedupe(review).merged == 1 and dedupe(review).placed == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(alike(9), st.randoms())
def test_the_order_of_records_and_sources_changes_no_count_and_no_group(found: list[Record], rng: Random) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    cut = rng.randint(0, len(found))
    seen = set()
    for parts in ([found], [shuffled[:cut], shuffled[cut:]]):
        with TemporaryDirectory() as name, opened(Path(name)) as review:
            for part in parts:
                bring(review, part)
            report = dedupe(review)
            assert balanced(report) and report.works == len(groups(review))
            told = (report.records, report.works, report.sources, report.unsure, tuple(sorted(report.rules.items())))
            seen.add((told, frozenset(groups(review)), tuple(works.memberships(review.store.db).items())))
    assert len(seen) == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(alike(9), st.integers(0, 9), st.booleans())
def test_the_engine_on_disk_leaves_the_same_store_as_the_one_in_memory(
    found: list[Record], cut: int, again: bool
) -> None:
    """Over two runs, the second of which may compare the records of the first once more."""
    seen = []
    for engine in ("memory", "duckdb"):
        with TemporaryDirectory() as name, opened(Path(name)) as review:
            bring(review, found[:cut])
            first = dedupe(review, engine=engine)  # type: ignore[arg-type]
            bring(review, found[cut:])
            second = dedupe(review, engine=engine, again=again)  # type: ignore[arg-type]
            db = review.store.db
            assert not (review.outputs / WORKING).exists(), "working files are removed"
            seen.append((first, second, works.memberships(db), pairs.doubted(db), works.compared(db)))
    assert seen[0] == seen[1]


def test_what_a_killed_run_of_the_engine_on_disk_left_is_cleared_away(tmp_path: Path) -> None:
    with opened(tmp_path) as review:
        bring(review, [paper("a:1", doi="10.1/x"), paper("b:1", doi="10.1/x")])
        left = review.outputs / WORKING / "spilled"
        left.mkdir(parents=True)
        (left.parent / "duplicates.duckdb").write_bytes(b"half written")
        assert dedupe(review, engine="duckdb").works == 1 and not left.parent.exists()
