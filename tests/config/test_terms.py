"""search_terms.yaml: the forms of a matrix, and every way to get one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from slr.matrix.terms import expand
from tests.config.folder import load, problems

HEAD = "axes:\n  concepts: [cluster]\n  terms:\n"


def test_an_axis_is_a_list_of_phrases_and_blocks_or_one_block(tmp_path: Path) -> None:
    """The words of a block keep the names and the order of their parts."""
    terms = load(
        tmp_path,
        "title: T\naxes:\n  one: [a  b, {combine: {x: [c], y: [d, e]}}]\n  two: {combine: {z: [f]}}\n  three: ['no']\n",
    ).terms
    assert terms.axes == {"one": ("a b", {"x": ("c",), "y": ("d", "e")}), "two": ({"z": ("f",)},), "three": ("no",)}
    assert list(terms.axes) == ["one", "two", "three"] and terms.title == "T" and terms.variants == {}


def test_the_axes_are_in_the_form_that_the_matrix_is_expanded_from(tmp_path: Path) -> None:
    content = (
        HEAD + "    combine: {noun: [skill, know-how], verb: [flow, spill-over]}\nvariants: {spill-over: [spillover]}\n"
    )
    terms = load(tmp_path, content).terms
    matrix = expand(terms.axes, terms.variants, use_variants=True)
    assert [phrase.texts for phrase in matrix.phrases("terms")] == [
        ("skill flow",), ("skill spill-over", "skill spillover"),
        ("know-how flow",), ("know-how spill-over", "know-how spillover"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- a\n", "line 1: should be a block with the key axes:, is a list"),
        ("text\n", 'line 1: should be a block with the key axes:, is the text "text"'),
        ("title: x\n", "line 1: axes is missing (write axes: and below it a name for each axis)"),
        ("axis: {a: [b]}\n", "line 1, axis: unknown key (write axes; the keys here are title, axes, variants)"),
        ("axes:\n", "line 1, axes: should be a block with a name for each axis, is empty (fill it in or delete it)"),
        ("axes: {}\n", "line 1, axes: holds no axis (write a name, and below it a list of phrases)"),
        ("axes: [a]\n", "line 1, axes: should be a block with a name for each axis, is a list"),
        ("axes: {a: [b]}\ntitle: 3\n", 'line 2, title: should be text, is the number 3 (write it in quotes: "3")'),
        (
            "axes: {a: [b]}\ntoken: x\n",
            "line 2, token: keys and mail addresses never stand in files (remove it and set",
        ),
        (
            HEAD,
            "line 3, axes.terms: should be a list of phrases or a combine: block, is empty (fill it in or delete it)",
        ),
        (
            HEAD + "    flow\n",
            'line 3, axes.terms: should be a list of phrases or a combine: block, is the text "flow" (write [flow])',
        ),
        (
            HEAD + "    []\n",
            "line 3, axes.terms: is an empty list (write a list of phrases, or combine: and its parts)",
        ),
        (
            HEAD + "    {}\n",
            "line 3, axes.terms: is an empty block (write a list of phrases, or combine: and its parts)",
        ),
        (HEAD + "    combin: {a: [b]}\n", "line 4, axes.terms.combin: unknown key (write combine)"),
        (HEAD + "    - {combne: {a: [b]}}\n", "line 4, axes.terms[0].combne: unknown key (write combine)"),
        (HEAD + "    - {combne: b}\n", "line 4, axes.terms[0].combne: unknown key (write combine)"),
        (
            HEAD + "    combine: [a]\n",
            "line 4, axes.terms.combine: should be a block with a list of words for each part, is a list",
        ),
        (
            HEAD + "    combine: {}\n",
            "line 4, axes.terms.combine: holds no part (write a name for each part, and its words as a list)",
        ),
        (
            HEAD + "    combine:\n      noun: []\n",
            "line 5, axes.terms.combine.noun: is an empty list (write at least one word)",
        ),
        (
            HEAD + "    combine:\n      noun: skill\n",
            'line 5, axes.terms.combine.noun: should be a list of words, is the text "skill" (write [skill])',
        ),
        (
            HEAD + "    combine:\n      noun:\n        - skill\n        - Skill\n",
            'line 7, axes.terms.combine.noun[1]: "Skill" is given twice, first on line 6 (keep one)',
        ),
        (
            HEAD + "    - flow\n    - a\n    - FLOW\n",
            'line 6, axes.terms[2]: "FLOW" is given twice, first on line 4 (keep one)',
        ),
        (
            HEAD + "    - skill flow\n    - combine: {a: [skill], b: [flow]}\n",
            'line 5, axes.terms[1]: "skill flow" is given twice, first on line 4 (keep one)',
        ),
        (
            HEAD + "    combine: {a: [x, x y], b: [y z, z]}\n",
            'line 3, axes.terms: "x y z" is given twice, first on line 3 (keep one)',
        ),
        (
            HEAD + "    - flow\n    - 2020\n",
            'line 5, axes.terms[1]: should be a phrase, is the number 2020 (write it in quotes: "2020")',
        ),
        (HEAD + "    - true\n", 'line 4, axes.terms[0]: should be a phrase, is true (write it in quotes: "true")'),
        (
            HEAD + "    - no\n",
            'line 4, axes.terms[0]: no without quotes is read as true or false by many programs (write "no")',
        ),
        (HEAD + "    - flow\n    -\n", "line 5, axes.terms[1]: should be a phrase, is empty (fill it in or delete it)"),
        (HEAD + "    - [a]\n", "line 4, axes.terms[0]: should be a phrase, is a list"),
        (
            HEAD + "    - clusters: a review\n",
            "line 4, axes.terms[0]: should be a phrase or a combine: block, is a block of keys (write",
        ),
        (HEAD + "    - '\"skill flow\"'\n", 'line 4, axes.terms[0]: ""skill flow"": the phrase holds the character ",'),
        (HEAD + "    - skill OR flow\n", 'line 4, axes.terms[0]: "skill OR flow": the phrase holds the operator OR'),
        (HEAD + "    - transfer*\n", 'line 4, axes.terms[0]: "transfer*": the phrase holds the character *'),
        (HEAD + "    - ' '\n", 'line 4, axes.terms[0]: " ": the phrase is empty'),
        (HEAD + f"    - {'x' * 90}\n", f'line 4, axes.terms[0]: "{"x" * 59}…": the phrase has 90 characters'),
        (
            HEAD + f"    combine: {{a: [{'x' * 50}], b: [{'y' * 50}]}}\n",
            f'line 3, axes.terms: "{"x" * 50} {"y" * 8}…": the phrase has 101 characters',
        ),
        (
            HEAD + f"    combine: {{{', '.join(f'p{n}: [a, b, c, d, e, f]' for n in range(60))}}}\n",
            f"line 3, axes.terms: makes {6**60:,} phrases, more than 20,000 (use fewer parts or words)",
        ),
    ],
)
def test_a_wrong_matrix_is_said_with_its_line_and_remedy(tmp_path: Path, content: str, problem: str) -> None:
    (found,) = problems(tmp_path, content)
    assert found.startswith(f"search_terms.yaml, {problem}")


VARIANTS = "axes:\n  terms: [skill flow]\n  concepts: [cluster]\nvariants:\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            VARIANTS + "  [flow]\n",
            "line 4, variants: should be a block with a list of other spellings for each spelling, is a list",
        ),
        (
            VARIANTS + "  flow: flows\n",
            'line 5, variants.flow: should be a list of words, is the text "flows" (write [flows])',
        ),
        (VARIANTS + "  flow: []\n", "line 5, variants.flow: is an empty list (write at least one word)"),
        (
            VARIANTS + "  flow: [flo, 7]\n",
            'line 5, variants.flow[1]: should be a phrase, is the number 7 (write it in quotes: "7")',
        ),
        (
            VARIANTS + "  flow:\n  - a\n  - A\n",
            'line 7, variants.flow[1]: "A" is given twice, first on line 6 (keep one)',
        ),
        (
            VARIANTS + "  flow: [Flow]\n",
            'line 5, variants.flow[0]: "Flow" is the spelling it is a variant of (delete it)',
        ),
        (
            VARIANTS + "  flow: [x]\n  skill:\n    - X\n",
            'line 7, variants.skill[0]: "X" belongs to variants.flow on line 5 too (keep all spellings under one key)',
        ),
        (
            VARIANTS + "  flow: [skill]\n  skill: [s]\n",
            'line 5, variants.flow[0]: "skill" belongs to variants.skill on line 6 too (keep all',
        ),
        (
            VARIANTS + "  Flow: [x]\n  skill: [FLOW]\n",
            'line 6, variants.skill[0]: "FLOW" belongs to variants.Flow on line 5 too (keep all',
        ),
        (
            VARIANTS + "  FLOW: [Flow]\n",
            'line 5, variants.FLOW[0]: "Flow" is the spelling it is a variant of (delete it)',
        ),
        (VARIANTS + "  'flow*': [x]\n", 'line 5, variants.flow*: "flow*": the phrase holds the character *'),
        (VARIANTS + "  flow: [x y (z)]\n", 'line 5, variants.flow[0]: "x y (z)": the phrase holds the character ('),
        (VARIANTS + f"  flow: [{'x' * 78}]\n", "line 1, axes: The axis 'terms', phrase"),
        (
            "axes: {a: [x x x x x x x x x x]}\nvariants: {x: [v, w]}\n",
            'line 1, axes.a: "x x x x x x x x x x" has 59,049 spellings, more than 1,000 (use fewer variants)',
        ),
    ],
)
def test_wrong_variants_are_said_with_their_line_and_remedy(tmp_path: Path, content: str, problem: str) -> None:
    (found,) = problems(tmp_path, content)
    assert found.startswith(f"search_terms.yaml, {problem}")


def test_all_problems_of_a_matrix_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    block = "  terms:\n    combine:\n      noun: [skill, 3]\n      verb: []\n"
    content = f"axes:\n{block}  concepts:\n  - a*\n  - a b\n  - A  B\nvariant: {{}}\n"
    assert [problem.split(": ")[0] for problem in problems(tmp_path, content)] == [
        "search_terms.yaml, line 4, axes.terms.combine.noun[1]",
        "search_terms.yaml, line 5, axes.terms.combine.verb",
        "search_terms.yaml, line 7, axes.concepts[0]",
        "search_terms.yaml, line 9, axes.concepts[2]",
        "search_terms.yaml, line 10, variant",
    ]


def test_a_variant_that_occurs_in_no_phrase_is_a_warning_and_a_whole_word_is_wanted(tmp_path: Path) -> None:
    content = "axes:\n  a: [Spill-over effect, subflow]\nvariants:\n  spill-over: [spillover]\n  flow: [flo]\n"
    assert load(tmp_path, content).warnings == (
        "search_terms.yaml, line 5, variants.flow: occurs in no phrase (check its spelling, or delete it)",
    )


def test_phrases_that_differ_in_a_hyphen_only_are_two_phrases(tmp_path: Path) -> None:
    assert load(tmp_path, "axes: {a: [inter-cluster, inter cluster]}\n").terms.axes == {
        "a": ("inter-cluster", "inter cluster")
    }


def test_a_phrase_may_have_as_many_spellings_as_the_limit(tmp_path: Path) -> None:
    others = ", ".join(f"w{n}" for n in range(9))
    assert load(tmp_path, f"axes: {{a: [x x x]}}\nvariants: {{x: [{others}]}}\n").terms.axes == {"a": ("x x x",)}
