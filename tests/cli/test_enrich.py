"""``slr enrich`` and ``slr plan`` with sources that are asked by identifier."""

from __future__ import annotations

import json
from pathlib import Path

from slr.dedup.stage import dedupe
from slr.enrich.stage import enrich
from slr.search.stage import search
from tests.cli.support import Terminal
from tests.cli.support import terminal as terminal
from tests.search.test_many_sources import HITS, everything
from tests.support.reviews import reviewing


def test_enrich_reports_each_field_for_people_and_programs(tmp_path: Path, terminal: Terminal) -> None:
    with everything(tmp_path), reviewing(tmp_path, environ={}) as review:
        search(review, only=("econbiz",)).whole()
        dedupe(review)
        enrich(review).whole()
    said = terminal("enrich", "--review", tmp_path, "--replay")
    assert said.code == 0, said.err
    assert f"{HITS} works" in said.out
    assert [line.split() for line in said.out.splitlines() if line.startswith("retracted")] == [
        ["retracted", "120", "120", "0", "Crossref", "120"]
    ]
    told = json.loads(terminal("enrich", "--review", tmp_path, "--replay", "--json").out)
    assert (told["status"], told["works"], told["requests"]) == ("complete", HITS, {"crossref": 0})
    fields = {one["field"]: one for one in told["fields"]}
    assert fields["retracted"] == {
        "field": "retracted", "missing": HITS, "filled": {"crossref": HITS}, "still_missing": 0
    }  # fmt: skip
    assert fields["references"]["still_missing"] == HITS


def test_enrich_refuses_a_source_that_cannot_be_asked_by_identifier(tmp_path: Path, terminal: Terminal) -> None:
    with everything(tmp_path), reviewing(tmp_path, environ={}) as review:
        search(review, only=("econbiz",)).whole()
        dedupe(review)
    sentence = terminal.sentence("enrich", "--review", tmp_path, "--source", "arxiv")
    assert "(those are: crossref)" in sentence


def test_plan_says_of_a_source_that_it_is_not_searched_and_why(tmp_path: Path, terminal: Terminal) -> None:
    with everything(tmp_path):
        said = terminal("plan", "--review", tmp_path)
        assert said.code == 0, said.err
        assert "Crossref: not searched" in said.out and "no Boolean search" in said.out
        counted = json.loads(terminal("plan", "--review", tmp_path, "--counts", "--json").out)
    assert counted["sources"]["crossref"]["queries"] == []
    assert counted["sources"]["econbiz"]["hits"] == HITS
