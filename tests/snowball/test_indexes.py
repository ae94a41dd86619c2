"""Several citation indexes in one round: what each tells, described once, and the union of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from slr.cli.citations import take_in as match_and_group
from slr.review import Review
from slr.snowball.indexes import chosen
from slr.snowball.rounds import rounds
from slr.snowball.stage import Terms, snowball
from slr.store import citations, records
from tests.snowball.test_stage import EXPECTED, address, begun, linked
from tests.support.citing import screen, take_in
from tests.support.crossref_server import CrossrefServer
from tests.support.europepmc_server import EuropePmcServer
from tests.support.http_server import serving
from tests.support.openalex_server import OpenAlexServer
from tests.support.opencitations_server import OpenCitationsServer
from tests.support.reviews import REVIEW, lay_out, reviewing
from tests.support.semanticscholar_server import S2
from tests.support.works import made_work


def settings(openalex: str, *others: tuple[str, str]) -> str:
    """The configuration with other indexes at these addresses, none of which is searched."""
    more = "".join(f"  {name}: {{{{enabled: false, base_url: '{url}'}}}}\n" for name, url in others)
    return REVIEW.replace("criteria:\n", more + "criteria:\n", 1)


@contextmanager
def two_indexes(
    data: Sequence[dict[str, Any]], folder: Path, **faults: Any
) -> Iterator[tuple[Review, OpenCitationsServer]]:
    """A review with OpenAlex enabled and OpenCitations at a local address."""
    server = OpenCitationsServer(data, **faults)
    with (
        OpenAlexServer(data) as openalex,
        serving(server) as url,
        reviewing(lay_out(folder, openalex.url, review=settings(openalex.url, ("opencitations", url)))) as review,
    ):
        yield review, server


def dois(review: Review) -> set[str | None]:
    return {r.doi for r in records.every(review.store.db) if r.origin == "citation"}


@pytest.mark.parametrize(
    ("name", "server", "ways"),
    [
        ("semanticscholar", S2, {"backward": 9, "forward": 5}),
        ("europepmc", EuropePmcServer, {"backward": 9, "forward": 5}),
        ("crossref", CrossrefServer, {"backward": 9, "forward": 0}),
        ("opencitations", OpenCitationsServer, {"backward": 9, "forward": 5}),
    ],
)
def test_an_index_is_asked_by_its_own_names_whether_or_not_it_is_searched(
    name: str, server: Any, ways: dict[str, int], tmp_path: Path
) -> None:
    with serving(server(linked())) as url:
        folder = lay_out(tmp_path, None, review=settings("", (name, url)))
        with reviewing(folder) as review:
            begun(review, 1)
            report = snowball(review, Terms(indexes=(name,))).whole()
            assert report.returned == ways and report.not_in_index == ()
            titles = {r.title.split()[-1] for r in records.every(review.store.db) if r.origin == "citation"}
            assert titles == {n[1:] for n in EXPECTED if ways["forward"] or int(n[1:]) < 20}


def test_opencitations_takes_its_descriptions_with_abstracts_from_openalex_and_asks_meta_for_the_rest(
    tmp_path: Path,
) -> None:
    data = linked()
    data[3]["abstract_inverted_index"] = {"Much": [0], "to": [1], "read": [2]}
    gone = made_work(40, "Known to OpenCitations alone")
    data[0]["referenced_works"] += address(40)
    server = OpenCitationsServer([*data, gone])
    with (
        OpenAlexServer(data) as openalex,
        serving(server) as url,
        reviewing(lay_out(tmp_path, openalex.url, review=settings("", ("opencitations", url)))) as review,
    ):
        begun(review, 1, data=data)
        snowball(review, Terms(indexes=("opencitations",))).whole()
        found = {r.doi: r for r in records.every(review.store.db) if r.origin == "citation"}
        assert found["10.5555/w11"].abstract == "Much to read"
        assert found["10.5555/w40"].title == "Known to OpenCitations alone"
        assert found["10.5555/w40"].record_id == "opencitations citations:10.5555/w40"
        meta = [asked.path for asked in server.asked if asked.path.startswith("/meta")]
        assert meta == ["/meta/v1/metadata/doi:10.5555/w40"]


def test_what_one_index_described_the_next_need_not_describe(tmp_path: Path) -> None:
    with two_indexes(linked(), tmp_path) as (review, server):
        begun(review, 1)
        report = snowball(review, Terms(indexes=("opencitations", "openalex"))).whole()
        assert [asked.path.split("/")[3] for asked in server.asked] == ["references", "citations"]
        match_and_group(review)
        whole = rounds(review)[0].whole
        assert (whole.records, whole.new) == (28, 14), "14 works, told by two indexes"
        assert report.returned == {"backward": 18, "forward": 10}


def test_the_works_found_are_the_union_over_the_indexes(tmp_path: Path) -> None:
    """OpenAlex lacks W19's citation, OpenCitations has no W25: together all are found."""
    data = linked()
    less = [dict(work) for work in data]
    less[0]["referenced_works"] = address(*range(11, 19))
    server = OpenCitationsServer([work for work in data if not work["id"].endswith("W25")])
    with (
        OpenAlexServer(less) as openalex,
        serving(server) as url,
        reviewing(lay_out(tmp_path, openalex.url, review=settings("", ("opencitations", url)))) as review,
    ):
        begun(review, 1, data=less)
        snowball(review, Terms(indexes=("openalex", "opencitations"))).whole()
        assert dois(review) == {f"10.5555/w{n[1:]}" for n in EXPECTED}


def test_a_seed_without_a_doi_is_not_in_an_index_that_knows_dois_only(tmp_path: Path) -> None:
    data = linked()
    data[0]["doi"] = None
    with two_indexes(data, tmp_path) as (review, _):
        take_in(review, data[:1])
        screen(review, ["openalex:W1"])
        report = snowball(review, Terms(indexes=("openalex", "opencitations"))).whole()
        assert report.not_in_index == (), "OpenAlex has it"
        absent = {part.index: part.absent for part in rounds(review)[0].parts}
        assert absent == {"openalex": 0, "opencitations": 1}


def test_indexes_are_asked_in_one_order_however_they_are_named(tmp_path: Path) -> None:
    with reviewing(lay_out(tmp_path, "http://127.0.0.1:9")) as review:
        names = ("opencitations", "openalex", "crossref")
        assert chosen(review, names) == chosen(review, names[::-1]) == ("openalex", "crossref", "opencitations")
        assert chosen(review, names, ("forward",)) == ("openalex", "opencitations"), "Crossref knows no citing works"
        assert chosen(review, ()) == ("openalex",)


def test_references_that_crossref_gives_as_text_are_kept_with_the_work_they_stand_in(tmp_path: Path) -> None:
    data = linked()
    data[0]["crossref"] = {"reference": [{"key": "1", "unstructured": "Nobody (1999). A lost work. Nowhere."}]}
    with (
        serving(CrossrefServer(data)) as url,
        reviewing(lay_out(tmp_path, None, review=settings("", ("crossref", url)))) as review,
    ):
        begun(review, 1, data=data)
        snowball(review, Terms(indexes=("crossref",))).whole()
        (text,) = citations.texts(review.store.db)
        assert (text.source, text.citing, text.record_id) == ("crossref", "10.5555/w1", None)
        assert text.text == "Nobody (1999). A lost work. Nowhere."
