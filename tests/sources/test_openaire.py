from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from slr.errors import KeyRefused, ReplyError, SlrError, SourceDown, UserError
from slr.matrix.dialects.openaire import LIMITS
from slr.model import KnownStudy
from slr.sources.openaire import PAGE_SIZE, read_product
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.openaire_server import openaire
from tests.support.opened import opened
from tests.support.report import report
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

LIVE = "https://api.openaire.eu"
TOKEN = "a-made-up-token-of-tests-0123456789"
SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])


def corpus(size: int, others: int = 0) -> list[dict[str, Any]]:
    hits = [made_work(i, f"Knowledge transfer, no. {i}", "in a cluster") for i in range(1, size + 1)]
    return hits + [made_work(5000 + i, f"Monetary policy {i}", "rates") for i in range(others)]


def test_the_reports_matrix_fits_and_nothing_rests_on_stemming(tmp_path: Path) -> None:
    plan = opened("openaire", LIVE, tmp_path).plan(report(variants=True))
    assert 1 <= len(plan.queries) <= 2
    assert all(query.url_bytes <= LIMITS.url_bytes.value for query in plan.queries)
    assert not any(absorbed.inflected for absorbed in plan.absorbed)


def test_the_limit_on_years_is_sent(tmp_path: Path) -> None:
    search = wanted(["a1"], ["b1"], years=(1990, 2011))
    asked = parse_qs(urlsplit(opened("openaire", LIVE, tmp_path).plan(search).queries[0].url).query)
    assert asked["search"] == ['("a1") AND ("b1")']
    assert (asked["fromPublicationDate"], asked["toPublicationDate"]) == (["1990-01-01"], ["2011-12-31"])


@pytest.mark.parametrize("size", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
def test_every_product_is_read_once_until_there_is_no_cursor(size: int, tmp_path: Path) -> None:
    with openaire(corpus(size, others=5)) as (url, server):
        read = list(pages(opened("openaire", url, tmp_path), SEARCH))
        assert len(server.asked) == max(1, -(-size // PAGE_SIZE))
    found = [record.record_id for page in read for record in page.records]
    assert len(found) == len(set(found)) == size
    assert all(page.total == size and not page.warnings for page in read)


def test_a_server_that_reads_no_operators_gives_the_same_records_and_the_number_left_out(tmp_path: Path) -> None:
    with openaire(corpus(120, others=130), loose=True) as (url, _):
        read = list(pages(opened("openaire", url, tmp_path), SEARCH))
    assert sum(len(page.records) for page in read) == 120
    assert "130 hits of OpenAIRE Graph left out here" in read[-1].warnings[0]


def test_without_a_token_it_is_asked_once_a_minute_and_with_one_twice_a_second(tmp_path: Path) -> None:
    for environ, pause in (({}, 60), ({"OPENAIRE_TOKEN": TOKEN}, 0.5)):
        time = FakeTime()
        with openaire(corpus(2 * PAGE_SIZE), token=TOKEN) as (url, _):
            list(pages(opened("openaire", url, tmp_path / str(pause), environ, time=time), SEARCH))
        assert time.slept == pytest.approx([pause])


def test_the_token_travels_as_a_bearer_and_is_written_nowhere(tmp_path: Path) -> None:
    with openaire(corpus(1), token=TOKEN) as (url, server):
        list(pages(opened("openaire", url, tmp_path, {"OPENAIRE_TOKEN": TOKEN}), SEARCH))
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert not any(TOKEN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("500", SourceDown, "Try later"),
        ("429", SourceDown, "HTTP 429"),
        ("repeated-cursor", ReplyError, "same cursor again"),
        ("no-header", ReplyError, "header.numFound"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: str, error: type[SlrError], words: str, tmp_path: Path
) -> None:
    with openaire(corpus(4), faults=[fault] * 9) as (url, _), pytest.raises(error, match=words):
        records(opened("openaire", url, tmp_path), SEARCH)


def test_a_token_that_ran_out_is_said_to_be_refused(tmp_path: Path) -> None:
    with openaire(corpus(1), token=TOKEN) as (url, _), pytest.raises(KeyRefused, match="OPENAIRE_TOKEN"):
        records(opened("openaire", url, tmp_path, {"OPENAIRE_TOKEN": "another-token-0123456789"}), SEARCH)


def test_known_studies_are_found_by_doi_or_title(tmp_path: Path) -> None:
    studies = [
        KnownStudy("doi", "?", doi="10.5555/w2"),
        KnownStudy("title", "Knowledge transfer, no. 3"),
        KnownStudy("none", "Unheard of"),
    ]
    with openaire(corpus(3)) as (url, _):
        found = opened("openaire", url, tmp_path).find(studies)
    assert {key: [r.doi for r in some] for key, some in found.items()} == {
        "doi": ["10.5555/w2"], "title": ["10.5555/w3"], "none": [],
    }  # fmt: skip


def test_works_are_described_by_doi_only_with_a_token(tmp_path: Path) -> None:
    with openaire(corpus(3), token=TOKEN) as (url, _):
        source = opened("openaire", url, tmp_path, {"OPENAIRE_TOKEN": TOKEN})
        assert source.info.identifiers == ("doi", "pmid")
        found = [[r.doi for r in page.records] for page in source.described("doi", ["10.5555/w1", "10.1/none"])]
        assert opened("openaire", url, tmp_path / "b").info.identifiers == ()
    assert found == [["10.5555/w1"], []]


def test_a_search_is_replayed_from_its_archive_without_a_network(tmp_path: Path) -> None:
    with openaire(corpus(150, others=3), loose=True) as (url, _):
        before = list(pages(opened("openaire", url, tmp_path), SEARCH))
    assert list(pages(opened("openaire", url, tmp_path, offline=True), SEARCH)) == before


def test_citations_are_not_told_and_check_is_a_sentence(tmp_path: Path) -> None:
    with openaire(corpus(1)) as (url, _):
        source = opened("openaire", url, tmp_path)
        assert source.check() == "OpenAIRE answers; without a token it takes 60 requests an hour."
        assert source.count(source.plan(SEARCH).queries[0]) == 1
        with pytest.raises(UserError):
            source.linked([], "forward", None)


def test_recorded_products_are_read_with_the_type_of_the_peer_reviewed_copy() -> None:
    results = json.loads(shared("replies/openaire/2026-07_graph_v3_5.json").read_text("utf-8"))["results"]
    found = [read_product(one) for one in results]
    first = found[0]
    assert (first.doi, first.type, first.year, first.language) == ("10.1089/crispr.2020.0030", "article", 2020, "en")
    assert (first.venue, first.volume, first.pages) == ("The CRISPR Journal", "3", "142-145")
    assert first.ids["pmid"] == "33560914" and first.ids["issn"] == "2573-1599"
    assert first.authors == ("Tsang, Jennifer", "LaManna, Caroline M.")
    assert "COVID-19" in first.keywords and "0301 basic medicine" not in first.keywords
    assert (found[1].type, found[1].language, found[1].doi) == ("report", None, None)
    assert found[3].title == "Special Issue: Expanding the CRISPR Toolbox"
