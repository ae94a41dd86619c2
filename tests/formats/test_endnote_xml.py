"""EndNote's XML."""

from __future__ import annotations

from slr.formats.endnote_xml import read
from slr.model import Record

RECORD = """<record><database name="x.enl">x.enl</database><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Foderaro, Lisa W</style></author><author>Group, The</author></authors></contributors>
<titles><title><style face="normal">Rooftop </style><style face="italic">greenhouse</style></title><secondary-title>New York Times</secondary-title></titles>
<periodical><full-title>NYT</full-title></periodical><pages>A20</pages><volume>2</volume><number>1</number>
<keywords><keyword><style>one</style></keyword><keyword>two&#xD;three</keyword></keywords>
<dates><year><style>2012</style></year><pub-dates><date>May 1</date></pub-dates></dates><isbn>0362-4331</isbn>
<accession-num>A1</accession-num><electronic-resource-num>https://doi.org/10.1000/A</electronic-resource-num><abstract>We ask.</abstract>
<language>eng</language><urls><related-urls><url><style>https://x.org/1</style></url></related-urls></urls></record>"""


def test_a_record_as_endnote_writes_it() -> None:
    (entry,) = read(f"<xml><records>{RECORD}</records></xml>", "X").entries
    assert entry.record == Record(
        "", "X", "Rooftop greenhouse", ("Foderaro, Lisa W", "Group, The"), 2012, "New York Times", "2", "1", "A20",
        "10.1000/a", "article",
        "en", "We ask.", ("one", "two", "three"), None, "https://x.org/1", {"accession": "A1", "issn": "0362-4331"},
    )  # fmt: skip


def test_the_type_is_its_name_or_endnotes_number() -> None:
    assert read(RECORD.replace(' name="Journal Article">17', ">32"), "X").entries[0].record.type == "dissertation"
    assert read(RECORD.replace("Journal Article", "Book Section"), "X").entries[0].record.type == "book-chapter"
    assert (
        read(RECORD.replace("<language>", "<work-type>Review</work-type><language>"), "X").entries[0].record.type
        == "review"
    )
