"""What a reviewer sees of a work: its description, the search phrases in it, and only those votes that are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from slr.config.schema import ExclusionReason, Stage
from slr.matrix.analysis import Pattern
from slr.matrix.terms import Matrix
from slr.merged import Filled, merge
from slr.model import Record
from slr.review import Review
from slr.screening.decisions import stage_named
from slr.screening.highlight import Span, patterns, spans
from slr.store import decisions as log
from slr.store import records
from slr.verdicts import Vote, opened_votes


@dataclass(frozen=True, slots=True)
class Sheet:
    """A work at a stage: its merged record, the phrases in title and abstract, phrases found by axis, open votes."""

    work_id: str
    record: Record
    title: tuple[Span, ...]
    abstract: tuple[Span, ...]
    phrases: dict[str, tuple[str, ...]]
    votes: tuple[Vote, ...]
    notes: tuple[str, ...]


class Sheets:
    """Makes the sheets of one stage for one reviewer; what they share is worked out once."""

    def __init__(self, review: Review, stage: str, reviewer: str) -> None:
        self._review = review
        self.stage: Stage = stage_named(review, stage)
        self.reviewer = reviewer
        self._analyzer = review.analyzer()

    @cached_property
    def _matrix(self) -> Matrix:
        return self._review.matrix(self._review.variants_in_force())

    @property
    def reasons(self) -> tuple[ExclusionReason, ...]:
        """The exclusion reasons of the stage, in order: the first that applies is the primary one."""
        offered = self._review.config.criteria.exclusion
        return tuple(r for r in offered if r.stages is None or self.stage.name in r.stages)

    @property
    def last(self) -> bool:
        """Whether this is the stage of full texts."""
        return self.stage.name == self._review.config.stages[-1].name

    def sheet(self, work_id: str) -> Sheet:
        """The sheet of a work."""
        db = self._review.store.db
        told = {field: Filled(*values) for field, values in log.told(db, work_id).items()}
        known = [record for name in log.members(db, work_id) if (record := records.get(db, name))]
        record = merge(known, told).record
        sought = patterns(self._matrix, self._analyzer, matched := log.matched(db, work_id))
        cast = log.votes_on(db, work_id, self.stage.name)
        open_to = opened_votes(cast, self.reviewer, self.stage.reviewers, blind=self.stage.is_blind)
        return Sheet(
            work_id=work_id,
            record=record,
            title=self._spans(record.title, sought),
            abstract=self._spans(record.abstract or "", sought),
            phrases=self._phrases(matched),
            votes=tuple(vote for vote in cast if vote.reviewer in open_to),
            notes=tuple(self._notes(record, matched)),
        )

    def _spans(self, text: str, sought: Sequence[tuple[int, Pattern]]) -> tuple[Span, ...]:
        return tuple(spans(text, self._analyzer, sought))

    def _phrases(self, matched: Sequence[Sequence[Sequence[int]]]) -> dict[str, tuple[str, ...]]:
        return {
            axis.name: tuple(axis.phrases[i].text for i in sorted({i for one in matched for i in one[number]}))
            for number, axis in enumerate(self._matrix.axes)
        }

    def _notes(self, record: Record, matched: Sequence[object]) -> list[str]:
        notes = [] if record.abstract else ["no source has an abstract of this work"]
        notes += ["the work is retracted"] if record.retracted else []
        return notes if matched else [*notes, "the search phrases were not looked for in this work: 'slr run' does it"]

    def still_waits(self, work_id: str) -> bool:
        """Whether the reviewer has not voted on a work meanwhile (elsewhere, or in a colleague's merged file)."""
        cast = log.votes_on(self._review.store.db, work_id, self.stage.name)
        return all(vote.reviewer != self.reviewer or vote.settles for vote in cast)
