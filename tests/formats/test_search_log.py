"""The search log: what people wrote stays, whatever is written anew beside it."""

from __future__ import annotations

import pytest

from slr.errors import UserError
from slr.formats.search_log import LogRow, merged, read, row_id, text_of


def row(string: str, **filled: str) -> LogRow:
    return LogRow({"platform": "P", "string": string, "id": row_id("P", string), **filled})


def test_a_row_that_somebody_doubled_for_a_second_search_of_the_string_stays_doubled() -> None:
    kept = [row("a", date="2026-11-01", databases="X"), row("a", date="2026-11-02", databases="Y"), row("b")]
    found = merged(kept, [row("a"), row("b")])
    assert [(one["string"], one["date"], one["databases"]) for one in found] == [
        ("a", "2026-11-01", "X"), ("a", "2026-11-02", "Y"), ("b", "", ""),
    ]  # fmt: skip
    assert [one["date"] for one in merged(kept, [row("c")])] == ["", "2026-11-01", "2026-11-02"]


def test_a_string_longer_than_the_csv_module_s_limit_comes_back() -> None:
    rows = [row("a" * 400_000, note="long"), row("b")]
    back = read(text_of(rows).encode(), "log.csv")
    assert [(one["string"], one["note"]) for one in back] == [(one["string"], one["note"]) for one in rows]


@pytest.mark.parametrize("line", ['"a,b', '"a"b,c'])
def test_a_row_with_broken_quotation_marks_is_named_with_its_line(line: str) -> None:
    with pytest.raises(UserError, match=r"^log.csv, line 3: this row cannot be read"):
        read(f"platform,string\nP,x\n{line}\n".encode(), "log.csv")
