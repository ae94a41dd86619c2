"""What a reference manager reads from a file, against the record that slr reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slr.formats.fields import pages
from slr.model import Record
from slr.normalize import family, plain

PUBLICATION = ("publicationTitle", "bookTitle", "proceedingsTitle")


def compared(item: dict[str, Any], record: Record) -> Iterator[tuple[str, object, object, bool]]:
    """(field, expected, read, same) of the title, creators, year, DOI, publication and pages that the item holds."""
    if item.get("title"):
        yield "title", item["title"], record.title, plain(item["title"]) == plain(record.title)
    people = [_printed(one) for one in item["creators"] if one["creatorType"] == "author"]
    if people:
        yield "creators", people, record.authors, list(map(_person, people)) == list(map(_person, record.authors))
    year = _year(str(item.get("date") or item.get("issueDate") or ""))
    if year:
        yield "year", year, record.year, year == record.year
    if item.get("DOI", "").startswith("10."):
        yield "doi", item["DOI"], record.doi, item["DOI"].lower() == record.doi
    venue = next((item[name] for name in PUBLICATION if item.get(name)), None)
    if venue:
        yield "publication", venue, record.venue, plain(venue) == plain(record.venue or "")
    if item.get("pages"):
        yield "pages", item["pages"], record.pages, pages(item["pages"]) == record.pages


def _printed(creator: dict[str, str]) -> str:
    return f"{creator['lastName']}, {creator.get('firstName', '')}".strip(" ,")


def _person(name: str) -> tuple[str, str]:
    """Family name and initials."""
    return family(name), "".join(word[0] for word in plain(name.partition(",")[2]).split())


def _year(date: str) -> int | None:
    parts = date.replace("-", " ").replace(",", " ").split()
    return next((int(part) for part in parts if part.isdigit() and len(part) == 4 and part != "0000"), None)
