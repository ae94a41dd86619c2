"""Records that are alike in many ways, drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from slr.model import Record

TITLES = (
    "Local buzz and global pipelines",
    "Local buzz and global pipelines: a review",
    "Local buzz and global pipelines, part 2",
    "Erratum: Local buzz and global pipelines",
    "Trade fairs of the Ruhr valley",
    "Editorial",
    "Book review",
    "",
    "转移",
)


@st.composite
def alike(draw: st.DrawFn, most: int = 9) -> list[Record]:
    """Up to ``most`` records from small pools of values, so that every rule applies often; in no particular order."""
    numbers = draw(st.lists(st.integers(0, 99), max_size=most, unique=True))
    return [draw(_record(f"{'stu'[n % 3]}:{n:02}")) for n in numbers]


@st.composite
def _record(draw: st.DrawFn, record_id: str) -> Record:
    def maybe(*values: Any) -> Any:
        return draw(st.sampled_from((None, *values)))

    pmid = maybe("1", "2")
    authors = maybe(("Bathelt, H.",), ("Bathelt H", "Maskell P"), ("Maskell, P.",), ("Maskell, P.", "Bathelt, H."))
    return Record(
        record_id,
        record_id[0],
        draw(st.sampled_from(TITLES)),
        authors=authors or (),
        year=maybe(2004, 2005, 2009),
        venue=maybe("Progress in Human Geography", "Prog Hum Geogr", "Area"),
        doi=maybe("10.1000/a", "10.1000/b"),
        type=maybe("article", "review", "report"),
        pages=maybe("31-56", "31", "S5"),
        volume=maybe("28", "3"),
        issue=maybe("1", "2"),
        ids={"pmid": pmid} if pmid else {},
    )
