"""What is known of a platform that is searched by hand: its syntax, its limits, where a search changes its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from slr.matrix.analysis import ENGLISH_STOP_WORDS, EXACT, Analyzer
from slr.matrix.dialects import Limit
from slr.matrix.dialects.literal import plain
from slr.matrix.query import And, Or, PhraseQ
from slr.matrix.stem import HEADWORDS

CHECKED = date(2026, 11, 23)
"""When the help pages of these platforms, or what others report of them, were last read."""

_CONNECTOR = re.compile(r"\b(?:AND NOT|AND|OR|NOT)\b")
_REGULAR_PLURAL = re.compile(r"[^\W\d_]{3,}(?<![isu])s")


@dataclass(frozen=True, slots=True)
class Rule:
    """One property of a platform's search: what, how it is, who says so, when that was last read."""

    what: str
    value: str
    source: str
    checked: date = CHECKED


@dataclass(frozen=True, slots=True)
class Caution:
    """Where a search means something else than the matrix; with ``of`` only if a phrase of it has that property.

    ``text`` may hold ``{phrases}``, the phrases that have it.
    """

    text: str
    of: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that is searched by hand.

    ``name`` is its file's; ``databases`` says what to name beside the platform, ``field`` what is searched; ``write``
    gives an expression in its syntax; ``analyzer`` holds the text rules that are sure enough to leave phrases out by.
    ``connectors`` and ``characters`` are its limits, ``advised`` the connectors above which its help pages disagree.
    ``line`` writes one side for platforms that combine their own result sets, ``set_name`` how these are named there
    (``S{}``): those can count the union themselves. ``origin`` is PRISMA's box for its records.
    """

    name: str
    title: str
    databases: str
    field: str
    write: Callable[[And], str]
    analyzer: Analyzer
    rules: tuple[Rule, ...]
    cautions: tuple[Caution, ...]
    connectors: Limit | None = None
    characters: Limit | None = None
    advised: Limit | None = None
    line: Callable[[Or], str] | None = None
    set_name: str = ""
    origin: str = "database"

    @property
    def counts_unions(self) -> bool:
        """Whether the platform can join its own result sets, and so count them without duplicates."""
        return bool(self.set_name)

    def warnings(self, expr: And) -> list[str]:
        """The cautions that concern this search, as sentences."""
        phrases = [phrase.text for side in expr.parts for phrase in side.parts]
        found = [(caution, [p for p in phrases if caution.of and caution.of(p)]) for caution in self.cautions]
        return [
            caution.text.format(phrases=_few(concerned)) for caution, concerned in found if concerned or not caution.of
        ]


def connectors(text: str) -> int:
    """How many Boolean connectors stand in a search string, outside of its quotation marks."""
    return len(_CONNECTOR.findall(re.sub(r'"[^"]*"', " ", text)))


def alternatives(side: Or, title: str, *, bare: bool = False) -> str:
    """``"a b" OR "c"``; with ``bare`` a single word without quotation marks. Raises QueryError as ``literal.plain``."""
    return " OR ".join(_quoted(phrase, title, bare) for phrase in side.parts)


def _quoted(phrase: PhraseQ, title: str, bare: bool) -> str:
    text = plain(phrase, title)
    return text if bare and text.isalnum() else f'"{text}"'


def has_stop_word(phrase: str) -> bool:
    """Whether a word stands in the phrase that servers commonly leave out ("to")."""
    return not ENGLISH_STOP_WORDS.isdisjoint(EXACT.words(phrase))


def has_hyphen(phrase: str) -> bool:
    """Whether a hyphen stands in the phrase."""
    return "-" in phrase


def regular_singular(word: str) -> str:
    """``clusters`` as ``cluster``: only the plain plural in -s, and no headword of its own (``news``)."""
    return word[:-1] if word not in HEADWORDS and _REGULAR_PLURAL.fullmatch(word) else word


def _few(phrases: Iterable[str], most: int = 6) -> str:
    shown = list(phrases)
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(f"'{phrase}'" for phrase in shown[:most]) + more
