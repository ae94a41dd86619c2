"""Several sources in one run: none stops another, and what is missing is asked for when the search is run again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slr.errors import Unfinished, UserError
from slr.events import Note
from slr.search.known import statuses
from slr.search.stage import SearchReport, search
from slr.store import records
from tests.support.arxiv_server import ArxivServer
from tests.support.crossref_server import CrossrefServer
from tests.support.econbiz_server import EconBizServer
from tests.support.http_server import serving
from tests.support.openaire_server import OpenAireServer
from tests.support.reviews import TERMS, reviewing
from tests.support.works import made_work

SEARCHED = ("arxiv", "econbiz", "openaire")
HITS = 120
WORKS = [made_work(i, f"Knowledge transfer in a cluster {i}", "Of firms.") for i in range(1, HITS + 1)]
ELSEWHERE = made_work(900, "The stretching of weak ties", "Small worlds.")
KNOWN = "studies:\n  - {key: andersen, title: The stretching of weak ties, doi: 10.5555/w900}\n"
TOKEN = "a-made-up-token-of-tests-0123456789"


@dataclass
class There:
    """The servers, by the names of their sources."""

    arxiv: ArxivServer
    econbiz: EconBizServer
    openaire: OpenAireServer
    crossref: CrossrefServer

    def asked(self) -> dict[str, int]:
        return {name: len(getattr(self, name).asked) for name in (*SEARCHED, "crossref")}


@contextmanager
def everything(folder: Path, ranked: bool = False) -> Iterator[There]:
    """All four services, and a review folder that has them enabled."""
    there = There(
        ArxivServer(WORKS),
        EconBizServer(WORKS),
        OpenAireServer(WORKS, token=TOKEN),
        CrossrefServer([*WORKS, ELSEWHERE]),
    )
    with ExitStack() as stack:
        lines = [f"  {name}: {{enabled: true, base_url: \"{stack.enter_context(serving(server))}\"}}"
                 for name, server in vars(there).items()]  # fmt: skip
        if ranked:
            lines[-1] = lines[-1].replace("true,", "true, ranked: true,")
        (folder / "config").mkdir(parents=True)
        (folder / "search_terms.yaml").write_text(TERMS, "utf-8")
        (folder / "config/known.yaml").write_text(KNOWN, "utf-8")
        text = "\n".join(["title: T", "sources:", "  openalex: {enabled: false}", *lines, ""])
        (folder / "config/review.yaml").write_text(text, "utf-8")
        yield there


def searched(folder: Path, **given: Any) -> SearchReport:
    with reviewing(folder, **{"environ": {}, **given}) as review:
        return search(review)


def states(report: SearchReport) -> dict[str, tuple[str, int]]:
    return {q.source: (q.status, q.retrieved) for q in report.queries}


WHOLE = dict.fromkeys(SEARCHED, ("complete", HITS))


def test_a_run_is_complete_without_a_source_that_the_matrix_cannot_be_asked_of(tmp_path: Path) -> None:
    heard: list[object] = []
    with everything(tmp_path) as there:
        report = searched(tmp_path, listen=heard.append).whole()
    assert states(report) == WHOLE
    assert (report.run.status, report.new_records) == ("complete", 3 * HITS)
    assert len(there.crossref.asked) == 1, "the known study is looked up"
    told = [note.text for note in heard if isinstance(note, Note) and note.text.startswith("crossref is not searched")]
    assert "sources.crossref.ranked: true" in told[0]


def test_a_known_study_that_only_crossref_holds_is_missed_by_the_matrix_not_absent(tmp_path: Path) -> None:
    with everything(tmp_path):
        searched(tmp_path).whole()
        with reviewing(tmp_path) as review:
            (status,) = statuses(review)
    assert (status.state, status.sources) == ("missed", ("crossref",))


def test_a_ranked_search_is_part_of_the_run_with_its_limits_in_the_notes(tmp_path: Path) -> None:
    with everything(tmp_path, ranked=True):
        report = searched(tmp_path).whole()
    assert states(report) == {**WHOLE, "crossref": ("complete", HITS)}
    notes = next(q.notes for q in report.queries if q.source == "crossref")
    assert any("not seen" in note for note in notes)


FAULTS = {
    ("arxiv", "500"): 9,
    ("arxiv", "empty"): 9,
    ("arxiv", "html"): 1,
    ("econbiz", "500"): 9,
    ("econbiz", "no-hits"): 1,
    ("openaire", "429"): 9,
    ("openaire", "no-header"): 1,
}
"""How often each fault has to happen for a source to be given up."""


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_source_that_is_down_or_changed_does_not_stop_the_others_and_is_asked_again(
    name: str, fault: str, tmp_path: Path
) -> None:
    times = FAULTS[name, fault]
    with everything(tmp_path) as there:
        getattr(there, name).faults = [fault] * times
        report = searched(tmp_path)
        assert isinstance(report.failure, Unfinished), "whatever is wrong with one source, the run is left with work"
        assert states(report) == {**WHOLE, name: ("incomplete", 0)}
        assert report.run.status == "incomplete" and len(report.problems) == 1
        getattr(there, name).faults.clear()
        before = there.asked()
        again = searched(tmp_path).whole()
        assert (again.run.run_id, again.run.status, states(again)) == (report.run.run_id, "complete", WHOLE)
        more = {one: n - before[one] for one, n in there.asked().items()}
        assert more[name] > 0 and all(n == 0 for one, n in more.items() if one not in (name, "crossref"))


def test_sources_that_fail_together_are_all_told_and_completed_together(tmp_path: Path) -> None:
    with everything(tmp_path) as there:
        there.arxiv.faults, there.openaire.faults = ["500"] * 9, [None, *["500"] * 9]
        report = searched(tmp_path)
        assert report.failure is not None and report.failure.exit_code == 4
        assert "arXiv" in str(report.failure) and "OpenAIRE" in str(report.failure)
        assert states(report)["openaire"] == ("incomplete", 100), "the page that came is kept"
        there.arxiv.faults.clear()
        there.openaire.faults.clear()
        assert states(searched(tmp_path).whole()) == WHOLE


def test_a_token_that_is_refused_is_the_users_to_mend_and_the_others_are_whole(tmp_path: Path) -> None:
    with everything(tmp_path):
        report = searched(tmp_path, environ={"OPENAIRE_TOKEN": "another-token-0123456789"})
        assert isinstance(report.failure, Unfinished) and "OPENAIRE_TOKEN" in str(report.failure)
        assert states(report) == {**WHOLE, "openaire": ("incomplete", 0)}
        assert states(searched(tmp_path, environ={"OPENAIRE_TOKEN": TOKEN}).whole()) == WHOLE


def test_the_look_up_at_a_source_that_is_not_searched_may_fail_and_is_made_good(tmp_path: Path) -> None:
    with everything(tmp_path) as there:
        there.crossref.faults = ["500"] * 9
        report = searched(tmp_path)
        assert isinstance(report.failure, Unfinished) and report.run.status == "incomplete"
        there.crossref.faults.clear()
        assert searched(tmp_path).whole().run.status == "complete"


def test_a_replay_of_all_of_them_asks_nobody_and_gives_the_same_records(tmp_path: Path) -> None:
    with everything(tmp_path, ranked=True):
        searched(tmp_path).whole()
    with reviewing(tmp_path) as review:
        before = list(records.every(review.store.db))
    for file in (tmp_path / "outputs").glob("review.sqlite*"):
        file.unlink()
    with reviewing(tmp_path) as review:
        report = search(review, replay="latest").whole()
        assert sum(usage.requests for usage in report.usage) == 0
        assert list(records.every(review.store.db)) == before


def test_a_source_that_is_none_is_told_with_those_that_are_enabled(tmp_path: Path) -> None:
    said = "there is no source 'foo': give --source one of arxiv"
    with everything(tmp_path), reviewing(tmp_path, environ={}) as review, pytest.raises(UserError, match=said):
        search(review, only=("foo",))
