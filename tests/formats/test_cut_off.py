"""A file that ends in the middle of a record says so; one whose program closes no record does not."""

from __future__ import annotations

import pytest

from slr.formats.registry import parse

RECORD = "TY  - JOUR\nTI  - Clusters\nPY  - 2004\nER  - \n\n"
NOTE = ("the last record is not closed: the file may be cut off there",)


@pytest.mark.parametrize(
    ("text", "records", "notes"),
    [
        (RECORD * 2, 2, ()),
        ((RECORD * 3)[:-20], 3, NOTE),
        (RECORD[:-20], 1, NOTE),
        (RECORD.replace("ER  - \n", "") * 3, 3, ()),
        ("FN Clarivate\nVR 1.0\nPT J\nTI One\nER\n\nPT J\nTI Tw", 2, (*NOTE, "the line EF that ends a Web of Science file is missing: the file may be cut off")),
    ],
)  # fmt: skip
def test_a_cut_in_a_record_is_said(text: str, records: int, notes: tuple[str, ...]) -> None:
    parsed = parse(text.encode(), "a.ris", "X")
    assert (len(parsed.entries), parsed.notes) == (records, notes)
