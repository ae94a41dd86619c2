"""The fewest seeds: a minimum set cover."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from slr.snowball.cover import EXACT_UP_TO, minimum

NAMES = st.sampled_from("abcdefg")
REACHES = st.dictionaries(NAMES, st.frozensets(NAMES, max_size=4), max_size=7)


def covers(reaches: dict[str, frozenset[str]], seeds: tuple[str, ...]) -> bool:
    everything = frozenset(reaches).union(*reaches.values()) if reaches else frozenset()
    return frozenset(seeds).union(*(reaches.get(s, frozenset()) for s in seeds)) >= everything


@given(REACHES)
def test_no_smaller_set_of_seeds_leads_to_everything(reaches: dict[str, frozenset[str]]) -> None:
    found = minimum(reaches)
    everything = sorted(frozenset(reaches).union(*reaches.values())) if reaches else []
    assert found.exact
    assert covers(reaches, (*found.seeds, *found.unreachable))
    fewer = len(found.seeds) + len(found.unreachable) - 1
    assert fewer < 0 or not any(covers(reaches, some) for some in combinations(everything, fewer))


@given(REACHES)
def test_the_order_of_the_works_changes_nothing(reaches: dict[str, frozenset[str]]) -> None:
    assert minimum(dict(reversed(reaches.items()))) == minimum(reaches)


def test_the_greedy_choice_is_told_as_one_and_covers_too() -> None:
    ring = {f"w{i:02}": frozenset({f"w{(i + 1) % 40:02}"}) for i in range(40)}
    found = minimum(ring)
    assert len(ring) > EXACT_UP_TO and not found.exact
    assert covers(ring, found.seeds) and 20 <= len(found.seeds) <= 30


def test_greedy_alone_would_be_fooled() -> None:
    """Greedy takes the set of four first and then needs two more; two sets of three suffice."""
    reaches = {"big": frozenset("bcef"), "left": frozenset("abc"), "right": frozenset("def")}
    found = minimum(reaches)
    assert set(found.seeds) >= {"left", "right"} and len(found.seeds) == 3


def test_a_work_that_nothing_leads_to_is_told() -> None:
    found = minimum({"a": frozenset("b"), "c": frozenset()})
    assert (found.seeds, found.unreachable, found.reached) == (("a",), frozenset("c"), frozenset("ab"))
    assert minimum({}).seeds == ()
