from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slr.errors import ReplyError, RequestRefused, SlrError, SourceDown, UserError
from slr.model import KnownStudy
from slr.sources.crossref import BATCH, NOT_SEARCHED, PAGE_SIZE
from slr.sources.crossref_works import read_work, retracts
from tests.support.crossref_server import crossref
from tests.support.data import shared
from tests.support.fake_time import FakeTime
from tests.support.opened import opened
from tests.support.report import report
from tests.support.sources import pages, records, wanted
from tests.support.works import made_work

LIVE = "https://api.crossref.org"
MAIL = {"CROSSREF_MAILTO": "someone@example.org"}
SEARCH = wanted(["knowledge transfer", "skills"], ["cluster", "industrial district"])


def corpus(size: int, others: int = 0) -> list[dict[str, Any]]:
    hits = [made_work(i, f"Knowledge transfer, no. {i}", "in a cluster") for i in range(1, size + 1)]
    return hits + [made_work(5000 + i, f"Technology transfer {i}", "of knowledge") for i in range(others)]


def retracting(number: int, doi: str) -> dict[str, Any]:
    notice = {"update-to": [{"DOI": doi.upper(), "type": "retraction", "label": "Retraction"}]}
    return made_work(number, "Retraction notice", crossref=notice)


# searching


def test_without_being_asked_to_it_plans_no_search_and_says_why(tmp_path: Path) -> None:
    plan = opened("crossref", LIVE, tmp_path).plan(report())
    assert (plan.queries, plan.parts, plan.notes) == ((), (), (NOT_SEARCHED,))
    assert not opened("crossref", LIVE, tmp_path).info.boolean_search


def test_a_ranked_search_is_one_query_of_words_whose_limits_are_said(tmp_path: Path) -> None:
    plan = opened("crossref", LIVE, tmp_path, ranked=True).plan(report())
    (query,) = plan.queries
    assert "knowledge" in query.text.split() and '"' not in query.text
    assert len(set(query.text.split())) == len(query.text.split())
    assert query.oql is None and query.url_bytes < 4_000
    assert "the first 1,000 (sources.crossref.ranked_records)" in plan.notes[0]
    assert "not seen" in plan.notes[0]


def test_the_limit_on_years_is_sent(tmp_path: Path) -> None:
    search = wanted(["a1"], ["b1"], years=(1990, 2011))
    (query,) = opened("crossref", LIVE, tmp_path, ranked=True).plan(search).queries
    assert "&filter=from-pub-date:1990,until-pub-date:2011&" in query.url


def test_a_ranked_search_reads_the_best_so_many_and_keeps_what_matches(tmp_path: Path) -> None:
    with crossref(corpus(150, others=400)) as (url, server):
        source = opened("crossref", url, tmp_path, ranked=True, ranked_records=300)
        assert source.count(source.plan(SEARCH).queries[0]) == 300
        read = list(pages(source, SEARCH))
        assert len(server.asked) == 1 + 3
    assert sum(len(page.records) for page in read) == 150
    assert all(page.total is None for page in read)
    said = " ".join(read[-1].warnings)
    assert "550 works of Crossref hold any of the words; the first 300 by rank were looked at" in said
    assert "150 hits of Crossref left out here" in said


@pytest.mark.parametrize("size", [1, PAGE_SIZE, PAGE_SIZE + 1])
def test_a_ranked_search_that_comes_to_its_end_says_nothing_of_a_rest(size: int, tmp_path: Path) -> None:
    with crossref(corpus(size)) as (url, server):
        read = list(pages(opened("crossref", url, tmp_path, ranked=True), SEARCH))
        assert len(server.asked) == -(-size // PAGE_SIZE)
    assert sum(len(page.records) for page in read) == size
    assert not any(page.warnings for page in read)


# looking up


def test_known_studies_are_found_by_doi_in_batches_alone_with_a_comma_and_else_by_words(tmp_path: Path) -> None:
    works = [*corpus(BATCH + 5), made_work(900, "Odd", doi="https://doi.org/10.1016/s0305-750x(98)00001,2")]
    studies = [KnownStudy(str(i), "?", doi=f"10.5555/w{i}") for i in range(1, BATCH + 6)]
    studies += [
        KnownStudy("comma", "?", doi="10.1016/s0305-750x(98)00001,2"),
        KnownStudy("words", "Knowledge transfer, no. 7", authors=("Lovelace, Ada",), year=2007),
        KnownStudy("unknown", "?", doi="10.5555/none"),
        KnownStudy("alone", "?", doi="10.5555/none,2"),
    ]
    with crossref(works) as (url, server):
        found = opened("crossref", url, tmp_path).find(studies)
        assert len(server.asked) == 2 + 2 + 1
    assert all([r.doi for r in found[str(i)]] == [f"10.5555/w{i}"] for i in range(1, BATCH + 6))
    assert [r.record_id for r in found["comma"]] == ["crossref:10.1016/s0305-750x(98)00001,2"]
    assert "10.5555/w7" in {r.doi for r in found["words"]}
    assert (found["unknown"], found["alone"]) == ([], [])


def test_works_are_described_with_their_references_and_a_missing_one_not_at_all(tmp_path: Path) -> None:
    works = [made_work(1, "One", referenced_works=["https://openalex.org/W8", "https://openalex.org/W9"])]
    with crossref(works) as (url, _):
        found = list(opened("crossref", url, tmp_path).described("doi", ["10.5555/none", "10.5555/w1"]))
    (record,) = [record for page in found for record in page.records]
    assert record.references == ("crossref:10.5555/w8", "crossref:10.5555/w9")
    assert record.retracted is False


@pytest.mark.parametrize("where", ["on the work", "as a notice"])
def test_a_retraction_is_told_whether_the_work_or_only_the_notice_states_it(where: str, tmp_path: Path) -> None:
    works = [made_work(1, "One"), made_work(2, "Two")]
    if where == "on the work":
        notice = {"DOI": "10.5555/n", "type": "retraction", "source": "retraction-watch"}
        works[0]["crossref"] = {"updated-by": [notice]}
    else:
        works.append(retracting(9, "10.5555/w1"))
    with crossref(works) as (url, _):
        found = list(opened("crossref", url, tmp_path).described("doi", ["10.5555/w1", "10.5555/w2"]))
    told = {record.doi for page in found for record in page.records if record.retracted}
    assert told == {"10.5555/w1"}


def test_a_correction_or_an_expression_of_concern_is_no_retraction() -> None:
    for kind in ("correction", "expression_of_concern", "partial_retraction"):
        assert read_work({"DOI": "10.1/a", "updated-by": [{"DOI": "10.1/b", "type": kind}]}).retracted is False
        assert retracts({"update-to": [{"DOI": "10.1/a", "type": kind}]}) == ()
    assert read_work({"DOI": "10.1/b", "update-to": [{"DOI": "10.1/a", "type": "retraction"}]}).type == "retraction"
    assert read_work({"DOI": "10.1/b", "update-to": [{"DOI": "10.1/a", "type": "correction"}]}).type == "erratum"


# citations


def test_reference_lists_are_read_50_works_a_request_and_what_has_no_doi_comes_as_it_is_printed(tmp_path: Path) -> None:
    cited = [f"https://openalex.org/W{i}" for i in range(100, 140)]
    works = [made_work(i, f"Citing {i}", referenced_works=cited[i % 40 :][:3]) for i in range(1, BATCH + 21)]
    works[0]["crossref"] = {"reference": [
        {"key": "a", "DOI": "10.5555/W100"}, {"key": "b", "DOI": "10.5555/w100"},
        {"key": "x", "unstructured": "Lost, A. (1990). <i>Not to be found.</i>"},
        {"key": "y", "article-title": "Local buzz", "author": "Bathelt", "year": "2004", "volume": "28",
         "first-page": "31", "journal-title": "Progress in Human Geography"},
        {"key": "z"},
    ]}  # fmt: skip
    dois = [f"10.5555/w{i}" for i in range(1, BATCH + 21)]
    with crossref(works) as (url, server):
        source = opened("crossref", url, tmp_path)
        first = source.linked(dois, "backward", None)
        second = source.linked(dois, "backward", first.next_cursor)
        assert len(server.asked) == 2 and second.next_cursor is None
    links = {*first.links, *second.links}
    assert {cited for citing, cited in links if citing == "10.5555/w1"} == {"10.5555/w100"}
    assert {citing for citing, _ in links} == set(dois)
    assert first.records == second.records == ()
    lost, parts = first.references
    assert (lost.citing, lost.text, lost.parts()) == ("10.5555/w1", "Lost, A. (1990). Not to be found.", {})
    assert parts.text == "Bathelt. 2004. Local buzz. Progress in Human Geography. 28. 31"
    assert parts.parts() == {"title": "Local buzz", "author": "Bathelt", "year": "2004", "volume": "28", "page": "31"}


def test_cited_works_are_described_50_a_request(tmp_path: Path) -> None:
    works = [made_work(i, f"Cited {i}") for i in range(100, 100 + BATCH + 20)]
    with crossref(works) as (url, server):
        found = list(opened("crossref", url, tmp_path).fetched([f"10.5555/w{i}" for i in range(100, 180)]))
        assert len(server.asked) == 2
    assert sum(len(page.records) for page in found) == BATCH + 20


def test_a_work_without_references_gives_an_empty_page_and_forward_is_refused(tmp_path: Path) -> None:
    with crossref([made_work(1, "One")]) as (url, _):
        source = opened("crossref", url, tmp_path)
        page = source.linked(["10.5555/w1"], "backward", None)
        assert (page.links, page.next_cursor) == ((), None)
        assert source.linked(["10.5555/none"], "backward", None).links == ()
        with pytest.raises(UserError, match="who cites"):
            source.linked(["10.5555/w1"], "forward", None)


# manners and faults


def test_the_mail_address_makes_it_polite_is_sent_as_a_parameter_and_written_nowhere(tmp_path: Path) -> None:
    for environ, pause in (({}, 1.0), (MAIL, 1 / 3)):
        time = FakeTime()
        with crossref(corpus(2 * BATCH)) as (url, server):
            source = opened("crossref", url, tmp_path / str(len(environ)), environ, time=time)
            source.find([KnownStudy(str(i), "?", doi=f"10.5555/w{i}") for i in range(1, 2 * BATCH + 1)])
            assert ("polite" if environ else "public") in source.check()
        assert time.slept[0] == pytest.approx(pause)
        assert all(asked.query.get("mailto") == environ.get("CROSSREF_MAILTO") for asked in server.asked)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files and not any(b"example.org" in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("500", SourceDown, "HTTP 500"),
        ("429", SourceDown, "Too many requests"),
        ("html", ReplyError, "HTML page"),
        ("no-total", ReplyError, "message.total-results"),
    ],
)
def test_a_lasting_fault_is_an_error_in_one_sentence(
    fault: str, error: type[SlrError], words: str, tmp_path: Path
) -> None:
    with crossref(corpus(4), faults=[fault] * 9) as (url, _), pytest.raises(error, match=words):
        records(opened("crossref", url, tmp_path, ranked=True), SEARCH)


def test_a_refusal_is_told_in_crossrefs_own_words(tmp_path: Path) -> None:
    from tests.support.http_server import Answer, serving

    body = shared("replies/crossref/2026-06_error_400_field_query_with_doi.json").read_bytes()
    with serving(lambda _: Answer(body, 400)) as url, pytest.raises(RequestRefused) as raised:
        opened("crossref", url, tmp_path).check()
    assert "This route does not support field query parameters: query.*" in str(raised.value)


def test_a_malformed_item_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    works = corpus(3)
    works[1]["crossref"] = {"DOI": None}
    with crossref(works) as (url, _):
        (page,) = pages(opened("crossref", url, tmp_path, ranked=True), SEARCH)
    assert page.positions == (0, 2)
    assert "is left out: it has no DOI" in page.warnings[0]


def test_a_ranked_search_is_replayed_from_its_archive_without_a_network(tmp_path: Path) -> None:
    with crossref(corpus(150, others=30)) as (url, _):
        before = list(pages(opened("crossref", url, tmp_path, MAIL, ranked=True), SEARCH))
    assert list(pages(opened("crossref", url, tmp_path, offline=True, ranked=True), SEARCH)) == before


# recorded replies


def test_recorded_works_are_read_as_records() -> None:
    work = json.loads(shared("replies/crossref/2026-06_work_with_references.json").read_text("utf-8"))["message"]
    record = read_work(work)
    assert (record.doi, record.year, record.volume, record.issue) == ("10.1371/journal.pone.0033693", 2012, "7", "3")
    assert record.authors[0] == "Sadasivan, Shankar" and len(record.authors) == 6
    assert record.retracted is False and record.language == "en" and record.type == "article"
    assert "crossref:10.1038/sj.npp.1301164" in record.references
    names = ("2026-06_journal_works_bibliographic", "2026-06_works_query_author_20", "2026-06_works_cursor_p1")
    for name in names:
        items = json.loads(shared(f"replies/crossref/{name}.json").read_text("utf-8"))["message"]["items"]
        found = [read_work(item) for item in items]
        assert all(one.title and one.doi and one.type for one in found)
        assert not any("<" in (one.title + (one.abstract or "")) and "jats" in (one.abstract or "") for one in found)


def test_an_unknown_year_stays_unknown_and_a_subtitle_belongs_to_the_title() -> None:
    undated = {"date-parts": [[None]]}
    record = read_work({"DOI": "10.1/A", "title": ["The stretching"], "subtitle": ["A study"], "issued": undated})
    assert (record.year, record.title, record.doi) == (None, "The stretching: A study", "10.1/a")
    assert read_work({"DOI": "10.1/a", "author": [{"name": "A Group"}]}).authors == ("A Group",)
