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
