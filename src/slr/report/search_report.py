"""``search_report.md``: how the search was done and what it gave, from the store; nothing in it is typed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slr.review import Review
from slr.sources.registry import title_of
from slr.store import records, runs
from slr.store.runs import QueryState


@dataclass(frozen=True, slots=True)
class KnownLine:
    """One known study as the report prints it."""

    study: str
    state: str
    where: str


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """Records per source before and after duplicates are removed."""

    source: str
    raw: int
    within: int
    shared: int
    unique: int


def search_report(
    review: Review,
    sources: Sequence[SourceCounts],
    rules: Sequence[str],
    known: Sequence[KnownLine],
    left_to_do: Sequence[str],
) -> str:
    """The whole report as Markdown; item numbers are those of PRISMA-S (Rethlefsen et al. 2021)."""
    parts = (
        _head(review),
        _matrix(review),
        _sources(review),
        _limits(review),
        _duplicates(sources, rules),
        _attribution(review),
        _known(known),
        _todo(left_to_do),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(review: Review) -> Iterator[str]:
    yield f"# Search report: {review.config.title}"
    yield ""
    if review.config.question:
        yield f"{review.config.question}"
        yield ""
    all_runs = runs.every(review.store.db)
    kinds = {kind: sum(1 for run in all_runs if run.kind == kind) for kind in ("search", "import", "citation")}
    last = max((run.finished_at or run.started_at for run in all_runs), default="never")
    yield (
        f"Runs: searches of open sources {kinds['search']}, imported files {kinds['import']}, rounds of citation "
        f"searching {kinds['citation']}; the last ended {last}. Written by slr from the review's store."
    )
    unfinished = [run.run_id for run in all_runs if run.status != "complete"]
    if unfinished:
        yield ""
        yield f"**Not finished:** {', '.join(unfinished)}. The numbers below are what was kept so far."
    yield ""


def _matrix(review: Review) -> Iterator[str]:
    variants = review.variants_in_force()
    matrix = review.matrix(variants)
    yield "## The matrix"
    yield ""
    sizes = [len(axis.phrases) for axis in matrix.axes]
    names = " × ".join(f"{len(axis.phrases)} {axis.name}" for axis in matrix.axes)
    yield f"{names} = {math.prod(sizes):,} cells. Spelling variants inside the cells: {'on' if variants else 'off'}."
    yield ""
    for axis in matrix.axes:
        yield f"- **{axis.name}**: " + "; ".join(" / ".join(phrase.texts) for phrase in axis.phrases)
    yield ""


def _sources(review: Review) -> Iterator[str]:
    """Items 1, 2, 5, 8, 13, 15: each source with its exact query, date, hits stated and records retrieved."""
    yield "## Sources and queries (PRISMA-S 1, 2, 5, 8, 13, 15)"
    yield ""
    queries = runs.queries(review.store.db)
    if not queries:
        yield "Nothing was searched yet."
        yield ""
    rounds = {run.run_id: n for n, run in enumerate(runs.every(review.store.db, "citation"), start=1)}
    for query in queries:
        yield from _query(query, rounds.get(query.run_id))


def _heading(query: QueryState, round_: int | None) -> str:
    if round_ is not None:
        return f"{title_of(query.source)}: round {round_}, {query.text.split(':')[0]}"
    part = f", query {query.part} of {query.parts}" if query.parts > 1 else ""
    platform = f" on {query.platform}" if query.platform not in (None, query.source) else ""
    return f"{title_of(query.source)}{platform}{part}"


def _query(query: QueryState, round_: int | None) -> Iterator[str]:
    stated = "not stated" if query.server_total is None else f"{query.server_total:,}"
    yield f"### {_heading(query, round_)}"
    yield ""
    yield f"- searched: {query.asked_on or 'not yet'}; identified as: {query.origin}; state: {query.status}"
    yield f"- hits stated by the source: {stated}; records retrieved: {query.retrieved:,}"
    if query.url:
        yield f"- request: `{query.url}`"
    for note in (query.problem, *query.notes):
        if note:
            yield f"- note: {note}"
    yield ""
    for label, text in (("as run", query.text), ("in OpenAlex's query language", query.oql)):
        if text:
            yield f"{label}:"
            yield ""
            yield "```text"
            yield text
            yield "```"
            yield ""


def _limits(review: Review) -> Iterator[str]:
    """Item 9."""
    years = review.config.search.years
    yield "## Limits (PRISMA-S 9)"
    yield ""
    if years.first or years.last:
        yield f"Publication years {years.first or '…'} to {years.last or '…'}, sent with the query."
        to_write = "**to be written (config/review.yaml, search.justification)**"
        yield f"Justification: {review.config.search.justification or to_write}"
    else:
        yield "None: no limit was sent with the queries."
    yield ""
    for rule in review.config.criteria.automatic:
        yield f"- automatic criterion, applied after duplicates were removed: {rule.name}"
    yield ""


def _duplicates(sources: Sequence[SourceCounts], rules: Sequence[str]) -> Iterator[str]:
    """Item 16."""
    yield "## Duplicates (PRISMA-S 16)"
    yield ""
    yield "| source | records | duplicates within | works shared with other sources | works only here |"
    yield "|---|---:|---:|---:|---:|"
    for s in sources:
        yield f"| {title_of(s.source)} | {s.raw:,} | {s.within:,} | {s.shared:,} | {s.unique:,} |"
    yield ""
    yield "Rules, the first that applies decides:"
    yield ""
    yield from (f"{n}. {rule}" for n, rule in enumerate(rules, start=1))
    yield ""


def _attribution(review: Review) -> Iterator[str]:
    n = records.unattributed(review.store.db)
    rules = review.analyzer().name
    yield "## Attribution to cells"
    yield ""
    yield (
        f"Which cells a record lies in is worked out locally over title, abstract and keywords (text rules: "
        f"{rules}), not stated by the sources. {n:,} hits of the searches lie in no cell by these rules; they are "
        "kept and screened."
    )
    yield ""


def _known(known: Sequence[KnownLine]) -> Iterator[str]:
    if not known:
        return
    found = sum(1 for line in known if line.state == "found")
    yield "## Known studies"
    yield ""
    yield f"{found} of {len(known)} known studies were found by the searches, imports and citation searching."
    yield ""
    yield "| study | state | where, or why not |"
    yield "|---|---|---|"
    for line in known:
        yield f"| {line.study} | {line.state} | {line.where} |"
    yield ""


def _todo(left_to_do: Sequence[str]) -> Iterator[str]:
    if left_to_do:
        yield "## To be written by a person"
        yield ""
        yield from (f"- {item}" for item in left_to_do)
