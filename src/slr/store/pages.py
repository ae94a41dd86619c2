"""One page of a source's reply as the store keeps it: exchange, records, hits and where the query goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from slr.model import Exchange, Page
from slr.store import records, runs
from slr.store.connection import Connection


def keep(db: Connection, query_id: int, page: Page, exchange: Exchange, retrieved: int) -> int:
    """Write a page within the caller's transaction; returns how many distinct records the query has hit with it.

    ``retrieved`` is that number before the page. Ranks count the distinct hits of a query from 1, so that they are the
    same whether or not the query was interrupted; a record that comes again keeps its first rank and version.
    """
    there = _hit_already(db, query_id, [record.record_id for record in page.records])
    fresh: dict[str, int] = {}
    for place, record in enumerate(page.records):
        if record.record_id not in there:
            fresh.setdefault(record.record_id, place)
    runs.add_exchange(db, exchange)
    records.add(
        db,
        query_id,
        [page.records[place] for place in fresh.values()],
        positions=[page.positions[place] for place in fresh.values()],
        first_rank=retrieved + 1,
        exchange_id=page.exchange_id,
    )
    runs.advance(
        db, query_id, total=page.total, next_cursor=page.next_cursor, asked_on=exchange.fetched_at, notes=page.warnings
    )
    return retrieved + len(fresh)


def _hit_already(db: Connection, query_id: int, record_ids: Sequence[str]) -> set[str]:
    rows = db.execute(
        "SELECT record_id FROM hit WHERE query_id = ? AND record_id IN (SELECT value FROM json_each(?))",
        (query_id, json.dumps(record_ids)),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The replies that the records of a source in a run rest on: how many, the first and the last (ISO 8601, UTC)."""

    replies: int
    first: str
    last: str


def fetched(db: Connection) -> dict[tuple[str, str], Fetched]:
    """(run, source as the archive names it) → its replies."""
    rows = db.execute(
        "SELECT run_id, source, count(*), min(fetched_at), max(fetched_at) FROM exchange "
        "GROUP BY run_id, source ORDER BY run_id, source"
    )
    return {(row[0], row[1]): Fetched(row[2], row[3], row[4]) for row in rows}
