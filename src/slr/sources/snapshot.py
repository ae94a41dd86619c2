"""OpenAlex's snapshot files, searched without the API: a coarse condition in SQL by DuckDB, the exact match in Python.

The only door to duckdb. The two steps of the search are ``snapshot_search.coarse_sql`` and ``snapshot_search.exact``;
an engine for a cluster would be one more small file that reuses these two and reads the files in its own way.

A page is up to 1,000 matched works of one part file, newest partition first; its cursor is ``<file>:<line>``, the
number of the file and the last line handed out. What is archived of a page are the matched works' own lines (Parquet
rows as JSON), behind one line with the next cursor, so that a replay needs no snapshot. A work in several partitions
counts as its newest version says; finding these takes one reading of all ids, if there are several partitions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlencode

from slr.errors import UserError
from slr.http.client import Http
from slr.http.messages import Reply
from slr.matrix.analysis import EXACT, STEMMED
from slr.matrix.dialects import openalex as dialect
from slr.matrix.query import And, Or, PhraseQ
from slr.model import CompiledQuery, KnownStudy, Page, Record
from slr.sources import openalex_replies as replies
from slr.sources.base import Direction, Linked, SearchPlan, SearchRequest, SourceInfo, linked_page
from slr.sources.openalex import plain_abstract
from slr.sources.openalex_works import abstract, bare_doi, read_work, references, title, work_id
from slr.sources.snapshot_files import Files, Part
from slr.sources.snapshot_search import coarse_sql, exact

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME = "snapshot"
PAGE_SIZE = 1_000
LARGEST_WORK = 64 * 2**20
"""Bytes of one work's line; the largest known have some MB."""

FETCHED = 1_000
"""Rows taken from DuckDB at a time."""

INFO = SourceInfo(
    name=NAME,
    title="OpenAlex snapshot",
    home="https://help.openalex.org/access/snapshot",
    terms="https://creativecommons.org/publicdomain/zero/1.0/",
    boolean_search=True,
    ranked_search=False,
    references=True,
    citations=True,
    lookup=True,
    page_size=PAGE_SIZE,
    link_batch=1_000_000,
    fetch_batch=1_000_000,
    lists_references=True,
)

Line = tuple[int, str, dict[str, Any]]
"""The number of a line in its file, its text, and the work it holds."""


class Settings(Protocol):
    """What ``config/review.yaml`` says of the snapshot."""

    @property
    def path(self) -> str:
        """A folder, relative to the review's, or an fsspec address (``s3://openalex``)."""

    @property
    def options(self) -> Mapping[str, object]:
        """fsspec's storage options (``anon``, ``endpoint_url`` …)."""


@dataclass(frozen=True)
class Query:
    """A compiled query as its address tells it."""

    expression: And
    exact: bool
    first_year: int | None
    last_year: int | None

    @property
    def condition(self) -> str:
        """Step 1 of the search."""
        return coarse_sql(self.expression, self.analyzer, self.first_year, self.last_year)

    @property
    def analyzer(self) -> Any:
        """The text rules the query is meant under."""
        return EXACT if self.exact else STEMMED


@dataclass(frozen=True)
class Snapshot:
    """The source; ``folder`` is the review's. One query at a time is read on where its page before ended."""

    settings: Settings
    http: Http
    folder: Path
    _open: dict[str, Iterator[Line]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def info(self) -> SourceInfo:
        """Reading files costs nothing and has no limits."""
        return INFO

    @cached_property
    def files(self) -> Files:
        """The snapshot's files."""
        return Files(self.settings.path, self.settings.options, self.folder)

    def plan(self, search: SearchRequest) -> SearchPlan:
        """One query, whatever its length."""
        whole, absorbed = search.reduced()
        text = dialect.filter_value(whole, search.analyzer)
        asked = {
            "title_and_abstract": text,
            "matching": "exact" if search.analyzer == EXACT else "stemmed",
            "publication_year": f"{search.first_year or ''}-{search.last_year or ''}",
        }
        url = f"{self.files.label}/works?{urlencode(asked)}"
        return SearchPlan((CompiledQuery(NAME, 1, 1, text, url, len(url)),), (whole,), absorbed)

    def count(self, query: CompiledQuery) -> int:
        """The number of matching works: the whole search, nothing of which is kept."""
        asked = read_query(query.url)
        return sum(1 for part in reversed(self.files.parts()) for _ in self._matching(part, asked, 0))

    def page(self, query: CompiledQuery, cursor: str | None) -> Page:
        """Up to 1,000 works of one part file, none if it holds none; the next page may be of the next file.

        Raises UserError naming the file (and the line) if it is broken, SourceDown if it cannot be reached.
        """
        parts = self._parts()
        number, line = map(int, (cursor or "0:0").split(":"))
        part = parts[number]
        url = f"{self.files.label}/{part.name}?{query.url.partition('?')[2]}&after={line}"
        following = f"{number + 1}:0" if number + 1 < len(parts) else None
        reply = self.http.keep(NAME, url, lambda: self._page(part, read_query(query.url), number, line, following))
        head, *lines = map(json.loads, filter(None, reply.body.split(b"\n")))
        records, positions, warnings = replies.works(lines, _record, url)
        return Page(records, positions, reply.exchange.exchange_id, head["meta"]["next_cursor"], None, warnings)

    def find(self, studies: Sequence[KnownStudy]) -> dict[str, list[Record]]:
        """Works with a study's DOI or with a title that begins as the study's does, in one reading of the files."""
        wanted = [(study.key, bare_doi(study.doi), study.title) for study in studies]
        url = f"{self.files.label}/works?find={hashlib.sha256(json.dumps(wanted).encode()).hexdigest()}"
        reply = self.http.keep(NAME, url, lambda: self._found(wanted))
        found: dict[str, list[Record]] = {study.key: [] for study in studies}
        for one in map(json.loads, filter(None, reply.body.split(b"\n"))):
            found[one["key"]].append(_record(one["work"]))
        return found

    def linked(self, ids: Sequence[str], direction: Direction, cursor: str | None) -> Linked:
        """All citations of ``ids`` (``W…``) in one page, in one reading of the files; forward with the citing works."""
        del cursor
        wanted = sorted(map(work_id, ids))
        url = self._url(direction, wanted)
        reply = self.http.keep(NAME, url, lambda: self._linked(wanted, direction))
        works = list(map(json.loads, filter(None, reply.body.split(b"\n"))))
        if direction == "backward":
            links = [(work_id(work["id"]), cited) for work in works for cited in sorted(references(work))]
            return linked_page(Page((), (), reply.exchange.exchange_id), links)
        read, positions, warnings = replies.works(works, _record, url)
        page = Page(read, positions, reply.exchange.exchange_id, None, len(works), warnings)
        asked = set(wanted)
        return linked_page(page, [(work_id(w["id"]), c) for w in works for c in sorted(references(w) & asked)])

    def fetched(self, ids: Sequence[str]) -> Iterator[Page]:
        """Works by their ids, in one reading of the files."""
        wanted = sorted(map(work_id, ids))
        url = self._url("ids", wanted)
        lines = self.http.keep(NAME, url, lambda: "\n".join(t for _, t, _ in self._everywhere(_named(wanted))).encode())
        works = map(json.loads, filter(None, lines.body.split(b"\n")))
        read, positions, warnings = replies.works(works, _record, url)
        yield Page(read, positions, lines.exchange.exchange_id, None, None, warnings)

    def _url(self, what: str, wanted: Sequence[str]) -> str:
        return f"{self.files.label}/works?{what}={hashlib.sha256(' '.join(wanted).encode()).hexdigest()}"

    def check(self) -> str:
        """How many part files there are and how new; raises UserError or SourceDown if they cannot be read."""
        parts = self.files.parts()
        kind = "Parquet" if parts[-1].parquet else "JSON lines"
        return f"The snapshot {self.files.label} has {len(parts):,} files ({kind}), the newest of {parts[-1].updated}."

    # pages

    def _parts(self) -> list[Part]:
        """The part files, newest partition first, as this run first saw them."""
        reply: Reply = self.http.keep(
            NAME,
            f"{self.files.label}/works?list",
            lambda: json.dumps([[part.updated, part.name] for part in reversed(self.files.parts())]).encode(),
        )
        return [Part(updated, name) for updated, name in reply.json()]

    def _page(self, part: Part, query: Query, number: int, after: int, following: str | None) -> bytes:
        """The body of a page: a line with the next cursor, then the works' lines."""
        key = f"{part.name}:{after}:{query}"
        rows = self._open.pop(key, None) or self._matching(part, query, after)
        self._open.clear()
        page = list(islice(rows, PAGE_SIZE))
        if len(page) == PAGE_SIZE:
            following = f"{number}:{page[-1][0]}"
            self._open[f"{part.name}:{page[-1][0]}:{query}"] = rows
        head = json.dumps({"meta": {"file": part.name, "next_cursor": following}})
        return "\n".join((head, *(text for _, text, _ in page))).encode()

    def _matching(self, part: Part, query: Query, after: int) -> Iterator[Line]:
        """The lines of a part file that both steps let through, in the order of the file."""
        lines = self._lines(part, f"number > {after:d} AND ({query.condition})")
        rows = ((line, title(line[2]), self._abstract(line, part)) for line in lines)
        return (line for line in exact(rows, query.expression, query.analyzer) if self._valid(line[2], part))

    def _abstract(self, line: Line, part: Part) -> str | None:
        try:
            return abstract(line[2], plain_abstract)
        except ValueError as error:
            raise _broken(self.files, part, line[0], str(error)) from error

    def _valid(self, work: Mapping[str, Any], part: Part) -> bool:
        """Whether a work is neither deleted nor replaced by a version in a newer partition."""
        try:
            number = int(work_id(work.get("id"))[1:])
        except ValueError:
            return True  # without an id, which the reader of records reports
        return number not in self._deleted and self._newest.get(number, part.updated) == part.updated

    @cached_property
    def _deleted(self) -> frozenset[int]:
        return self.files.deleted(self.files.parts())

    @cached_property
    def _newest(self) -> dict[int, str]:
        """The newest partition of every work that lies in more than one."""
        parts = self.files.parts()
        if len({part.updated for part in parts}) < 2:
            return {}
        with self._database() as database:
            database.execute("CREATE TABLE versions (work BIGINT, updated VARCHAR)")
            for part in parts:
                with _reading(self.files, part):
                    source = self._source(database, part)
                    number = r"TRY_CAST(regexp_extract(id, 'W(\d+)$', 1) AS BIGINT)"
                    database.execute(f"INSERT INTO versions SELECT {number}, '{part.updated}' FROM ({source})")
            database.execute("SELECT work, max(updated) FROM versions GROUP BY work HAVING count(DISTINCT updated) > 1")
            return dict(database.fetchall())

    def _found(self, wanted: Sequence[tuple[str, str | None, str]]) -> bytes:
        found: list[str] = []
        for part in reversed(self.files.parts()):
            with self._database() as database, _reading(self.files, part):
                database.execute("CREATE TABLE wanted (key VARCHAR, doi VARCHAR, title VARCHAR)")
                database.executemany("INSERT INTO wanted VALUES (?, ?, ?)", wanted)
                database.execute(f"WITH works AS ({self._source(database, part)}) {_FIND}")
                for key, line in _fetched(database):
                    if self._valid(work := json.loads(line), part):
                        found.append(json.dumps({"key": key, "work": work}))
        return "\n".join(found).encode()

    def _linked(self, seeds: Sequence[str], direction: Direction) -> bytes:
        """The lines of the works themselves (backward), or of those that cite them."""
        if direction == "backward":
            return "\n".join(text for _, text, _ in self._everywhere(_named(seeds))).encode()
        held, asked = " OR ".join(f"contains(line, '/{seed}\"')" for seed in seeds), set(seeds)
        citing = (line for line in self._everywhere(held) if references(line[2]) & asked)
        return "\n".join(text for _, text, _ in citing).encode()

    def _everywhere(self, condition: str) -> Iterator[Line]:
        """The lines of all part files that meet a condition, newest version of each work only."""
        for part in reversed(self.files.parts()):
            yield from (line for line in self._lines(part, condition or "FALSE") if self._valid(line[2], part))

    # reading

    def _lines(self, part: Part, condition: str) -> Iterator[Line]:
        """The lines that meet a condition, and those that hold no object (which is an error)."""
        with self._database() as database, _reading(self.files, part):
            source = self._source(database, part)
            database.execute(f"SELECT number, line FROM ({source}) WHERE number > 0 AND (NOT whole OR ({condition}))")
            for number, line in _fetched(database):
                work = json.loads(line)
                if not isinstance(work, dict):
                    raise _broken(self.files, part, number, "holds no JSON object")
                yield number, line, work

    def _source(self, database: DuckDBPyConnection, part: Part) -> str:
        """SQL for a part file's rows: number, line, whole, id, doi, title, text, publication_year."""
        address = _quoted(self.files.address(part))
        if not part.parquet:
            return _JSON_LINES.format(address=address, largest=LARGEST_WORK)
        database.execute(f"DESCRIBE SELECT * FROM read_parquet({address}, hive_partitioning=false)")
        columns = {name: kind for name, kind, *_ in database.fetchall()}
        return _parquet(address, columns, self.files, part)

    @contextmanager
    def _database(self) -> Iterator[DuckDBPyConnection]:
        import duckdb

        with duckdb.connect() as database:
            if self.files.remote:
                database.register_filesystem(self.files.system)
            yield database


def read_query(url: str) -> Query:
    """The query that ``Snapshot.plan`` wrote into an address."""
    asked = dict(parse_qsl(url.partition("?")[2]))
    first, _, last = asked["publication_year"].partition("-")
    sides = (
        Or(tuple(PhraseQ(phrase.strip('"')) for phrase in side.strip("()").split(" OR ")))
        for side in asked["title_and_abstract"].split(" AND ")
    )
    return Query(And(tuple(sides)), asked["matching"] == "exact", int(first or 0) or None, int(last or 0) or None)


_JSON_LINES = """
SELECT line, number, whole, found[1] AS id, found[2] AS doi, coalesce(found[3], found[4]) AS title,
    lower(concat_ws(' ', found[3], found[4], found[5])) AS text, TRY_CAST(found[6] AS INTEGER) AS publication_year
FROM (
    SELECT json AS line, row_number() OVER () AS number, json_type(json) = 'OBJECT' AS whole, json_extract_string(
        json, ['$.id', '$.doi', '$.title', '$.display_name', '$.abstract_inverted_index', '$.publication_year']
    ) AS found
    FROM read_ndjson_objects({address}, compression='gzip', maximum_object_size={largest})
)
"""

_NORMAL = r"trim(regexp_replace(lower({0}), '[^\p{{L}}\p{{N}}]+', ' ', 'g'))"
_FIND = f"""
SELECT wanted.key, works.line FROM works JOIN wanted
ON lower(works.doi) = 'https://doi.org/' || wanted.doi OR lower(works.doi) = wanted.doi
    OR (wanted.doi IS NULL AND starts_with({_NORMAL.format("works.title")}, left({_NORMAL.format("wanted.title")}, 40)))
ORDER BY works.number
"""


def _parquet(address: str, columns: Mapping[str, str], files: Files, part: Part) -> str:
    """The rows of a Parquet file; an abstract may be JSON text or a map, the title is where there is one."""
    titles = [name for name in ("title", "display_name") if name in columns]
    if not titles or not {"id", "publication_year"} <= columns.keys():
        raise UserError(
            f"the snapshot file {files.label}/{part.name} lacks the columns id, title or publication_year: "
            "it is no file of OpenAlex works, put the right one in its place"
        )
    texts = [*titles, *({"abstract_inverted_index"} & columns.keys())]
    plain = [name if columns[name] == "VARCHAR" else f"to_json({name})" for name in texts]
    whole = ", ".join(f"{name} := {name}" for name in (_quoted(name, '"') for name in columns))
    return f"""
SELECT CAST(to_json(struct_pack({whole})) AS VARCHAR) AS line, file_row_number + 1 AS number, TRUE AS whole,
    id, {"doi" if "doi" in columns else "NULL::VARCHAR"} AS doi, coalesce({", ".join(titles)}) AS title,
    lower(concat_ws(' ', {", ".join(plain)})) AS text, TRY_CAST(publication_year AS INTEGER) AS publication_year
FROM read_parquet({address}, file_row_number=true, hive_partitioning=false)
"""


def _named(numbers: Sequence[str]) -> str:
    """The condition that a row is one of these works."""
    return f"regexp_extract(id, 'W\\d+$') IN ({', '.join(map(_quoted, numbers))})" if numbers else ""


def _fetched(database: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := database.fetchmany(FETCHED):
        yield from rows


def _quoted(text: str, mark: str = "'") -> str:
    return mark + text.replace(mark, mark * 2) + mark


def _record(work: Any) -> Record:
    return read_work(work, NAME, plain_abstract)


@contextmanager
def _reading(files: Files, part: Part) -> Iterator[None]:
    """Turns what DuckDB says of a broken file into a UserError, what a file system says into SourceDown."""
    import duckdb

    with files.reaching(f"{files.label}/{part.name}"):
        try:
            yield
        except duckdb.Error as error:
            line = None if part.parquet or "JSON" not in str(error) else files.first_broken_line(part)
            raise _broken(files, part, line, "is broken" if line is None else "holds no JSON") from error


def _broken(files: Files, part: Part, line: int | None, what: str) -> UserError:
    where = f"{files.label}/{part.name}" + ("" if line is None else f", line {line:,},")
    return UserError(f"the snapshot file {where} {what}: fetch the file again; nothing of it was used")
