"""Which works lack what, and by which identifiers others can be asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slr.merged import Filled
from slr.model import Record
from slr.sources.base import IdName, SourceInfo

FIELDS = ("doi", "abstract", "references", "retracted")
"""What is filled in: identifier, abstract, the ids of cited works, and whether the work was retracted."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A work that lacks ``missing`` fields; ``identifiers`` are those it is known by, ``told_by`` its sources."""

    work_id: str
    missing: frozenset[str]
    identifiers: Mapping[str, str]
    told_by: frozenset[str]


def find_gaps(grouped: Mapping[str, Sequence[Record]], filled: Mapping[str, Mapping[str, Filled]]) -> list[Gap]:
    """The works that lack something, by id; ``grouped`` has the records of each, ``filled`` what is known beside."""
    gaps = (_gap(work, grouped[work], filled.get(work, {})) for work in sorted(grouped))
    return [gap for gap in gaps if gap.missing]


def _gap(work: str, members: Sequence[Record], filled: Mapping[str, Filled]) -> Gap:
    missing = {name for name in FIELDS if name not in filled and not any(states(record, name) for record in members)}
    sources = frozenset(record.source.split(" ")[0] for record in members)  # "openalex citations" is OpenAlex too
    return Gap(work, frozenset(missing), _identifiers(members, filled), sources)


def states(record: Record, name: str) -> bool:
    """Whether a record says something about a field; "not retracted" is saying something, references in words not."""
    if name == "references":
        return any(" " not in reference for reference in record.references)
    return getattr(record, name) not in (None, "", ())


def _identifiers(members: Sequence[Record], filled: Mapping[str, Filled]) -> dict[str, str]:
    """The first of each kind, in the order of the records' ids."""
    found: dict[str, str] = {}
    for record in members:
        named = {"doi": record.doi, "openalex": record.ids.get("openalex"), "pmid": record.ids.get("pmid")}
        for name, value in named.items():
            if value:
                found.setdefault(name, value)
    if "doi" in filled:
        found.setdefault("doi", str(filled["doi"].value))
    return found


def questions(gaps: Iterable[Gap], info: SourceInfo) -> dict[IdName, dict[str, list[Gap]]]:
    """identifier → value → the works to ask about, each by the surest identifier that the source takes.

    A source is not asked about works that it described itself, nor for references that it does not have, nor by DOI
    for a DOI.
    """
    asked: dict[IdName, dict[str, list[Gap]]] = {name: defaultdict(list) for name in info.identifiers}
    for gap in gaps:
        name = next((name for name in info.identifiers if name in gap.identifiers), None)
        useful = gap.missing - ({"doi"} if name == "doi" else set()) - (set() if info.references else {"references"})
        if name and useful and info.name not in gap.told_by:
            asked[name][gap.identifiers[name]].append(gap)
    return asked


def value_of(record: Record, name: IdName) -> str | None:
    """The identifier of that kind that a record states."""
    return record.doi if name == "doi" else record.ids.get(name)
