"""What each file that slr writes holds of a record, and what it loses: read back, the held fields are the same.

Tested by writing and reading made-up records (tests/report/test_exports_law.py).
"""

from __future__ import annotations

from collections.abc import Mapping

_ALL = (
    "title",
    "authors",
    "year",
    "venue",
    "volume",
    "issue",
    "pages",
    "doi",
    "type",
    "language",
    "abstract",
    "keywords",
)
_MARKED = (*_ALL, "retracted")

HELD: Mapping[str, tuple[str, ...]] = {
    ".ris": (*_MARKED, "url", "issn or isbn", "accession"),
    ".bib": (*_MARKED, "url", "issn or isbn", "pmid", "pmcid"),
    ".json": (*_MARKED, "url", "issn or isbn", "pmid", "pmcid"),
    ".csv": _MARKED,
    ".xlsx": _MARKED,
    "asreview .csv": ("title", "authors", "year", "doi", "abstract", "keywords", "url"),
    "asreview .ris": (*_MARKED, "url", "issn or isbn", "accession"),
    "citesource .csv": ("title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "abstract", "keywords"),
    "citesource .ris": (*_MARKED, "url", "issn or isbn"),
}
"""Ending (with ``--for`` before it) → the fields of a record that come back as they were; no other field does."""

LOSSES: tuple[tuple[str, str], ...] = (
    ("all", "the database that a record is from, its rank and its cited works: the store keeps them"),
    ("all", "line breaks and runs of blanks, which become one blank; HTML's tags and character references"),
    ("all", "a text that is only what programs write for nothing (NA, null, None, nan, -)"),
    ("all", "a semicolon in a keyword or an author, which parts it"),
    (".ris, .bib, .json", "that a record is said not to be retracted (that it is retracted stays)"),
    (".bib", "two hyphens in a row, doubled quotation marks and the tilde as LaTeX reads them: – “ ” and a blank"),
    (".xlsx", "characters that XML forbids, and what is beyond 32,767 characters in a cell (counted and said)"),
    (".csv", "nothing by the apostrophe that keeps a cell from being run as a formula: import takes it away again"),
    ("citesource .csv", "where a name ends that has the word “and” in it"),
    ("citesource", "commas inside the names of sources and labels, which become a slash"),
)
"""(files, what is lost in them)."""
