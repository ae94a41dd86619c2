"""What is asked of whom, and which of several words counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slr.enrich.gaps import Gap, find_gaps, questions
from slr.merged import Filled, merge
from slr.model import Record
from slr.sources.crossref import INFO as CROSSREF
from slr.sources.openalex import INFO as OPENALEX
from slr.store import enrichment, records, runs, works
from slr.store.connection import Store
from slr.store.enrichment import Told
from slr.store.runs import Run

RECORD = Record("econbiz:1", "econbiz", "Local buzz", doi="10.1/a", ids={"pmid": "7"})


def gap(*missing: str, told_by: str = "econbiz", **identifiers: str) -> Gap:
    return Gap("W1", frozenset(missing), identifiers, frozenset({told_by}))


def test_a_gap_is_what_no_record_states_and_nobody_told_beside_them() -> None:
    (found,) = find_gaps({"W1": [RECORD]}, {"W1": {"abstract": Filled("A.", "crossref", "x", "2026")}})
    assert found == gap("references", "retracted", doi="10.1/a", pmid="7")
    assert find_gaps({"W1": [replace(RECORD, abstract="A.", references=("a",), retracted=False)]}, {}) == []


def test_a_work_is_asked_about_by_the_surest_identifier_that_the_source_takes() -> None:
    known = gap("abstract", openalex="W9", pmid="7", doi="10.1/a")
    assert questions([known], OPENALEX) == {"doi": {"10.1/a": [known]}, "openalex": {}, "pmid": {}}
    nameless = gap("abstract", openalex="W9")
    assert questions([nameless], OPENALEX)["openalex"] == {"W9": [nameless]}
    assert questions([nameless], CROSSREF) == {"doi": {}}


@pytest.mark.parametrize(
    "useless",
    [
        gap("doi", doi="10.1/a"),
        gap("abstract", doi="10.1/a", told_by="crossref"),
        gap("abstract", pmid="7"),
    ],
)
def test_a_source_is_not_asked_what_it_cannot_tell_or_told_already(useless: Gap) -> None:
    assert questions([useless], CROSSREF) == {"doi": {}}


def test_references_are_asked_only_of_a_source_that_has_them() -> None:
    wanted = gap("references", doi="10.1/a")
    assert questions([wanted], CROSSREF)["doi"]
    assert not questions([wanted], replace(CROSSREF, references=False))["doi"]


@pytest.mark.parametrize(
    ("stated", "told", "expected"), [(False, True, True), (True, False, True), (None, False, False)]
)
def test_a_work_is_retracted_if_anyone_says_so(stated: bool | None, told: bool, expected: bool) -> None:
    record = replace(RECORD, retracted=stated)
    merged = merge([record], {"retracted": Filled(told, "crossref", "x", "2026")})
    assert merged.record.retracted is expected
    assert merged.came_from["retracted"] == ("econbiz:1" if stated else "crossref")
    assert bool(merged.filled) is not bool(stated)


def test_of_two_sources_the_first_word_counts_but_for_a_retraction(tmp_path: Path) -> None:
    store = Store(tmp_path / "review.sqlite")
    with store.writing() as db:
        runs.begin(db, Run("r", "search", "2026", None, "running", "", "", False, "0"))
        runs.add_queries(db, "r", [runs.CompiledQuery("econbiz", 1, 1, "q", "", 0)])
        records.add(db, 1, [RECORD], positions=[0], first_rank=1, exchange_id=None)
        works.found(db, ["econbiz:1"], "2026")
        work = works.work_id_of("econbiz:1")
        works.assign(db, [works.Assignment("econbiz:1", work, "first", 1.0)], who="slr", at="2026")
        for number, (source, abstract, retracted) in enumerate([("a", "First.", False), ("b", "Second.", True)]):
            enrichment.begin(db, f"enrich-{number}", "2026")
            said = [("abstract", abstract), ("retracted", retracted)]
            told = [Told(work, name, value, source, "x", "2026") for name, value in said]
            assert enrichment.add(db, f"enrich-{number}", told) == 2
            assert enrichment.add(db, f"enrich-{number}", told) == 0
    found = enrichment.filled(store.db)[work]
    assert {name: (one.value, one.source) for name, one in found.items()} == {
        "abstract": ("First.", "a"),
        "retracted": (True, "b"),
    }
    store.close()
