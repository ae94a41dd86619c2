"""The known set: which record is a known study, and for each study whether it was found, missed where, or is absent."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from slr.cli.reporting import known_line
from slr.model import KnownStudy, Record
from slr.search.known import is_study, statuses
from slr.search.stage import search
from slr.store import runs
from tests.support.openalex_server import OpenAlexServer
from tests.support.reviews import corpus, lay_out, reviewing
from tests.support.works import made_work

STUDY = KnownStudy(
    key="maskell2006",
    title="Building global knowledge pipelines: the role of temporary clusters",
    authors=("Maskell, P.", "Bathelt, H.", "Malmberg, A."),
    year=2006,
    journal="European Planning Studies",
)
RECORD = Record(
    record_id="openalex:W1",
    source="openalex",
    title="Building Global Knowledge Pipelines: The Role of Temporary Clusters",
    authors=("Maskell, Peter", "Bathelt, Harald"),
    year=2006,
    type="article",
)

SAME: dict[str, dict[str, Any]] = {
    "as printed": {},
    "other case, dashes and marks": {
        "title": "Building global knowledge pipelines – The role of “temporary” clusters."
    },
    "without its subtitle": {
        "title": "Building Global Knowledge Pipelines Together"[:-9] + ": the role of temporary clusters"
    },
    "printed a year after it was online": {"year": 2007},
    "no year stated": {"year": None},
    "no authors stated": {"authors": ()},
    "authors in another order": {"authors": ("Bathelt, Harald", "Maskell, Peter")},
    "given name first": {"authors": ("Peter Maskell",)},
    "type unknown": {"type": None},
    "a DOI where the study states none": {"doi": "10.1080/09654310600852332"},
}
OTHER: dict[str, dict[str, Any]] = {
    "another title": {"title": "Building local knowledge pipelines: the role of temporary clusters"},
    "another first author": {"authors": ("Henn, Sebastian",)},
    "the working paper of it": {"type": "preprint"},
    "the same title in a thesis": {"type": "dissertation"},
    "the same title ten years on": {"year": 2016},
    "a short beginning of the title": {"title": "Building global knowledge"},
    "no title": {"title": ""},
}


@pytest.mark.parametrize("case", SAME)
def test_a_record_of_the_study_is_known_as_it(case: str) -> None:
    assert is_study(STUDY, dataclasses.replace(RECORD, **SAME[case]))


@pytest.mark.parametrize("case", OTHER)
def test_a_record_of_something_else_is_not(case: str) -> None:
    assert not is_study(STUDY, dataclasses.replace(RECORD, **OTHER[case]))


def test_where_both_state_a_doi_only_the_doi_counts() -> None:
    study = dataclasses.replace(STUDY, doi="10.1080/09654310600852332")
    assert is_study(
        study, dataclasses.replace(RECORD, doi=study.doi, title="Knowledge pipelines", year=1990, authors=())
    )
    assert not is_study(study, dataclasses.replace(RECORD, doi="10.5555/another"))
    assert is_study(study, RECORD)


@pytest.mark.parametrize("lacking", ["record", "study"])
def test_a_title_without_the_others_subtitle_is_the_same_from_five_words_on(lacking: str) -> None:
    short = "Local clusters in global value chains"
    long = f"{short}: exploring dynamic linkages between Germany and Pakistan"
    titles = (long, short) if lacking == "record" else (short, long)
    study = dataclasses.replace(STUDY, title=titles[0])
    assert is_study(study, dataclasses.replace(RECORD, title=titles[1]))
    cut = dataclasses.replace(RECORD, title=titles[1].replace("clusters in global value chains", "clusters"))
    assert not is_study(dataclasses.replace(study, title=titles[0]), cut)


KNOWN = """\
studies:
  - {key: found, title: Skill transfer study 1, authors: ["Lovelace, A."], year: 2002}
  - {key: by-doi, title: What the study is called elsewhere, doi: 10.5555/w1003}
  - {key: no-concept, title: Knowledge transfer between alliances, doi: 10.5555/w8001}
  - {key: no-term, title: "The stretching of weak ties in clusters", authors: ["Lovelace, A."], year: 2002}
  - {key: neither, title: Absorptive capacity of firms, doi: 10.5555/w8003}
  - {key: absent, title: A paper that no index holds, authors: ["Nobody, N."], year: 1999}
"""


def with_misses() -> list[dict[str, Any]]:
    return [
        *corpus(),
        made_work(8001, "Knowledge transfer between alliances", "Firms learn."),
        made_work(8002, "The stretching of weak ties in clusters", "Pipelines and trust.", publication_year=2002),
        made_work(8003, "Absorptive capacity of firms", "Innovation."),
    ]


def test_each_study_is_found_missed_by_named_axes_or_absent(tmp_path: Path) -> None:
    with OpenAlexServer(with_misses()) as server, reviewing(lay_out(tmp_path, server.url, known=KNOWN)) as review:
        before = {s.study.key: s.state for s in statuses(review)}
        search(review).whole()
        after = {s.study.key: s for s in statuses(review)}
    assert set(before.values()) == {"unknown"}
    assert {key: (s.state, s.missed_by) for key, s in after.items()} == {
        "found": ("found", ()),
        "by-doi": ("found", ()),
        "no-concept": ("missed", ("concepts",)),
        "no-term": ("missed", ("terms",)),
        "neither": ("missed", ("terms", "concepts")),
        "absent": ("absent", ()),
    }
    assert after["found"].cells == (("skill transfer", "cluster"), ("skill transfer", "industrial cluster"))
    assert (after["found"].cell_count, after["found"].sources) == (2, ("openalex",))


def test_the_words_for_a_study_name_the_source_and_its_cells_or_the_axis_that_missed_it(tmp_path: Path) -> None:
    with OpenAlexServer(with_misses()) as server, reviewing(lay_out(tmp_path, server.url, known=KNOWN)) as review:
        search(review).whole()
        words = {s.study.key: known_line(s).where for s in statuses(review)}
    assert words["found"] == "OpenAlex: skill transfer × cluster; skill transfer × industrial cluster"
    assert words["no-concept"] == "OpenAlex holds it; its record has no phrase of: concepts"
    assert words["absent"] == "no source that was asked holds it"


def test_a_missed_study_is_found_once_an_import_or_another_matrix_brings_it(tmp_path: Path) -> None:
    with OpenAlexServer(with_misses()) as server:
        with reviewing(lay_out(tmp_path, server.url, known=KNOWN)) as review:
            search(review).whole()
        terms = tmp_path / "search_terms.yaml"
        terms.write_text(terms.read_text("utf-8").replace("industrial district]", "alliances]"), "utf-8")
        with reviewing(tmp_path) as review:
            search(review).whole()
            assert {s.study.key for s in statuses(review) if s.state == "found"} == {"found", "by-doi", "no-concept"}


def test_only_what_a_sources_hits_lack_is_looked_up_and_no_study_twice_in_a_run(tmp_path: Path) -> None:
    server = OpenAlexServer(with_misses(), faults=[None, None, None, "html"])
    lay_out(tmp_path, server.url, known=KNOWN)
    with server, reviewing(tmp_path) as review:
        first = search(review)
        assert first.failure is not None and first.run.status == "incomplete"
        assert search(review).whole().run.run_id == first.run.run_id
        assert len({f.study for f in runs.findings(review.store.db)}) == 4
    asked = [asked.target for asked in server.requests if asked.status == 200]
    looked_up = [target for target in asked if "doi%3A" in target or "title.search" in target or "filter=doi" in target]
    assert "w1003" not in " ".join(looked_up), "a study among the hits is not looked up"
    assert len(server.requests) == 1 + 3 + 1, "a page, a look-up by DOI, two by title, one of them refused and repeated"


def test_a_replay_with_another_known_set_skips_the_look_ups_and_says_so(tmp_path: Path) -> None:
    heard: list[Any] = []
    with OpenAlexServer(with_misses()) as server, reviewing(lay_out(tmp_path, server.url, known=KNOWN)) as review:
        search(review).whole()
    (tmp_path / "config/known.yaml").write_text(KNOWN.replace("A paper that", "Another paper that"), "utf-8")
    for path in (tmp_path / "outputs").glob("review.sqlite*"):
        path.unlink()
    with reviewing(tmp_path, listen=heard.append) as review:
        assert search(review, replay="latest").whole().run.status == "complete"
        assert {s.study.key: s.state for s in statuses(review)}["found"] == "found"
        assert {s.study.key: s.state for s in statuses(review)}["absent"] == "unknown"
    assert any("config/known.yaml changed since" in getattr(event, "text", "") for event in heard)
