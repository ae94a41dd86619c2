"""OpenCitations: citations by DOI both ways, described by Meta; nothing is searched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from slr.errors import KeyRefused, ReplyError, SourceDown, UserError
from slr.model import CompiledQuery, KnownStudy
from slr.sources.base import Linked
from slr.sources.opencitations import BATCH, read_work
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.http_server import serving
from tests.support.opencitations_server import OpenCitationsServer
from tests.support.opened import opened
from tests.support.sources import wanted
from tests.support.works import made_work


def works() -> list[dict[str, Any]]:
    """W1 cites W2 (without a DOI, known to PubMed), W3 and itself; W4 and W5 (no identifier of others) cite W1."""
    made = [made_work(i, f"Work {i}") for i in range(1, 6)]
    made[0]["referenced_works"] = [f"https://openalex.org/W{i}" for i in (1, 2, 3)]
    made[1]["doi"], made[1]["ids"] = None, {"pmid": "77"}
    made[4]["doi"] = None
    for one in made[3:]:
        one["referenced_works"] = ["https://openalex.org/W1"]
    return made


@contextmanager
def service(given: Sequence[dict[str, Any]], folder: Path, **more: Any) -> Any:
    settings = {key: more.pop(key) for key in ("environ", "time") if key in more}
    server = OpenCitationsServer(given, **more)
    with serving(server) as url:
        yield opened("opencitations", url, folder, settings.pop("environ", None), **settings), server


def followed(source: Any, ids: list[str], direction: str) -> list[Linked]:
    found, cursor = [], None
    while True:
        page = source.linked(ids, direction, cursor)
        found.append(page)
        if (cursor := page.next_cursor) is None:
            return found


def test_a_work_is_asked_about_once_each_way_and_the_ends_go_by_doi_else_by_another_identifier(tmp_path: Path) -> None:
    with service(works(), tmp_path) as (source, server):
        (back,) = followed(source, ["10.5555/w1"], "backward")
        (forth,) = followed(source, ["10.5555/w1"], "forward")
        assert [a.path for a in server.asked] == ["/index/v2/references/doi:10.5555/w1",
                                                 "/index/v2/citations/doi:10.5555/w1"]  # fmt: skip
    assert set(back.links) == {("10.5555/w1", end) for end in ("10.5555/w1", "pmid:77", "10.5555/w3")}
    assert set(forth.links) == {(end, "10.5555/w1") for end in ("10.5555/w1", "10.5555/w4", "openalex:W5")}
    assert back.ids["10.5555/w3"] == {"omid": "br/063", "doi": "10.5555/w3", "openalex": "W3"}
    assert back.ids["pmid:77"] == {"omid": "br/062", "pmid": "77", "openalex": "W2"}
    assert back.records == ()


def test_several_works_are_asked_about_one_after_the_other_in_a_fixed_order(tmp_path: Path) -> None:
    with service(works(), tmp_path) as (source, server):
        pages = followed(source, ["pmid:77", "10.5555/w4", "10.5555/none", "10.5555/w4"], "backward")
        assert [a.path.rpartition("references/")[2] for a in server.asked] == [
            "doi:10.5555/none", "doi:10.5555/w4", "pmid:77"
        ]  # fmt: skip
    assert [len(page.links) for page in pages] == [0, 1, 0], "a work that is not there has no citations"


def test_the_list_within_a_list_of_the_services_own_example_is_read_too(tmp_path: Path) -> None:
    with service(works(), tmp_path, faults=["nested"]) as (source, _):
        assert len(source.linked(["10.5555/w1"], "backward", None).links) == 3


def test_works_are_described_many_a_request_and_an_unknown_one_not_at_all(tmp_path: Path) -> None:
    many = [made_work(i, f"Work {i}") for i in range(1, BATCH + 11)]
    with service(many, tmp_path, undescribed=[7]) as (source, server):
        pages = list(source.fetched([f"10.5555/w{i}" for i in range(1, BATCH + 11)]))
        assert len(server.asked) == 2
    found = {record.doi: record for page in pages for record in page.records}
    assert len(found) == BATCH + 9 and "10.5555/w7" not in found
    one = found["10.5555/w8"]
    assert (one.title, one.authors, one.year, one.venue) == (
        "Work 8",
        ("Lovelace, Ada",),
        2008,
        "Journal of Made Works",
    )
    assert (one.volume, one.issue, one.pages, one.type, one.abstract) == ("1", "2", "3-4", "article", None)
    assert one.record_id == "opencitations:10.5555/w8" and one.ids["openalex"] == "W8"


def test_long_identifiers_are_asked_for_in_shorter_addresses(tmp_path: Path) -> None:
    with service([], tmp_path) as (source, server):
        list(source.fetched([f"10.5555/{'long' * 60}{i}" for i in range(30)]))
        assert len(server.asked) > 1 and all(len(a.url) <= 4_000 for a in server.asked)


def test_known_studies_are_found_by_doi_only(tmp_path: Path) -> None:
    with service(works(), tmp_path) as (source, server):
        found = source.find([KnownStudy("a", "Work 3", doi="10.5555/W3"), KnownStudy("b", "Work 2")])
        assert [r.title for r in found["a"]] == ["Work 3"] and found["b"] == []
        assert len(server.asked) == 1


def test_it_plans_no_search_says_why_and_refuses_one(tmp_path: Path) -> None:
    with service([], tmp_path) as (source, _):
        plan = source.plan(wanted(["skill transfer"], ["cluster"]))
        assert plan.queries == () and "citations only" in plan.notes[0]
        query = CompiledQuery("opencitations", 1, 1, "x", "", 0)
        for ask in (lambda: source.count(query), lambda: source.page(query, None)):
            with pytest.raises(UserError, match="not for the matrix"):
                ask()


def test_the_token_goes_out_bare_and_is_written_nowhere(tmp_path: Path) -> None:
    secret = "0123-4567-89ab"
    with service(works(), tmp_path, environ={"OPENCITATIONS_TOKEN": secret}, token=secret) as (source, server):
        source.linked(["10.5555/w1"], "backward", None)
        assert server.asked[0].headers["authorization"] == secret
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_wrong_token_is_refused_in_one_sentence_that_names_the_variable(tmp_path: Path) -> None:
    given = {"OPENCITATIONS_TOKEN": "a-wrong-one-0123"}
    with (
        service([], tmp_path, environ=given, token="right") as (source, _),
        pytest.raises(KeyRefused, match="OPENCITATIONS_TOKEN"),
    ):
        source.linked(["10.5555/w1"], "backward", None)


@pytest.mark.parametrize(
    ("fault", "error"), [("500", SourceDown), ("429", SourceDown), ("html", ReplyError), ("object", ReplyError)]
)
def test_a_lasting_fault_is_an_error_in_one_sentence(fault: str, error: type[Exception], tmp_path: Path) -> None:
    with service(works(), tmp_path, faults=[fault] * 9, time=FakeTime()) as (source, _):
        with pytest.raises(error) as raised:
            source.linked(["10.5555/w1"], "backward", None)
        assert "\n" not in str(raised.value)


def test_requests_keep_to_three_a_second(tmp_path: Path) -> None:
    time = FakeTime()
    with service(works(), tmp_path, time=time) as (source, _):
        before = time.monotonic()
        followed(source, [f"10.5555/w{i}" for i in range(1, 8)], "forward")
        assert time.monotonic() - before >= 6 / 3 - 0.001


def test_an_entry_without_an_identifier_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no identifier"):
        read_work({"id": "", "title": "Nothing"})


def test_recorded_citations_of_the_first_version_are_of_the_same_kind() -> None:
    """The recorded replies are of version 1, whose ends are bare DOIs: the list and its keys are the same."""
    recorded = json.loads(shared("replies/opencitations/2020-04_coci_v1_references.json").read_text("utf-8"))
    definition = shared("replies/opencitations/index_v2.hf").read_text("utf-8")
    assert isinstance(recorded, list) and recorded
    assert {"citing", "cited", "oci"} <= recorded[0].keys()
    assert '"cited": "omid:br/06101802023 doi:10.7717/peerj-cs.163 pmid:33816816' in definition
