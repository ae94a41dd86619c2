"""Screening at the keyboard: a work is shown, a key decides, the next one comes. On a terminal and over a pipe."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from slr.cli.common import Voice
from slr.errors import SlrError, UserError
from slr.review import Review
from slr.screening.decisions import decide, undo
from slr.screening.highlight import Span
from slr.screening.sheet import Sheet, Sheets

VERDICTS = {"i": "include", "e": "exclude", "m": "maybe", "r": "not-retrieved"}
LABELS = "123456789abcdefghijklmnopqrstuvwxyz"
"""How the reasons are numbered; more than 35 reasons are no list that a person keeps in mind."""
STYLES = ("\033[1;32m", "\033[1;36m", "\033[1;33m", "\033[1;35m")
PLAIN = "\033[0m"
WIDTH = 100
PATIENCE = 30.0
"""Seconds a decision waits for another slr to finish: it is short work, and a person is at the keyboard."""
HELP = """\
  i  include      e  exclude (then the number of the first criterion that fails)      m  maybe
  r  report not retrieved (full text)      n  a note for the next decision
  s  skip for now      u  take the last decision back      q  quit: everything decided is kept"""


class Keys(Protocol):
    """Where the answers come from."""

    def key(self, *, ends: bool = False) -> str:
        """The next key, "" at the end. Blanks are passed over; with ``ends`` the end of a line is a key, LF."""

    def line(self) -> str:
        """The rest of the line."""


class PipeKeys:
    """Keys that another program or a file gives, one character after the other."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def key(self, *, ends: bool = False) -> str:
        """The next key, "" at the end of the stream."""
        while found := self._stream.read(1):
            if found == "\n" and ends:
                return found
            if not found.isspace():
                return found
        return ""

    def line(self) -> str:
        """The rest of the line."""
        return self._stream.readline().strip()


class TerminalKeys:
    """Keys pressed at a terminal: none needs Enter."""

    def key(self, *, ends: bool = False) -> str:
        """The next key pressed; Ctrl-C and Ctrl-D end as everywhere."""
        from typer import getchar

        while True:
            try:
                found = getchar()
            except EOFError:
                return ""
            if found in ("\r", "\n"):
                if ends:
                    return "\n"
            elif not found.isspace():
                return found

    def line(self) -> str:
        """A line typed."""
        try:
            return input().strip()
        except EOFError:
            return ""


@dataclass
class Sitting:
    """One reviewer at one stage, from here to the end of the queue: what was decided and what was skipped."""

    review: Review
    voice: Voice
    sheets: Sheets
    keys: Keys
    colours: bool
    queue: list[str]
    again: bool = False
    decided: int = 0
    skipped: int = 0
    note: str | None = None
    _done: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Show one work after the other until the queue or the answers end."""
        while self.queue:
            work = self.queue[0]
            if not self.again and not self.sheets.still_waits(work):
                self.queue.pop(0)
                continue
            self._show(self.sheets.sheet(work))
            if not self._answered(work):
                return

    def _show(self, sheet: Sheet) -> None:
        for line in sheet_lines(sheet, self.sheets, len(self.queue), colours=self.colours):
            self.voice.say(line)

    def _answered(self, work: str) -> bool:
        """Ask until the work is decided or skipped; False if the sitting ends."""
        while True:
            self._ask("> ")
            key = self.keys.key().lower()
            if key in ("", "q", "\x04"):
                return False
            if key == "s":
                self.queue.pop(0)
                self.skipped += 1
                return True
            if key == "u":
                if self._undone():
                    return True
            elif key == "n":
                self._ask("note: ")
                self.note = self.keys.line() or None
            elif key in VERDICTS:
                if self._decided(work, VERDICTS[key]):
                    return True
            else:
                self.voice.say(HELP if key == "?" else f"'{key}' is no key here ('?' tells the keys)")

    def _ask(self, text: str) -> None:
        if not self.voice.as_json:
            sys.stdout.write(text)
            sys.stdout.flush()

    def _decided(self, work: str, verdict: str) -> bool:
        try:
            reason = self._reason() if verdict == "exclude" and self.sheets.reasons else None
            with self.review.locked("screen next", wait=PATIENCE):
                made = decide(
                    self.review, work, verdict, stage=self.sheets.stage.name, reviewer=self.sheets.reviewer,
                    reason=reason, note=self.note,
                )  # fmt: skip
        except UserError as error:
            self.voice.say(str(error))
            return False
        because = f" ({made.reason})" if made.reason else ""
        self.voice.say(f"saved: {made.verdict}{because}")
        self.decided += 1
        self.note = None
        self.queue.pop(0)
        self._done.append(work)
        return True

    def _reason(self) -> str | None:
        offered = self.sheets.reasons
        self._ask("reason: " if self.sheets.last else "reason (Enter: none): ")
        key = self.keys.key(ends=not self.sheets.last).lower()
        if key in ("\n", "0", "") and not self.sheets.last:
            return None
        at = LABELS.find(key) if key else -1
        if not 0 <= at < len(offered):
            raise UserError(f"not saved: a reason is one of {LABELS[0]} to {LABELS[len(offered) - 1]}")
        return offered[at].id

    def _undone(self) -> bool:
        if not self._done:
            self.voice.say("nothing was decided in this sitting: 'slr screen undo' takes back earlier decisions")
            return False
        try:
            with self.review.locked("screen undo", wait=PATIENCE):
                undo(self.review, reviewer=self.sheets.reviewer, work=self._done[-1], stage=self.sheets.stage.name)
        except SlrError as error:
            self.voice.say(str(error))
            return False
        self.queue.insert(0, self._done.pop())
        self.decided -= 1
        self.voice.say("taken back")
        return True


def sheet_lines(sheet: Sheet, sheets: Sheets, left: int, *, colours: bool) -> list[str]:
    """A work as it is shown."""
    r, stage = sheet.record, sheets.stage
    printed = ", ".join(
        part for part in (r.venue, f"{r.volume or ''}{f'({r.issue})' if r.issue else ''}", r.pages) if part
    )
    authors = "; ".join(r.authors[:6]) + (" …" if len(r.authors) > 6 else "")
    lines = ["", f"── {stage.name} · {sheets.reviewer} · {left:,} left · {sheet.work_id}"]
    lines += _wrapped(r.title, sheet.title, colours=colours)
    lines.append(
        f"{authors or 'no author'} ({r.year or 'no year'}). {printed or 'no journal'}{f'. {r.doi}' if r.doi else ''}"
    )
    lines += ["", *_wrapped(r.abstract, sheet.abstract, colours=colours)] if r.abstract else []
    lines += [f"keywords: {'; '.join(r.keywords)}"] if r.keywords else []
    lines += [f"{axis}: {'; '.join(found)}" for axis, found in sheet.phrases.items() if found]
    lines += [f"note: {note}" for note in sheet.notes]
    lines += [
        f"{vote.reviewer} decided: {vote.verdict}{f' ({vote.reason})' if vote.reason else ''}" for vote in sheet.votes
    ]
    lines += [f"  {LABELS[n]}  {reason.text}" for n, reason in enumerate(sheets.reasons[: len(LABELS)])]
    retrieved = "  r not retrieved" if sheets.last else ""
    return [*lines, f"i include  e exclude  m maybe{retrieved}  s skip  u undo  n note  q quit  ? help"]


def marked(text: str, spans: Sequence[Span], *, colours: bool) -> str:
    """A text with its phrases in the colour of their axis, or «between these» where there are no colours."""
    parts, at = [], 0
    for span in spans:
        begin, end = (STYLES[span.axis % len(STYLES)], PLAIN) if colours else ("«", "»")
        parts += [text[at : span.start], begin, text[span.start : span.end], end]
        at = span.end
    return "".join([*parts, text[at:]])


def _wrapped(text: str | None, spans: Sequence[Span], *, colours: bool) -> list[str]:
    """The marked text on lines of a readable width; a mark goes on over the end of a line."""
    clean = "".join(c if c.isprintable() else " " for c in text or "")
    shown = marked(clean, spans, colours=colours)
    return textwrap.wrap(shown, WIDTH, break_long_words=False, break_on_hyphens=False)
