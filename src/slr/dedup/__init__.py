"""Which records describe the same publication: rules, groups, and the explanation of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def find_duplicates(records: pd.DataFrame) -> pd.DataFrame:
    """The work of each record of a table: see ``slr.dedup.frame.find_duplicates``."""
    from slr.dedup import frame

    return frame.find_duplicates(records)
