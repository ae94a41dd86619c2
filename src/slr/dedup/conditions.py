"""When each rule applies: tests on columns of evidence, one entry a pair; one definition serves many pairs and one."""

from __future__ import annotations

import numpy as np

from slr.dedup.columns import Bools
from slr.dedup.evidence import Evidence

AGREEING = 80.0
"""From this title score (0-100) on titles of records that share an identifier or a place agree."""
ALIKE = 90.0
"""From this title score (0-100) on two titles of one issue agree, and others are alike enough for a person to look."""
MISDATED = 3
"""Up to so many years apart two records of one place may be one publication: an index gave the year it took it in."""
FAR = 10_000
"""More years than lie between any two publications."""


def _titles_agree(e: Evidence) -> Bools:
    return (e.title >= AGREEING) | e.same_words | e.held


def _authors_agree(e: Evidence) -> Bools:
    return (e.author.same & e.team.same) | e.author.turned


def _year_or_next(e: Evidence) -> Bools:
    return e.years_apart(0, 1)


def _other_numbers(e: Evidence) -> Bools:
    """Both titles carry numbers, and not the same: of one part, wave or year each."""
    return e.numbers.other & ~(e.held & (e.title < ALIKE))


def _contradicted(e: Evidence) -> Bools:
    return e.page.other | e.author.other | e.volume.other | e.years_apart(2, FAR)


def _same_issue(e: Evidence) -> Bools:
    """Volume and issue are the same, and the pages may be."""
    return e.volume.same & e.issue.same & ~e.page.other


def _one_place(e: Evidence) -> Bools:
    """One title by the same authors at one place: an index that counts it twice is wrong in a DOI, a year or a type."""
    place = (e.place & ~e.issue.other) | (_same_issue(e) & e.same_words & ~e.short)
    authors = e.author.same | e.author.turned
    return place & (e.same_words | e.held) & ~e.generic & authors & ~e.venue.other


def same_identifier(e: Evidence) -> Bools:
    """One identifier of one index, and titles that agree, or a title missing and nothing that differs."""
    agree = np.where(e.titled, _titles_agree(e) & ~e.other_mark & ~_other_numbers(e), ~_contradicted(e))
    return e.shared_id & agree


def notice(e: Evidence) -> Bools:
    """One title is marked as a correction, reply …; not so where both stand at one place: an index dropped the word."""
    return e.other_mark & ~(_one_place(e) & e.held & e.issue.same)


def part(e: Evidence) -> Bools:
    """Other numbers in titles that agree else; not so where both fill the same pages: a slip."""
    return _other_numbers(e) & (e.title >= AGREEING) & ~(e.span & e.place & e.author.same)


def foreign_identifier(e: Evidence) -> Bools:
    """One DOI or identifier under titles that do not agree."""
    return (e.doi.same | e.shared_id) & e.titled & ~_titles_agree(e) & ~same_pages(e)


def same_doi(e: Evidence) -> Bools:
    """One DOI, and titles that agree."""
    return e.doi.same & e.titled & _titles_agree(e) & ~(e.page.other & e.author.other)


def different_doi(e: Evidence) -> Bools:
    """Two DOIs, and not one place."""
    return e.doi.other & ~(_one_place(e) & _year_or_next(e))


def two_dois(e: Evidence) -> Bools:
    """Two DOIs (``different_doi`` has taken those that are not at one place)."""
    return e.doi.other


def two_numbers(e: Evidence) -> Bools:
    """Other numbers in titles that agree else (``part`` has taken those that do not fill the same pages)."""
    return _other_numbers(e) & (e.title >= AGREEING)


def different_kind(e: Evidence) -> Bools:
    """Two kinds of publication, and not one place."""
    return e.kind.other & ~(_one_place(e) & _year_or_next(e))


def different_year(e: Evidence) -> Bools:
    """More than a year apart, and not one place up to MISDATED years."""
    return e.years_apart(2, FAR) & ~(_one_place(e) & e.years_apart(0, MISDATED))


def different_author(e: Evidence) -> Bools:
    """Other first authors, or other co-authors, where the place does not decide."""
    first = e.author.other & ~(e.place & e.span & e.same_words & ~e.short)
    return first | (e.team.other & e.author.same & ~e.place & ~_same_issue(e))


def different_place(e: Evidence) -> Bools:
    """Another volume, and another page or journal."""
    elsewhere = e.page.other | e.venue.other
    return e.volume.other & elsewhere


def different_pages(e: Evidence) -> Bools:
    """Other pages of what may be one volume, or other issues of one volume."""
    issues = e.volume.same & e.issue.other & ~e.page.same
    return (e.page.other & ~e.volume.other) | issues


def same_place(e: Evidence) -> Bools:
    """The title has to agree word by word where an author is unknown; a generic one needs the issue too, if any."""
    titles = np.where(e.author.unknown, e.same_words | e.held, _titles_agree(e))
    telling = (~e.generic & (~e.short | ~e.issue.other)) | (e.same_title & (e.issue.same | e.no_issues))
    return e.place & e.titled & titles & telling & (e.undated | e.years_apart(0, 1))


def same_pages(e: Evidence) -> Bools:
    """All pages of one issue of a journal, by the same first author."""
    issue = e.volume.same & e.issue.same & e.venue.same
    return issue & e.span & e.titled & e.same_year & e.author.same & ~e.doi.other


def _enough_title(e: Evidence) -> Bools:
    """A short title tells a publication only with a list of authors, or in proceedings."""
    return ~e.generic & (~e.short | e.several | e.proceedings)


def _elsewhere(e: Evidence) -> Bools:
    """Another journal: a conference paper beside the article, abstracts of two meetings; programmes vary in names."""
    return e.venue.other & ~e.volume.same & (e.one_volume | ~e.proceedings)


def same_title(e: Evidence) -> Bools:
    """The same title, authors and year, and enough of them."""
    same = e.same_words & _authors_agree(e) & e.same_year & _enough_title(e)
    return same & ~_elsewhere(e)


def same_issue_title(e: Evidence) -> Bools:
    """Titles that agree, by the same first author in one issue."""
    titles = e.same_words | e.held | (e.title >= ALIKE)
    dated = e.undated | e.years_apart(0, 1) | (e.same_words & e.years_apart(0, MISDATED))
    return titles & ~e.generic & e.author.same & _same_issue(e) & ~e.venue.other & dated


def year_off(e: Evidence) -> Bools:
    """The same title and authors a year apart."""
    known = e.volume.same | e.page.same | e.several
    journal = e.venue.same | (e.venue.unknown & e.kind.same & e.several & e.long)
    return e.same_words & ~e.short & _authors_agree(e) & e.years_apart(1, 1) & known & journal & ~e.volume.other


def no_author(e: Evidence) -> Bools:
    """The volume decides, or a long title."""
    enough = (e.volume.same | e.long) & ~e.generic & ~e.marked
    return e.same_words & ~e.short & e.author.unknown & e.same_year & e.venue.same & enough


def no_year(e: Evidence) -> Bools:
    """The same title and authors, and the journal in place of a year."""
    agreeing = e.venue.same | (e.volume.same & ~e.venue.other)
    return e.same_words & ~e.short & ~e.generic & _authors_agree(e) & e.undated & agreeing


def subtitle(e: Evidence) -> Bools:
    """A title and the same with more words, by the same authors in one journal and year."""
    enough = e.venue.same | (e.venue.unknown & (e.several | e.long)) | e.proceedings
    more = e.subtitled | (e.extended & e.several)
    return more & (~e.short | e.several) & ~e.generic & e.whole_team & e.same_year & enough & _uncontradicted(e)


def _uncontradicted(e: Evidence) -> Bools:
    return ~e.volume.other & ~e.author.other & ~e.page.other


def longer_title(e: Evidence) -> Bools:
    """Nearly the same title, or one with more words, by the same author in one year."""
    return (e.held | (e.title >= ALIKE)) & e.author.same & e.same_year & ~e.short & _uncontradicted(e)


def short_title(e: Evidence) -> Bools:
    """The same short title, author and year."""
    same = e.same_words & e.short & e.author.same & e.same_year & ~e.venue.other
    return same & (~e.generic | _same_issue(e) | e.several | e.place) & _uncontradicted(e)


def thin(e: Evidence) -> Bools:
    """The same title, and too little else."""
    return e.same_words & ~e.short & (e.undated | e.same_year) & _uncontradicted(e)


def untitled(e: Evidence) -> Bools:
    """One place, year and author; a title is missing."""
    return ~e.titled & ~e.doi.other & e.place & e.author.same & e.same_year
