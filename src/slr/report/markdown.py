"""A report as Markdown (CommonMark with GitHub's tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from slr.report.document import (
    Block,
    Code,
    Heading,
    Items,
    Link,
    Paragraph,
    Picture,
    Span,
    Strong,
    Table,
    Text,
    Verbatim,
    shown,
    slug,
    spans,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_RUN_OF_TICKS = re.compile(r"`+")


def markdown(blocks: Iterable[Block]) -> Iterator[str]:
    """The report in pieces, each ending with an empty line; text is escaped, so that a title's ``*`` stays one."""
    for block in blocks:
        yield "\n".join(_lines(block)) + "\n\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_escaped(text)}"
        case Paragraph(text, warning):
            yield ("> **Note.** " if warning else "") + _line(text)
        case Items(lines, numbered):
            for n, line in enumerate(lines, start=1):
                yield (f"{n}. " if numbered else "- ") + _line(line)
        case Table():
            yield from _table(block)
        case Verbatim(text):
            fence = "`" * max(3, 1 + max(map(len, _RUN_OF_TICKS.findall(text)), default=0))
            yield from (f"{fence}text", text, fence)
        case Picture(file, _, caption):
            yield f"![{_escaped(caption)}]({file})"


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield from (f"{_escaped(table.caption)}:", "")
    yield "| " + " | ".join(map(_escaped, table.head)) + " |"
    yield "|" + "|".join("---:" if table.right(i) else "---" for i in range(len(table.head))) + "|"
    for row in table.rows:
        yield "| " + " | ".join(_line(shown(cell)) for cell in row) + " |"


def _line(text: Text) -> str:
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    match span:
        case Strong(text):
            return f"**{_escaped(text)}**"
        case Code(text):
            return f"`{_one_line(text)}`"
        case Link(text, target):
            return f"[{_escaped(text)}]({target if '.' in target else '#' + slug(target)})"
    return _escaped(span)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)
