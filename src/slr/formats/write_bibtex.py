"""BibTeX, for LaTeX and reference managers; letters as UTF-8, characters that LaTeX reads as syntax escaped.

Source of the fields: BibTeXing (Patashnik, 1988); ``abstract``, ``keywords``, ``doi``, ``url``, ``language`` as
BibLaTeX has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from slr.formats.writing import Written, line, listed, mark
from slr.model import Record

_ENTRIES = {
    "article": ("article", "journal"),
    "conference-paper": ("inproceedings", "booktitle"),
    "book": ("book", "series"),
    "book-chapter": ("incollection", "booktitle"),
    "dissertation": ("phdthesis", "school"),
    "dataset": ("dataset", "journal"),
    "review": ("article", "journal"),
    "editorial": ("article", "journal"),
    "letter": ("article", "journal"),
    "erratum": ("article", "journal"),
    "retraction": ("article", "journal"),
}
"""type → the entry and its field for the venue; the others are ``misc``."""
_TOLD = frozenset(("article", "conference-paper", "book", "book-chapter", "dissertation", "dataset"))
"""Types that their entry tells; the others stand in the field ``type``."""
_ESCAPED = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
}  # fmt: skip
_UNPAIRED = _ESCAPED | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
"""BibTeX counts escaped braces too, so that those that do not pair are named."""
_BLANK_BETWEEN = re.compile(r"(?<=[{}&%$#_]) (?=\\)")
_SYNTAX = re.compile(r"[\\{}~^&%$#_]")


def write(publications: Iterable[Written], file: IO[bytes]) -> int:
    """Write them as UTF-8, each under its id in the review; returns how many."""
    used: set[str] = set()
    count = 0
    for count, one in enumerate(publications, start=1):  # noqa: B007 - the count is what is returned
        file.write(_entry(one, _key(one.key, used)).encode())
    return count


def _entry(one: Written, key: str) -> str:
    entry, venue = _ENTRIES.get(one.record.type or "", ("misc", "journal"))
    fields = [f"  {name} = {{{value}}}" for name, value in _fields(one.record, venue) if value]
    return f"@{entry}{{{key},\n" + ",\n".join(fields) + "\n}\n\n"


def _key(wanted: str, used: set[str]) -> str:
    key = base = re.sub(r"[^A-Za-z0-9:-]+", "-", wanted).strip("-") or "work"
    number = 2
    while key.lower() in used:
        key, number = f"{base}-{number}", number + 1
    used.add(key.lower())
    return key


def escaped(value: str | None) -> str:
    """A value in one line as LaTeX prints it.

    A blank between two commands is written as the command that it is, since some readers pass over it.
    """
    plain = line(value)
    names = _ESCAPED if _paired(plain) else _UNPAIRED
    text = _SYNTAX.sub(lambda found: names[found[0]], plain)
    return _BLANK_BETWEEN.sub(r"\\ ", text)


def _paired(text: str) -> bool:
    """Whether every brace that opens is closed, and none that was not opened."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def _fields(record: Record, venue: str) -> Iterator[tuple[str, str]]:
    yield "title", escaped(record.title)
    yield "author", " and ".join(map(_name, record.authors))
    yield "year", "" if record.year is None else str(record.year)
    yield from ((venue, escaped(record.venue)), ("volume", escaped(record.volume)), ("number", escaped(record.issue)))
    yield "pages", re.sub(r"(?<=\w)-(?=\w)", "--", escaped(record.pages))
    yield from (("doi", line(record.doi)), ("issn", record.ids.get("issn", "")), ("isbn", record.ids.get("isbn", "")))
    yield from (("pmid", record.ids.get("pmid", "")), ("pmcid", record.ids.get("pmcid", "")))
    yield "type", "; ".join((*([] if record.type in (None, *_TOLD) else [str(record.type)]), *mark(record)))
    yield from (("language", record.language or ""), ("abstract", escaped(record.abstract)))
    yield from (("keywords", escaped(listed(record.keywords))), ("url", line(record.url)))


def _name(author: str) -> str:
    """``Family, Given`` (a suffix in the middle, as BibTeX has it); a name without comma, or with "and", in braces."""
    parts = author.split(", ")
    if len(parts) == 1 or " and " in f" {author.lower()} ":
        return "{" + escaped(author) + "}"
    return escaped(", ".join((parts[0], parts[2], parts[1])) if len(parts) == 3 else author)
