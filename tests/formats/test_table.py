"""Tables of records: headers, layouts of databases, rows."""

from __future__ import annotations

import pytest

from slr.formats.base import Parsed
from slr.formats.columns import COLUMNS, LAYOUTS, LEFT_OUT, layout_of, plain
from slr.formats.delimited import read
from slr.formats.registry import parse
from slr.model import Record


def one(header: str, row: str, source: str = "X") -> tuple[Record, Parsed]:
    parsed = read(f"{header}\n{row}\n", source)
    assert len(parsed.entries) == 1 and not parsed.rejected
    return parsed.entries[0].record, parsed


def unknown(parsed: Parsed) -> list[str]:
    return [puzzle.what for puzzle in parsed.not_understood]


def told(record: Record) -> tuple[object, ...]:
    return (
        record.title,
        record.authors,
        record.year,
        record.venue,
        record.volume,
        record.issue,
        record.pages,
        record.doi,
        record.type,
    )


BATHELT = (
    "Clusters",
    ("Bathelt, Harald", "Malmberg, Anders"),
    2004,
    "Progress",
    "28",
    "1",
    "31-56",
    "10.1000/x",
    "article",
)
CASES = {
    "Scopus": (
        "Authors,Author full names,Author(s) ID,Title,Year,Source title,Volume,Issue,Art. No.,Page start,Page end,Page count,Cited by,DOI,Link,"
        "Affiliations,Abstract,Author Keywords,Index Keywords,References,ISSN,PubMed ID,Language of Original Document,Document Type,Source,EID",
        '"Bathelt H.; Malmberg A.","Bathelt, Harald (123); Malmberg, Anders (456)",123; 456,Clusters,2004,Progress,28,1,,31,56,,7,10.1000/X,'
        "https://scopus.com/1,Aff,abs,a; b,C,refs,0309-1325,123456,English,Article,Scopus,2-s2.0-1",
    ),
    "Web of Science": (
        "Publication Type,Authors,Author Full Names,Article Title,Source Title,Language,Document Type,Author Keywords,Keywords Plus,Abstract,"
        "Addresses,ISSN,eISSN,Publication Date,Publication Year,Volume,Issue,Start Page,End Page,Article Number,DOI,WoS Categories,"
        "UT (Unique WOS ID),Pubmed Id",
        'J,"Bathelt, H; Malmberg, A","Bathelt, Harald; Malmberg, Anders",Clusters,Progress,English,Article; Proceedings Paper,a; b,C,abs,'
        "Aff,0309-1325,,FEB,2004,28,1,31,56,,10.1000/x,Geography,WOS:1,123456",
    ),
    "Web of Science (tab-delimited)": (
        "PT\tAU\tBA\tBE\tGP\tAF\tBF\tCA\tTI\tSO\tLA\tDT\tDE\tID\tAB\tSN\tEI\tPD\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tUT\tPM",
        "J\tBathelt, H\t\t\t\tBathelt, Harald; Malmberg, Anders\t\t\tClusters\tProgress\tEnglish\tArticle\ta; b\tC\tabs\t0309-1325\t\tFEB\t2004"
        "\t28\t1\t31\t56\t\t10.1000/x\tWOS:1\t123456",
    ),
    "Lens": (
        "Lens ID,Title,Date Published,Publication Year,Publication Type,Source Title,ISSNs,Publisher,Source Country,Author/s,Abstract,Volume,"
        "Issue Number,Start Page,End Page,Fields of Study,Keywords,MeSH Terms,Source URLs,External URL,PMID,DOI,PMCID,References",
        "000-1,Clusters,2004-02-01,2004,journal article,Progress,03091325,SAGE,UK,Harald Bathelt; Anders Malmberg,abs,28,1,31,56,Geo,a; b,C,"
        "https://x.org,http://dx.doi.org/10.1000/x,123456,10.1000/x,,r",
    ),
    "Dimensions": (
        "Rank,Publication ID,DOI,PMID,PMCID,Title,Abstract,Source title,Anthology title,Publisher,ISSN,MeSH terms,Publication date,PubYear,"
        "Volume,Issue,Pagination,Publication Type,Authors,Authors (Raw Names),Dimensions URL,Times cited",
        '1,pub.1,10.1000/x,123456,,Clusters,abs,Progress,,SAGE,0309-1325,a; b,2004-02-01,2004,28,1,31-56,Article,"Bathelt, Harald; Malmberg, '
        'Anders",,https://app.dimensions.ai/1,7',
    ),
    "Cochrane CENTRAL": (
        "CENTRAL ID,Author(s),Title,Source,Year,Abstract,Volume,Issue,Pages,Database Name,PubMed ID,Publication Type,Keywords,DOI,URL,"
        "Cochrane Review Group Code",
        'CN-1,"Bathelt, Harald; Malmberg, Anders",Clusters,Progress,2004,abs,28,1,31-56,CENTRAL,123456,Journal article,a; b,10.1000/x,https://x.org,X',
    ),
    "Zotero": (
        "Key,Item Type,Publication Year,Author,Title,Publication Title,ISSN,DOI,Url,Abstract Note,Date,Pages,Issue,Volume,Language,Extra,"
        "Manual Tags,Automatic Tags,Editor,Series",
        'K,journalArticle,2004,"Bathelt, Harald; Malmberg, Anders",Clusters,Progress,0309-1325,10.1000/x,https://x.org,abs,2004-02,31-56,1,28,en,e,a; b,C,,',
    ),
    "Rayyan": (
        "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id,type",
        'rayyan-1,Clusters,2004,,,Progress,0309-1325,28,1,31-56,"Bathelt, Harald and Malmberg, Anders",https://x.org,English,,,abs,'
        "RAYYAN-INCLUSION,10.1000/x,a; b,123456,,article",
    ),
    "Covidence": (
        "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags,Type",
        'Clusters,"Bathelt, Harald; Malmberg, Anders",abs,2004,,Progress,28,1,31-56,,10.1000/x,,#1,Bathelt 2004,,,article',
    ),
    "OpenAlex": (
        "id,doi,title,display_name,publication_year,publication_date,ids.openalex,ids.pmid,language,primary_location.is_oa,"
        "primary_location.source.display_name,type,authorships.author_position,authorships.author.display_name,biblio.volume,biblio.issue,"
        "biblio.first_page,biblio.last_page,is_retracted,keywords.display_name,abstract",
        "https://openalex.org/W1234567,https://doi.org/10.1000/X,Clusters,Clusters,2004,2004-02-01,https://openalex.org/W1234567,"
        "https://pubmed.ncbi.nlm.nih.gov/123456,en,true,Progress,article,first|last,Harald Bathelt|Anders Malmberg,28,1,31,56,true,a|b,abs",
    ),
    "EPPI-Reviewer": (
        "Item ID,Short Title,Title,Type Name,Authors,Parent Title,Year,Volume,Issue,Pages,Abstract,DOI,URL,Standard Number,Keywords,Country",
        '1,Bathelt (2004),Clusters,"Journal, Article","Bathelt, Harald; Malmberg, Anders ;",Progress,2004,28,1,31-56,abs,10.1000/x,,0309-1325,a;b,UK',
    ),
    "Embase": (
        "Title,Author Names,Source,Publication Type,Abstract,Author Keywords,Emtree Medical Index Terms,Article Language,DOI,Medline PMID,PUI",
        'Clusters,"Bathelt H., Malmberg A.","Progress (2004) 28:1 (31-56). Date of Publication: 2004",Article,abs,,"a, b (c, d)",English,'
        "10.1000/x,123456,L1",
    ),
    "IEEE Xplore": (
        "Document Title,Authors,Author Affiliations,Publication Title,Date Added To Xplore,Publication Year,Volume,Issue,Start Page,End Page,"
        "Abstract,ISSN,ISBNs,DOI,PDF Link,Author Keywords,IEEE Terms,Document Identifier",
        "Clusters,H. Bathelt; A. Malmberg,Aff,Progress,1 Jan 2006,2004,28,1,31,56,abs,0309-1325,,10.1000/x,https://x.org,a;b,C,IEEE Journals",
    ),
    "Publish or Perish": (
        "Cites,Authors,Title,Year,Source,Publisher,ArticleURL,CitesURL,GSRank,QueryDate,Type,DOI,ISSN,CitationURL,Volume,Issue,StartPage,EndPage,"
        "ECC,CitesPerYear,CitesPerAuthor,AuthorCount,Age,Abstract,FullTextURL,RelatedURL",
        '7,"H Bathelt, A Malmberg…",Clusters,2004,Progress,sagepub.com,https://x.org,,1,2026-11-23,PDF,10.1000/x,,,28,1,31,56,7,1,1,2,22,abs,,',
    ),
    "PubMed": (
        "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI",
        '123456,Clusters,"Bathelt H, Malmberg A.","Progress. 2004 Feb;28(1):31-56. doi: 10.1000/x.",Bathelt H,Progress,2004,2004/02/01,,,10.1000/x',
    ),
    "SpringerLink": (
        "Item Title,Publication Title,Book Series Title,Journal Volume,Journal Issue,Item DOI,Authors,Publication Year,URL,Content Type",
        "Clusters,Progress,,28,1,10.1000/x,Harald BatheltAnders Malmberg,2004,http://link.springer.com/1,Article",
    ),
    "ASReview": (
        "record_id,title,abstract,authors,keywords,year,doi,included,asreview_ranking",
        "1,Clusters,abs,\"['Bathelt, Harald', 'Malmberg, Anders']\",\"['a', 'b']\",2004,https://doi.org/10.1000/x,1,3",
    ),
    "Google Scholar": (
        "Authors,Title,Publication,Volume,Number,Pages,Year,Publisher",
        '"Bathelt, Harald; Malmberg, Anders; ",Clusters,Progress,28,1,31-56,2004,SAGE',
    ),
    "slr": (
        "work_id,status,title,authors,year,venue,volume,issue,pages,doi,type,language,retracted,abstract,keywords,records,sources,terms,votes",
        'W1,included,Clusters,"Bathelt, Harald; Malmberg, Anders",2004,Progress,28,1,31-56,10.1000/x,article,en,no,abs,a; b,2,EBSCO,knowledge,',
    ),
    "by column names": (
        "Article Title,Author,Journal Title,ISSN,Publication Date,Volume,Issue,First Page,Last Page,DOI,Doctype,Subjects,Abstract",
        'Clusters,"Bathelt, Harald; Malmberg, Anders",Progress,03091325,Feb2004,28,1,31,56,10.1000/x,Article,a; b,abs',
    ),
}  # fmt: skip
SHORT = {"Embase", "IEEE Xplore", "Publish or Perish", "PubMed"}
"""Whose authors have initials only."""
LACKING = {
    "Publish or Perish": {8},
    "PubMed": {8},
    "SpringerLink": {6},
    "ASReview": {3, 4, 5, 6, 8},
    "Google Scholar": {7, 8},
}
"""What a table does not have, by its place in ``told``."""


@pytest.mark.parametrize("name", CASES)
def test_each_databases_table_is_known_and_says_the_same(name: str) -> None:
    header, row = CASES[name]
    record, _ = one(header, row)
    assert layout_of(header.replace("\t", ",").split(",")).name == name
    for place, (expected, found) in enumerate(zip(BATHELT, told(record), strict=True)):
        if place == 1 and name in SHORT:
            assert [author[: author.index(",") + 3] for author in record.authors] == ["Bathelt, H", "Malmberg, A"]
        else:
            assert found == (None if place in LACKING.get(name, ()) else expected), place


def test_every_layout_has_a_case() -> None:
    others = {"Cochrane reviews", "EndNote (tab-delimited)"}
    assert {layout.name for layout in LAYOUTS} | {"by column names"} == set(CASES) | others


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("ASReview", ["column 'record_id'", "column 'included'", "column 'asreview_ranking'"]),
        ("Covidence", ["column 'Ref'", "column 'Covidence #'", "column 'Study'", "column 'Notes'", "column 'Tags'"]),
        ("Rayyan", ["column 'location'", "column 'notes'"]),
        ("Scopus", []), ("slr", []), ("OpenAlex", []), ("Web of Science (tab-delimited)", []),
    ],
)  # fmt: skip
def test_columns_of_screening_and_others_without_a_meaning_are_listed(name: str, columns: list[str]) -> None:
    assert unknown(one(*CASES[name])[1]) == columns


def test_identifiers_keywords_and_retraction_are_taken() -> None:
    scopus, _ = one(*CASES["Scopus"])
    assert scopus.ids == {"pmid": "123456", "scopus": "2-s2.0-1", "issn": "0309-1325"} and scopus.keywords == (
        "a",
        "b",
        "C",
    )
    alex, _ = one(*CASES["OpenAlex"])
    assert (
        alex.ids == {"pmid": "123456", "openalex": "W1234567"}
        and alex.retracted is True
        and alex.keywords == ("a", "b")
    )
    assert one(*CASES["Embase"])[0].keywords == ("a", "b (c, d)")
    assert one(*CASES["ASReview"])[0].keywords == ("a", "b")


@pytest.mark.parametrize(("name", "as_compared"), [("Author(s)", "author s"), ("PubYear", "pubyear"), ("Pub. Year", "pub year"),
("ReferenceType", "reference type"),
                                                   ("PubMed ID", "pubmed id"), ("Page Start", "page start"),
                                                   ("x" * 100, "")])  # fmt: skip
def test_a_columns_name_is_compared_without_case_and_punctuation(name: str, as_compared: str) -> None:
    assert plain(name) == as_compared


def test_no_column_means_two_things_and_none_is_both_used_and_left_out() -> None:
    every = [name for names in COLUMNS.values() for name in names]
    assert len(every) == len(set(every))
    assert {name for name in LEFT_OUT if len(name) > 2}.isdisjoint(every)


def test_lines_before_the_header_say_what_was_searched() -> None:
    text = "\"About the data: Exported on Nov 23, 2026. Criteria: 'cluster' in title.\"\n" + "\n".join(
        CASES["Dimensions"]
    )
    parsed = read(text, "X")
    assert parsed.query == "'cluster' in title" and [entry.line for entry in parsed.entries] == [3]


def test_a_field_a_row_and_a_block_a_record_as_embase_writes_it() -> None:
    text = (
        '"SEARCH QUERY","dinosaur:ti"\n\n"TITLE","Spinosaurus is aquatic"\n"AUTHOR NAMES","Sereno P.C.","Myhrvold N."\n'
        '"SOURCE","eLife (2022) 11 Article Number: e80092. Date of Publication: 1 Nov 2022"\n"EMTREE MEDICAL INDEX TERMS","dinosaur","animal"\n'
        '"DOI","10.7554/eLife.80092"\n\n"TITLE","Second"\n"AUTHOR NAMES","Liu R."\n"SOURCE","Ultrasound (2014) 3:3 (152-160)."\n'
    )
    parsed = read(text, "Embase")
    first, second = (entry.record for entry in parsed.entries)
    assert (
        first.authors == ("Sereno, P.C.", "Myhrvold, N.")
        and first.keywords == ("dinosaur", "animal")
        and first.year == 2022
    )
    assert (first.venue, first.volume, first.pages, first.doi) == ("eLife", "11", "e80092", "10.7554/elife.80092")
    assert (second.venue, second.year, second.pages) == ("Ultrasound", 2014, "152-160")
    assert [entry.line for entry in parsed.entries] == [3, 9] and parsed.query == "dinosaur:ti"


def test_references_in_words_are_kept_and_a_databases_own_numbers_of_works_are_not() -> None:
    def references(cell: str) -> tuple[str, ...]:
        text = f'Authors,Title,Year,References\n"B., C.",A title of a work,2010,"{cell}"\n'
        return parse(text.encode(), "a.csv", "X").entries[0].record.references

    assert references("Maskell P. (2006) Ind. Innov.; Amin A. (1999) Reg. Stud.") == (
        "Maskell P. (2006) Ind. Innov.",
        "Amin A. (1999) Reg. Stud.",
    )
    assert references("000-001-002;;000-003-004") == ()
