"""The laws of the packaged example: what is fact, what is labelled as example, and that it leads to the 12 studies."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import rispy

from slr.config import Loaded, load_review
from slr.dedup.group import group
from slr.demo.layout import DemoDecision, decisions, imports, lay_out
from slr.formats import ris
from slr.matrix.analysis import STEMMED
from slr.matrix.match import Matcher
from slr.matrix.terms import expand
from slr.model import Match, Record
from slr.normalize import plain
from slr.sources.openalex_works import read_work
from tests.support.data import shared

LABEL = "[Example summary] "
CONFIRMED_IDS = {"W2025895600", "W2133251199"}
DATA = files("slr.demo") / "data"


@cache
def works() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (DATA / "works.jsonl").read_text(encoding="utf-8").splitlines())


def invert(index: Mapping[str, list[int]]) -> str:
    words = {place: word for word, places in index.items() for place in places}
    assert sorted(words) == list(range(len(words)))
    return " ".join(words[place] for place in sorted(words))


@cache
def records() -> dict[str, Record]:
    """Every record of the example by the reference that decisions use."""
    found = {work["id"].rsplit("/", 1)[1]: read_work(work, "snapshot", invert) for work in works()}
    for entry in imports():
        name = entry.path.removeprefix("imports/")
        text = (DATA / "imports" / name).read_text(encoding="utf-8")
        for number, one in enumerate(ris.read(text, entry.source).entries, 1):
            found[f"{name}#{number}"] = one.record
    return found


@cache
def publications() -> dict[str, str]:
    """reference -> the publication it describes, as the rules for duplicates group them."""
    named = [replace(record, record_id=ref) for ref, record in records().items()]
    return {placed.record_id: placed.founder for placed in group(named, {}).placed}


def corpus() -> dict[str, Record]:
    return {ref: record for ref, record in records().items() if "#" not in ref}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "demo"
    lay_out(folder)
    return folder


@pytest.fixture(scope="module")
def loaded(demo: Path) -> Loaded:
    return load_review(demo)


def matches(loaded: Loaded, variants: bool) -> dict[str, Match]:
    matcher = Matcher(expand(loaded.terms.axes, loaded.terms.variants, variants), STEMMED)
    found = {ref: matcher.match(r.title, r.abstract, ()) for ref, r in corpus().items()}
    return {ref: match for ref, match in found.items() if match.attributed}


def key_of(loaded: Loaded, ref: str) -> str | None:
    """The included study that a record describes, by title (perhaps with a subtitle) and year."""
    title, year = plain(records()[ref].title), records()[ref].year
    return next((s.key for s in loaded.known if s.year == year and title.startswith(plain(s.title))), None)


def final(stage: str) -> dict[str, dict[str, DemoDecision]]:
    """reference -> reviewer -> the decision that stands."""
    standing: dict[str, dict[str, DemoDecision]] = {}
    for one in decisions():
        if one.stage == stage:
            standing.setdefault(one.record_ref, {})[one.reviewer] = one
    return standing


def agreed(stage: str) -> dict[str, tuple[str, str | None]]:
    return {ref: (by["A"].verdict, by["A"].reason) for ref, by in final(stage).items()}


# ---- works --------------------------------------------------------------------------------------------------------


def test_a_work_has_the_fields_of_the_current_schema_that_slr_reads_and_no_others() -> None:
    fields = {
        *("id", "doi", "title", "display_name", "publication_year", "publication_date", "type", "language"),
        *("is_retracted", "ids", "primary_location", "biblio", "authorships", "keywords", "referenced_works"),
        "abstract_inverted_index",
    }
    for work in works():
        assert set(work) == fields
        assert work["title"] == work["display_name"]
        assert set(work["biblio"]) == {"volume", "issue", "first_page", "last_page"}
        assert work["publication_date"] in (None, f"{work['publication_year']}-01-01")


def test_there_are_the_twelve_studies_and_at_least_sixty_further_works(loaded: Loaded) -> None:
    assert len(works()) >= 72
    assert Counter(key for ref in corpus() if (key := key_of(loaded, ref))) == {s.key: 1 for s in loaded.known}


def test_at_least_seventy_further_works_are_real() -> None:
    assert sum("(example)" not in (record.venue or "") for record in corpus().values()) >= 12 + 70


def test_ids_are_unique_and_are_the_examples_own_unless_the_data_confirms_them() -> None:
    ids = [work["id"] for work in works()]
    assert len(set(ids)) == len(ids)
    numbers = {one.removeprefix("https://openalex.org/") for one in ids}
    assert numbers >= CONFIRMED_IDS
    assert all(re.fullmatch(r"W90\d{8}", number) for number in numbers - CONFIRMED_IDS)


def test_a_doi_is_well_formed_and_belongs_to_one_work() -> None:
    dois = [work["doi"] for work in works() if work["doi"]]
    assert len(set(dois)) == len(dois) > 40
    assert all(re.fullmatch(r"https://doi\.org/10\.\d{4}/[^\sA-Z]+", doi) for doi in dois)


def test_an_invented_work_says_so_in_its_venue_and_its_authors_and_has_no_doi() -> None:
    for record in records().values():
        invented = any(author.startswith(("Example", "Ejemplo")) for author in record.authors)
        assert invented == ("(example)" in (record.venue or "")), record.title
        assert not (invented and record.doi)


def test_dois_and_years_are_those_of_the_real_records() -> None:
    lines = shared("topic/topic_records.jsonl").read_text(encoding="utf-8").splitlines()
    real: dict[str, list[dict[str, Any]]] = {}
    for one in map(json.loads, lines):
        real.setdefault(plain(one["title"]), []).append(one)
    compared = 0
    for record in corpus().values():
        facts = real.get(plain(record.title), [])
        if facts:
            compared += 1
            assert (record.doi or "") in {fact["doi"].lower() for fact in facts}, record.title
            years = {fact["year"] for fact in facts if fact["year"]}
            assert not years or record.year in years, record.title
    assert compared >= 55


def test_every_text_in_an_abstracts_place_is_labelled_as_the_examples() -> None:
    abstracts = [record.abstract for record in records().values() if record.abstract]
    assert sum(bool(record.abstract) for record in corpus().values()) >= 55
    assert any(record.abstract is None for record in corpus().values())
    assert all(text.startswith(LABEL) and 40 < len(text) < 420 for text in abstracts)


def test_no_summary_takes_over_six_words_in_a_row_of_a_publishers_abstract() -> None:
    lines = shared("topic/topic_records.jsonl").read_text(encoding="utf-8").splitlines()
    theirs = {run for line in lines for run in _runs(json.loads(line)["abstract"] or "")}
    assert len(theirs) > 1000
    assert not {run for record in records().values() for run in _runs(record.abstract or "")} & theirs


def _runs(text: str, length: int = 6) -> Iterable[tuple[str, ...]]:
    words = plain(text).split()
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def test_every_cited_work_is_in_the_corpus_and_not_newer_than_the_work_that_cites_it() -> None:
    by_id = {f"openalex:{record.ids['openalex']}": record for record in corpus().values()}
    links = 0
    for name, record in by_id.items():
        assert len(set(record.references)) == len(record.references)
        for cited in record.references:
            links += 1
            assert cited != name
            assert (by_id[cited].year or 0) <= (record.year or 9999)
    assert links > 150


# ---- what the search finds ----------------------------------------------------------------------------------------


def test_the_matrix_finds_some_of_the_works_through_varied_cells(loaded: Loaded) -> None:
    found = matches(loaded, variants=False)
    assert 40 <= len(found) <= 55
    cells = {(term, concept) for match in found.values() for term in match.axes[0] for concept in match.axes[1]}
    assert len(cells) >= 40
    assert len({term for term, _ in cells}) >= 15
    assert len({concept for _, concept in cells}) >= 8


def test_the_matrix_finds_seven_of_the_twelve_and_not_the_stretching_of_weak_ties(loaded: Loaded) -> None:
    found = {key for ref in matches(loaded, variants=False) if (key := key_of(loaded, ref))}
    assert found == {f"review{number:02}" for number in (1, 2, 4, 6, 7, 8, 12)}


def test_two_works_are_found_only_when_spelling_variants_are_on(loaded: Loaded) -> None:
    more = set(matches(loaded, variants=True)) - set(matches(loaded, variants=False))
    assert {records()[ref].title.split(" ")[0] for ref in more} == {"Do", "Intercluster"}


def test_included_studies_that_no_search_brings_are_one_citation_from_one_that_is_brought(loaded: Loaded) -> None:
    by_key = {key: records()[ref] for ref in corpus() if (key := key_of(loaded, ref))}
    searched = {key_of(loaded, ref) for ref in matches(loaded, variants=False)}
    imported = {key_of(loaded, ref) for ref in records() if "#" in ref}
    missing = set(by_key) - searched - imported
    assert missing == {"review05", "review10", "review11"}
    seeds = [by_key[key] for key in by_key if key in searched]
    for key in missing:
        backward = any(f"openalex:{by_key[key].ids['openalex']}" in seed.references for seed in seeds)
        forward = any(f"openalex:{seed.ids['openalex']}" in by_key[key].references for seed in seeds)
        assert backward or forward, key


def test_the_traps_are_there(loaded: Loaded) -> None:
    found = {ref: records()[ref] for ref in matches(loaded, variants=False)}
    titles = " | ".join(record.title for record in found.values())
    for other_cluster in ("cluster analysis", "galaxy clusters", "computer cluster", "Transfer Learning"):
        assert other_cluster in titles
    assert {"book", "report", "dissertation", "conference-paper"} <= {record.type for record in found.values()}
    assert any(record.retracted for record in found.values())
    assert any(record.language == "es" for record in found.values())
    years = {plain(record.title): set() for record in corpus().values()}  # type: dict[str, set[int | None]]
    for record in corpus().values():
        years[plain(record.title)].add(record.year)
    assert sum(len(different) > 1 for different in years.values()) >= 3


# ---- imports ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", imports(), ids=lambda entry: entry.path)
def test_an_export_holds_as_many_records_as_the_log_of_searches_says(entry: Any) -> None:
    text = (DATA / entry.path).read_text(encoding="utf-8")
    assert 6 <= len(rispy.loads(text)) == len(ris.read(text, entry.source).entries) == entry.hits <= 18
    assert not ris.read(text, entry.source).rejected


def test_each_closed_database_of_the_report_has_an_export_with_its_origin_and_query() -> None:
    assert {(entry.source, entry.origin) for entry in imports()} == {
        ("EBSCO: Academic Search Premier and Business Source Complete", "database"),
        ("ScienceDirect", "database"),
        ("Emerald", "database"),
        ("IMP conference papers", "organisation"),
        ("Google Scholar", "website"),
    }
    for entry in imports():
        assert re.fullmatch(r"2026-11-\d\d", entry.date)
        assert "cluster" in entry.query
        assert entry.platform


@pytest.mark.parametrize(
    ("name", "habit"),
    [
        ("ebsco.ris", r"\r\nT1  - [^\r]+[.?]\r\nJO  - (?s:.+)\r\nL3  - 10\.(?s:.+)DP  - EBSCOhost\r\n"),
        (
            "sciencedirect.ris",
            r"\nDO  - https://doi\.org/10\.1016/S[^\n]+\nUR  - https://www\.sciencedirect\.com/science/",
        ),
        ("emerald.ris", r"\nAU  - Niu Kuei‐Hsien\n"),
        ("imp.ris", r"\nER  -\n"),
        ("google_scholar.ris", r"\nA1  - [^\n]+\n(?s:.+)\nER  - \n\n\n"),
    ],
)
def test_each_export_has_the_habits_of_the_program_that_writes_it(name: str, habit: str) -> None:
    assert re.search(habit, (DATA / "imports" / name).read_bytes().decode("utf-8"))


def test_the_exports_overlap_each_other_and_the_works_and_bring_some_of_their_own() -> None:
    sources: dict[str, set[str]] = {}
    for ref, publication in publications().items():
        sources.setdefault(publication, set()).add(ref.split("#")[0] if "#" in ref else "works")
    assert sum(len(held) > 1 and "works" in held for held in sources.values()) >= 30
    assert sum(len(held - {"works"}) > 1 for held in sources.values()) >= 3
    assert sum("works" not in held for held in sources.values()) >= 10


# ---- decisions ----------------------------------------------------------------------------------------------------


def test_every_decision_is_about_a_record_of_the_example_and_uses_the_reviews_words(loaded: Loaded) -> None:
    reasons = {reason.id for reason in loaded.review.criteria.exclusion}
    stages = [stage.name for stage in loaded.review.stages]
    for one in decisions():
        assert one.record_ref in records()
        assert one.stage in stages
        assert one.reviewer in loaded.review.reviewers
        assert one.verdict in ("include", "exclude") or (one.verdict, one.stage) == ("not-retrieved", "full-text")
        assert (one.reason in reasons) if one.verdict == "exclude" else one.reason is None
    assert {one.reason for one in decisions()} - {None} == reasons


def test_both_reviewers_decide_every_record_and_every_report_that_passes_and_agree_in_the_end() -> None:
    assert set(final("title-abstract")) == set(records())
    assert set(final("full-text")) == {ref for ref, (v, _) in agreed("title-abstract").items() if v == "include"}
    for stage in ("title-abstract", "full-text"):
        for by in final(stage).values():
            assert set(by) == {"A", "B"}
            assert (by["A"].verdict, by["A"].reason) == (by["B"].verdict, by["B"].reason)


def test_records_of_one_publication_are_decided_alike() -> None:
    for stage in ("title-abstract", "full-text"):
        outcomes: dict[str, set[tuple[str, str | None]]] = {}
        for ref, outcome in agreed(stage).items():
            outcomes.setdefault(publications()[ref], set()).add(outcome)
        assert all(len(different) == 1 for different in outcomes.values())


def test_reviewer_b_first_differs_twice_and_then_changes_it() -> None:
    changed = Counter((one.record_ref, one.stage, one.reviewer) for one in decisions())
    twice = [key for key, times in changed.items() if times > 1]
    assert sorted(stage for _, stage, _ in twice) == ["full-text", "title-abstract"]
    for ref, stage, reviewer in twice:
        made = (one for one in decisions() if (one.record_ref, one.stage) == (ref, stage))
        first, last = (one for one in made if one.reviewer == reviewer)
        assert reviewer == "B"
        assert first.verdict != last.verdict == final(stage)[ref]["A"].verdict
        assert Counter(publications().values())[publications()[ref]] == 1  # no second record blurs the order


def test_one_report_that_the_search_finds_could_not_be_retrieved(loaded: Loaded) -> None:
    missing = [ref for ref, (verdict, _) in agreed("full-text").items() if verdict == "not-retrieved"]
    assert len(missing) == 1
    assert missing[0] in matches(loaded, variants=False)


def test_exactly_the_twelve_studies_are_included_in_the_end(loaded: Loaded) -> None:
    included = {publications()[ref] for ref, (verdict, _) in agreed("full-text").items() if verdict == "include"}
    assert len(included) == 12
    assert {key_of(loaded, ref) for ref in included} == {study.key for study in loaded.known}


def test_eight_of_the_twelve_come_from_databases_and_the_others_by_other_ways(loaded: Loaded) -> None:
    origins = {entry.path.removeprefix("imports/"): entry.origin for entry in imports()}
    databases = {key_of(loaded, ref) for ref in matches(loaded, variants=False)}
    databases |= {key_of(loaded, ref) for ref in records() if origins.get(ref.split("#")[0]) == "database"}
    websites = {key_of(loaded, ref) for ref in records() if origins.get(ref.split("#")[0]) == "website"} - databases
    assert len(databases - {None}) == 8
    assert websites - {None} == {"review03"}
