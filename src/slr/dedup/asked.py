"""The queue of pairs that the rules leave to a person: what is asked, in which order, and what is not asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slr.model import Record
from slr.review import Review
from slr.store import pairs, records, works
from slr.store.connection import Connection
from slr.store.pairs import Said

LEFT_OPEN = "left-open"
"""In place of a rule: a person took back what was said of the pair, and no rule doubts it."""


@dataclass(frozen=True, slots=True)
class Question:
    """Are the records ``a`` and ``b`` one publication? ``score`` is 0-100; ``looked`` who left it open before."""

    a: str
    b: str
    rule: str
    score: float
    works: tuple[str, str]
    looked: Said | None = None


def queue(db: Connection) -> list[Question]:
    """The pairs to ask about, those that nobody has looked at yet first, most alike first.

    Two works are asked about once, by their most alike pair, and never after a person held any record of one distinct
    from one of the other; records that became one work by whatever rule are not asked about.
    """
    said = pairs.standing(db)
    settled, opened = _between_works(db, said.values())
    asked = {(d.a, d.b): Question(d.a, d.b, d.rule, d.score, d.works, said.get((d.a, d.b))) for d in pairs.doubted(db)}
    for works_, one in opened:
        asked.setdefault((one.a, one.b), Question(one.a, one.b, LEFT_OPEN, 0.0, works_, one))
    first: dict[tuple[str, str], Question] = {}
    for question in asked.values():
        if question.works not in settled:
            first.setdefault(question.works, question)
    return sorted(first.values(), key=lambda q: (q.looked is not None, -q.score, q.a, q.b))


def _between_works(
    db: Connection, said: Iterable[Said]
) -> tuple[set[tuple[str, str]], list[tuple[tuple[str, str], Said]]]:
    """Pairs of works that a person holds distinct, and (pair of works, verdict) where one left a pair of them open."""
    settled: set[tuple[str, str]] = set()
    opened: list[tuple[tuple[str, str], Said]] = []
    for one in said:
        a, b = (works.resolve(db, record_id) for record_id in (one.a, one.b))
        if a is None or b is None or a == b:
            continue
        if one.verdict == "distinct":
            settled.add(pairs.pair(a, b))
        elif one.verdict == "unsure":
            opened.append((pairs.pair(a, b), one))
    return settled, opened


def both(review: Review, question: Question) -> tuple[Record, Record]:
    """The two records in full."""
    found = [records.get(review.store.db, record_id) for record_id in (question.a, question.b)]
    return found[0], found[1]  # type: ignore[return-value]  # both stand in record_head: the table refuses others
