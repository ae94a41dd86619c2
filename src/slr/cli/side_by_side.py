"""Two records beside each other, with what differs marked: by a sign for the field and by «quotes» around the words."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from io import StringIO
from typing import TYPE_CHECKING

from slr.model import Record
from slr.normalize import plain

if TYPE_CHECKING:
    from rich.text import Text

ABSTRACT = 400
"""Characters of an abstract that are shown."""
AUTHORS = 8
FIELDS = ("title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "type", "abstract", "source")
SAME, DIFFERENT, ONE_SIDED, NEITHER = "=", "≠", "½", ""


def side_by_side(a: Record, b: Record, width: int | None = None) -> list[str]:
    """The lines of a table with a row for each field; ``width`` in characters (None: the terminal's).

    The sign before a field says that the two agree (=, case and punctuation aside), differ (≠), or that only one states
    it (½). On a terminal the words that differ are bold too, never by colour alone.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), expand=width is not None)
    table.add_column("")
    table.add_column("")
    for record in (a, b):
        table.add_column(record.record_id, ratio=1, overflow="fold")
    for name in FIELDS:
        one, other = shown(a, name), shown(b, name)
        table.add_row(sign(one, other), name, *(_text(words) for words in marked(one, other)))
    out = Console(file=StringIO(), width=width) if width else Console()
    with out.capture() as captured:
        out.print(table)
    return captured.get().rstrip().splitlines()


def shown(record: Record, name: str) -> str:
    """A field in a line."""
    if name == "authors":
        more = len(record.authors) - AUTHORS
        return "; ".join(record.authors[:AUTHORS]) + (f"; and {more:,} more" if more > 0 else "")
    value = getattr(record, name)
    text = "" if value is None else " ".join(str(value).split())
    return text if name != "abstract" or len(text) <= ABSTRACT else text[:ABSTRACT] + "…"


def sign(one: str, other: str) -> str:
    """Whether two texts agree, as a sign."""
    if not one and not other:
        return NEITHER
    if not one or not other:
        return ONE_SIDED
    return SAME if _form(one) == _form(other) else DIFFERENT


def marked(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The words of two texts, each with whether it differs; a text that stands alone has nothing to differ from."""
    words, others = one.split(), other.split()
    if not words or not others:
        return [(w, False) for w in words], [(w, False) for w in others]
    left, right = [True] * len(words), [True] * len(others)
    matcher = SequenceMatcher(None, [_form(w) for w in words], [_form(w) for w in others], autojunk=False)
    for start, at, size in matcher.get_matching_blocks():
        left[start : start + size] = [False] * size
        right[at : at + size] = [False] * size
    return list(zip(words, left, strict=True)), list(zip(others, right, strict=True))


def _form(text: str) -> str:
    return plain(text) or text


def _text(words: Sequence[tuple[str, bool]]) -> Text:
    """Runs of words that differ, in quotes and bold."""
    from rich.text import Text

    found = Text()
    for n, (word, differs) in enumerate(words):
        opens = differs and (n == 0 or not words[n - 1][1])
        closes = differs and (n == len(words) - 1 or not words[n + 1][1])
        found.append(" " if n else "")
        found.append(f"{'«' if opens else ''}{word}{'»' if closes else ''}", style="bold" if differs else "")
    return found
