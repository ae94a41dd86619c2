"""``slr dedupe explain``: why records are one work, what people said, whose each merged value is, all that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slr.dedup.asked import LEFT_OPEN, Question, queue
from slr.dedup.judging import SPLIT, work_named
from slr.dedup.rules import SENTENCES
from slr.merged import SENTENCES as FIELD_SENTENCES
from slr.merged import Merged, merge
from slr.model import Record
from slr.review import Review
from slr.store import enrichment, pairs, records, works
from slr.store.connection import Row
from slr.store.pairs import Said

WORDS: Mapping[str, str] = SENTENCES | {
    SPLIT: "a person or a later verdict set it apart from the records that it was grouped with",
    LEFT_OPEN: "a person left the pair open",
}
"""What each word in the column ``rule`` of an event or a question means."""


@dataclass(frozen=True, slots=True)
class Value:
    """A field of the merged description: its value, the record (or, beside the records, the source) that gave it.

    ``rule`` says which record's value counts; ``others`` how many records state another one.
    """

    field: str
    value: object
    came_from: str
    rule: str
    others: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A work: the ids it had before, its records, its merged fields, its events, what people said, what is asked.

    ``lines`` holds record_id, source, title, year, doi, rule, score, partner, who, at of each record, in the order
    of the events that put them there; ``history`` every event of these records and of those that were here once.
    """

    work_id: str
    earlier: tuple[str, ...]
    lines: tuple[dict[str, object], ...]
    fields: tuple[Value, ...]
    history: tuple[dict[str, object], ...]
    verdicts: tuple[Said, ...]
    questions: tuple[Question, ...]


def explain(review: Review, name: str) -> Explanation:
    """Explain a work, named by its id (also an earlier one) or by one of its records. Raises NotFound."""
    db = review.store.db
    work_id = work_named(db, name)
    members = {record.record_id: record for record in records.of_work(db, work_id)}
    history = works.travels(db, work_id)
    latest = {row["record_id"]: row for row in history if row["record_id"] in members}
    merged = merge(list(members.values()), enrichment.filled(db).get(work_id))
    earlier = sorted(set(works.founded_by(db, members).values()) - {work_id})
    return Explanation(
        work_id=work_id,
        earlier=tuple(earlier),
        lines=tuple(_line(members[row["record_id"]], row) for row in sorted(latest.values(), key=lambda r: r["seq"])),
        fields=tuple(_fields(merged, list(members.values()))),
        history=tuple(dict(row) for row in history),
        verdicts=tuple(pairs.said_of(db, members)),
        questions=tuple(q for q in queue(db) if work_id in q.works),
    )


def meaning(rule: str) -> str:
    """The sentence of a rule, also of one that this slr no longer has."""
    return WORDS.get(rule, "a rule of an earlier slr")


def _line(record: Record, event: Row) -> dict[str, object]:
    return {
        "record_id": record.record_id,
        "source": record.source,
        "title": record.title,
        "year": record.year,
        "doi": record.doi,
        "rule": event["rule"],
        "score": event["score"],
        "partner": event["partner"],
        "who": event["who"],
        "at": event["at"],
    }


def _fields(merged: Merged, members: list[Record]) -> list[Value]:
    found = []
    for name, giver in sorted(merged.came_from.items(), key=lambda item: _order(item[0])):
        value = _value(merged.record, name)
        others = sum(1 for record in members if _value(record, name) not in (None, "", (), value))
        rule = "no record states it" if name in merged.filled else FIELD_SENTENCES[name.partition(".")[0]]
        found.append(Value(name, value, giver, rule, others))
    return found


def _order(name: str) -> tuple[int, str]:
    return list(FIELD_SENTENCES).index(name.partition(".")[0]), name


def _value(record: Record, name: str) -> object:
    kind, _, identifier = name.partition(".")
    return record.ids.get(identifier) if identifier else getattr(record, kind)
