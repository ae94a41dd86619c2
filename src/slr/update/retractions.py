"""Whether included works were retracted: asked of the sources for those that the update's search did not return.

A work that the search returned was described anew by its source, retraction included. One that is known from an import,
from citation searching, or no longer found, was not: it is asked for by DOI, OpenAlex id or PMID. What is told is kept
beside the records as ``slr enrich`` keeps it, "not retracted" too; one source's word that it was is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from slr.errors import OurBug, SlrError, UserError
from slr.failures import together
from slr.http.client import Http
from slr.model import Page, Record
from slr.review import Review
from slr.sources.base import Describer, IdName
from slr.store import enrichment, records, updates, works
from slr.store.enrichment import Told
from slr.store.updates import Update
from slr.store.versions import Version


def not_returned(review: Review, version: Version, run_id: str) -> dict[str, list[Record]]:
    """The present works of what the version includes that a search did not return, with their records."""
    db = review.store.db
    returned = set().union(*updates.hits(db, run_id).values())
    found = {}
    for one in version.included:
        work = works.resolve(db, one.records[0])
        members = records.of_work(db, work) if work else []
        if work and not returned & {r.record_id for r in members}:
            found[work] = members
    return found


def asked_about(review: Review, update: Update) -> set[str]:
    """The works that some source told of in this update."""
    return updates.told_of(review.store.db, _run_id(update))


def ask(review: Review, update: Update, about: Mapping[str, Sequence[Record]]) -> dict[str, int]:
    """Ask each enabled source that can be asked by identifier; returns source → works that it told of.

    Replies of an interrupted asking are not asked for again. Raises what kept a source from answering once all others
    were asked.
    """
    run_id, failures, told = _run_id(update), list[SlrError](), dict[str, int]()
    with review.store.writing() as db:
        enrichment.begin(db, run_id, update.began_at)
    with review.http(run_id) as http:
        sources = dict(_able(review, http))
        for name, source in sources.items():
            try:
                told[name] = sum(_keep(review, run_id, name, page, by) for page, by in _pages(source, about))
            except OurBug:
                raise
            except SlrError as error:
                failures.append(error)
    if failure := together(failures, len(sources)):
        raise failure
    with review.store.writing() as db:
        enrichment.end(db, run_id, "complete", review.now())
    return told


def check_askable(review: Review) -> None:
    """Raises UserError if no enabled source can be asked for single works."""
    with review.http("update-plan", offline=True) as http:
        if not dict(_able(review, http)):
            raise UserError(
                "no enabled source can be asked for single works: set sources.crossref: {enabled: true} in "
                "config/review.yaml, or leave --retractions out"
            )


def _run_id(update: Update) -> str:
    return f"{update.update_id}-retractions"


def _able(review: Review, http: Http) -> Iterator[tuple[str, Describer]]:
    for name in review.enabled_sources():
        source = review.source(name, http)
        if isinstance(source, Describer) and source.info.identifiers:
            yield name, source


_Asked = tuple[IdName, Mapping[str, Sequence[str]]]
"""An identifier's kind, and its values with the works that have them."""


def _pages(source: Describer, about: Mapping[str, Sequence[Record]]) -> Iterator[tuple[Page, _Asked]]:
    """Each work by the surest identifier that it has and the source takes."""
    names: Sequence[IdName] = source.info.identifiers  # type: ignore[attr-defined]
    by: dict[IdName, dict[str, list[str]]] = {name: defaultdict(list) for name in names}
    for work, members in about.items():
        named = ((name, value) for name in names for r in members if (value := _value(r, name)))
        if first := next(named, None):
            by[first[0]][first[1]].append(work)
    for name, values in by.items():
        for page in source.described(name, sorted(values)) if values else ():
            yield page, (name, values)


def _value(record: Record, name: IdName) -> str | None:
    return record.doi if name == "doi" else record.ids.get(name)


def _keep(review: Review, run_id: str, name: str, page: Page, asked: _Asked) -> int:
    id_name, values = asked
    at = review.archive.get(page.exchange_id).fetched_at
    told = [
        Told(work, "retracted", record.retracted, name, page.exchange_id, at)
        for record in page.records
        if record.retracted is not None
        for work in values.get(_value(record, id_name) or "", ())
    ]
    with review.store.writing() as db:
        enrichment.add(db, run_id, told)
    return len(told)
