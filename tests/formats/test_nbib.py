"""PubMed's nbib, and ERIC's."""

from __future__ import annotations

from slr.formats.nbib import read
from slr.model import Record

FILE = """
PMID- 30922926
OWN - NLM
STAT- MEDLINE
IS  - 1878-0849 (Electronic)
VI  - 63
IP  - 2
DP  - 2020 Feb
TI  - Time lapse: A glimpse into
      prehistoric genomics.
PG  - 132-42
LID - S1769-7212(19)30059-X [pii]
LID - 10.1016/j.ejmg.2019.03.004 [doi]
AB  - The angle was 1.9 degrees
      +/- 2.1 degrees .
FAU - Griffin, Darren K
AU  - Griffin DK
AU  - Larkin DM
AU  - et al.
LA  - eng
PT  - Journal Article
PT  - Review
PT  - Retracted Publication
JT  - European journal of medical genetics
MH  - Dinosaurs/*genetics
OT  - Birds
PMC - PMC7026692
AID - 10.1016/j.ejmg.2019.03.004 [doi]

OWN - ERIC
TI  - Test-Taker Perception
AU  - van Groen, Maaike M.
JT  - Language Testing in Asia
AID - http://dx.doi.org/10.1186/s40468-019-0086-7
OID - EJ1245375
DP  - Article 10 2019
ISSN - EISSN-2229-0443
PT  - Reports - Research
"""


def test_a_record_as_pubmed_writes_it() -> None:
    parsed = read(FILE, "PubMed")
    assert parsed.entries[0].record == Record(
        "", "PubMed", "Time lapse: A glimpse into prehistoric genomics", ("Griffin, Darren K", "Larkin, DM"), 2020,
        "European journal of medical genetics", "63", "2", "132-142", "10.1016/j.ejmg.2019.03.004", "review", "en",
        "The angle was 1.9 degrees +/- 2.1 degrees .", ("Birds", "Dinosaurs/genetics"), True, None,
        {"pmid": "30922926", "pmcid": "PMC7026692", "issn": "1878-0849"},
    )  # fmt: skip
    assert [entry.line for entry in parsed.entries] == [
        2,
        FILE.split("\n").index("OWN - ERIC") + 1,
    ] and parsed.not_understood == ()


def test_eric_writes_the_same_form_without_a_number_of_pubmed() -> None:
    found = read(FILE, "ERIC").entries[1].record
    assert (found.authors, found.doi, found.year, found.type) == (
        ("van Groen, Maaike M.",),
        "10.1186/s40468-019-0086-7",
        2019,
        "article",
    )
    assert found.ids == {"accession": "EJ1245375", "issn": "2229-0443"}


def test_a_number_of_an_article_stands_for_its_pages_but_no_publishers_identifier() -> None:
    text = "PMID- 12345\nTI  - x\nLID - {} [pii]\n"
    assert read(text.format("e0209483"), "X").entries[0].record.pages == "e0209483"
    assert read(text.format("S1080-6032(22)00139-9"), "X").entries[0].record.pages is None


def test_a_line_that_begins_like_a_tag_is_said_and_not_taken_into_the_abstract() -> None:
    parsed = read("PMID- 1\nTI  - x\nAB  - We ask\nA#  - Smith\nQQQ - z\n", "X")
    assert parsed.entries[0].record.abstract == "We ask"
    assert [one.what for one in parsed.not_understood] == ["line that looks like a tag but is none", "tag QQQ"]
