"""Boolean expressions of phrases: built from a matrix, reduced by absorption, split to fit a platform's limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from slr.errors import QueryError
from slr.matrix.analysis import Analyzer, Pattern
from slr.matrix.terms import Matrix


@dataclass(frozen=True, slots=True)
class PhraseQ:
    """One phrase that has to occur inside one field."""

    text: str


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the phrases."""

    parts: tuple[PhraseQ, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All of the alternatives, each in whichever field."""

    parts: tuple[Or, ...]


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A phrase left out of a query because every text that holds it also holds the phrase ``by``.

    ``inflected`` is True if that rests on the stemmer (``clusters`` is found by ``cluster``) and not on equal words
    alone.
    """

    phrase: str
    by: str
    inflected: bool


def expression(matrix: Matrix) -> And:
    """The whole matrix as one expression: for each axis an Or of its phrases and their spellings, all of them And-ed.

    It finds the union of the cells, since conjunction distributes over disjunction.
    """
    return And(
        tuple(Or(tuple(PhraseQ(text) for phrase in axis.phrases for text in phrase.texts)) for axis in matrix.axes)
    )


def occurs(pattern: Pattern, terms: Sequence[str | None]) -> bool:
    """Whether ``pattern`` lies somewhere inside ``terms``: its terms on equal terms, its None on anything.

    The empty pattern (a phrase of stop words only) occurs nowhere.
    """
    starts = range(len(terms) - len(pattern) + 1) if pattern else ()
    return any(all(p is None or p == terms[i + j] for j, p in enumerate(pattern)) for i in starts)


def matches(expr: And, fields: Sequence[str], analyzer: Analyzer) -> bool:
    """Whether a record with these ``fields`` is found by ``expr``: the meaning every faster way has to agree with.

    A phrase has to occur inside one field; the sides of an And may be met in different fields (source:
    openalex-elastic-api, core/search.py: each phrase is asked of title and abstract in turn).
    """
    texts = [_terms(field, analyzer) for field in fields]

    def found(phrase: PhraseQ) -> bool:
        pattern = analyzer.pattern(phrase.text)
        return any(occurs(pattern, terms) for terms in texts)

    return all(any(found(phrase) for phrase in side.parts) for side in expr.parts)


def _terms(field: str, analyzer: Analyzer) -> list[str | None]:
    terms: list[str | None] = [None] * len(analyzer.words(field))
    for term, position in analyzer.tokens(field):
        terms[position] = term
    return terms


def absorb(expr: And, analyzer: Analyzer) -> tuple[And, tuple[Absorbed, ...]]:
    """``expr`` without the phrases that others of the same Or make superfluous, and what was left out, in order.

    A phrase goes if and only if the pattern of another occurs inside its own. That is sound: wherever the phrase
    occurs, so does the other. And it leaves nothing superfluous: a text of just the phrase, any gap filled by a word
    used nowhere else, would be found by no other phrase. Of equal patterns the first stays. Phrases of stop words
    only are left for the platform's dialect to refuse.
    """
    reduced = [_absorb(side, analyzer) for side in expr.parts]
    return And(tuple(side for side, _ in reduced)), tuple(each for _, gone in reduced for each in gone)


def _absorb(side: Or, analyzer: Analyzer) -> tuple[Or, tuple[Absorbed, ...]]:
    texts = [phrase.text for phrase in side.parts]
    patterns = [analyzer.pattern(text) for text in texts]
    starting: dict[str | None, list[int]] = {}
    for i, pattern in enumerate(patterns):
        starting.setdefault(pattern[0] if pattern else None, []).append(i)
    absorbers = [_absorbers(i, patterns, starting) for i in range(len(texts))]
    kept = [i for i, by in enumerate(absorbers) if not by]
    gone = [(texts[i], texts[min(set(by).intersection(kept))]) for i, by in enumerate(absorbers) if by]
    found = tuple(Absorbed(text, by, not _same_words(by, text, analyzer)) for text, by in gone)
    return Or(tuple(side.parts[i] for i in kept)), found


def _absorbers(i: int, patterns: Sequence[Pattern], starting: Mapping[str | None, Sequence[int]]) -> list[int]:
    """The phrases that make phrase ``i`` superfluous; of equal patterns those before it.

    ``starting`` gives the phrases that begin with a term: only those that begin with a term of phrase ``i`` can lie
    in it.
    """
    of = patterns[i]
    candidates = sorted({j for term in of if term for j in starting.get(term, ())})
    return [j for j in candidates if occurs(patterns[j], of) and (patterns[j] != of or j < i)]


def _same_words(absorber: str, absorbed: str, analyzer: Analyzer) -> bool:
    """Whether the absorption would hold without stemming."""
    unstemmed = Analyzer("unstemmed", analyzer.stop_words, str)
    return occurs(unstemmed.pattern(absorber), unstemmed.pattern(absorbed))


Size = Callable[[And], int]
"""The size of an expression as a platform counts it, such as the bytes of the whole address."""


def split(expr: And, size: Size, limit: int, most: int = 200) -> list[And]:
    """``expr`` as the fewest parts of ``size`` at most ``limit``; together they find exactly what ``expr`` finds.

    Each side is cut into runs of neighbouring phrases and every combination of runs is a part, by (a or b) and c = (a
    and c) or (b and c). The runs of a side are cut so that the largest is as small as it can be, and the number of
    runs per side so that their product is smallest. This takes ``size`` to grow with every phrase by what that phrase
    adds, as the length of an address does; that every part fits is checked in any case. Raises QueryError if one
    phrase of each side is already too large, or if more than ``most`` parts are needed.
    """
    _check_smallest(expr, size, limit)
    weights = [_weights(expr, i, size) for i in range(len(expr.parts))]
    room = limit - size(_single(expr)) + sum(each[0] for each in weights)

    @cache
    def cut(i: int, count: int) -> _Cut:
        return _cut(weights[i], count)

    for counts in _counts([len(each) for each in weights], most):
        cuts = [cut(*each) for each in enumerate(counts)]
        if sum(each.heaviest for each in cuts) <= room:
            parts = [And(runs) for runs in itertools.product(*map(_runs, expr.parts, cuts))]
            if all(size(part) <= limit for part in parts):
                return parts
    raise QueryError(
        f"The matrix would take about {_about(cut, weights, room):,} queries within the platform's limit of {limit:,}, "
        f"more than the {most:,} allowed: shorten its lists."
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the runs of a side begin, and what the heaviest run weighs."""

    starts: tuple[int, ...]
    heaviest: int


def _single(expr: And, i: int = 0, phrases: tuple[PhraseQ, ...] = ()) -> And:
    """``expr`` with every side cut down to its first phrase, but side ``i`` made of ``phrases`` if there are any."""
    return And(tuple(Or(phrases if k == i and phrases else side.parts[:1]) for k, side in enumerate(expr.parts)))


def _check_smallest(expr: And, size: Size, limit: int) -> None:
    largest = [_largest(expr, i, size) for i in range(len(expr.parts))]
    needed = size(And(tuple(Or((phrase,)) for phrase in largest)))
    if needed > limit:
        longest = max(largest, key=lambda phrase: len(phrase.text))
        raise QueryError(
            f"A query for a single cell takes {needed:,} of the platform's limit of {limit:,}: "
            f"shorten the phrase {longest.text!r}."
        )


def _largest(expr: And, i: int, size: Size) -> PhraseQ:
    return max(expr.parts[i].parts, key=lambda phrase: size(_single(expr, i, (phrase,))))


def _weights(expr: And, i: int, size: Size) -> list[int]:
    """What each phrase of side ``i`` adds to the size, found by doubling it."""
    phrases = expr.parts[i].parts
    return [max(1, size(_single(expr, i, (p, p))) - size(_single(expr, i, (p,)))) for p in phrases]


def _counts(lengths: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Every choice of a number of runs per side whose product is at most ``most``, the smallest product first."""
    chosen: list[tuple[int, ...]] = [()]
    for length in lengths:
        chosen = [(*c, k) for c in chosen for k in range(1, min(length, most // math.prod(c)) + 1)]
    return sorted(chosen, key=math.prod)


def _cut(weights: Sequence[int], count: int) -> _Cut:
    """At most ``count`` runs of neighbours, the heaviest as light as possible (bisection over what a run may hold)."""
    low, high = max(weights), sum(weights)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_filled(weights, middle)) <= count else (middle + 1, high)
    return _Cut(_filled(weights, low), low)


def _filled(weights: Sequence[int], capacity: int) -> tuple[int, ...]:
    """Where runs begin if each is filled up to ``capacity`` before the next is begun."""
    starts, load = [0], 0
    for i, weight in enumerate(weights):
        if load + weight > capacity:
            starts.append(i)
            load = 0
        load += weight
    return tuple(starts)


def _runs(side: Or, cut: _Cut) -> list[Or]:
    return [Or(side.parts[a:b]) for a, b in itertools.pairwise((*cut.starts, len(side.parts)))]


def _about(cut: Callable[[int, int], _Cut], weights: Sequence[Sequence[int]], room: int) -> int:
    """Roughly how many parts there would be: the side with the heaviest runs is cut a quarter finer until all fit."""
    counts = [1] * len(weights)
    while cuttable := [i for i, count in enumerate(counts) if count < len(weights[i])]:
        if sum(cut(*each).heaviest for each in enumerate(counts)) <= room:
            break
        i = max(cuttable, key=lambda i: cut(i, counts[i]).heaviest)
        counts[i] = min(len(weights[i]), counts[i] + max(1, counts[i] // 4))
    return math.prod(counts)
