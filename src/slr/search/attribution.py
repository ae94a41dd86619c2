"""Which cells of the matrix each record lies in, worked out locally by the platform's text rules."""

from __future__ import annotations

from collections.abc import Iterable

from slr.events import Progress
from slr.matrix.match import Matcher
from slr.model import Record
from slr.review import Review
from slr.store import records

BATCH = 5_000


def attribute(review: Review) -> int:
    """Match every record whose match is missing or stale; returns how many. Each batch is kept on its own."""
    variants = review.variants_in_force()
    matrix_hash = review.matrix_hash(variants)
    matcher = Matcher(review.matrix(variants), review.analyzer())
    done, after = 0, ""
    while batch := records.unmatched(review.store.db, matrix_hash, after, BATCH):
        with review.store.writing() as db:
            records.set_matches(db, matrix_hash, _matched(matcher, batch))
        done, after = done + len(batch), batch[-1][1].record_id
        review.listen(Progress("matching", done, None, "records"))
    return done


def _matched(
    matcher: Matcher, batch: Iterable[tuple[int, Record]]
) -> Iterable[tuple[str, int, bool, tuple[tuple[int, ...], ...]]]:
    for version_id, record in batch:
        match = matcher.match(record.title, record.abstract or "", record.keywords)
        yield record.record_id, version_id, match.attributed, match.axes
