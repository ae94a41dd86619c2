"""What the local servers of several services share: works, faults, and reading their queries.

Nothing of ``slr.matrix.query`` or the dialects is used: queries are read by the parser below, from the services' own
documentation, so that a mistake in the one is seen by the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from slr.http.archive import Archive
from slr.http.client import Http
from slr.matrix.analysis import STEMMED, Analyzer
from tests.support.fake_time import FakeTime
from tests.support.http_server import Answer, Asked, Body
from tests.support.openalex_search import Indexed, Test, Work


class Service:
    """An app for ``serving`` over works in OpenAlex's form; ``faults[i]`` (if not None) is what request ``i`` meets.

    ``asked`` is the log; ``analyzer`` the text rules that the service keeps to itself.
    """

    def __init__(
        self, works: Iterable[Work], faults: Sequence[Answer | None] = (), analyzer: Analyzer = STEMMED
    ) -> None:
        self.works = {one.number: one for one in map(Indexed, works)}
        self.faults = list(faults)
        self.analyzer = analyzer
        self.asked: list[Asked] = []
        self._found: dict[str, list[Indexed]] = {}

    def __call__(self, asked: Asked) -> Answer | Body:
        self.asked.append(asked)
        fault = self.faults.pop(0) if self.faults else None
        return fault or self.answer(asked)

    def answer(self, asked: Asked) -> Answer | Body:
        raise NotImplementedError

    def find(self, text: str, test: Callable[[], Test]) -> list[Indexed]:
        """The works that a query finds, by number; each query is worked out once."""
        if text not in self._found:
            found = test()
            self._found[text] = [one for _, one in sorted(self.works.items(), key=_number) if found(one)]
        return self._found[text]

    def references(self, one: Indexed) -> list[Indexed | None]:
        """What a work cites, in order; None for a work that is not here."""
        return [self.works.get(ref.rpartition("/")[2]) for ref in one.work.get("referenced_works") or ()]

    def citations(self, one: Indexed) -> list[Indexed]:
        return [citing for citing in self.works.values() if one in self.references(citing)]


def _number(item: tuple[str, Indexed]) -> int:
    return int(item[0][1:])


def bare_doi(one: Indexed) -> str | None:
    doi = one.work.get("doi")
    return doi.removeprefix("https://doi.org/") if doi else None


def year(one: Indexed) -> int | None:
    found: int | None = one.work.get("publication_year")
    return found


class BadQuery(Exception):
    """A query that the service cannot read."""


TOKEN = re.compile(
    r"""\s*(?:
      (?P<range>[\w.]+:\[\d+[ ]TO[ ]\d+\]) | (?P<compare>\w+(?:>=|<=)\d+) | (?P<exists>_exists_:\w+)
    | (?P<field>[\w.]+:)(?=["(]) | (?P<term>[A-Z_]+:\w+) | (?P<mark>[()|+]) | "(?P<phrase>[^"]*)" | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
AND, OR = ("AND", "+"), ("OR", "|")


class Query:
    """Reads ``("a" | "b") + ("c")``, ``(TITLE:"a" OR ABSTRACT:"a") AND …``, ``title:("a" OR "b")``, years, ``NOT``.

    ``fields`` gives the test of a phrase in a field of the service ('' is no field), ``years`` the name of the field
    that holds the year.
    """

    def __init__(self, text: str, fields: Mapping[str, Callable[[str], Test]], years: str = "") -> None:
        self.tokens = [(m.lastgroup or "", m[m.lastgroup or 0]) for m in TOKEN.finditer(text) if m.lastgroup]
        self.fields, self.years, self.at = fields, years, 0
        if text.count('"') % 2 or not text.strip():
            raise BadQuery(text)

    def test(self) -> Test:
        found = self._or("")
        if self.at != len(self.tokens):
            raise BadQuery("unbalanced parentheses")
        return found

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _or(self, field: str) -> Test:
        sides = [self._and(field)]
        while self._next()[1] in OR:
            self.at += 1
            sides.append(self._and(field))
        return lambda one: any(side(one) for side in sides)

    def _and(self, field: str) -> Test:
        sides = [self._not(field)]
        while self._next() not in (("end", ""), ("mark", ")")) and self._next()[1] not in OR:
            self.at += self._next()[1] in AND
            sides.append(self._not(field))
        return lambda one: all(side(one) for side in sides)

    def _not(self, field: str) -> Test:
        if self._next() == ("word", "NOT"):
            self.at += 1
            inner = self._not(field)
            return lambda one: not inner(one)
        return self._atom(field)

    def _atom(self, field: str) -> Test:
        kind, text = self._next()
        self.at += 1
        if kind == "field":
            return self._atom(text[:-1])
        if (kind, text) == ("mark", "("):
            found = self._or(field)
            if self._next() != ("mark", ")"):
                raise BadQuery("unbalanced parentheses")
            self.at += 1
            return found
        if kind == "phrase":
            if field not in self.fields:
                raise BadQuery(f"there is no field {field!r}")
            return self.fields[field](text)
        if kind in ("range", "compare", "exists", "term"):
            return self._limit(kind, text)
        raise BadQuery(f"out of place: {text!r}")

    def _limit(self, kind: str, text: str) -> Test:
        name = re.split(r":|[<>]=", text)[1 if kind == "exists" else 0]
        if kind == "term" and text == "SRC:MED":
            return lambda one: True
        if name != self.years:
            raise BadQuery(f"there is no field {name!r}")
        low, high = _span(kind, [int(part) for part in re.findall(r"\d+", text)], text)
        return lambda one: low <= (year(one) or -1) <= high


def _span(kind: str, numbers: list[int], text: str) -> tuple[int, int]:
    if kind == "range":
        return numbers[0], numbers[1]
    if kind == "compare":
        return (numbers[0], 9999) if ">" in text else (0, numbers[0])
    return 0, 9999


def phrases(analyzer: Analyzer, *fields: str) -> Callable[[str], Test]:
    """The test of a phrase in one of our fields (``title``, ``abstract``): its terms in a row, any word for a gap."""

    def test(text: str) -> Test:
        places = analyzer.pattern(text)
        row = " ".join(re.escape(term) if term else r"\S+" for term in places)
        found = re.compile(rf"(?<!\S){row}(?!\S)")
        return lambda one: bool(places) and any(found.search(_terms(one, field, analyzer)) for field in fields)

    return test


def _terms(one: Indexed, field: str, analyzer: Analyzer) -> str:
    """The terms of a field in a row, ``-`` for a word that is left out; worked out once."""
    key = (analyzer.name, field)
    known: dict[tuple[str, str], str] = one.__dict__.setdefault("terms", {})
    if key not in known:
        text = one.text(field)
        terms = ["-"] * len(analyzer.words(text))
        for term, place in analyzer.tokens(text):
            terms[place] = term
        known[key] = " ".join(terms)
    return known[key]


def equal(value: Callable[[Indexed], str | None], exact: bool = False) -> Callable[[str], Test]:
    """The test of a whole value, such as a DOI; upper and lower case count if ``exact``."""

    def test(text: str) -> Test:
        wanted = text if exact else text.lower()
        return lambda one: (value(one) or "") == wanted if exact else (value(one) or "").lower() == wanted

    return test


def http(folder: Path, *, offline: bool = False, time: FakeTime | None = None, **environ: str) -> Http:
    """A client with an archive under ``folder``, on a clock that only its own pauses move."""
    clock = time or FakeTime()
    return Http(
        Archive(folder / "archive"),
        run_id="run",
        environ=environ,
        clock=clock.clock,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
        random=lambda: 0.0,
        offline=offline,
    )
