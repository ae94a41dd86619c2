"""What is written is read back as the same records, by the readers that people's files go through."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slr.errors import UserError
from slr.formats import write_bibtex, write_csl, write_ris, write_xlsx
from slr.formats.registry import parse
from slr.formats.writing import Written, first_and_last, listed, whole
from slr.model import RECORD_TYPES, Record

Writer = Callable[[Iterable[Written], IO[bytes]], int]
WRITERS: dict[str, Writer] = {"RIS": write_ris.write, "BibTeX": write_bibtex.write, "CSL-JSON": write_csl.write}
FIELDS = ("title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "type", "language", "abstract", "keywords")

letters = "abcdefg XYZ äßøéçłñ 中文 Ωμ αβ 0123 .,:()[]/+=’“”–!?'%&_#$^~\\{}@*<"
"""Letters of several writings, and what formats read as syntax."""


UNREAD = {"BibTeX": "^"}
"""What a reader is known to change: LaTeX's own circumflex comes back as the modifier letter."""


def clean(text: str) -> bool:
    """Without what readers mend on purpose: references, tags, doubled quotes and dashes, words for nothing."""
    mended = ("``", "''", "--", "&#", "<a", "<b", "<A", "~~")
    return text == " ".join(text.split()) and bool(text) and not any(mark in text for mark in mended) and text not in ("-",)


words = st.text("abcdefgXYZäßøéçłñ中文Ωμ", min_size=2, max_size=9)
prose = st.lists(st.one_of(words, st.text(letters, min_size=1, max_size=9)), min_size=1, max_size=8).map(" ".join)
texts = prose.map(lambda text: "T" + " ".join(text.split())).filter(clean)
persons = st.builds("{}, {}".format, words, st.one_of(words, st.sampled_from(["J.", "A. B.", "K.-H."])))
bodies = st.sampled_from(["World Bank", "OECD", "The Cluster Group", "Research and Development Council"])
authors = st.lists(st.one_of(persons, bodies), max_size=4, unique=True).map(tuple)
keywords = st.lists(words, max_size=4, unique=True).map(tuple)
pages = st.one_of(st.none(), st.sampled_from(["507-520", "e1-e5", "12", "e0123", "82-109", "A12-A19"]))
numbers = st.one_of(st.none(), st.sampled_from(["1", "28", "1/2", "12 Suppl 1", "A"]))
dois = st.one_of(st.none(), st.sampled_from(["10.1000/buzz", "10.1191/0309132504ph469oa", "10.1016/s0040-1625(08)00101-2"]))
records = st.builds(
    Record,
    record_id=st.just(""),
    source=st.just("X"),
    title=texts,
    authors=authors,
    year=st.one_of(st.none(), st.integers(1500, 2099)),
    venue=st.one_of(st.none(), texts),
    volume=numbers,
    issue=numbers,
    pages=pages,
    doi=dois,
    type=st.sampled_from((None, *RECORD_TYPES)),
    language=st.sampled_from([None, "en", "da", "de"]),
    abstract=st.one_of(st.none(), texts),
    keywords=keywords,
)
BATHELT = Record(
    "", "X", "Clusters and knowledge: local buzz & 100 % of {pipelines}", ("Bathelt, H.", "Maskell, P."), 2004,
    "Progress in Human Geography", "28", "1", "31-56", "10.1191/0309132504ph469oa", "article", "en", "We ask.", ("buzz",),
)  # fmt: skip


def written(writer: Writer, found: Iterable[Record], **more: Any) -> bytes:
    out = io.BytesIO()
    assert writer([Written(f"W{n}", record, **more) for n, record in enumerate(found)], out) == out.getvalue().count(b"W")
    return out.getvalue()


def without(record: Record, signs: str) -> Record:
    gone = str.maketrans("", "", signs)
    texts_ = {name: " ".join((getattr(record, name) or "").translate(gone).split()) for name in ("title", "venue", "abstract")}
    return replace(record, **{name: text or None for name, text in texts_.items()})  # type: ignore[arg-type]


def values(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}


@pytest.mark.parametrize("format_", WRITERS)
@settings(deadline=None)
@given(found=st.lists(records, min_size=1, max_size=3))
@example(found=[BATHELT])
@example(found=[replace(BATHELT, type=kind) for kind in RECORD_TYPES])
def test_export_then_import_gives_the_same_records(format_: str, found: list[Record]) -> None:
    found = [without(record, UNREAD.get(format_, "")) for record in found]
    out = io.BytesIO()
    assert WRITERS[format_]([Written(f"W{n}", record) for n, record in enumerate(found)], out) == len(found)
    parsed = parse(out.getvalue(), "export", "X")
    assert parsed.format == format_ and not parsed.rejected and not parsed.not_understood
    assert [values(entry.record) for entry in parsed.entries] == [values(record) for record in found]
