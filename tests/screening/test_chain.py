"""What was done to a log is found, with its line; what is honest is left alone."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.screening import chain
from slr.screening.lines import as_line, chained, parse
from tests.support.tampering import WAYS, Event, false_alarms, grown, honest, judged, tamper

seeds = st.integers(0, 1 << 32)


def log_of(n: int, seed: int = 1) -> list[Event]:
    return grown("Anna", [], n, random.Random(seed))


def lines(events: list[Event]) -> list[chain.Line]:
    return chain.read([as_line(event).encode() for event in events], "Anna")


def earlier(events: list[Event], told: bool = True) -> chain.Earlier:
    found = chain.as_earlier("the copy", lines(events))
    return found if told else chain.Earlier("the copy", found.hashes)


@given(st.integers(0, 30), st.integers(0, 30), seeds)
def test_an_honest_log_has_no_finding_alone_nor_beside_any_beginning_of_it(n: int, more: int, seed: int) -> None:
    whole = grown("Anna", log_of(n, seed), more, random.Random(seed + 1))
    assert chain.alone(lines(whole)) == []
    assert chain.verify(lines(whole), [earlier(whole[:n]), earlier(whole), earlier([])]) == []


@given(st.integers(0, 30), seeds)
def test_every_line_comes_back_from_its_text(n: int, seed: int) -> None:
    for event in log_of(n, seed):
        assert parse(as_line(event).encode()) == event == parse(as_line(event).encode().replace(b"\n", b"\r\n"))


@settings(deadline=None)
@given(st.integers(2, 20), seeds, st.booleans())
def test_lines_that_were_removed_are_found_at_their_place(n: int, seed: int, told: bool) -> None:
    whole, rng = log_of(n, seed), random.Random(seed)
    at = rng.randrange(n)
    found = chain.verify(lines(whole[:at] + whole[at + 1 :]), [earlier(whole, told)])
    assert [(f.kind, f.line) for f in found] == [("cut off" if at == n - 1 else "removed", at + 1)]
    assert f"line {at + 1} of the copy is missing" in found[0].words
    if at < n - 1:
        assert [f.line for f in chain.alone(lines(whole[:at] + whole[at + 1 :]))][:1] == [at + 1]


@given(st.integers(2, 20), seeds)
def test_lines_that_changed_places_are_found_and_where_they_stood_is_told(n: int, seed: int) -> None:
    whole = log_of(n, seed)
    i, j = sorted(random.Random(seed).sample(range(n), 2))
    swapped = list(whole)
    swapped[i], swapped[j] = swapped[j], swapped[i]
    found = chain.verify(lines(swapped), [earlier(whole)])
    assert {f.kind for f in found} == {"moved"} and {f.line for f in found} <= {i + 1, j + 1}
    assert chain.alone(lines(swapped))


@given(st.integers(1, 20), seeds)
def test_a_changed_value_is_found_at_its_line_and_told(n: int, seed: int) -> None:
    whole, at = log_of(n, seed), random.Random(seed).randrange(n)
    edited = list(whole)
    edited[at] = replace(whole[at], note="not what was written")
    found = chain.verify(lines(edited), [earlier(whole)])
    assert [(f.kind, f.line) for f in found] == [("changed", at + 1)]
    assert "is 'not what was written'" in found[0].words and "its hash does not fit" in found[0].words
    assert [(f.kind, f.line) for f in chain.alone(lines(edited))] == [("changed", at + 1)]


@given(st.integers(1, 20), seeds, st.booleans())
def test_a_log_written_anew_with_hashes_that_fit_is_found_beside_a_seal(n: int, seed: int, told: bool) -> None:
    whole, at = log_of(n, seed), random.Random(seed).randrange(n)
    forged = [*whole[:at]]
    for i, event in enumerate(whole[at:]):
        prev = forged[-1].hash if forged else event.prev
        forged.append(chained(replace(event, prev=prev, note="forged" if i == 0 else event.note)))
    assert chain.alone(lines(forged)) == []
    found = chain.verify(lines(forged), [earlier(whole, told)])
    assert [(f.kind, f.line) for f in found] == [("rewritten", at + 1)]
    assert ("is 'forged'" in found[0].words) is told


def test_a_line_slipped_in_and_a_line_of_somebody_else_are_found() -> None:
    whole = log_of(5)
    slipped = chained(replace(whole[2], note="more", prev=whole[1].hash))
    found = chain.verify(lines([*whole[:2], slipped, *whole[2:]]), [earlier(whole)])
    assert [(f.kind, f.line) for f in found] == [("inserted", 3)]
    foreign = chained(replace(whole[2], reviewer="Ben"))
    found = chain.alone(lines([*whole[:2], foreign]))
    assert [(f.kind, f.line) for f in found] == [("changed", 3)] and "of reviewer 'Ben', not 'Anna'" in found[0].words


def test_a_chain_of_its_own_behind_a_log_is_found() -> None:
    found = chain.alone(lines([*log_of(3), *log_of(2, 9)]))
    assert [(f.kind, f.line) for f in found] == [("broken", 4)]


def test_a_break_behind_what_was_sealed_is_found_too() -> None:
    whole = log_of(9)
    bad = [*whole[:1], *whole[2:6], *whole[7:]]
    found = chain.verify(lines(bad), [earlier(whole[:4])])
    assert [(f.kind, f.line) for f in found] == [("removed", 2), ("removed", 6)]


@pytest.mark.parametrize(
    "line",
    [b"", b"{}\n", b"[1]\n", b"\xff\n", b"null\n", b'{"kind": []}\n', b'{"hash": 5, "prev": []}\n', b"[" * 9 + b"\n"],
)
def test_a_line_that_is_no_event_is_found(line: bytes) -> None:
    found = chain.alone(chain.read([as_line(log_of(1)[0]).encode(), line], "Anna"))
    assert ("changed", 2) in {(f.kind, f.line) for f in found}


def test_the_same_fields_in_another_layout_or_given_twice_are_found() -> None:
    text = as_line(log_of(1)[0])
    for other in (
        text.replace(": ", ":"),
        text.replace("{", '{"note": "x", ', 1),
        text.replace('"reviewer"', ' "reviewer"'),
    ):
        assert [f.kind for f in chain.alone(chain.read([other.encode()], "Anna"))] == ["changed"]


@pytest.mark.parametrize("way", WAYS)
def test_reviews_that_were_tampered_with_are_found_and_the_place_is_named(tmp_path: Path, way: str) -> None:
    """Real folders: the file, the store (by SQL, triggers off and on), or both (benchmarks/tamper.py has more)."""
    rng = random.Random(way)
    made = 0
    for n in range(20):
        review = honest(tmp_path / f"honest-{n}", rng)
        assert false_alarms(review) == []
        review.close()
        done = tamper(tmp_path / f"honest-{n}", tmp_path / f"tampered-{n}", rng, way)
        if done is not None:
            made += 1
            assert judged(tmp_path / f"tampered-{n}", done) == (True, True), done
        if made == 4:
            return
    pytest.fail("too few logs were long enough")
