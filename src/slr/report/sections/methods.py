"""The methods paragraph to paste: every sentence follows from the store, and is left out where it would not be true.

In an update it tells what was asked since the last frozen version, and the previous studies beside the new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from slr.report.document import Block, Heading, Items, Paragraph, Span, counted, listed, to_write, waiting
from slr.report.evidence import CITATION, Evidence
from slr.report.sections.asked import day, place, searched, sizes
from slr.report.told import Told
from slr.store import since, versions
from slr.store.runs import QueryState, Run
from slr.store.versions import Version

METHODS = "Methods paragraph"

Sentence = Span | tuple[Span, ...]


def section(e: Evidence, told: Told) -> Iterator[Block]:
    """The paragraph, and what has to be said beside the numbers of the diagram."""
    yield Heading(METHODS)
    yield Paragraph("A draft to paste and to edit; the numbers are the store's, what is in square brackets is yours.")
    yield Paragraph(tuple(_joined(_sentences(e, told))))
    if told.notes:
        yield Paragraph("What stands beside the flow diagram:")
        yield Items(told.notes)


def _joined(sentences: Iterator[Sentence]) -> Iterator[Span]:
    for number, sentence in enumerate(sentences):
        if number:
            yield " "
        yield from sentence if isinstance(sentence, tuple) else (sentence,)


def _sentences(e: Evidence, told: Told) -> Iterator[Sentence]:
    version = versions.get(e.review.store.db, told.previous_version) if told.previous_version else None
    yield to_write("why these sources and these terms")
    yield from _asked(e, version)
    yield from _matrix(e)
    yield from _limit(e)
    yield from _followed(e, version)
    if told.prisma and e.works():
        yield from _flow(e, told)


# what was asked


def _asked(e: Evidence, version: Version | None) -> Iterator[str]:
    """The sources; in an update, those asked since the version that it updates."""
    if version:
        studies = len({one.study for one in version.included})
        yield (
            f"This is an update of version {version.name} of the review (frozen {day(version.frozen_at)}), which "
            f"included {_in_reports(studies, len(version.included))}."
        )
    after = version.frozen_at if version else ""
    begun = {run.run_id for run in e.runs if run.started_at > after}
    if queries := [query for query in searched(e) if query.run_id in begun]:
        begin = "Since then we" if version else "We"
        yield f"{begin} searched {listed(_named(queries, since.records_by_source(e.review.store.db, after)))}."


def _in_reports(studies: int, reports: int) -> str:
    return f"{counted(studies, 'study', 'studies')} in {counted(reports, 'report')}" if studies else "no studies"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _named(queries: list[QueryState], records: Mapping[str, int]) -> Iterator[str]:
    """Each source once, where and on which days it was searched, and the different records that it gave."""
    for source, group in groupby(sorted(queries, key=lambda q: (q.source, place(q))), key=lambda q: q.source):
        each = list(group)
        name = listed(dict.fromkeys(map(place, each)))
        days = listed(sorted({day(q.asked_on) for q in each}))
        yield f"{name} ({days}; {counted(records.get(source, 0), 'record')})"


def _matrix(e: Evidence) -> Iterator[Sentence]:
    run = _last_search(e)
    variants = f"; spelling variants were {'' if e.variants else 'not '}searched" if run else ""
    yield (
        f"The search matrix combines {sizes(e)}, each cell one phrase of every axis in title, abstract or "
        f"keywords{variants}."
    )
    if run and run.matrix_hash != e.review.matrix_hash(run.variants):
        yield to_write("the matrix has changed since the last search: what that one asked for")


def _last_search(e: Evidence) -> Run | None:
    searches = e.of_run("search")
    return searches[-1] if searches else None


def _limit(e: Evidence) -> Iterator[Sentence]:
    search, run = e.review.config.search, _last_search(e)
    if run is None:
        yield to_write("limits that were set by hand")
    elif run.config_hash != e.review.search_hash(run.variants):
        yield to_write("limits: the configuration has changed since the last search")
    elif not (search.years.first or search.years.last):
        yield "No limit on years was sent with the queries to open sources."
    else:
        reason = search.justification or to_write("why")
        span = f"{search.years.first or '…'}–{search.years.last or '…'}"
        yield (f"The search of open sources was limited to {span} (", reason, ").")


def _followed(e: Evidence, version: Version | None) -> Iterator[str]:
    after = version.frozen_at if version else ""
    rounds = {run.run_id for run in e.of_run(CITATION) if run.started_at > after}
    if rounds:
        directions = sorted({q.text.split(":")[0] for q in e.queries if q.run_id in rounds})
        records = since.records_of_rounds(e.review.store.db, after)
        yield (
            f"We searched citations ({listed(directions)}) in {counted(len(rounds), 'round')}, "
            f"which returned {counted(records, 'different record')}."
        )


# from records to studies


def _flow(e: Evidence, told: Told) -> Iterator[Sentence]:
    if told.count("database_results") + told.count("register_results"):
        yield _removed(e, told)
    yield from _people(e, told)
    if told.count("records_excluded") or told.count("dbr_sought_reports"):
        yield _left(told)
    if told.n("other_assessed") is not None:
        yield _right(told)
    yield _included(e, told)


def _removed(e: Evidence, told: Told) -> str:
    identified = told.count("database_results") + told.count("register_results")
    ways = "databases and registers" if told.n("register_results") else "databases"
    known, duplicates = told.detail("already_known"), told.count("duplicates")
    settled = f" (of all duplicates, {known:,} of works that version {told.previous_version} had settled)"
    return (
        f"Of {counted(identified, 'record')} from {ways}, {counted(duplicates, 'duplicate')} {_were(duplicates)} "
        f"merged with slr {e.slr_version}{settled if told.previous_version else ''}{_failed(e, told)}; "
        f"{counted(told.count('records_screened'), 'record')} entered screening."
    )


def _failed(e: Evidence, told: Told) -> str:
    """What was taken out before screening, by the criteria and by the rule that stopped it."""
    rules = listed(rule.name for rule in e.review.config.criteria.automatic)
    why = [f"a criterion speaks against ({rules})"] if rules else []
    why += ["no person had seen when screening was stopped"] if told.detail("tail") == "automatic" else []
    n = told.count("excluded_automatic")
    return f", and {n:,} {_were(n)} removed that {' or '.join(why)}" if why else ""


def _people(e: Evidence, told: Told) -> Iterator[Sentence]:
    done = e.undecided == told.left_unseen
    record = "Each record that a person saw" if told.left_unseen else "Each record"
    stages = listed(f"{stage.name} by {counted(stage.reviewers, 'reviewer')}" for stage in e.review.config.stages)
    tools = e.review.config.tools
    named = f" (of the reviewers, {listed(tools)} {'is a tool' if len(tools) == 1 else 'are tools'})" if tools else ""
    asked = to_write("whether independently, and how disagreements ended")
    yield (f"{record} {'was' if done else 'is to be'} decided at {stages}{named} ", asked, ".")


def _left(told: Told) -> str:
    return (
        f"Of the records that entered screening {told.count('records_excluded'):,} were excluded; "
        f"{counted(told.count('dbr_sought_reports'), 'report')} were sought, "
        f"{told.count('dbr_notretrieved_reports'):,} not retrieved, {told.count('dbr_assessed'):,} assessed in full "
        f"text and {_reasons(told, 'dbr_excluded')}."
    )


def _right(told: Told) -> str:
    ways = ("website_results", "organisation_results", "citations_results")
    returned = counted(sum(map(told.count, ways)), "record")
    unseen = " or were left unseen" if told.detail("tail") == "automatic" else ""
    return (
        f"Other methods returned {returned}, of which {told.detail('other_duplicates'):,} are duplicates, "
        f"{told.detail('other_ineligible'):,} failed a criterion{unseen} and {told.detail('other_records_excluded'):,} "
        f"were excluded on title and abstract; {counted(told.count('other_sought_reports'), 'report')} were sought, "
        f"{told.count('other_notretrieved_reports'):,} not retrieved, {told.count('other_assessed'):,} assessed and "
        f"{_reasons(told, 'other_excluded')}."
    )


def _reasons(told: Told, box: str) -> str:
    reasons = told.boxes.get(box)
    n = told.count(box)
    if not isinstance(reasons, Mapping) or not n:
        return f"{n:,} excluded"
    return f"{n:,} excluded ({'; '.join(f'{reason}: {count:,}' for reason, count in reasons.items())})"


def _included(e: Evidence, told: Told) -> str:
    new = _in_reports(told.count("new_studies"), told.count("new_reports"))
    left = e.undecided - told.left_unseen
    ends = f"; {waiting(left)}." if left else "."
    if not told.previous_version:
        return f"{_capital(new)} {_were(told.count('new_studies'))} included{' so far' if left else ''}{ends}"
    total = _in_reports(told.count("total_studies"), told.count("total_reports"))
    previous = counted(told.count("previous_studies"), "previous study", "previous studies")
    return f"The update added {new} to the {previous}{_otherwise(told)}; the review now includes {total}{ends}"


def _otherwise(told: Told) -> str:
    """What else the total of an update differs by from the previous studies."""
    found, gone = told.detail("new_reports_of_old_studies"), told.detail("reports_removed")
    lost = f"{counted(told.detail('studies_removed'), 'study', 'studies')} and {counted(gone, 'report')}"
    return (f", and {counted(found, 'report')} of these" if found else "") + (
        f"; {lost} of these are no longer included" if gone else ""
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
