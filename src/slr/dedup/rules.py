"""The rules that say whether two records are one publication. The first rule that applies decides.

Each rule is data: a name, the sentence shown to the user, its verdict, its test, a pair it decides and a near miss.
A false merge hides an eligible study; a missed duplicate costs one more look: so what holds records apart comes before
what joins them, and in doubt records stay apart. The tests work on columns of evidence, one entry a pair, so that
one definition serves a million pairs and one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from slr.dedup import conditions
from slr.dedup.columns import Bools, Columns
from slr.dedup.evidence import Evidence
from slr.dedup.sides import Side, side
from slr.model import Record

Verdict = Literal["duplicate", "distinct", "unsure"]
Test = Callable[[Evidence], Bools]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``decides`` and ``near_miss`` are pairs of records that it does and does not decide.

    ``value`` is what the rule compares of a record, in words: the field that a person should look at first. ``apart``
    marks a rule that leaves a pair to a person and, until one has spoken, lets no third record bring the two together.
    """

    name: str
    sentence: str
    verdict: Verdict
    test: Test
    decides: tuple[Record, Record]
    near_miss: tuple[Record, Record]
    value: Callable[[Side], object] = lambda s: s.title
    apart: bool = False


FIRST = "first"
EARLIER = "earlier-work"
PERSON = "person"


def _example(n: str, title: str = "Local buzz and global pipelines", **fields: object) -> Record:
    given: dict[str, object] = {"authors": ("Bathelt, H.",), "year": 2004} | fields
    return Record(record_id=f"example:{n}", source="example", title=title, **given)  # type: ignore[arg-type]


def _pair(one: dict[str, object], other: dict[str, object]) -> tuple[Record, Record]:
    return _example("1", **one), _example("2", **other)  # type: ignore[arg-type]


_PLACE: dict[str, object] = {"venue": "Progress in Human Geography", "volume": "28", "pages": "31-56"}
_JOURNAL: dict[str, object] = {"venue": "Progress in Human Geography"}
_LONG = "Clusters and knowledge: local buzz, global pipelines and the process of knowledge creation"
_TITLE = "Local buzz and global pipelines"

RULES = (
    Rule(
        "same-identifier",
        "both records carry the same identifier of one index (OpenAlex, PubMed, arXiv), and their titles agree, or one "
        "has no title and nothing else differs",
        "duplicate",
        conditions.same_identifier,
        _pair({"ids": {"pmid": "12345"}}, {"ids": {"pmid": "12345"}, "title": "Local buzz, global pipelines"}),
        _pair({"ids": {"pmid": "12345"}}, {"ids": {"pmid": "12345"}, "title": "Trade fairs of the Ruhr valley"}),
        lambda s: s.ids,
    ),
    Rule(
        "notice",
        "one title is that of a correction, a retraction notice, a reply or a comment, the other's is not",
        "distinct",
        conditions.notice,
        _pair({}, {"title": f"Erratum: {_TITLE}"}),
        _pair({}, {"title": f"RETRACTED: {_TITLE}"}),
    ),
    Rule(
        "other-part",
        "the titles carry different numbers: parts I and II, two waves, two years of one series",
        "distinct",
        conditions.part,
        _pair({"title": f"{_TITLE}: Part I"}, {"title": f"{_TITLE}: Part II"}),
        _pair({"title": f"{_TITLE}: Part II"}, {"title": f"{_TITLE}, part 2"}),
    ),
    Rule(
        "foreign-identifier",
        "the records carry the same DOI or identifier under titles that do not agree: a journal's DOI on each of its "
        "articles, or a slip",
        "distinct",
        conditions.foreign_identifier,
        _pair({"doi": "10.1000/1"}, {"doi": "10.1000/1", "title": "Trade fairs of the Ruhr valley"}),
        _pair({"doi": "10.1000/1"}, {"doi": "10.1000/1", "title": ""}),
    ),
    Rule(
        "same-doi",
        "both records carry the same DOI, and their titles agree",
        "duplicate",
        conditions.same_doi,
        _pair({"doi": "10.1000/1"}, {"doi": "https://doi.org/10.1000/1.", "title": f"{_TITLE}: a review"}),
        _pair({"doi": "10.1000/1"}, {"doi": "10.1000/2"}),
        lambda s: s.doi,
    ),
    Rule(
        "different-doi",
        "the records carry different DOIs and are not at one place: two publications, however alike",
        "distinct",
        conditions.different_doi,
        _pair({"doi": "10.1000/1"}, {"doi": "10.1000/2"}),
        _pair({"doi": "10.1000/1"} | _PLACE, {"doi": "10.1000/2"} | _PLACE),
        lambda s: s.doi,
    ),
    Rule(
        "different-kind",
        "the records are of different kinds (working paper and article, conference and journal, book and chapter): two "
        "reports of one study",
        "distinct",
        conditions.different_kind,
        _pair({"type": "article"}, {"type": "report"}),
        _pair({"type": "article"}, {"type": "review"}),
        lambda s: s.kind,
    ),
    Rule(
        "different-year",
        "more than a year lies between the records, and they do not stand in one issue",
        "distinct",
        conditions.different_year,
        _pair({}, {"year": 2006}),
        _pair({"issue": "1"} | _PLACE, {"issue": "1", "year": 2006} | _PLACE),
        lambda s: s.year,
    ),
    Rule(
        "different-author",
        "the first authors differ in lists that are not the same in another order, or the co-authors are others",
        "distinct",
        conditions.different_author,
        _pair({}, {"authors": ("Maskell, P.",)}),
        _pair({"authors": ("Bathelt, H.", "Maskell, P.")}, {"authors": ("Maskell, P.", "Bathelt, H.")}),
        lambda s: s.names,
    ),
    Rule(
        "different-place",
        "the records state different volumes, and different first pages or journals: two publications (a meeting's "
        "abstract and the paper)",
        "distinct",
        conditions.different_place,
        _pair({"volume": "28", "pages": "31-56"}, {"volume": "12", "pages": "105"}),
        _pair({"volume": "28", "pages": "31-56"}, {"volume": "28", "pages": "31"}),
        lambda s: (s.venue, s.volume, s.page),
    ),
    Rule(
        "different-pages",
        "the records state different pages, or different issues of one volume",
        "distinct",
        conditions.different_pages,
        _pair(_PLACE, _PLACE | {"pages": "1-26"}),
        _pair(_PLACE, _PLACE | {"pages": "31"}),
        lambda s: (s.issue, s.page),
    ),
    Rule(
        "two-dois",
        "the records stand at one place under different DOIs: one publication registered twice, or two",
        "unsure",
        conditions.two_dois,
        _pair({"doi": "10.1000/1"} | _PLACE, {"doi": "10.1000/2"} | _PLACE),
        _pair({"doi": "10.1000/1"} | _PLACE, _PLACE),
        lambda s: s.doi,
        apart=True,
    ),
    Rule(
        "two-numbers",
        "the titles carry different numbers and fill the same pages: parts of one abstract page, or a slip",
        "unsure",
        conditions.two_numbers,
        _pair({"title": f"{_TITLE}: Part I"} | _PLACE, {"title": f"{_TITLE}: Part II"} | _PLACE),
        _pair({"title": f"{_TITLE}: Part II"} | _PLACE, {"title": f"{_TITLE}, part 2"} | _PLACE),
        apart=True,
    ),
    Rule(
        "same-place",
        "the titles agree, volume and first page are the same, and neither year nor author speaks against it",
        "duplicate",
        conditions.same_place,
        _pair(_PLACE, _PLACE | {"title": f"{_TITLE}: the process of knowledge creation", "authors": (), "year": 2005}),
        _pair(_PLACE, _PLACE | {"title": "Trade fairs of the Ruhr valley"}),
    ),
    Rule(
        "same-pages",
        "first author, year, journal, volume, issue, first and last page are the same: one title is a translation",
        "duplicate",
        conditions.same_pages,
        _pair(_PLACE | {"issue": "1"}, _PLACE | {"issue": "1", "title": "Lokales Rauschen und globale Pipelines"}),
        _pair(_PLACE, _PLACE | {"title": "Lokales Rauschen und globale Pipelines", "pages": "31"}),
    ),
    Rule(
        "same-title",
        'same title, year and first author (a short title needs co-authors too, one like "Editorial" the place)',
        "duplicate",
        conditions.same_title,
        _pair({}, {"title": "Local Buzz & Global Pipelines"}),
        _pair({"venue": "DRUID Winter Meeting"}, _PLACE),
    ),
    Rule(
        "same-issue",
        "the titles agree (one may have a subtitle more), first author, volume and issue are the same",
        "duplicate",
        conditions.same_issue_title,
        _pair({"volume": "28", "issue": "1"}, {"volume": "28", "issue": "1", "title": f"{_TITLE}: a view"}),
        _pair({"volume": "28", "issue": "1"}, {"volume": "28", "issue": "2", "title": f"{_TITLE}: a view"}),
    ),
    Rule(
        "year-off-by-one",
        "same title, authors and journal, one year apart (online first and printed); volume, page or co-authors agree",
        "duplicate",
        conditions.year_off,
        _pair(_PLACE | {"pages": None}, _PLACE | {"year": 2005}),
        _pair({"venue": "Progress in Human Geography"}, {"venue": "Prog Hum Geogr", "year": 2005}),
    ),
    Rule(
        "no-author",
        "same title, year and journal, an author is unknown; the volume is the same too, or the title is long",
        "duplicate",
        conditions.no_author,
        _pair(_PLACE, _PLACE | {"authors": (), "pages": None}),
        _pair(_PLACE, {"authors": ()}),
    ),
    Rule(
        "no-year",
        "same title and authors, a year is unknown; the journal is the same",
        "duplicate",
        conditions.no_year,
        _pair(_PLACE, _PLACE | {"year": None, "pages": None}),
        _pair(_PLACE, {"year": None}),
    ),
    Rule(
        "subtitle",
        "one title is the other with a subtitle or a label (or, of co-authors, a few words more), by the same authors "
        "in one journal and year",
        "duplicate",
        conditions.subtitle,
        _pair({"title": _LONG} | _JOURNAL, {"title": f"{_LONG}: a view from economic geography"} | _JOURNAL),
        _pair({"title": _LONG} | _JOURNAL, {"title": f"{_LONG}: executive summary"} | _JOURNAL),
    ),
    Rule(
        "longer-title",
        "same first author and year, and one title is the other with more words, or nearly",
        "unsure",
        conditions.longer_title,
        _pair({}, {"title": f"{_TITLE}: the process of knowledge creation"}),
        _pair({}, {"title": f"{_TITLE}: the process of knowledge creation", "year": 2005}),
    ),
    Rule(
        "short-title",
        "same author, year and short title: a column of a journal, or one publication",
        "unsure",
        conditions.short_title,
        _pair({"title": "Career forum"}, {"title": "Career Forum"}),
        _pair({"title": "Editorial"}, {"title": "Editorial"}),
    ),
    Rule(
        "thin-record",
        "same title, and too little else to tell",
        "unsure",
        conditions.thin,
        _pair({}, {"authors": ()}),
        _pair({}, {"authors": (), "title": "Local buzz"}),
    ),
    Rule(
        "no-title",
        "same volume, first page, year and first author; a title is missing",
        "unsure",
        conditions.untitled,
        _pair(_PLACE, _PLACE | {"title": ""}),
        _pair(_PLACE, {"title": ""}),
    ),
)
SENTENCES = {rule.name: rule.sentence for rule in RULES} | {
    FIRST: "the record that founded the work",
    EARLIER: "it was one work with that record before, and came here with it",
    PERSON: "a person looked at the two records and found them to be one publication",
}
"""What each word in the column ``rule`` of a membership event means."""


def decide(e: Evidence) -> NDArray[np.int8]:
    """Per pair the index of the rule that decides it, -1 where none does."""
    decided = np.full(len(e), -1, np.int8)
    for n, rule in enumerate(RULES):
        decided[(decided < 0) & rule.test(e)] = n
    return decided


def judge(a: Side, b: Side) -> Rule | None:
    """The rule that decides the pair, or None: nothing says that they are one publication, or two. Symmetric."""
    pair = Evidence(Columns([a, b]), np.array([0]), np.array([1]))
    decided = int(decide(pair)[0])
    return RULES[decided] if decided >= 0 else None


__all__ = ["EARLIER", "FIRST", "PERSON", "RULES", "SENTENCES", "Rule", "Side", "Verdict", "decide", "judge", "side"]
