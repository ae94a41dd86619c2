"""Opens the configuration of a review: all files, all problems at once, and the hashes that runs and decisions name."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slr.config.advice import check_repeats, nearest, secret, secret_keys
from slr.config.document import Document, describe, read_document
from slr.config.schema import KnownFile, ReviewConfig, Stage
from slr.config.terms import SearchTerms, read_terms, unused_variants
from slr.config.validate import validate
from slr.errors import ConfigError
from slr.matrix.terms import Entry
from slr.model import KnownStudy

TERMS_FILE = "search_terms.yaml"
REVIEW_FILE = "config/review.yaml"
KNOWN_FILE = "config/known.yaml"

_UNIQUE = ("stages.*.name", "reviewers.*", "criteria.automatic.*.name", "criteria.exclusion.*.id")
"""What must not stand twice in ``config/review.yaml``."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration of a review.

    ``files`` are the bytes as read, by name; ``warnings`` sentences to show. The hashes (SHA-256, hex) are over the
    *meaning*: comments, layout, the order of keys and defaults written out do not change them, the order of axes, parts
    and list items does. ``matrix_hash`` is over axes and variants, ``criteria_hash`` over the criteria, ``hash`` over
    everything.
    """

    review: ReviewConfig
    terms: SearchTerms
    known: tuple[KnownStudy, ...]
    hash: str
    matrix_hash: str
    criteria_hash: str
    files: Mapping[str, bytes]
    warnings: tuple[str, ...]


def load_review(folder: Path) -> Loaded:
    """The configuration in a review folder; a folder without ``config/known.yaml`` has no known studies.

    Raises:
        ConfigError: with every problem of every file, in the order of the files and their lines.
    """
    documents = (read_document(folder, TERMS_FILE), read_document(folder, REVIEW_FILE), _known_document(folder))
    terms_file, review_file, known_file = documents
    terms = read_terms(terms_file) if terms_file.readable else None
    review = _read_review(review_file) if review_file.readable else None
    known = _read_known(known_file) if known_file.readable else None
    problems = [problem for document in documents for problem in document.in_order()]
    if problems or terms is None or review is None or known is None:
        raise ConfigError(problems)
    settings = review.model_dump(mode="json", by_alias=True, exclude_none=True)
    matrix = _matrix_meaning(terms)
    return Loaded(
        review=review,
        terms=terms,
        known=tuple(entry.study() for entry in known.studies),
        hash=_digest([terms.title, matrix, settings, known.model_dump(mode="json", exclude_none=True)]),
        matrix_hash=_digest(matrix),
        criteria_hash=_digest(settings["criteria"]),
        files={document.name: document.raw for document in documents if document.raw},
        warnings=(*unused_variants(terms_file, terms), *_unjustified(review_file, review)),
    )


def _known_document(folder: Path) -> Document:
    if not os.path.lexists(folder / KNOWN_FILE):
        return Document(KNOWN_FILE, value={"studies": []}, readable=True)
    return read_document(folder, KNOWN_FILE)


def _read_review(document: Document) -> ReviewConfig | None:
    review = validate(document, ReviewConfig)
    for path, options in document.find("sources", "snapshot", "options"):
        for found in secret_keys(options, path):
            document.fault(found, secret(found))
    for pattern in _UNIQUE:
        check_repeats(document, document.find(*pattern.split(".")))
    _check_stages(document)
    _check_people(document)
    return review


def _check_stages(document: Document) -> None:
    """Every stage that a reason names must exist."""
    given = [name for _, name in document.find("stages", "*", "name") if isinstance(name, str)]
    stages = given or [stage.name for stage in ReviewConfig.model_fields["stages"].default]
    for path, name in document.find("criteria", "exclusion", "*", "stages", "*"):
        if isinstance(name, str) and name not in stages:
            advice = nearest(name, stages) or " or ".join(dict.fromkeys(stages))
            document.fault(path, f"{describe(name)} is no stage (write {advice})")


def _check_people(document: Document) -> None:
    """A stage cannot ask for more reviewers than are named; naming none lets anyone review."""
    people = [name for _, name in document.find("reviewers", "*")]
    default = Stage.model_fields["reviewers"].default
    stages = list(document.find("stages", "*")) or [(("reviewers",), {})]
    for path, stage in stages:
        wanted = stage.get("reviewers", default) if isinstance(stage, dict) else 0
        if people and isinstance(wanted, int) and wanted > len(people):
            advice = f"the list reviewers: names only {len(people)} (name more, or ask for fewer in stages:)"
            document.fault(path, f"{wanted} reviewers are asked for, but {advice}")


def _read_known(document: Document) -> KnownFile | None:
    known = validate(document, KnownFile)
    check_repeats(document, document.find("studies", "*", "key"))
    if known is not None:
        dois = ((("studies", position, "doi"), study.doi) for position, study in enumerate(known.studies))
        check_repeats(document, dois)
    return known


def _unjustified(document: Document, review: ReviewConfig) -> Iterator[str]:
    """PRISMA-S item 9 wants a reason for every limit of a search."""
    search = review.search
    if (search.years.first or search.years.last) and not search.justification:
        line = document.line(("search", "years"))
        yield (
            f"{document.name}, line {line}, search.years: limits the search without a reason, which PRISMA-S (item 9) "
            "asks for (write search.justification)"
        )


def _matrix_meaning(terms: SearchTerms) -> list[object]:
    """The matrix as JSON values in which the order of axes and parts counts, and that of variants does not."""
    axes = [[name, [_entry_meaning(entry) for entry in axis]] for name, axis in terms.axes.items()]
    return [axes, {key: list(spellings) for key, spellings in terms.variants.items()}]


def _entry_meaning(entry: Entry) -> object:
    return entry if isinstance(entry, str) else [[part, *words] for part, words in entry.items()]


def _digest(meaning: object) -> str:
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
