"""Decisions made in other tools, read from their exports: Rayyan, ASReview, Covidence, any table with a decision.

What the files hold, as real exports and the tools' own readers show it:
Rayyan puts ``RAYYAN-INCLUSION: {"Name"=>"Included"} | RAYYAN-EXCLUSION-REASONS: a,b | …`` into the notes of its CSV and
RIS; ASReview a column ``asreview_label`` (``included`` before version 2; 1, 0 or empty) and ``asreview_note``, in RIS a
note ``ASReview_relevant``, ``ASReview_irrelevant`` or ``ASReview_not_seen``; Covidence exports one list for each
state, without the votes, with ``Exclusion reason: …;`` in its notes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from slr.errors import ImportFileError
from slr.formats.encoding import decode

_VOTE = re.compile(r'\\?"([^"\\]+)\\?"\s*=>\s*\\?"(Included|Excluded|Maybe)\\?"', re.IGNORECASE)
_RAYYAN_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*([^|\n]+)", re.IGNORECASE)
_RAYYAN = re.compile(r"RAYYAN-INCLUSION:\s*\{([^}]*)\}", re.IGNORECASE)
_ASREVIEW = re.compile(r"\bASReview_(relevant|irrelevant)\b")
_ASREVIEW_ANY = re.compile(r"\bASReview_(?:relevant|irrelevant|not_seen)\b")
_COVIDENCE_REASON = re.compile(r"Exclusion reason:\s*([^;\n]+)", re.IGNORECASE)
_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?$")

WORDS: Mapping[str, str] = {
    "include": "include", "included": "include", "yes": "include", "y": "include", "1": "include", "1.0": "include",
    "relevant": "include", "in": "include", "accept": "include",
    "exclude": "exclude", "excluded": "exclude", "no": "exclude", "n": "exclude", "0": "exclude", "0.0": "exclude",
    "irrelevant": "exclude", "out": "exclude", "reject": "exclude",
    "maybe": "maybe", "unsure": "maybe", "undecided": "maybe", "unclear": "maybe",
    "not-retrieved": "not-retrieved", "not retrieved": "not-retrieved", "not available": "not-retrieved",
}  # fmt: skip
"""What tools and people write for a verdict."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "work": ("work_id", "work"),
    "id": ("id", "record_id", "key", "covidence #", "ref", "accession number"),
    "title": ("title", "primary_title", "article title"),
    "year": ("year", "published year", "publication_year", "publication year"),
    "doi": ("doi",),
    "decision": ("decision", "verdict", "asreview_label", "included", "label_included", "final_included", "label",
                 "include", "vote", "screening"),
    "reason": ("reason", "exclusion_reason", "exclusion reason"),
    "note": ("note", "notes", "asreview_note", "comment", "exported_notes_1"),
    "reviewer": ("reviewer", "rater", "screener", "reviewer name"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One decision of a file: what names the work (``names``: ids of any kind), and who said what (None: not told).

    ``verdict`` is one of slr's, or None where the file tells none; ``line`` is where the row begins, from 1.
    """

    line: int
    names: tuple[str, ...]
    title: str
    year: str
    doi: str
    reviewer: str | None
    verdict: str | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """The decisions of a file and the tool that it is from; ``undecided`` rows have none, ``odd`` a word not known."""

    tool: str
    rows: tuple[Row, ...]
    undecided: int
    odd: tuple[tuple[int, str], ...]


def read(data: bytes, name: str, verdict: str | None = None) -> Read:
    """The decisions of an export; ``verdict`` is that of every row of a list that tells none itself.

    Raises ImportFileError if the file is no text, no table or RIS, or tells no decision.
    """
    text, _ = decode(data, name)
    tagged = re.search(r"^TY  ?-", text, re.MULTILINE) is not None
    found = list(_ris(text) if tagged else _table(text, name))
    if not found:
        raise ImportFileError(f"{name} has no record: export the decisions again as CSV or RIS")
    tool, told = _told(found)
    if verdict:
        told = [replace(row, verdict=row.verdict or verdict) for row in told]
    odd = tuple((row.line, row.verdict[1:]) for row in told if row.verdict and row.verdict.startswith("?"))
    rows = tuple(row for row in told if row.verdict and not row.verdict.startswith("?"))
    if not rows and not odd:
        raise ImportFileError(
            f"{name} tells no decision (read as {tool}): it needs a column 'decision', or say --verdict for all of it"
        )
    return Read(tool, rows, sum(1 for row in told if not row.verdict), odd)


_Raw = tuple[int, Mapping[str, str], str]
"""A record's line, its fields by the names of ``_COLUMNS``, and all of its text."""


def _table(text: str, name: str) -> Iterator[_Raw]:
    mark = max(",;\t", key=lambda c: text.split("\n", 1)[0].count(c))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        where = {field: [header.index(n) for n in names if n in header] for field, names in _COLUMNS.items()}
        if not any(where[field] for field in ("work", "id", "title", "doi")):
            raise ImportFileError(f"{name} has no column that names a work: it needs work_id, id, doi or title")
        at = lines.line_num + 1
        for cells in lines:
            told = {
                f: next((cells[i].strip() for i in at_ if i < len(cells) and cells[i].strip()), "")
                for f, at_ in where.items()
            }
            told["covidence"] = "1" if "covidence #" in header else ""
            told["asreview"] = "1" if any(h.startswith("asreview_") for h in header) else ""
            told["ids"] = "\n".join(cells[i].strip() for i in where["id"] if i < len(cells))
            if any(cells):
                yield at, told, "\n".join(cells)
            at = lines.line_num + 1
    except csv.Error as error:
        raise ImportFileError(
            f"{name}, line {lines.line_num}, is no row of a table ({error}): export it again"
        ) from None


def _ris(text: str) -> Iterator[_Raw]:
    fields: dict[str, list[str]] = {}
    begun, last = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        found = _TAG.match(line)
        if found is None:
            if last and line.strip():
                fields[last][-1] += " " + line.strip()
            continue
        tag, value = found[1], (found[2] or "").strip()
        if tag == "TY":
            fields, begun = {}, number
        last = tag
        fields.setdefault(tag, []).append(value)
        if tag == "ER" and begun:
            yield (
                begun,
                _ris_told(fields),
                "\n".join(v for tag in ("N1", "N2", "C1", "KW") for v in fields.get(tag, ())),
            )
            fields, begun, last = {}, 0, ""


def _ris_told(fields: Mapping[str, list[str]]) -> dict[str, str]:
    def first(*tags: str) -> str:
        return next((v for tag in tags for v in fields.get(tag, ()) if v), "")

    ids = "\n".join(value for tag in ("ID", "AN") for value in fields.get(tag, ()))
    return {"title": first("TI", "T1"), "year": first("PY", "Y1", "DA"), "doi": first("DO"), "ids": ids, "work": "",
            "note": "", "decision": "", "reason": "", "reviewer": ""}  # fmt: skip


def _told(found: list[_Raw]) -> tuple[str, list[Row]]:
    if any(_RAYYAN.search(text) for _, _, text in found):
        return "Rayyan", [row for raw in found for row in _rayyan(raw)]
    if any(_ASREVIEW_ANY.search(text) for _, _, text in found):
        return "ASReview", [_row(raw, verdict=_asreview(raw[2])) for raw in found]
    if any(told.get("covidence") for _, told, _ in found):
        return "Covidence", [_covidence(raw) for raw in found]
    asreview = any(told.get("asreview") for _, told, _ in found)
    return "ASReview" if asreview else "table", [_row(raw, verdict=_word(raw[1]["decision"])) for raw in found]


def _word(text: str) -> str | None:
    """The verdict of a cell; a word that is none comes back with a question mark before it."""
    plain = text.strip().lower()
    return WORDS.get(plain, f"?{text}") if plain and plain not in ("-1", "nan", "none", "na") else None


def _asreview(text: str) -> str | None:
    found = _ASREVIEW.search(text)
    return {"relevant": "include", "irrelevant": "exclude"}[found[1]] if found else None


def _rayyan(raw: _Raw) -> Iterator[Row]:
    inclusion, reasons = _RAYYAN.search(raw[2]), _RAYYAN_REASONS.search(raw[2])
    votes = _VOTE.findall(inclusion[1]) if inclusion else []
    if not votes:
        yield _row(raw, verdict=None)
    for reviewer, said in votes:
        verdict = WORDS[said.lower()]
        reason = reasons[1].strip(' "') if reasons and verdict == "exclude" else None
        yield replace(_row(raw, verdict=verdict), reviewer=reviewer, reason=reason, note=None)


def _covidence(raw: _Raw) -> Row:
    found = _COVIDENCE_REASON.search(raw[1].get("note", ""))
    row = _row(raw, verdict=_word(raw[1]["decision"]) or ("exclude" if found else None))
    return replace(row, reason=found[1].strip() if found else row.reason)


def _row(raw: _Raw, verdict: str | None) -> Row:
    line, told, _ = raw
    names = tuple(n for n in (told.get("work", ""), *told.get("ids", "").split("\n")) if n)
    return Row(line, names, told["title"], told["year"], told["doi"], told.get("reviewer") or None, verdict,
               told.get("reason") or None, told.get("note") or None)  # fmt: skip
