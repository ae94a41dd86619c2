"""Values that the schema changes on their way in."""

from __future__ import annotations

import pytest

from slr.config import normal_doi


@pytest.mark.parametrize(
    "text",
    [
        "10.1080/09654310801983308",
        "https://doi.org/10.1080/09654310801983308",
        "http://dx.doi.org/10.1080/09654310801983308",
        "HTTPS://DOI.ORG/10.1080/09654310801983308",
        "doi:10.1080/09654310801983308",
        "DOI: 10.1080/09654310801983308 ",
        "https://doi.org/10.1080%2F09654310801983308",
    ],
)
def test_a_doi_in_any_usual_form_becomes_bare_and_lower_case(text: str) -> None:
    assert normal_doi(text) == "10.1080/09654310801983308"


def test_the_suffix_of_a_doi_is_kept_but_for_its_case() -> None:
    assert normal_doi("10.1002/(SICI)1097-4571(1999)50:1%3C1::A>3.0.CO;2-X") == (
        "10.1002/(sici)1097-4571(1999)50:1%3c1::a>3.0.co;2-x"
    )


@pytest.mark.parametrize(
    "text", ["", "abc", "10.1080", "10.1080/", "10.1/x y", "11.1080/x", "https://example.org/10.1080/x"]
)
def test_what_is_no_doi_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a DOI"):
        normal_doi(text)
