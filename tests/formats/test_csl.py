"""CSL-JSON as citation managers and services write it."""

from __future__ import annotations

import json

import pytest

from slr.formats.csl import read
from slr.model import Record

ITEM = {
    "id": "1", "type": "article-journal", "title": "Local buzz", "container-title": "Progress", "volume": 28,
    "issue": "1", "page": "31-56",
    "DOI": "10.1191/X", "URL": "https://x.org", "ISSN": ["0309-1325", "1477-0288"], "language": "en",
    "abstract": "<jats:p>We ask.</jats:p>",
    "author": [{"family": "Bathelt", "given": "H."}, {"family": "Berg", "given": "P.",
    "non-dropping-particle": "van der", "suffix": "Jr"},
               {"literal": "World Bank"}],
    "issued": {"date-parts": [["2004", 2]]}, "keyword": "buzz, pipelines", "PMID": "123456",
}  # fmt: skip


def test_an_item_as_zotero_writes_it() -> None:
    (entry,) = read(json.dumps([ITEM]), "X").entries
    assert entry.record == Record(
        "", "X", "Local buzz", ("Bathelt, H.", "van der Berg, P., Jr", "World Bank"), 2004, "Progress", "28", "1",
        "31-56", "10.1191/x",
        "article", "en", "We ask.", ("buzz", "pipelines"), None, "https://x.org", {"pmid": "123456",
        "issn": "0309-1325"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("issued", "year"),
    [({"date-parts": [[2013, 1, 1]]}, 2013), ({"raw": "Spring 2013"}, 2013), ({"literal": "2013"}, 2013),
    ("2013-05", 2013), (2013, 2013),
     ({"date-parts": [[]]}, None), ({"date-parts": [None]}, None), (None, None), ([], None)],
)  # fmt: skip
def test_a_date_has_many_forms(issued: object, year: int | None) -> None:
    assert read(json.dumps([ITEM | {"issued": issued}]), "X").entries[0].record.year == year


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEM),
        json.dumps([ITEM]),
        json.dumps({"total": 1, "items": [ITEM]}),
        f"{json.dumps(ITEM)}\n",
        f"[\n{json.dumps(ITEM, indent=2)}\n]",
    ],
)
def test_one_item_a_list_or_a_wrapped_list(text: str) -> None:
    assert [entry.record.title for entry in read(text, "X").entries] == ["Local buzz"]


def test_one_item_a_line_is_a_list_too() -> None:
    assert [entry.line for entry in read(f"{json.dumps(ITEM)}\n{json.dumps(ITEM)}\n", "X").entries] == [1, 2]


def test_titles_that_crossref_lists_are_read() -> None:
    item = {"title": ["One"], "container-title": ["Two"], "DOI": "10.1000/a", "type": "journal-article"}
    found = read(json.dumps(item), "X").entries[0].record
    assert (found.title, found.venue, found.type) == ("One", "Two", "article")


def test_an_item_that_is_broken_is_rejected_and_the_others_are_read() -> None:
    text = "[\n" + ",\n".join(json.dumps(ITEM | {"title": f"T{n}"}) for n in range(4)) + "\n]"
    parsed = read(text.replace('"T1"', '"T1'), "X")
    assert parsed.entries[0].record.title == "T0" and parsed.entries[-1].record.title == "T3"
    assert [r.line for r in parsed.rejected] == [3]


@pytest.mark.parametrize("value", [None, [], {}, "", 7, [[]], {"a": 1}, [None], True])
def test_values_of_the_wrong_kind_are_passed_over(value: object) -> None:
    broken = {name: value for name in ITEM if name != "title"} | {"title": "x"}
    assert read(json.dumps([broken]), "X").entries[0].record.title == "x"
