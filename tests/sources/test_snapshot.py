from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slr.errors import SlrError, SourceDown, UserError
from slr.matrix.analysis import EXACT, STEMMED
from slr.model import KnownStudy
from slr.sources.snapshot import PAGE_SIZE, Snapshot, read_query
from tests.support.report import report
from tests.support.sources import FileSettings, client, ids, pages, records, snapshot, wanted
from tests.support.works import made_work, write_jsonl, write_parquet

SEARCH = wanted(["knowledge transfer"], ["cluster"])
Write = Callable[..., Path]
WRITERS = pytest.mark.parametrize("write", [write_jsonl, write_parquet])


def hit(number: int, **more: Any) -> dict[str, Any]:
    return made_work(number, f"Knowledge transfer no. {number}", "between clusters", **more)


@pytest.mark.parametrize(
    "layout", ["works", "data/works", "data/jsonl/works", "data/parquet/works", "jsonl/works", "parquet/works"]
)
@WRITERS
def test_every_layout_of_a_snapshot_is_read(layout: str, write: Write, tmp_path: Path) -> None:
    write(tmp_path / "snapshot" / layout, [hit(1), made_work(2, "Something else")], "2026-01-01")
    assert ids(snapshot(tmp_path), SEARCH) == {"W1"}


@WRITERS
def test_a_page_holds_a_thousand_works_of_one_file_and_every_hit_is_read_once(write: Write, tmp_path: Path) -> None:
    works = tmp_path / "snapshot/works"
    write(works, [hit(i) for i in range(1, 2 * PAGE_SIZE + 6)], "2026-01-01", 0)
    write(works, [hit(i) for i in range(5_000, 5_000 + PAGE_SIZE)], "2026-01-01", 1)
    write(works, [made_work(9, "Something else")], "2026-01-01", 2)
    read = list(pages(snapshot(tmp_path), SEARCH))
    assert [len(page.records) for page in read] == [0, PAGE_SIZE, 0, PAGE_SIZE, PAGE_SIZE, 5]
    assert len({record.record_id for page in read for record in page.records}) == 3 * PAGE_SIZE + 5


@WRITERS
def test_any_page_can_be_read_by_a_process_that_read_none_before(write: Write, tmp_path: Path) -> None:
    write(tmp_path / "snapshot/works", [hit(i) for i in range(1, 2 * PAGE_SIZE + 6)], "2026-01-01")
    at_once = records(snapshot(tmp_path), SEARCH)
    resumed: list[Any] = []
    cursor: str | None = None
    for step in range(3):
        source = Snapshot(FileSettings(), client(tmp_path / str(step)), tmp_path)
        page = source.page(source.plan(SEARCH).queries[0], cursor)
        resumed, cursor = [*resumed, *page.records], page.next_cursor
    assert cursor is None
    assert resumed == at_once


def test_counting_finds_what_reading_finds_and_keeps_nothing(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "snapshot/works", [hit(i) for i in range(1, 41)], "2026-01-01")
    source = snapshot(tmp_path)
    assert source.count(source.plan(SEARCH).queries[0]) == 40
    assert not (tmp_path / "archive").exists()


@WRITERS
def test_the_newest_partition_wins_even_where_it_does_not_match(write: Write, tmp_path: Path) -> None:
    works = tmp_path / "snapshot/works"
    write(works, [hit(1), hit(2), hit(3)], "2026-01-01")
    write(works, [made_work(1, "Renamed"), hit(2, publication_year=1999)], "2026-02-01")
    found = {record.ids["openalex"]: record.year for record in records(snapshot(tmp_path), SEARCH)}
    assert found == {"W2": 1999, "W3": 2003}


def test_a_deleted_work_is_left_out(tmp_path: Path) -> None:
    works = tmp_path / "snapshot/works"
    write_jsonl(works, [hit(1), hit(2), hit(12)], "2026-01-01")
    (works / "deleted_ids.csv").write_text("id,deleted\nhttps://openalex.org/W2,2026-01-01\n")
    assert ids(snapshot(tmp_path), SEARCH) == {"W1", "W12"}


@WRITERS
def test_only_title_and_abstract_are_searched_and_years_are_inclusive(write: Write, tmp_path: Path) -> None:
    keyword = [{"display_name": "knowledge transfer cluster"}]
    works = [
        made_work(1, "Other", "words", keywords=keyword),
        *(hit(i, publication_year=1990 + i) for i in range(2, 9)),
    ]
    works.append(hit(20, publication_year=None))
    write(tmp_path / "snapshot/works", works, "2026-01-01")
    assert len(ids(snapshot(tmp_path), SEARCH)) == 8
    limited = wanted(["knowledge transfer"], ["cluster"], years=(1993, 1995))
    assert ids(snapshot(tmp_path), limited) == {"W3", "W4", "W5"}


def test_works_are_archived_as_their_own_lines_and_replayed_without_the_files(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "snapshot/works",
        [hit(1), made_work(2, "Other"), made_work(3, "Knowledge transfer é", "clusters")],
        "2026-01-01",
    )
    source = snapshot(tmp_path)
    before = list(pages(source, SEARCH))
    exchange = source.http.archive.exchanges("run")[-1]
    lines = gzip.decompress(path.read_bytes()).splitlines()
    assert source.http.archive.body(exchange).split(b"\n")[1:] == [lines[0], lines[2]]
    path.unlink()
    replayed = Snapshot(FileSettings(), client(tmp_path, offline=True), tmp_path)
    assert list(pages(replayed, SEARCH)) == before


@pytest.mark.parametrize("absolute", [False, True])
def test_no_address_or_record_names_a_path_of_this_machine(absolute: bool, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "snapshot/works", [hit(1)], "2026-01-01")
    source = snapshot(tmp_path, str(tmp_path / "snapshot") if absolute else "snapshot")
    read = list(pages(source, SEARCH))
    kept = [exchange.url for exchange in source.http.archive.exchanges("run")]
    assert str(tmp_path) not in repr((source.plan(SEARCH), read, kept, source.check()))
    assert len(kept) == 2


@pytest.mark.parametrize("analyzer", [STEMMED, EXACT], ids=lambda a: a.name)
@pytest.mark.parametrize("variants", [False, True])
def test_a_query_can_be_read_back_from_its_address(variants: bool, analyzer: Any, tmp_path: Path) -> None:
    plan = snapshot(tmp_path).plan(report(variants, analyzer))
    query = read_query(plan.queries[0].url)
    assert query.exact == (analyzer is EXACT)
    assert [[analyzer.pattern(p.text) for p in side.parts] for side in query.expression.parts] == [
        [analyzer.pattern(p.text) for p in side.parts] for side in plan.parts[0].parts
    ]


# broken files


def broken_line(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b'{"id": "W9", \n{"id": "W10"}\n'))


def not_an_object(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"[1, 2]\n"))


def odd_abstract(path: Path) -> None:
    work = {**hit(4), "abstract_inverted_index": {"knowledge": 1, "transfer": 2, "cluster": 3}}
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + json.dumps(work).encode()))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def nonsense(path: Path) -> None:
    path.write_bytes(b"hello")


@pytest.mark.parametrize(
    ("write", "damage", "words"),
    [
        (write_jsonl, broken_line, "line 4, holds no JSON"),
        (write_jsonl, not_an_object, "line 4, holds no JSON object"),
        (write_jsonl, odd_abstract, "line 4, has an abstract_inverted_index that is not one"),
        (write_jsonl, cut, "is broken"),
        (write_jsonl, nonsense, "is broken"),
        (write_parquet, cut, "is broken"),
        (write_parquet, nonsense, "is broken"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_never_skipped(
    write: Write, damage: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "snapshot/works", [hit(1), hit(2), hit(3)], "2026-01-01")
    damage(path)
    with pytest.raises(UserError) as raised:
        records(snapshot(tmp_path), SEARCH)
    assert f"snapshot/works/updated_date=2026-01-01/{path.name}" in str(raised.value)
    assert words in str(raised.value)
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize("name", ["part_000.zst", "part_000.csv"])
def test_a_file_of_another_kind_is_named(name: str, tmp_path: Path) -> None:
    folder = write_jsonl(tmp_path / "snapshot/works", [hit(1)], "2026-01-01").parent
    (folder / name).write_text("")
    with pytest.raises(UserError, match=re.escape(name)):
        records(snapshot(tmp_path), SEARCH)


def test_parquet_of_something_else_is_named(tmp_path: Path) -> None:
    import duckdb

    folder = tmp_path / "snapshot/works/updated_date=2026-01-01"
    folder.mkdir(parents=True)
    duckdb.sql("SELECT 1 AS a").write_parquet(str(folder / "part_0000.parquet"))
    with pytest.raises(UserError, match=r"part_0000\.parquet lacks the columns"):
        records(snapshot(tmp_path), SEARCH)


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("nowhere", UserError, "sources.snapshot.path"),
        ("nope://bucket", UserError, "sources.snapshot.path"),
        ("s3://bucket/x", SourceDown, "sources.snapshot"),
    ],
)
def test_a_snapshot_out_of_reach_is_said_to_be(path: str, error: type[SlrError], words: str, tmp_path: Path) -> None:
    options = {"key": "a", "secret": "b", "client_kwargs": {"endpoint_url": "http://127.0.0.1:9"}}
    options["config_kwargs"] = {"retries": {"max_attempts": 0}}
    source = snapshot(tmp_path, path, **(options if path.startswith("s3") else {}))
    with pytest.raises(error, match=words):
        source.check()


# known studies


@WRITERS
def test_known_studies_are_found_by_doi_or_by_how_their_title_begins(write: Write, tmp_path: Path) -> None:
    works = [
        made_work(1, "Clusters and knowledge: local buzz, global pipelines and the process of knowledge creation"),
        made_work(2, "Élan vital — in the regions"),
        made_work(3, "Unrelated"),
    ]
    write(tmp_path / "snapshot/works", works, "2026-01-01")
    found = snapshot(tmp_path).find(
        [
            KnownStudy("a", "CLUSTERS AND KNOWLEDGE - Local Buzz; global pipelines & something else"),
            KnownStudy("b", "élan vital in the regions"),
            KnownStudy("c", "No such title", doi="10.5555/W3"),
            KnownStudy("d", "No such title"),
        ]
    )
    assert {key: [r.ids["openalex"] for r in some] for key, some in found.items()} == {
        "a": ["W1"],
        "b": ["W2"],
        "c": ["W3"],
        "d": [],
    }


def test_check_says_how_many_files_there_are_and_how_new(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "snapshot/works", [hit(1)], "2026-01-01", 0)
    write_jsonl(tmp_path / "snapshot/works", [hit(2)], "2026-02-01", 1)
    assert "2 files (JSON lines), the newest of 2026-02-01" in snapshot(tmp_path).check()
