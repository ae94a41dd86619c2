"""What config/ declares beside what was done: a reader sees at once where the two differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from slr.report.document import Block, Cell, Code, Heading, Paragraph, Strong, Table, Text, counted, listed
from slr.report.evidence import CITATION, Evidence
from slr.report.sections.asked import SUFFIX, day, sizes
from slr.sources.registry import title_of
from slr.store import decisions
from slr.store.runs import QueryState, Run

DECLARED = "Declared and done"

Line = tuple[str, Text, Text, Text]
"""What it is about, what is declared, what was done, and where the two differ (empty: they do not)."""


def section(e: Evidence) -> Iterator[Block]:
    """The section."""
    yield Heading(DECLARED)
    files = (Code("search_terms.yaml"), " and ", Code("config/"))
    yield Paragraph(("What ", *files, " declare now, and what the store says was done."))
    lines = [*_search(e), *_sources(e), *_stages(e), *_people(e), *_criteria(e), *_reasons(e), *_known(e)]
    rows: tuple[tuple[Cell, ...], ...] = tuple(lines)
    yield Table(("", "declared", "done", "difference"), rows)
    differing = sum(1 for line in lines if line[3])
    if differing:
        verb = "differs" if differing == 1 else "differ"
        yield Paragraph(f"{counted(differing, 'line').capitalize()} of {len(lines)} {verb}.", warning=True)


def _differs(text: str) -> Text:
    return Strong(text) if text else ""


def _latest(e: Evidence) -> Run | None:
    searches = e.of_run("search")
    return searches[-1] if searches else None


def _search(e: Evidence) -> Iterator[Line]:
    run = _latest(e)
    if run is None:
        yield ("matrix", sizes(e), "no open source was searched", _differs("not searched" if _enabled(e) else ""))
        return
    same = run.matrix_hash == e.review.matrix_hash(run.variants)
    done = f"searched {day(run.started_at)} ({run.status})"
    yield ("matrix", sizes(e), done, _differs("" if same else "the matrix has changed since"))
    declared = "on" if e.review.config.search.variants else "off"
    used = "on" if run.variants else "off"
    yield ("spelling variants", declared, used, _differs("" if declared == used else "switched by an option"))
    years = e.review.config.search.years
    limit = f"{years.first or '…'} to {years.last or '…'}" if years.first or years.last else "none"
    current = run.config_hash == e.review.search_hash(run.variants)
    yield ("limit on years", limit, limit if current else "as in the queries below",
           _differs("" if current else "matrix, limits or sources have changed since"))  # fmt: skip


def _enabled(e: Evidence) -> tuple[str, ...]:
    return tuple(e.review.enabled_sources())


def _sources(e: Evidence) -> Iterator[Line]:
    run = _latest(e)
    asked: dict[str, list[QueryState]] = {}
    for query in e.queries:
        if run and query.run_id == run.run_id:
            asked.setdefault(query.source, []).append(query)
    for name in _enabled(e):
        yield (f"source {title_of(name)}", "enabled", *_asked(asked.get(name)))
    for name in sorted(set(asked) - set(_enabled(e))):
        yield (
            f"source {title_of(name)}",
            "not enabled",
            _asked(asked[name])[0],
            _differs("searched, and now switched off"),
        )
    files_of = {run.run_id for run in e.of_run("import")}
    imported = [query for query in e.queries if query.run_id in files_of]
    for name in sorted({query.source for query in imported}):
        files = [query for query in imported if query.source == name]
        days = listed(sorted({day(q.asked_on) for q in files}))
        yield (f"source {title_of(name)}", "by hand", f"{counted(len(files), 'file')}, searched {days}", "")
    rounds_of = {run.run_id for run in e.of_run(CITATION)}
    if indexes := sorted({q.source for q in e.queries if q.run_id in rounds_of}):
        rounds = counted(len(rounds_of), "round")
        names = listed(title_of(name.removesuffix(SUFFIX)) for name in indexes)
        yield ("citation searching", "", f"{rounds} in {names}", "")


def _asked(queries: list[QueryState] | None) -> tuple[Text, Text]:
    if not queries:
        return "never searched", _differs("enabled, but not searched")
    retrieved = sum(q.retrieved for q in queries)
    stated = [q.server_total for q in queries if q.server_total is not None]
    lost = sum(stated) - retrieved if len(stated) == len(queries) else 0
    problem = "not complete" if any(q.status != "complete" for q in queries) else ""
    missing = f"{lost:,} hits not retrieved" if lost > 0 else ""
    return f"{counted(retrieved, 'record')}", _differs("; ".join(filter(None, (problem, missing))))


def _stages(e: Evidence) -> Iterator[Line]:
    votes = decisions.votes(e.review.store.db, e.review.config.maybe)
    for number, stage in enumerate(e.review.config.stages):
        cast = Counter(
            len({v.reviewer for v in each if not v.settles}) for (_, name), each in votes.items() if name == stage.name
        )
        done = (
            listed(f"{counted(n, 'work')} by {reviewers}" for reviewers, n in sorted(cast.items())) if cast else "none"
        )
        few = sum(n for reviewers, n in cast.items() if reviewers < stage.reviewers)
        short = f"{counted(few, 'work')} with fewer reviewers than declared" if few else ""
        open_ = f"{counted(e.undecided, 'work')} undecided" if e.undecided and not number else ""
        declared = f"{counted(stage.reviewers, 'reviewer')} each"
        yield (f"stage {stage.name}", declared, done, _differs("; ".join(filter(None, (short, open_)))))


def _people(e: Evidence) -> Iterator[Line]:
    declared, active = e.review.config.reviewers, decisions.reviewers(e.review.store.db)
    unknown = sorted(set(active) - set(declared)) if declared else []
    idle = [name for name in declared if name not in active]
    differ = [f"decided without being declared: {listed(unknown)}"] if unknown else []
    differ += [f"nothing decided by {listed(idle)}"] if idle else []
    yield ("reviewers", listed(declared) or "anyone", listed(active) or "nobody yet", _differs("; ".join(differ)))


def _criteria(e: Evidence) -> Iterator[Line]:
    marked: Counter[str] = Counter(rule for rules in e.marked_by.values() for rule in rules)
    declared = [rule.name for rule in e.review.config.criteria.automatic]
    for name in declared:
        yield (f"criterion {name}", "applied before screening", f"marks {counted(marked[name], 'work')}", "")
    for name in sorted(set(marked) - set(declared)):
        yield (f"criterion {name}", "no longer declared", f"marks {counted(marked[name], 'work')}",
               _differs("run 'slr dedupe' to free them"))  # fmt: skip


def _reasons(e: Evidence) -> Iterator[Line]:
    declared = {reason.id for reason in e.review.config.criteria.exclusion}
    for name in sorted({r for r in e.reasons if r} - declared):
        yield (f"reason {name}", "not declared", f"given for {counted(e.reasons[name], 'work')}",
               _differs("a reason outside the criteria"))  # fmt: skip
    unexplained = e.reasons.get("", 0)
    if unexplained:
        yield ("reasons at full text", "one a report", f"{counted(unexplained, 'report')} excluded without one",
               _differs("give a reason: PRISMA 2020 asks for it"))  # fmt: skip


def _known(e: Evidence) -> Iterator[Line]:
    known = len(e.review.loaded.known)
    asked = len({finding.study for finding in e.findings})
    yield ("known studies", f"{known:,}", f"{asked:,} looked up in a source after its search missed them", "")
