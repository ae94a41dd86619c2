"""Plain text of LaTeX."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.formats.latex import plain


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("plain text", "plain text"), ("{{Kept}} as {It} is", "Kept as It is"), (r"P\"{a}ckert", "Päckert"),
        (r"{\'E}cole", "École"),
        (r"jafnr{\ae}{\dh}i og {\th}", "jafnræði og þ"), ("H$_{2}$O and DNA$_{\\textrm{2}}$", "H2O and DNA2"),
        (r"$\Sigma^{0}$ Hyperon", "Σ0 Hyperon"), ("costs $5 and $6 a day", "costs $5 and $6 a day"),
        ("95% of R&D in A_B #1", "95% of R&D in A_B #1"),
        (r"95\% of R\&D in A\_B", "95% of R&D in A_B"), ("pages 1--9 and---so", "pages 1–9 and—so"), ("``quoted''",
        "“quoted”"),
        (r"\textit{Natrix} \textbf{do not}", "Natrix do not"), (r"a \textless{} b", "a < b"),
        (r"x\textasciicircum{}2", "x^2"), (r"Swe{\\i}g", "Sweıg"),
        ("a~b", "a b"), (r"a \textbraceleft{} b \textbraceright{}", "a { b }"), (r"\{ \} \% \&", "{ } % &"),
        (r"\textasciicircum{} \textasciitilde{}\ \textbackslash{}", "^ ~ \\"), (r"5 \euro{}, \LaTeX{}", "5 €, LaTeX"),
        (r"\emph{a} \emph{b} \'{e} \'{e}", "a b é é"), ("ˆ", "ˆ"),
    ],
)  # fmt: skip
def test_what_latex_says_is_text(latex: str, text: str) -> None:
    assert plain(latex).replace("\u00a0", " ") == text


@settings(deadline=None)
@given(st.text("ab\\{}$^_%&~'\" ", max_size=30))
def test_no_latex_breaks_it(latex: str) -> None:
    assert isinstance(plain(latex), str)
