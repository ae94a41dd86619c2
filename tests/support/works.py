"""Works in OpenAlex's form for tests: real ones read in place, made ones, and snapshot folders written from them."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.support.data import shared

REVIEWS = ("Donners_2021", "Meijboom_2021", "Nelson_2002", "Oud_2018", "Sep_2021")


def works_of(review: str) -> list[dict[str, Any]]:
    """The works of one screened review (schema of April 2023), one per id; skips the test where they are absent."""
    archive = zipfile.ZipFile(shared(f"works/{review}/works_1.zip"))
    with archive:
        pages = [json.loads(archive.read(name)) for name in archive.namelist()]
    works = [work for page in pages for work in (page if isinstance(page, list) else page["results"])]
    return list({work["id"]: work for work in works}.values())


def inverted(text: str) -> dict[str, list[int]] | None:
    """``a b a`` -> ``{"a": [0, 2], "b": [1]}``; None for an empty text."""
    index: dict[str, list[int]] = {}
    for position, word in enumerate(text.split()):
        index.setdefault(word, []).append(position)
    return index or None


def made_work(number: int, title: str | None, abstract: str = "", **more: Any) -> dict[str, Any]:
    """A small work in the schema of 2026."""
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.5555/w{number}",
        "title": title,
        "display_name": title,
        "publication_year": 2000 + number % 20,
        "publication_date": f"{2000 + number % 20}-01-01",
        "type": "article",
        "ids": {"openalex": f"https://openalex.org/W{number}"},
        "authorships": [{"author": {"display_name": "Ada Lovelace"}}],
        "primary_location": {"source": {"display_name": "Journal of Made Works", "issn_l": "0000-0000"}},
        "biblio": {"volume": "1", "issue": "2", "first_page": "3", "last_page": "4"},
        "referenced_works": [],
        "is_retracted": False,
        "abstract_inverted_index": inverted(abstract),
        **more,
    }


def write_jsonl(folder: Path, works: Iterable[Mapping[str, Any]], date: str, part: int = 0) -> Path:
    """One part file ``updated_date=<date>/part_<nnn>.gz`` under ``folder`` (a ``works`` folder)."""
    path = folder / f"updated_date={date}" / f"part_{part:03}.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for work in works:
            file.write(json.dumps(work, ensure_ascii=bool(part % 2)) + "\n")
    return path


def write_parquet(folder: Path, works: Iterable[Mapping[str, Any]], date: str, part: int = 0) -> Path:
    """One part file in Parquet; the abstract is a column of JSON text, as a map of words has no fixed schema."""
    import duckdb

    path = folder / f"updated_date={date}" / f"part_{part:04}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.with_suffix(".jsonl")
    texts = ({**work, "abstract_inverted_index": _json(work.get("abstract_inverted_index"))} for work in works)
    lines.write_text("".join(json.dumps(work) + "\n" for work in texts), encoding="utf-8")
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT * FROM read_json('{lines}', format='newline_delimited', sample_size=-1, "
            f"convert_strings_to_integers=false, map_inference_threshold=-1)) TO '{path}' (FORMAT parquet)"
        )
    lines.unlink()
    return path


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
