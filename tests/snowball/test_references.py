"""References given as text: which record each one means, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.cli.citations import same_publication
from slr.model import Record
from slr.snowball.references import Library, Matched, match
from slr.snowball.stage import snowball
from slr.store import citations, records
from slr.store.citations import ReferenceText
from tests.snowball.test_stage import begun, linked
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import lay_out, reviewing

BATHELT = Record(
    "a:1", "a", "Clusters and knowledge: local buzz, global pipelines and the process of knowledge creation",
    authors=("Bathelt, Harald", "Malmberg, Anders"), year=2004, venue="Progress in Human Geography", volume="28",
    issue="1", pages="31-56", doi="10.1191/0309132504ph469oa",
)  # fmt: skip
MUNCH = Record("a:2", "a", "Tacit knowledge and the søk for størrelse", authors=("Munch Ørsted, Åse",), year=1999)
SHORT = Record("a:3", "a", "Industrial districts", authors=("Bathelt, Harald",), year=2004)


def found(text: str, *records: Record, **fields: str) -> str | None:
    known = records or (BATHELT, MUNCH, SHORT)
    library = Library(known, {record.record_id: record.record_id for record in known})
    return library.match(ReferenceText("crossref", "10.1/citing", text, "run", fields), same_publication).record_id


APA = (
    "Bathelt, H., Malmberg, A. & Maskell, P. (2004). Clusters and knowledge: local buzz, global pipelines and the "
    "process of knowledge creation. Progress in Human Geography, 28(1), 31–56."
)


@pytest.mark.parametrize(
    "text",
    [
        APA,
        "BATHELT H, MALMBERG A. Clusters and Knowledge: Local Buzz, Global Pipelines and the Process of Knowledge "
        "Creation. Prog Hum Geogr 2004;28:31-56",
        "[12] H. Bathelt, A. Malmberg, “Clusters and knowledge: local buzz, global pipelines & the process of "
        "knowledge creation”, Progress in Human Geography, vol. 28, pp. 31-56, 2004.",
        "Bathelt (2004a) Clusters and knowledge: local buzz, global pipelines and the process of knowledge creation",
    ],
)
def test_a_reference_in_any_style_means_the_record_with_its_title_author_and_year(text: str) -> None:
    assert found(text) == "a:1"


@pytest.mark.parametrize(
    "text",
    [
        APA.replace("2004", "2002"),
        f"Maskell, P. (2004). {BATHELT.title}.",
        APA.replace("knowledge creation", "knowledge creation revisited"),
        APA.replace("Clusters and knowledge", "Beyond clusters and knowledge"),
        APA.replace("knowledge creation.", "knowledge creation: a reply."),
        "Bathelt, H. (2004). Clusters and knowledge. Progress in Human Geography, 28(1), 31–56.",
        "Bathelt, H. (2004). Industrial districts. Cambridge.",
        "Bathelt, 2004",
        "",
    ],
)
def test_in_doubt_a_reference_stays_text(text: str) -> None:
    assert found(text) is None


def test_letters_with_marks_are_no_hindrance() -> None:
    assert found("Munch Orsted, A. 1999. Tacit knowledge and the sok for storrelse. Oslo.") == "a:2"


def test_parts_that_the_index_states_are_used() -> None:
    parts = {"title": BATHELT.title, "author": "Bathelt", "year": "2004", "page": "31"}
    assert found("Bathelt. 2004. Progress in Human Geography", **parts) == "a:1"


def test_a_doi_in_the_text_is_enough_if_the_author_or_the_year_agrees() -> None:
    assert found("Bathelt, H. Prog Hum Geogr. https://doi.org/10.1191/0309132504PH469OA.") == "a:1"
    assert found("Prog Hum Geogr 2004; 10.1191/0309132504ph469oa") == "a:1"
    assert found("Storper, M. (1997). 10.1191/0309132504ph469oa") is None


def test_a_reference_that_fits_two_works_means_neither() -> None:
    twin = Record("b:1", "b", BATHELT.title, authors=BATHELT.authors, year=2004)
    records = (Record("a:1", "a", BATHELT.title, authors=BATHELT.authors, year=2004), twin)
    text = "Bathelt, H. (2004). " + BATHELT.title + ". Progress in Human Geography."
    assert found(text, *records) is None
    one_work = Library(records, {"a:1": "W", "b:1": "W"})
    assert one_work.match(ReferenceText("crossref", "x", text, "run"), same_publication).record_id == "a:1"


def test_a_matched_reference_is_a_citation_and_is_matched_anew_when_records_come(tmp_path: Path) -> None:
    from slr.snowball.graph import graph
    from tests.support.citing import screen, take_in
    from tests.support.works import made_work

    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        begun(review, 1)
        report = snowball(review).whole()
        text = "Lovelace, A. (2005). A study that came late to the review. Journal of Made Works, 1(2), 3-4."
        with review.store.writing() as db:
            citations.add_texts(db, [ReferenceText("openalex", "W1", text, str(report.run_id))])
        assert match(review, same_publication).matched == 0
        take_in(review, [made_work(205, "A study that came late to the review", publication_year=2005)])
        screen(review, [])
        assert match(review, same_publication).matched == 1
        found_graph = graph(review)
        called = found_graph.called
        assert (called["openalex", "W1"], called["openalex", "W205"]) in found_graph.edges()
        assert match(review, same_publication).matched == 1, "matching again changes nothing"


def test_the_reference_list_of_an_imported_record_is_read_once_its_work_is_a_seed(tmp_path: Path) -> None:
    from slr.search.imports import ImportRequest, import_file
    from tests.support.citing import screen, take_in
    from tests.support.works import made_work

    with OpenAlexServer(linked()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        take_in(review, [made_work(205, "A study that only the import refers to", publication_year=2005)])
        listed = (
            "Lovelace, A. (2005). A study that only the import refers to. Made Works, 1(2), 3-4; "
            "Nobody, N. (1999). A work that the review does not hold. Elsewhere"
        )
        file = tmp_path / "scopus.csv"
        file.write_text(
            f'Title,Authors,Year,DOI,References\nImported seed,"B., C.",2010,10.5555/seed,"{listed}"\n', "utf-8"
        )
        import_file(review, ImportRequest(file, "Scopus"))
        seed = next(r.record_id for r in records.every(review.store.db) if r.source == "Scopus")
        screen(review, [seed])
        assert match(review, same_publication) == Matched(0, 0), "nothing is read before a round"
        snowball(review)
        assert match(review, same_publication) == Matched(texts=2, matched=1)
        assert match(review, same_publication) == Matched(texts=2, matched=1), "and only once"
