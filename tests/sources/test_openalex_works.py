from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.model import RECORD_TYPES
from slr.sources.openalex import plain_abstract
from slr.sources.openalex_works import TYPES, bare_doi, read_work, work_id
from tests.support.data import shared
from tests.support.works import REVIEWS, inverted, made_work, works_of


def read(work: Any) -> Any:
    return read_work(work, "openalex", plain_abstract)


OLD = {
    "id": "https://openalex.org/W1",
    "doi": "https://doi.org/10.1000/ABC",
    "display_name": "An old title",
    "publication_year": 1999,
    "type": "proceedings-article",
    "host_venue": {"display_name": "Proc. of Things"},
    "alternate_host_venues": [{"display_name": "Elsewhere"}],
    "ids": {
        "mag": 42,
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/31149100",
        "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/6535266",
    },
    "biblio": {"volume": "3", "issue": None, "first_page": "5", "last_page": "5"},
    "abstract_inverted_index": {"b": [1], "a": [0, 2]},
}


def test_the_schema_before_walden_gives_a_full_record() -> None:
    record = read(OLD)
    assert (record.record_id, record.title, record.year) == ("openalex:W1", "An old title", 1999)
    assert (record.type, record.venue, record.pages) == ("conference-paper", "Proc. of Things", "5")
    assert (record.doi, record.abstract) == ("10.1000/abc", "a b a")
    assert record.ids == {"openalex": "W1", "mag": "42", "pmid": "31149100", "pmcid": "PMC6535266"}


def test_the_schema_of_2026_gives_a_full_record() -> None:
    work = made_work(
        7,
        "A title",
        "some words",
        referenced_works=["https://openalex.org/W3"],
        keywords=[
            {"display_name": "Clusters", "score": 0.9},
            {"keyword": "older form"},
            "plain",
            {},
            None,
        ],
    )
    record = read(work)
    assert (record.title, record.abstract, record.pages) == ("A title", "some words", "3-4")
    assert record.authors == ("Lovelace, Ada",)
    assert record.references == ("openalex:W3",)
    assert record.keywords == ("Clusters", "older form", "plain")
    assert record.retracted is False
    assert record.ids["issn"] == "0000-0000"


def test_a_work_with_an_id_alone_is_a_record_of_blanks() -> None:
    record = read({"id": "https://openalex.org/W5"})
    assert (record.title, record.year, record.abstract, record.type, record.retracted) == ("", None, None, None, None)


@pytest.mark.parametrize(
    "work",
    [
        None,
        [],
        "W1",
        {},
        {"id": None},
        {"id": "https://openalex.org/A1"},
        {**OLD, "abstract_inverted_index": [1]},
        {**OLD, "abstract_inverted_index": {"a": 3}},
        {**OLD, "referenced_works": [None]},
    ],
)
def test_a_work_that_contradicts_the_schema_is_refused(work: object) -> None:
    with pytest.raises(ValueError):
        read(work)


@pytest.mark.parametrize("place", ["raw_type", "type_crossref"])
def test_an_article_that_the_publisher_calls_a_proceedings_paper_is_one(place: str) -> None:
    work = {"id": "W1", "type": "article", "type_crossref": None, "primary_location": {}}
    where = work if place == "type_crossref" else work["primary_location"]
    where[place] = "proceedings-article"  # type: ignore[index]
    assert read(work).type == "conference-paper"


def test_every_type_folds_into_one_of_ours_and_an_unknown_one_into_none() -> None:
    assert {folded or word for word, folded in TYPES.items()} <= set(RECORD_TYPES)
    assert read({"id": "W1", "type": "hologram"}).type is None


@pytest.mark.parametrize("value", ["https://doi.org/10.1/X", "http://dx.doi.org/10.1/x", "doi:10.1/x", " 10.1/X "])
def test_a_doi_is_bare_and_lower_case(value: str) -> None:
    assert bare_doi(value) == "10.1/x"


@pytest.mark.parametrize("value", [None, "", "W1", 10.1])
def test_what_is_no_doi_is_none(value: object) -> None:
    assert bare_doi(value) is None


@given(st.lists(st.sampled_from(["a", "b", "ö", "c-d"]), max_size=30))
def test_an_abstract_comes_back_as_it_was_inverted(words: list[str]) -> None:
    text = " ".join(words)
    assert (read({"id": "W1", "abstract_inverted_index": inverted(text)}).abstract or "") == text


REPLIES = [
    "2024_pre-walden_search_49_works.json",
    "2025_pre-walden_batch_50_dois.json",
    "2025-11_batch_openalex_ids_cursor_p1.json",
    "2025-11_cited_by_W_or_W.json",
    "2025-11_cites_W_or_W.json",
    "2026-03_list_2_works_walden.json",
    "2026-03_search_param_cost_0.001.json",
    "2026-03_search_title_and_abstract_cursor_200.json.gz",
    "2026-07_list_x_query_TRIMMED.json",
]


@pytest.mark.parametrize("name", REPLIES)
def test_every_recorded_work_of_either_schema_is_read(name: str) -> None:
    """Title, year, DOI and id as recorded; every type known."""
    raw = shared(f"replies/openalex/{name}").read_bytes()
    for work in json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)["results"]:
        record = read(work)
        assert record.record_id == f"openalex:{work_id(work['id'])}"
        assert record.title == (work["title"] or "").strip()
        assert record.year == work["publication_year"]
        assert f"https://doi.org/{record.doi}" == work["doi"].lower() if work["doi"] else record.doi is None
        assert (record.type is not None) == ("type" in work)
        assert len(record.authors) == len(work.get("authorships", ()))
        assert len(record.references) == len(work.get("referenced_works", ()))
        assert bool(record.abstract) == bool(work["abstract_inverted_index"])
        assert (record.abstract or "").count(" ") + 1 >= len(work["abstract_inverted_index"] or "1")


@pytest.mark.parametrize("review", REVIEWS)
def test_every_work_of_the_screened_reviews_is_read(review: str) -> None:
    for work in works_of(review):
        record = read(work)
        assert record.title == (work["title"] or work["display_name"] or "").strip()
        assert record.type in RECORD_TYPES or work["type"] is None
