"""``slr known``: how each known study was found, and from how few of them the others would have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import typer

from slr.cli.citations import titles
from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.cli.reporting import known_line
from slr.review import Review
from slr.search.known import KnownStatus, statuses
from slr.snowball.cover import Cover
from slr.snowball.graph import graph
from slr.snowball.trace import Seeding, Way, seeding, ways
from slr.sources.registry import title_of
from slr.store import records

SHOWN = 3
"""Citations that are told of each study; --json has all."""


@dataclass(frozen=True, slots=True)
class Found:
    """One known study: found by search (sources and cells), by citation (the ways), by both or not at all."""

    key: str
    study: str
    by: str
    search: str
    citations: tuple[Way, ...]
    work_id: str | None


def known(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Say of each study in config/known.yaml how it was found: by search, by citation, or not; and from which seeds.

    By search: the sources and the cells of the matrix. By citation: from which work, in which direction and round. Then
    the fewest known studies that would have led to the others, in one round and in as many as it takes.
    """
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "known", lock=False) as review:
        found = trace(review)
        if not found:
            voice.say("config/known.yaml names no study: add those that the search has to find again")
        names = {one.work_id: one.study for one in found if one.work_id}
        lines = titles(review, {way.seed for one in found for way in one.citations[:SHOWN]})
        for one in found:
            _say(voice, one, lines | names)
        seeds = seeding(graph(review), names)
        if names:
            _say_seeds(voice, seeds, names)
        voice.result({"studies": [asdict(one) for one in found], "seeds": _json(seeds)})


def trace(review: Review) -> list[Found]:
    """Every known study, in the order of config/known.yaml."""
    led = ways(review)
    return [_found(review, status, tuple(led.get(status.work_id or "", ()))) for status in statuses(review)]


def _found(review: Review, status: KnownStatus, led: tuple[Way, ...]) -> Found:
    members = records.of_work(review.store.db, status.work_id) if status.work_id else []
    searched = any(record.origin != "citation" for record in members)
    by = {(True, True): "search and citation", (True, False): "search", (False, True): "citation"}
    line = known_line(status)
    place = line.where if searched or not members else "by no search"
    return Found(status.study.key, line.study, by.get((searched, bool(led)), "not found"), place, led, status.work_id)


def _say(voice: Voice, one: Found, names: dict[str, str]) -> None:
    voice.say(f"{one.by:<20}{one.study}")
    voice.say(f"{'':<20}{one.search}")
    for way in one.citations[:SHOWN]:
        seed = names.get(way.seed, way.seed)
        did = "which cites it" if way.direction == "backward" else "which it cites"
        voice.say(f"{'':<20}round {way.round}, {title_of(way.index)} {way.direction}: from {seed[:60]}, {did}")
    if len(one.citations) > SHOWN:
        voice.say(f"{'':<20}and from {len(one.citations) - SHOWN:,} more")


def _say_seeds(voice: Voice, seeds: Seeding, names: dict[str, str]) -> None:
    voice.say()
    for words, cover in (("in one round", seeds.one_round), ("in as many rounds as it takes", seeds.every_round)):
        _say_cover(voice, words, cover, names)


def _say_cover(voice: Voice, words: str, cover: Cover, names: dict[str, str]) -> None:
    rest = len(cover.reached) - len(cover.seeds)
    sure = "the fewest" if cover.exact else "chosen greedily, perhaps not the fewest"
    voice.say(f"seeds that lead to the others {words}: {len(cover.seeds)} ({sure}), which lead to {rest} more")
    for seed in cover.seeds:
        voice.say(f"    {names[seed]}")
    if cover.unreachable:
        voice.say(
            f"  no citation links these with the others: {_listed([names[w] for w in sorted(cover.unreachable)])}"
        )


def _listed(studies: Sequence[str]) -> str:
    return "; ".join(study[:50] for study in studies)


def _json(seeds: Seeding) -> dict[str, object]:
    def one(cover: Cover) -> dict[str, object]:
        return {
            "seeds": list(cover.seeds),
            "reached": sorted(cover.reached),
            "unreachable": sorted(cover.unreachable),
            "exact": cover.exact,
        }

    return {"one_round": one(seeds.one_round), "every_round": one(seeds.every_round)}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(known)
