"""What phrases cost on platforms that limit a string."""

from __future__ import annotations

from slr.matrix.dialects.by_hand import BY_NAME
from slr.matrix.terms import Axis, Matrix, Phrase
from slr.report.cost import MOST_CELLS, cost, smaller
from slr.report.strings import sheet

TERMS = tuple(Phrase(f"{noun} transfer") for noun in ("knowledge", "skill", "technology", "capability", "competence"))
PLACES = map(Phrase, ("town", "city", "village", "port", "valley", "park", "coast", "island"))
CONCEPTS = (Phrase("cluster"), Phrase("industrial cluster"), Phrase("district", ("quarter",)), *PLACES)
MATRIX = Matrix((Axis("terms", TERMS), Axis("concepts", CONCEPTS)))


def test_only_platforms_with_a_limit_are_counted_with_the_strings_they_take() -> None:
    found = {one.name: one.strings for one in cost(MATRIX).platforms}
    assert found == {name: len(sheet(MATRIX, BY_NAME[name]).queries)
                     for name in ("sciencedirect", "emerald", "google_scholar")}  # fmt: skip
    assert found["sciencedirect"] > 1


def test_a_phrase_costs_its_characters_and_the_strings_that_hold_it() -> None:
    found = cost(MATRIX)
    characters, *strings = found.of(1, 2)
    assert characters == len("district") + len("quarter")
    for one, n in zip(found.platforms, strings, strict=True):
        queries = sheet(MATRIX, BY_NAME[one.name]).queries
        texts = [{p.text for p in query.expr.parts[1].parts} for query in queries]
        assert n == max(sum(1 for held in texts if word in held) for word in ("district", "quarter")) > 0


def test_a_phrase_that_a_shorter_one_finds_costs_no_string() -> None:
    assert cost(MATRIX).of(1, 1)[1:] == (0, 0, 0)


def test_a_phrase_costs_what_its_spelling_that_is_asked_for_most_costs() -> None:
    spelled = Phrase("district", ("cluster district",))  # "cluster" finds the second
    matrix = Matrix((Axis("terms", TERMS[:2]), Axis("concepts", (Phrase("cluster"), spelled))))
    assert cost(matrix).of(1, 1)[1:] == (1, 1, 1)


def test_fewer_phrases_take_fewer_strings_and_the_sentence_says_so() -> None:
    keep = ((0,), (0,))
    assert smaller(MATRIX, keep) == Matrix((Axis("terms", TERMS[:1]), Axis("concepts", CONCEPTS[:1])))
    assert "ScienceDirect 1 instead of 3" in cost(MATRIX).compared(keep)


def test_a_matrix_too_large_to_type_is_not_written_out() -> None:
    many = Axis("terms", tuple(Phrase(f"term {i}") for i in range(MOST_CELLS)))
    huge = cost(Matrix((many, Axis("concepts", (Phrase("a"), Phrase("b"))))))
    assert huge.platforms == () and huge.of(0, 0) == (len("term 0"),) and huge.compared(((0,), (0,))) == ""


def test_a_platform_that_cannot_take_a_phrase_is_left_out() -> None:
    long = Phrase(" ".join(["verylongword"] * 25))
    names = [one.name for one in cost(Matrix((Axis("terms", (long,)), Axis("concepts", CONCEPTS[:1])))).platforms]
    assert "google_scholar" not in names and "sciencedirect" in names
