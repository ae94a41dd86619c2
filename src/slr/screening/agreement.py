"""Agreement between reviewers: chance-corrected coefficients on tables of counts. Pure; None where one is undefined.

The formulas are a few lines each, so no statistics library is asked for them: scikit-learn, statsmodels and irrCAC
bring scipy with them, and irrCAC rounds to five digits. The tests compare with those that are installed.

Sources: Cohen 1960 (kappa, its simple standard error); Fleiss, Cohen & Everitt 1969 (its large-sample standard error);
Scott 1955 (pi); Byrt, Bishop & Carlin 1993 (PABAK, prevalence and bias index); Gwet 2008 (AC1); Fleiss 1971;
Krippendorff 2011, "Computing Krippendorff's alpha-reliability" (nominal, with missing votes); Cicchetti & Feinstein
1990 (positive and negative agreement); Landis & Koch 1977 (the words for kappa).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

Table = Sequence[Sequence[int]]
"""``table[i][j]``: how many works the first reviewer puts into category *i*, the second into *j*; square."""

Z_95 = 1.959963984540054
_BANDS = ((0.0, "slight"), (0.2, "fair"), (0.4, "moderate"), (0.6, "substantial"), (0.8, "almost perfect"))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers' agreement over ``n`` works; proportions are 0-1, coefficients at most 1, None is undefined.

    ``se`` is the large-sample standard error of kappa, ``se_simple`` Cohen's of 1960, ``interval`` kappa's 95 %
    interval by ``se`` (None where that is 0: such a table is too small to tell one). ``by_category[i]`` is the
    agreement specific to category *i*: of all votes for it, the share that the other reviewer gave too. ``prevalence``
    and ``bias`` are the indexes of a 2×2 table (None for larger ones).
    """

    n: int
    po: float | None
    pe: float | None
    kappa: float | None
    se: float | None
    se_simple: float | None
    interval: tuple[float, float] | None
    pabak: float | None
    ac1: float | None
    scott_pi: float | None
    alpha: float | None
    by_category: tuple[float | None, ...]
    prevalence: float | None
    bias: float | None


def compare(table: Table) -> Agreement:
    """The agreement in a square table of counts with two categories or more. Raises ValueError if it is not square."""
    k, n = len(table), sum(map(sum, table))
    if k < 2 or any(len(row) != k for row in table):
        raise ValueError("agreement needs a square table of two categories or more")
    if n == 0:
        return Agreement(0, *(None,) * 10, by_category=(None,) * k, prevalence=None, bias=None)
    rows = [sum(row) / n for row in table]
    columns = [sum(row[j] for row in table) / n for j in range(k)]
    po = sum(table[i][i] for i in range(k)) / n
    pe = sum(r * c for r, c in zip(rows, columns, strict=True))
    mean = [(r + c) / 2 for r, c in zip(rows, columns, strict=True)]
    pi = corrected(po, sum(p * p for p in mean))
    kappa = corrected(po, pe)
    se = _large_sample_error(table, rows, columns, kappa, pe)
    return Agreement(
        n=n,
        po=po,
        pe=pe,
        kappa=kappa,
        se=se,
        se_simple=None if kappa is None else math.sqrt(po * (1 - po) / n) / (1 - pe),
        interval=None if kappa is None or not se else (max(-1.0, kappa - Z_95 * se), min(1.0, kappa + Z_95 * se)),
        pabak=(k * po - 1) / (k - 1),
        ac1=corrected(po, sum(p * (1 - p) for p in mean) / (k - 1)),
        scott_pi=pi,
        alpha=None if pi is None else 1 - (2 * n - 1) / (2 * n) * (1 - pi),
        by_category=tuple(_specific(table, i, mean[i] * 2 * n) for i in range(k)),
        prevalence=abs(table[0][0] - table[1][1]) / n if k == 2 else None,
        bias=abs(table[0][1] - table[1][0]) / n if k == 2 else None,
    )


def corrected(observed: float, by_chance: float) -> float | None:
    """(observed − chance) / (1 − chance); None if chance alone makes everything agree."""
    return None if math.isclose(by_chance, 1.0, abs_tol=1e-12) else (observed - by_chance) / (1 - by_chance)


def _specific(table: Table, i: int, votes: float) -> float | None:
    return 2 * table[i][i] / votes if votes else None


def _large_sample_error(
    table: Table, rows: Sequence[float], columns: Sequence[float], kappa: float | None, pe: float
) -> float | None:
    """Fleiss, Cohen & Everitt 1969, formula 13."""
    if kappa is None:
        return None
    k, n = len(table), sum(map(sum, table))
    same = sum(table[i][i] / n * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(k))
    other = sum(table[i][j] / n * (columns[i] + rows[j]) ** 2 for i in range(k) for j in range(k) if i != j)
    variance = (same + (1 - kappa) ** 2 * other - (kappa - pe * (1 - kappa)) ** 2) / ((1 - pe) ** 2 * n)
    return math.sqrt(max(0.0, variance))


def table_of(pairs: Sequence[tuple[Hashable, Hashable]], categories: Sequence[Hashable]) -> list[list[int]]:
    """The square table of (first reviewer's, second reviewer's) categories."""
    counted = Counter(pairs)
    return [[counted[a, b] for b in categories] for a in categories]


def fleiss(counts: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa; ``counts[i][j]``: how many of the m ≥ 2 votes on work *i* are for category *j*.

    Raises ValueError if the works have different numbers of votes.
    """
    if not counts:
        return None
    m = sum(counts[0])
    if m < 2 or any(sum(row) != m for row in counts):
        raise ValueError("Fleiss' kappa needs the same number of votes, at least two, on every work")
    observed = sum((sum(c * c for c in row) - m) / (m * (m - 1)) for row in counts) / len(counts)
    shares = [sum(column) / (len(counts) * m) for column in zip(*counts, strict=True)]
    return corrected(observed, sum(p * p for p in shares))


def krippendorff(votes: Sequence[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal categories; ``votes[i]`` are the votes on work *i*, however many.

    Works with fewer than two votes pair with nothing and do not count. None if there is nothing to compare or all
    votes are for one category.
    """
    paired = [Counter(cast) for cast in votes if len(cast) > 1]
    total = Counter[Hashable]()
    for cast in paired:
        total.update(cast)
    n = total.total()
    apart = sum((m * m - sum(c * c for c in cast.values())) / (m - 1) for cast in paired for m in (cast.total(),))
    expected = n * n - sum(c * c for c in total.values())
    return None if not expected else 1 - (n - 1) * apart / expected


def in_words(kappa: float | None) -> str:
    """Landis & Koch's word for a kappa, or what undefined means."""
    if kappa is None:
        return "undefined: both put every work into one and the same category"
    if kappa < 0:
        return "poor (Landis & Koch)"
    return [word for above, word in _BANDS if kappa > above or above == 0.0][-1] + " (Landis & Koch)"


def on_prevalence(share: Mapping[str, float]) -> str | None:
    """What a rare category does to the coefficients, in a sentence; ``share`` is category → its share of all votes.

    None where no category of two or more is rarer than one in ten.
    """
    rare = min(share, key=lambda category: share[category], default=None)
    if rare is None or len(share) < 2 or share[rare] >= 0.1:
        return None
    return (
        f"Only {share[rare]:.1%} of the votes are '{rare}': with so few, kappa is low and PABAK and AC1 are high by "
        f"construction; the agreement on '{rare}' itself says more."
    )
