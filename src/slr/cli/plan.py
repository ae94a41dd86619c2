"""``slr plan``: what the matrix becomes, before anything is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, Voice, speaking, working
from slr.review import Review
from slr.sources.base import SearchPlan, SearchRequest, Source


@dataclass(frozen=True, slots=True)
class Cost:
    """What a search will take: hits stated by the server, requests, US dollars, days within the daily budget."""

    hits: int
    requests: int
    usd: float
    days: float | None


def plan(
    review_dir: ReviewDir = HERE,
    counts: Annotated[
        bool, typer.Option("--counts", help="Ask each source for its number of hits (costs a probe).")
    ] = False,
    variants: Annotated[
        bool | None,
        typer.Option("--variants/--no-variants", help="Spelling variants on or off, whatever is configured."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the matrix and, per source, the fewest queries whose union is exactly its cells (--counts: and cost)."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "plan", lock=counts) as review:
        on = bool(review.config.search.variants) if variants is None else variants
        document = _matrix(voice, review, on)
        http = review.http(f"plan-{review.now().replace(':', '').replace('-', '')}")
        for name in review.enabled_sources():
            source = review.source(name, http)
            compiled = source.plan(review.request(on))
            cost = _cost(review, source, compiled) if counts else None
            _show(voice, source, compiled, cost, document["cells"])
            proof = _proof(source, review.request(on), compiled, cost) if cost else None
            if proof:
                voice.say(f"  {proof}")
            document["sources"][name] = _as_json(compiled, cost) | {"absorption": proof}
        voice.result(document)


def _matrix(voice: Voice, review: Review, variants: bool) -> dict[str, Any]:
    matrix = review.matrix(variants)
    sizes = {axis.name: len(axis.phrases) for axis in matrix.axes}
    spellings = sum(len(phrase.spellings) for axis in matrix.axes for phrase in axis.phrases)
    voice.say(f"{' × '.join(f'{n} {name}' for name, n in sizes.items())} = {matrix.cells:,} cells")
    if review.loaded.terms.variants:
        state = f"on: {spellings} more spellings inside the cells" if variants else "off (--variants adds them)"
        voice.say(f"spelling variants {state}")
    return {**sizes, "axes": sizes, "cells": matrix.cells, "variants": variants, "spellings": spellings, "sources": {}}


def _cost(review: Review, source: Source, compiled: SearchPlan) -> Cost:
    hits = [source.count(query) for query in compiled.queries]
    requests = sum(max(1, math.ceil(n / source.info.page_size)) for n in hits)
    usd = requests * source.info.page_usd
    keyed = bool(source.info.key_variable and review.environ.get(source.info.key_variable))
    daily = source.info.daily_usd[1 if keyed else 0]
    return Cost(sum(hits), requests, usd, usd / daily if daily else None)


def _proof(source: Source, request: SearchRequest, compiled: SearchPlan, cost: Cost) -> str | None:
    """Ask the source itself whether the phrases left out by inflection find anything more (one more probe)."""
    resting = sum(1 for one in compiled.absorbed if one.inflected)
    whole = source.plan(replace(request, absorbing=False))
    if not resting or len(whole.queries) > 1 or len(compiled.queries) > 1:
        return None
    hits = source.count(whole.queries[0])
    if hits == cost.hits:
        return f"checked with the source: with all phrases it states the same {hits:,} hits"
    return (
        f"WARNING: with all phrases the source states {hits:,} hits, {hits - cost.hits:+,}: its stemming differs from "
        "what slr assumes; set search.stemming: false in config/review.yaml, or add the missed forms as phrases"
    )


def _show(voice: Voice, source: Source, compiled: SearchPlan, cost: Cost | None, cells: int) -> None:
    info = source.info
    voice.say()
    if not compiled.queries:
        voice.say(f"{info.title}: not searched")
        _show_notes(voice, compiled)
        return
    longest = max(query.url_bytes for query in compiled.queries)
    voice.say(f"{info.title}: {len(compiled.queries)} {'query' if len(compiled.queries) == 1 else 'queries'} "
              f"instead of {cells:,}" + (f", longest address {longest:,} bytes" if longest else ""))  # fmt: skip
    for query in compiled.queries:
        voice.say(f"  {query.part}/{query.parts}  {query.text}")
        if query.oql:
            voice.say(f"       OQL: {query.oql}")
    if compiled.absorbed:
        voice.say(f"  {len(compiled.absorbed)} phrases need no search of their own, because a shorter one finds them:")
        by: dict[str, list[str]] = {}
        for one in compiled.absorbed:
            by.setdefault(one.by, []).append(one.phrase + ("*" if one.inflected else ""))
        for shorter, phrases in by.items():
            voice.say(f"    {shorter} finds {'; '.join(phrases)}")
        if any(one.inflected for one in compiled.absorbed):
            voice.say("    * by the source's stemming, as slr models it; --counts checks it with the source")
    _show_notes(voice, compiled)
    if cost:
        _show_cost(voice, source, cost, cells)


def _show_notes(voice: Voice, compiled: SearchPlan) -> None:
    for note in compiled.notes:
        voice.say(f"  note: {note}")


def _show_cost(voice: Voice, source: Source, cost: Cost, cells: int) -> None:
    info = source.info
    voice.say(f"  {cost.hits:,} hits in {cost.requests:,} requests, {_money(cost.usd)}" + _days(cost.days))
    if info.page_usd:
        voice.say(f"  one search a cell would take at least {cells:,} requests, {_money(cells * info.page_usd)}")


def _money(usd: float) -> str:
    return f"${usd:,.4f}" if usd else "no cost"


def _days(days: float | None) -> str:
    if days is None:
        return ""
    return f", {days:.1%} of a day's free budget" if days <= 1 else f", {math.ceil(days)} days within the daily budget"


def _as_json(compiled: SearchPlan, cost: Cost | None) -> dict[str, Any]:
    return {
        "queries": [{"text": q.text, "url": q.url, "url_bytes": q.url_bytes, "oql": q.oql} for q in compiled.queries],
        "absorbed": [{"phrase": a.phrase, "by": a.by} for a in compiled.absorbed],
        "notes": list(compiled.notes),
        "hits": cost.hits if cost else None,
        "requests": cost.requests if cost else None,
        "cost_usd": round(cost.usd, 4) if cost else None,
        "days": cost.days if cost else None,
    }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)
