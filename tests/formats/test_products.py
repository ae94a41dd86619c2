"""The tables of many products, as their export pages name the columns: each says the same of one article."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slr.formats.registry import parse
from slr.model import Record

FULL = '"Bathelt, Harald; Malmberg, Anders"'
TABLES = {
    "CADIMA": ("Reference ID,Reference type,Authors,Title,Year,Journal,Volume,Issue,Pages,DOI,Abstract",
               f"1,Journal Article,{FULL},Clusters,2004,Progress,28,1,31-56,10.1000/x,abs"),
    "Citavi": ("Reference Type;Author;Title;Year;Periodical;Volume;Number;Page range;DOI;Abstract",
               'Journal Article;"Bathelt, Harald; Malmberg, Anders";Clusters;2004;Progress;28;1;31–56;10.1000/x;abs'),
    "Citavi (German)": ("Dokumententyp;Autor;Titel;Jahr;Zeitschrift;Band;Heft;Seiten;DOI;Zusammenfassung",
                        ';"Bathelt, Harald; Malmberg, Anders";Clusters;2004;Progress;28;1;31-56;10.1000/x;abs'),
    "JabRef": ("Identifier,Type,Author,Title,Journal,Year,Volume,Number,Pages,DOI,Abstract",
               'k,Article,"Bathelt, Harald and Malmberg, Anders",Clusters,Progress,2004,28,1,31--56,10.1000/x,abs'),
    "Paperpile": ("Item type,Authors,Title,Journal,Full journal,Publication year,Volume,Issue,Pages,Labels filed in,DOI,Abstract",
                  f"Journal Article,{FULL},Clusters,Prog.,Progress,2004,28,1,31-56,x,10.1000/x,abs"),
    "RefWorks (tab)": ("Reference Type\tAuthors, Primary\tTitle Primary\tPeriodical Full\tPeriodical Abbrev\tPub Year\tVolume\tIssue\t"
                       "Start Page\tOther Pages\tAbstract\tDOI",
                       "Journal Article\tBathelt,Harald;Malmberg,Anders\tClusters\tProgress\tProg\t2004\t28\t1\t31\t56\tabs\t10.1000/x"),
    "EndNote (tab)": ("Reference Type\tAuthor\tYear\tTitle\tSecondary Title\tVolume\tNumber\tPages\tDOI\tAbstract",
                      "Journal Article\tBathelt, Harald;Malmberg, Anders\t2004\tClusters\tProgress\t28\t1\t31-56\t10.1000/x\tabs"),
    "EBSCO": ("Article Title,Author,Journal Title,ISSN,ISBN,Publication Date,Volume,Issue,First Page,Last Page,Accession Number,DOI,"
              "Publisher,Doctype,Subjects,Keywords,Abstract,PLink",
              f"Clusters,{FULL},Progress,03091325,,20040201,28,1,31,56,1,10.1000/x,SAGE,Article,a,b,abs,https://x.org"),
    "EBSCO (2024)": ("id,an,shortDBName,longDBName,title,contributors,publicationDate,source,volume,issue,pageStart,pageEnd,doi,docTypes,abstract",
                     f"1,2,bth,Business,Clusters,{FULL},2004-02-01,Progress,28,1,31,56,10.1000/x,Article,abs"),
    "ProQuest": ("Title,Abstract,StoreId,ArticleType,Authors,digitalObjectIdentifier,issue,pubtitle,year,volume,startPage,endPage,DocumentURL",
                 f"Clusters,abs,1,Article,{FULL},10.1000/x,1,Progress,2004,28,31,56,https://x.org"),
    "DistillerSR": ("Refid,Author,Title,Journal,Year,Volume,Issue,Pages,DOI,Abstract,Level",
                    f"1,{FULL},Clusters,Progress,2004,28,1,pp. 31-56,https://doi.org/10.1000/X,abs,2"),
    "Colandr": ("study_id,citation_title,citation_authors,citation_journal_name,citation_journal_volume,citation_journal_issue,"
                "citation_journal_pages,citation_pub_year,citation_doi,citation_abstract",
                f"1,Clusters,{FULL},Progress,28,1,31-56,2004,10.1000/x,abs"),
    "SWIFT": ("Id,Title,Authors,Journal,Year,Volume,Issue,Pages,DOI,Abstract,PMID",
              f"1,Clusters,{FULL},Progress,2004,28,1,31-56,DOI: 10.1000/x,abs,123456"),
    "Sciwheel": ("title;authors;journal;published year;volume;issue;page range;doi;abstract",
                 'Clusters;"Bathelt H,Malmberg A";Progress;2004;28;1;31-56;10.1000/x;abs'),
    "Begins and ends": ("AUTHORS,ARTICLE_TITLE,JOURNAL_TITLE,PUB_YEAR,VOL_NO,ISSUE_NO,Beginning Page,Ending Page,DOI_NUMBER,ABSTRACT_TEXT",
                        f"{FULL},Clusters,Progress,2004,28,1,31,56,10.1000/x,abs"),
    "Spaces and dots": (' "Author(s)" , "Document-Title" , "Source.Title" , "Pub. Year" , "Vol." , "No." , "Page(s)" , "D.O.I." , "Abstract:" '.replace(" , ", ","),
                        f"{FULL},Clusters,Progress,2004,28,1,31-56,10.1000/x,abs"),
    "French": ("Auteurs,Titre,Revue,Année,Volume,Numéro,Pages,DOI,Résumé",
               f"{FULL},Clusters,Progress,2004,28,1,31-56,10.1000/x,abs"),
    "Spanish": ("Autores,Título,Revista,Año,Volumen,Número,Páginas,DOI,Resumen",
                f"{FULL},Clusters,Progress,2004,28,1,31-56,10.1000/x,abs"),
}  # fmt: skip
DOCUMENTS = {
    "Publish or Perish": [{
        "authors": ["H Bathelt", "A Malmberg"], "title": "Clusters", "year": 2004, "source": "Progress", "volume": "28",
        "issue": "1", "start_page": 31, "end_page": 56, "doi": "10.1000/x", "abstract": "abs", "cites": 7, "gsrank": 1,
    }],
    "EPPI-Reviewer": {
        "CodeSets": [{"SetName": "Screening", "Attributes": {"AttributesList": [{"AttributeName": "Include"}]}}],
        "References": [{
            "ItemId": 1, "Title": "Clusters", "ParentTitle": "Progress", "ShortTitle": "Bathelt (2004)", "Year": "2004",
            "Authors": "Bathelt, Harald; Malmberg, Anders ;", "Volume": "28", "Issue": "1", "Pages": "31-56",
            "DOI": "10.1000/x", "Abstract": "abs", "TypeName": "Journal, Article", "Codes": [{"AttributeId": 5}],
        }],
    },
    "OpenAlex": {"meta": {"count": 1}, "results": [{
        "id": "https://openalex.org/W1234567", "display_name": "Clusters", "title": "Clusters", "publication_year": 2004,
        "doi": "https://doi.org/10.1000/x", "type": "article", "ids": {"openalex": "https://openalex.org/W1234567"},
        "authorships": [{"author": {"display_name": "Harald Bathelt"}}, {"author": {"display_name": "Anders Malmberg"}}],
        "primary_location": {"source": {"display_name": "Progress"}}, "abstract_inverted_index": {"abs": [0]},
        "biblio": {"volume": "28", "issue": "1", "first_page": "31", "last_page": "56"}, "is_retracted": False,
    }]},
    "Semantic Scholar": {"total": 1, "data": [{
        "paperId": "a1", "title": "Clusters", "year": 2004, "venue": "Progress", "abstract": "abs",
        "authors": [{"authorId": "1", "name": "Harald Bathelt"}, {"authorId": "2", "name": "Anders Malmberg"}],
        "externalIds": {"DOI": "10.1000/x", "PubMed": "123456"}, "journal": {"volume": "28", "pages": "31-56"},
    }]},
}  # fmt: skip

LISTS = ("References", "results", "data")


def only(data: bytes) -> Record:
    parsed = parse(data, "export", "X")
    assert len(parsed.entries) == 1 and not parsed.rejected
    return parsed.entries[0].record


def families(record: Record) -> list[str]:
    return [name.partition(", ")[0] for name in record.authors]


@pytest.mark.parametrize("product", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_products_table_says_what_its_columns_say(product: str, encoding: str) -> None:
    found = only("\r\n".join([*TABLES[product], ""]).encode(encoding))
    assert (found.title, families(found), found.year, found.venue) == (
        "Clusters",
        ["Bathelt", "Malmberg"],
        2004,
        "Progress",
    )
    assert (found.volume, found.issue, found.pages, found.doi, found.abstract) == (
        "28",
        "1",
        "31-56",
        "10.1000/x",
        "abs",
    )


@pytest.mark.parametrize("product", DOCUMENTS)
def test_a_products_json_says_what_its_names_say(product: str) -> None:
    found = only(json.dumps(DOCUMENTS[product], indent=2).encode())
    assert (found.title, families(found), found.year, found.venue) == (
        "Clusters",
        ["Bathelt", "Malmberg"],
        2004,
        "Progress",
    )
    assert (found.volume, found.pages, found.doi) == ("28", "31-56", "10.1000/x")


@pytest.mark.parametrize("product", DOCUMENTS)
def test_json_that_is_cut_off_gives_the_records_before_the_cut(product: str) -> None:
    document: Any = DOCUMENTS[product]
    item = document[0] if isinstance(document, list) else next(v for k, v in document.items() if k in LISTS)[0]
    parsed = parse(json.dumps({"page": 1, "items": [item] * 3})[:-40].encode(), "export", "X")
    assert (len(parsed.entries), len(parsed.rejected)) == (2, 1)
