"""References that are given as text: which record each one means, by the rules for duplicates, or none.

Parsing is led by what there is to be found: a record is looked at only if its whole title stands in the text and ends
there as a title does (not with a colon, behind which a subtitle would make it another title). What the text says of the
first author, the year, the volume and the pages is then held against the record by the review's own rules, which are
handed in. In doubt a reference stays text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slr.model import Record
from slr.normalize import family, first_page, plain
from slr.review import Review
from slr.sources.openalex_works import bare_doi
from slr.store import citations, records, works
from slr.store.citations import IMPORTED, ReferenceText

Same = Callable[[Record, Record], str | None]
"""The rule by which two records are one publication, or None."""

OPENING = 3
"""Words of a title by which records are looked up; shorter titles are never read out of a text."""

DOI_IN_TEXT = "doi-in-text"
"""What stands for a rule where the text holds the DOI, and the author or the year agree."""

_WORD = re.compile(r"[\w&]+")
_ENDS = re.compile(r"[.?!,;\"“”‘’'()\[\]]")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d-])(1[5-9]\d\d|20\d\d)(?=[a-z]?(?![\d-]))")


@dataclass(frozen=True, slots=True)
class Matched:
    """How many references are text, and how many of them mean a record of the review."""

    texts: int
    matched: int


def match(review: Review, same: Same) -> Matched:
    """Match every reference without an identifier to the records of now; what matched another record before follows."""
    _take_imported(review)
    texts = citations.texts(review.store.db)
    if not texts:
        return Matched(0, 0)
    library = Library(records.bibliography(review.store.db), works.memberships(review.store.db))
    found = [library.match(text, same) for text in texts]
    changed = [new for new, old in zip(found, texts, strict=True) if new != old]
    with review.store.writing() as db:
        citations.match_texts(db, changed)
    return Matched(len(found), sum(text.record_id is not None for text in found))


def _take_imported(review: Review) -> None:
    """Take in the reference lists that imported files give of seeds, as far as they are text."""
    done = citations.rounds(review.store.db)
    if not done:
        return
    work_of = works.memberships(review.store.db)
    seeds = {seed.work_id for seed in citations.seeds(review.store.db)}
    texts = [
        ReferenceText(IMPORTED, record_id, reference, done[-1].run_id)
        for record_id, _doi, _ids, references in citations.naming(review.store.db)
        if work_of.get(record_id) in seeds
        for reference in references
        if " " in reference.strip()
    ]
    if texts:
        with review.store.writing() as db:
            citations.add_texts(db, texts)


class Library:
    """The records of a review by the opening words of their titles and by DOI."""

    def __init__(self, known: Iterable[Record], work_of: Mapping[str, str]) -> None:
        self._work_of = work_of
        self._by_opening: dict[tuple[str, ...], list[tuple[tuple[str, ...], Record]]] = defaultdict(list)
        self._by_doi: dict[str, list[Record]] = defaultdict(list)
        for record in known:
            words = tuple(plain(record.title).split())
            if len(words) >= OPENING:
                self._by_opening[words[:OPENING]].append((words, record))
            if record.doi:
                self._by_doi[record.doi].append(record)

    def match(self, text: ReferenceText, same: Same) -> ReferenceText:
        """The reference with the record that it means; none if no rule says so, or if two works fit."""
        fits = [(record, DOI_IN_TEXT) for record in self._by_its_doi(text)]
        fits += [(record, rule) for parsed, record in self._candidates(text) if (rule := same(parsed, record))]
        fits = [(record, rule) for record, rule in fits if record.record_id != text.citing]
        if len({self._work_of.get(record.record_id, record.record_id) for record, _ in fits}) != 1:
            return replace(text, record_id=None, rule=None)
        record, rule = min(fits, key=lambda fit: fit[0].record_id)
        return replace(text, record_id=record.record_id, rule=rule)

    def _candidates(self, text: ReferenceText) -> Iterator[tuple[Record, Record]]:
        """(what the text says of it, record) for each record whose title and first author (if any) stand in it."""
        for part in filter(None, (text.fields.get("title"), text.text)):
            yield from self._titled(text, part)

    def _by_its_doi(self, text: ReferenceText) -> Iterator[Record]:
        """The records of a DOI in the text whose author, or year, stands in it too: DOIs are mistyped as well."""
        dois = (bare_doi(found.rstrip(".,;)")) for found in _DOI.findall(text.text))
        for record in (record for doi in dois if doi for record in self._by_doi.get(doi, ())):
            said = read(text, record, "")
            if said.authors or (said.year and said.year == record.year):
                yield record

    def _titled(self, text: ReferenceText, part: str) -> Iterator[tuple[Record, Record]]:
        tokens = list(_tokens(part))
        words = [word for word, _ in tokens]
        for start in range(len(words) - OPENING + 1):
            for title, record in self._by_opening.get(tuple(words[start : start + OPENING]), ()):
                end = start + len(title)
                begins = start == 0 or tokens[start - 1][1] or _YEAR.fullmatch(words[start - 1])
                if begins and tuple(words[start:end]) == title and tokens[end - 1][1]:
                    said = read(text, record, record.title)
                    if said.authors or not record.authors:
                        yield said, record


def read(text: ReferenceText, record: Record, title: str) -> Record:
    """What a reference says of itself, looked for where ``record`` has something: never more than stands in it."""
    fields = text.fields
    words = f" {plain(' '.join((text.text, *fields.values())))} "
    author = family(record.authors[0]) if record.authors else ""
    named = bool(author) and author in words.replace(" ", "") and _stands(record.authors[0], words)
    years = {int(year) for year in _YEAR.findall(f"{fields.get('year', '')} {text.text}")}
    page = first_page(fields.get("page") or record.pages)
    return Record(
        record_id=f"reference:{text.source}:{text.citing}",
        source="reference",
        title=title,
        authors=(record.authors[0],) if named else (),
        year=record.year if record.year in years else (min(years) if len(years) == 1 else None),
        volume=fields.get("volume")
        or (record.volume if record.volume and f" {plain(record.volume)} " in words else None),
        pages=page if page and f" {page} " in words else None,
    )


def _stands(author: str, words: str) -> bool:
    """Whether the family name of a printed name stands in the text as words of its own."""
    name = plain(author.split(",")[0] if "," in author else family(author))
    return f" {name} " in words


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """(comparable word, whether a title may end behind it) of a text, in order."""
    found: Sequence[re.Match[str]] = list(_WORD.finditer(text))
    for i, token in enumerate(found):
        behind = text[token.end() : found[i + 1].start()] if i + 1 < len(found) else ""
        ends = i + 1 == len(found) or bool(_ENDS.search(behind))
        parts = plain(token[0]).split()
        yield from ((part, ends and n + 1 == len(parts)) for n, part in enumerate(parts))
