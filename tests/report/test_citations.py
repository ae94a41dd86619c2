"""The picture of citations: every work where it belongs, told apart without colour, readable for 12 and for 500."""

from __future__ import annotations

import json
import random
import re
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from slr.report.citations import LABELLED, LABELS, MOST_OTHERS, Work, choose, lay_out, mark, svg
from slr.report.citations_page import page
from slr.report.pictures import png

SVG = "{http://www.w3.org/2000/svg}"
STATES = ("included", "excluded", "unscreened")


def works(n: int, years: range = range(1990, 2020), state: str = "included", first: int = 0) -> list[Work]:
    return [Work(f"W{first + i:04}", f"Name {i}", years[i % len(years)], state, about=(f"About {i}",))  # type: ignore[arg-type]
            for i in range(n)]  # fmt: skip


def drawn(given: list[Work], edges: list[tuple[str, str]]) -> ElementTree.Element:
    return ElementTree.fromstring(svg(lay_out(*choose(given, edges)), "A <review> & its citations"))


WORKS = st.lists(
    st.builds(Work, st.integers(0, 60).map(lambda i: f"W{i}"), st.just("A & B"), st.none() | st.integers(1800, 2030),
              st.sampled_from(STATES), st.booleans(), st.just(("About <it>",))),
    unique_by=lambda work: work.work_id, max_size=60,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(WORKS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=80), st.randoms())
def test_no_two_works_share_a_place_years_run_from_left_to_right_and_the_order_changes_nothing(
    given_works: list[Work], pairs: list[tuple[int, int]], rng: random.Random
) -> None:
    there = {work.work_id for work in given_works}
    edges = [(f"W{a}", f"W{b}") for a, b in pairs if {f"W{a}", f"W{b}"} <= there]
    layout = lay_out(*choose(given_works, edges))
    places = list(layout.places.values())
    assert {w.work_id for w in given_works if w.above} <= set(layout.places)
    for i, one in enumerate(places):
        assert 0 < one.x < layout.width and 0 < one.y < layout.height
        assert (one.y < layout.line) is one.work.above
        for other in places[i + 1 :]:
            assert abs(one.x - other.x) + abs(one.y - other.y) > one.r + other.r
            if one.work.year and other.work.year and one.work.year < other.work.year:
                assert one.x <= other.x or _shared_column(layout.columns, one.x, other.x)
    shuffled = list(given_works)
    rng.shuffle(shuffled)
    assert svg(lay_out(*choose(shuffled, edges[::-1])), "t") == svg(layout, "t")


def _shared_column(columns: tuple[tuple[str, float, float], ...], a: float, b: float) -> bool:
    return any(x <= min(a, b) and max(a, b) <= x + wide for _, x, wide in columns)


def test_the_four_kinds_differ_in_shape_not_only_in_shade() -> None:
    kinds = [("included", False), ("excluded", False), ("unscreened", False), ("included", True)]
    shapes = ["".join(mark(state, known, 9, 9, 5)) for state, known in kinds]  # type: ignore[arg-type]
    bare = [re.sub(r'(fill|stroke)="#[0-9a-f]{6}"', "", shape) for shape in shapes]
    assert len(set(bare)) == 4


def test_few_works_all_have_their_labels_of_many_only_the_best_connected() -> None:
    few = lay_out(*choose(works(12), []))
    assert all(place.labelled for place in few.places.values())
    many = works(500)
    hubs = [("W0100", other.work_id) for other in many[:40]] + [("W0100", "W0200"), ("W0200", "W0300")]
    large = lay_out(*choose(many, hubs))
    labelled = {place.work.work_id for place in large.places.values() if place.labelled}
    assert len(labelled) == LABELS < LABELLED < len(large.places) and {"W0100", "W0200"} <= labelled
    assert large.width < 1_500 and large.height < 1_200, "500 works fit a page"


def test_works_that_hang_together_with_none_above_the_line_are_left_out_and_counted() -> None:
    others = works(MOST_OTHERS + 30, state="excluded", first=1000)
    edges = [(other.work_id, "W0000") for other in others[:-10]] + [("W1001", "W1002")]
    shown, inside, left_out = choose([*works(1), *others], edges)
    assert len(shown) == 1 + MOST_OTHERS and left_out == 20
    assert ("W1001", "W1002") not in inside
    words = svg(lay_out(shown, inside, left_out), "t")
    assert "20 less connected works are not drawn" in words


def test_titles_are_escaped_and_every_work_says_what_it_is() -> None:
    root = drawn(works(3), [("W0002", "W0000")])
    assert root.findtext(f"{SVG}title") == "A <review> & its citations"
    marks = [g for g in root.iter(f"{SVG}g") if g.get("class") == "work"]
    assert [g.findtext(f"{SVG}title") for g in marks] == ["About 0", "About 1", "About 2"]
    (edge,) = (path for path in root.iter(f"{SVG}path") if path.get("class") == "edge")
    assert (edge.get("data-from"), edge.get("data-to")) == ("W0002", "W0000")


def test_it_can_be_made_a_png_also_with_nothing_in_it() -> None:
    for given_works in ([], works(1), [Work("W1", "Nobody", None, "unscreened", known=True)]):
        assert png(svg(lay_out(*choose(given_works, [])), "t")).startswith(b"\x89PNG")


def test_the_page_holds_everything_asks_nobody_and_no_title_can_break_it() -> None:
    evil = Work("W1", "</script>", 2000, "included", about=("</script><script>alert(1)</script>",))
    text = page(lay_out(*choose([evil, *works(2)], [])), "A <b>review</b>")
    assert not re.search(r"(?:src|href)=|https?://(?!www\.w3\.org)", text)
    assert text.count("</script>") == 2 and "<b>review</b>" not in text
    data = re.search(r'<script type="application/json" id="works">(.*?)</script>', text)
    assert data and json.loads(data[1].replace("<\\/", "</"))["W1"]["about"] == list(evil.about)
