"""The description of an archive as an RO-Crate 1.1: ``ro-crate-metadata.json`` (https://w3id.org/ro/crate/1.1).

A root data set, a ``File`` for each artefact with its SHA-256, the people, the software, and a ``CreateAction`` for
each search, import, round of citation searching, screening and freezing, as the profile Process Run Crate asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from slr.store.runs import Run
from slr.store.versions import Version
from slr.update.freeze import sha256

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_CONTEXT = [f"{SPECIFICATION}/context", {"sha256": "https://schema.org/sha256"}]
_FORMATS = {
    "csv": "text/csv", "jsonl": "application/jsonl", "json": "application/json", "md": "text/markdown",
    "pdf": "application/pdf", "png": "image/png", "sha256": "text/plain", "svg": "image/svg+xml", "txt": "text/plain",
    "yaml": "application/yaml",
}  # fmt: skip
_ABOUT = {
    "search_terms.yaml": "the search-term × concept matrix",
    "config/review.yaml": "sources, limits, criteria, stages and reviewers",
    "config/known.yaml": "the studies that the search had to find again",
    "numbers.json": "every number of the PRISMA 2020 flow diagram",
    "boxes.json": "the ids behind every box of the diagram",
    "software.json": "slr, Python and the libraries that made this",
    "checksums.sha256": "the SHA-256 of every other file, as sha256sum reads it",
    "data/query.jsonl": "the exact queries, with their dates and hits",
    "data/record_version.jsonl": "every description of a publication as received, without abstracts",
    "data/hit.jsonl": "which query returned which record, at which rank",
    "data/membership_event.jsonl": "which records were taken to be one publication, by which rule",
    "data/decision.jsonl": "every screening decision",
    "README.txt": "what is in here, and how to verify it",
}


@dataclass(frozen=True, slots=True)
class Described:
    """What the description says of the review: title, day of its newest change (ISO 8601), licence, runs, versions."""

    title: str
    question: str | None
    day: str
    licence: str
    slr_version: str
    runs: Sequence[Run]
    versions: Sequence[Version]
    reviewers: Sequence[str]


def metadata(about: Described, files: Mapping[str, bytes]) -> bytes:
    """The description of these files (itself and the checksums not among them), the same for the same review."""
    graph = [_descriptor(), _root(about, files), *_files(files), *_people(about), *_software(about), *_actions(about)]
    text = json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def _descriptor() -> dict[str, Any]:
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }


def _root(about: Described, files: Mapping[str, bytes]) -> dict[str, Any]:
    is_address = about.licence.startswith(("https://", "http://"))
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.question or "A systematic literature review: search, records, decisions and numbers.",
        "datePublished": about.day,
        "license": {"@id": about.licence} if is_address else about.licence,
        "author": [{"@id": _person(name)} for name in about.reviewers],
        "hasPart": [{"@id": quote(name)} for name in sorted(files)],
        "mentions": [{"@id": action["@id"]} for action in _actions(about)],
    }


def _files(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    for name in sorted(files):
        entry = {
            "@id": quote(name),
            "@type": "File",
            "name": name,
            "description": _ABOUT.get(name),
            "encodingFormat": _FORMATS.get(name.rpartition(".")[2]),
            "contentSize": str(len(files[name])),
            "sha256": sha256(files[name]),
        }
        yield {key: value for key, value in entry.items() if value is not None}


def _person(name: str) -> str:
    return f"#reviewer-{quote(name, safe='')}"


def _people(about: Described) -> Iterator[dict[str, Any]]:
    yield from ({"@id": _person(name), "@type": "Person", "name": name} for name in about.reviewers)


def _software(about: Described) -> Iterator[dict[str, Any]]:
    yield {"@id": "#slr", "@type": "SoftwareApplication", "name": "slr", "version": about.slr_version}


def _actions(about: Described) -> Iterator[dict[str, Any]]:
    words = {"search": "search of the matrix", "import": "import of a file", "citation": "citation searching"}
    for run in about.runs:
        yield _action(run.run_id, words.get(run.kind, run.kind), run.finished_at, "data/hit.jsonl", "data/query.jsonl",
                      startTime=run.started_at)  # fmt: skip
    for name in about.reviewers:
        result = f"decisions/{name}.jsonl"
        yield _action(f"screening-{name}", f"screening by {name}", None, result, "data/record_version.jsonl",
                      agent={"@id": _person(name)})  # fmt: skip
    for version in about.versions:
        made = f"versions/{version.name}/manifest.json"
        yield _action(
            f"freeze-{version.name}", f"freezing version {version.name}", version.frozen_at, made, "boxes.json"
        )


def _action(name: str, words: str, end: str | None, result: str, made_of: str, **more: Any) -> dict[str, Any]:
    action = {
        "@id": f"#{quote(name, safe='')}",
        "@type": "CreateAction",
        "name": words,
        "instrument": {"@id": "#slr"},
        "object": {"@id": quote(made_of)},
        "result": {"@id": quote(result)},
        **more,
    }
    return action | ({"endTime": end} if end else {})
