"""The rules that say whether two records are one publication. The first rule that applies decides.

Each rule is data: a name, the sentence shown to the user, its verdict, its test, a pair it decides and a near miss.
A false merge hides an eligible study; a missed duplicate costs one more look: so in doubt records stay apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from slr.model import Record
from slr.normalize import family, first_page, plain

Verdict = Literal["duplicate", "distinct", "unsure"]
Test = Callable[["Side", "Side"], bool]


@dataclass(frozen=True, slots=True)
class Side:
    """What the rules see of a record, normalized once."""

    record_id: str
    doi: str | None
    ids: tuple[tuple[str, str], ...]
    title: str
    year: int | None
    author: str
    kind: str | None
    page: str | None
    volume: str | None
    issue: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``decides`` and ``near_miss`` are pairs of records that it does and does not decide.

    ``value`` of a rule that tells records apart is what it compares: records that agree in it, or lack it (None), are
    never distinct by this rule.
    """

    name: str
    sentence: str
    verdict: Verdict
    test: Test
    decides: tuple[Record, Record]
    near_miss: tuple[Record, Record]
    value: Callable[[Side], object] = lambda _: None


IDENTIFIERS = ("openalex", "pmid", "arxiv")
KINDS = {
    "article": "journal",
    "review": "journal",
    "editorial": "journal",
    "letter": "journal",
    "conference-paper": "conference",
    "preprint": "working paper",
    "report": "working paper",
    "book": "book",
    "book-chapter": "chapter",
    "dissertation": "dissertation",
    "erratum": "erratum",
    "retraction": "retraction",
}
"""Types of one kind may be the same publication; a preprint and its article are two reports of one study (PRISMA)."""
SHORT_TITLE_WORDS = 4
"""Shorter titles ("Editorial", "Book review") head many publications; a title in an unspaced script is one word."""
AGREEING_TITLES = 85.0
"""From this token_set_ratio (rapidfuzz, 0-100) on titles that share an identifier agree, subtitles aside."""
FIRST = "first"
EARLIER = "earlier-work"
PERSON = "person"


def side(record: Record) -> Side:
    """The comparable form of a record."""
    return Side(
        record_id=record.record_id,
        doi=record.doi,
        ids=tuple((name, record.ids[name]) for name in IDENTIFIERS if record.ids.get(name)),
        title=plain(record.title),
        year=record.year,
        author=family(record.authors[0]) if record.authors else "",
        kind=KINDS.get(record.type or ""),
        page=first_page(record.pages),
        volume=record.volume,
        issue=record.issue,
    )


def _shared_identifier(a: Side, b: Side) -> bool:
    return bool(a.ids and b.ids and set(a.ids) & set(b.ids))


def _shared_doi(a: Side, b: Side) -> bool:
    return a.doi is not None and a.doi == b.doi


def _titles_agree(a: Side, b: Side) -> bool:
    return not a.title or not b.title or fuzz.token_set_ratio(a.title, b.title) >= AGREEING_TITLES


def _same_identifier(a: Side, b: Side) -> bool:
    return _shared_identifier(a, b) and _titles_agree(a, b)


def _same_doi(a: Side, b: Side) -> bool:
    return _shared_doi(a, b) and _titles_agree(a, b)


def _foreign_identifier(a: Side, b: Side) -> bool:
    return (_shared_identifier(a, b) or _shared_doi(a, b)) and not _titles_agree(a, b)


def _different_doi(a: Side, b: Side) -> bool:
    return a.doi is not None and b.doi is not None and a.doi != b.doi


def _different_kind(a: Side, b: Side) -> bool:
    return a.kind is not None and b.kind is not None and a.kind != b.kind


def _different_place(a: Side, b: Side) -> bool:
    known = None not in (a.volume, a.page, b.volume, b.page)
    return known and a.volume != b.volume and a.page != b.page


def _same_title(a: Side, b: Side) -> bool:
    if not a.title or not a.author or a.year is None:
        return False
    same = (a.title, a.year, a.author) == (b.title, b.year, b.author)
    return same and (not is_short(a.title) or _same_place(a, b))


def is_short(title: str) -> bool:
    """True for a normalized title that says too little to tell a publication by."""
    return len(title.split()) < SHORT_TITLE_WORDS


def _same_place(a: Side, b: Side) -> bool:
    known = a.page is not None and a.volume is not None
    other_issue = a.issue is not None and b.issue is not None and a.issue != b.issue
    return known and (a.page, a.volume) == (b.page, b.volume) and not other_issue


def _example(n: str, title: str = "Local buzz and global pipelines", **fields: object) -> Record:
    given: dict[str, object] = {"authors": ("Bathelt, H.",), "year": 2004} | fields
    return Record(record_id=f"example:{n}", source="example", title=title, **given)  # type: ignore[arg-type]


RULES = (
    Rule(
        "same-identifier",
        "both records carry the same identifier of one index (OpenAlex, PubMed, arXiv), and their titles agree",
        "duplicate",
        _same_identifier,
        (_example("1", ids={"pmid": "12345"}), _example("2", "Local buzz, global pipelines", ids={"pmid": "12345"})),
        (_example("1", ids={"pmid": "12345"}), _example("2", "Trade fairs of the Ruhr valley", ids={"pmid": "12345"})),
    ),
    Rule(
        "same-doi",
        "both records carry the same DOI, and their titles agree",
        "duplicate",
        _same_doi,
        (_example("1", doi="10.1000/1"), _example("2", "Local buzz and global pipelines: a review", doi="10.1000/1")),
        (_example("1", doi="10.1000/1"), _example("2", doi="10.1000/2")),
    ),
    Rule(
        "foreign-identifier",
        "the records carry the same DOI or identifier under titles that do not agree: a journal's DOI on each of its "
        "articles, or a slip",
        "distinct",
        _foreign_identifier,
        (_example("1", doi="10.1000/1"), _example("2", "Trade fairs of the Ruhr valley", doi="10.1000/1")),
        (_example("1", doi="10.1000/1"), _example("2", "", doi="10.1000/1")),
        value=lambda s: s.title or None,
    ),
    Rule(
        "different-doi",
        "the records carry different DOIs: two publications, however alike",
        "distinct",
        _different_doi,
        (_example("1", doi="10.1000/1"), _example("2", doi="10.1000/2")),
        (_example("1", doi="10.1000/1"), _example("2")),
        value=lambda s: s.doi,
    ),
    Rule(
        "different-kind",
        "the records are of different kinds (working paper and article, conference and journal): two reports of one "
        "study",
        "distinct",
        _different_kind,
        (_example("1", type="article"), _example("2", type="report")),
        (_example("1", type="article"), _example("2", type="review")),
        value=lambda s: s.kind,
    ),
    Rule(
        "different-place",
        "the records state different volumes and different first pages: two publications (a meeting's abstract and the "
        "paper)",
        "distinct",
        _different_place,
        (_example("1", volume="28", pages="31-56"), _example("2", volume="12", pages="S5")),
        (_example("1", volume="28", pages="31-56"), _example("2", volume="28", pages="1-26")),
        value=lambda s: (s.volume, s.page) if s.volume and s.page else None,
    ),
    Rule(
        "same-title",
        "same title, year and first author (a title under four words needs the same volume and first page too)",
        "duplicate",
        _same_title,
        (_example("1"), _example("2", "Local Buzz & Global Pipelines")),
        (_example("1"), _example("2", year=2005)),
    ),
)
SENTENCES = {rule.name: rule.sentence for rule in RULES} | {
    FIRST: "the record that founded the work",
    EARLIER: "it was one work with that record before, and came here with it",
    PERSON: "a person looked at the two records and found them to be one publication",
}
"""What each word in the column ``rule`` of a membership event means."""


def judge(a: Side, b: Side) -> Rule | None:
    """The rule that decides the pair, or None: nothing says that they are one publication, or two. Symmetric."""
    return next((rule for rule in RULES if rule.test(a, b)), None)
