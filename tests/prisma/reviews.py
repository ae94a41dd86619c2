"""States of made-up reviews: the review as the boxes see it, without a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from slr.prisma.boxes import Previous, State
from slr.verdicts import Vote

STAGES = (("title-abstract", 1), ("full-text", 1))
ORIGINS = ("database", "database", "register", "website", "organisation", "citation")
TOOL = "Ranker"

_votes = st.lists(
    st.tuples(
        st.sampled_from(("Anna", "Ben", TOOL)),
        st.sampled_from(("include", "include", "exclude", "maybe")),
        st.sampled_from((None, "off-topic", "one-cluster", "gone-from-the-list")),
    ),
    max_size=2,
    unique_by=lambda vote: vote[0],
)
_last = _votes | st.just([("Anna", "not-retrieved", None)])


def state(
    origins: Mapping[str, str],
    works: Mapping[str, tuple[str, ...]],
    votes: Mapping[tuple[str, str], tuple[Vote, ...]] | None = None,
    **more: object,
) -> State:
    """A state from record → origin and work → records."""
    return State(
        origin_of={record: (f"source of {origin}", origin) for record, origin in origins.items()},
        records_of=dict(sorted(works.items())),
        marked=more.pop("marked", {}),  # type: ignore[arg-type]
        votes=votes or {},
        stages=more.pop("stages", STAGES),  # type: ignore[arg-type]
        reason_order=("off-topic", "one-cluster"),
        reason_texts={"off-topic": "Not about transfer", "one-cluster": "Within one cluster"},
        **more,  # type: ignore[arg-type]
    )


@st.composite
def any_state(draw: st.DrawFn) -> State:
    """Any review: origins, duplicates, criteria, votes of people and tools, linked reports, a version, a tail."""
    works: dict[str, tuple[str, ...]] = {}
    origins: dict[str, str] = {}
    for n in range(draw(st.integers(0, 12))):
        members = tuple(f"r{n}-{i}" for i in range(draw(st.integers(1, 4))))
        works[f"W{n}"] = members
        origins |= {record: draw(st.sampled_from(ORIGINS)) for record in members}
    some = st.sets(st.sampled_from(sorted(works))) if works else st.just(set())
    votes = {
        (work, stage): tuple(Vote(*one) for one in cast)
        for work in works
        for stage, kind in (("title-abstract", _votes), ("full-text", _last))
        if (cast := draw(kind))
    }
    linked = {work: draw(st.sampled_from(("S1", "S2", "S3"))) for work in sorted(draw(some))}
    found = state(
        origins,
        works,
        votes,
        marked=dict.fromkeys(draw(some), ("only articles",)),
        stages=tuple((name, draw(st.integers(1, 2))) for name, _ in STAGES),
        study_of=linked,
        tools=frozenset(draw(st.sets(st.just(TOOL)))),
        tail=draw(st.sampled_from(("pending", "excluded", "automatic"))),
    )
    if not draw(st.booleans()):
        return found
    reports, settled = draw(some), draw(some)
    since = draw(st.sets(st.sampled_from(sorted(origins)))) if origins else set()
    counted = (len(reports), len(reports))
    previous = Previous("v1", frozenset(reports), frozenset(settled - reports), frozenset(since), counted)
    return replace(found, previous=previous)
