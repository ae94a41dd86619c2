"""A report as one HTML page that needs nothing beside it: contents, pictures and print rules are inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

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

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN_NAMES = re.compile(r'(\bid="|url\(#|href="#)([\w-]+)')

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; color: #1a1a1a; background: #fff; }
.skip { position: absolute; left: -9999px; } .skip:focus { left: 8px; top: 8px; background: #fff; padding: 4px; }
nav { padding: 16px 20px; background: #f4f6f8; font-size: 14px; }
nav ol { margin: 0; padding-left: 22px; } nav a { color: #08519c; text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
main { max-width: 1060px; padding: 8px 24px 64px; }
h1 { font-size: 28px; line-height: 1.25; } h3 { font-size: 17px; margin-top: 28px; }
h2 { font-size: 22px; margin-top: 44px; border-bottom: 2px solid #08519c; padding-bottom: 4px; }
p, li { max-width: 46em; } a { color: #08519c; }
.warning { border-left: 5px solid #b35900; background: #fff6e8; padding: 8px 14px; }
.wide { overflow-x: auto; margin: 14px 0; }
table { border-collapse: collapse; font-size: 14px; }
caption { text-align: left; font-weight: bold; padding-bottom: 6px; }
th, td { border: 1px solid #c4cad0; padding: 4px 8px; text-align: left; vertical-align: top; }
th { background: #e9eef3; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: break-word; }
td.n { white-space: nowrap; }
pre { background: #f4f6f8; border: 1px solid #d7dce1; padding: 10px; white-space: pre-wrap; overflow-wrap: anywhere;
      font-size: 13px; }
code { font-size: 0.92em; background: #f0f2f4; padding: 0 3px; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; font-size: inherit; }
figure { margin: 18px 0; overflow-x: auto; } figure svg { display: block; max-width: max(100%, 900px); height: auto; }
figcaption { font-size: 14px; color: #444; margin-top: 6px; }
@media (min-width: 1240px) {
  nav { position: fixed; top: 0; bottom: 0; left: 0; width: 270px; overflow-y: auto; }
  main { margin-left: 290px; }
}
@media print {
  nav, .skip { display: none; } main { max-width: none; padding: 0; margin: 0; } body { font-size: 10.5pt; }
  .wide, figure { overflow: visible; } .wide { padding-right: 1px; }
  figure svg { max-width: 100%; max-height: 235mm; width: auto; height: auto; }
  table { font-size: 8.5pt; } thead { display: table-header-group; }
  tr, figure, .warning { break-inside: avoid; } h2, h3, caption, thead { break-after: avoid; } a { color: inherit; }
  @page { margin: 16mm; }
}
"""


def webpage(blocks: Sequence[Block], title: str) -> Iterator[str]:
    """The page in pieces; every heading has an id, and the contents list those of level 2."""
    yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{_text(title)}</title>\n'
    yield f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n</head>\n'
    yield '<body>\n<a class="skip" href="#report">Skip the contents</a>\n<nav aria-label="Contents">\n<ol>\n'
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            yield f'<li><a href="#{block.anchor}">{_text(block.text)}</a></li>\n'
    yield '</ol>\n</nav>\n<main id="report">\n'
    for number, block in enumerate(blocks):
        yield from _block(block, number)
    yield "</main>\n</body>\n</html>\n"


def _block(block: Block, number: int) -> Iterator[str]:
    match block:
        case Heading(text, level):
            name = block.anchor if level == 2 else f"{block.anchor}-{number}"  # two queries may have one title
            yield f'<h{level} id="{name}">{_text(text)}</h{level}>\n'
        case Paragraph(text, warning):
            kind = ' class="warning"' if warning else ""
            yield f"<p{kind}>{_line(text)}</p>\n"
        case Items(lines, numbered):
            tag = "ol" if numbered else "ul"
            yield f"<{tag}>\n" + "".join(f"<li>{_line(line)}</li>\n" for line in lines) + f"</{tag}>\n"
        case Table():
            yield from _table(block)
        case Verbatim(text):
            yield f"<pre><code>{_text(text)}</code></pre>\n"
        case Picture(_, svg, caption):
            yield f"<figure>\n{_inline(svg, number)}\n<figcaption>{_text(caption)}</figcaption>\n</figure>\n"


def _table(table: Table) -> Iterator[str]:
    kinds = [' class="n"' if table.right(i) else "" for i in range(len(table.head))]
    yield '<div class="wide"><table>\n'
    yield f"<caption>{_text(table.caption)}</caption>\n" if table.caption else ""
    heads = "".join(f'<th scope="col"{k}>{_text(h)}</th>' for k, h in zip(kinds, table.head, strict=True))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    for row in table.rows:
        yield "<tr>" + "".join(f"<td{k}>{_line(shown(c))}</td>" for k, c in zip(kinds, row, strict=True)) + "</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _line(text: Text) -> str:
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    match span:
        case Strong(text):
            return f"<strong>{_text(text)}</strong>"
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Link(text, target):
            place = escape(target) if "." in target else "#" + slug(target)
            return f'<a href="{place}">{_text(text)}</a>'
    return _text(span)


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _inline(svg: str, number: int) -> str:
    """The drawing with names of its own: those of two drawings in one page must not meet."""
    body = svg[svg.index("<svg") :].strip()
    return _OWN_NAMES.sub(lambda m: f"{m[1]}p{number}-{m[2]}", body)
