"""Numbers to draw and to write: worked examples whose identities hold, and random ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from slr.prisma.numbers import Numbers

NEW = Numbers(
    database_results=1842,
    database_specific_results={"Scopus": 900, "Web of Science": 742, "Business Source Complete (EBSCOhost)": 200},
    register_results=0,
    duplicates=402,
    excluded_automatic=12,
    automatic_by_rule={"not a journal article or conference paper": 10, "published before 1990": 2},
    excluded_other=3,
    records_screened=1425,
    records_excluded=1288,
    dbr_sought_reports=137,
    dbr_notretrieved_reports=4,
    dbr_assessed=133,
    dbr_excluded={"Wrong focus": 70, "Not peer reviewed": 20},
    new_studies=41,
    new_reports=43,
)
WITH_CITATIONS = replace(
    NEW,
    citations_results=311,
    other_duplicates=200,
    other_ineligible=30,
    other_records_screened=81,
    other_records_excluded=50,
    other_pending=6,
    other_sought_reports=25,
    other_notretrieved_reports=0,
    other_assessed=25,
    other_excluded={"Wrong focus": 12, "Not peer reviewed": 3},
    new_studies=50,
    new_reports=53,
)
UPDATE = replace(
    WITH_CITATIONS,
    previous_studies=12,
    previous_reports=14,
    website_results=3,
    organisation_results=2,
    other_duplicates=205,
    studies_removed=1,
    reports_removed=1,
    new_reports_of_old_studies=1,
    new_reports=52,
    total_studies=61,
    total_reports=66,
)
UPDATE_LEFT_ONLY = replace(NEW, previous_studies=12, previous_reports=14, total_studies=53, total_reports=57)
UNFINISHED = replace(
    NEW,
    pending_screening=100,
    records_excluded=1188,
    pending_retrieval=7,
    dbr_assessed=126,
    pending_left=30,
    new_studies=6,
    new_reports=6,
)
TOOLS = replace(NEW, excluded_by_people=1200, excluded_by_automation=88, reports_excluded_by_automation=0)
TAIL = replace(TOOLS, unseen_records=80, tail="excluded", stopping_rule="hypergeometric rule, 95 % recall.")
BALANCED = {
    "new": NEW,
    "with citations": WITH_CITATIONS,
    "update": UPDATE,
    "update left only": UPDATE_LEFT_ONLY,
    "unfinished": UNFINISHED,
    "tools": TOOLS,
    "tail": TAIL,
    "zeros": Numbers(),
}

_n = st.integers(0, 9_999_999)
_maybe = st.none() | _n
# Surrogates cannot be written to a file at all; everything else may come out of a review's configuration.
_names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=120) | st.from_regex(
    r"[a-zW]{1,12}( [a-zW,;&<>]{1,14}){0,12}", fullmatch=True
)
_split = st.dictionaries(_names, _n, max_size=15)


@st.composite
def any_numbers(draw: st.DrawFn) -> Numbers:
    """Numbers of any of the four templates, with up to 15 reasons of up to 120 characters; they need not balance."""
    empty: dict[str, int] = {}
    given = {
        name: draw(_split if value == empty else _n if isinstance(value, int) else _maybe)
        for name in Numbers.__dataclass_fields__
        if (value := getattr(Numbers(), name)) is None or isinstance(value, (int, dict))
    }
    return Numbers(**given)


@st.composite
def finished_review(draw: st.DrawFn) -> Numbers:
    """Numbers of a review as screening makes them, from the first box to the last: they balance."""
    small = st.integers(0, 50)
    databases = draw(st.dictionaries(_names.filter(str.strip), small, min_size=1, max_size=4))
    found = sum(databases.values())
    duplicates = draw(st.integers(0, found))
    screened = found - duplicates
    waiting = draw(st.integers(0, screened))
    excluded = draw(st.integers(0, screened - waiting))
    sought = screened - waiting - excluded
    missing = draw(st.integers(0, sought))
    assessed = sought - missing
    wrong = draw(st.integers(0, assessed))
    undecided = draw(st.integers(0, assessed - wrong))
    reports = assessed - wrong - undecided
    return Numbers(
        database_results=found,
        database_specific_results=databases,
        duplicates=duplicates,
        records_screened=screened,
        records_excluded=excluded,
        pending_screening=waiting,
        dbr_sought_reports=sought,
        dbr_notretrieved_reports=missing,
        dbr_assessed=assessed,
        dbr_excluded={"Wrong focus": wrong} if wrong else {},
        pending_left=undecided,
        new_reports=reports,
        new_studies=draw(st.integers(0, reports)),
    )
