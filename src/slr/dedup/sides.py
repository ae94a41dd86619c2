"""What the rules see of a record: every field normalized once."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from slr.model import Record
from slr.normalize import bare, doi_of, family, name_words, page_range, plain

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
AUTHORS = 25
"""So many authors are compared: the first ones tell a paper by, and papers with hundreds cost no more than others."""


@dataclass(frozen=True, slots=True)
class Side:
    """The comparable form of a record; an empty text or None is unknown.

    ``title`` and ``venue`` are plain words; ``parts`` are the title, the subtitle, a label (none where there is one
    only); ``numbers`` the numbers in the title, Roman ones included; ``mark`` the kind of notice it is
    ("correction", "reply" …). ``first`` holds the first author's words without initials, ``family`` their family
    name, ``names`` the words of the first authors, ``families`` their family names, ``authors`` is their number.
    ``page`` and ``last`` are the first and the last page.
    """

    record_id: str
    doi: str | None
    ids: tuple[tuple[str, str], ...]
    title: str
    parts: tuple[str, ...]
    numbers: str
    mark: str
    year: int | None
    first: str
    family: str
    names: str
    families: str
    authors: int
    kind: str | None
    venue: str
    volume: str | None
    issue: str | None
    page: str | None
    last: str | None

    @property
    def description(self) -> tuple[object, ...]:
        """All that the rules see: everything but the id."""
        return (self.title, self.mark, self.year, self.names, self.authors, self.kind, self.venue, self.volume,
                self.issue, self.page, self.last, self.doi, self.ids)  # fmt: skip


def side(record: Record) -> Side:
    """The comparable form of a record."""
    title, parts, mark = _title(record.title)
    page, last = page_range(record.pages)
    authors = record.authors[:AUTHORS]
    venue, kind = _journal(record.venue or "")
    return Side(
        record_id=record.record_id,
        doi=doi_of(record.doi) if record.doi else None,
        ids=tuple((name, record.ids[name]) for name in IDENTIFIERS if record.ids.get(name)) if record.ids else (),
        title=title,
        parts=parts,
        numbers=_numbers(title),
        mark=mark,
        year=record.year,
        first=name_words(authors[0]) if authors else "",
        family=family(authors[0]) if authors else "",
        names=" ".join(map(name_words, authors)),
        families=" ".join(map(family, authors)) if len(authors) > 1 else "",
        authors=len(record.authors),
        kind=KINDS.get(record.type or "") or kind,
        venue=venue,
        volume=_number(record.volume),
        issue=_issue(record.issue),
        page=page,
        last=last,
    )


_TAIL = re.compile(r"(?<=[^\[\]]{12})(?:\s*\[[^\[\]]{1,200}(?:\[[^\[\]]{0,40}\][^\[\]]{0,40})?(?:\]\.?|$))+\s*$")
_LABEL = re.compile(r"\s*(?:retracted(?: article)?|withdrawn)\s*[:.]\s*", re.I)
_CORRECTED = re.compile(
    r"\s*\((?:vol \d+[^()]*|[^()]*\(\d{4}\)[\s,:]*(?:\w+[.:]? )?\d+ ?.{0,12}\([^()]*\)(?: DOI:[^()]*)?)\)", re.I
)
"""How indexes head a correction: "(vol 360, pg 542, 2009)", "(N Engl J Med (2009) 360 (542-544))"."""
_FORM = re.compile(
    r"\s*\((?:invited |industrial )?(?:panel|tutorial|keynote|invited|experience|industrial)"
    r"(?: (?:session|discussion|abstract|description|paper|talk|address|lecture))?\)"
    r"|^\s*(?:panel|tutorial|keynote)(?: session| talk)?(?: on\b|:)\s*",
    re.I,
)
"""The form of a talk, which only some indexes add to its title: "(panel session)", "Tutorial on"."""
_SUBTITLE = re.compile(r"[:()\u2013\u2014]| - |--|[?.](?=\s)")


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


def _title(text: str) -> tuple[str, tuple[str, ...], str]:
    """Title, its parts and mark; what databases add ("[Review] [23 refs]", "RETRACTED:") is not of the title."""
    text = _LABEL.sub("", _TAIL.sub("", text)) if "[" in text or "et" in text[:12].lower() else text
    text = _FORM.sub("", text)
    corrected = _CORRECTED.search(text, 12) if "(" in text else None
    if corrected:
        text = text[: corrected.start()]
    if "<" in text or "&" in text:
        text = bare(text)
    text = _THOUSANDS.sub("", text) if "," in text else text
    parts = tuple(filter(None, map(plain, _SUBTITLE.split(text))))
    title = " ".join(parts)
    return title, parts if len(parts) > 1 else (), "correction" if corrected else _mark(title, text)


_MARKS = {
    "correction": r"^(?:publisher s? ?|author s? ?)?(?:correction|corrections|corrigendum|corrigenda|erratum|errata"
    r"|addendum|amendment)(?: to| for| of| in| notice)?\b(?! of (?!the article|the paper))|\b(?:erratum|corrigendum|"
    r"correction notice)$",
    "retraction": r"^(?:retraction(?: note| notice| statement)?\b|notice of retraction|statement of retraction)"
    r"|^expression of concern\b",
    "reply": r"^(?:(?:author s?|authors|in|the authors?) )?(?:reply|response|rejoinder)(?: to\b| by\b|$| from)"
    r"|\b(?:authors? (?:s )?response|a (?:reply|rejoinder|response) to .{3,}|reply to .{3,}|rejoinder|reply)$",
    "comment": r"^(?:invited )?comment(?:ary|s)? (?:on|to)\b|^re (?!\w+ing\b)(?=\w+ \w+ \w+)|\ba comment(?:ary)? on\b"
    r"|\b(?:a )?comment$|^discussion (?:of|on) ",
}
_MARK = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _MARKS.items()))
_HINTS = (
    "corr",
    "err",
    "addend",
    "amend",
    "retract",
    "concern",
    "repl",
    "respon",
    "rejoin",
    "comment",
    "re ",
    "discuss",
)


def _mark(title: str, text: str) -> str:
    if not any(hint in title for hint in _HINTS):
        return ""
    if title.startswith("re ") and not re.match(r"\s*\[?re:", text, re.I):
        return ""
    found = _MARK.search(title)
    return found.lastgroup or "" if found else ""


_ORDINALS = {"fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10"}
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
_NUMBER_WORDS = _ROMAN | _ORDINALS
_ONE_LETTER = {"i": "1", "v": "5", "x": "10"}
_COUNTED = frozenset(
    ("part", "phase", "type", "study", "paper", "chapter", "class", "stage", "volume", "vol", "level", "grade", "group")
)
_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "first": "1", "second": "2", "third": "3"}
_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(rf"\d|\b(?:{'|'.join((*_NUMBER_WORDS, *_COUNTED))})\b")


def is_number(word: str) -> bool:
    """True for a word that only counts ("II", "4th", "fourth"): numbers are compared on their own."""
    return word in _NUMBER_WORDS or word in _ONE_LETTER or word[0].isdigit()


def _numbers(title: str) -> str:
    """The numbers of a title, sorted: "Part II" and "part 2" agree, "the fourth" and "the 4th" do too."""
    if not _NUMBERED.search(title):
        return ""
    words = title.split()
    found = []
    for before, word in zip(["", *words], words, strict=False):
        if word in _NUMBER_WORDS:
            found.append(_NUMBER_WORDS[word])
        elif before in _COUNTED and (word in _ONE_LETTER or word in _WORDS):
            found.append(_ONE_LETTER.get(word) or _WORDS[word])
        elif not word.isalpha():
            found += _DIGITS.findall(word)
    return " ".join(sorted(found))


@lru_cache(maxsize=1 << 15)
def _journal(text: str) -> tuple[str, str | None]:
    """The telling words of a journal's name, and the kind that the name tells of."""
    return _venue(text), _kind_of_venue(text)


_PROCEEDINGS = re.compile(r"\b(?:proceedings|proc|conference|conf|symposium|workshop|congress|icis|ecis|amcis)\b")
_WORKING = re.compile(
    r"\b(?:working papers?|discussion papers?|ssrn|arxiv|biorxiv|medrxiv|preprints?|research square|osf)\b"
)
_THESIS = re.compile(r"\b(?:thesis|theses|dissertations?)\b")
_PERIODICAL = re.compile(r"\b(?:journal|transactions|trans|annals|quarterly|magazine|bulletin|archives|letters|j)\b")


def _kind_of_venue(text: str) -> str | None:
    """What the name of a journal or series tells of the kind, None where it tells nothing or two things."""
    name = plain(text)
    periodical = _PERIODICAL.search(name) is not None
    if _THESIS.search(name):
        return "dissertation"
    if _WORKING.search(name):
        return None if periodical else "working paper"
    if _PROCEEDINGS.search(name) and not name.startswith(("proceedings of the national academy", "proc natl acad")):
        return None if periodical else "conference"
    return "journal" if periodical else None


_VENUE_TAIL = re.compile(r"\s*(?:[:=(\[;/\u2013\u2014]|\.(?=[A-Z][a-z]+:)|\bconference:).*$", re.S | re.I)
_PUBLISHERS = frozenset({"acm", "ieee", "ifip", "siam"})
"""Societies whose name some indexes put before a journal's."""
_VENUE_STOP = frozenset(
    "the of and for in on de la le les des et der die das und fur e a an to".split()  # noqa: SIM905 - a table
)


def _venue(text: str) -> str:
    """The telling words of a journal's name without its subtitle: ``The Lancet (London)`` is "lancet"."""
    text = html.unescape(text) if "&" in text else text
    words = plain(_VENUE_TAIL.sub("", text) or text).split()
    words = [w for w in words if w not in _VENUE_STOP and not (w[0].isdigit() and len(words) > 2)]
    return " ".join(words[1:] if len(words) > 2 and words[0] in _PUBLISHERS else words)


_NUMBER = re.compile(r"\d+")
UNKNOWN = frozenset({"", "unknown", "na", "n a", "none", "nan", "null", "forthcoming", "in press", "ahead of print"})


def _number(text: str | None) -> str | None:
    """A volume or an issue by its digits ("Vol. 24 Suppl 3" is "24"); without digits its words, None where unknown."""
    if not text:
        return None
    if text.isdigit():
        return text.lstrip("0") or "0"
    digits = _NUMBER.search(text)
    words = plain(text)
    return digits.group(0).lstrip("0") or "0" if digits else None if words in UNKNOWN else words


def _issue(text: str | None) -> str | None:
    """An issue by its digits; "Suppl" without a number tells none."""
    found = _number(text)
    return found if found and found.isdigit() else None
