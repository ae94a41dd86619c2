"""PRISMA.csv as the R package reads it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from slr.prisma.numbers import Numbers
from slr.prisma.table import COLUMNS, prisma_csv
from tests.prisma.examples import NEW, UPDATE, WITH_CITATIONS, any_numbers
from tests.support.data import shared


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def look_up(text: str, key: str) -> str:
    """The ``n`` of the one row whose key contains ``key``, as the package's unanchored search finds it."""
    (found,) = [row["n"] for row in rows(text) if re.search(key, row["data"])]
    return found


def reasons(cell: str, separator: str) -> dict[str, float]:
    """Name and number of each item as the package reads them: up to the first comma, and the digits behind it."""
    parts = [part.split(",", 1) for part in re.split(separator, cell)]
    return {name: float(re.sub("[^0-9.]", "", number)) for name, number in parts}


RELEASED, DEVELOPMENT = "; ", "; ?"


@pytest.mark.parametrize("separator", [RELEASED, DEVELOPMENT])
def test_both_versions_of_the_package_read_the_numbers_back(separator: str) -> None:
    text = prisma_csv(UPDATE)
    assert reasons(look_up(text, "dbr_excluded"), separator) == dict(UPDATE.dbr_excluded)
    assert reasons(look_up(text, "other_excluded"), separator) == dict(UPDATE.other_excluded)
    assert reasons(look_up(text, "database_specific_results"), separator) == dict(UPDATE.database_specific_results)
    for key in ("previous_studies", "citations_results", "duplicates", "dbr_assessed", "total_reports$"):
        assert int(look_up(text, key)) == UPDATE.count(key.removesuffix("$"))


@settings(deadline=None)
@given(any_numbers())
def test_no_name_can_break_the_table(numbers: Numbers) -> None:
    text = prisma_csv(numbers)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert len(lines) == 35 and {len(line) for line in lines} == {8} and tuple(lines[0]) == COLUMNS
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 35
    for key in ("dbr_excluded", "other_excluded"):
        for separator in (RELEASED, DEVELOPMENT):
            parts = re.split(separator, look_up(text, key))
            given_numbers = list(getattr(numbers, key).values()) or [0]
            assert [int(part.rsplit(",", 1)[1]) for part in parts][: len(given_numbers)] == given_numbers
            assert all(part.count(",") == 1 for part in parts)


@pytest.mark.parametrize("split", [{}, {"Wrong focus": 90}])
def test_fewer_than_two_reasons_are_filled_up(split: dict[str, int]) -> None:
    read = reasons(look_up(prisma_csv(replace(NEW, dbr_excluded=split)), "dbr_excluded"), RELEASED)
    assert len(read) == 2 and sum(read.values()) == sum(split.values())
    assert read["Other reasons"] == 0


def test_commas_and_semicolons_in_names_become_slashes_and_dashes() -> None:
    names = {"Not empirical, peer reviewed": 1, "Wrong focus; wrong level": 2, "Fewer than 1,000 firms, 2010,2011": 3}
    read = reasons(look_up(prisma_csv(replace(NEW, dbr_excluded=names)), "dbr_excluded"), RELEASED)
    assert read == {
        "Not empirical/peer reviewed": 1,
        "Wrong focus – wrong level": 2,
        "Fewer than 1000 firms/2010/2011": 3,
    }


def test_not_applicable_is_zero_or_na_or_the_placeholder_as_the_web_application_needs_it() -> None:
    text = prisma_csv(Numbers(new_studies=3, new_reports=4))
    for key in ("previous_studies", "previous_reports", "total_studies_ma", "total_reports_ma", "other_assessed"):
        assert look_up(text, key) == "0"
    for key in ("register_results", "website_results", "organisation_results", "citations_results"):
        assert look_up(text, key) == "NA"
    assert look_up(text, "database_specific_results") == "Database 1, xxx; Database 2, xxx; Database 3, xxx"
    assert look_up(text, "register_specific_results") == "Register 1, xxx; Register 2, xxx; Register 3, xxx"
    assert (look_up(text, "total_studies$"), look_up(text, "total_reports$")) == ("3", "4")


def test_a_number_that_is_zero_is_not_missing() -> None:
    text = prisma_csv(replace(WITH_CITATIONS, citations_results=0))
    assert look_up(text, "citations_results") == "0"


@pytest.mark.parametrize(
    ("file", "count"), [("PRISMA_v1.1.3.csv", 32), ("PRISMA_template_v1.1.4.csv", 34), ("PRISMA_sample_valid.csv", 34)]
)
def test_the_rows_are_those_of_the_template(file: str, count: int) -> None:
    template = rows(shared(f"prisma/{file}").read_text(encoding="utf-8"))
    ours = rows(prisma_csv(NEW))
    assert len(template) == count
    assert list(template[0]) == list(ours[0]) == list(COLUMNS)
    fixed = [{key: row[key] for key in COLUMNS[:-1]} for row in template]
    assert [{key: row[key] for key in COLUMNS[:-1]} for row in ours][:count] == fixed


def test_the_filled_sample_comes_out_of_its_own_numbers() -> None:
    sample = rows(shared("prisma/PRISMA_sample_valid.csv").read_text(encoding="utf-8"))
    numbers = Numbers(
        database_results=1842,
        database_specific_results=NEW.database_specific_results,
        citations_results=311,
        duplicates=402,
        excluded_other=3,
        records_screened=1437,
        records_excluded=1300,
        dbr_sought_reports=137,
        dbr_notretrieved_reports=4,
        other_sought_reports=25,
        other_notretrieved_reports=0,
        dbr_assessed=133,
        dbr_excluded={"Wrong focus": 70, "Not peer reviewed": 20},
        other_assessed=25,
        other_excluded={"Wrong focus": 12, "Not peer reviewed": 3},
        new_studies=53,
        new_reports=53,
    )
    assert rows(prisma_csv(numbers)) == sample


@settings(deadline=None, max_examples=50)
@given(any_numbers())
def test_na_stands_only_where_the_package_and_its_web_page_can_bear_it(numbers: Numbers) -> None:
    """The web page compares the other numbers with 0, and NA there stops it."""
    missing = {row["data"] for row in rows(prisma_csv(numbers)) if row["n"] == "NA"}
    assert missing <= {"register_results", "website_results", "organisation_results", "citations_results"}


def test_no_key_is_found_within_another() -> None:
    """The package looks a key up as a pattern anywhere in the column."""
    keys = [row["data"] for row in rows(prisma_csv(UPDATE)) if row["data"] != "NA"]
    assert len(keys) == len(set(keys)) == 31
    inside = {(one, other) for one in keys for other in keys if one != other and one in other}
    assert inside == {("total_studies", "total_studies_ma"), ("total_reports", "total_reports_ma")}, inside


def test_a_semicolon_without_a_blank_becomes_a_dash_between_blanks() -> None:
    register = {"Register, R;1": 6}
    text = prisma_csv(Numbers(register_results=6, register_specific_results=register))
    assert "Register/R – 1, 6" in text
