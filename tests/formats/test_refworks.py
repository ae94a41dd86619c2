"""RefWorks' tagged files."""

from __future__ import annotations

from slr.formats.refworks import read
from slr.model import Record

FILE = """RT Book, Section
SR Electronic(1)
ID 206
A1 Stansfeld,Stephen
A1 Fuhrer,Rebecca
T1 Depression and coronary heart disease
YR 2002
SP 101
OP 123
K1 Etiology
AB This chapter
AN example of a line that goes on is none, as AN is a tag
XX no tag, so it goes on
T2 Stress and the heart
SN 0727912771 (paperback)
LA English
"""


def test_a_record_as_refworks_writes_it() -> None:
    (entry,) = read(FILE, "RefWorks").entries
    assert entry.record == Record(
        "", "RefWorks", "Depression and coronary heart disease", ("Stansfeld, Stephen", "Fuhrer, Rebecca"), 2002,
        "Stress and the heart",
        None, None, "101-123", None, "book-chapter", "en", "This chapter", ("Etiology",), None, None,
        {"accession": "example of a line that goes on is none, as AN is a tag XX no tag, so it goes on",
        "isbn": "0727912771"},
    )  # fmt: skip


def test_each_reference_type_begins_a_record() -> None:
    parsed = read(FILE + "RT Journal Article\nT1 Two\n\nRT Journal Article\nT1 Three\n", "X")
    assert [(entry.record.title[:5], entry.line) for entry in parsed.entries] == [
        ("Depre", 1),
        ("Two", 17),
        ("Three", 20),
    ]
