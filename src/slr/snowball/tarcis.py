"""What TARCiS 2024, recommendation 10, asks to report of citation searching, filled from the store.

Hirt et al., BMJ 2024;385:e078384. Whatever departs from recommendations 2, 4, 6 and 8 (both directions, all included
records as seeds, two indexes, another round while something new is included) is said as a deviation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slr.http.manners import manners_of
from slr.review import Review
from slr.snowball.indexes import indexes
from slr.snowball.rounds import Counts, RoundStatus, Saturation, rounds, saturation
from slr.snowball.seeds import INCLUDED
from slr.sources.registry import title_of
from slr.store import citations, records

NONE = "No citation searching was done."


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the recommendation: its name, what is to be reported, and the text."""

    name: str
    text: str


def tarcis(review: Review, done: Sequence[RoundStatus] | None = None) -> tuple[Item, ...]:
    """The items of recommendation 10 in its order, each with its text; then what departs from the recommendations.

    ``done`` are the rounds, if they were counted just now.
    """
    done = rounds(review) if done is None else done
    if not done:
        return (Item("Citation searching", NONE),)
    settled = saturation(review, done)
    return (
        Item("Seed references", _seeds(done)),
        Item("Why these seeds", _why(done)),
        Item("Directions", _directions(done)),
        Item("Dates", _dates(done)),
        Item("Iterations, and why they ended", _iterations(done, settled)),
        Item("Citation indexes and access", _indexes(done)),
        Item("Deduplication", _duplicates(done)),
        Item("Screening", _screening(review, done)),
        Item("Results in the PRISMA flow diagram", _prisma(review, done)),
        Item("Not covered by an index", _lost(review, done)),
        Item("Departures from TARCiS", " ".join(departures(done, settled)) or "None."),
    )


def report(review: Review, title: str, named: Mapping[str, str], unmatched: Sequence[str] = ()) -> str:
    """``citation_report.md``: the items, the table of rounds, the seeds and the references that match no record.

    ``named`` are the lines by which works are told, of the seeds at least; ``unmatched`` references as text.
    """
    done = rounds(review)
    lines = [f"# Citation searching: {title}", "", "Items of TARCiS 2024, recommendation 10 (BMJ 385:e078384)."]
    lines += ["Written by slr from the review's store; nothing in it is typed by hand.", ""]
    for number, item in enumerate(tarcis(review, done), start=1):
        lines += [f"## {number}. {item.name}", "", item.text, ""]
    if done:
        lines += ["## Rounds", "", *_markdown(HEAD, [row for one in done for row in rows(one)]), "", LEGEND, ""]
    for one in done:
        lines += [f"## Seeds of round {one.round.number}", "", *_seed_lines(review, one, named), ""]
    if unmatched:
        lines += ["## References without an identifier that match no record", ""]
        lines += [f"- {text}" for text in unmatched] + [""]
    return "\n".join(lines)


def _seed_lines(review: Review, one: RoundStatus, named: Mapping[str, str]) -> list[str]:
    seeds = citations.seeds(review.store.db, one.round.run_id)
    absent: dict[str, set[str]] = {seed.work_id: set() for seed in seeds}
    for seed in seeds:
        if seed.state == "absent":
            absent[seed.work_id].add(title_of(seed.source))
    told = {work: f"; not in {' or '.join(sorted(where))}" if where else "" for work, where in absent.items()}
    return [f"- {named.get(work, work)} ({work}){words}" for work, words in sorted(told.items())]


HEAD = (
    "round", "index", "direction", "seeds", "not there", "citations", "records", "works", "known", "new", "marked",
    "screened", "full text", "included", "efficiency", "waiting", "without id", "matched", "not described",
)  # fmt: skip
LEGEND = (
    "Citations: told by the index. Records: returned, as PRISMA counts them. Works: what the records are once "
    "duplicates are removed; known: in the review before the round. Marked: excluded by a criterion before screening. "
    "Efficiency: included / screened (Wohlin 2014). Without id: references that an index gives as text, matched by the "
    "duplicate rules. Rows of a round overlap: the same work may come by both directions and from two indexes."
)


def rows(one: RoundStatus) -> list[tuple[object, ...]]:
    """The rows of a round for a table under ``HEAD``: the whole, then its parts if there are several."""
    parts = one.parts if len(one.parts) > 1 else ()
    return [_row(one, one.whole), *(_row(one, part) for part in parts)]


def _row(one: RoundStatus, c: Counts) -> tuple[object, ...]:
    whole = c.index is None
    index = ", ".join(map(title_of, one.round.indexes)) if whole else title_of(c.index or "")
    ways = " + ".join(one.round.directions) if whole else c.direction
    efficiency = "–" if c.efficiency is None else f"{c.efficiency:.2f}"
    return (
        one.round.number if whole else "", index, ways, c.seeds, c.absent, c.edges, c.records, c.distinct, c.known,
        c.new, c.marked, c.screened, c.sought, c.included, efficiency, c.waiting, c.unnamed, c.matched, c.undescribed,
    )  # fmt: skip


def departures(done: Sequence[RoundStatus], settled: Saturation) -> list[str]:
    """A sentence for each recommendation that was not followed."""
    found = [
        f"Round {one.round.number} began from works {one.round.seeds_from}, not from all included ones (rec. 4)."
        for one in done
        if one.round.seeds_from != INCLUDED
    ]
    found += [
        f"Round {one.round.number} went {one.round.directions[0]} only (rec. 2)."
        for one in done
        if len(one.round.directions) == 1
    ]
    asked = {index for one in done for index in one.round.indexes}
    if len(asked) == 1:
        found.append(f"One citation index was asked, {title_of(asked.pop())}; two cover more (rec. 6).")
    found += [
        f"Round {one.round.number} was ended with work left, at {one.whole.records:,} records."
        for one in done
        if one.round.ended_early
    ]
    limit = done[-1].round.rounds_limit
    if limit is not None and len(done) >= limit and not settled.saturated:
        found.append(f"The number of rounds was limited to {limit}.")
    if not settled.saturated:
        found.append(f"The search is not saturated (rec. 8): {'; '.join(settled.why)}.")
    return found


def _seeds(done: Sequence[RoundStatus]) -> str:
    each = [f"round {one.round.number}: {_n(one.whole.seeds, 'work')}, {_from(one)}" for one in done]
    return "; ".join(each).capitalize() + ". They are listed below."


def _from(one: RoundStatus) -> str:
    if one.round.seeds_from != INCLUDED:
        return one.round.seeds_from
    first = "every work included so far" if one.round.number == 1 else "the works included since the rounds before"
    return first + (", asked about again" if one.round.again else "")


def _why(done: Sequence[RoundStatus]) -> str:
    named = [one.round.number for one in done if one.round.seeds_from != INCLUDED]
    if not named:
        return "The seeds are the included works (rec. 4); no deviation to justify."
    return f"In round {', '.join(map(str, named))} the seeds were named by the user: to be justified in the report."


def _directions(done: Sequence[RoundStatus]) -> str:
    ways = {one.round.number: " and ".join(one.round.directions) for one in done}
    if len(set(ways.values())) == 1:
        return f"{ways[done[0].round.number].capitalize()} in every round; titles and abstracts came from the indexes."
    return "; ".join(f"round {number}: {way}" for number, way in ways.items()).capitalize() + "."


def _dates(done: Sequence[RoundStatus]) -> str:
    def span(one: RoundStatus) -> str:
        first, last = one.run.started_at[:10], (one.run.finished_at or one.run.started_at)[:10]
        return first if first == last else f"{first} to {last}"

    return "; ".join(f"round {one.round.number}: {span(one)}" for one in done).capitalize() + "."


def _iterations(done: Sequence[RoundStatus], settled: Saturation) -> str:
    found = [f"{one.whole.included:,}" for one in done]
    head = f"{_n(len(done), 'round')}; new works included: {', then '.join(found)}."
    if settled.saturated:
        return f"{head} It ended because {settled.why[0]}."
    return f"{head} It is not at its end: {'; '.join(settled.why)}."


def _indexes(done: Sequence[RoundStatus]) -> str:
    asked = dict.fromkeys(index for one in done for index in one.round.indexes)
    named = [f"{title_of(index)} ({indexes()[index].home}; terms: {manners_of(index).terms or indexes()[index].terms})"
             for index in asked]  # fmt: skip
    return f"{'; '.join(named)}. Access: slr {done[-1].run.slr_version}, through the services' open APIs or files."


def _duplicates(done: Sequence[RoundStatus]) -> str:
    whole = [one.whole for one in done]
    records_, works_ = sum(c.records for c in whole), sum(c.new for c in whole)
    return (
        "Before screening, by the same rules as all other records (search_report.md, PRISMA-S 16), against everything "
        f"in the review: {_n(records_, 'record')} were returned, {_n(works_, 'work')} of them new."
    )


def _screening(review: Review, done: Sequence[RoundStatus]) -> str:
    stages = ", then ".join(f"{s.name} ({_n(s.reviewers, 'reviewer')})" for s in review.config.stages)
    whole = [one.whole for one in done]
    return (
        f"As in the primary search: {stages}, the same criteria. Of the new works {sum(c.marked for c in whole):,} "
        f"were excluded by criteria before screening, {sum(c.screened for c in whole):,} screened on title and "
        f"abstract, {sum(c.sought for c in whole):,} sought in full text, {sum(c.included for c in whole):,} included; "
        f"{sum(c.waiting for c in whole):,} wait for a decision."
    )


def _prisma(review: Review, done: Sequence[RoundStatus]) -> str:
    origins = records.origins(review.store.db).values()
    n = sum(origin == "citation" for _, origin in origins)
    again = sum(part.records for one in done for part in one.parts) - n
    split = "; ".join(
        f"round {one.round.number}, {title_of(part.index or '')} {part.direction}: {part.records:,}"
        for one in done
        for part in one.parts
    )
    return (
        f"Citation searching (n = {n:,}), in the right column. The rule: every record that an index returned, over "
        "both directions and all rounds, each record of an index once, before it is compared with the databases'; "
        f"what another record already stands for is removed as a duplicate afterwards. By round: {split}; "
        f"{again:,} of these the same index had returned before, in the other direction or an earlier round."
    )


def _lost(review: Review, done: Sequence[RoundStatus]) -> str:
    absent = _n(len({s.work_id for s in citations.seeds(review.store.db) if s.state == "absent"}), "seed")
    whole = [one.whole for one in done]
    unnamed, matched = sum(c.unnamed for c in whole), sum(c.matched for c in whole)
    return (
        f"{absent} not in some index; {_n(unnamed, 'reference')} without an identifier, {matched:,} of them matched "
        f"to a record and {unnamed - matched:,} left as text; {_n(sum(c.undescribed for c in whole), 'work')} that an "
        "index names and nobody describes."
    )


def _markdown(head: Sequence[str], table: Iterable[Sequence[object]]) -> list[str]:
    shown = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in table]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *(f"| {' | '.join(row)} |" for row in shown)]


def _n(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")
