"""A published chain of numbers comes out of records: 64,922 → 27,239 → 713 → 622 → 562 (a review of fire plumes)."""

from __future__ import annotations

import csv
import itertools
import re

from slr.prisma.boxes import State, counted, ids, lists
from slr.verdicts import Vote
from tests.prisma.reviews import state
from tests.support.data import shared

OUT, OTHER = (Vote("Anna", "exclude"),), (Vote("Anna", "exclude", "outside the corpus"),)
IN, MISSING = (Vote("Anna", "include"),), (Vote("Anna", "not-retrieved"),)


def published() -> tuple[dict[str, int], list[int]]:
    """The counts by name, and how many records each database gave."""
    path = shared("screening/fire_plume_prisma/prisma_counts.csv")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    parts = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", rows[0]["Reconciliation"])]
    return {row["Measure"]: int(row["Count"]) for row in rows}, parts


def review(n: dict[str, int], databases: list[int]) -> State:
    """One record after another goes to one work after another, over and over; then the works are screened in turn."""
    source = {f"db{d}:{i}": f"database {d}" for d, size in enumerate(databases) for i in range(size)}
    works: dict[str, list[str]] = {f"W{i:05}": [] for i in range(n["Unique records screened"])}
    for record, members in zip(source, itertools.cycle(works.values()), strict=False):
        members.append(record)
    early = [OUT] * n["Title/abstract exclusions"] + [OTHER] * n["Contextual outside primary corpus"]
    early += [IN] * n["Reports sought"]
    late = [MISSING] * n["Reports not retrieved"] + [OTHER] * n["Full-text exclusions"] + [IN] * n["Primary inclusions"]
    votes = {(work, "title-abstract"): cast for work, cast in zip(works, early, strict=True)}
    sought = list(works)[-n["Reports sought"] :]
    votes |= {(work, "full-text"): cast for work, cast in zip(sought, late, strict=True)}
    made = state(dict.fromkeys(source, "database"), {work: tuple(members) for work, members in works.items()}, votes)
    return State(**{**vars(made), "origin_of": {record: (name, "database") for record, name in source.items()}})


def test_the_published_numbers_are_counted_from_records() -> None:
    n, databases = published()
    found = review(n, databases)
    made = counted(found, lists(found))
    chain = (made.database_results, made.records_screened, made.dbr_sought_reports, made.dbr_assessed, made.new_reports)
    assert chain == (64_922, 27_239, 713, 622, 562)
    assert list(made.database_specific_results.values()) == databases
    assert made.duplicates == n["Duplicate/source-overlap linkages removed"] == 37_683
    assert made.records_excluded == 26_129 + 397 and made.dbr_notretrieved_reports == 91
    assert made.dbr_excluded == {"outside the corpus": 60} and made.new_studies == 562
    assert len(ids(found, "duplicates")) == 37_683
