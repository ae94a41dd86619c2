"""Excel workbooks of before 2007."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from slr.errors import ImportFileError
from slr.formats.registry import parse

DATA = Path(__file__).with_name("web_of_science.xls").read_bytes()
"""One made-up article in the columns of Web of Science, written by xlwt."""


def test_numbers_dates_and_letters_are_read_as_they_look() -> None:
    parsed = parse(DATA, "savedrecs.xls", "X")
    (entry,) = parsed.entries
    found = entry.record
    assert (found.title, found.authors) == ("Clusters and “buzz” – ä", ("Bathelt, Harald", "Malmberg, Anders"))
    assert (found.year, found.volume, found.issue, found.pages, found.doi) == (2004, "28", "1", "31-56", "10.1000/x")
    assert (parsed.format, parsed.encoding, entry.line, found.ids) == (
        "Excel workbook (before 2007)", "xls", 2, {"wos": "WOS:1"},
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_damage_is_refused_or_read_never_another_error(seed: int) -> None:
    seeded, data = random.Random(seed), bytearray(DATA)
    for _ in range(seeded.randint(1, 60)):
        data[seeded.randrange(8, len(data))] = seeded.randrange(256)
    data = data[: seeded.choice([len(data), seeded.randrange(8, len(data))])]
    try:
        assert parse(bytes(data), "savedrecs.xls", "X").entries
    except ImportFileError as error:
        assert "\n" not in str(error) and "savedrecs.xls" in str(error)


def test_an_old_word_file_is_refused_with_the_remedy() -> None:
    with pytest.raises(ImportFileError, match=r"a.doc is no Excel file of before 2007 .*: save it as .xlsx or CSV"):
        parse(DATA[:8] + bytes(1_000), "a.doc", "X")
