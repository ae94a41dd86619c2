"""Coefficients of agreement: the reference values, the published examples, and the laws that they obey."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.screening.agreement import Agreement, compare, fleiss, in_words, krippendorff, on_prevalence, table_of
from tests.support.data import shared

VECTORS = ("balanced", "screening_rare", "paradox", "all_exclude")
tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 40), min_size=k, max_size=k), min_size=k, max_size=k)
)


def two_by_two(a: int, b: int, c: int, d: int) -> Agreement:
    return compare([[a, b], [c, d]])


def shown(found: Agreement) -> dict[str, float | None]:
    """The names of the reference vectors."""
    return {
        "po": found.po,
        "pe": found.pe,
        "kappa": found.kappa,
        "se_simple": found.se_simple,
        "pabak": found.pabak,
        "ac1": found.ac1,
        "scott_pi": found.scott_pi,
        "alpha": found.alpha,
        "PI": found.prevalence,
        "BI": found.bias,
        "ppos": found.by_category[0],
        "pneg": found.by_category[1],
    }


@pytest.mark.parametrize("name", VECTORS)
def test_every_reference_value_to_its_printed_digits(name: str) -> None:
    vector = json.loads(shared("stats_vectors.json").read_text("utf-8"))[name]
    found = shown(two_by_two(*vector["cells"]))
    for key, value in found.items():
        assert value is not None and round(value, 6) == pytest.approx(vector[key], abs=1e-12), key


@pytest.mark.parametrize(
    ("cells", "kappa", "ac1", "ppos"),
    [
        ((40, 10, 10, 40), 0.6, 0.6, 0.8),
        ((5, 3, 2, 190), 0.65374, 0.973055, 0.666667),
        ((1, 4, 5, 190), 0.158879, 0.952457, 0.181818),
        ((0, 0, 1, 99), 0.0, 0.9899, 0.0),
    ],
)
def test_the_same_without_the_file_of_reference_values(
    cells: tuple[int, int, int, int], kappa: float, ac1: float, ppos: float
) -> None:
    found = two_by_two(*cells)
    assert (found.kappa, found.ac1, found.by_category[0]) == pytest.approx((kappa, ac1, ppos), abs=5e-7)


def test_a_published_pair_of_reviewers() -> None:
    """A review of 244 records: kappa 0.374, 33 and 84 included (its notebook)."""
    found = two_by_two(29, 4, 55, 156)
    assert found.n == 244 and round(found.kappa or 0, 3) == 0.374 and found.kappa == pytest.approx(0.3741957920361676)


def test_where_both_put_everything_into_one_category_kappa_is_undefined_and_not_one() -> None:
    for found in (two_by_two(0, 0, 0, 50), two_by_two(50, 0, 0, 0)):
        assert (found.kappa, found.interval, found.scott_pi, found.alpha) == (None, None, None, None)
        assert found.po == found.pabak == found.ac1 == 1.0
    assert "undefined" in in_words(None)
    assert two_by_two(0, 0, 0, 50).by_category == (None, 1.0)


def test_three_categories_by_hand() -> None:
    """Half agree: PABAK (3 · 0.5 − 1) / 2; AC1's chance is the mean of π(1 − π) · 3 / 2 over equal thirds: 1/3."""
    found = compare([[2, 1, 1], [1, 2, 1], [1, 1, 2]])
    assert (found.po, found.pabak) == (0.5, 0.25)
    assert (found.pe, found.ac1, found.kappa) == pytest.approx((1 / 3, 0.25, 0.25))
    assert found.by_category == (0.5, 0.5, 0.5) and (found.prevalence, found.bias) == (None, None)


def test_an_interval_that_has_no_width_is_none() -> None:
    """One reviewer includes everything: kappa 0, its large-sample error 0."""
    assert (two_by_two(2, 0, 1, 0).kappa, two_by_two(2, 0, 1, 0).interval) == (0.0, None)
    low, high = two_by_two(29, 4, 55, 156).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.260, 0.489)


def test_without_works_nothing_is_defined() -> None:
    found = two_by_two(0, 0, 0, 0)
    assert found.n == 0 and set(shown(found).values()) == {None}


def test_fleiss_example_of_1971() -> None:
    """Ten patients, fourteen psychiatrists, five diagnoses: 0.210."""
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    assert round(fleiss(counts) or 0, 3) == 0.210


def test_krippendorffs_example_with_missing_votes() -> None:
    """Three coders, fifteen units, nominal: 0.691."""
    a = [0, 0, 0, 0, 0, 3, 4, 1, 2, 1, 1, 3, 3, 0, 3]
    b = [1, 0, 2, 1, 3, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0]
    c = [0, 0, 2, 1, 3, 4, 4, 0, 2, 1, 1, 3, 3, 0, 4]
    units = [[v for v in unit if v] for unit in zip(a, b, c, strict=True)]
    assert round(krippendorff(units) or 0, 3) == 0.691


@given(tables)
def test_swapping_the_reviewers_changes_no_coefficient(table: list[list[int]]) -> None:
    turned = [list(row) for row in zip(*table, strict=True)]
    one, other = compare(table), compare(turned)
    for name in ("po", "kappa", "se", "pabak", "ac1", "alpha"):
        assert getattr(one, name) == pytest.approx(getattr(other, name)), name


@given(tables)
def test_no_coefficient_exceeds_one_and_all_are_one_only_where_all_agree(table: list[list[int]]) -> None:
    found = compare(table)
    for value in (found.kappa, found.pabak, found.ac1, found.scott_pi, found.alpha):
        assert value is None or value <= 1 + 1e-12
        if found.n and value is not None and value > 1 - 1e-12:
            assert found.po == pytest.approx(1.0)


@given(tables)
def test_two_reviewers_who_voted_on_all_have_the_alpha_of_krippendorffs_general_formula(table: list[list[int]]) -> None:
    units = [[i, j] for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    assert compare(table).alpha == pytest.approx(krippendorff(units)) if units else krippendorff(units) is None


@given(tables)
def test_fleiss_kappa_of_two_reviewers_is_scotts_pi(table: list[list[int]]) -> None:
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    counts = [[int(i == c) + int(j == c) for c in range(len(table))] for i, j in cells]
    assert fleiss(counts) == pytest.approx(compare(table).scott_pi)


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        compare([[1, 2, 3], [1, 2, 3]])
    with pytest.raises(ValueError, match="same number of votes"):
        fleiss([[1, 1], [2, 1]])


def test_table_of_counts_the_pairs() -> None:
    assert table_of([("i", "e"), ("i", "i"), ("i", "e")], ["i", "e"]) == [[1, 2], [0, 0]]


def test_a_rare_verdict_is_explained_and_a_frequent_one_is_not() -> None:
    assert "Only 4.0% of the votes are 'include'" in (on_prevalence({"include": 0.04, "exclude": 0.96}) or "")
    assert on_prevalence({"include": 0.3, "exclude": 0.7}) is None and on_prevalence({}) is None


def test_words_name_their_scale() -> None:
    assert [in_words(k).split(" (")[0] for k in (-0.1, 0.0, 0.2, 0.21, 0.5, 0.7, 0.9)] == [
        "poor", "slight", "slight", "fair", "moderate", "substantial", "almost perfect"
    ]  # fmt: skip
    assert "Landis & Koch" in in_words(0.5)


@settings(deadline=None)  # the libraries take seconds to load
@given(tables)
def test_installed_libraries_agree(table: list[list[int]]) -> None:
    """scikit-learn's kappa, statsmodels' interval of kappa and Fleiss' kappa, krippendorff's alpha."""
    found = compare(table)
    if found.kappa is None or not found.n:
        return
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    for name, check in (("sklearn", _sklearn), ("statsmodels", _statsmodels), ("krippendorff", _krippendorff)):
        try:
            __import__(name)
        except ImportError:
            continue
        check(found, table, cells)


def _sklearn(found: Agreement, table: Any, cells: Any) -> None:
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-not-found,unused-ignore]

    assert cohen_kappa_score([a for a, _ in cells], [b for _, b in cells]) == pytest.approx(found.kappa)


def _statsmodels(found: Agreement, table: Any, cells: Any) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa  # type: ignore[import-not-found,unused-ignore]

    theirs = cohens_kappa(table)
    assert theirs.kappa == pytest.approx(found.kappa)
    if theirs.var_kappa >= 0:
        assert theirs.var_kappa**0.5 == pytest.approx(found.se, abs=1e-7)


def _krippendorff(found: Agreement, table: Any, cells: Any) -> None:
    import krippendorff as library  # type: ignore[import-not-found,unused-ignore]

    if len({x for cell in cells for x in cell}) > 1:
        data = [[a for a, _ in cells], [b for _, b in cells]]
        assert library.alpha(data, level_of_measurement="nominal") == pytest.approx(found.alpha)
