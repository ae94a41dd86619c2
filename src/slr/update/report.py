"""``outputs/update_report.md``: what an update found, for people; and the same for ``--json``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from slr.sources.registry import title_of
from slr.store.updates import Finding
from slr.update.update import KINDS, UpdateReport
from slr.update.words import SHOWN, counted, diff_lines

_TITLES = {
    "new-work": "New works",
    "changed": "Records described otherwise",
    "retracted": "Newly retracted",
    "vanished": "Vanished: hits of the source in a search since the version, and not now (kept, with their decisions)",
    "newly-matching": "Known works that newly lie in a cell of the matrix",
    "no-longer-matching": "Known works that no longer lie in a cell of the matrix",
    "queued": "Waiting for a first decision since this update",
    "look-again": "Decided works to look at again (their decisions stand)",
    "not-asked": "Included works that the search did not return: whether they were retracted was not asked",
}
_WHY_GONE = {
    "source": "the source no longer returns it",
    "matrix": "the changed matrix no longer asks for it",
    "years": "the changed years no longer ask for it",
}
_WHY_MATCHING = {"matrix": "by the changed matrix", "description": "its description changed"}
_WHY_QUEUED = {
    "new": "new",
    "criteria": "no criterion marks it any more",
    "votes": "its votes are open or differ now",
}
_ONLY_BY = {
    "matrix": "the changed matrix",
    "source": "a source that was not asked before",
    "years": "the changed years",
}


def update_report(report: UpdateReport, title: str) -> str:
    """The report as Markdown; lists are cut after ``words.SHOWN`` lines, the store and ``--json`` have them whole."""
    return (
        "\n".join([*_head(report, title), *_summary(report), *_added_alone(report), *_lists(report), *_diff(report)])
        + "\n"
    )


def summary(report: UpdateReport) -> list[str]:
    """The sentences that say what the update found."""
    known = sum(1 for one in report.found["new-record"] if one.detail["known_work"])
    new = report.n("new-work")
    marked = sum(1 for one in report.found["new-work"] if one.detail["marked"])
    included = sum(1 for one in report.found["retracted"] if one.detail["included"])
    return [
        f"{counted(report.n('new-record'), 'new record')}: {counted(new, 'new work')}"
        + (f" ({marked:,} marked ineligible by criteria)" if marked else "")
        + (f", and {counted(known, 'further record')} of known works" if known else ""),
        f"{counted(report.n('changed'), 'known record')} described otherwise",
        f"{counted(report.n('retracted'), 'work')} newly retracted"
        + (f", {included:,} of them included" if included else ""),
        f"{counted(report.n('vanished'), 'record')} no longer among the hits, kept and flagged",
        f"{counted(report.n('newly-matching'), 'known work')} newly in a cell of the matrix, "
        f"{report.n('no-longer-matching'):,} in none any more",
        f"{counted(report.n('queued'), 'work')} queued for a first decision; "
        f"{counted(report.n('look-again'), 'decided work')} to look at again",
        *_not_asked(report.n("not-asked")),
    ]


def _not_asked(n: int) -> list[str]:
    if not n:
        return []
    asks = "whether they were retracted was not asked ('slr update --retractions' asks)"
    return [f"{counted(n, 'included work')} not among the hits of the search: {asks}"]


def _head(report: UpdateReport, title: str) -> Iterator[str]:
    one = report.update
    yield f"# Update of “{_cell(title)}”"
    yield ""
    yield (
        f"Compared with version {one.version}. Begun {one.began_at}, finished {one.finished_at}; search {one.run_id}. "
        "Every source was asked for the whole search again and compared by the ids of records, so the overlap with "
        "earlier searches is complete. Works that were known keep their decisions."
    )
    yield ""
    yield "| source | queries | hits now | hits in its search before |"
    yield "|---|---:|---:|---:|"
    for asked in report.asked:
        before = "–" if asked.before is None else f"{asked.before:,}"
        yield f"| {_cell(title_of(asked.source))} | {asked.queries:,} | {asked.hits:,} | {before} |"
    yield ""


def _summary(report: UpdateReport) -> Iterator[str]:
    yield from (f"- {line}" for line in summary(report))
    yield ""


def only_by(report: UpdateReport) -> dict[str, list[str]]:
    """matrix, source or years → the new works that would not have been found without that change."""
    return {
        cause: [one.subject for one in report.found["new-work"] if cause in one.detail["only_by"]] for cause in _ONLY_BY
    }


def _added_alone(report: UpdateReport) -> Iterator[str]:
    settings = report.diff.settings
    if not settings.any:
        yield "The configuration is the version's: nothing in this update comes of a changed search or criterion."
        yield ""
        return
    yield "## Changed since the version"
    yield ""
    for name, sentences in (("matrix", settings.matrix), ("criteria", settings.criteria), ("other", settings.other)):
        yield from (f"- {name}: {_cell(sentence)}" for sentence in sentences)
    yield ""
    for cause, found in only_by(report).items():
        if found or (cause == "matrix" and settings.matrix):
            yield f"- Found only because of {_ONLY_BY[cause]}: {counted(len(found), 'new work')}."
    yield ""


def _lists(report: UpdateReport) -> Iterator[str]:
    for kind, title in _TITLES.items():
        found = report.found[kind]
        if found:
            yield f"## {title} ({len(found):,})"
            yield ""
            yield from (f"- {_line(kind, one)}" for one in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"- … and {len(found) - SHOWN:,} more: 'slr update --json' lists all"
            yield ""


def _line(kind: str, one: Finding) -> str:
    said = _SAYS[kind](one.detail)
    return f"{_cell(str(one.detail['title']) or 'without a title')} [{one.subject}]" + (
        f": {_cell(said)}" if said else ""
    )


def _new(detail: Any) -> str:
    facts = [str(detail["year"] or "no year"), *([f"doi {detail['doi']}"] if detail["doi"] else [])]
    facts += map(title_of, detail["sources"])
    facts += [f"only by {_ONLY_BY[cause]}" for cause in detail["only_by"]]
    facts += [f"ineligible by '{rule}'" for rule in detail["marked"]] + (["retracted"] if detail["retracted"] else [])
    return ", ".join(facts)


def _flagged(detail: Any) -> str:
    return "included in the review" if detail["included"] else ""


_SAYS: dict[str, Callable[[Any], str]] = {
    "new-work": _new,
    "changed": lambda detail: str(detail["what"]),
    "retracted": _flagged,
    "vanished": lambda detail: _WHY_GONE[detail["because"]],
    "newly-matching": lambda detail: _WHY_MATCHING[detail["because"]],
    "no-longer-matching": lambda detail: _WHY_MATCHING[detail["because"]],
    "queued": lambda detail: _WHY_QUEUED[detail["because"]],
    "not-asked": lambda _detail: "",
    "look-again": lambda detail: ", ".join(detail["because"]) + (", included" if detail["included"] else ""),
}


def _diff(report: UpdateReport) -> Iterator[str]:
    yield f"## From version {report.diff.a} to now"
    yield ""
    yield "```text"
    yield from (" ".join(line.splitlines()) for line in diff_lines(report.diff))
    yield "```"


def _cell(text: str) -> str:
    """Text of others inside Markdown: on one line, with nothing in it that would be read as markup."""
    plain = " ".join(text.split())
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in plain)


def as_document(report: UpdateReport) -> dict[str, Any]:
    """The report for ``--json``: every list whole."""
    found: dict[str, Sequence[dict[str, Any]]] = {
        kind: [{"id": one.subject, **one.detail} for one in report.found[kind]] for kind in KINDS
    }
    return {
        "update": asdict(report.update),
        "sources": [asdict(one) for one in report.asked],
        "counts": {kind: len(lines) for kind, lines in found.items()},
        "only_by": only_by(report),
        "found": found,
        "diff": asdict(report.diff),
    }
