"""What searches, imports and citation searches returned after a moment: read only, for updates of the review."""

from __future__ import annotations

from slr.store.connection import Connection


def found_since(db: Connection, at: str) -> frozenset[str]:
    """The ids of the records that runs begun after ``at`` (ISO 8601, UTC) returned, known before or not."""
    rows = db.execute(
        "SELECT DISTINCT h.record_id FROM hit AS h JOIN query AS q USING (query_id) JOIN run AS r USING (run_id) "
        "WHERE r.started_at > ?",
        (at,),
    )
    return frozenset(row[0] for row in rows)


def records_by_source(db: Connection, at: str) -> dict[str, int]:
    """source → how many different records its searches and imports begun after ``at`` returned (empty: ever)."""
    rows = db.execute(
        "SELECT q.source, count(DISTINCT h.record_id) FROM hit AS h JOIN query AS q USING (query_id) "
        "JOIN run AS r USING (run_id) WHERE r.started_at > ? AND r.kind != 'citation' GROUP BY q.source",
        (at,),
    )
    return {row[0]: row[1] for row in rows}


def records_of_rounds(db: Connection, at: str) -> int:
    """How many different records the rounds of citation searching begun after ``at`` returned (empty: ever)."""
    sql = (
        "SELECT count(DISTINCT h.record_id) FROM hit AS h JOIN query AS q USING (query_id) "
        "JOIN run AS r USING (run_id) WHERE r.started_at > ? AND r.kind = 'citation'"
    )
    return int(db.execute(sql, (at,)).fetchone()[0])
