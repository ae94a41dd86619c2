"""What the commands about versions share: counting what a version holds."""

from __future__ import annotations

from slr.cli.status import steps
from slr.prisma import boxes
from slr.prisma.numbers import as_json as numbers_as_json
from slr.review import Review
from slr.store import studies
from slr.update.freeze import Counted


def count(review: Review) -> Counted:
    """The PRISMA numbers, the ids behind each, what is included, and what waits. Raises UserError as ``slr prisma``."""
    state = boxes.state_of(review)
    document = numbers_as_json(boxes.numbers(state))
    study_of = studies.study_of(review.store.db)
    return Counted(
        numbers=document,
        boxes={box.key: tuple(boxes.ids(state, box.key)) for box in boxes.BOXES},
        included={report: study_of.get(report, report) for report in boxes.ids(state, "total_reports")},
        unfinished=tuple(f"{step.name}: {step.words}" for step in steps(review) if step.command),
    )
