"""Attribution: every record is matched once to the present matrix, and again only when matrix or record changed."""

from __future__ import annotations

from pathlib import Path

from slr.events import Progress
from slr.search import attribution
from slr.search.attribution import attribute
from slr.search.stage import search
from slr.store import enrichment, records, works
from slr.store.enrichment import Told
from tests.support import imported
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import HITS, corpus, lay_out, reviewing


def test_each_record_gets_the_phrases_that_its_text_holds(tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review)
        matrix, found = review.matrix(False), records.matches(review.store.db)
        assert len(found) == HITS
        terms, concepts = found["openalex:W1002"]  # "Skill transfer study 1", "We look at an industrial cluster …"
        assert [matrix.axes[0].phrases[n].text for n in terms] == ["skill transfer"]
        assert [matrix.axes[1].phrases[n].text for n in concepts] == ["cluster", "industrial cluster"]


def test_a_second_time_there_is_nothing_to_do_and_a_changed_matrix_is_matched_anew(tmp_path: Path) -> None:
    with OpenAlexServer(corpus()) as server, reviewing(lay_out(tmp_path, server.url)) as review:
        search(review)
        assert attribute(review) == 0
    terms = tmp_path / "search_terms.yaml"
    terms.write_text(terms.read_text("utf-8").replace("industrial district]", "firms]"), "utf-8")
    with reviewing(tmp_path) as review:
        assert attribute(review) == HITS
        assert all(concepts[-1] == 2 for _, concepts in records.matches(review.store.db).values())
        assert attribute(review) == 0


def test_more_records_than_one_batch_are_matched_batch_by_batch(tmp_path: Path) -> None:
    heard: list[object] = []
    many = corpus(hits=attribution.BATCH + 500, variant_hits=0, others=1)
    with reviewing(lay_out(tmp_path, files=many), listen=heard.append) as review:
        search(review).whole()
        done = [event.done for event in heard if isinstance(event, Progress) and event.task == "matching"]
        assert done == [attribution.BATCH, attribution.BATCH + 500]
        assert len(records.matches(review.store.db)) == attribution.BATCH + 500


def test_a_record_without_an_abstract_is_matched_by_the_one_that_another_source_told_of_its_work(
    tmp_path: Path,
) -> None:
    with imported.opened(tmp_path) as review:
        imported.take(review, imported.entry("Knowledge transfer in the region"), "EBSCO")
        imported.settle(review)
        (record_id, work_id), *_ = works.memberships(review.store.db).items()
        assert records.matches(review.store.db)[record_id] == ((0,), ())
        told = Told(work_id, "abstract", "We ask in which cluster it happens.", "crossref", "e1", "2026")
        with review.store.writing() as db:
            enrichment.begin(db, "enrich-1", "2026")
            enrichment.add(db, "enrich-1", [told])
        assert records.stale_matches(review.store.db, review.matrix_hash(False)) == attribute(review) == 1
        assert records.matches(review.store.db)[record_id] == ((0,), (0,))
        assert attribute(review) == 0
        kept = records.get(review.store.db, record_id)
        assert kept is not None and kept.abstract is None, "the record stays as it was received"
