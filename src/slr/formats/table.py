"""Tables of records (CSV, TSV, workbooks): the header is found, its columns get their meaning, rows become records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slr.formats.base import Reading
from slr.formats.citation import cited
from slr.formats.columns import COLUMNS, GENERIC, LEFT_OUT, Layout, layout_of, plain
from slr.formats.fields import Raw, doi_of_address, record
from slr.formats.tagged import about

Row = tuple[int, Sequence[str]]
"""The number of a row's first line, and its cells."""

LOOK_FOR_HEADER = 40
"""How many rows may stand before the header (the search, a title, an empty row)."""
_FIELD_OF = {name: field for field, names in reversed(list(COLUMNS.items())) for name in names}
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_YES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_TELLING = frozenset(("title", "abstract", "doi", "authors"))


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns: at least two that are known, one of them telling; or only known ones."""
    named = [name for cell in cells if (name := plain(cell))]
    found = {_FIELD_OF[name] for name in named if name in _FIELD_OF}
    return (bool(found & _TELLING) and (len(found) > 1 or len(named) == 1)) or (
        len(named) > 3 and layout_of(cells) is not GENERIC
    )


def take(rows: Iterable[Row], source: str, reading: Reading, *, guarded: bool = False) -> bool:
    """Read rows into ``reading``; False if none of the first is a header.

    ``guarded``: in a table of slr's own, cells that a spreadsheet would run as a formula have an apostrophe before
    them, which is taken away.
    """
    ahead = iter(rows)
    for count, (line, cells) in enumerate(ahead):
        if is_header(cells):
            table = Table.of(cells)
            table.name_puzzles(line, reading)
            free = _unguarded if guarded and table.layout.own else list
            for number, row in ahead:
                table.take(number, free(row), source, reading)
            return True
        about(" ".join(cell for cell in cells if cell), reading)
        if count >= LOOK_FOR_HEADER:
            break
    return False


def _unguarded(row: Sequence[str]) -> list[str]:
    """The cells without the apostrophe that slr's own tables put before ``=``, ``+``, ``-``, ``@``, tab and return."""
    return [cell[1:] if _GUARDED.match(cell) else cell for cell in row]


def by_rows(rows: Sequence[Row]) -> list[Row] | None:
    """A table with a field a row (``"TITLE","…"``) and a block a record, turned round; None if it is none."""
    labelled = [(line, plain(cells[0]), cells[1:]) for line, cells in rows if len(cells) > 1 and cells[0].strip()]
    begins = next((at for at, (_, name, _) in enumerate(labelled) if name in COLUMNS["title"]), None)
    if begins is None or len({name for _, name, _ in labelled if name in _FIELD_OF}) < 3:
        return None
    labelled, first = labelled[begins:], labelled[begins][1]
    header = list(dict.fromkeys(name for _, name, _ in labelled))
    turned: list[tuple[int, list[str]]] = []
    for line, name, values in labelled:
        if name == first or not turned:
            turned.append((line, [""] * len(header)))
        turned[-1][1][header.index(name)] = "; ".join(value for value in values if value.strip())
    return [(labelled[0][0], header), *turned]


@dataclass(frozen=True, slots=True)
class Table:
    """A header with its meaning: field → the indexes of its columns, best first."""

    header: Sequence[str]
    layout: Layout
    where: dict[str, list[int]]

    @classmethod
    def of(cls, header: Sequence[str]) -> Table:
        """What these columns mean."""
        layout, named = layout_of(header), [plain(cell) for cell in header]
        fields = {*COLUMNS, *layout.columns}
        where = {field: [named.index(name) for name in layout.names_of(field) if name in named] for field in fields}
        return cls(header, layout, where)

    def name_puzzles(self, line: int, reading: Reading) -> None:
        """Say which columns have no meaning here."""
        used = {index for indexes in self.where.values() for index in indexes}
        for index, name in enumerate(self.header):
            if index not in used and name.strip() and not self._has_no_place(plain(name)):
                reading.puzzle(f"column '{name.strip()}'", line)

    def _has_no_place(self, name: str) -> bool:
        """Whether a column is understood, and is nothing that a record holds."""
        return (
            name in LEFT_OUT or name in _FIELD_OF or (bool(self.layout.beside) and name.startswith(self.layout.beside))
        )

    def take(self, line: int, row: Sequence[str], source: str, reading: Reading) -> None:
        """Read one row."""
        filled = [index for index, cell in enumerate(row) if cell.strip()]
        if not filled or list(row) == list(self.header):
            return
        if len(filled) == 1 and len(self.header) > 3 and filled[0] not in self.where["title"] + self.where["doi"]:
            if not about(row[filled[0]], reading):
                reading.puzzle("row with one cell only", line)
            return
        reading.keep(record(self.raw(row), source), line)

    def _cells(self, row: Sequence[str], field: str) -> Iterator[str]:
        return (row[index] for index in self.where.get(field, ()) if index < len(row) and row[index].strip())

    def raw(self, row: Sequence[str]) -> Raw:
        """What a row says."""

        def first(field: str) -> str | None:
            return next(self._cells(row, field), None)

        printed = cited(first("printed") or "")
        url = first("url")
        return Raw(
            title=first("title"),
            authors=self.layout.authors(first("authors") or ""),
            dates=[*self._cells(row, "year"), printed.date or ""],
            venue=first("venue") or printed.journal,
            volume=first("volume") or printed.volume,
            issue=first("issue") or printed.issue,
            pages=first("pages") or printed.pages,
            last_page=first("last_page"),
            dois=[*self._cells(row, "doi"), doi_of_address(url) or "", *_dois_printed(first("printed"))],
            types=list(self._cells(row, "type")),
            languages=list(self._cells(row, "language"))[:1],
            abstract=first("abstract"),
            keywords=[part for cell in self._cells(row, "keywords") for part in _keywords(cell)],
            url=url,
            serials=list(self._cells(row, "serial")),
            references=(first("references") or "").split("; "),
            retracted=_YES.get((first("retracted") or "").lower()),
            ids=_ids(
                {
                    name: first(name)
                    for name in ("pmid", "pmcid", "openalex", "scopus", "wos", "lens", "arxiv", "accession")
                }
            ),
        )


def _dois_printed(printed: str | None) -> list[str]:
    found = re.search(r"doi:\s?(10\.\S+?)\.?(?:\s|$)", printed or "", re.IGNORECASE)
    return [found[1]] if found else []


def _keywords(cell: str) -> list[str]:
    """Parted by semicolons, bars or lines; by commas (not those in brackets) only if by nothing else."""
    if cell.startswith("[") and cell.endswith("]"):
        return [part for part in re.findall(r"'([^']*)'|\"([^\"]*)\"", cell) for part in part if part] or [
            cell.strip("[]")
        ]
    for mark in (";", "|", "\n"):
        if mark in cell:
            return cell.split(mark)
    return re.findall(r"(?:[^,()]+|\([^()]*\)|[()])+", cell)


def _ids(found: dict[str, str | None]) -> dict[str, str | None]:
    """OpenAlex's id and PubMed's number, without the address around them."""
    work = re.search(r"\bW\d{4,}", found["openalex"] or "")
    number = re.search(r"(?<!\d)\d{4,9}(?!\d)", (found["pmid"] or "").removesuffix(".0"))
    return found | {"openalex": work[0] if work else None, "pmid": number[0] if number else None}
