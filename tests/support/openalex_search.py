"""What OpenAlex's filters mean, over a list of works: a second reading of the documentation, for tests and benchmarks.

Nothing of ``slr.matrix.query`` is used: the Boolean string is read by the small parser below, so that a mistake in the
one is seen by the other. Only the words of a text are those of ``Analyzer``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from slr.matrix.analysis import EXACT, STEMMED, Analyzer

Work = Mapping[str, Any]
Test = Callable[["Indexed"], bool]
TOKEN = re.compile(r'\s*(?:(?P<mark>[()])|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))')
SEARCHES = {
    "title_and_abstract.search": (STEMMED, ("title", "abstract")),
    "title_and_abstract.search.exact": (EXACT, ("title", "abstract")),
    "title.search": (STEMMED, ("title",)),
    "display_name.search": (STEMMED, ("title",)),
    "title.search.exact": (EXACT, ("title",)),
}


class BadFilter(Exception):
    """A filter that OpenAlex answers with HTTP 400."""


class Indexed:
    """One work with the words of its fields, worked out once per analyzer and field."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.number = work_number(work["id"])
        self._words: dict[tuple[str, str], dict[str, set[int]]] = {}

    def words(self, analyzer: Analyzer, field: str) -> dict[str, set[int]]:
        """Every word of the field with its positions, as an inverted index has them."""
        key = (repr(analyzer), field)
        if key not in self._words:
            index: dict[str, set[int]] = {}
            for position, word in positioned(analyzer, self.text(field)):
                index.setdefault(word, set()).add(position)
            self._words[key] = index
        return self._words[key]

    def text(self, field: str) -> str:
        if field == "title":
            return self.work.get("title") or self.work.get("display_name") or ""
        places = self.work.get("abstract_inverted_index") or {}
        return " ".join(w for _, w in sorted((p, w) for w, ps in places.items() for p in ps))


def work_number(value: str) -> str:
    return value.rstrip("/").rpartition("/")[2].upper()


def positioned(analyzer: Analyzer, text: str) -> Iterator[tuple[int, str]]:
    yield from ((position, word) for word, position in analyzer.tokens(text))


def phrase_test(text: str, analyzer: Analyzer, fields: Sequence[str]) -> Test:
    wanted = list(positioned(analyzer, text))

    def test(one: Indexed) -> bool:
        return any(_holds(one.words(analyzer, field), wanted) for field in fields)

    return test


def _holds(index: Mapping[str, set[int]], wanted: Sequence[tuple[int, str]]) -> bool:
    if not wanted:
        return False
    starts: set[int] | None = None
    for offset, word in wanted:
        here = {place - offset for place in index.get(word, ())}
        starts = here if starts is None else starts & here
    return bool(starts)


class Boolean:
    """Recursive descent over ``or := and (OR and)*``, ``and := not ([AND] not)*``, ``not := NOT? atom``."""

    def __init__(self, text: str, leaf: Callable[[str], Test]) -> None:
        self.tokens = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in TOKEN.finditer(text) if m.lastgroup]
        self.leaf = leaf
        self.at = 0
        if text.count('"') % 2:
            raise BadFilter("unbalanced quotes in a search")

    def parse(self) -> Test:
        test = self._or()
        if self.at != len(self.tokens):
            raise BadFilter("unbalanced parentheses in a search")
        return test

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _or(self) -> Test:
        sides = [self._and()]
        while self._peek() == ("word", "OR"):
            self.at += 1
            sides.append(self._and())
        return lambda one: any(side(one) for side in sides)

    def _and(self) -> Test:
        sides = [self._not()]
        while self._peek() not in (("end", ""), ("mark", ")"), ("word", "OR")):
            if self._peek() == ("word", "AND"):
                self.at += 1
            sides.append(self._not())
        return lambda one: all(side(one) for side in sides)

    def _not(self) -> Test:
        if self._peek() == ("word", "NOT"):
            self.at += 1
            inner = self._not()
            return lambda one: not inner(one)
        return self._atom()

    def _atom(self) -> Test:
        kind, text = self._peek()
        self.at += 1
        if (kind, text) == ("mark", "("):
            test = self._or()
            if self._peek() != ("mark", ")"):
                raise BadFilter("unbalanced parentheses in a search")
            self.at += 1
            return test
        if kind not in ("word", "phrase") or (kind == "word" and text in ("AND", "OR", "NOT")):
            raise BadFilter("a search with an operator out of place")
        return self.leaf(text)


def read_filter(text: str, works: Mapping[str, Indexed]) -> Test:
    """The test that ``filter=`` stands for; raises BadFilter with OpenAlex's words."""
    tests = [_one_filter(part, works) for part in re.findall(r'(?:"[^"]*"|[^,"])+', text)]
    return lambda one: all(test(one) for test in tests)


def _one_filter(part: str, works: Mapping[str, Indexed]) -> Test:
    name, colon, value = part.partition(":")
    if not colon:
        raise BadFilter(f"{part} is not a valid filter: expected name:value")
    values = value.split("|")
    if len(values) > 100:
        raise BadFilter(f"Maximum number of values exceeded for {name}. Decrease values to 100 or below.")
    if name in SEARCHES:
        analyzer, fields = SEARCHES[name]
        sides = [Boolean(one, lambda text: phrase_test(text, analyzer, fields)).parse() for one in values]
        return lambda one: any(side(one) for side in sides)
    if name not in PLAIN:
        raise BadFilter(
            f"{name} is not a valid field. Valid fields are underscore or hyphenated versions of: "
            + ", ".join(sorted((*SEARCHES, *PLAIN)))
        )
    return PLAIN[name](values, works)


def _years(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    ranges = [_year_range(value) for value in values]

    def test(one: Indexed) -> bool:
        year = one.work.get("publication_year")
        return year is not None and any(low <= year <= high for low, high in ranges)

    return test


def _year_range(value: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{4})?(-)?(\d{4})?|([<>])(\d{4})", value)
    if not found or not value.strip("-"):
        raise BadFilter(f"Value for param publication_year must be a number or a range, got {value}.")
    if found[4]:
        return (int(found[5]) + 1, 9999) if found[4] == ">" else (0, int(found[5]) - 1)
    low = int(found[1] or 0)
    return (low, int(found[3] or 9999)) if found[2] else (low, low)


def _dois(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    wanted = {bare_doi(value) for value in values}
    return lambda one: bare_doi(one.work.get("doi") or "none") in wanted


def bare_doi(value: str) -> str:
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", value.lower())


def _ids(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    wanted = {work_number(value) for value in values}
    return lambda one: one.number in wanted


def _cites(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    wanted = {work_number(value) for value in values}
    return lambda one: any(work_number(ref) in wanted for ref in one.work.get("referenced_works") or ())


def _cited_by(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    citing = [works[number] for number in map(work_number, values) if number in works]
    wanted = {work_number(ref) for one in citing for ref in one.work.get("referenced_works") or ()}
    return lambda one: one.number in wanted


def _types(values: Sequence[str], works: Mapping[str, Indexed]) -> Test:
    return lambda one: one.work.get("type") in values


PLAIN: dict[str, Callable[[Sequence[str], Mapping[str, Indexed]], Test]] = {
    "publication_year": _years,
    "doi": _dois,
    "openalex": _ids,
    "openalex_id": _ids,
    "ids.openalex": _ids,
    "cites": _cites,
    "cited_by": _cited_by,
    "type": _types,
}


def read_oql(text: str) -> Test:
    """``works where title/abstract has (…) [and year >= (1990)] [and year <= (2011)]``; quotes mean exact."""
    found = re.fullmatch(r"works where title/abstract has \((.*?)\)((?: and year [<>]= \(\d{4}\))*)", text)
    if not found:
        raise BadFilter("Invalid OQL: not a query this server reads.")
    limits = re.findall(r"year ([<>])= \((\d{4})\)", found[2])

    def leaf(phrase: str) -> Test:
        analyzer = STEMMED if phrase.startswith("~") else EXACT
        return phrase_test(phrase.removeprefix("~"), analyzer, ("title", "abstract"))

    search = Boolean(re.sub(r'stemmed "', '"~', found[1]), leaf).parse()
    low = max((int(year) for sign, year in limits if sign == ">"), default=0)
    high = min((int(year) for sign, year in limits if sign == "<"), default=9999)
    return lambda one: search(one) and (not limits or low <= (one.work.get("publication_year") or -1) <= high)
