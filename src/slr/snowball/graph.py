"""Who cites whom among the works of a review, from what indexes told and from the reference lists of records.

References are compared within one way of naming works (OpenAlex ids, DOIs), since two indexes list the same reference
under different names; of several ways the one that shows most counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from slr.review import Review
from slr.snowball.indexes import SUFFIX, indexes
from slr.snowball.known import naming
from slr.store import citations, works

Key = tuple[str, str]
"""A way of naming works and a name: ``("openalex", "W1")``."""


@dataclass(frozen=True)
class Graph:
    """``cited[work]`` are the names of what a work cites, known to the review or not; ``called`` name → work.

    A record's own id is a name of its work too, under ``record``.
    """

    cited: Mapping[str, frozenset[Key]]
    called: Mapping[Key, str]

    def owner(self, source: str, citing: str) -> str | None:
        """The work that an index, or a file, calls so."""
        return self.called.get((_naming(source), citing)) or self.called.get(("record", citing))

    def edges(self) -> set[tuple[str, str]]:
        """(citing, cited) between works of the review; a work that cites itself is left out."""
        pairs = ((work, self.called.get(name)) for work, names in self.cited.items() for name in names)
        return {(citing, cited) for citing, cited in pairs if cited and citing != cited}


@dataclass(frozen=True, slots=True)
class Candidate:
    """How a work hangs together with the included ones.

    ``cites`` and ``cited_by`` count included works; ``coupling`` sums the references it shares with each of them
    (Kessler 1963), ``cocitation`` the works that cite it together with each of them (Small 1973).
    """

    work_id: str
    cites: int
    cited_by: int
    coupling: int
    cocitation: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """Most direct citations first, then most shared ones, then by id."""
        return (-(self.cites + self.cited_by), -(self.coupling + self.cocitation), self.work_id)


def graph(review: Review) -> Graph:
    """Everything the review knows of who cites whom."""
    db = review.store.db
    work_of = works.memberships(db)
    called: dict[Key, str] = {}
    cited: dict[str, set[Key]] = defaultdict(set)
    for record_id, doi, ids, references in citations.naming(db):
        if work := work_of.get(record_id):
            called["record", record_id] = work
            for pair in naming(ids, doi).items():
                called.setdefault(pair, work)
            cited[work].update(filter(None, map(_key, references)))
    for citing, name in _told(review, work_of):
        cited[citing].add(name)
    bare = Graph({}, called)
    for text in citations.texts(db):
        owner = bare.owner(text.source, text.citing)
        if owner and text.record_id:
            cited[owner].add(("record", text.record_id))
    return Graph({work: frozenset(names) for work, names in cited.items() if names}, called)


def _told(review: Review, work_of: Mapping[str, str]) -> Iterable[tuple[str, Key]]:
    """(citing work, name of the cited one) of every citation that an index told and whose citing work is here."""
    named: dict[tuple[str, str], str] = {}
    for seed in citations.seeds(review.store.db):
        named |= {(seed.source, own): seed.work_id for own in seed.names}
    for link in citations.links(review.store.db):
        here = named.get((link.source, link.citing)) or work_of.get(f"{link.source}{SUFFIX}:{link.citing}")
        if here:
            yield here, (_naming(link.source), link.cited)


def _naming(source: str) -> str:
    return indexes()[source].own_id if source in indexes() else source


def _key(reference: str) -> Key | None:
    """``openalex:W1`` and ``crossref:10.1/a`` as names; text that is no name of a work is None."""
    source, colon, name = reference.partition(":")
    if not colon or not name:
        return None
    return (_naming(source), name) if source in indexes() or source == "doi" else None


def candidates(found: Graph, included: Collection[str], among: Collection[str]) -> list[Candidate]:
    """The works ``among`` that hang together with the included ones in any way, the best connected first."""
    kept, wanted = set(included), set(among) - set(included)
    edges = found.edges()
    cites = Counter(citing for citing, cited in edges if cited in kept)
    cited_by = Counter(cited for citing, cited in edges if citing in kept)
    coupling = _shared(found.cited, kept, wanted)
    cocitation = _shared(_citing(found), kept, wanted)
    ranked = (Candidate(work, cites[work], cited_by[work], coupling[work], cocitation[work]) for work in wanted)
    return sorted((c for c in ranked if c.rank[:2] != (0, 0)), key=lambda c: c.rank)


def _shared(names: Mapping[str, frozenset[Key]], kept: set[str], wanted: set[str]) -> Counter[str]:
    """work → names that it shares with the included works, summed over them; of the ways of naming, the most."""
    held = Counter(name for work in kept for name in names.get(work, ()))
    found: Counter[str] = Counter()
    for work in wanted:
        by_naming: Counter[str] = Counter()
        for name in names.get(work, ()):
            by_naming[name[0]] += held[name]
        found[work] = max(by_naming.values(), default=0)
    return found


def _citing(found: Graph) -> dict[str, frozenset[Key]]:
    """work → who cites it, as names."""
    citing: dict[str, set[Key]] = defaultdict(set)
    for one, other in found.edges():
        citing[other].add(("work", one))
    return {work: frozenset(who) for work, who in citing.items()}
