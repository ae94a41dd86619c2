"""How ``slr dedupe`` says what a work is made of and what became of records."""

from __future__ import annotations

from dataclasses import asdict

from slr.cli.common import Voice
from slr.dedup.asked import Question
from slr.dedup.explained import Explanation, Value, meaning
from slr.dedup.judging import Change

WIDTH = 70
"""Characters of a merged value that are shown; ``--json`` has it whole."""


def tell_change(voice: Voice, change: Change) -> None:
    """Say what became of the records; one work a line."""
    for work in change.works:
        voice.say(f"{work}: {', '.join(m for m, at in change.after.items() if at == work)}")
    moved = sum(1 for m, work in change.after.items() if change.before[m] != work)
    voice.say(f"kept; {counted(moved, 'record')} moved" if moved else "kept; no record had to move")
    for stage in change.conflicts:
        voice.note(f"note: the decisions on these works differ at {stage}: a conflict for people to settle")
    voice.result(asdict(change) | {"works": change.works})


def counted(n: int, what: str) -> str:
    """``1 record``, ``2 records``."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def tell_explanation(voice: Voice, found: Explanation) -> None:
    """The records and their rules, the merged values, what people said, what is asked, all events."""
    was = f" (earlier also {', '.join(found.earlier)})" if found.earlier else ""
    voice.say(f"{found.work_id}: {counted(len(found.lines), 'record')}{was}")
    for line in found.lines:
        beside = f" as {line['partner']}" if line["partner"] else ""
        voice.say(f"  {line['record_id']}  {line['title']} ({line['year'] or 'no year'})")
        voice.say(f"    {line['rule']}{beside}, score {line['score']:g}: {meaning(str(line['rule']))} "
                  f"[{line['who']}, {line['at']}]")  # fmt: skip
    voice.say()
    voice.say("the merged description, and whose each value is:")
    for value in found.fields:
        voice.say(f"  {value.field}: {_short(value.value)}  [{value.came_from}{_rule(value)}]")
    for said in found.verdicts:
        voice.say(f"{said.reviewer} on {said.at[:10]} ({said.how}): {said.a} and {said.b} are {said.verdict}")
    for question in found.questions:
        voice.say(_asked(question))
    _tell_history(voice, found)


def _rule(value: Value) -> str:
    """Why, where there was a choice."""
    if not value.others:
        return ""
    return f"; {counted(value.others, 'record')} otherwise: {value.rule}"


def _short(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _asked(question: Question) -> str:
    why = f"{question.rule}, score {question.score:g}"
    return f"waits for a person ({why}): {question.a} and {question.b}; 'slr dedupe review'"


def _tell_history(voice: Voice, found: Explanation) -> None:
    voice.say()
    voice.say("events, in order:")
    for event in found.history:
        beside = f" as {event['partner']}" if event["partner"] else ""
        voice.say(f"  {event['at']}  {event['record_id']} to {event['work_id']} by {event['rule']}{beside} "
                  f"[{event['who']}]")  # fmt: skip
