"""PRISMA-S (Rethlefsen et al. 2021) and PRISMA 2020 (Page et al. 2021), with pointers into the review.

The topics are told in our own words: the published items are the rule. What only people know is marked, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slr.report.document import Block, Code, Heading, Items, Link, Paragraph, Span, Table, counted, listed
from slr.report.evidence import CITATION, Evidence
from slr.report.sections.asked import CITATIONS, LIMITS, MATRIX, SOURCES, day, place, searched
from slr.report.sections.declared import DECLARED
from slr.report.sections.opening import GLANCE
from slr.report.sections.outcome import DUPLICATES, OVERLAP
from slr.report.sections.validation import KNOWN
from slr.sources.registry import title_of
from slr.store import versions

PRISMA_S, PRISMA_2020, TO_WRITE = "PRISMA-S checklist", "PRISMA 2020 checklist", "To be written by a person"
HERE, PARTLY, PERSON = "filled", "partly", "to be written"


@dataclass(frozen=True, slots=True)
class Answer:
    """How far an item is answered, and where or what."""

    state: str
    where: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its number, its topic in our words, and what the review says to it."""

    number: str
    topic: str
    answer: Callable[[Evidence], Answer]


def sections(e: Evidence) -> Iterator[Block]:
    """The two checklists, and what is left for people."""
    yield Heading(PRISMA_S)
    yield Paragraph("The 16 items for reporting searches (Rethlefsen et al. 2021), topics in our words.")
    yield _table(e, SEARCH_ITEMS)
    yield Heading(PRISMA_2020)
    yield Paragraph(
        "The 27 items in 42 rows (Page et al. 2021), topics in our words. It is a checklist of reporting, and does not "
        "say how well a review was done."
    )
    yield _table(e, REVIEW_ITEMS)
    yield Heading(TO_WRITE)
    names = ((PRISMA_S, SEARCH_ITEMS), (PRISMA_2020, REVIEW_ITEMS))
    left = tuple(f"{name[:-10]} {item.number}: {item.topic}" for name, items in names for item in items
                 if item.answer(e).state != HERE)  # fmt: skip
    yield Items(left)


def _table(e: Evidence, items: tuple[Item, ...]) -> Table:
    answers = [(item, item.answer(e)) for item in items]
    head = ("item", "topic", "state", "where, or what to write")
    return Table(head, tuple((i.number, i.topic, a.state, a.where or a.state) for i, a in answers))


def _searched(*where: Span) -> Callable[[Evidence], Answer]:
    """Filled, once a source was searched or a file imported."""
    return lambda e: Answer(HERE, where) if searched(e) else Answer(PERSON, ("nothing was searched yet",))


def _partly(*where: Span) -> Callable[[Evidence], Answer]:
    return lambda _: Answer(PARTLY, where)


def _person(what: str) -> Callable[[Evidence], Answer]:
    return lambda _: Answer(PERSON, (what,))


def _to(section: str) -> Link:
    return Link(section, section)


# PRISMA-S


def _databases(e: Evidence) -> Answer:
    names = list(dict.fromkeys(place(query) for query in searched(e) if query.origin == "database"))
    if not names:
        return Answer(PERSON, ("no database was searched yet",))
    return Answer(HERE, (_to(SOURCES), f": {listed(names)}"))


def _platforms(e: Evidence) -> Answer:
    named = list(dict.fromkeys(place(q) for q in searched(e) if q.platform not in (None, q.source)))
    note = f": {listed(named)}" if named else ": no platform other than the source itself was logged"
    return Answer(PARTLY, (_to(SOURCES), note, "; say which databases were searched together"))


def _registers(e: Evidence) -> Answer:
    names = sorted({title_of(q.source) for q in e.queries if q.origin == "register"})
    if names:
        return Answer(HERE, (_to(SOURCES), f": {listed(names)}"))
    return Answer(PERSON, ("the store holds none: say that none was searched, and why",))


def _online(e: Evidence) -> Answer:
    names = sorted({place(q) for q in e.queries if q.origin in ("website", "organisation")})
    if names:
        return Answer(PARTLY, (_to(SOURCES), f": {listed(names)}; say how they were browsed"))
    return Answer(PERSON, ("the store holds none: say what was browsed, or that nothing was",))


def _cited(e: Evidence) -> Answer:
    rounds = len(e.of_run(CITATION))
    elsewhere = sorted({place(q) for q in searched(e) if q.origin == CITATION})
    if elsewhere:
        done = f"{counted(rounds, 'round')}, and " if rounds else ""
        return Answer(PARTLY, (_to(CITATIONS), f": {done}files of {listed(elsewhere)}; say how it was done there"))
    if not rounds:
        return Answer(PERSON, ("none was done with slr: say so, or what was done by hand",))
    return Answer(HERE, (_to(CITATIONS), f": {counted(rounds, 'round')}"))


def _strings(e: Evidence) -> Answer:
    queries = searched(e)
    if not queries:
        return Answer(PERSON, ("nothing was searched yet",))
    without = list(dict.fromkeys(place(q) for q in queries if not q.text))
    lacks = f"; the string used in {listed(without)} was not logged" if without else ""
    return Answer(PARTLY if without else HERE, (_to(SOURCES), ", ", _to(MATRIX), lacks))


def _limited(e: Evidence) -> Answer:
    search = e.review.config.search
    if not (search.years.first or search.years.last):
        if not e.of_run("search"):
            return Answer(PERSON, ("no open source was searched: the limits set by hand on each platform, and why",))
        return Answer(HERE, (_to(LIMITS), ": none was sent with the queries"))
    state = HERE if search.justification else PARTLY
    note = "" if search.justification else ": the reason is missing (search.justification in config/review.yaml)"
    return Answer(state, (_to(LIMITS), note))


def _updated(e: Evidence) -> Answer:
    searches = e.of_run("search")
    if len(searches) < 2:
        often = "searched once" if searches or searched(e) else "nothing was searched yet"
        return Answer(PERSON, (f"{often}; say how and when the search will be updated",))
    days = listed(dict.fromkeys(day(run.started_at) for run in searches))
    names = [version.name for version in versions.versions(e.review.store.db)]
    frozen = f"; versions frozen: {listed(names)}" if names else ""
    return Answer(HERE, (_to(SOURCES), f": open sources were searched {len(searches):,} times, {days}{frozen}"))


def _dates(e: Evidence) -> Answer:
    days = sorted(day(q.asked_on) for q in searched(e) if q.asked_on)
    if not days:
        return Answer(PERSON, ("nothing was searched yet",))
    return Answer(HERE, (_to(SOURCES), f": {days[0]} to {days[-1]}, each query with its own"))


SEARCH_ITEMS = (
    Item("1", "each database, and the platform it was searched on", _databases),
    Item("2", "platforms on which several databases were searched together", _platforms),
    Item("3", "study registers", _registers),
    Item("4", "web sites and other online or print sources browsed", _online),
    Item("5", "citation searching, and how", _cited),
    Item("6", "people and organisations written to", _person("who was written to, when, and what came of it")),
    Item("7", "any other way of finding works", _person("other methods, or that there were none")),
    Item("8", "every search string in full, as it was run", _strings),
    Item("9", "limits, and why", _limited),
    Item("10", "published search filters", _person("filters used, as published or changed, or that none was")),
    Item("11", "searches of earlier reviews that were reused", _person("the review and what was changed, or none")),
    Item("12", "how the search was or will be updated", _updated),
    Item("13", "the day of the last search of each source", _dates),
    Item("14", "peer review of the search", _person("by whom and how (PRESS), or that there was none")),
    Item("15", "the records found in each source, and in all", _searched(_to(SOURCES), ", ", _to(GLANCE))),
    Item("16", "how duplicates were found and removed, with which software", _searched(_to(DUPLICATES))),
)


# PRISMA 2020


def _eligible(e: Evidence) -> Answer:
    criteria = e.review.config.criteria
    note = f": {counted(len(criteria.automatic), 'rule')} and {counted(len(criteria.exclusion), 'reason')}; "
    return Answer(PARTLY, (Code("config/review.yaml"), note, "say what was eligible and how studies were grouped"))


def _selected(e: Evidence) -> Answer:
    stages = listed(f"{s.name} by {counted(s.reviewers, 'person', 'people')}" for s in e.review.config.stages)
    return Answer(
        PARTLY, (_to(DECLARED), f": {stages}; say whether independently; votes: ", Code("outputs/decisions/"))
    )


def _objective(e: Evidence) -> Answer:
    if e.review.config.question:
        return Answer(PARTLY, (Code("config/review.yaml"), ": the question is there; state it in the report"))
    return Answer(PERSON, ("the question (question: in config/review.yaml)",))


def _flow(e: Evidence) -> Answer:
    if not e.works():
        return Answer(PERSON, ("there are no records to count yet",))
    waits = f"; {counted(e.undecided, 'work')} without a decision" if e.undecided else ""
    return Answer(PARTLY if waits else HERE, (Code("outputs/prisma.svg"), ", ", Code("outputs/prisma.json"), waits))


def _near_misses(e: Evidence) -> Answer:
    state = PARTLY if e.undecided or not e.works() else HERE
    reports = counted(e.excluded_late, "report")
    return Answer(state, (Code("outputs/works.csv"), f": {reports} excluded in full text, each with its reason"))


_SYNTHESIS = "slr does not synthesise: "


def _results(what: str) -> Callable[[Evidence], Answer]:
    return _person(f"{_SYNTHESIS}{what}")


REVIEW_ITEMS = (
    Item("1", "title: names the report a systematic review", _person("the title")),
    Item("2", "abstract: by the checklist for abstracts (12 items)", _person("the abstract")),
    Item("3", "introduction: why the review is needed", _person("what is known already")),
    Item("4", "introduction: its objectives or questions", _objective),
    Item("5", "methods: what made a study eligible", _eligible),
    Item("6", "methods: every source, and when it was last searched", _searched(_to(SOURCES))),
    Item("7", "methods: the full search strategies, with limits", _searched(_to(SOURCES), ", ", _to(LIMITS))),
    Item("8", "methods: how studies were selected, by how many people, with which tools", _selected),
    Item("9", "methods: how data were collected from reports", _person("who extracted what, and how it was checked")),
    Item("10a", "methods: the outcomes looked for", _person("each outcome, and which results of it were taken")),
    Item("10b", "methods: the other variables looked for", _person("each variable, and what was assumed")),
    Item("11", "methods: how risk of bias in studies was judged", _person("the tool, and who used it")),
    Item("12", "methods: effect measures", _person("the measure of each outcome, or that there are none")),
    Item("13a", "synthesis methods: which studies went into which synthesis", _results("how that was decided")),
    Item("13b", "synthesis methods: how data were prepared", _results("conversions and missing values")),
    Item("13c", "synthesis methods: tables and figures of single studies", _results("how results are shown")),
    Item("13d", "synthesis methods: how results were put together, and why so", _results("the method and its reason")),
    Item("13e", "synthesis methods: how differences between studies were explored", _results("subgroups, regression")),
    Item("13f", "synthesis methods: sensitivity analyses", _results("what was varied, or that nothing was")),
    Item("14", "methods: how bias from missing results was judged", _person("the method, or that there was none")),
    Item("15", "methods: how certainty of the evidence was judged", _person("the method, or that there was none")),
    Item("16a", "results: the flow from records to studies, best as a diagram", _flow),
    Item("16b", "results: works that nearly qualified, and why they do not", _near_misses),
    Item("17", "results: each included study and its characteristics",
         _partly(Code("outputs/works.csv"), ": the bibliographic part; the characteristics are yours")),
    Item("18", "results: risk of bias of each study", _person("the judgements")),
    Item("19", "results: the results of each study", _person("summary and estimate of each outcome")),
    Item("20a", "syntheses: the studies in each, and their risk of bias", _results("a summary for each synthesis")),
    Item("20b", "syntheses: the results of each", _results("estimates with precision and direction")),
    Item("20c", "syntheses: what may cause differences between studies", _results("the results of exploring them")),
    Item("20d", "syntheses: the results of sensitivity analyses", _results("the results")),
    Item("21", "results: bias from missing results", _person("the judgement for each synthesis")),
    Item("22", "results: certainty of the evidence", _person("the judgement for each outcome")),
    Item("23a", "discussion: the results in the light of other evidence", _person("the interpretation")),
    Item("23b", "discussion: limits of the evidence", _person("the limits of the studies")),
    Item("23c", "discussion: limits of the review's methods",
         _partly(_to(KNOWN), ", ", _to(OVERLAP), ": what the search may have missed; the discussion is yours")),
    Item("23d", "discussion: what follows for practice, policy and research", _person("the implications")),
    Item("24a", "registration: where, under which number", _person("the register, or that it was not registered")),
    Item("24b", "registration: where the protocol is", _person("the protocol, or that there was none")),
    Item("24c", "registration: what was changed afterwards",
         _partly(_to(DECLARED), ": what differs from the configuration; amendments of the protocol are yours")),
    Item("25", "support, and the part of those who gave it", _person("funding, or that there was none")),
    Item("26", "competing interests", _person("of every author")),
    Item("27", "what is open: data, forms, code, other material",
         _partly(Code("outputs/"), ": records, works, votes, queries; say where they are published")),
)  # fmt: skip
