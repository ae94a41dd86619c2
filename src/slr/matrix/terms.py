"""The search matrix: axes of phrases, every combination of which is one cell."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slr.errors import QueryError

LONGEST_PHRASE = 80
"""Characters; OpenAlex refuses more than three quoted phrases that are longer (dialects/openalex.py)."""

_SPECIAL = re.compile(r"""[*?~()\[\]{}<>|\\^"“”„«»,;=!`]""")
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|ANDNOT|NEAR)\b")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is counted in the matrix, and its other ``spellings`` (none when variants are off)."""

    text: str
    spellings: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that stands for this phrase: its text, then its other spellings."""
        return (self.text, *self.spellings)


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the matrix: a name and its phrases in the order they were given."""

    name: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The axes of a search; a cell is one phrase of each axis, all of which a record must hold."""

    axes: tuple[Axis, ...]

    @property
    def cells(self) -> int:
        """The number of cells: the product of the axes' lengths. Spellings do not count."""
        return math.prod(len(axis.phrases) for axis in self.axes)

    def phrases(self, axis: str) -> tuple[Phrase, ...]:
        """The phrases of the axis of that name; KeyError if there is none."""
        return {each.name: each.phrases for each in self.axes}[axis]


Entry = str | Mapping[str, Sequence[str]]
"""A phrase, or a block: names of parts with their words, every combination of which is a phrase."""


def expand(axes: Mapping[str, Sequence[Entry]], variants: Mapping[str, Sequence[str]], use_variants: bool) -> Matrix:
    """The matrix of a configuration.

    A block such as ``{"noun": [5 words], "transfer word": [12 words]}`` gives its 60 combinations, the first part
    changing slowest, joined by blanks. ``variants`` maps a piece of a phrase ("spill-over") to its other spellings;
    they become spellings of the phrases that hold it and never add a cell. Raises QueryError for an axis without
    phrases, a phrase that cannot be searched (``check_phrase``) or one given twice.
    """
    if not axes:
        raise QueryError("The matrix has no axis: give at least one list of search phrases.")
    for piece in variants:
        if problem := check_phrase(piece):
            raise QueryError(f"The variants, piece {piece!r}: {problem}")
    pieces = variants if use_variants else {}
    return Matrix(tuple(_axis(name, entries, pieces) for name, entries in axes.items()))


def check_phrase(text: str) -> str | None:
    """What keeps ``text`` from being searched as one phrase, as a sentence; None if nothing does."""
    if not text.strip():
        return "The phrase is empty: remove it or write a word."
    if not " ".join(text.split()).isprintable():
        return "The phrase holds an invisible control character: type it again by hand."
    if found := _SPECIAL.search(text):
        return f"The phrase holds the character {found[0]}, which is search syntax: write the plain words only."
    if found := _OPERATOR.search(text):
        return f"The phrase holds the operator {found[0]}: write each phrase as an entry of its own."
    if not any(character.isalnum() for character in text):
        return "The phrase holds no letter or digit: write a word."
    if len(text) > LONGEST_PHRASE:
        return f"The phrase has {len(text)} characters, more than {LONGEST_PHRASE}: shorten it."
    return None


def _axis(name: str, entries: Sequence[Entry], variants: Mapping[str, Sequence[str]]) -> Axis:
    texts = [text for entry in entries for text in _texts(entry)]
    if not texts:
        raise QueryError(f"The axis {name!r} has no phrases: give at least one.")
    seen: set[str] = set()
    for text in texts:
        if text.casefold() in seen:
            raise QueryError(f"The axis {name!r} holds the phrase {text!r} twice: remove one.")
        seen.add(text.casefold())
    phrases = tuple(Phrase(text, _spellings(text, variants)) for text in texts)
    for text in itertools.chain.from_iterable(phrase.texts for phrase in phrases):
        if problem := check_phrase(text):
            raise QueryError(f"The axis {name!r}, phrase {text!r}: {problem}")
    return Axis(name, phrases)


def _texts(entry: Entry) -> Iterable[str]:
    combinations = [(entry,)] if isinstance(entry, str) else itertools.product(*entry.values())
    return (" ".join(" ".join(parts).split()) for parts in combinations)


def _spellings(text: str, variants: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every other way to write ``text`` with its pieces replaced, each once, in the order of the variants given."""
    if not variants:
        return ()
    others = {piece.casefold(): spellings for piece, spellings in variants.items()}
    longest_first = sorted(map(re.escape, variants), key=len, reverse=True)
    parts = re.split(rf"(?<!\w)({'|'.join(longest_first)})(?!\w)", text, flags=re.IGNORECASE)
    choices = [(part, *others.get(part.casefold(), ())) if i % 2 else (part,) for i, part in enumerate(parts)]
    found: dict[str, str] = {}
    for combination in itertools.product(*choices):
        spelling = "".join(combination)
        found.setdefault(spelling.casefold(), spelling)
    return tuple(found.values())[1:]
