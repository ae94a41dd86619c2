"""``find_duplicates``: tables as people have them."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.dedup import find_duplicates
from slr.dedup.frame import sides_of, split_authors
from slr.errors import UserError

TITLE = "Clusters and knowledge: local buzz, global pipelines and the process of knowledge creation"
PAPER: dict[str, Any] = {
    "title": TITLE,
    "authors": "Bathelt, Harald and Malmberg, Anders and Maskell, Peter",
    "year": 2004,
    "journal": "Progress in Human Geography",
    "volume": "28",
    "issue": "1",
    "pages": "31-56",
    "doi": "10.1191/0309132504ph469oa",
    "abstract": "The paper is concerned with spatial clustering.",
}


def table(*changes: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([PAPER | {"record_id": f"r{n}"} | change for n, change in enumerate(changes, 1)])


def works(records: pd.DataFrame) -> list[str]:
    found = find_duplicates(records)
    assert list(found.columns) == ["record_id", "work_id"]
    assert list(found["record_id"]) == list(records["record_id"])
    return list(found["work_id"])


@pytest.mark.parametrize(
    "change",
    [
        {"authors": "Bathelt H; Malmberg A; Maskell P"},
        {"authors": "Harald Bathelt, Anders Malmberg, Peter Maskell", "doi": None},
        {"authors": float("nan"), "doi": None},
        {"year": "2004.0", "doi": None},
        {"year": "c2004", "doi": ""},
        {"year": 2004.0, "volume": 28.0, "doi": None},
        {"year": "in press", "doi": None},
        {"doi": "https://doi.org/10.1191/0309132504PH469OA", "pages": None, "volume": None},
        {"journal": "Prog. Hum. Geogr.", "pages": "31-6", "doi": None},
        {"title": "Clusters &amp; knowledge: local buzz, global pipelines and the process of knowledge creation"},
        {"title": "Clusters and knowledge", "doi": None},
        {"title": TITLE.upper() + ".", "doi": None, "abstract": None},
        {
            "title": "<i>Clusters</i> and $\\mathrm{knowledge}$ – local buzz, global pipelines and the process of "
            "knowledge creation",
            "doi": None,
        },
        {"authors": " and ".join(["Bathelt, Harald", *(f"Author{n}, A" for n in range(500))]), "doi": None},
    ],
)
def test_the_same_paper_written_in_another_way_is_one_work(change: dict[str, Any]) -> None:
    assert works(table({}, change)) == ["r1", "r1"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Erratum: " + TITLE, "doi": None, "pages": "421"},
        {"title": TITLE + ": a reply", "doi": None, "pages": "57-59"},
        {"title": TITLE + ", part II", "doi": None, "pages": "57-80"},
        {"journal": "DRUID Working Paper", "volume": None, "issue": None, "pages": None, "doi": None},
        {"year": 2010, "doi": None, "volume": "34"},
        {"doi": "10.1191/0309132504ph470oa", "pages": "57-80"},
        {"authors": "Giuliani, Elisa", "doi": None, "pages": None},
        {"title": "", "doi": None},
        {"title": None, "authors": None, "year": None, "doi": None, "pages": None},
        dict.fromkeys(PAPER),
    ],
)
def test_what_may_be_another_work_stays_apart(change: dict[str, Any]) -> None:
    assert works(table({}, change)) == ["r1", "r2"]


def test_missing_columns_are_unknown_everywhere() -> None:
    assert works(pd.DataFrame({"record_id": ["b", "a"]})) == ["b", "a"]
    only = pd.DataFrame({"record_id": ["b", "a"], "title": [TITLE, TITLE], "year": [2004, 2004]})
    assert works(only) == ["b", "a"]  # a title and a year may be a meeting's abstract and the paper
    assert works(only.assign(journal=["Progress in Human Geography", "Prog Hum Geogr"])) == ["a", "a"]


def test_an_empty_table_has_no_works() -> None:
    assert works(pd.DataFrame({"record_id": []})) == []
    assert works(pd.DataFrame(columns=["record_id", *PAPER])) == []


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        (pd.DataFrame({"title": ["a"]}), "has no column 'record_id'"),
        (pd.DataFrame({"record_id": ["a", "b", "a"]}), "the record_id 'a' stands on several rows"),
        (pd.DataFrame({"record_id": ["a", None]}), "row 2 of the table has no record_id"),
    ],
)
def test_a_table_without_ids_of_its_own_is_refused_in_one_sentence(records: pd.DataFrame, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        find_duplicates(records)


def test_numbers_as_ids_are_handed_back_as_they_came() -> None:
    records = table({}, {}).assign(record_id=[7, 5])
    found = find_duplicates(records)
    assert list(found["record_id"]) == [7, 5] and list(found["work_id"]) == ["5", "5"]


def test_the_table_stays_as_it_was_and_its_index_comes_back() -> None:
    records = table({}, {}).set_index(pd.Index([10, 20]))
    before = records.copy()
    assert list(find_duplicates(records).index) == [10, 20]
    pd.testing.assert_frame_equal(records, before)


def test_one_journals_doi_on_each_of_its_articles_merges_none() -> None:
    titles = [
        "Trade fairs of the Ruhr valley",
        "Ceramic tiles in Castellón",
        "The surgical cluster of Sialkot",
        "",
        None,
    ]
    changes = [{"title": t, "doi": "10.1000/journal", "pages": str(n), "year": 2000 + n} for n, t in enumerate(titles)]
    assert len(set(works(table(*changes)))) == len(titles)


@pytest.mark.parametrize("title", ["Editorial", "Introduction", "Book reviews", "转移", "Введение"])
def test_a_title_of_one_word_is_no_evidence(title: str) -> None:
    same = {"title": title, "doi": None, "pages": None, "volume": None, "issue": None, "authors": "Li, Wei"}
    assert works(table(same, same)) == ["r1", "r2"]


def test_titles_in_other_writings_are_compared_in_their_own() -> None:
    poor = {"doi": None, "pages": None, "volume": None, "issue": None}
    russian = {"title": "Платформенная занятость: масштабы и признаки неустойчивости", "authors": "Бобков, В. Н."}
    latin = russian | {"authors": "Bobkov, V. N."}
    assert works(table(poor | russian, poor | latin)) == ["r1", "r1"]
    chinese = {"title": "产业集群中的知识转移与创新能力研究", "authors": "李, 伟"}
    assert works(table(poor | chinese, poor | chinese)) == ["r1", "r1"]
    assert works(table(poor | chinese, poor | chinese | {"title": "产业集群中的技术扩散与创新绩效研究"})) == [
        "r1",
        "r2",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Last, First and Other, Second", ("Last, First", "Other, Second")),
        ("Last F; Other S", ("Last F", "Other S")),
        ("Viswanath Poosala, Yannis E. Ioannidis", ("Viswanath Poosala", "Yannis E. Ioannidis")),
        ("H&#228;rder, Theo; M&uuml;ller, A.", ("Härder, Theo", "Müller, A.")),
        ("Bathelt, Harald", ("Bathelt, Harald",)),
        ("Anderson", ("Anderson",)),
        ("Smith, A & Jones, B", ("Smith, A", "Jones, B")),
        ("", ()),
        (" ; ", ()),
    ],
)
def test_lists_of_authors_are_taken_apart(text: str, names: tuple[str, ...]) -> None:
    assert split_authors(text) == names


CELLS = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(), st.sampled_from(list(PAPER.values())))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(PAPER, CELLS)), max_size=6), st.randoms())
def test_any_cells_are_taken_and_the_order_of_the_rows_does_not_matter(
    rows: list[dict[str, Any]], rng: random.Random
) -> None:
    records = pd.DataFrame([row | {"record_id": f"r{n}"} for n, row in enumerate(rows)], columns=["record_id", *PAPER])
    once = dict(zip(records["record_id"], works(records), strict=True))
    shuffled = records.sample(frac=1, random_state=rng.randrange(2**32)) if rows else records
    assert dict(zip(shuffled["record_id"], works(shuffled), strict=True)) == once
    assert len(sides_of(records)) == len(rows)
