"""What a list says of a record: read only, for lists of 100,000 records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from slr.store.connection import Connection


class Brief(NamedTuple):
    """A record as last seen, as lists show it; ``authors`` joined by ``"; "``."""

    record_id: str
    title: str
    authors: str
    year: int | None
    venue: str
    doi: str
    url: str
    source: str


def briefs(db: Connection) -> Iterator[Brief]:
    """All records, by id."""
    rows = db.execute(
        "SELECT record_id, title, authors, year, coalesce(venue, ''), coalesce(doi, ''), coalesce(url, ''), source "
        "FROM record ORDER BY record_id"
    )
    for one, title, authors, *rest in rows:
        yield Brief(one, title, "; ".join(json.loads(authors)), *rest)
