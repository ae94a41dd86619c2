"""``outputs/strings/``: the matrix as strings for databases that are searched by hand, and the log to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from slr.errors import QueryError
from slr.formats import search_log
from slr.formats.search_log import CURRENT, LogRow, row_id
from slr.matrix.dialects.literal import LITERAL
from slr.matrix.dialects.platform import Platform, connectors
from slr.matrix.query import Absorbed, And, Or, absorb, expression, occurs
from slr.matrix.subqueries import Capacity, at_least, fewest
from slr.matrix.terms import Matrix
from slr.report.figures import write_text
from slr.review import Review

MANY = 10
"""Sub-queries above which a person is told to shorten the matrix, or to use the platform beside others only."""
FOLDER, LOG = "strings", "search_log.csv"


@dataclass(frozen=True, slots=True)
class SubQuery:
    """One string to paste: ``number`` of ``of``, what it holds, its length in characters and Boolean connectors."""

    number: int
    of: int
    expr: And
    text: str
    connectors: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is searched on one platform.

    ``fewest_possible`` is a number that no split into such strings can go below; ``lines`` are (name, string) for
    platforms that combine result sets: the last one is the search. ``warnings`` say where the meaning changes.
    """

    platform: Platform
    queries: tuple[SubQuery, ...]
    absorbed: tuple[Absorbed, ...]
    fewest_possible: int
    lines: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The sheets that were made, (platform, why) of those that could not be, and the files."""

    sheets: tuple[Sheet, ...]
    refused: tuple[tuple[Platform, str], ...]
    files: tuple[Path, ...]


def capacities(platform: Platform) -> list[Capacity]:
    """The limits of a platform on one string."""
    limits = (
        (platform.connectors, lambda e: connectors(platform.write(e))),
        (platform.characters, lambda e: len(platform.write(e))),
    )
    return [Capacity(size, limit.value) for limit, size in limits if limit]


def sheet(matrix: Matrix, platform: Platform, *, absorbing: bool = True) -> Sheet:
    """The matrix on one platform: absorbed where its text rules prove it, split into the fewest strings that fit.

    Raises QueryError for a phrase that cannot be written there, or a cell that does not fit.
    """
    expr = expression(matrix)
    reduced, gone = absorb(expr, platform.analyzer) if absorbing else (expr, ())
    gone = tuple(replace(one, inflected=not _word_by_word(one)) for one in gone)
    parts = fewest(reduced, capacities(platform))
    texts = [platform.write(part) for part in parts]
    queries = tuple(
        SubQuery(n, len(parts), part, text, connectors(text))
        for n, (part, text) in enumerate(zip(parts, texts, strict=True), start=1)
    )
    lines = _lines(platform, reduced) if len(parts) == 1 else ()
    warnings = (*platform.warnings(reduced), *_on_size(platform, queries), *_on_folding(gone))
    return Sheet(platform, queries, gone, at_least(reduced, capacities(platform)), lines, warnings)


def _word_by_word(one: Absorbed) -> bool:
    """Whether the absorption needs no rule of the platform: the very words of one phrase stand in the other."""
    return occurs(LITERAL.pattern(one.by), LITERAL.pattern(one.phrase))


def _on_size(platform: Platform, queries: Sequence[SubQuery]) -> Iterator[str]:
    if len(queries) > MANY:
        yield (
            f"{len(queries)} sub-queries are many to run by hand: shorten the matrix for this platform, or use it as a "
            "supplementary source and say so"
        )
    if platform.advised and (over := max(q.connectors for q in queries)) > platform.advised.value:
        yield (
            f"{over} connectors: above {platform.advised.value} {platform.advised.unit}; if the string is refused, run "
            "the lines one by one"
        )


def _on_folding(gone: Sequence[Absorbed]) -> Iterator[str]:
    if folded := [one for one in gone if one.inflected]:
        checks = f'"{folded[0].phrase}" AND NOT {_as_asked(folded[0].by)}'
        yield (
            f"{len(folded)} phrases are left out because the platform finds a plural or a hyphenated form by its plain "
            f"form; check it once: {checks} should find nothing"
        )


def _as_asked(phrase: str) -> str:
    return phrase if phrase.isalnum() else f'"{phrase}"'


def _lines(platform: Platform, expr: And) -> tuple[tuple[str, str], ...]:
    """One line a side (several where help pages advise fewer connectors), then the line that combines them."""
    if platform.line is None:
        return ()
    most = platform.advised.value + 1 if platform.advised else max(len(side.parts) for side in expr.parts)
    lines: list[tuple[str, str]] = []
    sides = []
    for side in expr.parts:
        runs = [Or(side.parts[at : at + most]) for at in range(0, len(side.parts), most)]
        names = [platform.set_name.format(len(lines) + n) for n in range(1, len(runs) + 1)]
        lines += [(name, platform.line(run)) for name, run in zip(names, runs, strict=True)]
        sides.append(f"({' OR '.join(names)})" if len(names) > 1 else names[0])
    return (*lines, (platform.set_name.format(len(lines) + 1), " AND ".join(sides)))


def write_strings(review: Review, platforms: Sequence[Platform], variants: bool) -> Written:
    """Write one file a platform and the log; a log that is there keeps what people filled in.

    Nothing is written if the log that is there cannot be read (UserError). A platform that cannot be searched with this
    matrix is named with the reason, and the others are written.
    """
    folder = review.outputs / FOLDER
    log = folder / LOG
    kept = search_log.read(log.read_bytes(), LOG) if log.exists() else []
    matrix = review.matrix(variants)
    sheets: list[Sheet] = []
    refused = []
    for platform in platforms:
        try:
            sheets.append(sheet(matrix, platform))
        except QueryError as error:
            refused.append((platform, str(error)))
    about = _about(review, matrix, variants)
    files = [_write_dated(folder / f"{one.platform.name}.txt", one, about, review.now()[:10]) for one in sheets]
    fresh = [row for one in sheets for row in _rows(one, _limits(review))]
    write_text(log, search_log.text_of(search_log.merged(kept, fresh)))
    return Written(tuple(sheets), tuple(refused), (*files, log))


def _rows(one: Sheet, limits: str) -> Iterator[LogRow]:
    for query in one.queries:
        yield LogRow(
            {
                "platform": one.platform.title,
                "sub_query": str(query.number),
                "of": str(query.of),
                "id": row_id(one.platform.title, query.text),
                "origin": one.platform.origin,
                "limits": limits,
                "field": one.platform.field,
                "characters": str(len(query.text)),
                "connectors": str(query.connectors),
                "warnings": "; ".join(one.warnings),
                "string": query.text,
                "state": CURRENT,
            }
        )


def _limits(review: Review) -> str:
    years = review.config.search.years
    return f"publication years {years.first or '…'} to {years.last or '…'}" if years.first or years.last else "none"


def _about(review: Review, matrix: Matrix, variants: bool) -> list[tuple[str, str]]:
    sizes = " × ".join(f"{len(axis.phrases)} {axis.name}" for axis in matrix.axes)
    state = "on" if variants else "off"
    return [
        (
            "matrix",
            f"{sizes} = {matrix.cells:,} cells; spelling variants {state}; hash {review.matrix_hash(variants)[:12]}",
        ),
        ("limits to set", _limits(review)),
    ]


def _write_dated(path: Path, one: Sheet, about: Sequence[tuple[str, str]], day: str) -> Path:
    """Write a sheet; the date says since when it reads as it does, so an equal one stays."""
    text = "\n".join(_text(one, about)) + "\n"
    dated = "written:        "
    before = path.read_text("utf-8").split(dated, 1) if path.exists() else []
    if len(before) < 2 or before[0] + before[1].partition("\n")[2] != text:
        head, rest = text.split("\n\n", 1)
        write_text(path, f"{head}\n\n{dated}{day}\n{rest}")
    return path


def _text(one: Sheet, about: Sequence[tuple[str, str]]) -> Iterator[str]:
    platform, many = one.platform, len(one.queries)
    yield f"Search strings for {platform.title}"
    yield ""
    for name, value in (
        ("platform", platform.title),
        ("database", platform.databases),
        ("field", platform.field),
        *about,
        ("sub-queries", _how_many(one)),
        ("counting", _counting(platform, many)),
        ("afterwards", f"fill in {LOG}, then: slr import --log outputs/{FOLDER}/{LOG}"),
    ):
        yield f"{name + ':':<16}{value}"
    yield from ("", "WARNINGS: where the search means something else than the matrix", "")
    yield from (f"- {warning}" for warning in one.warnings)
    yield from ("", "RULES AND LIMITS (with their source, and when it was last read)", "")
    yield from (f"- {line}" for line in _rules(platform))
    yield from _absorbed(one.absorbed)
    for query in one.queries:
        yield from (
            "",
            f"SUB-QUERY {query.number} of {query.of} ({len(query.text):,} characters, {query.connectors:,} connectors)",
            "",
        )
        yield query.text
    yield from _by_lines(one)


def _how_many(one: Sheet) -> str:
    many = len(one.queries)
    if many == 1:
        return "1"
    return f"{many} (no split takes fewer than {one.fewest_possible}); together they find exactly what the matrix finds"


def _counting(platform: Platform, many: int) -> str:
    if many == 1:
        return "report the hits of the one string (PRISMA, records identified)"
    if platform.counts_unions:
        return "join the sub-queries with OR in the platform's search history and report the hits of the union"
    return (
        "the platform cannot join its searches: report the hits of each sub-query; slr counts records found by several "
        "of them once, and its report lists the duplicates within the source"
    )


def _rules(platform: Platform) -> Iterator[str]:
    for name, limit in (
        ("connectors", platform.connectors),
        ("characters", platform.characters),
        ("advised", platform.advised),
    ):
        if limit:
            yield f"{name}: at most {limit.value:,} {limit.unit} – {limit.source}, {limit.checked}"
    for rule in platform.rules:
        yield f"{rule.what}: {rule.value} – {rule.source}, {rule.checked}"


def _absorbed(gone: Sequence[Absorbed]) -> Iterator[str]:
    if not gone:
        return
    yield from (
        "",
        "LEFT OUT, because a shorter phrase finds the same records (* by folding of plurals and hyphens)",
        "",
    )
    by: dict[str, list[str]] = {}
    for one in gone:
        by.setdefault(one.by, []).append(one.phrase + ("*" if one.inflected else ""))
    for shorter, phrases in by.items():
        yield f"- '{shorter}' finds: {'; '.join(phrases)}"


def _by_lines(one: Sheet) -> Iterator[str]:
    if not one.lines:
        return
    yield from (
        "",
        "THE SAME LINE BY LINE, for the platform's search history (number the lines as they stand there)",
        "",
    )
    for name, text in one.lines:
        yield f"{name}  {text}"
        yield ""
