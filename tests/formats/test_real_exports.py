"""Real exports: the same records of many tools, and what a reference manager reads from the same files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slr.formats.registry import parse
from slr.model import Record
from slr.normalize import plain
from tests.support.data import shared
from tests.support.expected_items import compared

COUNTS = {
    "_baseline.csv": 100, "_baseline.ris": 100, "_baseline.tsv": 100, "_baseline.xlsx": 100, "_baseline_cinahl.ris": 9,
    "_baseline_cochrane_refman.ris": 3, "_baseline_covidence.csv": 10, "_baseline_covidence_endnote.ris": 10,
    "_baseline_embase.ris": 10,
    "_baseline_embase.xlsx": 10, "_baseline_endnote.ris": 10, "_baseline_eric_ovid.ris": 10,
    "_baseline_googlescholar.csv": 10,
    "_baseline_googlescholar.ris": 10, "_baseline_openalex.ris": 9, "_baseline_pubmed.csv": 10,
    "_baseline_pubmed.ris": 50,
    "_baseline_rayyan.csv": 10, "_baseline_scopus.csv": 10, "_baseline_scopus.ris": 10, "_baseline_zotero.csv": 10,
    "_baseline_zotero.ris": 10,
}  # fmt: skip
GROUPS = (
    ("_baseline.csv", "_baseline.ris", "_baseline.tsv", "_baseline.xlsx"),
    ("_baseline_embase.ris", "_baseline_embase.xlsx", "_baseline_zotero.csv", "_baseline_zotero.ris",
    "_baseline_rayyan.csv"),
    ("_baseline_covidence.csv", "_baseline_covidence_endnote.ris"),
    ("_baseline_scopus.csv", "_baseline_scopus.ris"),
    ("_baseline_googlescholar.csv", "_baseline_googlescholar.ris"),
)  # fmt: skip
"""Files of the same records."""


def records(path: Path) -> list[Record]:
    return [entry.record for entry in parse(path.read_bytes(), path.name, "X").entries]


@pytest.mark.parametrize("name", COUNTS)
def test_every_record_of_a_file_is_read(name: str) -> None:
    path = shared(f"exports/same_records/{name}")
    parsed = parse(path.read_bytes(), path.name, "X")
    assert (len(parsed.entries), parsed.rejected) == (COUNTS[name], ())
    assert all(entry.record.title and entry.record.year for entry in parsed.entries)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_the_same_records_come_out_of_every_tools_file(group: tuple[str, ...]) -> None:
    tables = [
        sorted((plain(r.title), r.year, r.doi or "") for r in records(shared(f"exports/same_records/{name}")))
        for name in group
    ]
    assert all(table == tables[0] for table in tables)


def test_records_of_one_title_agree_in_year_and_doi_whatever_the_tool() -> None:
    known: dict[str, Record] = {}
    for name in COUNTS:
        for record in records(shared(f"exports/same_records/{name}")):
            first = known.setdefault(plain(record.title), record)
            if name not in GROUPS[0]:  # which holds one title twice, of two works
                assert record.year == first.year, (name, record)
                assert record.doi is None or first.doi in (None, record.doi), (name, record)


def test_98_percent_of_the_fields_are_as_a_reference_manager_reads_them() -> None:
    right = every = 0
    for path in sorted(shared("exports/zotero_cases").iterdir()):
        if path.name.endswith(".expected.json"):
            continue
        items, found = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8")), records(path)
        assert len(items) == len(found), path
        for item, record in zip(items, found, strict=True):
            same = [ok for _, _, _, ok in compared(item, record)]
            right, every = right + sum(same), every + len(same)
    assert every > 500 and right >= 0.98 * every
