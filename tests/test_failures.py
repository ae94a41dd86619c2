"""Laws of several failures told as one."""

from __future__ import annotations

import pytest

from slr.errors import KeyRefused, SlrError, SourceDown
from slr.failures import together

DOWN, REFUSED = SourceDown("A is down"), KeyRefused("B wants a key")


@pytest.mark.parametrize(
    ("failures", "asked", "code"),
    [
        ([DOWN], 1, 4),
        ([DOWN], 2, 4),
        ([REFUSED], 1, 1),
        ([REFUSED], 2, 4),
        ([DOWN, REFUSED], 2, 1),
        ([DOWN, REFUSED], 3, 4),
        ([DOWN, DOWN], 2, 4),
    ],
)
def test_work_is_left_where_another_source_got_through_or_waiting_is_enough(
    failures: list[SlrError], asked: int, code: int
) -> None:
    error = together(failures, asked)
    assert error is not None and error.exit_code == code
    assert all(str(failure) in str(error) for failure in failures)


def test_nothing_failed_is_no_error() -> None:
    assert together([], 3) is None
