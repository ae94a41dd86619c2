"""Which cells of the matrix each record lies in, worked out locally by the platform's text rules."""

from __future__ import annotations

from collections.abc import Iterable

from slr.events import Progress
from slr.matrix.match import Matcher
from slr.review import Review
from slr.store import records
from slr.store.records import Unmatched

BATCH = 5_000


def attribute(review: Review) -> int:
    """Match every record whose match is missing or stale; returns how many. Each batch is kept on its own."""
    variants = review.variants_in_force()
    matrix_hash = review.matrix_hash(variants)
    matcher = Matcher(review.matrix(variants), review.analyzer())
    done, after = 0, ""
    while batch := records.unmatched(review.store.db, matrix_hash, after, BATCH):
        with review.store.writing() as db:
            records.set_matches(db, _matched(matcher, batch))
        done, after = done + len(batch), batch[-1].record.record_id
        review.listen(Progress("matching", done, None, "records"))
    return done


def _matched(
    matcher: Matcher, batch: Iterable[Unmatched]
) -> Iterable[tuple[str, int, str, bool, tuple[tuple[int, ...], ...]]]:
    for one in batch:
        match = matcher.match(one.record.title, one.record.abstract or "", one.record.keywords)
        yield one.record.record_id, one.version_id, one.basis, match.attributed, match.axes
