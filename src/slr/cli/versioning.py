"""What the commands about versions share: counting what a version holds."""

from __future__ import annotations

from collections.abc import Iterator

from slr.cli.status import steps
from slr.prisma import boxes
from slr.prisma.numbers import as_json as numbers_as_json
from slr.review import Review
from slr.store import studies
from slr.update.freeze import ALL, Counted
from slr.update.update import unfinished as unfinished_update


def count(review: Review, *, unfinished: bool = False) -> Counted:
    """The PRISMA numbers, the ids behind each and what is included; ``unfinished``: also a sentence for what waits.

    Raises UserError as ``slr prisma`` does.
    """
    state = boxes.state_of(review)
    document, lists = numbers_as_json(boxes.numbers(state)), _lists(state)
    if state.previous:
        whole = boxes.state_of(review, cumulative=True)
        document[ALL] = numbers_as_json(boxes.numbers(whole))["boxes"]
        lists |= {f"{ALL}/{box}": ids for box, ids in _lists(whole).items()}
    study_of = studies.study_of(review.store.db)
    waits = _waiting(review) if unfinished else ()
    return Counted(
        numbers=document,
        boxes=lists,
        included={report: study_of.get(report, report) for report in boxes.ids(state, "total_reports")},
        unfinished=tuple(waits),
    )


def _lists(state: boxes.State) -> dict[str, tuple[str, ...]]:
    return {box.key: tuple(boxes.ids(state, box.key)) for box in boxes.BOXES}


def _waiting(review: Review) -> Iterator[str]:
    yield from (f"{step.name}: {step.words}" for step in steps(review) if step.command)
    if update := unfinished_update(review):
        yield f"update: {update.update_id} was begun and has work left ('slr update' goes on)"
