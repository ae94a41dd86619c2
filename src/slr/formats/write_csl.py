"""CSL-JSON, for Zotero, pandoc and other citation processors.

Source of the variables: the CSL 1.0.2 specification, appendices III and IV, and the CSL-JSON schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from slr.formats.writing import Written, line, listed, mark
from slr.model import Record

_TYPES = {
    "article": "article-journal",
    "conference-paper": "paper-conference",
    "book": "book",
    "book-chapter": "chapter",
    "dissertation": "thesis",
    "report": "report",
    "preprint": "article",
    "dataset": "dataset",
    "review": "article-journal",
    "editorial": "article-journal",
    "letter": "article-journal",
    "erratum": "article-journal",
    "retraction": "article-journal",
}
_NAMED = frozenset(("preprint", "review", "editorial", "letter", "erratum", "retraction", "paratext", "other"))
"""Types that ``genre`` names, because CSL's own does not tell them."""


def write(publications: Iterable[Written], file: IO[bytes]) -> int:
    """Write them as one list, an item a line; returns how many."""
    count = 0
    file.write(b"[")
    for count, one in enumerate(publications, start=1):
        item = {name: value for name, value in _item(one.key, one.record) if value not in ("", None, [])}
        file.write(b",\n" if count > 1 else b"\n")
        file.write(json.dumps(item, ensure_ascii=False).encode())
    file.write(b"\n]\n")
    return count


def _item(key: str, record: Record) -> Iterator[tuple[str, Any]]:
    yield "id", key
    yield "type", _TYPES.get(record.type or "", "document")
    yield "genre", "; ".join((*([record.type] if record.type in _NAMED else []), *mark(record)))
    yield "title", line(record.title)
    yield "author", [_name(author) for author in record.authors]
    yield "issued", None if record.year is None else {"date-parts": [[record.year]]}
    yield "publisher" if record.type == "dissertation" else "container-title", line(record.venue)
    yield from (("volume", record.volume), ("issue", record.issue), ("page", record.pages), ("DOI", record.doi))
    yield from (("ISSN", record.ids.get("issn")), ("ISBN", record.ids.get("isbn")), ("language", record.language))
    yield from (("PMID", record.ids.get("pmid")), ("PMCID", record.ids.get("pmcid")))
    yield from (("abstract", line(record.abstract)), ("keyword", listed(record.keywords)), ("URL", record.url))


def _name(author: str) -> dict[str, str]:
    family, *rest = author.split(", ")
    if not rest:
        return {"literal": author}
    suffix = {"suffix": ", ".join(rest[1:])} if rest[1:] else {}
    return {"family": family, "given": rest[0], **suffix}
