"""Web of Science's tagged files."""

from __future__ import annotations

from slr.formats.wos import read
from slr.model import Record

FILE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Alvarez-Manzaneda, I
   de Vicente, I
AF Alvarez-Manzaneda, I.
   de Vicente, I. (dv@ugr.es)
TI Do magnetic phosphorus adsorbents used for lake restoration impact on
   zooplankton community?
SO SCIENCE OF THE TOTAL ENVIRONMENT
LA English
DT Article; Proceedings Paper
DE Magnetic particles; Lake
   restoration
ID TROPHIC STATE; WATER
AB We ask.
SN 0048-9697
EI 1879-1026
PD MAR 15
PY 2019
VL 656
BP 1217
EP 1217
DI 10.1016/j.scitotenv.2018.11.375
UT WOS:000455034600110
PM 30625652
ER

PT B
AU Chen, L
TI A control protocol
SO 7TH CONFERENCE
AR 17
PY 2005
XQ what
ER

EF
"""


def test_a_record_as_web_of_science_writes_it() -> None:
    parsed = read(FILE, "WoS")
    assert [entry.line for entry in parsed.entries] == [3, FILE.split("\n").index("PT B") + 1] and parsed.notes == ()
    assert parsed.entries[0].record == Record(
        "", "WoS", "Do magnetic phosphorus adsorbents used for lake restoration impact on zooplankton community?",
        ("Alvarez-Manzaneda, I.", "de Vicente, I."), 2019, "SCIENCE OF THE TOTAL ENVIRONMENT", "656", None, "1217",
        "10.1016/j.scitotenv.2018.11.375", "article", "en", "We ask.",
        ("Magnetic particles", "Lake restoration", "TROPHIC STATE", "WATER"), None, None,
        {"wos": "WOS:000455034600110", "pmid": "30625652", "issn": "0048-9697"},
    )  # fmt: skip
    assert (parsed.entries[1].record.pages, parsed.entries[1].record.type) == ("17", "book-chapter")
    assert [(one.what, one.lines) for one in parsed.not_understood] == [
        ("tag XQ", (FILE.split("\n").index("XQ what") + 1,))
    ]


def test_a_file_without_its_last_line_says_that_it_may_be_cut_off() -> None:
    assert "may be cut off" in read(FILE.replace("EF\n", ""), "WoS").notes[0]


def test_lines_that_go_on_without_their_three_blanks_go_on() -> None:
    found = read(FILE.replace("\n   ", "\n"), "WoS").entries[0].record
    assert found.title.endswith("impact on zooplankton community?") and len(found.authors) == 2


def test_a_record_that_is_retracted_says_so() -> None:
    assert (
        read(FILE.replace("Article; Proceedings Paper", "Article; Retracted Publication"), "WoS")
        .entries[0]
        .record.retracted
        is True
    )


def test_cited_references_are_kept_as_text_one_a_line() -> None:
    cited = "CR Maskell P, 2006, IND INNOV, V13, P191\n   Amin A, 1999, REG STUD, V33, P365\nPY 2019"
    found = read(FILE.replace("PY 2019", cited, 1), "WoS").entries[0].record
    assert found.references == ("Maskell P, 2006, IND INNOV, V13, P191", "Amin A, 1999, REG STUD, V33, P365")
