"""``slr dedupe review``: the pairs that the rules leave to a person, one after the other, side by side."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TextIO

import typer

from slr.cli.common import Voice
from slr.cli.dedupe_words import counted
from slr.cli.side_by_side import side_by_side
from slr.dedup import asked, judging
from slr.dedup.asked import Question
from slr.dedup.explained import meaning
from slr.dedup.judging import By, Verdict
from slr.errors import UserError
from slr.review import Review
from slr.screening import criteria

PATIENCE = 30.0
"""Seconds a verdict waits for another slr to finish: it is short work, and a person is at the keyboard."""
KEYS: dict[str, Verdict] = {"d": "duplicate", "s": "distinct", "u": "unsure"}
HELP = "d one publication (duplicate)   s two publications (separate)   u unsure, later   b back   q quit"


@dataclass
class _Session:
    """What was answered in this sitting, in order, and what was put off to a later one."""

    reviewer: str
    answered: list[tuple[Question, Verdict]] = field(default_factory=list)
    later: set[tuple[str, str]] = field(default_factory=set)


def documents(review: Review) -> list[dict[str, object]]:
    """The queue for ``--json``: each question with its rule, its works and both records."""
    found = []
    for question in asked.queue(review.store.db):
        a, b = asked.both(review, question)
        found.append(asdict(question) | {"because": meaning(question.rule), "records": [asdict(a), asdict(b)]})
    return found


def interview(voice: Voice, review: Review, reviewer: str, keys: TextIO) -> None:
    """Ask until nothing is left or the person quits; every verdict is kept before the next pair is shown."""
    session = _Session(reviewer)
    if not asked.queue(review.store.db):
        voice.say("no pair waits for a person")
        return
    try:
        while question := _next(review, session):
            if not _asked(voice, review, session, question, keys):
                break
    finally:
        _settled(review, session)
    _tell_end(voice, review, session)


def _next(review: Review, session: _Session) -> Question | None:
    """The queue is read anew each time: a verdict can answer other questions too, and others may be at work."""
    return next((q for q in asked.queue(review.store.db) if (q.a, q.b) not in session.later), None)


def _asked(voice: Voice, review: Review, session: _Session, question: Question, keys: TextIO) -> bool:
    """Show one pair and do what the person says; False if that is to quit."""
    _show(voice, review, session, question)
    while (key := _key(voice, keys)) != "q":
        if key == "b" and session.answered:
            earlier, said = session.answered.pop()
            voice.say(f"you said: {said}")
            if not _asked(voice, review, session, earlier, keys):
                session.answered.append((earlier, said))
                return False
            return True
        if key in KEYS:
            _keep(voice, review, session, question, KEYS[key])
            return True
        voice.say("this is the first pair" if key == "b" else HELP)
    return False


def _keep(voice: Voice, review: Review, session: _Session, question: Question, verdict: Verdict) -> None:
    """Keep the verdict durably; one that others' verdicts forbid is said and put off."""
    try:
        with review.locked("dedupe review", wait=PATIENCE):
            judging.judge(review, question.a, question.b, verdict, By(session.reviewer, "review"))
        session.answered.append((question, verdict))
    except UserError as error:
        voice.note(f"not kept: {error}")
        verdict = "unsure"
    if verdict == "unsure":
        session.later.add((question.a, question.b))


def _key(voice: Voice, keys: TextIO) -> str:
    """The next key on a terminal; else the first letter of the next line; at the end of the input, quit."""
    sys.stdout.flush()  # whoever drives this through pipes is to see the question first
    if keys.isatty():
        try:
            key = typer.getchar().lower()
        except EOFError:
            return "q"
        voice.say(key if key.isprintable() else "")
        return key
    line = keys.readline()
    return line.strip().lower()[:1] if line else "q"


def _show(voice: Voice, review: Review, session: _Session, question: Question) -> None:
    left = len([q for q in asked.queue(review.store.db) if (q.a, q.b) not in session.later])
    voice.say()
    voice.say(f"pair {len(session.answered) + 1}, {counted(left, 'question')} left; asked because "
              f"{meaning(question.rule)} ({question.rule}, score {question.score:g})")  # fmt: skip
    if question.looked:
        voice.say(f"{question.looked.reviewer} was unsure on {question.looked.at[:10]}")
    width = None if sys.stdout.isatty() else 120
    for line in side_by_side(*asked.both(review, question), width):
        voice.say(line)
    voice.say(HELP)


def _settled(review: Review, session: _Session) -> None:
    """The criteria judge the works that there are now."""
    if session.answered:
        with review.locked("dedupe review", wait=PATIENCE):
            criteria.apply(review)


def _tell_end(voice: Voice, review: Review, session: _Session) -> None:
    last = {(q.a, q.b): verdict for q, verdict in session.answered}
    said = Counter(last.values())
    left = len(asked.queue(review.store.db))
    voice.say()
    voice.say(f"{counted(len(last), 'pair')} answered: {said['duplicate']} duplicate, {said['distinct']} distinct, "
              f"{said['unsure']} left open; {counted(left, 'pair')} in the queue"
              + (" (slr dedupe review goes on)" if left else ""))  # fmt: skip
